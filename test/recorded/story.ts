/**
 * One story told twice: a recording's lines, and our run's events, both as transitions of objects. A transition is one word with its
 * details; a track is all transitions of one object in order.
 */
import type { RecordedEvent } from "../../src/event/event.ts"
import { cordonTaint } from "../../src/model/kube/tolerations.ts"
import { sentenceOf } from "../../src/report/sentence.ts"
import { begins } from "./plan-of.ts"
import type { Line, Recording } from "./recording.ts"

export interface Step {
  readonly t: number
  readonly what: string
}
export type Tracks = ReadonlyMap<string, ReadonlyArray<Step>>

class Story {
  readonly tracks = new Map<string, Array<Step>>()

  tell(object: string, t: number, what: string): void {
    const track = this.tracks.get(object)
    if (track === undefined) this.tracks.set(object, [{ t, what }])
    else track.push({ t, what })
  }
}

/** Kinds of lines that are told: the script itself and the counts are held against otherwise. */
export const recordedTracks = (recording: Recording): Tracks => {
  const story = new Story()
  for (const line of recording.lines) {
    const told = lineStep(line)
    if (told !== undefined) story.tell(told[0], line.t, told[1])
  }
  return story.tracks
}

/** `(combined from similar events): ` is the event recorder's own, when many events come at once. */
const combined = /^\(combined from similar events\): /

const lineStep = (line: Line): readonly [object: string, what: string] | undefined => {
  const { k, name, ev } = line
  switch (k) {
    case "node":
      return [
        `node ${name}`,
        ev === "ready" ? `ready ${line.to} ${line.reason}` : ev === "gone" ? "gone" : `${ev} ${line.taint ?? ""}`.trim()
      ]
    case "pod":
      switch (ev) {
        case "ready":
          return [`pod ${name}`, `ready ${line.to}`]
        case "bound":
          return [`pod ${name}`, `bound ${line.node} ${line.zone}`]
        case "deleting":
          return [`pod ${name}`, `deleting grace ${line.grace}`]
        case "unschedulable":
          return [`pod ${name}`, `unschedulable ${line.msg}`]
        case "phase":
          return undefined
        default:
          return [`pod ${name}`, ev ?? ""]
      }
    case "ep":
    case "eps":
      return [`${k} ${line.svc} ${line.pod}`, ev === "added" ? `added ${line.as}` : (ev ?? "")]
    case "kcmlog": {
      const found = /zone \w*::(\w*) is now in state (\w*)\.?$/.exec(line.msg ?? "")
      return found === null ? undefined : [`zone ${found[1]}`, found[2] === "" ? "no nodes" : (found[2] ?? "")]
    }
    case "event":
      return eventStep(line)
    case "evict":
      return [`evict ${line.pod}`, `${line.code} ${line.causes?.[0]?.message ?? ""}`.trim()]
    default:
      return undefined
  }
}

const eventStep = ({ reason, obj, msg }: Line): readonly [object: string, what: string] | undefined => {
  if (reason === "ScalingReplicaSet") return [`deployment ${(obj ?? "").replace("Deployment/", "")}`, (msg ?? "").replace(combined, "")]
  if (reason === "TaintManagerEviction" || reason === "NodeNotReady") return [`event ${obj}`, msg ?? ""]
  return undefined
}

const plain = (id: string): string => id.slice(id.indexOf("/") + 1)
const shortKey = (key: string): string => key.replace("node.kubernetes.io/", "")

/** Our events as the same transitions. Kubernetes' own Event objects follow from ours one to one, with Kubernetes' texts. */
export const playedTracks = (events: ReadonlyArray<RecordedEvent>, zoneOf: (node: string) => string): Tracks => {
  const story = new Story()
  const ready = new Set<string>()
  const notReady = new Set<string>()
  const message = new Map<string, string>()
  const asked = new Set<string>()
  let service = ""
  for (const { event, at } of events) {
    const t = at - begins
    if (event._tag === "kube/EndpointsTurned") service = plain(event.service)
    const endpoint = (pod: string, what: string): void => {
      story.tell(`ep ${service} ${pod}`, t, what)
      story.tell(`eps ${service} ${pod}`, t, what)
    }
    if (t < 0) {
      if (event._tag === "kube/EndpointsTurned") for (const pod of event.ready) ready.add(plain(pod))
      continue
    }
    switch (event._tag) {
      case "kube/NodeReadinessTurned":
        story.tell(`node ${event.node}`, t, `ready ${event.ready} ${event.reason}`)
        if (event.ready !== "True") story.tell(`event Node/${event.node}`, t, `Node ${event.node} status is now: NodeNotReady`)
        break
      case "kube/NodeTainted":
      case "kube/NodeUntainted":
        story.tell(`node ${event.node}`, t, `taint${event._tag === "kube/NodeTainted" ? "+" : "-"} ${shortKey(event.key)}:${event.effect}`)
        break
      case "kube/NodeCordoned":
        story.tell(`node ${event.node}`, t, `taint${event.cordoned ? "+" : "-"} ${shortKey(cordonTaint.key)}:${cordonTaint.effect}`)
        break
      case "kube/NodeDeleted":
        story.tell(`node ${event.node}`, t, "gone")
        break
      case "kube/NodeJoined":
        story.tell(`node ${event.node}`, t, "created")
        break
      case "kube/ZoneStateTurned":
        story.tell(`zone ${event.zone}`, t, event.nodes === 0 ? "no nodes" : event.state)
        break
      case "kube/PodCreated":
        story.tell(`pod ${plain(event.pod)}`, t, "created")
        break
      case "kube/PodScheduled":
        story.tell(`pod ${plain(event.pod)}`, t, `bound ${event.node} ${zoneOf(event.node)}`)
        break
      case "kube/SchedulingFailed":
        if (message.get(event.pod) !== event.message) story.tell(`pod ${plain(event.pod)}`, t, `unschedulable ${event.message}`)
        message.set(event.pod, event.message)
        break
      case "kube/PodReadinessTurned":
        story.tell(`pod ${plain(event.pod)}`, t, `ready ${event.ready ? "True" : "False"}`)
        if (event.by === "node-lifecycle") story.tell(`event Pod/${plain(event.pod)}`, t, "Node is not ready")
        break
      case "kube/PodEvicted":
        story.tell(`event Pod/${plain(event.pod)}`, t, `Marking for deletion Pod ${event.pod}`)
        story.tell(`pod ${plain(event.pod)}`, t, "deleting grace 30")
        if (notReady.delete(plain(event.pod))) endpoint(plain(event.pod), "removed")
        break
      case "kube/PodDeleted":
        story.tell(`pod ${plain(event.pod)}`, t, `deleting grace ${event.force ? 0 : 30}`)
        if (event.by === "eviction") story.tell(`evict ${plain(event.pod)}`, t, "201")
        if (notReady.delete(plain(event.pod))) endpoint(plain(event.pod), "removed")
        break
      case "kube/EvictionCancelled":
        story.tell(`event Pod/${plain(event.pod)}`, t, `Cancelling deletion of Pod ${event.pod}`)
        break
      case "kube/EvictionRefused":
        asked.add(event.pod)
        story.tell(`evict ${plain(event.pod)}`, t, `429 ${event.message}`)
        break
      case "kube/PodRemoved":
        story.tell(`pod ${plain(event.pod)}`, t, "gone")
        break
      case "kube/ReplicaSetScaled":
        if (event.from !== event.to) story.tell(`deployment ${plain(event.workload)}`, t, sentenceOf(event))
        break
      case "kube/EndpointsTurned": {
        const now = new Set(event.ready.map(plain))
        for (const pod of now) {
          if (ready.has(pod)) continue
          endpoint(pod, notReady.delete(pod) ? "ready" : "added ready")
          ready.add(pod)
        }
        for (const pod of ready) {
          if (now.has(pod)) continue
          ready.delete(pod)
          const isLeaving = story.tracks.get(`pod ${pod}`)?.some(({ what }) => what.startsWith("deleting"))
          endpoint(pod, isLeaving ? "removed" : "notReady")
          if (!isLeaving) notReady.add(pod)
        }
      }
    }
  }
  return story.tracks
}

export interface Difference {
  readonly object: string
  readonly recorded: string
  readonly played: string
}

/** What a recording does not show of any object it did not look at: our side of it is left out. */
export const seenBy = (recorded: Tracks, played: Tracks): Tracks => {
  const sees = (start: string): boolean => [...recorded.keys()].some((object) => object.startsWith(start))
  const seesNotReady = [...recorded.values()].some((track) =>
    track.some(({ what }) => what.includes("NodeNotReady") || what === "Node is not ready")
  )
  const seen = new Map<string, ReadonlyArray<Step>>()
  for (const [object, track] of played) {
    const [kind] = object.split(" ")
    if (["ep", "eps", "deployment", "event"].includes(kind ?? "") && !sees(`${kind} `)) continue
    const kept = seesNotReady ? track : track.filter(({ what }) => !what.includes("NodeNotReady") && what !== "Node is not ready")
    if (kept.length > 0) seen.set(object, kept)
  }
  return seen
}

/** How far a transition's time may be off, by its object: a pass for node health, a second elsewhere. */
const toleranceOf = (object: string, what: string): number =>
  object.startsWith("node ") || object.startsWith("zone ") || what.startsWith("Cancelling") ? 5_100 : 1_000

const shown = (step: Step | undefined): string => (step === undefined ? "nothing" : `${(step.t / 1_000).toFixed(3)} ${step.what}`)

/** Objects whose transitions differ in kind, order, or by more than the recorded jitter. Objects in order of name. */
export const differencesOf = (recorded: Tracks, played: Tracks): ReadonlyArray<Difference> => {
  const objects = [...new Set([...recorded.keys(), ...played.keys()])].sort()
  return objects.flatMap((object) => {
    const [theirs, ours] = [recorded.get(object) ?? [], played.get(object) ?? []]
    const length = Math.max(theirs.length, ours.length)
    for (let index = 0; index < length; index++) {
      const [their, our] = [theirs[index], ours[index]]
      if (
        their?.what === our?.what &&
        their !== undefined &&
        our !== undefined &&
        Math.abs(their.t - our.t) <= toleranceOf(object, their.what)
      )
        continue
      return [{ object, recorded: shown(their), played: shown(our) }]
    }
    return []
  })
}

export const stepsIn = (tracks: Tracks): number => [...tracks.values()].reduce((sum, track) => sum + track.length, 0)

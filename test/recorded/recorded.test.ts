/**
 * Held against a real control plane: every recording in `cases/` is played over again and must tell the same story: the same
 * transitions of the same objects in the same order, in time within a monitor pass (node health) or a second (all else), with the
 * same texts. What cannot match is listed here, object by object, with why; anything else that differs fails.
 * Settings: profile `recorded-1.20`.
 */
import { readdirSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { Kernel } from "../../src/engine/kernel.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import { digestOf } from "../../src/model/value/canonical.ts"
import { machine } from "../../src/model/world/wiring.ts"
import { startWorld, type World } from "../../src/model/world/world.ts"
import { knownDraws } from "./known-draws.ts"
import { begins, stage } from "./plan-of.ts"
import { linesOfKind, type Place, type Recording, readRecording } from "./recording.ts"
import { differencesOf, playedTracks, recordedTracks, seenBy, stepsIn } from "./story.ts"
import { idOf, mainOf } from "./workloads-of.ts"

const folder = new URL("./cases/", import.meta.url)
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".jsonl"))
  .sort()
  .map((name) => readRecording(new URL(name, folder)))

const taintFirst =
  "the hollow node registered without conditions, so its taint was taken off before it said Ready; a kubelet registers with its conditions, as the model's does"
const slower = "in d1's first 36 ms two pods met its taint, at 16 ms each three: a third one lost its turn, and another took its place"
const stirred =
  "while it was first told that it fits nowhere, another pod turned Ready within the same 16 ms: one attempt more, so its back-off is 4 s, not 2"
const interleaving =
  "pods that turn Ready within 100 ms: the real Deployment controller sees them in two or three groups, the model together, so single steps of one wave, and who of equal pods goes in it, differ"
const sliceRetry = "the EndpointSlice came a second late after a write conflict (4 of 266 in all recordings)"
/** Objects that differ, by recording, with the reason. */
const argued: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "07-pod-limit-r1": {
    "node d2": taintFirst,
    "pod web-78f869d498-7cxrx": slower,
    "pod web-78f869d498-f9zr2": slower,
    "pod web-78f869d498-lwzpr": slower,
    "pod web-78f869d498-tk5ns": stirred,
    "pod web-78f869d498-vssfb": slower
  },
  "09-rollout-and-eviction": {
    "deployment web": interleaving,
    ...Object.fromEntries(
      ["5df8cc9ddb-lf5nt", "5df8cc9ddb-zbkcp", "5f8c7b69c9-hhmsp", "5f8c7b69c9-z9t8z"].flatMap((pod) =>
        ["pod", "ep web", "eps web"].map((kind) => [`${kind} web-${pod}`, interleaving])
      )
    ),
    "eps web web-5c4cffcdcf-z8jkj": sliceRetry
  }
}

const replay = (
  recording: Recording
): { readonly events: ReadonlyArray<RecordedEvent>; readonly world: World; readonly zoneOf: (node: string) => string } => {
  const { plan, zoneOf, hashes, created } = stage(recording)
  const kernel = new Kernel({
    machine,
    world: startWorld(plan),
    chance: { seed: 1, known: knownDraws(recording, zoneOf, hashes, created) },
    beginAt: -600_000,
    begin: { _tag: "world/SettleDue" } as const,
    timeline: plan.timeline
  })
  const events = kernel.advance(plan.untilMs, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) as ReadonlyArray<RecordedEvent>
  return { events, world: kernel.world, zoneOf }
}

/** Where pods stand in the end, as the recording counts them: those of the Deployment, or all where it counted agents too. */
const placeOf = (world: World, recorded: Place, main: string): Place => {
  const web = [...world.cluster.pods.values()].filter(({ terminating }) => !terminating)
  const count = (pods: typeof web): Place => {
    const [zones, nodes]: [Record<string, number>, Record<string, number>] = [{}, {}]
    for (const { node } of pods) {
      if (node === undefined) continue
      nodes[node] = (nodes[node] ?? 0) + 1
      const zone = world.cluster.nodes.get(node)?.zone ?? ""
      zones[zone] = (zones[zone] ?? 0) + 1
    }
    return { zones, nodes, pending: pods.filter(({ node }) => node === undefined).length }
  }
  const own = count(web.filter(({ workload }) => workload === main))
  const total = (place: Place): number => Object.values(place.nodes).reduce((sum, each) => sum + each, 0)
  return total(own) === total(recorded) ? own : count(web)
}

/** Spans between the NoExecute taints of each zone, in order, in milliseconds. */
const gapsOf = (
  taints: ReadonlyArray<{ readonly t: number; readonly zone: string }>
): ReadonlyArray<readonly [zone: string, gap: number]> =>
  [...new Set(taints.map(({ zone }) => zone))].sort().flatMap((name) => {
    const times = taints.flatMap(({ t, zone }) => (zone === name ? [t] : []))
    return times.slice(1).map((t, index) => [name, t - (times[index] ?? t)] as const)
  })

/** Worst distance of a gap from the recorded one. Chosen: three polls of the taint worker, 100 ms each. */
const gapSlackMs = 300

describe.each(recordings)("$name", (recording) => {
  const { events, world, zoneOf } = replay(recording)
  const theirs = recordedTracks(recording)
  const ours = seenBy(theirs, playedTracks(events, zoneOf))

  test("is understood: every move of its script", () => {
    expect(stage(recording).unknown).toEqual([])
  })

  test("tells the same story, but for what is argued", () => {
    const known = argued[recording.name] ?? {}
    const differences = differencesOf(theirs, ours)
    expect(differences.filter(({ object }) => known[object] === undefined)).toEqual([])
    expect(differences.map(({ object }) => object)).toEqual(Object.keys(known).sort())
  })

  test("taints the nodes of a zone NoExecute as far apart, to 0.3 s", () => {
    const recorded = gapsOf(
      linesOfKind(recording, "node").flatMap(({ ev, taint, t, name = "" }) =>
        ev === "taint+" && taint?.endsWith(":NoExecute") ? [{ t, zone: zoneOf(name) }] : []
      )
    )
    const played = gapsOf(
      events.flatMap(({ event, at }) =>
        event._tag === "kube/NodeTainted" && event.effect === "NoExecute" ? [{ t: at, zone: zoneOf(event.node) }] : []
      )
    )
    expect(played.map(([zone]) => zone)).toEqual(recorded.map(([zone]) => zone))
    for (const [index, [, gap]] of played.entries()) expect(Math.abs(gap - (recorded[index]?.[1] ?? 0))).toBeLessThanOrEqual(gapSlackMs)
    // Vacuous only where no zone lost two nodes.
    expect(recorded.length > 0 || !recording.lines.some(({ dead }) => (dead ?? []).length > 1)).toBe(true)
  })

  test("tells as much", () => {
    // The steps that the argued objects have more or less; nothing otherwise.
    const slack = Object.keys(argued[recording.name] ?? {}).length * 2
    expect(Math.abs(stepsIn(theirs) - stepsIn(ours))).toBeLessThanOrEqual(slack)
    expect(stepsIn(theirs)).toBeGreaterThan(0)
  })

  test("ends in the same places", () => {
    const final = recording.lines.find(({ k }) => k === "final")?.place
    if (final !== undefined) expect(placeOf(world, final, idOf(mainOf(recording)))).toEqual(final)
    else expect(recording.lines.some(({ k }) => k === "mark" || k === "fault")).toBe(true)
  })

  test("is the same story when told twice", () => {
    expect(digestOf(replay(recording).events)).toBe(digestOf(events))
  })
})

test("a recording whose passes are not noted is refused where a node turns Unknown", () => {
  const recording = recordings.find(({ passes }) => passes.length > 0)
  if (recording === undefined) throw new Error("no recording has passes")
  expect(() => stage({ ...recording, passes: [] })).toThrow('no line "monitorPasses" says when passes began')
})

test("every recording with an argued difference is here", () => {
  expect(recordings.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(argued)))
})

test("a rollout keeps its bounds whatever the interleaving: at least 6 of 8 available, at most 10 not terminating", () => {
  const recording = recordings.find(({ name }) => name === "09-rollout-and-eviction")
  if (recording === undefined) throw new Error("recording 09 is missing")
  const { events } = replay(recording)
  const [ready, standing] = [new Set<string>(), new Set<string>()]
  const [available, present]: [Array<number>, Array<number>] = [[], []]
  for (const { event, at } of events) {
    if (event._tag === "kube/PodCreated") standing.add(event.pod)
    if (event._tag === "kube/PodReadinessTurned" && event.ready) ready.add(event.pod)
    if (event._tag === "kube/PodDeleted" || (event._tag === "kube/PodReadinessTurned" && !event.ready)) ready.delete(event.pod)
    if (event._tag === "kube/PodDeleted") standing.delete(event.pod)
    if (at >= begins && at < begins + 66_000) {
      available.push(ready.size)
      present.push(standing.size)
    }
  }
  expect(Math.min(...available)).toBe(6)
  expect(Math.max(...present)).toBe(10)
})

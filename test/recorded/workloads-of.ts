/**
 * The workloads of a recording, as its own lines show them: a pod's name tells its owner's kind, the pods that stood and the script's
 * first count tell how many were wanted, refusals and evictions tell what their template says. What no line shows is left at
 * Kubernetes' defaults: spread that only prefers, requests, priorities.
 */
import { zoneLabel } from "../../src/model/kube/labels.ts"
import type { PodPin, WorkloadSpec } from "../../src/model/kube/spec.ts"
import type { PodTemplate, SpreadConstraint, Toleration } from "../../src/model/kube/template.ts"
import { linesOfKind, type Owner, ownerOf, type Recording, standingPods } from "./recording.ts"

/** Namespace of everything recorded. */
export const idOf = (workload: string): string => `default/${workload}`

interface Owned extends Owner {
  readonly pods: ReadonlyArray<string>
}

/** Who owns the recording's pods, the one with the most first: that is the one a script without names means. */
const ownersOf = (recording: Recording): ReadonlyArray<Owned> => {
  const pods = new Set([...standingPods(recording).keys(), ...linesOfKind(recording, "pod").flatMap(({ name }) => name ?? [])])
  const owned = new Map<string, Owned>()
  for (const pod of [...pods].sort()) {
    const owner = ownerOf(pod)
    owned.set(owner.workload, { ...owner, pods: [...(owned.get(owner.workload)?.pods ?? []), pod] })
  }
  const isDaemon = ({ kind }: Owned): number => (kind === "DaemonSet" ? 1 : 0)
  const all = [...owned.values()].sort((left, right) => isDaemon(left) - isDaemon(right) || right.pods.length - left.pods.length)
  return all.some(({ kind }) => kind !== "DaemonSet") ? all : [{ workload: "web", kind: "Deployment", hash: undefined, pods: [] }, ...all]
}

/** The workload that a script means when it names none. */
export const mainOf = (recording: Recording): string => ownersOf(recording)[0]?.workload ?? "web"

export const workloadsOf = (recording: Recording): ReadonlyArray<WorkloadSpec> => {
  const standing = standingPods(recording)
  const owners = ownersOf(recording)
  const daemons = owners.filter(({ kind }) => kind === "DaemonSet")
  const spread = spreadOf(recording)
  return owners.map((owner, index): WorkloadSpec => {
    const { workload, kind } = owner
    const named = [...standing].filter(([pod]) => ownerOf(pod).workload === workload).map(([name, node]) => ({ name, node }))
    const base = { name: workload, namespace: "default", template: templateOf(recording, owner, index === 0 ? spread : undefined) }
    if (kind === "DaemonSet") return { ...base, kind, replicas: 0, pins: named }
    const pins = index === 0 ? [...named, ...unnamedOf(recording, owner, daemons.length)] : named
    const hash = hashOf(recording, workload)
    return { ...base, kind, replicas: pins.length, pins, ...(hash === undefined ? {} : { templateHash: hash }) }
  })
}

/** Of its first pods: those that stood, else those that were made first. */
const hashOf = (recording: Recording, workload: string): string | undefined =>
  [...standingPods(recording).keys(), ...linesOfKind(recording, "pod").flatMap(({ name }) => name ?? [])]
    .map(ownerOf)
    .find((owner) => owner.workload === workload && owner.hash !== undefined)?.hash

/** Pods that stood and are known by number only, with names of our own. */
const unnamedOf = (recording: Recording, { workload }: Owned, daemons: number): ReadonlyArray<PodPin> => {
  const steady = recording.lines.find(({ k }) => k === "steady")
  if (steady?.pods !== undefined) return []
  const counts = steady?.place?.nodes ?? {}
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const said = firstCount(recording)
  const counted = said === undefined ? Object.values(counts).every((count) => count > daemons) : all > said
  const others = [...standingPods(recording)]
  const hash = hashOf(recording, workload) ?? "0"
  return Object.keys(counts)
    .sort()
    .flatMap((node) => {
      const known = others.filter(
        ([pod, where]) => where === node && (counted ? ownerOf(pod).kind !== "DaemonSet" : ownerOf(pod).workload === workload)
      )
      const missing = (counts[node] ?? 0) - (counted ? daemons : 0) - known.length
      return Array.from({ length: Math.max(0, missing) }, (_, index) => ({
        name: `${workload}-${hash}-${node}x${known.length + index}`,
        node
      }))
    })
}

/** `scale 3 -> 120`, `(8 replicas, …`: how many stood before the script's first move. */
const firstCount = (recording: Recording): number | undefined => {
  const first = recording.lines.find(({ k }) => k === "mark" || k === "action")?.ev ?? ""
  const found = /scale\D*(\d+) *->/i.exec(first) ?? /\((\d+) replicas/.exec(first)
  return found?.[1] === undefined ? undefined : Number(found[1])
}

const templateOf = (recording: Recording, owner: Owned, spread: SpreadConstraint | undefined): PodTemplate => {
  const isDaemon = owner.kind === "DaemonSet"
  const tolerations = isDaemon ? [] : tolerationsOf(recording, owner.workload)
  return {
    labels: { app: owner.workload },
    hostNetwork: isDaemon,
    serves: isDaemon ? [] : [{ port: 80, protocol: "tcp", paths: [] }],
    ...(spread === undefined ? {} : { spread: [{ ...spread, selector: { labels: { app: owner.workload }, requirements: [] } }] }),
    ...(tolerations.length === 0 ? {} : { tolerations })
  }
}

/** A constraint that refused a node shows in the refusal; its skew is the widest that any binding left. */
const spreadOf = (recording: Recording): SpreadConstraint | undefined => {
  const isRefused = linesOfKind(recording, "pod").some(({ msg }) => msg?.includes("didn't match pod topology spread constraints"))
  if (!isRefused) return undefined
  return {
    maxSkew: widestSkew(recording),
    topologyKey: zoneLabel,
    whenUnsatisfiable: "DoNotSchedule",
    selector: { labels: {}, requirements: [] }
  }
}

/** Over zones, of the main workload's pods that are not terminating. */
const widestSkew = (recording: Recording): number => {
  const main = mainOf(recording)
  const zones = new Map(Object.keys(recording.lines.find(({ k }) => k === "steady")?.place?.zones ?? {}).map((zone) => [zone, 0]))
  const where = new Map<string, string>()
  const count = (zone: string, by: number): number => {
    zones.set(zone, (zones.get(zone) ?? 0) + by)
    return (zones.get(zone) ?? 0) - Math.min(...zones.values())
  }
  for (const [pod, node] of standingPods(recording)) {
    if (ownerOf(pod).workload !== main) continue
    where.set(pod, node.slice(0, 1))
    count(node.slice(0, 1), 1)
  }
  let widest = 1
  for (const { name = "", ev, zone } of linesOfKind(recording, "pod")) {
    if (ownerOf(name).workload !== main) continue
    if (ev === "bound" && zone !== undefined) {
      where.set(name, zone)
      widest = Math.max(widest, count(zone, 1))
    } else if (ev === "deleting" && where.has(name)) {
      count(where.get(name) ?? "", -1)
      where.delete(name)
    }
  }
  return widest
}

/** Admission's own: what a template is given that says nothing. Source: kubernetes plugin/pkg/admission/defaulttolerationseconds. */
const usualSeconds = 300
/** What a span between two recorded writes may be off by. */
const jitterMs = 2_000

/** From a node's NoExecute taint to the deletion of its pods: more or less than 300 s, and the template says so. */
const tolerationsOf = (recording: Recording, workload: string): ReadonlyArray<Toleration> => {
  const taintedAt = new Map<string, number>()
  const standing = new Map(standingPods(recording))
  for (const { k, t, ev, name = "", node, taint, grace } of recording.lines) {
    if (k === "node" && ev === "taint+" && taint?.endsWith(":NoExecute")) taintedAt.set(name, t)
    if (k === "node" && ev === "taint-" && taint?.endsWith(":NoExecute")) taintedAt.delete(name)
    if (k !== "pod") continue
    if (ev === "bound" && node !== undefined) standing.set(name, node)
    const at = taintedAt.get(standing.get(name) ?? "")
    if (ev !== "deleting" || grace === 0 || at === undefined || ownerOf(name).workload !== workload) continue
    const isTold = recording.lines.some(
      (line) => line.k === "event" && line.reason === "TaintManagerEviction" && line.obj?.endsWith(`/${name}`)
    )
    if (!isTold || Math.abs(t - at - usualSeconds * 1_000) <= jitterMs) continue
    const seconds = Math.round((t - at) / 1_000)
    return ["unreachable", "not-ready"].map((key) => ({
      key: `node.kubernetes.io/${key}`,
      operator: "Exists",
      effect: "NoExecute",
      seconds
    }))
  }
  return []
}

/**
 * The plan that plays a recording over again: the same zones, nodes and pods, lease and pass phases as recorded, the recording's own
 * script as the timeline. Settings: `profile: recorded-1.20`. The script begins two minutes into the run.
 */
import { completeSettings } from "../../src/model/world/settings.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { linesOfKind, type Recording, standingPods } from "./recording.ts"
import { scriptOf } from "./script-of.ts"
import { mainOf, workloadsOf } from "./workloads-of.ts"

export const begins = 120_000
const passPeriodMs = 5_002
const podGcMs = 20_000

const modulo = (value: number, period: number): number => ((value % period) + period) % period

export interface Staged {
  readonly plan: Plan
  readonly zoneOf: (node: string) => string
  /** Hash of each template by the key it is drawn with. */
  readonly hashes: ReadonlyMap<string, string>
  /** What of the script is not understood, in the recording's words. */
  readonly unknown: ReadonlyArray<string>
  /** Pods that each workload made before the script began. */
  readonly created: ReadonlyMap<string, number>
}

export const stage = (recording: Recording): Staged => {
  const script = scriptOf(recording)
  const heartbeatMs = recording.hollow.leaseEveryMs
  const standing = standingPods(recording)
  const zones = zonesOf(recording, standing)
  const zoneOf = (node: string): string => zones.get(node) ?? node.slice(0, 1)
  const late = new Set(linesOfKind(recording, "node").flatMap(({ ev, name }) => (ev === "created" && name !== undefined ? [name] : [])))
  const zoneNames = [...new Set(zones.values())].sort()
  const leases = leasesOf(recording)
  const maxPods = maxPodsOf(recording)
  const nodes: Plan["cluster"]["nodes"] = [...zones.keys()].sort().map((name) => {
    const lease = leases.get(name)
    const sync = firstSync(recording, name, standing)
    const index = [...zones.keys()]
      .sort()
      .filter((other) => zoneOf(other) === zoneOf(name))
      .indexOf(name)
    return {
      name,
      nodeGroup: "hollow",
      subnet: zoneOf(name),
      instanceType: "hollow",
      address: `10.${zoneNames.indexOf(zoneOf(name))}.0.${10 + index}`,
      groups: [],
      maxPods,
      labels: {},
      podSyncPhaseMs: sync === undefined ? 0 : modulo(begins + sync, heartbeatMs),
      ...(lease === undefined ? {} : { leasePhaseMs: modulo(begins + lease, heartbeatMs) }),
      ...(late.has(name) ? { isLate: true, ...readyOf(recording, name) } : {})
    }
  })
  const workloads = workloadsOf(recording)
  const pass = passOf(recording)
  // Sweeps leave no trace of their own: their phase is that of the first deletion by force.
  const forced = linesOfKind(recording, "pod").find(({ ev, grace }) => ev === "deleting" && grace === 0)
  return {
    zoneOf,
    hashes: script.hashes,
    unknown: script.unknown,
    created: new Map(workloads.map(({ name, kind, replicas }) => [name, kind === "DaemonSet" ? nodes.length - late.size : replicas])),
    plan: {
      format: 1,
      name: recording.name,
      about: "",
      lesson: "",
      topology: {
        _tag: "FlatTopology",
        id: "hollow",
        zones: zoneNames,
        subnets: zoneNames.map((zone, index) => ({ id: zone, zone, cidr: `10.${index}.0.0/16` })),
        shapes: [{ name: "hollow", milliCpu: 8_000, memoryMiB: 16_384, pods: 110 }],
        apiAddress: "10.255.0.1"
      },
      cluster: {
        id: "recorded",
        version: "1.20",
        serviceCidr: "10.100.0.0/16",
        api: { endpoint: "inside", name: "api", address: "10.255.0.1", port: 443 },
        dnsService: "none",
        nodes,
        workloads,
        services: [
          {
            name: mainOf(recording),
            namespace: "default",
            type: "ClusterIP",
            clusterIp: "10.100.0.1",
            selector: { app: mainOf(recording) },
            ports: [{ port: 80, targetPort: 80, protocol: "tcp" }]
          }
        ],
        volumes: []
      },
      probes: [],
      timeline: script.moves.map(({ atMs, action }) => ({ atMs: begins + atMs, action })).sort((left, right) => left.atMs - right.atMs),
      untilMs: begins + finalOf(recording),
      expectations: [],
      settings: completeSettings({
        profile: "recorded-1.20",
        nodeLifecycle: recording.modern ? "upstream-1.32" : "upstream-1.20",
        schedulerTexts: "1.20",
        ...(recording.graceMs === undefined ? {} : { graceMs: recording.graceMs }),
        heartbeatMs,
        containerStartMs: recording.hollow.podStartMs,
        podStopMs: recording.hollow.podStopMs,
        ...(pass === undefined ? {} : { monitorPhaseMs: modulo(begins + pass, passPeriodMs) }),
        ...(forced === undefined ? {} : { podGcPhaseMs: modulo(begins + forced.t, podGcMs) })
      })
    }
  }
}

const finalOf = (recording: Recording): number => Math.max(0, ...recording.lines.map(({ t }) => t)) + 1

/** When the monitor's first pass began. Where a node turns Unknown, its run says so: nothing else tells it. */
const passOf = (recording: Recording): number | undefined => {
  const turned = linesOfKind(recording, "node").find(({ ev, to }) => ev === "ready" && to === "Unknown")
  const [first] = recording.passes
  if (first === undefined && turned !== undefined)
    throw new Error(`${recording.name}: node ${turned.name} turns Unknown, and no line "monitorPasses" says when passes began`)
  return first
}

/** When each node that died last renewed its lease. */
const leasesOf = (recording: Recording): ReadonlyMap<string, number> =>
  new Map(
    linesOfKind(recording, "fault").flatMap(({ t, lastRenewMsAgo }) =>
      Object.entries(lastRenewMsAgo ?? {}).map(([node, ago]) => [node, t - ago])
    )
  )

/** A node that was too full for one more pod shows how many it takes. Source of the rest: kubelet --max-pods. */
const maxPodsOf = (recording: Recording): number => {
  const isFull = recording.lines.some(({ msg }) => msg?.includes("Too many pods"))
  const counts = recording.lines.flatMap(({ place }) => Object.values(place?.nodes ?? {}))
  return isFull && counts.length > 0 ? Math.max(...counts) : 110
}

/** Zone of every node that the recording names: its first letter, unless a binding says otherwise. */
const zonesOf = (recording: Recording, standing: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const place = recording.lines.find(({ k }) => k === "steady")?.place
  const named = [
    ...standing.values(),
    ...Object.keys(place?.nodes ?? {}),
    ...recording.lines.flatMap(({ k, name }) => (k === "node" && name !== undefined ? [name] : [])),
    ...recording.lines.flatMap(({ node, dead, nodes }) => [...(node === undefined ? [] : [node]), ...(dead ?? []), ...(nodes ?? [])])
  ]
  const zones = new Map(named.map((node) => [node, node.slice(0, 1)]))
  for (const { node, zone } of recording.lines) if (node !== undefined && zone !== undefined) zones.set(node, zone)
  return zones
}

/** How long a new node bore not-ready:NoSchedule: when its script first posted, and when that was seen. */
const readyOf = (recording: Recording, node: string): { readonly readyMs?: number } => {
  const at = (ev: string): number | undefined => linesOfKind(recording, "node").find((line) => line.name === node && line.ev === ev)?.t
  const [from, to] = [at("created"), at("taint-")]
  return from === undefined || to === undefined ? {} : { readyMs: to - from }
}

/** When a node's kubelet first put its pods' conditions right after its return. */
const firstSync = (recording: Recording, node: string, standing: ReadonlyMap<string, string>): number | undefined =>
  linesOfKind(recording, "pod").find(
    ({ ev, to, node: where, name }) => ev === "ready" && to === "True" && where === node && name !== undefined && standing.has(name)
  )?.t

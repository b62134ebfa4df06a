/**
 * The plan that plays a recording over again: the same zones, nodes and pods, lease and pass phases as recorded, the recording's own
 * script as the timeline. Settings: `profile: recorded-1.20`. The script begins two minutes into the run.
 */
import type { Action } from "../../src/model/fault/action.ts"
import { zoneLabel } from "../../src/model/kube/labels.ts"
import type { PodPin, WorkloadSpec } from "../../src/model/kube/spec.ts"
import { completeSettings } from "../../src/model/world/settings.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { linesOfKind, ownerOf, type Recording, standingPods } from "./recording.ts"

export const begins = 120_000
const heartbeatMs = 10_000
const passPeriodMs = 5_002
const podGcMs = 20_000

const modulo = (value: number, period: number): number => ((value % period) + period) % period

export interface Staged {
  readonly plan: Plan
  readonly zoneOf: (node: string) => string
  /** Hash of each template by the key it is drawn with. */
  readonly hashes: ReadonlyMap<string, string>
  /** Pods that each workload made before the script began. */
  readonly created: ReadonlyMap<string, number>
}

interface Case {
  readonly replicas: number
  /** Zone spread as the case's Deployment says it. */
  readonly spread?: "ScheduleAnyway"
  readonly agents: ReadonlyArray<string>
  readonly maxPods: number
  readonly script: (recording: Recording) => ReadonlyArray<{ readonly atMs: number; readonly action: Action }>
  readonly until: (recording: Recording) => number
}

const web = "default/web"
const finalOf = (recording: Recording): number => (recording.lines.at(-1)?.t ?? 0) + 1
const markAt = (recording: Recording, start: string): number =>
  linesOfKind(recording, "mark").find(({ ev }) => ev?.startsWith(start))?.t ?? 0

const outage: Case["script"] = (recording) =>
  recording.lines.flatMap(({ k, t, dead, nodes, ev }): ReadonlyArray<{ readonly atMs: number; readonly action: Action }> => {
    if (k === "fault") return [{ atMs: t, action: { _tag: "CutNodes", nodes: dead ?? [] } as const }]
    if (k === "resume") return [{ atMs: t, action: { _tag: "HealNodes", nodes: nodes ?? [] } as const }]
    if (k === "action" && ev?.startsWith("Node objects"))
      return [{ atMs: t, action: { _tag: "DeleteNodes", nodes: (ev.split(" ")[2] ?? "").split(",") } as const }]
    return []
  })

const podLimit: Case["script"] = (recording) => [
  { atMs: 0, action: { _tag: "Scale", workload: web, replicas: 120 } },
  ...linesOfKind(recording, "node").flatMap(({ t, ev, name }) =>
    ev === "created" && name !== undefined ? [{ atMs: t, action: { _tag: "JoinNodes", nodes: [name] } as const }] : []
  )
]

const budget = (amount: { minAvailable?: number | string; maxUnavailable?: number | string }): Action => ({
  _tag: "ApplyBudget",
  budget: { name: "web", namespace: "default", selector: { labels: { app: "web" }, requirements: [] }, ...amount }
})

const rolloutAndEviction: Case["script"] = (recording) => {
  const at = (start: string): number => markAt(recording, start)
  const version = (name: string, changes: Extract<Action, { _tag: "Rollout" }>["changes"]): Action => ({
    _tag: "Rollout",
    workload: web,
    version: name,
    changes
  })
  const first = (start: string): ReadonlyArray<string> => {
    const from = at(start)
    const asked = linesOfKind(recording, "evict").filter(({ t }) => t >= from && t < from + 1_500)
    return [...new Set(asked.map(({ pod }) => `default/${pod}`))]
  }
  const scaledDown = linesOfKind(recording, "pod").find(({ t, ev }) => ev === "deleting" && t > at("C2") + 5_000)?.t ?? 0
  const refusedEach = linesOfKind(recording, "evict").filter(({ t }) => t > at("E") && t < at("F"))
  return [
    { atMs: at("A"), action: version("v2", {}) },
    { atMs: at("B"), action: version("v3", { startMs: 8_000 }) },
    { atMs: at("C:"), action: version("bad", { behaviour: { kind: "never-ready", afterMs: 0 } }) },
    // Pods of v3 start in 2 s from here on: a setting of the hollow nodes, which the model has in the template.
    { atMs: at("C2"), action: version("v3", { startMs: 2_000 }) },
    { atMs: scaledDown, action: { _tag: "Scale", workload: web, replicas: 4 } },
    { atMs: at("D"), action: budget({ minAvailable: 3 }) },
    { atMs: at("D"), action: { _tag: "EvictPods", pods: first("D") } },
    { atMs: at("E"), action: budget({ minAvailable: "100%" }) },
    ...refusedEach.map(({ t, pod }) => ({ atMs: t, action: { _tag: "EvictPods", pods: [`default/${pod}`], once: true } as const })),
    { atMs: at("F"), action: budget({ maxUnavailable: "50%" }) },
    { atMs: at("F"), action: { _tag: "EvictPods", pods: first("F") } },
    { atMs: at("G"), action: { _tag: "DeletePods", pods: linesOfKind(recording, "delete").map(({ pod }) => `default/${pod}`) } }
  ]
}

const cases: Readonly<Record<string, Case>> = {
  "01": { replicas: 6, spread: "ScheduleAnyway", agents: ["agent"], maxPods: 110, script: outage, until: finalOf },
  "03": { replicas: 6, spread: "ScheduleAnyway", agents: ["agent"], maxPods: 110, script: outage, until: finalOf },
  "05": { replicas: 30, agents: [], maxPods: 110, script: outage, until: finalOf },
  "07": { replicas: 3, agents: ["agent", "proxy"], maxPods: 29, script: podLimit, until: finalOf },
  "09": { replicas: 8, agents: [], maxPods: 110, script: rolloutAndEviction, until: finalOf },
  "12": { replicas: 6, spread: "ScheduleAnyway", agents: ["agent"], maxPods: 110, script: outage, until: finalOf }
}

/** Throws for a recording whose script is not known here. */
export const stage = (recording: Recording): Staged => {
  const known = cases[recording.name.slice(0, 2)]
  if (known === undefined) throw new Error(`recording ${recording.name}: no script for ${recording.name.slice(0, 2)}; add it to plan-of.ts`)
  const standing = standingPods(recording)
  const fault = recording.lines.find(({ k }) => k === "fault")
  const zones = zonesOf(recording, standing)
  const zoneOf = (node: string): string => zones.get(node) ?? node.slice(0, 1)
  const late = new Set(linesOfKind(recording, "node").flatMap(({ ev, name }) => (ev === "created" && name !== undefined ? [name] : [])))
  const zoneNames = [...new Set(zones.values())].sort()
  const faultAt = fault?.t ?? 0
  const nodes: Plan["cluster"]["nodes"] = [...zones.keys()].sort().map((name) => {
    const lease = fault?.lastRenewMsAgo?.[name]
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
      maxPods: known.maxPods,
      labels: {},
      podSyncPhaseMs: sync === undefined ? 0 : modulo(begins + sync, heartbeatMs),
      ...(lease === undefined ? {} : { leasePhaseMs: modulo(begins + faultAt - lease, heartbeatMs) }),
      ...(late.has(name) ? { isLate: true, ...readyOf(recording, name) } : {})
    }
  })
  const place = recording.lines.find(({ k }) => k === "steady")?.place
  const workloads = [...known.agents.map((name) => agentOf(name, standing)), webOf(recording, known, standing, place?.nodes ?? {})]
  const hashes = new Map<string, string>()
  for (const [version, hash] of versionsOf(recording)) hashes.set(`${web}@${version}`, hash)
  const forced = linesOfKind(recording, "pod").find(({ ev, grace }) => ev === "deleting" && grace === 0)
  return {
    zoneOf,
    hashes,
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
            name: "web",
            namespace: "default",
            type: "ClusterIP",
            clusterIp: "10.100.0.1",
            selector: { app: "web" },
            ports: [{ port: 80, targetPort: 80, protocol: "tcp" }]
          }
        ],
        volumes: []
      },
      probes: [],
      timeline: known
        .script(recording)
        .map(({ atMs, action }) => ({ atMs: begins + atMs, action }))
        .sort((left, right) => left.atMs - right.atMs),
      untilMs: begins + known.until(recording),
      expectations: [],
      settings: completeSettings({
        profile: "recorded-1.20",
        nodeLifecycle: recording.modern ? "upstream-1.32" : "upstream-1.20",
        schedulerTexts: "1.20",
        containerStartMs: recording.hollow.podStartMs,
        podStopMs: recording.hollow.podStopMs,
        ...(recording.passes[0] === undefined ? {} : { monitorPhaseMs: modulo(begins + recording.passes[0], passPeriodMs) }),
        ...(forced === undefined ? {} : { podGcPhaseMs: modulo(begins + forced.t, podGcMs) })
      })
    }
  }
}

/** Zone of every node that the recording names: its first letter, unless a binding says otherwise. */
const zonesOf = (recording: Recording, standing: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const place = recording.lines.find(({ k }) => k === "steady")?.place
  const named = [
    ...standing.values(),
    ...Object.keys(place?.nodes ?? {}),
    ...recording.lines.flatMap(({ k, name }) => (k === "node" && name !== undefined ? [name] : [])),
    ...recording.lines.flatMap(({ node }) => node ?? [])
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

const agentOf = (name: string, standing: ReadonlyMap<string, string>): WorkloadSpec => ({
  kind: "DaemonSet",
  name,
  namespace: "default",
  replicas: 0,
  pins: pinsOf(name, standing),
  template: { labels: { app: name }, hostNetwork: true, serves: [] }
})

const pinsOf = (workload: string, standing: ReadonlyMap<string, string>): ReadonlyArray<PodPin> =>
  [...standing].filter(([pod]) => ownerOf(pod).workload === workload).map(([name, node]) => ({ name, node }))

/** Named pods as they stood; where only numbers are known, names of our own. */
const webOf = (
  recording: Recording,
  known: Case,
  standing: ReadonlyMap<string, string>,
  counts: Readonly<Record<string, number>>
): WorkloadSpec => {
  const named = pinsOf("web", standing)
  const made = linesOfKind(recording, "pod").flatMap(({ ev, name }) => (ev === "created" && name !== undefined ? [ownerOf(name).hash] : []))
  const hash = [...named.map(({ name }) => ownerOf(name).hash), ...made].find((each) => each !== undefined)
  const pins = [...named]
  // Some recordings count agents as well.
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const agents = all > known.replicas ? known.agents.length : 0
  for (const node of Object.keys(counts).sort()) {
    const have = named.filter((pin) => pin.node === node).length
    for (let index = have; index < (counts[node] ?? 0) - agents; index++) pins.push({ name: `web-${hash ?? "0"}-${node}x${index}`, node })
  }
  return {
    kind: "Deployment",
    name: "web",
    namespace: "default",
    replicas: known.replicas,
    pins,
    ...(hash === undefined ? {} : { templateHash: hash }),
    template: {
      labels: { app: "web" },
      hostNetwork: false,
      serves: [{ port: 80, protocol: "tcp", paths: [] }],
      ...(known.spread === undefined
        ? {}
        : {
            spread: [
              {
                maxSkew: 1,
                topologyKey: zoneLabel,
                whenUnsatisfiable: known.spread,
                selector: { labels: { app: "web" }, requirements: [] }
              }
            ]
          })
    }
  }
}

/** Versions of the rollout case with the hashes they had, in the order of the marks. */
const versionsOf = (recording: Recording): ReadonlyArray<readonly [version: string, hash: string]> => {
  const hashAfter = (start: string): string | undefined => {
    const from = markAt(recording, start)
    const made = linesOfKind(recording, "pod").find(({ t, ev }) => ev === "created" && t >= from)
    return made?.name === undefined ? undefined : ownerOf(made.name).hash
  }
  return (
    [
      ["v2", hashAfter("A")],
      ["v3", hashAfter("B")],
      ["bad", hashAfter("C:")]
    ] as const
  ).flatMap(([version, hash]) => (hash === undefined ? [] : [[version, hash] as const]))
}

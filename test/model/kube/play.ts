/**
 * Plays a cluster by itself: its controllers, the address pools, and nothing else. Nodes are cut off and given their path back by
 * hand, as the world would say it after asking the fabric. Settling begins at -600 s; steps follow the timers of their instant.
 */

import { Kernel, type Machine } from "../../../src/engine/kernel.ts"
import { evolveAddresses, startAddresses } from "../../../src/model/capacity/addresses.ts"
import type { CapacityEvent, CapacityTimer } from "../../../src/model/capacity/message.ts"
import { attach, beginPool, keepPool, keepPoolOfPod, look } from "../../../src/model/capacity/pool-keeper.ts"
import { launchWords } from "../../../src/model/cloud/aws/launch-words.ts"
import { evolveCluster } from "../../../src/model/kube/evolve.ts"
import { kubeHears, kubeKeeps } from "../../../src/model/kube/hears.ts"
import type { KubeEvent, KubeTimer } from "../../../src/model/kube/message.ts"
import { kubeSettingsOf, profiledSettings } from "../../../src/model/kube/settings.ts"
import type { ClusterSpec, NodeSpec, ServiceSpec, WorkloadSpec } from "../../../src/model/kube/spec.ts"
import { startCluster } from "../../../src/model/kube/start-cluster.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { chanceOf } from "../../../src/model/value/chance.ts"
import { lastBeatUpTo } from "../../../src/model/value/instant.ts"
import type { SettingValue } from "../../../src/model/value/setting.ts"
import type { Decider, Turn } from "../../../src/model/value/turn.ts"
import { settingDefinitions } from "../../../src/model/world/settings.ts"

/** What the stage's hands do: nodes lose their path to the API server, or have it back. */
export interface Step {
  readonly cut?: ReadonlyArray<string>
  readonly restore?: ReadonlyArray<string>
  readonly join?: ReadonlyArray<string>
}

type Told = KubeEvent | CapacityEvent
type Asked = KubeTimer | CapacityTimer | { readonly _tag: "stage/SettleDue" }
type StageTurn = Turn<Told, Asked>

export interface NodeWish {
  readonly name: string
  readonly zone: string
  readonly maxPods?: number
  readonly milliCpu?: number
  readonly memoryMiB?: number
  /** Joins with a step, not at settling. */
  readonly isLate?: boolean
}

export interface ClusterWish {
  readonly nodes: ReadonlyArray<NodeWish>
  readonly workloads?: ReadonlyArray<WorkloadSpec>
  readonly services?: ReadonlyArray<ServiceSpec>
  readonly volumes?: ClusterSpec["volumes"]
  readonly settings?: Readonly<Record<string, SettingValue>>
  readonly steps?: ReadonlyArray<readonly [atMs: number, step: Step]>
  readonly until: number
  readonly seed?: number
}

const settlesAt = -600_000

/** What an m5.large leaves to pods. */
const large = { milliCpu: 1_930, memoryMiB: 7_518, maxPods: 29 }

const plain: PodTemplate = { labels: {}, hostNetwork: false, serves: [] }

/** A workload of namespace `default` whose pods bear the label `app=<name>`. */
export const workload = (
  kind: WorkloadSpec["kind"],
  name: string,
  rest: Partial<Omit<WorkloadSpec, "template">> & { readonly template?: Partial<PodTemplate> } = {}
): WorkloadSpec => ({
  kind,
  name,
  namespace: "default",
  replicas: 1,
  pins: [],
  templateHash: "1234567890",
  ...rest,
  template: { ...plain, labels: { app: name }, ...rest.template }
})

/** A Service of namespace `default` that selects `app=<name>`. */
export const service = (name: string): ServiceSpec => ({
  name,
  namespace: "default",
  type: "ClusterIP",
  clusterIp: "10.100.0.1",
  selector: { app: name },
  ports: [{ port: 80, targetPort: 8080, protocol: "tcp" }]
})

const zonesOf = (wish: ClusterWish): ReadonlyArray<string> => [...new Set(wish.nodes.map(({ zone }) => zone))]

const nodeSpec = (wish: ClusterWish, node: NodeWish, index: number): NodeSpec => ({
  name: node.name,
  nodeGroup: "workers",
  subnet: node.zone,
  instanceType: "m5.large",
  address: `10.${zonesOf(wish).indexOf(node.zone)}.0.${10 + index}`,
  groups: [],
  maxPods: node.maxPods ?? large.maxPods,
  labels: {}
})

const specOf = (wish: ClusterWish): ClusterSpec => ({
  id: "stage",
  version: "1.20",
  serviceCidr: "10.100.0.0/16",
  api: { endpoint: "public", name: "api", address: "198.51.100.1", port: 443 },
  dnsService: "none",
  nodes: wish.nodes.map((node, index) => nodeSpec(wish, node, index)),
  workloads: wish.workloads ?? [],
  services: wish.services ?? [],
  volumes: wish.volumes ?? []
})

const stageOf = (wish: ClusterWish) => {
  const spec = specOf(wish)
  const terms = new Map(
    wish.nodes.map((node) => [
      node.name,
      { zone: node.zone, allocatableMilliCpu: node.milliCpu ?? large.milliCpu, allocatableMiB: node.memoryMiB ?? large.memoryMiB }
    ])
  )
  const defaults = Object.fromEntries(settingDefinitions.map((definition) => [definition.name, definition.default]))
  const chosen = { ...defaults, schedulerTexts: "1.20", ...wish.settings }
  return {
    spec,
    cluster: startCluster(spec, terms),
    addresses: startAddresses(
      spec.nodes.map((node) => ({
        ...node,
        pinned: spec.workloads.flatMap(({ pins }) =>
          pins.flatMap((pin) => (pin.node === node.name && pin.address !== undefined ? [pin.address] : []))
        )
      })),
      {
        subnets: new Map(
          zonesOf(wish).map((zone, index) => [
            zone,
            { id: zone, zone, cidr: `10.${index}.0.0/16`, reserved: [`10.${index}.0.0`, `10.${index}.0.1`] }
          ])
        ),
        launchWords,
        instanceTypes: new Map([
          [
            "m5.large",
            {
              type: "m5.large",
              interfacesMax: 3,
              slotsPerInterface: 9,
              allocatableMilliCpu: large.milliCpu,
              allocatableMiB: large.memoryMiB
            }
          ]
        ])
      }
    ),
    settings: kubeSettingsOf({ ...chosen, ...profiledSettings(chosen), ...wish.settings }),
    zonesDown: new Set<string>()
  }
}
export type Stage = ReturnType<typeof stageOf>

const settle =
  (wish: ClusterWish) =>
  (world: Stage, _timer: unknown, turn: StageTurn): void => {
    for (const { name, zone, isLate } of wish.nodes) if (!isLate) turn.emit({ _tag: "kube/NodeJoined", node: name, zone })
    for (const { namespace, name } of world.spec.workloads) turn.emit({ _tag: "kube/WorkloadApplied", workload: `${namespace}/${name}` })
    for (const { namespace, name } of world.spec.services) turn.emit({ _tag: "kube/ServiceApplied", service: `${namespace}/${name}` })
  }

const act =
  (wish: ClusterWish) =>
  (world: Stage, step: Step, turn: StageTurn): void => {
    for (const node of step.cut ?? []) {
      const lastRenewalAt = world.cluster.nodes.get(node)?.cutOff?.lastRenewalAt ?? lastBeatUpTo(turn.now, world.settings.heartbeatMs, 0)
      turn.emit({ _tag: "kube/NodeCutOff", node, lastRenewalAt, reason: "ComponentSilent", at: node })
    }
    for (const node of step.restore ?? []) turn.emit({ _tag: "kube/NodePathRestored", node })
    for (const { name, zone } of wish.nodes) if (step.join?.includes(name)) turn.emit({ _tag: "kube/NodeJoined", node: name, zone })
  }

const capacityHears: Record<string, ReadonlyArray<unknown>> = {
  "kube/NodeJoined": [beginPool],
  "kube/PodAddressAssigned": [keepPool],
  "kube/PodRemoved": [keepPoolOfPod],
  "capacity/InterfaceAttached": [keepPool]
}
const capacityKeeps: Record<string, unknown> = {
  "capacity/PoolLookDue": { rank: 1, decide: look },
  "capacity/AttachDue": { rank: 2, decide: attach }
}
const isCapacity = (event: Told): event is CapacityEvent => event._tag.startsWith("capacity/")

export const playCluster = (wish: ClusterWish) => {
  const kept: Array<{ readonly at: number; readonly tag: Asked["_tag"] }> = []
  const machine: Machine<Stage, Told, Asked, Step> = {
    evolve: (world, event, at, seq) => {
      if (isCapacity(event)) return evolveAddresses(world.addresses, event, at)
      if (event._tag === "kube/PodAddressAssigned" || event._tag === "kube/PodRemoved") evolveAddresses(world.addresses, event, at)
      evolveCluster(world.cluster, event, at, seq)
    },
    hears: (tag) =>
      [...((kubeHears as Record<string, ReadonlyArray<unknown>>)[tag] ?? []), ...(capacityHears[tag] ?? [])] as ReadonlyArray<
        Decider<Stage, Told, Told, Asked>
      >,
    keeps: (tag) => {
      const { rank, decide } = (
        tag === "stage/SettleDue" ? { rank: 0, decide: settle(wish) } : (capacityKeeps[tag] ?? kubeKeeps[tag as KubeTimer["_tag"]])
      ) as {
        readonly rank: number
        readonly decide: Decider<Stage, Asked, Told, Asked>
      }
      return {
        rank,
        decide: (stage, timer, turn) => {
          kept.push({ at: turn.now, tag: timer._tag })
          decide(stage, timer, turn)
        }
      }
    },
    acts: act(wish),
    timelineRank: 4
  }
  const world = stageOf(wish)
  const kernel = new Kernel<Stage, Told, Asked, Step>({
    machine,
    world,
    chance: chanceOf(wish.seed ?? 1),
    beginAt: settlesAt,
    begin: { _tag: "stage/SettleDue" },
    timeline: (wish.steps ?? []).map(([atMs, action]) => ({ atMs, action }))
  })
  const recorded = kernel.advance(wish.until, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return { recorded, world, kept }
}
export type Played = ReturnType<typeof playCluster>

/** Events of these kinds (all if none are named) from `since` on. */
export const eventsOf = (played: Played, tags: ReadonlyArray<string> = [], since = settlesAt): Played["recorded"] =>
  played.recorded.filter(({ at, event }) => at >= since && (tags.length === 0 || tags.includes(event._tag.replace("kube/", ""))))

/** The same as text: `45 NodeTainted node-1 NoExecute`, seconds from `since`; scores and reasons left out. */
export const linesOf = (played: Played, tags: ReadonlyArray<string> = [], since = settlesAt): ReadonlyArray<string> =>
  eventsOf(played, tags, since).map(({ at, event }) => {
    const {
      _tag,
      scores: _scores,
      key: _key,
      pinned: _pinned,
      startsEmpty: _startsEmpty,
      workload: _workload,
      hash: _hash,
      ...rest
    } = event as Record<string, unknown> & { readonly _tag: string }
    return [(at - since) / 1_000, _tag.replace("kube/", ""), ...Object.values(rest).map(String)].join(" ")
  })

/** Where the pods of a workload stand, terminating ones left out: `node` names sorted. */
export const placesOf = (played: Played, workloadName: string): ReadonlyArray<string> =>
  [...played.world.cluster.pods.values()]
    .filter((pod) => pod.workload === `default/${workloadName}` && !pod.terminating)
    .map((pod) => pod.node ?? "pending")
    .sort()

/**
 * A stage for the scheduler: nodes with any labels, taints and resources, and steps that are events, as an operator or a cloud would
 * cause them. Settling begins at -600 s; every node has addresses enough.
 */

import { Kernel, type Machine } from "../../../src/engine/kernel.ts"
import type { Recorded } from "../../../src/event/event.ts"
import { evolveAddresses, startAddresses } from "../../../src/model/capacity/addresses.ts"
import { launchWords } from "../../../src/model/cloud/aws/launch-words.ts"
import { evolveCluster } from "../../../src/model/kube/evolve.ts"
import { kubeHears, kubeKeeps } from "../../../src/model/kube/hears.ts"
import type { KubeEvent, KubeEventOf, KubeTimer } from "../../../src/model/kube/message.ts"
import { kubeSettingsOf, profiledSettings } from "../../../src/model/kube/settings.ts"
import type { ClusterSpec, NodeSpec, WorkloadSpec } from "../../../src/model/kube/spec.ts"
import { startCluster } from "../../../src/model/kube/start-cluster.ts"
import type { LabelSelector, PodTemplate } from "../../../src/model/kube/template.ts"
import type { KubeWorld } from "../../../src/model/kube/world.ts"
import { chanceOf } from "../../../src/model/value/chance.ts"
import type { SettingValue } from "../../../src/model/value/setting.ts"
import type { Decider } from "../../../src/model/value/turn.ts"
import { settingDefinitions } from "../../../src/model/world/settings.ts"

export interface NodeWish extends Partial<Omit<NodeSpec, "name">> {
  readonly name: string
  readonly zone: string
  readonly milliCpu?: number
  readonly memoryMiB?: number
}

export interface StageWish {
  readonly nodes: ReadonlyArray<NodeWish>
  readonly workloads?: ReadonlyArray<WorkloadSpec>
  readonly volumes?: ClusterSpec["volumes"]
  readonly budgets?: ClusterSpec["budgets"]
  readonly settings?: Readonly<Record<string, SettingValue>>
  /** What happens when, in seconds; workloads named in `WorkloadApplied` here are not applied at settling. */
  readonly steps?: ReadonlyArray<readonly [seconds: number, ...events: ReadonlyArray<KubeEvent>]>
  readonly untilSeconds?: number
}

type Asked = KubeTimer | { readonly _tag: "stage/SettleDue" }

const settlesAt = -600_000
const usual = { milliCpu: 2_000, memoryMiB: 8_000, maxPods: 110, slots: 120 }

const nodeSpec = ({ zone, milliCpu: _cpu, memoryMiB: _memory, ...rest }: NodeWish, index: number): NodeSpec => ({
  nodeGroup: "workers",
  subnet: zone,
  instanceType: "m5.large",
  address: `10.0.0.${10 + index}`,
  groups: [],
  maxPods: usual.maxPods,
  labels: {},
  ...rest
})

const worldOf = (wish: StageWish) => {
  const spec: ClusterSpec = {
    id: "stage",
    version: "1.31",
    serviceCidr: "10.100.0.0/16",
    api: { endpoint: "public", name: "api", address: "198.51.100.1", port: 443 },
    dnsService: "none",
    nodes: wish.nodes.map(nodeSpec),
    workloads: wish.workloads ?? [],
    services: [],
    volumes: wish.volumes ?? [],
    ...(wish.budgets === undefined ? {} : { budgets: wish.budgets })
  }
  const terms = new Map(
    wish.nodes.map((node) => [
      node.name,
      { zone: node.zone, allocatableMilliCpu: node.milliCpu ?? usual.milliCpu, allocatableMiB: node.memoryMiB ?? usual.memoryMiB }
    ])
  )
  const instance = {
    type: "m5.large",
    interfacesMax: 1,
    slotsPerInterface: usual.slots,
    allocatableMilliCpu: usual.milliCpu,
    allocatableMiB: usual.memoryMiB,
    ownBlock: true
  }
  const defaults = Object.fromEntries(settingDefinitions.map((definition) => [definition.name, definition.default]))
  const chosen = { ...defaults, ...wish.settings }
  return {
    cluster: startCluster(spec, terms),
    addresses: startAddresses(
      spec.nodes.map((node) => ({ ...node, pinned: [] })),
      { subnets: new Map(), instanceTypes: new Map([["m5.large", instance]]), launchWords }
    ),
    zonesDown: new Set<string>(),
    settings: kubeSettingsOf({ ...chosen, ...profiledSettings(chosen), ...wish.settings })
  }
}
type World = ReturnType<typeof worldOf>

const settle =
  (wish: StageWish): Decider<World, unknown, KubeEvent, Asked> =>
  (world, _timer, turn) => {
    const later = new Set(
      (wish.steps ?? []).flatMap(([, ...events]) =>
        events.flatMap((event) => (event._tag === "kube/WorkloadApplied" ? event.workload : []))
      )
    )
    for (const { name, zone, isLate } of wish.nodes) if (isLate !== true) turn.emit({ _tag: "kube/NodeJoined", node: name, zone })
    for (const { namespace, name } of world.cluster.spec.workloads) {
      const id = `${namespace}/${name}`
      if (!later.has(id)) turn.emit({ _tag: "kube/WorkloadApplied", workload: id })
    }
  }

export const play = (wish: StageWish) => {
  const world = worldOf(wish)
  const machine: Machine<World, KubeEvent, Asked, ReadonlyArray<KubeEvent>> = {
    evolve: (own, event, at, seq) => {
      if (
        event._tag === "kube/PodAddressAssigned" ||
        event._tag === "kube/PodRemoved" ||
        event._tag === "kube/NodeCreated" ||
        event._tag === "kube/NodeDeleted"
      )
        evolveAddresses(own.addresses, event, at)
      evolveCluster(own.cluster, event, at, seq)
    },
    hears: (tag) => kubeHears[tag] as unknown as ReadonlyArray<Decider<World, KubeEvent, KubeEvent, Asked>> | undefined,
    keeps: (tag) =>
      (tag === "stage/SettleDue" ? { rank: 0, decide: settle(wish) } : kubeKeeps[tag]) as {
        readonly rank: number
        readonly decide: Decider<World, Asked, KubeEvent, Asked>
      },
    acts: (_world, events, turn) => {
      for (const event of events) turn.emit(event)
    },
    timelineRank: 4
  }
  const kernel = new Kernel({
    machine,
    world,
    chance: chanceOf(1),
    beginAt: settlesAt,
    begin: { _tag: "stage/SettleDue" } as Asked,
    timeline: (wish.steps ?? []).map(([seconds, ...action]) => ({ atMs: seconds * 1_000, action }))
  })
  const recorded: ReadonlyArray<Recorded<KubeEvent>> = kernel.advance(
    (wish.untilSeconds ?? 0) * 1_000,
    Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER
  )
  return { recorded, cluster: world.cluster, world: world as KubeWorld }
}
export type Played = ReturnType<typeof play>

/** A workload of namespace `default` whose pods bear the label `app=<name>`. */
export const workload = (
  kind: WorkloadSpec["kind"],
  name: string,
  template: Partial<PodTemplate> = {},
  rest: Partial<Omit<WorkloadSpec, "template">> = {}
): WorkloadSpec => ({
  kind,
  name,
  namespace: "default",
  replicas: kind === "DaemonSet" ? 0 : 1,
  pins: [],
  templateHash: "1234567890",
  template: { labels: { app: name }, hostNetwork: false, serves: [], ...template },
  ...rest
})

export const app = (name: string): LabelSelector => ({ labels: { app: name }, requirements: [] })

export const cpu = (milliCpu: number): Partial<PodTemplate> => ({ requests: { milliCpu, memoryMiB: 1 } })

/** Events of a kind with their second, from `since` on. */
export const told = <Tag extends KubeEvent["_tag"]>(
  played: Played,
  tag: Tag,
  since = settlesAt / 1_000
): ReadonlyArray<KubeEventOf<Tag> & { readonly second: number }> =>
  played.recorded.flatMap(({ at, event }) =>
    event._tag === tag && at >= since * 1_000 ? [{ ...(event as KubeEventOf<Tag>), second: at / 1_000 }] : []
  )

const shortName = (pod: string): string => pod.replace("default/", "").replace(/-1234567890-\w+$/, "")

/** Bindings from `since` on: `5 web a-1`; generated names are cut to their workload's. */
export const bindings = (played: Played, since?: number): ReadonlyArray<string> =>
  told(played, "kube/PodScheduled", since).map(({ second, pod, node }) => `${second} ${shortName(pod)} ${node}`)

/** What a pod of the workload was told, each message once, in order. */
export const messages = (played: Played, name: string, since?: number): ReadonlyArray<string> => [
  ...new Set(told(played, "kube/SchedulingFailed", since).flatMap(({ pod, message }) => (shortName(pod).startsWith(name) ? [message] : [])))
]

/** Nodes of a workload's pods that are not terminating, sorted. */
export const placesOf = (played: Played, name: string): ReadonlyArray<string> =>
  [...played.cluster.pods.values()]
    .filter((pod) => pod.workload === `default/${name}` && !pod.terminating)
    .map((pod) => pod.node ?? "pending")
    .sort()

/** A step: nodes lose their path to the API server. */
export const cut = (seconds: number, ...nodes: ReadonlyArray<string>): readonly [number, ...ReadonlyArray<KubeEvent>] => [
  seconds,
  ...nodes.map(
    (node): KubeEvent => ({
      _tag: "kube/NodeCutOff",
      node,
      lastRenewalAt: Math.floor(seconds / 10) * 10_000,
      reason: "ComponentSilent",
      at: node
    })
  )
]

export const cordon = (node: string, cordoned = true): KubeEvent => ({ _tag: "kube/NodeCordoned", node, cordoned })
export const join = (node: string, zone: string): KubeEvent => ({ _tag: "kube/NodeJoined", node, zone })
export const apply = (name: string): KubeEvent => ({ _tag: "kube/WorkloadApplied", workload: `default/${name}` })
export const remove = (name: string): KubeEvent => ({ _tag: "kube/PodDeleted", pod: `default/${name}`, by: "operator", force: true })

/**
 * The world: all state at one instant, and its beginning. Everything but `ground` is plain data that `evolve` alone changes, so
 * that a snapshot is a copy of it; `ground` is what the plan fixes for the whole run.
 */

import type { Balancers } from "../balance/balancer.ts"
import { ingressKey } from "../balance/ingress.ts"
import type { AddressBook } from "../capacity/address-book.ts"
import { startAddresses } from "../capacity/addresses.ts"
import type { NetworkChange } from "../cloud/change.ts"
import type { Topology } from "../cloud/cloud-of.ts"
import type { Cloud } from "../cloud/compile.ts"
import { type KubeSettings, kubeSettingsOf } from "../kube/settings.ts"
import { type ClusterSpec, noZone } from "../kube/spec.ts"
import { startCluster } from "../kube/start-cluster.ts"
import type { Cluster } from "../kube/state.ts"
import type { Fabric } from "../net/fabric.ts"
import { emptyFabric, putPart, takeMoved } from "../net/fabric-change.ts"
import type { SettingValues } from "../value/setting.ts"
import { serviceKey } from "./ids.ts"
import type { KeptConnection } from "./kept.ts"
import type { WorldTimer } from "./message.ts"
import { type Drawn, drawNetwork } from "./network-now.ts"
import { type OutsideHost, outsideParts } from "./outside.ts"
import type { ProbeSpec } from "./probe.ts"
import { type Standing, startStanding } from "./standing.ts"

/** What of a plan the model reads. */
export interface WorldPlan {
  readonly topology: Topology
  readonly cluster: ClusterSpec
  readonly probes: ReadonlyArray<ProbeSpec>
  readonly outside?: ReadonlyArray<OutsideHost>
  readonly settings: SettingValues
}

/** What the plan fixes. `drawn` and `standing` are memories of what was worked out: they change how fast, never what, is answered. */
export interface Ground {
  readonly plan: WorldPlan
  readonly drawn: Drawn
  readonly standing: Standing
  /** Appointments that wait for the control plane, in the order in which they fell due. */
  readonly held: Array<{ readonly timer: WorldTimer; readonly cause: number }>
}

/** kube-proxy's tables of nodes that cannot watch: how many nodes keep each. */
interface ProxyTables {
  version: number
  readonly keptBy: Map<string, number>
}

export interface World {
  readonly ground: Ground
  readonly settings: KubeSettings & { readonly values: SettingValues }
  cluster: Cluster
  addresses: AddressBook
  balancers: Balancers
  fabric: Fabric
  /** Changes of the network so far, in order. */
  changes: ReadonlyArray<NetworkChange>
  /** Zones that are dark now. */
  zonesDown: Set<string>
  /** Gateways, peerings and endpoints that are impaired, by their owner's id. */
  gatewaysDown: Set<string>
  /** Nodes that were cut by name, or whose machine is gone. */
  nodesDown: Set<string>
  proxies: ProxyTables
  /** Which component answers under a name that has several, once another has taken over; by the name's owner. */
  serving: Map<string, string>
  /** The latest answer of each probe, as one text to compare by. */
  answers: Map<string, string>
  /** What probes keep open, by their id. */
  connections: Map<string, ReadonlyArray<KeptConnection>>
}

/** The state that a snapshot keeps. */
export type WorldState = Omit<World, "ground" | "settings">

/** The world before anything came to be. Throws when a node's subnet or instance type is unknown: checks come before. */
export const startWorld = (plan: WorldPlan): World => {
  const drawn = drawNetwork(plan.topology)
  const { cloud } = drawn
  const terms = new Map<string, { zone: string; allocatableMilliCpu: number; allocatableMiB: number }>()
  for (const node of plan.cluster.nodes) {
    const subnet = cloud.subnets.get(node.subnet)
    const zone = subnet?.zone ?? node.zone ?? noZone
    const type = cloud.instanceTypes.get(node.instanceType)
    if (subnet === undefined || type === undefined)
      throw new Error(`node "${node.name}": subnet "${node.subnet}" or type "${node.instanceType}" is unknown`)
    terms.set(node.name, { zone, allocatableMilliCpu: type.allocatableMilliCpu, allocatableMiB: type.allocatableMiB })
  }
  const settings = kubeSettingsOf(plan.settings)
  const fabric = emptyFabric()
  for (const part of cloud.parts) putPart(fabric, part)
  fabric.internet = cloud.internet
  for (const host of plan.outside ?? []) for (const part of outsideParts(host, cloud.internet)) putPart(fabric, part)
  const { api } = plan.cluster
  if (api.addresses !== undefined)
    putPart(fabric, { _tag: "NameEntry", id: api.name, origin: { resource: api.name }, listed: api.addresses, held: api.addresses })
  putPart(fabric, { _tag: "ListenerTable", id: liveProxyTable, listeners: new Map() })
  takeMoved(fabric)
  const specs = new Map([
    ...plan.cluster.services.flatMap((service) => (service.loadBalancer ? [[serviceKey(service), service.loadBalancer] as const] : [])),
    ...(plan.cluster.ingresses ?? []).map((ingress) => [ingressKey(ingress), ingress.loadBalancer] as const)
  ])
  return {
    ground: { plan, drawn, standing: startStanding(), held: [] },
    settings: { ...settings, values: plan.settings },
    cluster: startCluster(plan.cluster, terms, settings.createsPerSecond),
    addresses: startAddresses(poolsOf(plan.cluster), cloud, {
      types: typesOf(plan.cluster, cloud),
      settings: plan.settings,
      ...(cloud.quotas === undefined ? {} : { quotas: cloud.quotas }),
      ...(plan.cluster.podSubnets === undefined ? {} : { podSubnets: plan.cluster.podSubnets }),
      ...(plan.cluster.podRange === undefined ? {} : { podRange: plan.cluster.podRange }),
      ...(plan.cluster.podHoldings === undefined ? {} : { podHoldings: plan.cluster.podHoldings })
    }),
    balancers: { specs, zoneOf: new Map([...terms].map(([name, { zone }]) => [name, zone])), made: new Map() },
    fabric,
    changes: [],
    zonesDown: new Set(),
    gatewaysDown: new Set(),
    nodesDown: new Set(),
    proxies: { version: 0, keptBy: new Map() },
    serving: new Map(),
    answers: new Map(),
    connections: new Map()
  }
}

const typesOf = (cluster: ClusterSpec, cloud: Cloud): ReadonlyArray<string> => [
  ...new Set([...cluster.nodes, ...(cluster.nodeGroups ?? [])].map(({ instanceType }) => instanceType)),
  ...(cluster.fargateProfiles === undefined
    ? []
    : [...cloud.instanceTypes.values()].flatMap(({ type, forOnePod }) => (forOnePod === true ? [type] : [])))
]

const poolsOf = (cluster: ClusterSpec) => {
  const pinned = new Map<string, Array<string>>()
  for (const { template, pins } of cluster.workloads) {
    for (const { node, address } of template.hostNetwork ? [] : pins) {
      if (node === undefined || address === undefined) continue
      const addresses = pinned.get(node)
      if (addresses === undefined) pinned.set(node, [address])
      else addresses.push(address)
    }
  }
  return cluster.nodes.map((node) => ({ ...node, pinned: pinned.get(node.name) ?? [] }))
}

/** The table that every kube-proxy with a watch balances by. */
export const liveProxyTable = "proxy"

/** What a snapshot keeps of a world. Not a copy. */
export const stateOf = ({ ground: _ground, settings: _settings, ...state }: World): WorldState => state

/** A world at the state that a snapshot kept. Takes the state over. */
export const worldAt = (plan: WorldPlan, state: WorldState): World => ({ ...startWorld(plan), ...state })

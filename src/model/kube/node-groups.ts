/**
 * Node groups as a cloud keeps them: as many instances as wanted, each in the zone that has fewest and is well; an address of its
 * subnet each. Impaired instances are replaced, returned zones are levelled again: launched first, ended then, budgets or not.
 * Source: EC2 Auto Scaling user guide (zone balance, health checks, AZRebalance); see docs/kubernetes.md.
 */
import { freeAddressOf, isWithoutPods } from "../capacity/addresses.ts"
import { launchRefusalOf } from "../capacity/launches.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { backOff } from "./cluster-autoscaler.ts"
import { isForOnePod } from "./fargate-profile.ts"
import type { KubeEventOf } from "./message.ts"
import { joinOf } from "./registration.ts"
import { isRefusedWhole } from "./scale-set.ts"
import { noZone } from "./spec.ts"
import type { GroupState, NodeState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** Nodes and launches of a group by zone; only what stands or comes. */
const countsOf = (world: KubeWorld, group: View<GroupState>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { zone } of placesOf(world, group)) counts.set(zone, 0)
  for (const node of nodesOf(world, group)) counts.set(node.zone, (counts.get(node.zone) ?? 0) + 1)
  for (const { zone } of group.launching.values()) counts.set(zone, (counts.get(zone) ?? 0) + 1)
  return counts
}

const nodesOf = (world: KubeWorld, group: View<GroupState>): ReadonlyArray<View<NodeState>> =>
  world.cluster.nodeNames.flatMap((name) => {
    const node = world.cluster.nodes.get(name)
    return node?.spec.nodeGroup === group.spec.name && !node.ending ? [node] : []
  })

/** Where a group may launch: in each subnet's zone, or, where a subnet spans zones, in each of the group's own. */
const placesOf = (world: KubeWorld, { spec }: View<GroupState>): ReadonlyArray<{ readonly subnet: string; readonly zone: string }> =>
  spec.subnets.flatMap((subnet) => {
    const zone = zoneOfSubnet(world, subnet)
    return (zone === undefined ? (spec.zones ?? [noZone]) : [zone]).map((each) => ({ subnet, zone: each }))
  })

const zoneOfSubnet = (world: KubeWorld, subnet: string): string | undefined => world.addresses.subnets.get(subnet)?.zone

export const askLaunch = (world: KubeWorld, event: KubeEventOf<"kube/GroupGrown">, turn: KubeTurn): void => {
  if (event.to > event.from)
    turn.askOnce(event.group, { _tag: "kube/LaunchDue", group: event.group }, turn.now + world.settings.asgLaunchMs)
}

/** Nothing is launched in a zone that the cluster is shifted away from. Source: Amazon EKS user guide, zonal shift. */
const isShifted = (world: KubeWorld, zone: string): boolean => world.cluster.shifts.get(zone)?.away === true

/** Launches what is missing. The first zone is the one with fewest; when its subnet is full, the next. */
export const launch = (world: KubeWorld, timer: TimerOf<"kube/LaunchDue">, turn: KubeTurn): void => {
  const group = world.cluster.groups.get(timer.group)
  if (group === undefined) return
  const standing = totalOf(world, group)
  const [place] = openPlaces(world, group)
  if (isRefusedWhole(world, group, { place, count: group.desired - standing, standing }, turn)) return
  for (let missing = group.desired - standing; missing > 0; missing--) {
    if (!launchOne(world, group, turn)) return giveUp(world, group, turn)
  }
}

/** The cluster autoscaler takes its wish back and leaves the group alone; to what is still wanted the cloud tries again by itself. */
const giveUp = (world: KubeWorld, group: View<GroupState>, turn: KubeTurn): void => {
  const { name, autoscaled } = group.spec
  const total = totalOf(world, group)
  const to = autoscaled ? Math.max(group.spec.min, total) : group.desired
  if (total < to) turn.askOnce(name, { _tag: "kube/LaunchDue", group: name }, turn.now + world.settings.asgRetryMs)
  if (to < group.desired)
    turn.emit({ _tag: "kube/GroupGrown", group: name, by: "cluster-autoscaler", from: group.desired, to, reason: "no zone can launch" })
}

const totalOf = (world: KubeWorld, group: View<GroupState>): number =>
  [...countsOf(world, group).values()].reduce((sum, count) => sum + count, 0)

/** Where it may launch now, the zone with fewest first; dark ones last. */
const openPlaces = (world: KubeWorld, group: View<GroupState>): ReturnType<typeof placesOf> => {
  const counts = countsOf(world, group)
  const isDark = ({ zone }: { readonly zone: string }): number => (world.zonesDown.has(zone) ? 1 : 0)
  return placesOf(world, group)
    .filter(({ zone }) => !isShifted(world, zone))
    .sort((left, right) => isDark(left) - isDark(right) || (counts.get(left.zone) ?? 0) - (counts.get(right.zone) ?? 0))
}

const launchOne = (world: KubeWorld, group: View<GroupState>, turn: KubeTurn, only?: string): boolean => {
  for (const { subnet, zone } of openPlaces(world, group).filter((place) => only === undefined || place.zone === only)) {
    const refusal = launchRefusalOf(world.addresses, world.zonesDown, {
      zone,
      subnet,
      instanceType: group.spec.instanceType,
      group: group.spec.name,
      maxPods: group.spec.maxPods
    })
    const address = refusal === undefined ? freeAddressOf(world.addresses, subnet) : undefined
    if (address === undefined) {
      // A group leaves a dark zone out without trying it; what another zone refuses is told.
      if (refusal !== undefined && !world.zonesDown.has(zone))
        turn.emit({ _tag: "kube/LaunchFailed", group: group.spec.name, zone, ...refusal })
      continue
    }
    const instance = `ip-${address.replaceAll(".", "-")}`
    const { name, instanceType, maxPods } = group.spec
    turn.emit({ _tag: "kube/InstanceLaunched", group: name, instance, instanceType, maxPods, zone, subnet, address })
    turn.ask({ _tag: "kube/InstanceReadyDue", group: group.spec.name, instance }, turn.now + world.settings.nodeLaunchMs)
    return true
  }
  if (group.spec.autoscaled) backOff(world, group, "no zone can launch", turn)
  return false
}

/** Public addresses are the cloud's; the benchmarking range (RFC 2544) stands in for them. */
const publicAddressOf = (world: KubeWorld, group: View<GroupState>): string => {
  const groupIndex = sortedKeys(world.cluster.groups.keys()).indexOf(group.spec.name)
  const number = group.launched - group.launching.size + groupIndex * 8_192
  return `198.18.${Math.floor(number / 256)}.${number % 256}`
}

export const joinInstance = (world: KubeWorld, timer: TimerOf<"kube/InstanceReadyDue">, turn: KubeTurn): void => {
  const group = world.cluster.groups.get(timer.group)
  const launching = group?.launching.get(timer.instance)
  if (group === undefined || launching === undefined || world.zonesDown.has(launching.zone)) return
  const { spec } = group
  const model = world.addresses.types.get(spec.instanceType)
  if (model === undefined) return
  // Its agent has no address to give yet: the kubelet is not Ready, and is asked again.
  if (isWithoutPods(world.addresses, timer.instance)) return turn.ask(timer, turn.now + world.addresses.rules.poolLoopMs)
  turn.emit({
    _tag: "kube/NodeCreated",
    node: timer.instance,
    zone: launching.zone,
    milliCpu: model.allocatableMilliCpu,
    memoryMiB: model.allocatableMiB,
    spec: {
      name: timer.instance,
      nodeGroup: spec.name,
      subnet: launching.subnet,
      ...(zoneOfSubnet(world, launching.subnet) === undefined ? { zone: launching.zone } : {}),
      instanceType: spec.instanceType,
      address: launching.address,
      groups: spec.groups,
      maxPods: spec.maxPods,
      labels: spec.labels,
      ...(spec.publicSubnets.includes(launching.subnet) ? { publicAddress: publicAddressOf(world, group) } : {}),
      ...(spec.taints === undefined ? {} : { taints: spec.taints }),
      ...(spec.repairs === true ? { repaired: true } : {})
    }
  })
  turn.emit(joinOf(world, timer.instance, launching.zone))
  if (spec.karpenter !== true) endSurplus(world, group, turn)
}

/** An instance that stopped answering is looked at again when the group would call it impaired. */
export const noteImpaired = (world: KubeWorld, event: KubeEventOf<"kube/NodeCutOff">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(event.node)
  if (node !== undefined && world.cluster.groups.get(node.spec.nodeGroup)?.spec.replacesImpaired)
    turn.ask({ _tag: "kube/ImpairedDue", node: event.node, since: turn.now }, turn.now + world.settings.asgReplaceImpairedMs)
}

export const replaceImpaired = (world: KubeWorld, timer: TimerOf<"kube/ImpairedDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.cutOff?.at !== timer.since || !world.zonesDown.has(node.zone)) return
  const group = node.spec.nodeGroup
  turn.emit({ _tag: "kube/InstanceTerminated", group, instance: timer.node, reason: "impaired" })
  turn.askOnce(group, { _tag: "kube/LaunchDue", group }, turn.now + world.settings.asgLaunchMs)
}

/** The cloud's node lifecycle looks this often for nodes without an instance. Source: kubernetes/cloud-provider, 5 s. */
const cloudNodeLoopMs = 5_000

/** The node object follows its instance, at the cloud node controller's next look. */
export const followInstance = (world: KubeWorld, event: KubeEventOf<"kube/InstanceTerminated">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(event.instance)
  // Fargate takes its node away itself, and its name may soon be another's.
  if (node !== undefined && !isForOnePod(node))
    turn.ask({ _tag: "kube/NodeGoneDue", node: event.instance }, (Math.floor(turn.now / cloudNodeLoopMs) + 1) * cloudNodeLoopMs)
}

export const deleteGone = (world: KubeWorld, timer: TimerOf<"kube/NodeGoneDue">, turn: KubeTurn): void => {
  if (world.cluster.nodes.has(timer.node)) turn.emit({ _tag: "kube/NodeDeleted", node: timer.node, by: "cloud-node-lifecycle" })
}

/** A zone is well again: what was launching in it goes on, and its groups level their zones. */
export const askRebalance = (world: KubeWorld, event: { readonly zone: string }, turn: KubeTurn): void => {
  for (const name of sortedKeys(world.cluster.groups.keys()))
    for (const [instance, { zone }] of world.cluster.groups.get(name)?.launching ?? [])
      if (zone === event.zone) turn.ask({ _tag: "kube/InstanceReadyDue", group: name, instance }, turn.now + world.settings.nodeLaunchMs)
  if ([...world.cluster.groups.values()].some(({ spec }) => spec.rebalances))
    turn.ask({ _tag: "kube/RebalanceDue", zone: event.zone }, turn.now + world.settings.asgRebalanceMs + world.settings.asgLaunchMs)
}

/** A group may go beyond its maximum by so much while it rebalances. Source: EC2 Auto Scaling user guide, 10 percent or one. */
const beyondMax = (max: number): number => Math.max(1, Math.floor(max / 10))

export const rebalance = (world: KubeWorld, _timer: unknown, turn: KubeTurn): void => {
  for (const name of sortedKeys(world.cluster.groups.keys())) {
    const group = world.cluster.groups.get(name)
    if (!group?.spec.rebalances) continue
    for (;;) {
      const counts = countsOf(world, group)
      const well = [...counts].filter(([zone]) => !world.zonesDown.has(zone) && !isShifted(world, zone))
      const fewest = well.reduce((least, each) => (each[1] < least[1] ? each : least), ["", Number.MAX_SAFE_INTEGER])
      const share = Math.floor(group.desired / Math.max(1, well.length))
      if (fewest[1] >= share || totalOf(world, group) >= group.spec.max + beyondMax(group.spec.max)) break
      if (!launchOne(world, group, turn, fewest[0])) break
    }
  }
}

/** More than wanted, once what was launched for balance has come: the fullest zones give. */
const endSurplus = (world: KubeWorld, group: View<GroupState>, turn: KubeTurn): void => {
  if (group.launching.size > 0) return
  for (let surplus = totalOf(world, group) - group.desired; surplus > 0; surplus--) {
    const counts = new Map<string, number>()
    const standing = nodesOf(world, group)
    for (const node of standing) counts.set(node.zone, (counts.get(node.zone) ?? 0) + 1)
    const fullest = sortedKeys(counts.keys()).reduce((most, zone) => ((counts.get(zone) ?? 0) > (counts.get(most) ?? 0) ? zone : most), "")
    const victim = standing.find(({ zone }) => zone === fullest)
    if (victim === undefined) return
    turn.emit({ _tag: "kube/InstanceTerminated", group: group.spec.name, instance: victim.spec.name, reason: "rebalanced" })
  }
}

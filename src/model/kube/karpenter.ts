/**
 * Karpenter: waits until no more pods come for a moment, then launches the machines they need at once, each in the zone whose subnet has
 * most free addresses. An offering that failed (a zone without capacity, a subnet without addresses) is left alone for three minutes,
 * always the same. Nodes without pods go again. It knows what is on its way, and no group size but a limit.
 * Not modelled: the choice among instance types, prices, consolidation of nodes with pods, drift, expiry.
 * Source: kubernetes-sigs/karpenter (batcher, disruption), aws/karpenter-provider-aws pkg/cache, pkg/providers/subnet.
 */
import { freeAddressOf, freeCountOf } from "../capacity/addresses.ts"
import { launchRefusalOf } from "../capacity/launches.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { estimate, mayStand, sizeOf, templateRoom } from "./bin-packing.ts"
import type { KubeEventOf } from "./message.ts"
import { type GroupState, type NodeState, type PodState, templateOfPod } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const groupsOf = (world: KubeWorld): ReadonlyArray<View<GroupState>> =>
  sortedKeys(world.cluster.groups.keys()).flatMap((name) => {
    const group = world.cluster.groups.get(name)
    return group?.spec.karpenter === true ? [group] : []
  })

/** A pod waits: the batch closes when none has come for `batchIdleMs`, and at the latest `batchMaxMs` after the first. */
export const noteWaiting = (world: KubeWorld, event: KubeEventOf<"kube/SchedulingFailed">, turn: KubeTurn): void => {
  if (turn.settling || groupsOf(world).length === 0 || world.cluster.pods.get(event.pod)?.only !== undefined) return
  turn.askOnce("", { _tag: "kube/BatchDue", seenAt: turn.now }, turn.now + world.settings.batchIdleMs)
}

export const closeBatch = (world: KubeWorld, timer: TimerOf<"kube/BatchDue">, turn: KubeTurn): void => {
  const waiting = [...world.cluster.waiting].flatMap((id) => world.cluster.pods.get(id) ?? []).filter(({ attempts }) => attempts > 0)
  if (waiting.length === 0) return
  const first = waiting.reduce((least, { createdAt }) => Math.min(least, createdAt), turn.now)
  const isGrowing = waiting.some(({ attempts, failedAt }) => attempts === 1 && failedAt > timer.seenAt)
  if (isGrowing && turn.now - first < world.settings.batchMaxMs) return
  for (const group of groupsOf(world)) provision(world, group, waiting, turn)
}

/** Pods that must be in one zone are served there; the rest anywhere. */
const provision = (world: KubeWorld, group: View<GroupState>, waiting: ReadonlyArray<View<PodState>>, turn: KubeTurn): void => {
  const room = templateRoom(world, group)
  if (room === undefined) return
  const byZone = new Map<string, Array<View<PodState>>>()
  for (const pod of waiting) {
    const zones = zonesOf(world, group)
    const open = zones.filter((zone) => mayStand(world, pod, group, { zone }))
    if (open.length === 0) continue
    const zone = open.length === zones.length ? "" : (open[0] ?? "")
    byZone.set(zone, [...(byZone.get(zone) ?? []), pod])
  }
  for (const zone of sortedKeys(byZone.keys())) {
    const coming = [...group.launching.values()].filter((launch) => zone === "" || launch.zone === zone).length
    const sizes = (byZone.get(zone) ?? []).map((pod) => sizeOf(templateOfPod(world.cluster, pod)))
    const { nodes } = estimate(sizes, room, coming)
    for (let missing = nodes; missing > 0; missing--) if (!launchIn(world, group, zone, turn)) break
  }
}

const zonesOf = (world: KubeWorld, { spec }: View<GroupState>): ReadonlyArray<string> => [
  ...new Set(spec.subnets.map((subnet) => world.addresses.subnets.get(subnet)?.zone ?? ""))
]

const standing = (world: KubeWorld, group: View<GroupState>): number =>
  group.launching.size + world.cluster.nodeNames.filter((name) => isOwn(world.cluster.nodes.get(name), group)).length

const isOwn = (node: View<NodeState> | undefined, group: View<GroupState>): node is View<NodeState> =>
  node !== undefined && node.spec.nodeGroup === group.spec.name && !node.ending

const launchIn = (world: KubeWorld, group: View<GroupState>, only: string, turn: KubeTurn): boolean => {
  if (standing(world, group) >= group.spec.max) return false
  const offerings = group.spec.subnets
    .map((subnet) => ({ subnet, zone: world.addresses.subnets.get(subnet)?.zone ?? "", free: freeCountOf(world.addresses, subnet) }))
    .filter(({ zone }) => (only === "" || zone === only) && (group.unavailable.get(zone) ?? turn.now) <= turn.now)
    .sort((left, right) => right.free - left.free)
  for (const { subnet, zone } of offerings) {
    const refusal = launchRefusalOf(world.addresses, world.zonesDown, { zone, subnet, instanceType: group.spec.instanceType })
    const address = freeAddressOf(world.addresses, subnet)
    if (refusal !== undefined || address === undefined) {
      const untilMs = turn.now + world.settings.unavailableOfferingMs
      turn.emit({ _tag: "kube/LaunchFailed", group: group.spec.name, zone, message: "", ...refusal, untilMs })
      turn.askOnce("", { _tag: "kube/BatchDue", seenAt: turn.now }, untilMs)
      continue
    }
    const instance = `ip-${address.replaceAll(".", "-")}`
    const { name, instanceType, maxPods } = group.spec
    turn.emit({ _tag: "kube/InstanceLaunched", group: name, instance, instanceType, maxPods, zone, subnet, address })
    turn.ask({ _tag: "kube/InstanceReadyDue", group: group.spec.name, instance }, turn.now + world.settings.nodeLaunchMs)
    return true
  }
  return false
}

/** Nodes of its own that carry nothing but agents go, once they have been so for a validation's time. */
export const disrupt = (world: KubeWorld, timer: { readonly _tag: "kube/DisruptionDue" }, turn: KubeTurn): void => {
  for (const group of groupsOf(world)) {
    for (const name of world.cluster.nodeNames) {
      const node = world.cluster.nodes.get(name)
      if (!isOwn(node, group) || !node.joined) continue
      const isEmpty = node.ready === "True" && isUnused(world, node) && standing(world, group) > group.spec.min
      if (isEmpty !== (node.unneededSince !== undefined)) turn.emit({ _tag: "kube/NodeUnneeded", node: name, unneeded: isEmpty })
      else if (isEmpty && turn.now - (node.unneededSince ?? turn.now) >= world.settings.disruptionValidationMs)
        turn.emit({ _tag: "kube/InstanceTerminated", group: group.spec.name, instance: name, reason: "empty" })
    }
  }
  turn.ask(timer, turn.now + disruptionPollMs)
}

/** Source: kubernetes-sigs/karpenter pkg/controllers/disruption, 10 s. */
const disruptionPollMs = 10_000

const isUnused = (world: KubeWorld, node: View<NodeState>): boolean =>
  [...node.pods].every((id) => world.cluster.workloads.get(world.cluster.pods.get(id)?.workload ?? "")?.spec.kind === "DaemonSet")

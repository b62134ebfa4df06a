/**
 * The cluster autoscaler: scans; simulates waiting pods on a template node of each group it may grow, first fit; grows the group with
 * the least waste. It knows CPU, memory and pod counts, not addresses. With too many nodes unready it stops altogether. A group that
 * failed to grow is left alone for a while, doubled each time. Nodes that are little used and whose pods fit elsewhere go.
 * Not modelled: other expanders, balancing of similar groups, several nodes removed at once.
 * Source: kubernetes/autoscaler cluster-autoscaler (clusterstate, core, estimator).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { breaksBudget } from "./budget.ts"
import { nodeAffinityAllows } from "./node-affinity.ts"
import { obstaclesOn, questionOf } from "./scheduler-filters.ts"
import { type GroupState, type NodeState, type PodState, templateOfPod } from "./state.ts"
import type { PodTemplate } from "./template.ts"
import { isTolerated } from "./tolerations.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** Source: --ok-total-unready-count, --max-total-unready-percentage. */
const unreadyAllowed = 3
const unreadyPercentMax = 45
/** Source: --max-node-group-backoff-duration. */
const backOffMaxMs = 1_800_000
/** Source: --scale-down-utilization-threshold. */
const usedPercent = 50

/** Whether the autoscaler still acts with so many nodes unready. */
export const isHealthy = (nodes: number, unready: number): boolean =>
  unready <= unreadyAllowed || unready * 100 <= unreadyPercentMax * nodes

export const scan = (world: KubeWorld, timer: { readonly _tag: "kube/ScanDue" }, turn: KubeTurn): void => {
  const joined = joinedNodes(world)
  const unready = joined.filter(({ ready }) => ready !== "True").length
  const halted = !isHealthy(joined.length, unready)
  if (halted !== world.cluster.autoscalerHalted) turn.emit({ _tag: "kube/AutoscalerHalted", halted, unready, nodes: joined.length })
  if (!halted) {
    failLate(world, turn)
    if (!grow(world, turn) && world.settings.scaleDown) shrink(world, turn)
  }
  turn.ask(timer, turn.now + world.settings.autoscalerScanMs)
}

const joinedNodes = (world: KubeWorld): ReadonlyArray<View<NodeState>> =>
  world.cluster.nodeNames.flatMap((name) => {
    const node = world.cluster.nodes.get(name)
    return node?.joined ? [node] : []
  })

/** Nodes that were asked for and did not come in time. */
const failLate = (world: KubeWorld, turn: KubeTurn): void => {
  for (const name of sortedKeys(world.cluster.groups.keys())) {
    const group = world.cluster.groups.get(name)
    if (group === undefined) continue
    const late = [...group.launching.values()].some(({ at }) => turn.now - at >= world.settings.provisionTimeoutMs)
    if (late) backOff(world, group, "nodes did not register in time", turn)
  }
}

/** The group is left alone; what it could not launch is no longer wanted. */
export const backOff = (world: KubeWorld, group: View<GroupState>, reason: string, turn: KubeTurn): void => {
  const span = Math.min(group.backOffMs === 0 ? world.settings.groupBackoffMs : group.backOffMs * 2, backOffMaxMs)
  turn.emit({ _tag: "kube/GroupBackedOff", group: group.spec.name, untilMs: turn.now + span, reason })
}

interface Room {
  pods: number
  milliCpu: number
  memoryMiB: number
}

const sizeOf = (template: View<PodTemplate> | undefined): Room => ({
  pods: 1,
  milliCpu: template?.requests?.milliCpu ?? 0,
  memoryMiB: template?.requests?.memoryMiB ?? 0
})

const takes = (room: Room, size: Room): boolean =>
  room.pods >= size.pods && room.milliCpu >= size.milliCpu && room.memoryMiB >= size.memoryMiB

const take = (room: Room, size: Room): void => {
  room.pods -= size.pods
  room.milliCpu -= size.milliCpu
  room.memoryMiB -= size.memoryMiB
}

/** What a new node of the group would leave to pods, agents taken off; `undefined` when no node of it was ever seen. */
const templateRoom = (world: KubeWorld, group: View<GroupState>): Room | undefined => {
  const model = world.cluster.nodeNames
    .map((name) => world.cluster.nodes.get(name))
    .find((node) => node?.spec.instanceType === group.spec.instanceType)
  if (model === undefined) return undefined
  const room = { pods: group.spec.maxPods, milliCpu: model.allocatableMilliCpu, memoryMiB: model.allocatableMiB }
  for (const workload of world.cluster.workloads.values())
    if (workload.spec.kind === "DaemonSet" && workload.applied) take(room, sizeOf(workload.spec.template))
  return room
}

const mayStand = (world: KubeWorld, pod: View<PodState>, group: View<GroupState>): boolean => {
  const template = templateOfPod(world.cluster, pod)
  if (template === undefined || pod.only !== undefined) return false
  return (
    nodeAffinityAllows(template, group.spec.labels) &&
    (group.spec.taints ?? []).every((taint) => taint.effect === "PreferNoSchedule" || isTolerated(template, false, taint))
  )
}

/** How many new nodes the pods need, first fit, and what would lie idle. */
const estimate = (pods: ReadonlyArray<Room>, node: Room, upcoming: number): { readonly nodes: number; readonly idle: number } => {
  const bins: Array<Room> = Array.from({ length: upcoming }, () => ({ ...node }))
  for (const size of pods) {
    let bin = bins.find((room) => takes(room, size))
    if (bin === undefined) {
      bin = { ...node }
      if (!takes(bin, size)) continue
      bins.push(bin)
    }
    take(bin, size)
  }
  return { nodes: bins.length - upcoming, idle: bins.slice(upcoming).reduce((sum, { milliCpu }) => sum + milliCpu, 0) }
}

const grow = (world: KubeWorld, turn: KubeTurn): boolean => {
  const { cluster } = world
  const waiting = [...cluster.waiting].flatMap((id) => cluster.pods.get(id) ?? []).filter(({ attempts }) => attempts > 0)
  if (waiting.length === 0) return false
  const offers = sortedKeys(cluster.groups.keys()).flatMap((name) => {
    const group = cluster.groups.get(name)
    const room = group === undefined ? undefined : templateRoom(world, group)
    if (group === undefined || room === undefined || !group.spec.autoscaled || group.backedOffUntil > turn.now) return []
    const pods = waiting.filter((pod) => mayStand(world, pod, group)).map((pod) => sizeOf(templateOfPod(cluster, pod)))
    const coming = Math.max(0, group.desired - standingIn(world, name))
    const { nodes, idle } = estimate(pods, room, coming)
    const more = Math.min(nodes, group.spec.max - group.desired)
    return more > 0 ? [{ group, more, idle, pods: pods.length }] : []
  })
  const best = offers.sort((left, right) => left.idle - right.idle)[0]
  if (best === undefined) return waiting.length > 0
  const { group, more } = best
  turn.emit({
    _tag: "kube/GroupGrown",
    group: group.spec.name,
    by: "cluster-autoscaler",
    from: group.desired,
    to: group.desired + more,
    reason: `${best.pods} pods wait`
  })
  return true
}

/** Nodes of a group that have joined. */
export const standingIn = (world: KubeWorld, group: string): number =>
  joinedNodes(world).filter(({ spec }) => spec.nodeGroup === group).length

const shrink = (world: KubeWorld, turn: KubeTurn): void => {
  for (const node of joinedNodes(world)) {
    const group = world.cluster.groups.get(node.spec.nodeGroup)
    if (group === undefined || !group.spec.autoscaled) continue
    const isUnneeded = group.desired > group.spec.min && node.ready === "True" && isLittleUsed(node) && fitsElsewhere(world, node)
    if (isUnneeded !== (node.unneededSince !== undefined))
      turn.emit({ _tag: "kube/NodeUnneeded", node: node.spec.name, unneeded: isUnneeded })
    const { unneededMs } = world.settings
    if (
      isUnneeded &&
      node.unneededSince !== undefined &&
      turn.now - node.unneededSince >= unneededMs &&
      turn.now - group.grownAt >= unneededMs
    ) {
      const to = group.desired - 1
      turn.emit({
        _tag: "kube/GroupGrown",
        group: group.spec.name,
        by: "cluster-autoscaler",
        from: group.desired,
        to,
        reason: "a node is unneeded"
      })
      turn.emit({ _tag: "kube/InstanceTerminated", group: group.spec.name, instance: node.spec.name, reason: "unneeded" })
      return
    }
  }
}

const isLittleUsed = (node: View<NodeState>): boolean =>
  node.requested.milliCpu * 100 < usedPercent * node.allocatableMilliCpu &&
  node.requested.memoryMiB * 100 < usedPercent * node.allocatableMiB

/** Every pod of it that must move finds another node, and no budget forbids it. */
const fitsElsewhere = (world: KubeWorld, node: View<NodeState>): boolean => {
  const others = joinedNodes(world).filter((other) => other.spec.name !== node.spec.name && other.ready === "True")
  for (const id of node.pods) {
    const pod = world.cluster.pods.get(id)
    const kind = pod === undefined ? undefined : world.cluster.workloads.get(pod.workload)?.spec.kind
    if (pod === undefined || kind === "DaemonSet") continue
    const question = questionOf(world, pod)
    if (kind === "Pod" || question === undefined || breaksBudget(world, pod)) return false
    if (!others.some((other) => obstaclesOn(world, question, other).length === 0)) return false
  }
  return true
}

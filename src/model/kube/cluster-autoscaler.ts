/**
 * The cluster autoscaler: scans; simulates waiting pods on a template node of each group it may grow, first fit; grows the group with
 * the least waste. It knows CPU, memory and pod counts, not addresses. With too many nodes unready it stops altogether. A group that
 * failed to grow is left alone for a while, doubled each time. Nodes that are little used and whose pods fit elsewhere are emptied and go.
 * A template is like the group's first node, zone and all; of a group without nodes it stands in the first subnet's zone.
 * Not modelled: other expanders, balancing of similar groups, several nodes removed at once.
 * Source: kubernetes/autoscaler cluster-autoscaler (clusterstate, core, estimator).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { estimate, mayStand, placedOn, sizeOf, templateRoom } from "./bin-packing.ts"
import { allowancesOf, drainedPods } from "./budget.ts"
import { beginRemoval } from "./node-removal.ts"
import { obstaclesOn, questionOf, resourceObstacles } from "./scheduler-filters.ts"
import { type GroupState, type NodeState, type PodState, templateOfPod } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** Source: --ok-total-unready-count, --max-total-unready-percentage. */
const unreadyAllowed = 3
const unreadyPercentMax = 45
/** Source: --max-node-group-backoff-duration, --node-group-backoff-reset-timeout. */
const backOffMaxMs = 1_800_000
const backOffForgottenMs = 10_800_000
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
    return node?.joined && !node.ending ? [node] : []
  })

/** Nodes that were asked for and did not come in time: they are ended and no longer wanted, and the group is left alone. */
const failLate = (world: KubeWorld, turn: KubeTurn): void => {
  for (const name of sortedKeys(world.cluster.groups.keys())) {
    const group = world.cluster.groups.get(name)
    if (group?.spec.autoscaled !== true) continue
    const late = sortedKeys(group.launching.keys()).filter(
      (instance) => turn.now - (group.launching.get(instance)?.at ?? turn.now) >= world.settings.provisionTimeoutMs
    )
    if (late.length === 0) continue
    const reason = "nodes did not register in time"
    for (const instance of late) turn.emit({ _tag: "kube/InstanceTerminated", group: name, instance, reason })
    const to = Math.max(group.spec.min, group.desired - late.length)
    if (to < group.desired) turn.emit({ _tag: "kube/GroupGrown", group: name, by: "cluster-autoscaler", from: group.desired, to, reason })
    backOff(world, group, reason, turn)
  }
}

/** The group is left alone for a while, doubled each time; what it could not launch is no longer wanted. */
export const backOff = (world: KubeWorld, group: View<GroupState>, reason: string, turn: KubeTurn): void => {
  const isForgotten = group.backOffMs === 0 || turn.now - group.backedOffUntil >= backOffForgottenMs
  const span = Math.min(isForgotten ? world.settings.groupBackoffMs : group.backOffMs * 2, backOffMaxMs)
  turn.emit({ _tag: "kube/GroupBackedOff", group: group.spec.name, untilMs: turn.now + span, reason })
}

const grow = (world: KubeWorld, turn: KubeTurn): boolean => {
  const { cluster } = world
  const standing = joinedNodes(world).filter(({ ready }) => ready === "True")
  const waiting = [...cluster.waiting].flatMap((id) => {
    const pod = cluster.pods.get(id)
    return pod === undefined || pod.attempts === 0 || fitsOn(world, pod, standing) ? [] : [pod]
  })
  if (waiting.length === 0) return false
  const offers = sortedKeys(cluster.groups.keys()).flatMap((name) => {
    const group = cluster.groups.get(name)
    const room = group === undefined ? undefined : templateRoom(world, group)
    if (group === undefined || room === undefined || !group.spec.autoscaled || group.backedOffUntil > turn.now) return []
    const sample = standing.find(({ spec }) => spec.nodeGroup === name)
    const left = leftOver(world, waiting, standing, name)
    const pods = left.filter((pod) => mayStand(world, pod, group, sample)).map((pod) => sizeOf(templateOfPod(cluster, pod)))
    const coming = comingIn(world, group)
    const { nodes, idle } = estimate(pods, room, coming)
    const more = Math.min(nodes, group.spec.max - group.desired)
    return more > 0 ? [{ group, more, idle, pods: pods.length }] : []
  })
  const best = offers.sort((left, right) => left.idle - right.idle)[0]
  if (best === undefined) return false
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

/** Nodes of a group that are asked for and have not joined. */
const comingIn = (world: KubeWorld, { desired, spec }: View<GroupState>): number => Math.max(0, desired - joinedIn(world, spec.name))

/** Pods that find no room on what other groups have coming. Source: cluster-autoscaler core, upcoming nodes in the snapshot. */
const leftOver = (
  world: KubeWorld,
  waiting: ReadonlyArray<View<PodState>>,
  standing: ReadonlyArray<View<NodeState>>,
  but: string
): ReadonlyArray<View<PodState>> =>
  sortedKeys(world.cluster.groups.keys()).reduce((left, name) => {
    const group = world.cluster.groups.get(name)
    const room = group === undefined || name === but ? undefined : templateRoom(world, group)
    if (group === undefined || room === undefined || comingIn(world, group) === 0) return left
    const sample = standing.find(({ spec }) => spec.nodeGroup === name)
    const suited = left.filter((pod) => mayStand(world, pod, group, sample))
    const placed = new Set(
      placedOn(
        suited.map((pod) => ({ id: pod.id, size: sizeOf(templateOfPod(world.cluster, pod)) })),
        room,
        comingIn(world, group)
      )
    )
    return left.filter(({ id }) => !placed.has(id))
  }, waiting)

/** There is room for it already; the scheduler has only not come to it. */
const fitsOn = (world: KubeWorld, pod: View<PodState>, nodes: ReadonlyArray<View<NodeState>>): boolean => {
  const question = questionOf(world, pod)
  return question !== undefined && nodes.some((node) => obstaclesOn(world, question, node).length === 0)
}

/** Nodes of a group that have joined. */
const joinedIn = (world: KubeWorld, group: string): number => joinedNodes(world).filter(({ spec }) => spec.nodeGroup === group).length

/** One node at a time; not until a while after a group has grown. */
const shrink = (world: KubeWorld, turn: KubeTurn): void => {
  const nodes = joinedNodes(world)
  const isBusy = nodes.some(({ removingSince }) => removingSince !== undefined)
  const { unneededMs } = world.settings
  for (const node of nodes) {
    const group = world.cluster.groups.get(node.spec.nodeGroup)
    if (group === undefined || !group.spec.autoscaled || node.removingSince !== undefined) continue
    const isUnneeded = group.desired > group.spec.min && node.ready === "True" && isLittleUsed(node) && fitsElsewhere(world, node)
    if (isUnneeded !== (node.unneededSince !== undefined))
      turn.emit({ _tag: "kube/NodeUnneeded", node: node.spec.name, unneeded: isUnneeded })
    const isDue = node.unneededSince !== undefined && turn.now - node.unneededSince >= unneededMs
    if (isUnneeded && isDue && !isBusy && turn.now - world.cluster.grownAt >= unneededMs) return beginRemoval(world, node.spec.name, turn)
  }
}

const isLittleUsed = (node: View<NodeState>): boolean =>
  node.requested.milliCpu * 100 < usedPercent * node.allocatableMilliCpu &&
  node.requested.memoryMiB * 100 < usedPercent * node.allocatableMiB

/** All its pods that must move find room on other nodes together, and no budget forbids that they move together. */
const fitsElsewhere = (world: KubeWorld, node: View<NodeState>): boolean => {
  const moving = drainedPods(world, node.spec.name).flatMap((id) => world.cluster.pods.get(id) ?? [])
  if (allowancesOf(world).breaking(moving).size > 0) return false
  const others = joinedNodes(world).filter((other) => other.spec.name !== node.spec.name && other.ready === "True")
  const taken = new Map(others.map((other) => [other.spec.name, { pods: 0, milliCpu: 0, memoryMiB: 0 }]))
  for (const id of node.pods) {
    const pod = world.cluster.pods.get(id)
    const kind = pod === undefined ? undefined : world.cluster.workloads.get(pod.workload)?.spec.kind
    if (pod === undefined || kind === "DaemonSet") continue
    const question = questionOf(world, pod)
    if (kind === "Pod" || question === undefined) return false
    const { template } = question
    const found = others.find((other) => {
      const used = taken.get(other.spec.name)
      const less = {
        pods: -(used?.pods ?? 0),
        milliCpu: -(used?.milliCpu ?? 0),
        memoryMiB: -(used?.memoryMiB ?? 0),
        extended: new Map<string, number>()
      }
      return obstaclesOn(world, question, other).length === 0 && resourceObstacles(template, other, less).length === 0
    })
    const used = found === undefined ? undefined : taken.get(found.spec.name)
    if (used === undefined) return false
    used.pods++
    used.milliCpu += template.requests?.milliCpu ?? 0
    used.memoryMiB += template.requests?.memoryMiB ?? 0
  }
  return true
}

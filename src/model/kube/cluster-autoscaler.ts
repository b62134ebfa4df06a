/**
 * The cluster autoscaler: scans; simulates waiting pods on a template node of each group it may grow, first fit; grows the group with
 * the least waste. It knows CPU, memory and pod counts, not addresses. With too many nodes unready it stops altogether. A group that
 * failed to grow is left alone for a while, doubled each time. Nodes that are little used and whose pods fit elsewhere go.
 * Not modelled: other expanders, balancing of similar groups, several nodes removed at once.
 * Source: kubernetes/autoscaler cluster-autoscaler (clusterstate, core, estimator).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { estimate, mayStand, sizeOf, templateRoom } from "./bin-packing.ts"
import { breaksBudget } from "./budget.ts"
import { obstaclesOn, questionOf, resourceObstacles } from "./scheduler-filters.ts"
import { type GroupState, type NodeState, templateOfPod } from "./state.ts"
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
    return node?.joined && !node.ending ? [node] : []
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

/** All its pods that must move find room on other nodes together, and no budget forbids it. */
const fitsElsewhere = (world: KubeWorld, node: View<NodeState>): boolean => {
  const others = joinedNodes(world).filter((other) => other.spec.name !== node.spec.name && other.ready === "True")
  const taken = new Map(others.map((other) => [other.spec.name, { pods: 0, milliCpu: 0, memoryMiB: 0 }]))
  for (const id of node.pods) {
    const pod = world.cluster.pods.get(id)
    const kind = pod === undefined ? undefined : world.cluster.workloads.get(pod.workload)?.spec.kind
    if (pod === undefined || kind === "DaemonSet") continue
    const question = questionOf(world, pod)
    if (kind === "Pod" || question === undefined || breaksBudget(world, pod)) return false
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

/**
 * How the cluster autoscaler takes a node away: cordoned, emptied through the eviction API, ended when it is empty. What is not empty in
 * time stays. Source: kubernetes/autoscaler cluster-autoscaler core/scaledown/actuation.
 */
import { drainedPods } from "./budget.ts"
import type { KubeEventOf } from "./message.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const autoscaler = "cluster-autoscaler"
/** Source: --max-graceful-termination-sec 600. */
const patienceMs = 600_000

export const beginRemoval = (world: KubeWorld, node: string, turn: KubeTurn): void => {
  turn.emit({ _tag: "kube/NodeCordoned", node, cordoned: true })
  turn.emit({ _tag: "kube/DrainBegan", node, by: autoscaler })
  for (const pod of drainedPods(world, node)) turn.ask({ _tag: "kube/EvictDue", pod, by: autoscaler, drains: node }, turn.now)
  turn.ask({ _tag: "kube/RemovalDue", node, began: turn.now }, turn.now + patienceMs)
}

export const endRemoval = (world: KubeWorld, { node: name }: KubeEventOf<"kube/NodeDrained">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(name)
  const group = node?.removingSince === undefined ? undefined : world.cluster.groups.get(node.spec.nodeGroup)
  if (group === undefined) return
  const { desired } = group
  turn.emit({
    _tag: "kube/GroupGrown",
    group: group.spec.name,
    by: autoscaler,
    from: desired,
    to: desired - 1,
    reason: "a node is unneeded"
  })
  turn.emit({ _tag: "kube/InstanceTerminated", group: group.spec.name, instance: name, reason: "unneeded" })
}

/** Its pods did not go: the node is taken back. */
export const giveUpRemoval = (world: KubeWorld, timer: TimerOf<"kube/RemovalDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.draining === true && node.removingSince === timer.began)
    turn.emit({ _tag: "kube/NodeCordoned", node: timer.node, cordoned: false })
}

/**
 * A node's registration: admission taints the new object `not-ready:NoSchedule`, and the node lifecycle takes the taint off when the
 * kubelet has said Ready. In between the node is seen and refused, as any node that is not Ready. With `nodeReadyMs` 0 all of that is
 * one instant, which nobody sees: nothing is told of it. Nodes that stood before the run are Ready.
 * Not modelled: what a kubelet waits for (its CNI, its runtime).
 * Source: kubernetes plugin/pkg/admission/nodetaint/admission.go, pkg/controller/nodelifecycle; recordings of 1.20.2.
 */
import { notReadyKey } from "./evolve-trouble.ts"
import type { KubeEventOf } from "./message.ts"
import { beginPasses } from "./node-lifecycle.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const readyMsOf = ({ cluster, settings }: KubeWorld, node: string): number => cluster.nodes.get(node)?.spec.readyMs ?? settings.nodeReadyMs

/** The event by which a node registers. */
export const joinOf = (world: KubeWorld, node: string, zone: string): KubeEventOf<"kube/NodeJoined"> => ({
  _tag: "kube/NodeJoined",
  node,
  zone,
  ...(readyMsOf(world, node) === 0 ? {} : { ready: false })
})

export const register = (world: KubeWorld, event: KubeEventOf<"kube/NodeJoined">, turn: KubeTurn): void => {
  if (event.ready !== false) return
  turn.emit({ _tag: "kube/NodeTainted", node: event.node, key: notReadyKey, effect: "NoSchedule" })
  beginPasses(world, event, turn)
  turn.ask({ _tag: "kube/NodeReadyDue", node: event.node, joinedAt: turn.now }, turn.now + readyMsOf(world, event.node))
}

/** The kubelet's first word. One that is cut off meanwhile says it with a later heartbeat. */
export const reportReady = (world: KubeWorld, timer: TimerOf<"kube/NodeReadyDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.joinedAt !== timer.joinedAt || node.ready !== "False") return
  if (node.cutOff === undefined) turn.emit({ _tag: "kube/NodeReadinessTurned", node: timer.node, ready: "True", reason: "KubeletReady" })
  else turn.ask(timer, turn.now + world.settings.heartbeatMs)
}

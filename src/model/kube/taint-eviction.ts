/**
 * Taint eviction: a pod that does not bear its node's NoExecute taints for ever is deleted when the shortest of its tolerations has run
 * out, whatever budgets say. The first reckoning stands while any such taint is left; only a taint that is not borne at all is reckoned
 * anew, and at once. Until its kubelet confirms, the object stays. No such taint left: cancelled. That the node's object is gone changes
 * nothing.
 * Source: kubernetes pkg/controller/tainteviction processPodOnNode (in nodelifecycle/scheduler before 1.29).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf } from "./message.ts"
import { type NodeState, type PodState, type Taint, templateOfPod } from "./state.ts"
import { type Tolerance, toleranceOf } from "./tolerations.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** How long a pod bears a taint, in milliseconds; `undefined` for ever, `none` not at all. */
export const toleranceFor = (world: KubeWorld, pod: View<PodState>, taint: Taint): Tolerance =>
  toleranceOf(
    templateOfPod(world.cluster, pod),
    world.cluster.workloads.get(pod.workload)?.spec.kind === "DaemonSet",
    taint,
    world.settings.tolerationMs
  )

const podsOn = (world: KubeWorld, node: View<NodeState> | undefined): ReadonlyArray<View<PodState>> =>
  sortedKeys(node?.pods ?? []).flatMap((id) => {
    const pod = world.cluster.pods.get(id)
    return pod === undefined || pod.terminating ? [] : [pod]
  })

export const beginTolerations = (world: KubeWorld, event: KubeEventOf<"kube/NodeTainted">, turn: KubeTurn): void => {
  if (event.effect !== "NoExecute") return
  for (const pod of podsOn(world, world.cluster.nodes.get(event.node))) askEviction(world, pod, turn)
}

/** It came to a node that is tainted already. */
export const beginToleration = (world: KubeWorld, event: KubeEventOf<"kube/PodScheduled">, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(event.pod)
  if (pod !== undefined) askEviction(world, pod, turn)
}

/** What was reckoned at this instant gets its appointment. */
const askEviction = (world: KubeWorld, pod: View<PodState>, turn: KubeTurn): void => {
  if (pod.evictionSetAt !== turn.now) return
  const taints = world.cluster.nodes.get(pod.node ?? "")?.taints ?? []
  const spans = taints.flatMap((taint) => (taint.effect === "NoExecute" ? [toleranceFor(world, pod, taint)] : []))
  const bounded = spans.flatMap((span) => (span === undefined ? [] : [span === "none" ? 0 : span]))
  turn.ask({ _tag: "kube/EvictionDue", pod: pod.id, setAt: turn.now }, turn.now + Math.min(...bounded))
}

export const evict = (world: KubeWorld, timer: TimerOf<"kube/EvictionDue">, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(timer.pod)
  if (pod?.node === undefined || pod.terminating) return
  if (pod.evictionSetAt === timer.setAt) turn.emit({ _tag: "kube/PodEvicted", pod: pod.id, node: pod.node })
}

export const cancelTolerations = (world: KubeWorld, event: KubeEventOf<"kube/NodeUntainted">, turn: KubeTurn): void => {
  if (event.effect !== "NoExecute") return
  const taint = { key: event.key, effect: "NoExecute", since: turn.now } as const
  for (const pod of podsOn(world, world.cluster.nodes.get(event.node)))
    if (pod.evictionSetAt === undefined && toleranceFor(world, pod, taint) !== undefined)
      turn.emit({ _tag: "kube/EvictionCancelled", pod: pod.id })
}

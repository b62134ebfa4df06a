/**
 * Taint eviction: a pod that does not bear a NoExecute taint for ever is deleted when its toleration has run out, whatever budgets
 * say. Until its kubelet confirms, the object stays. The taint gone in time: cancelled.
 * Source: kubernetes pkg/controller/tainteviction (in nodelifecycle/scheduler before 1.29).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf } from "./message.ts"
import { type NodeState, type PodState, type Taint, templateOfPod } from "./state.ts"
import { toleranceOf } from "./tolerations.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** How long a pod bears a taint, in milliseconds; `undefined` for ever. */
export const toleranceFor = (world: KubeWorld, pod: View<PodState>, taint: Taint): number | undefined =>
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
  const node = world.cluster.nodes.get(event.node)
  const taint = node?.taints.find(({ key, effect }) => key === event.key && effect === "NoExecute")
  if (taint === undefined) return
  for (const pod of podsOn(world, node)) {
    const tolerance = toleranceFor(world, pod, taint)
    if (tolerance !== undefined) turn.ask({ _tag: "kube/EvictionDue", pod: pod.id, taintedAt: turn.now }, turn.now + tolerance)
  }
}

export const evict = (world: KubeWorld, timer: TimerOf<"kube/EvictionDue">, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(timer.pod)
  const node = pod?.node === undefined ? undefined : world.cluster.nodes.get(pod.node)
  if (pod?.node === undefined || node === undefined || pod.terminating) return
  if (node.taints.some((taint) => taint.effect === "NoExecute" && taint.since === timer.taintedAt))
    turn.emit({ _tag: "kube/PodEvicted", pod: pod.id, node: pod.node })
}

export const cancelTolerations = (world: KubeWorld, event: KubeEventOf<"kube/NodeUntainted">, turn: KubeTurn): void => {
  if (event.effect !== "NoExecute") return
  const taint = { key: event.key, effect: "NoExecute", since: turn.now } as const
  for (const pod of podsOn(world, world.cluster.nodes.get(event.node)))
    if (toleranceFor(world, pod, taint) !== undefined) turn.emit({ _tag: "kube/EvictionCancelled", pod: pod.id })
}

/**
 * Taint eviction: a pod that does not tolerate NoExecute for ever is deleted when its toleration has run out, whatever budgets say.
 * Until its kubelet confirms, the object stays. The taint gone in time: cancelled.
 * Source: kubernetes pkg/controller/tainteviction (in nodelifecycle/scheduler before 1.29).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf } from "./message.ts"
import type { PodState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const isEvictable = (world: KubeWorld, pod: View<PodState>): boolean =>
  !pod.terminating && world.cluster.workloads.get(pod.workload)?.spec.kind !== "DaemonSet"

const evictable = (world: KubeWorld, node: string): ReadonlyArray<View<PodState>> =>
  sortedKeys(world.cluster.nodes.get(node)?.pods ?? []).flatMap((id) => {
    const pod = world.cluster.pods.get(id)
    return pod !== undefined && isEvictable(world, pod) ? [pod] : []
  })

export const beginTolerations = (world: KubeWorld, event: KubeEventOf<"kube/NodeTainted">, turn: KubeTurn): void => {
  if (event.effect !== "NoExecute") return
  for (const pod of evictable(world, event.node))
    turn.ask({ _tag: "kube/EvictionDue", pod: pod.id, taintedAt: turn.now }, turn.now + world.settings.tolerationMs)
}

export const evict = (world: KubeWorld, timer: TimerOf<"kube/EvictionDue">, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(timer.pod)
  const node = pod?.node === undefined ? undefined : world.cluster.nodes.get(pod.node)
  if (pod?.node === undefined || node === undefined || !isEvictable(world, pod)) return
  if (node.taints.some((taint) => taint.effect === "NoExecute" && taint.since === timer.taintedAt))
    turn.emit({ _tag: "kube/PodEvicted", pod: pod.id, node: pod.node })
}

export const cancelTolerations = (world: KubeWorld, event: KubeEventOf<"kube/NodeUntainted">, turn: KubeTurn): void => {
  if (event.effect !== "NoExecute") return
  for (const pod of evictable(world, event.node)) turn.emit({ _tag: "kube/EvictionCancelled", pod: pod.id })
}

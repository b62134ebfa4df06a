/** When a pod's end by its node's NoExecute taints was reckoned. See `taint-eviction.ts`. */
import type { Instant } from "../value/instant.ts"
import { type Cluster, type NodeState, type PodState, templateOfPod } from "./state.ts"
import { toleranceOf } from "./tolerations.ts"

export const reckonPodsOn = (cluster: Cluster, node: NodeState, at: Instant): void => {
  for (const id of node.pods) {
    const pod = cluster.pods.get(id)
    if (pod !== undefined) reckonPod(cluster, pod, node, at)
  }
}

/** Borne for ever, or no taint: no end. Not borne at all: reckoned anew. Else the first reckoning stands. */
export const reckonPod = (cluster: Cluster, pod: PodState, { taints }: NodeState, at: Instant): void => {
  if (taints.every(({ effect }) => effect !== "NoExecute")) {
    delete pod.evictionSetAt
    return
  }
  const isDaemon = cluster.workloads.get(pod.workload)?.spec.kind === "DaemonSet"
  const template = templateOfPod(cluster, pod)
  const spans = taints.flatMap((taint) => (taint.effect === "NoExecute" ? [toleranceOf(template, isDaemon, taint, 0)] : []))
  if (spans.every((span) => span === undefined)) delete pod.evictionSetAt
  else if (spans.includes("none")) pod.evictionSetAt = at
  else pod.evictionSetAt ??= at
}

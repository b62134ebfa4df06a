/** A DaemonSet: one pod a node that it may run on; none on Fargate's, whatever it tolerates. A pod that is leaving is replaced when it is gone. */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { isForOnePod } from "./fargate-profile.ts"
import { nodeAffinityAllows } from "./node-affinity.ts"
import { createPod, freeName } from "./pod-names.ts"
import type { WorkloadState } from "./state.ts"
import { isTolerated } from "./tolerations.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

export const spreadDaemons = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  const { spec } = workload
  const served = new Set<string>()
  for (const id of sortedKeys(workload.pods)) {
    const pod = world.cluster.pods.get(id)
    if (pod?.only === undefined) continue
    served.add(pod.only)
    // Its node went before it was bound; one that was bound is garbage collection's.
    if (pod.node === undefined && !pod.terminating && !world.cluster.nodes.has(pod.only))
      turn.emit({ _tag: "kube/PodDeleted", pod: id, by: "controller", force: false })
  }
  const pinned = new Map(turn.settling ? spec.pins.map((pin) => [pin.node, pin.name]) : [])
  for (const name of world.cluster.nodeNames) {
    const node = world.cluster.nodes.get(name)
    if (node === undefined || !node.joined || served.has(name) || isForOnePod(node)) continue
    if (!nodeAffinityAllows(spec.template, node.labels)) continue
    if (node.taints.some((taint) => taint.effect !== "PreferNoSchedule" && !isTolerated(spec.template, true, taint))) continue
    createPod(world, workload, pinned.get(name) ?? freeName(world, workload, spec.name, turn), turn, { node: name })
  }
}

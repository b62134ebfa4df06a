/**
 * A StatefulSet: pods with ordinals, made in order, each when all before it are Ready; ended from the highest down. A name is free
 * only when the object that bore it is gone. `parallel` does not wait.
 */
import type { View } from "../value/view.ts"
import { createPod } from "./pod-names.ts"
import type { PodState, WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

export const order = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  const { spec } = workload
  const podAt = (ordinal: number): View<PodState> | undefined => world.cluster.pods.get(`${spec.namespace}/${spec.name}-${ordinal}`)
  for (let ordinal = 0; ordinal < workload.replicas; ordinal++) {
    const pod = podAt(ordinal)
    if (pod === undefined) createPod(world, workload, `${spec.name}-${ordinal}`, turn)
    if (spec.parallel !== true && (pod === undefined || !pod.ready || pod.terminating)) return
  }
  const surplus = [...workload.pods]
    .map((id) => Number(id.slice(id.lastIndexOf("-") + 1)))
    .filter((ordinal) => ordinal >= workload.replicas)
    .sort((left, right) => right - left)
  for (const ordinal of surplus) {
    const pod = podAt(ordinal)
    if (pod === undefined) continue
    if (!pod.terminating) turn.emit({ _tag: "kube/PodDeleted", pod: pod.id, by: "controller", force: false })
    if (spec.parallel !== true) return
  }
}

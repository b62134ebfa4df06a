/**
 * A StatefulSet: pods with ordinals, made in order, each when all before it are Ready; ended from the highest down. A name is free
 * only when the object that bore it is gone. `parallel` does not wait. A rollout ends pods of another template from the highest
 * ordinal down, one at a time, each when those above it are of the new one and Ready; never below the partition, and not at all
 * OnDelete. In order, one pod that is not Ready holds up everything, its own replacement too, whatever template it has.
 * Not modelled: maxUnavailable, minReadySeconds.
 * Source: kubernetes pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet.
 */
import type { View } from "../value/view.ts"
import { createPod } from "./pod-names.ts"
import type { PodState, WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

type PodAt = (ordinal: number) => View<PodState> | undefined

export const order = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  const { spec } = workload
  const podAt: PodAt = (ordinal) => world.cluster.pods.get(`${spec.namespace}/${spec.name}-${ordinal}`)
  for (let ordinal = 0; ordinal < workload.replicas; ordinal++) {
    const pod = podAt(ordinal)
    if (pod === undefined) createPod(world, workload, `${spec.name}-${ordinal}`, turn, revisionOf(workload, ordinal))
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
  if (workload.rollout === "progressing") update(workload, podAt, turn)
}

const partitionOf = ({ spec }: View<WorkloadState>): number => (spec.update?.onDelete === true ? 0 : (spec.update?.partition ?? 0))

/** Below the partition a pod is made anew of the template that was rolled out last. */
const revisionOf = (workload: View<WorkloadState>, ordinal: number): { readonly hash?: string } => {
  const hash = ordinal < partitionOf(workload) ? workload.hashCurrent : workload.hash
  return hash === "" ? {} : { hash }
}

const update = (workload: View<WorkloadState>, podAt: PodAt, turn: KubeTurn): void => {
  for (let ordinal = workload.replicas - 1; ordinal >= partitionOf(workload); ordinal--) {
    const pod = podAt(ordinal)
    const isOld = pod !== undefined && !pod.terminating && pod.hash !== workload.hash
    if (isOld && workload.spec.update?.onDelete !== true)
      turn.emit({ _tag: "kube/PodDeleted", pod: pod.id, by: "controller", force: false })
    if (isOld || pod === undefined || !pod.ready || pod.terminating) return
  }
  turn.emit({ _tag: "kube/RolloutCompleted", workload: workload.id, hash: workload.hash })
}

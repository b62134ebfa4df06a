/**
 * A Job: pods until enough have completed, no more at once than its parallelism. A pod that leaves before its end is replaced at once.
 * Containers that fail start again in their pod (restart policy OnFailure); when those of its active pods have done so as often as its
 * backoffLimit, the Job has failed: its active pods are deleted, and it makes no more.
 * Not modelled: restart policy Never, deletions as failures, deadlines, indexes.
 * Source: kubernetes pkg/controller/job (manageJob, pastBackoffLimitOnFailure).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf } from "./message.ts"
import { createPod, freeName } from "./pod-names.ts"
import { isActive } from "./pods.ts"
import type { PodState, WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** Kubernetes' defaults. Source: kubernetes API, JobSpec. */
const usualParallelism = 1
const usualBackoffLimit = 6

const podsOf = (world: KubeWorld, workload: View<WorkloadState>): ReadonlyArray<View<PodState>> =>
  sortedKeys(workload.pods).flatMap((id) => world.cluster.pods.get(id) ?? [])

/** As many pods as completions are missing, within its parallelism. */
export const complete = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  if (workload.jobFailed) return
  const pods = podsOf(world, workload)
  const done = pods.filter(({ succeeded }) => succeeded).length
  const wanted = Math.min(workload.replicas - done, workload.spec.parallelism ?? usualParallelism)
  for (let missing = wanted - pods.filter(isActive).length; missing > 0; missing--)
    createPod(world, workload, freeName(world, workload, workload.spec.name, turn), turn)
}

/** A container of its own starts again: that may be once too often. */
export const countRestarts = (world: KubeWorld, event: KubeEventOf<"kube/ContainerRestarting">, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(world.cluster.pods.get(event.pod)?.workload ?? "")
  if (workload?.spec.kind !== "Job" || workload.jobFailed) return
  const active = podsOf(world, workload).filter(isActive)
  const restarts = active.reduce((sum, pod) => sum + pod.restarts, 0)
  if (restarts < Math.max(1, workload.spec.backoffLimit ?? usualBackoffLimit)) return
  const cause = turn.emit({ _tag: "kube/JobFailed", workload: workload.id, reason: "BackoffLimitExceeded" })
  for (const { id } of active) turn.emit({ _tag: "kube/PodDeleted", pod: id, by: "controller", force: false }, cause)
}

/** Folds what happens to workloads: their wishes, their ReplicaSets, their rollouts. */
import type { Instant } from "../value/instant.ts"
import type { KubeEvent, KubeEventOf } from "./message.ts"
import { policyPeriodMs } from "./pod-autoscaler.ts"
import { linkServices } from "./service-links.ts"
import { type Cluster, requireWorkload, type WorkloadState } from "./state.ts"
import { isSociable } from "./template.ts"

type WorkloadEvent = KubeEventOf<
  | "kube/WorkloadApplied"
  | "kube/WorkloadScaled"
  | "kube/RolloutBegan"
  | "kube/ReplicaSetScaled"
  | "kube/ProgressDeadlineExceeded"
  | "kube/RolloutCompleted"
  | "kube/JobFailed"
  | "kube/LoadTurned"
  | "kube/PodLoadTurned"
  | "kube/ReplicasWished"
>

const tags: ReadonlySet<string> = new Set<WorkloadEvent["_tag"]>([
  "kube/WorkloadApplied",
  "kube/WorkloadScaled",
  "kube/RolloutBegan",
  "kube/ReplicaSetScaled",
  "kube/ProgressDeadlineExceeded",
  "kube/RolloutCompleted",
  "kube/JobFailed",
  "kube/LoadTurned",
  "kube/PodLoadTurned",
  "kube/ReplicasWished"
])

export const isWorkloadEvent = (event: KubeEvent): event is WorkloadEvent => tags.has(event._tag)

/** Wishes of an autoscaler older than this say nothing any more: longer than any window that is allowed. */
const wishesKept = 1_000

export const evolveWorkload = (cluster: Cluster, event: WorkloadEvent, at: Instant): void => {
  const workload = requireWorkload(cluster, event.workload)
  switch (event._tag) {
    case "kube/WorkloadApplied":
      workload.applied = true
      return
    case "kube/WorkloadScaled":
      if (event.by === autoscaler && event.replicas > workload.replicas) noteGrowth(workload, at)
      workload.replicas = event.replicas
      return
    case "kube/RolloutBegan":
      workload.hashBefore = workload.hash
      workload.hash = event.hash
      workload.templates.set(event.hash, event.template)
      workload.rollout = "progressing"
      workload.progressAt = at
      if (isSociable(event.template)) cluster.sociable.add(workload.id)
      linkServices(cluster)
      for (const id of workload.services) for (const pod of workload.pods) cluster.services.get(id)?.touched.add(pod)
      return
    case "kube/ReplicaSetScaled":
      if (workload.hash === "") {
        workload.hash = event.hash
        workload.templates.set(event.hash, workload.spec.template)
      }
      if (workload.rollout === "first" && workload.replicas === 0) workload.rollout = "complete"
      workload.sets.set(event.hash, event.to)
      workload.sizedFor = workload.replicas
      workload.progressAt = at
      return
    case "kube/ProgressDeadlineExceeded":
      workload.rollout = "overdue"
      return
    case "kube/RolloutCompleted":
      workload.rollout = "complete"
      if ((workload.spec.update?.partition ?? 0) === 0) workload.hashCurrent = event.hash
      return
    case "kube/JobFailed":
      workload.jobFailed = true
      return
    case "kube/PodLoadTurned":
      workload.podLoad = event.share
      return
    case "kube/LoadTurned":
      workload.loadMilliCpu = event.milliCpu
      return
    case "kube/ReplicasWished":
      workload.wishes = [
        ...workload.wishes.slice(-wishesKept),
        ...(event.before === undefined ? [] : [{ at: event.before.atMs, wish: event.before.wish }]),
        { at, wish: event.wish }
      ]
  }
}

/** The one who scales by load. */
const autoscaler = "HorizontalPodAutoscaler"
const noteGrowth = (workload: WorkloadState, at: Instant): void => {
  const { grown } = workload
  workload.grown = grown !== undefined && at - grown.at < policyPeriodMs ? grown : { at, from: workload.replicas }
}

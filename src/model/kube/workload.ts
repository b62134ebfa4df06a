/**
 * Controllers of workloads: each brings its pods to the number and the names it stands for. A ReplicaSet does not count terminating
 * pods and replaces at once; a StatefulSet keeps an ordinal's name and waits until its object is gone; a DaemonSet has one pod a
 * node; both roll out by ending pods of another template; a Job stops when enough pods are done; a bare pod is made once. What they
 * watch reaches them after `controllerLatencyMs`.
 * Source: kubernetes pkg/controller/{deployment,replicaset,statefulset,daemon,job}.
 */
import type { View } from "../value/view.ts"
import { spreadDaemons } from "./daemon-set.ts"
import { roll } from "./deployment.ts"
import { complete } from "./job.ts"
import type { KubeEventOf } from "./message.ts"
import { createPod } from "./pod-names.ts"
import type { WorkloadState } from "./state.ts"
import { order } from "./stateful-set.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** The workload looks now, or when its controller has heard of it. */
const look = (world: KubeWorld, id: string, turn: KubeTurn): void => {
  const { controllerLatencyMs } = world.settings
  if (controllerLatencyMs > 0 && !turn.settling)
    turn.askOnce(id, { _tag: "kube/ReconcileDue", workload: id }, turn.now + controllerLatencyMs)
  else reconcileNow(world, { workload: id }, turn)
}

export const reconcileWorkload = (world: KubeWorld, event: { readonly workload: string }, turn: KubeTurn): void =>
  look(world, event.workload, turn)

/** A pod is leaving, or turned ready: its workload looks again. */
export const reconcileOfPod = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const workload = world.cluster.pods.get(event.pod)?.workload
  if (workload !== undefined) look(world, workload, turn)
}

/** A pod's object is gone, and with it whose it was: its name tells. */
export const reconcileAfterRemoval = (world: KubeWorld, event: KubeEventOf<"kube/PodRemoved">, turn: KubeTurn): void => {
  for (const id of world.cluster.workloadIds) if (mayOwn(world.cluster.workloads.get(id), event.pod)) look(world, id, turn)
}

const mayOwn = (workload: View<WorkloadState> | undefined, pod: string): boolean =>
  workload?.applied === true && (pod === workload.id || pod.startsWith(`${workload.id}-`))

/** A node joined: every DaemonSet looks again. */
export const reconcileDaemons = (world: KubeWorld, _event: unknown, turn: KubeTurn): void => {
  for (const id of world.cluster.workloadIds) {
    if (world.cluster.workloads.get(id)?.spec.kind === "DaemonSet") look(world, id, turn)
  }
}

export const reconcileNow = (world: KubeWorld, timer: Pick<TimerOf<"kube/ReconcileDue">, "workload">, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(timer.workload)
  if (!workload?.applied) return
  switch (workload.spec.kind) {
    case "Deployment":
      return roll(world, workload, turn)
    case "StatefulSet":
      return order(world, workload, turn)
    case "DaemonSet":
      return spreadDaemons(world, workload, turn)
    case "Job":
      return complete(world, workload, turn)
    case "Pod":
      if (workload.created === 0) createPod(world, workload, workload.spec.name, turn)
  }
}

/**
 * A Deployment: one ReplicaSet a template, the newest in force. A rollout grows the new set while all sets together stay within the
 * surge, and shrinks the old ones while enough pods stay available, unhealthy old pods first. Terminating pods count for nobody.
 * A template that was in force before brings its ReplicaSet back. Scaled meanwhile, its sets keep their shares. No progress for the deadline is told, and changes nothing.
 * A pod is available when it has been Ready for the Deployment's minReadySeconds. Strategy Recreate: every old pod is gone first.
 * Not modelled: pausing.
 * Source: kubernetes pkg/controller/deployment (rolling.go, recreate.go, sync.go, progress.go), recordings of 1.20.2.
 */
import type { View } from "../value/view.ts"
import { limitsOf, type Scaling, scaleInProportion } from "./deployment-scale.ts"
import type { KubeEventOf } from "./message.ts"
import { firstHashOf } from "./pod-names.ts"
import { replicate } from "./replica-set.ts"
import type { WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** Kubernetes' default. Source: kubernetes API, progressDeadlineSeconds. */
const usualDeadlineMs = 600_000
/** Steps of one look: each scales one set, and at most two sets move a look in any real rollout. */
const stepsMax = 10_000

export const roll = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  if (workload.hash === "") {
    const hash = firstHashOf(workload, turn)
    turn.emit({ _tag: "kube/ReplicaSetScaled", workload: workload.id, hash, from: 0, to: workload.replicas })
    replicate(world, workload, hash, turn)
    return noteEnd(workload, turn)
  }
  for (let step = 0; step < stepsMax; step++) {
    const scaledSets = workload.spec.strategy?.recreate === true ? nextRecreation(world, workload) : nextStep(workload)
    for (const { hash, to } of scaledSets) {
      turn.emit({ _tag: "kube/ReplicaSetScaled", workload: workload.id, hash, from: workload.sets.get(hash) ?? 0, to })
    }
    for (const hash of workload.sets.keys()) replicate(world, workload, hash, turn)
    if (scaledSets.length === 0) break
  }
  noteEnd(workload, turn)
}

/** Scaling takes precedence over rolling. */
const nextStep = (workload: View<WorkloadState>): ReadonlyArray<Scaling> => {
  const shares = scaleInProportion(workload)
  return shares.length > 0 ? shares : nextScaling(workload)
}

const nextScaling = (workload: View<WorkloadState>): ReadonlyArray<Scaling> => {
  const { replicas, sets, hash } = workload
  const others = [...sets].filter(([other, size]) => other !== hash && size > 0)
  const own = sets.get(hash) ?? 0
  if (others.length === 0) return own === replicas ? [] : [{ hash, to: replicas }]
  const { maxSurge, maxUnavailable } = limitsOf(workload, replicas)
  const all = [...sets.values()].reduce((sum, size) => sum + size, 0)
  if (own > replicas) return [{ hash, to: replicas }]
  if (own < replicas && all < replicas + maxSurge) return [{ hash, to: own + Math.min(replicas + maxSurge - all, replicas - own) }]
  return shrinkOld(workload, others, all, replicas - maxUnavailable)
}

/** Old sets to none, and the new one only when no old pod is left, not even one that is terminating. Source: recreate.go, oldPodsRunning. */
const nextRecreation = (world: KubeWorld, { sets, hash, replicas, pods }: View<WorkloadState>): ReadonlyArray<Scaling> => {
  const others = [...sets].filter(([other, size]) => other !== hash && size > 0)
  if (others.length > 0) return others.map(([other]) => ({ hash: other, to: 0 }))
  if ((sets.get(hash) ?? 0) === replicas) return []
  const isOldLeft = [...pods].some((id) => {
    const pod = world.cluster.pods.get(id)
    return pod !== undefined && pod.hash !== hash && !pod.succeeded
  })
  return isOldLeft ? [] : [{ hash, to: replicas }]
}

const availableOf = (workload: View<WorkloadState>, hash: string): number => workload.available.get(hash) ?? 0

const shrinkOld = (
  workload: View<WorkloadState>,
  others: ReadonlyArray<readonly [hash: string, size: number]>,
  all: number,
  minAvailable: number
): ReadonlyArray<Scaling> => {
  const own = workload.sets.get(workload.hash) ?? 0
  const newUnavailable = own - availableOf(workload, workload.hash)
  const room = all - minAvailable - newUnavailable
  if (room <= 0) return []
  // Unhealthy pods of old sets go first, as many as the room allows.
  const sizes = new Map(others)
  let cleaned = 0
  for (const [hash, size] of others) {
    const unhealthy = Math.max(0, Math.min(room - cleaned, size - availableOf(workload, hash)))
    sizes.set(hash, size - unhealthy)
    cleaned += unhealthy
  }
  const available = [...workload.sets.keys()].reduce((sum, hash) => sum + availableOf(workload, hash), 0)
  let surplus = Math.max(0, available - minAvailable)
  for (const [hash] of others) {
    const size = sizes.get(hash) ?? 0
    const taken = Math.min(size, surplus)
    sizes.set(hash, size - taken)
    surplus -= taken
  }
  return others.flatMap(([hash, size]) => (sizes.get(hash) === size ? [] : [{ hash, to: sizes.get(hash) ?? 0 }]))
}

/** A rollout that is done says so once, in time or not; one under way is looked at again when its deadline may have passed. */
const noteEnd = (workload: View<WorkloadState>, turn: KubeTurn): void => {
  if (workload.rollout === "complete") return
  const isDone =
    [...workload.sets].every(([hash, size]) => size === (hash === workload.hash ? workload.replicas : 0)) &&
    availableOf(workload, workload.hash) >= workload.replicas
  if (isDone && workload.rollout !== "first") turn.emit({ _tag: "kube/RolloutCompleted", workload: workload.id, hash: workload.hash })
  else if (!isDone && workload.rollout !== "overdue") {
    const { hash, progressAt } = workload
    turn.ask({ _tag: "kube/ProgressDue", workload: workload.id, hash, progressAt }, Math.max(turn.now, progressAt + deadlineOf(workload)))
  }
}

/** A pod that turned Ready is looked at again when it has been so for long enough. */
export const awaitAvailable = (world: KubeWorld, event: KubeEventOf<"kube/PodReadinessTurned">, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(event.pod)
  if (!event.ready || pod === undefined || pod.available) return
  const { minReadyMs = 0 } = world.cluster.workloads.get(pod.workload)?.spec ?? {}
  turn.ask({ _tag: "kube/AvailableDue", pod: pod.id, readySince: pod.readySince }, turn.now + minReadyMs)
}

export const turnAvailable = (world: KubeWorld, timer: TimerOf<"kube/AvailableDue">, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(timer.pod)
  if (pod?.ready === true && !pod.available && pod.readySince === timer.readySince)
    turn.emit({ _tag: "kube/PodBecameAvailable", pod: timer.pod })
}

const deadlineOf = ({ spec }: View<WorkloadState>): number => spec.strategy?.progressDeadlineMs ?? usualDeadlineMs

export const failProgress = (world: KubeWorld, timer: TimerOf<"kube/ProgressDue">, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(timer.workload)
  const isUnderWay = workload?.rollout === "progressing" || workload?.rollout === "first"
  if (isUnderWay && workload.hash === timer.hash && workload.progressAt === timer.progressAt)
    turn.emit({ _tag: "kube/ProgressDeadlineExceeded", workload: timer.workload })
}

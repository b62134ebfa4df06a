/**
 * A Deployment: one ReplicaSet a template, the newest in force. A rollout grows the new set while all sets together stay within the
 * surge, and shrinks the old ones while enough pods stay available, unhealthy old pods first. Terminating pods count for nobody.
 * A template that was in force before brings its ReplicaSet back. No progress for the deadline is told, and changes nothing.
 * Not modelled: minReadySeconds, pausing, the Recreate strategy.
 * Source: kubernetes pkg/controller/deployment (rolling.go, sync.go, progress.go), recordings of 1.20.2.
 */
import type { View } from "../value/view.ts"
import { scaled } from "./amount.ts"
import { firstHashOf } from "./pod-names.ts"
import { replicate } from "./replica-set.ts"
import type { WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** Kubernetes' defaults. Source: kubernetes API, DeploymentStrategy and progressDeadlineSeconds. */
const usualStrategy = { maxSurge: "25%", maxUnavailable: "25%" } as const
const usualDeadlineMs = 600_000
/** Steps of one look: each scales one set, and at most two sets move a look in any real rollout. */
const stepsMax = 10_000

export const roll = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  if (workload.hash === "") {
    const hash = firstHashOf(workload, turn)
    turn.emit({ _tag: "kube/ReplicaSetScaled", workload: workload.id, hash, from: 0, to: workload.replicas })
    return replicate(world, workload, hash, turn)
  }
  for (let step = 0; step < stepsMax; step++) {
    const scaledSets = nextScaling(workload)
    for (const { hash, to } of scaledSets) {
      turn.emit({ _tag: "kube/ReplicaSetScaled", workload: workload.id, hash, from: workload.sets.get(hash) ?? 0, to })
    }
    for (const hash of workload.sets.keys()) replicate(world, workload, hash, turn)
    if (scaledSets.length === 0) break
  }
  noteEnd(workload, turn)
}

interface Scaling {
  readonly hash: string
  readonly to: number
}

const nextScaling = (workload: View<WorkloadState>): ReadonlyArray<Scaling> => {
  const { replicas, sets, hash } = workload
  const others = [...sets].filter(([other, size]) => other !== hash && size > 0)
  const own = sets.get(hash) ?? 0
  if (others.length === 0) return own === replicas ? [] : [{ hash, to: replicas }]
  const { maxSurge, maxUnavailable } = limitsOf(workload)
  const all = [...sets.values()].reduce((sum, size) => sum + size, 0)
  if (own > replicas) return [{ hash, to: replicas }]
  if (own < replicas && all < replicas + maxSurge) return [{ hash, to: own + Math.min(replicas + maxSurge - all, replicas - own) }]
  return shrinkOld(workload, others, all, replicas - maxUnavailable)
}

/** Surge rounds up, unavailable down; both zero would stand still, so one may be unavailable. Source: ResolveFenceposts. */
const limitsOf = ({ spec, replicas }: View<WorkloadState>): { readonly maxSurge: number; readonly maxUnavailable: number } => {
  const strategy = spec.strategy ?? usualStrategy
  const maxSurge = scaled(strategy.maxSurge, replicas, "up")
  const maxUnavailable = Math.min(scaled(strategy.maxUnavailable, replicas, "down"), replicas)
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable }
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
  if (isDone) turn.emit({ _tag: "kube/RolloutCompleted", workload: workload.id, hash: workload.hash })
  else if (workload.rollout === "progressing") {
    const { hash, progressAt } = workload
    turn.ask({ _tag: "kube/ProgressDue", workload: workload.id, hash, progressAt }, Math.max(turn.now, progressAt + deadlineOf(workload)))
  }
}

const deadlineOf = ({ spec }: View<WorkloadState>): number => spec.strategy?.progressDeadlineMs ?? usualDeadlineMs

export const failProgress = (world: KubeWorld, timer: TimerOf<"kube/ProgressDue">, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(timer.workload)
  if (workload?.rollout === "progressing" && workload.hash === timer.hash && workload.progressAt === timer.progressAt)
    turn.emit({ _tag: "kube/ProgressDeadlineExceeded", workload: timer.workload })
}

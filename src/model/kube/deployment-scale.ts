/**
 * A Deployment that is scaled while several of its ReplicaSets have pods: each keeps its share, so that a bad template does not get what
 * a good one has. The largest is sized first, and what rounding leaves over is the largest's; of equal ones the newest grows and the
 * oldest shrinks first. Shares are of what was allowed when the sets were sized last (the max-replicas annotation).
 * Source: kubernetes pkg/controller/deployment, sync.go scale, util GetProportion.
 */
import type { View } from "../value/view.ts"
import { scaled } from "./amount.ts"
import type { WorkloadState } from "./state.ts"

export interface Scaling {
  readonly hash: string
  readonly to: number
}

/** Kubernetes' defaults. Source: kubernetes API, DeploymentStrategy. */
const usualStrategy = { maxSurge: "25%", maxUnavailable: "25%" } as const

/** Surge rounds up, unavailable down; both zero would stand still, so one may be unavailable. Source: ResolveFenceposts. */
export const limitsOf = (
  { spec }: View<WorkloadState>,
  replicas: number
): { readonly maxSurge: number; readonly maxUnavailable: number } => {
  const strategy = spec.strategy ?? usualStrategy
  const maxSurge = scaled(strategy.maxSurge, replicas, "up")
  const maxUnavailable = Math.min(scaled(strategy.maxUnavailable, replicas, "down"), replicas)
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable }
}

/** How sets change because the Deployment was scaled; none when it was not. */
export const scaleInProportion = (workload: View<WorkloadState>): ReadonlyArray<Scaling> => {
  const { replicas, sizedFor, sets } = workload
  const active = [...sets].filter(([, size]) => size > 0).map(([hash, size], age) => ({ hash, size, age }))
  const [only] = active
  if (replicas === sizedFor || only === undefined) return []
  if (active.length === 1) return only.size === replicas ? [] : [{ hash: only.hash, to: replicas }]
  const allowedOf = (wanted: number): number => wanted + limitsOf(workload, wanted).maxSurge
  const allowed = replicas === 0 ? 0 : allowedOf(replicas)
  const change = allowed - active.reduce((sum, { size }) => sum + size, 0)
  active.sort((left, right) => right.size - left.size || (change > 0 ? right.age - left.age : left.age - right.age))
  let left = change
  const sized = active.map(({ hash, size }) => {
    const share = rounded(size * allowed, allowedOf(sizedFor)) - size
    const part = left === 0 ? 0 : change > 0 ? Math.min(share, left) : Math.max(share, left)
    left -= part
    return { hash, size, to: size + part }
  })
  return sized
    .map(({ hash, size, to }, index) => ({ hash, size, to: index === 0 ? Math.max(0, to + left) : to }))
    .flatMap(({ hash, size, to }) => (size === to ? [] : [{ hash, to }]))
}

/** A ratio to the next whole number, halves up. */
const rounded = (value: number, of: number): number => Math.floor((2 * value + of) / (2 * of))

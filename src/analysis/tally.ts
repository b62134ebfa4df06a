/**
 * Key figures of a run, gathered stretch by stretch from 0 on: extremes of the series, and for how long each probe was degraded
 * (success below 1) and down (success 0).
 */
import { isZero } from "../model/value/ratio.ts"
import { compareText } from "../model/value/text.ts"
import type { Plan } from "../scenario/plan.ts"
import { readyReplicas, type Series } from "./series.ts"

/** Changed in place by `seeFigures`. Milliseconds by probe, minima by workload. */
export interface Tally {
  events: number
  pendingPodsMax: number
  notReadyNodesMax: number
  readonly readyMin: Map<string, number | undefined>
  readonly degradedMs: Map<string, number>
  readonly downMs: Map<string, number>
}

export const emptyTally = (plan: Plan): Tally => ({
  events: 0,
  pendingPodsMax: 0,
  notReadyNodesMax: 0,
  readyMin: new Map(plan.cluster.workloads.map((workload) => [`${workload.namespace}/${workload.name}`, undefined])),
  degradedMs: new Map(plan.probes.map((probe) => [probe.id, 0])),
  downMs: new Map(plan.probes.map((probe) => [probe.id, 0]))
})

/** The state of the series over [fromMs, toMs), `fromMs` ≥ 0. */
export const seeFigures = (tally: Tally, series: Series, fromMs: number, toMs: number): void => {
  if (series.pendingPods > tally.pendingPodsMax) tally.pendingPodsMax = series.pendingPods
  if (series.notReadyNodes > tally.notReadyNodesMax) tally.notReadyNodesMax = series.notReadyNodes
  for (const [workload, least] of tally.readyMin) {
    const ready = readyReplicas(series, workload)
    if (least === undefined || ready < least) tally.readyMin.set(workload, ready)
  }
  for (const [probe, degraded] of tally.degradedMs) {
    const answer = series.answers.get(probe)
    if (answer === undefined || answer.success.of >= answer.success.over) continue
    tally.degradedMs.set(probe, degraded + toMs - fromMs)
    if (isZero(answer.success)) tally.downMs.set(probe, (tally.downMs.get(probe) ?? 0) + toMs - fromMs)
  }
}

/** By name, sorted. */
export const figuresOf = (tally: Tally, series: Series, faultsEmpty: number, unmodelled: number): Readonly<Record<string, number>> => {
  const figures: Array<readonly [string, number]> = [
    ["events", tally.events],
    ["evictions", series.evictions],
    ["faultsEmpty", faultsEmpty],
    ["notReadyNodesMax", tally.notReadyNodesMax],
    ["pendingPodsMax", tally.pendingPodsMax],
    ["unmodelled", unmodelled]
  ]
  for (const [workload, least] of tally.readyMin) figures.push([`readyMin/${workload}`, least ?? 0])
  for (const [probe, spent] of tally.degradedMs) figures.push([`degradedMs/${probe}`, spent])
  for (const [probe, spent] of tally.downMs) figures.push([`downMs/${probe}`, spent])
  return Object.fromEntries(figures.sort((left, right) => compareText(left[0], right[0])))
}

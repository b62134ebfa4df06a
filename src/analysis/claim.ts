/**
 * A claim read against the series of one moment: what its figure is, and whether it holds. A claim without a figure
 * (a probe that has not answered yet) neither holds nor fails.
 */
import { compareRatio, formatRatio, parseRatio, type Ratio } from "../model/value/ratio.ts"
import type { Claim } from "../scenario/expectation.ts"
import { readyReplicas, type Series } from "./series.ts"

/** The limit that a claim sets, and on which side of it the world must stay. */
export interface Bound {
  readonly limit: Ratio
  readonly side: "atLeast" | "atMost"
}

/** `undefined` when the claim's limit is no ratio. */
export const boundOf = (claim: Claim): Bound | undefined => {
  if (claim._tag === "RolledOut" || claim._tag === "Drained" || claim._tag === "Upgraded") return { limit: countOf(1), side: "atLeast" }
  if (claim._tag === "Delivered") {
    const limit = parseRatio(claim.atLeast)
    return limit === undefined ? undefined : { limit, side: "atLeast" }
  }
  if (claim._tag === "PodLoad") {
    const limit = parseRatio(claim.atMost)
    return limit === undefined ? undefined : { limit, side: "atMost" }
  }
  return claim._tag === "ReadyReplicas"
    ? { limit: countOf(claim.atLeast), side: "atLeast" }
    : { limit: countOf(claim.atMost), side: "atMost" }
}

const countOf = (count: number): Ratio => ({ of: count, over: 1 })

/** The claim's figure now; `undefined` when there is none yet. */
export const figureOf = (claim: Claim, series: Series): Ratio | undefined => {
  switch (claim._tag) {
    case "Delivered":
      return series.answers.get(claim.probe)?.success
    case "ClosedConnections":
      return countOf(series.closed.get(claim.probe) ?? 0)
    case "PodLoad":
      return series.podLoads.get(claim.workload)
    case "ReadyReplicas":
      return countOf(readyReplicas(series, claim.workload))
    case "PendingPods":
      return countOf(series.pendingPods)
    case "NotReadyNodes":
      return countOf(series.notReadyNodes)
    case "Evictions":
      return countOf(series.evictions)
    case "Disturbances":
      return countOf(series.disturbed)
    case "CutConnections":
      return countOf(series.cut)
    case "RolledOut":
      return countOf(series.rolling.has(claim.workload) ? 0 : 1)
    case "Drained": {
      const ended = series.drained.get(claim.node)
      return ended === undefined ? undefined : countOf(ended ? 1 : 0)
    }
    case "Upgraded": {
      const ended = series.upgraded.get(claim.pool)
      return ended === undefined ? undefined : countOf(ended ? 1 : 0)
    }
  }
}

/** Counts are compared without a common denominator. */
const compare = (left: Ratio, right: Ratio): number => (left.over === right.over ? left.of - right.of : compareRatio(left, right))

export const isWithin = (bound: Bound, figure: Ratio): boolean =>
  bound.side === "atLeast" ? compare(figure, bound.limit) >= 0 : compare(figure, bound.limit) <= 0

/** True when `left` is further on the wrong side than `right`. */
export const isWorse = (bound: Bound, left: Ratio, right: Ratio): boolean =>
  bound.side === "atLeast" ? compare(left, right) < 0 : compare(left, right) > 0

/** `at least 2/3`, `at most 0`. */
export const boundText = (bound: Bound): string => `${bound.side === "atLeast" ? "at least" : "at most"} ${formatRatio(bound.limit)}`

/** What the claim speaks of, by the owner's name: `success of host`, `ready replicas of default/app`. */
export const subjectOfClaim = (claim: Claim): string => {
  switch (claim._tag) {
    case "Delivered":
      return `success of ${claim.probe}`
    case "ClosedConnections":
      return `closed connections of ${claim.probe}`
    case "PodLoad":
      return `load of each pod of ${claim.workload}`
    case "ReadyReplicas":
      return `ready replicas of ${claim.workload}`
    case "PendingPods":
      return "pending pods"
    case "NotReadyNodes":
      return "NotReady nodes"
    case "Evictions":
      return "evictions"
    case "Disturbances":
      return "disturbed pods"
    case "CutConnections":
      return "connections cut for want of ports"
    case "RolledOut":
      return `rollout of ${claim.workload}`
    case "Drained":
      return `drain of ${claim.node}`
    case "Upgraded":
      return `upgrade of ${claim.pool}`
  }
}

/**
 * Whether what is said of `subject` (a probe, workload, pod or node by id; `cluster` for everything) tells against the claim.
 * A pod's workload is looked up among the pods seen; claims about the whole cluster hear of everything but probes.
 */
export const dependsOn = (claim: Claim, subject: string, series: Series): boolean => {
  if (subject === "cluster") return true
  if (claim._tag === "Delivered" || claim._tag === "ClosedConnections") return claim.probe === subject
  if (claim._tag === "Drained") return claim.node === subject
  if (claim._tag === "Upgraded") return claim.pool === subject
  if (claim._tag === "ReadyReplicas" || claim._tag === "RolledOut" || claim._tag === "PodLoad")
    return claim.workload === subject || series.pods.get(subject)?.workload === claim.workload
  return !series.answers.has(subject)
}

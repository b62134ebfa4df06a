/**
 * Claims and their two shapes: `delivered("host").atLeast("2/3").sustained({ from: "2m" })`,
 * `delivered("host").within("2m").after(cutZone("us-west-2c"))`. What they point to is looked up when the drill is put together.
 */
import { Schema } from "effect"
import { Action } from "../../model/fault/action.ts"
import type { Millis } from "../../model/value/instant.ts"
import type { Claim } from "../expectation.ts"
import { placeOfCall } from "../place.ts"
import { readCount, readName, readOptions, readShare, readTime } from "../read.ts"
import { qualified } from "./probe.ts"

/** A claim in one of its shapes. `after`: an instant, or an action of the timeline. */
export type Shape =
  | { readonly _tag: "Sustained"; readonly claim: Claim; readonly from: Millis | undefined; readonly until: Millis | undefined }
  | { readonly _tag: "Recovered"; readonly claim: Claim; readonly within: Millis; readonly after: Millis | Action }

export interface ClaimWords {
  /** Holds throughout a window, half-open; the whole run without bounds. */
  readonly sustained: (window?: { readonly from?: string; readonly until?: string }) => Shape
  /** True again at the latest this long after something, and from then on to the end. */
  readonly within: (span: string) => { readonly after: (what: string | Action) => Shape }
}

const Window = Schema.Struct({ from: Schema.optionalKey(Schema.String), until: Schema.optionalKey(Schema.String) })

const words = (claim: Claim): ClaimWords => {
  const sustained: ClaimWords["sustained"] = (window = {}) => {
    const place = placeOfCall(sustained)
    readOptions(Window, window, "sustained", place)
    const bound = (text: string | undefined, name: string) =>
      text === undefined ? undefined : readTime(text, `sustained({ ${name}: `, place)
    return { _tag: "Sustained", claim, from: bound(window.from, "from"), until: bound(window.until, "until") }
  }
  const within: ClaimWords["within"] = (span) => {
    const millis = readTime(span, "within(", placeOfCall(within))
    const after = (what: string | Action): Shape => ({
      _tag: "Recovered",
      claim,
      within: millis,
      after:
        typeof what === "object" && what !== null
          ? readOptions(Action, what, "after", placeOfCall(after))
          : readTime(what, "after(", placeOfCall(after))
    })
    return { after }
  }
  return { sustained, within }
}

/** A probe's success: all of it, unless `atLeast` says less. */
export const delivered = (probe: string): ClaimWords & { readonly atLeast: (share: string) => ClaimWords } => {
  const name = readName(probe, "delivered(", placeOfCall(delivered))
  const atLeast = (share: string): ClaimWords =>
    words({ _tag: "Delivered", probe: name, atLeast: readShare(share, "atLeast(", placeOfCall(atLeast)) })
  return { ...words({ _tag: "Delivered", probe: name, atLeast: "1" }), atLeast }
}

/** Connections that a probe keeps and that were closed since the run began: reset, or given up after too long a silence. */
export const closedConnections = (probe: string): { readonly atMost: (count: number) => ClaimWords } => {
  const name = readName(probe, "closedConnections(", placeOfCall(closedConnections))
  const atMost = (count: number): ClaimWords =>
    words({ _tag: "ClosedConnections", probe: name, atMost: readCount(count, 0, "atMost(", placeOfCall(atMost)) })
  return { atMost }
}

/** What each serving pod of a workload has to do, as a share of what it requests: `podLoad("web").atMost("100%")`. See `setLoad`. */
export const podLoad = (workload: string): { readonly atMost: (share: string) => ClaimWords } => {
  const name = qualified(readName(workload, "podLoad(", placeOfCall(podLoad)))
  const atMost = (share: string): ClaimWords =>
    words({ _tag: "PodLoad", workload: name, atMost: readShare(share, "atMost(", placeOfCall(atMost)) })
  return { atMost }
}

/** Ready replicas of a workload, terminating ones not counted. */
export const readyReplicas = (workload: string): { readonly atLeast: (count: number) => ClaimWords } => {
  const name = qualified(readName(workload, "readyReplicas(", placeOfCall(readyReplicas)))
  const atLeast = (count: number): ClaimWords =>
    words({ _tag: "ReadyReplicas", workload: name, atLeast: readCount(count, 0, "atLeast(", placeOfCall(atLeast)) })
  return { atLeast }
}

/** No rollout of the workload is under way: the last one is complete. */
export const rolledOut = (workload: string): ClaimWords =>
  words({ _tag: "RolledOut", workload: qualified(readName(workload, "rolledOut(", placeOfCall(rolledOut))) })

/** A drain of the node has ended: every pod that must go is gone. */
export const drained = (node: string): ClaimWords => words({ _tag: "Drained", node: readName(node, "drained(", placeOfCall(drained)) })

/** An upgrade of the pool has ended with all its nodes new: `upgraded("pool").within("2h").after(upgradePool(…))`. */
export const upgraded = (pool: string): ClaimWords => words({ _tag: "Upgraded", pool: readName(pool, "upgraded(", placeOfCall(upgraded)) })

const counted =
  (tag: "PendingPods" | "NotReadyNodes" | "Evictions" | "Disturbances" | "CutConnections") =>
  (): { readonly atMost: (count: number) => ClaimWords } => {
    const atMost = (count: number): ClaimWords => words({ _tag: tag, atMost: readCount(count, 0, "atMost(", placeOfCall(atMost)) })
    return { atMost }
  }

/** Pods that are created and not yet bound. */
export const pendingPods = counted("PendingPods")
/** Nodes that are not Ready. */
export const notReadyNodes = counted("NotReadyNodes")
/** Pods evicted since the run began, by a taint or through the eviction API. */
export const evictions = counted("Evictions")
/** Ready pods that were evicted, preempted, or lost a healthy machine, since the run began. */
export const disturbances = counted("Disturbances")
/** Connections that nodes held and lost because their ports behind a shared address became fewer, since the run began. See `holdConnections`. */
export const connectionsCut = counted("CutConnections")

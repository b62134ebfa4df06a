/**
 * Expectations: claims with a deadline, in two shapes. Sustained: holds throughout a window. Recovered: true again within a
 * span after a timeline entry, and stays true until the end.
 */
import { Schema } from "effect"

/** A claim about one instant. Ratios as exact text, `2/3`. */
export const Claim = Schema.Union([
  Schema.TaggedStruct("Delivered", { probe: Schema.NonEmptyString, atLeast: Schema.String }),
  /** Kept connections of a probe that were closed since the run began, because they were reset or nobody answered any more. */
  Schema.TaggedStruct("ClosedConnections", { probe: Schema.NonEmptyString, atMost: Schema.Int }),
  /** What each serving pod of a workload has to do, as a share of its request. */
  Schema.TaggedStruct("PodLoad", { workload: Schema.NonEmptyString, atMost: Schema.String }),
  Schema.TaggedStruct("ReadyReplicas", { workload: Schema.NonEmptyString, atLeast: Schema.Int }),
  Schema.TaggedStruct("PendingPods", { atMost: Schema.Int }),
  Schema.TaggedStruct("NotReadyNodes", { atMost: Schema.Int }),
  /** Evictions counted since the run began. */
  Schema.TaggedStruct("Evictions", { atMost: Schema.Int }),
  /** Ready pods that were made to go (evicted, preempted), or lost a healthy machine, since the run began. */
  Schema.TaggedStruct("Disturbances", { atMost: Schema.Int }),
  Schema.TaggedStruct("CutConnections", { atMost: Schema.Int }),
  /** No rollout of it is under way. */
  Schema.TaggedStruct("RolledOut", { workload: Schema.NonEmptyString }),
  /** A drain of the node has ended, and none is under way. */
  Schema.TaggedStruct("Drained", { node: Schema.NonEmptyString }),
  /** An upgrade of the pool has ended with all its nodes new, and none is under way. */
  Schema.TaggedStruct("Upgraded", { pool: Schema.NonEmptyString })
])
export type Claim = typeof Claim.Type

/** Windows are half-open, whole milliseconds since the run began. */
export const Expectation = Schema.Union([
  Schema.TaggedStruct("Sustained", { id: Schema.NonEmptyString, claim: Claim, fromMs: Schema.Int, untilMs: Schema.Int }),
  Schema.TaggedStruct("Recovered", { id: Schema.NonEmptyString, claim: Claim, afterMs: Schema.Int, withinMs: Schema.Int })
])
export type Expectation = typeof Expectation.Type

/**
 * The plan: the plain, schema-checked, hashable JSON a scenario evaluates to. A recording holds it, so replay never needs the
 * file. Where each call stands in the file lies beside the plan, outside its hash (`Places`).
 */
import { Schema } from "effect"
import { Topology } from "../model/cloud/cloud-of.ts"
import { Action } from "../model/fault/action.ts"
import { ClusterSpec } from "../model/kube/spec.ts"
import { OutsideHost } from "../model/world/outside.ts"
import { ProbeSpec } from "../model/world/probe.ts"
import { Expectation } from "./expectation.ts"

export const planFormat = 1

export const TimelineEntry = Schema.Struct({ atMs: Schema.Int, action: Action })

export const Plan = Schema.Struct({
  format: Schema.Literal(planFormat),
  name: Schema.NonEmptyString,
  about: Schema.String,
  /** What this drill teaches, one sentence; shown with a result that is meant to break. */
  lesson: Schema.String,
  topology: Topology,
  cluster: ClusterSpec,
  probes: Schema.Array(ProbeSpec),
  /** Hosts on the internet that are called, or asked for. */
  outside: Schema.optionalKey(Schema.Array(OutsideHost)),
  /** In the order of `atMs`, then as written. */
  timeline: Schema.Array(TimelineEntry),
  untilMs: Schema.Int,
  expectations: Schema.Array(Expectation),
  /** Every defined setting with its value. */
  settings: Schema.Record(Schema.String, Schema.Union([Schema.Int, Schema.String, Schema.Boolean]))
})
export type Plan = typeof Plan.Type

/** `path` relative to the working directory, 1-based line and column. */
export interface Place {
  readonly path: string
  readonly line: number
  readonly column?: number
}

/**
 * Keys: `timeline/0`, `expectation/<id>`, `probe/<id>`, `workload/<id>`, `service/<id>`, `volume/<name>`, `nodeGroup/<name>`, `fargateprofile/<name>`,
 * `setting/<name>`, `outside/<id>`, `drill`, `topology`, `cluster`, `until`.
 */
export type Places = Readonly<Record<string, Place>>

/**
 * Our probes: questions asked of the network throughout the run. Their answer is written when it turns.
 */
import { Schema } from "effect"
import { ConnectionsTurned } from "./kept.ts"

export const ProbeSource = Schema.Union([
  Schema.TaggedStruct("Internet", {}),
  /** A pod by id, `namespace/name`. */
  Schema.TaggedStruct("Pod", { pod: Schema.NonEmptyString })
])
export const ProbeTarget = Schema.Union([
  /** The balancer of a Service of type LoadBalancer, by its DNS name. */
  Schema.TaggedStruct("Balancer", { service: Schema.NonEmptyString, port: Schema.Int }),
  /** The balancer of an Ingress, by its DNS name. */
  Schema.TaggedStruct("Ingress", { ingress: Schema.NonEmptyString, port: Schema.Int }),
  Schema.TaggedStruct("Service", { service: Schema.NonEmptyString, port: Schema.Int }),
  Schema.TaggedStruct("Pod", { pod: Schema.NonEmptyString, port: Schema.Int }),
  Schema.TaggedStruct("NodePort", { node: Schema.NonEmptyString, port: Schema.Int }),
  Schema.TaggedStruct("Address", { address: Schema.String, port: Schema.Int })
])
export const ProbeSpec = Schema.Struct({
  id: Schema.NonEmptyString,
  from: ProbeSource,
  to: ProbeTarget,
  protocol: Schema.Literals(["tcp", "udp"]),
  /** HTTP path: decides which calls the answering workload makes. */
  path: Schema.optionalKey(Schema.String),
  /** HTTP host, where an application balancer looks at it. */
  host: Schema.optionalKey(Schema.String),
  /** Asks by connections that it opened before and keeps, instead of new ones. */
  kept: Schema.optionalKey(Schema.Literal(true))
})
export type ProbeSpec = typeof ProbeSpec.Type

/** One kind of failing, for the record: where, why, whose rule, and its share. Ratios as exact text. */
export const ProbeFailure = Schema.Struct({
  share: Schema.String,
  fails: Schema.Literals(["timeout", "refused", "reset", "error"]),
  at: Schema.String,
  reason: Schema.String,
  code: Schema.optionalKey(Schema.String),
  origin: Schema.String,
  /** The dependent call that failed, `db:5432`, or absent when the flow itself did. */
  call: Schema.optionalKey(Schema.String)
})

/** The answer of a probe from this instant on. `success` + `timeout` + `refused` + `other` = 1. */
export const ProbeAnswered = Schema.TaggedStruct("probe/AnswerTurned", {
  probe: Schema.String,
  success: Schema.String,
  timeout: Schema.String,
  refused: Schema.String,
  other: Schema.String,
  failures: Schema.Array(ProbeFailure)
})
/** The run met something that the model does not cover; what depends on it is inconclusive. */
export const Unmodelled = Schema.TaggedStruct("world/Unmodelled", { subject: Schema.String, what: Schema.String })

export const probeEvents = [ProbeAnswered, ConnectionsTurned, Unmodelled] as const
export const ProbeEvent = Schema.Union(probeEvents)
export type ProbeEvent = typeof ProbeEvent.Type

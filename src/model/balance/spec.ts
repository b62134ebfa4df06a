/**
 * What the owner says about a balancer: its front ends, whether it crosses zones, and how it checks its targets. Part of the plan.
 */
import { Schema } from "effect"

const Name = Schema.NonEmptyString

export const LoadBalancerSpec = Schema.Struct({
  /** The balancer's id and DNS name in the owner's words. */
  id: Name,
  dnsName: Name,
  /** The cloud's kind of balancer. */
  kind: Schema.Literals(["classic"]),
  /** Subnets with a front end, one a zone. */
  subnets: Schema.Array(Name),
  groups: Schema.Array(Name),
  crossZone: Schema.Boolean,
  healthCheck: Schema.Struct({
    protocol: Schema.Literals(["tcp"]),
    intervalMs: Schema.Int,
    timeoutMs: Schema.Int,
    unhealthyThreshold: Schema.Int,
    healthyThreshold: Schema.Int
  })
})
export type LoadBalancerSpec = typeof LoadBalancerSpec.Type

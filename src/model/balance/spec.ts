/**
 * What the owner says about a balancer: its kind, its front ends, whom it sends to, whether it crosses zones, and how it checks its
 * targets. Part of the plan. `classic` and `application` end the client's connection, `network` passes it on by itself, `passthrough`
 * has one front end for all zones, hands packets on, and never sees an answer. Where a cloud has front ends that stand in no zone,
 * `frontEnd` says on which side of the network they stand.
 */
import { Schema } from "effect"

const Name = Schema.NonEmptyString

/** So many healthy targets, or such a share of them (percent of those registered): the lower of a threshold stands for "well". */
const Minimum = Schema.Struct({ count: Schema.optionalKey(Schema.Int), percent: Schema.optionalKey(Schema.Int) })
export type Minimum = typeof Minimum.Type

export const LoadBalancerSpec = Schema.Struct({
  /** The balancer's id and DNS name in the owner's words. */
  id: Name,
  dnsName: Name,
  /** The cloud's kind of balancer. */
  kind: Schema.Literals(["classic", "network", "application", "passthrough"]),
  /** Subnets with a front end, one a zone. */
  subnets: Schema.Array(Name),
  groups: Schema.Array(Name),
  crossZone: Schema.Boolean,
  /** One for all zones: before the network, where the cloud's edge is, inside it, or inside with a public address. A front end a zone when absent. */
  frontEnd: Schema.optionalKey(Schema.Literals(["edge", "inside", "both"])),
  /** Of one that hands packets on: their destination stays its own address, which nodes know of their Services. */
  floating: Schema.optionalKey(Schema.Boolean),
  /** What its front end has to reach, port 443, for any change of its targets to be applied. */
  managedVia: Schema.optionalKey(Schema.String),
  /** Of one that stands in no zone: its address, and the component that asks its targets. */
  address: Schema.optionalKey(Schema.String),
  checksFrom: Schema.optionalKey(Name),
  healthCheck: Schema.Struct({
    protocol: Schema.Literals(["tcp", "http"]),
    intervalMs: Schema.Int,
    timeoutMs: Schema.Int,
    unhealthyThreshold: Schema.Int,
    healthyThreshold: Schema.Int
  }),
  /** Nodes by their node port, or pods by their address; nodes when absent. */
  targetType: Schema.optionalKey(Schema.Literals(["instance", "ip"])),
  /** By instance: so many nodes at most, in the order of their coming; `withPods`: of those alone that run an endpoint. */
  nodeSubset: Schema.optionalKey(Schema.Struct({ max: Schema.Int, withPods: Schema.optionalKey(Schema.Boolean) })),
  /** Targets see the client's own address. */
  keepsClient: Schema.optionalKey(Schema.Boolean),
  /** A deregistered target drains for so long; 0 when absent: it is gone at once. */
  deregistrationDelayMs: Schema.optionalKey(Schema.Int),
  /** The workload that registers its targets, `namespace/name`; absent: one outside the cluster that always reaches the API server. */
  controller: Schema.optionalKey(Name),
  /** Healthy targets below which a zone's address leaves DNS, or a front end sends to all targets; one each when absent. */
  minimumHealthy: Schema.optionalKey(Schema.Struct({ dns: Schema.optionalKey(Minimum), routing: Schema.optionalKey(Minimum) }))
})
export type LoadBalancerSpec = typeof LoadBalancerSpec.Type

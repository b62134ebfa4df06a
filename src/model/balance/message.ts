/** What balancers say: health checks of their targets, and what their DNS name answers. Targets and front ends by id. */
import { Schema } from "effect"

const shared = { balancer: Schema.String, target: Schema.String }

export const BalancerCreated = Schema.TaggedStruct("balance/BalancerCreated", { balancer: Schema.String, service: Schema.String })
/** `streak`: how many in a row now, of `threshold`. Recorded only while the target's state differs from the answer. */
export const HealthCheckFailed = Schema.TaggedStruct("balance/HealthCheckFailed", { ...shared, streak: Schema.Int, threshold: Schema.Int, fails: Schema.String })
export const HealthCheckPassed = Schema.TaggedStruct("balance/HealthCheckPassed", { ...shared, streak: Schema.Int, threshold: Schema.Int })
export const TargetTurnedUnhealthy = Schema.TaggedStruct("balance/TargetTurnedUnhealthy", shared)
export const TargetTurnedHealthy = Schema.TaggedStruct("balance/TargetTurnedHealthy", shared)
/** The zonal address entered or left what the DNS authority answers. */
export const AddressListed = Schema.TaggedStruct("balance/AddressListed", { balancer: Schema.String, zone: Schema.String, address: Schema.String })
export const AddressWithdrawn = Schema.TaggedStruct("balance/AddressWithdrawn", { balancer: Schema.String, zone: Schema.String, address: Schema.String, why: Schema.Literals(["front end", "targets"]) })
/** Every client's cache now holds what the authority answered one time-to-live ago. */
export const CachesFollowed = Schema.TaggedStruct("balance/CachesFollowed", { balancer: Schema.String, addresses: Schema.Array(Schema.String) })

export const balanceEvents = [
  BalancerCreated, HealthCheckFailed, HealthCheckPassed, TargetTurnedUnhealthy, TargetTurnedHealthy, AddressListed,
  AddressWithdrawn, CachesFollowed
] as const
export const BalanceEvent = Schema.Union(balanceEvents)
export type BalanceEvent = typeof BalanceEvent.Type

export type BalanceTimer =
  | { readonly _tag: "balance/HealthCheckDue"; readonly balancer: string; readonly target: string }
  | { readonly _tag: "balance/HealthCheckTimeoutDue"; readonly balancer: string; readonly target: string; readonly sentAt: number }
  | { readonly _tag: "balance/FrontEndDnsDue"; readonly balancer: string; readonly zone: string; readonly since: number }
  | { readonly _tag: "balance/TargetDnsDue"; readonly balancer: string; readonly zone: string; readonly since: number }
  | { readonly _tag: "balance/CachesDue"; readonly balancer: string; readonly addresses: ReadonlyArray<string> }

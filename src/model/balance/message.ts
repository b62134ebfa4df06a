/** What balancers say: their front ends, health checks of their targets, and what their DNS name answers. Targets are nodes, by name. */
import { Schema } from "effect"

const target = { balancer: Schema.String, target: Schema.String }
const zonal = { balancer: Schema.String, zone: Schema.String }

/** The cloud made a balancer for a Service. */
export const BalancerCreated = Schema.TaggedStruct("balance/BalancerCreated", { balancer: Schema.String, service: Schema.String })
export const FrontEndPlaced = Schema.TaggedStruct("balance/FrontEndPlaced", {
  ...zonal,
  subnet: Schema.String,
  address: Schema.String,
  publicAddress: Schema.String
})
export const TargetRegistered = Schema.TaggedStruct("balance/TargetRegistered", target)
/** From now on a health check of the target would be answered (`ok`) or fail as `fails` says, at the place and for the reason named. */
export const CheckPathTurned = Schema.TaggedStruct("balance/CheckPathTurned", {
  ...target,
  ok: Schema.Boolean,
  fails: Schema.String,
  why: Schema.String
})
/** A check failed; `streak` in a row, of `threshold` that turn the target. Recorded while it tells against the target's state. */
export const HealthCheckFailed = Schema.TaggedStruct("balance/HealthCheckFailed", {
  ...target,
  streak: Schema.Int,
  threshold: Schema.Int,
  fails: Schema.String
})
/** A check passed; the same. */
export const HealthCheckPassed = Schema.TaggedStruct("balance/HealthCheckPassed", { ...target, streak: Schema.Int, threshold: Schema.Int })
export const TargetTurnedUnhealthy = Schema.TaggedStruct("balance/TargetTurnedUnhealthy", target)
export const TargetTurnedHealthy = Schema.TaggedStruct("balance/TargetTurnedHealthy", target)
/** DNS took note of a zone's front end, or of its targets, being well or not. An address is listed while both are. */
export const ZonalHealthTurned = Schema.TaggedStruct("balance/ZonalHealthTurned", {
  ...zonal,
  of: Schema.Literals(["front end", "targets"]),
  well: Schema.Boolean
})
/** The zonal address entered or left what the DNS authority answers. */
export const AddressListed = Schema.TaggedStruct("balance/AddressListed", { ...zonal, address: Schema.String })
export const AddressWithdrawn = Schema.TaggedStruct("balance/AddressWithdrawn", {
  ...zonal,
  address: Schema.String,
  why: Schema.Literals(["front end", "targets"])
})
/** Every client's cache now holds what the authority answered one time-to-live ago. */
export const CachesFollowed = Schema.TaggedStruct("balance/CachesFollowed", {
  balancer: Schema.String,
  addresses: Schema.Array(Schema.String)
})

export const balanceEvents = [
  BalancerCreated,
  FrontEndPlaced,
  TargetRegistered,
  CheckPathTurned,
  HealthCheckFailed,
  HealthCheckPassed,
  TargetTurnedUnhealthy,
  TargetTurnedHealthy,
  ZonalHealthTurned,
  AddressListed,
  AddressWithdrawn,
  CachesFollowed
] as const
export const BalanceEvent = Schema.Union(balanceEvents)
export type BalanceEvent = typeof BalanceEvent.Type
export type BalanceEventOf<Tag extends BalanceEvent["_tag"]> = Extract<BalanceEvent, { readonly _tag: Tag }>

/** `chain`: the `seq` of the turn of the path that began this run of checks; a newer turn ends it. */
export type BalanceTimer =
  | { readonly _tag: "balance/HealthCheckDue"; readonly balancer: string; readonly target: string; readonly chain: number }
  | { readonly _tag: "balance/HealthCheckTimeoutDue"; readonly balancer: string; readonly target: string }
  | {
      readonly _tag: "balance/ZonalHealthDue"
      readonly balancer: string
      readonly zone: string
      readonly of: "front end" | "targets"
      readonly well: boolean
      readonly since: number
    }
  | { readonly _tag: "balance/CachesDue"; readonly balancer: string; readonly addresses: ReadonlyArray<string> }

/**
 * What balancers say: their front ends, health checks of their targets, and what their DNS name answers. A target is a node or a pod
 * by its name; where a balancer has several groups of them, `name in group`.
 */
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
/** `member`, `group` and `node` where they are not all the target itself: a pod on its node, a group among several. */
export const TargetRegistered = Schema.TaggedStruct("balance/TargetRegistered", {
  ...target,
  member: Schema.optionalKey(Schema.String),
  group: Schema.optionalKey(Schema.String),
  node: Schema.optionalKey(Schema.String)
})
/** The target gets no new connection; those it has may end until `until`. */
export const TargetDraining = Schema.TaggedStruct("balance/TargetDraining", { ...target, until: Schema.Int })
export const TargetDeregistered = Schema.TaggedStruct("balance/TargetDeregistered", target)
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
export const AddressListed = Schema.TaggedStruct("balance/AddressListed", {
  ...zonal,
  address: Schema.String,
  /** No zone is well, so all are answered. */
  failOpen: Schema.optionalKey(Schema.Boolean)
})
export const AddressWithdrawn = Schema.TaggedStruct("balance/AddressWithdrawn", {
  ...zonal,
  address: Schema.String,
  why: Schema.Literals(["front end", "targets", "zonal shift"])
})
/** The health checker of a zone's targets turned: broken, it fails every check whatever the target answers. */
export const CheckerTurned = Schema.TaggedStruct("balance/CheckerTurned", { ...zonal, broken: Schema.Boolean, targets: Schema.Int })
/** Someone asked to shift away from a zone, until an instant. */
export const ZonalShiftStarted = Schema.TaggedStruct("balance/ZonalShiftStarted", { ...zonal, until: Schema.Int })
/** The shift is in effect (`away`), or over: the zone's address and targets are out, or in again. */
export const ZonalShiftTurned = Schema.TaggedStruct("balance/ZonalShiftTurned", { ...zonal, away: Schema.Boolean })
/** Every client's cache now holds what the authority answered one time-to-live ago. */
export const CachesFollowed = Schema.TaggedStruct("balance/CachesFollowed", {
  balancer: Schema.String,
  addresses: Schema.Array(Schema.String)
})

export const balanceEvents = [
  BalancerCreated,
  FrontEndPlaced,
  TargetRegistered,
  TargetDraining,
  TargetDeregistered,
  CheckPathTurned,
  HealthCheckFailed,
  HealthCheckPassed,
  TargetTurnedUnhealthy,
  TargetTurnedHealthy,
  ZonalHealthTurned,
  AddressListed,
  AddressWithdrawn,
  CheckerTurned,
  ZonalShiftStarted,
  ZonalShiftTurned,
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
  | { readonly _tag: "balance/RegistrationDue"; readonly balancer: string }
  | { readonly _tag: "balance/ListingDue"; readonly balancer: string }
  | { readonly _tag: "balance/DrainDue"; readonly balancer: string; readonly target: string; readonly until: number }
  | {
      readonly _tag: "balance/ZonalShiftDue"
      readonly balancer: string
      readonly zone: string
      readonly away: boolean
      readonly until: number
    }
  | { readonly _tag: "balance/CachesDue"; readonly balancer: string; readonly addresses: ReadonlyArray<string> }

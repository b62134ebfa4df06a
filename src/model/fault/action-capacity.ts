/** What someone does to what can run out: the cloud launches nothing, or not there; the owner switches how nodes keep addresses. */
import { Schema } from "effect"

const Name = Schema.NonEmptyString

/** No instance is launched anywhere, and again. */
export const FreezeLaunches = Schema.TaggedStruct("FreezeLaunches", {})
export const ResumeLaunches = Schema.TaggedStruct("ResumeLaunches", {})
/** A zone has no capacity, for one instance type or for all; and has it again. */
export const CutCapacity = Schema.TaggedStruct("CutCapacity", { zone: Name, instanceType: Schema.optionalKey(Name) })
export const RestoreCapacity = Schema.TaggedStruct("RestoreCapacity", { zone: Name, instanceType: Schema.optionalKey(Name) })
/** Settings of `capacity/settings.ts` that the owner switches while it runs; only those named. */
export const SetAddressing = Schema.TaggedStruct("SetAddressing", {
  changes: Schema.Record(Schema.String, Schema.Union([Schema.Int, Schema.Boolean]))
})
/** Somebody takes all but so many of a subnet's free addresses; and gives them back. */
export const FillSubnet = Schema.TaggedStruct("FillSubnet", { subnet: Name, leaving: Schema.Int })
export const EmptySubnet = Schema.TaggedStruct("EmptySubnet", { subnet: Name })
/** The owner wants more nodes of a group. */
export const ResizeGroup = Schema.TaggedStruct("ResizeGroup", { group: Name, desired: Schema.Int })
/** The control plane is asked to become this version. */
export const UpgradeControlPlane = Schema.TaggedStruct("UpgradeControlPlane", { version: Name })

/** The nodes of a pool are replaced by ones of another version. `forces`: what is not drained in time is ended all the same. */
export const UpgradePool = Schema.TaggedStruct("UpgradePool", {
  pool: Name,
  version: Name,
  surge: Schema.Int,
  unavailable: Schema.Int,
  drainTimeoutMs: Schema.Int,
  forces: Schema.Boolean
})

export const capacityActions = [
  FreezeLaunches,
  ResumeLaunches,
  CutCapacity,
  RestoreCapacity,
  SetAddressing,
  FillSubnet,
  EmptySubnet,
  ResizeGroup,
  UpgradeControlPlane,
  UpgradePool
] as const
export const CapacityAction = Schema.Union(capacityActions)
export type CapacityAction = typeof CapacityAction.Type
const tags: ReadonlySet<string> = new Set(capacityActions.map(({ fields }) => fields._tag.schema.literal))

export const isCapacityAction = (action: { readonly _tag: string }): action is CapacityAction => tags.has(action._tag)

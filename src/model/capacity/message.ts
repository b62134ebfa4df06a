/**
 * What came to be of addresses: interfaces with their own address and what they hold ready for pods, and what was refused.
 * Addresses as text, sorted by number; prefixes as `10.0.0.16/28`.
 */
import { Schema } from "effect"

const Addresses = Schema.Array(Schema.String)
/** What an interface holds: `own` is its primary address, `slots` are single ones, `prefixes` whole blocks. */
const holding = {
  node: Schema.String,
  index: Schema.Int,
  subnet: Schema.String,
  own: Schema.String,
  slots: Addresses,
  prefixes: Schema.optionalKey(Addresses)
}

/** The interface and its addresses exist and are taken; no pod can have them before it is attached. */
export const InterfaceCreated = Schema.TaggedStruct("capacity/InterfaceCreated", holding)
/** `index` counts a node's interfaces from 0. Its addresses can be used from now on. */
export const InterfaceAttached = Schema.TaggedStruct("capacity/InterfaceAttached", holding)
/** An interface that no pod used is gone, and its addresses are free. */
export const InterfaceReleased = Schema.TaggedStruct("capacity/InterfaceReleased", { node: Schema.String, index: Schema.Int })
const part = { node: Schema.String, index: Schema.Int, slots: Addresses, prefixes: Schema.optionalKey(Addresses) }
/** An attached interface holds more addresses, at once; or fewer. */
export const AddressesAdded = Schema.TaggedStruct("capacity/AddressesAdded", part)
export const AddressesReleased = Schema.TaggedStruct("capacity/AddressesReleased", part)
/** The cloud would not give: `code` and `message` are its own. `asked` and `free` count addresses, or blocks of sixteen. */
export const GrowthRefused = Schema.TaggedStruct("capacity/GrowthRefused", {
  node: Schema.String,
  subnet: Schema.String,
  code: Schema.Literals(["InsufficientFreeAddressesInSubnet", "InsufficientCidrBlocks", "SubnetIsFull"]),
  message: Schema.String,
  asked: Schema.Int,
  free: Schema.Int,
  /** Whether the node's agent stops trying for a while. */
  pauses: Schema.Boolean
})
/** Too many calls at once: this one waits until then. */
export const CallThrottled = Schema.TaggedStruct("capacity/CallThrottled", { node: Schema.String, untilMs: Schema.Int })
/** The owner switched how pools are kept. Only what changed is named. */
export const PoolRulesTurned = Schema.TaggedStruct("capacity/PoolRulesTurned", {
  changes: Schema.Record(Schema.String, Schema.Union([Schema.Int, Schema.Boolean]))
})
/** The address of a pod's own interface is free again. */
export const PodInterfaceReleased = Schema.TaggedStruct("capacity/PodInterfaceReleased", { subnet: Schema.String, address: Schema.String })

/** Addresses of a subnet that others took, or gave back, as ranges of numbers. */
const range = Schema.Struct({ first: Schema.Int, last: Schema.Int })
export const SubnetFilled = Schema.TaggedStruct("capacity/SubnetFilled", {
  subnet: Schema.String,
  ranges: Schema.Array(range),
  left: Schema.Int
})
export const SubnetEmptied = Schema.TaggedStruct("capacity/SubnetEmptied", { subnet: Schema.String, left: Schema.Int })

/** The cloud launches nothing at all, in no zone; or does again. */
export const LaunchesFrozen = Schema.TaggedStruct("capacity/LaunchesFrozen", { frozen: Schema.Boolean })
const offering = { zone: Schema.String, instanceType: Schema.optionalKey(Schema.String) }
/** A zone has no capacity for an instance type (for any, when none is named); or has it again. */
export const OfferingLost = Schema.TaggedStruct("capacity/OfferingLost", offering)
export const OfferingReturned = Schema.TaggedStruct("capacity/OfferingReturned", offering)

export const capacityEvents = [
  InterfaceCreated,
  InterfaceAttached,
  InterfaceReleased,
  AddressesAdded,
  AddressesReleased,
  GrowthRefused,
  CallThrottled,
  PoolRulesTurned,
  PodInterfaceReleased,
  SubnetFilled,
  SubnetEmptied,
  LaunchesFrozen,
  OfferingLost,
  OfferingReturned
] as const
export const CapacityEvent = Schema.Union(capacityEvents)
export type CapacityEvent = typeof CapacityEvent.Type
export type CapacityEventOf<Tag extends CapacityEvent["_tag"]> = Extract<CapacityEvent, { readonly _tag: Tag }>

/** Appointments of the nodes' agents and of the cloud. A stale one (the world moved on) does nothing. */
export type CapacityTimer =
  | { readonly _tag: "capacity/PoolInitDue"; readonly node: string }
  | { readonly _tag: "capacity/PoolLookDue"; readonly node: string }
  | { readonly _tag: "capacity/CallDue"; readonly node: string }
  | { readonly _tag: "capacity/BatchDue"; readonly node: string }
  | { readonly _tag: "capacity/AttachDue"; readonly node: string; readonly index: number }
  | { readonly _tag: "capacity/PodInterfaceCoolDue"; readonly subnet: string; readonly address: string }

/** What came to be of addresses: an interface with its own address and the ones it holds ready for pods. */
import { Schema } from "effect"

/** `index` counts a node's interfaces from 0. `own` is the interface's primary address, `slots` what it holds ready, sorted by number. */
export const InterfaceAttached = Schema.TaggedStruct("capacity/InterfaceAttached", {
  node: Schema.String,
  index: Schema.Int,
  subnet: Schema.String,
  own: Schema.String,
  slots: Schema.Array(Schema.String)
})

export const capacityEvents = [InterfaceAttached] as const
export const CapacityEvent = Schema.Union(capacityEvents)
export type CapacityEvent = typeof CapacityEvent.Type

/** What came to be of faults. `components`: how many stopped or resumed; 0 means that the fault touched nothing. */
import { Schema } from "effect"

export const ZoneLost = Schema.TaggedStruct("fault/ZoneLost", { zone: Schema.String, components: Schema.Int })
export const ZoneReturned = Schema.TaggedStruct("fault/ZoneReturned", { zone: Schema.String, components: Schema.Int })

export const faultEvents = [ZoneLost, ZoneReturned] as const
export const FaultEvent = Schema.Union(faultEvents)
export type FaultEvent = typeof FaultEvent.Type

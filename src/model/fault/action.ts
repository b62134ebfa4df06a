/**
 * What someone does to the world, imperative: faults, their ends, and operators' moves. Named by the owner's ids.
 * Not modelled yet: anything but the loss and the return of a zone.
 */
import { Schema } from "effect"

/** The zone's hosts, front ends and volumes stop as they stand: no answer at all, no reboot. */
export const CutZone = Schema.TaggedStruct("CutZone", { zone: Schema.NonEmptyString })
/** They resume as they stood. */
export const HealZone = Schema.TaggedStruct("HealZone", { zone: Schema.NonEmptyString })

export const Action = Schema.Union([CutZone, HealZone])
export type Action = typeof Action.Type

/** Moves that concern balancers: `shiftZone("c", { balancers: ["web-nlb"], cluster: true, for: "1h" })`, `breakChecks("web-nlb")`. */
import { Schema } from "effect"
import type { Action } from "../../model/fault/action.ts"
import { placeOfCall } from "../place.ts"
import { readName, readOptions, readTime } from "../read.ts"

const Shifted = Schema.Struct({
  balancers: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  cluster: Schema.optionalKey(Schema.Boolean)
})
const Shift = Schema.Struct({ ...Shifted.fields, for: Schema.String })

/** A zonal shift: of balancers by their ids, of the cluster, or both; it ends by itself when its time is up. */
export const shiftZone = (zone: string, options: typeof Shift.Type): Action => {
  const place = placeOfCall(shiftZone)
  const given = readOptions(Shift, options, `shiftZone ${zone}`, place)
  return {
    _tag: "ShiftZone",
    zone: readName(zone, "shiftZone(", place),
    balancers: given.balancers ?? [],
    cluster: given.cluster ?? false,
    forMs: readTime(given.for, "shiftZone for: ", place)
  }
}

/** Ends a zonal shift before its time. */
export const endShift = (zone: string, options: typeof Shifted.Type): Action => {
  const place = placeOfCall(endShift)
  const given = readOptions(Shifted, options, `endShift ${zone}`, place)
  return {
    _tag: "EndShift",
    zone: readName(zone, "endShift(", place),
    balancers: given.balancers ?? [],
    cluster: given.cluster ?? false
  }
}

/** The balancer's health checker fails every check, in these zones or in all; targets are as well as they were. */
export const breakChecks = (balancer: string, ...zones: ReadonlyArray<string>): Action => ({
  _tag: "BreakChecks",
  balancer: readName(balancer, "breakChecks(", placeOfCall(breakChecks)),
  zones
})

/** The health checker works again. */
export const mendChecks = (balancer: string, ...zones: ReadonlyArray<string>): Action => ({
  _tag: "MendChecks",
  balancer: readName(balancer, "mendChecks(", placeOfCall(mendChecks)),
  zones
})

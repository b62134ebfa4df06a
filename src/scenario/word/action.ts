/** What a timeline can do: each word is one action, named by the owner's ids. */
import type { Action } from "../../model/fault/action.ts"
import { placeOfCall } from "../place.ts"
import { readName } from "../read.ts"

/** A zone goes dark: its hosts, front ends and volumes stop as they stand and answer nothing. */
export const cutZone = (zone: string): Action => ({ _tag: "CutZone", zone: readName(zone, "cutZone(", placeOfCall(cutZone)) })

/** A dark zone comes back: everything in it resumes as it stood. */
export const healZone = (zone: string): Action => ({ _tag: "HealZone", zone: readName(zone, "healZone(", placeOfCall(healZone)) })

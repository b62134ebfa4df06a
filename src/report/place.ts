/** Where something stands in the scenario's file, as a reader can click it; and what the timeline does, as it was written. */
import type { Action } from "../model/fault/action.ts"
import { formatDuration } from "../model/value/instant.ts"
import type { Place, Places, Plan } from "../scenario/plan.ts"

/** `scenarios/az-outage.ts:14:22`. */
export const placeText = (place: Place): string => `${place.path}:${place.line}${place.column === undefined ? "" : `:${place.column}`}`

/** `az-outage.ts:14`: the file's own name and the line, for the end of a line. */
export const shortPlace = (place: Place): string => `${place.path.slice(place.path.lastIndexOf("/") + 1)}:${place.line}`

/** `cutZone("us-west-2c")`. A change of the network goes by its own word. */
export const actionText = (action: Action): string => {
  const { _tag, ...given } = action._tag === "ChangeNetwork" ? action.change : action
  const word = _tag.slice(0, 1).toLowerCase() + _tag.slice(1)
  return `${word}(${Object.values(given)
    .map((value) => JSON.stringify(value))
    .join(", ")})`
}

/** `timeline[0] at 2m: cutZone("us-west-2c")`. An entry that the plan does not have is named by its number alone. */
export const entryText = (plan: Plan, index: number): string => {
  const entry = plan.timeline[index]
  return entry === undefined ? `timeline[${index}]` : `timeline[${index}] at ${formatDuration(entry.atMs)}: ${actionText(entry.action)}`
}

/** Where an entry of the timeline or an expectation stands; `undefined` when the plan came without places. */
export const entryPlace = (places: Places, index: number): Place | undefined => places[`timeline/${index}`]
export const expectationPlace = (places: Places, id: string): Place | undefined => places[`expectation/${id}`]

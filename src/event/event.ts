/**
 * The envelope: an event with its place in the run and its cause.
 */

import type { Instant } from "../model/value/instant.ts"
import type { WorldEvent } from "../model/world/message.ts"

/**
 * What an event follows from, as one whole number: a positive one is the `seq` of an earlier event; −1 − i is the timeline's
 * entry i; 0 is settling, the cluster's own beginning.
 */
export type Cause = number

export const settlingCause: Cause = 0
export const timelineCause = (index: number): Cause => -1 - index
/** The index of the timeline's entry, or `undefined` when the cause is no entry. */
export const timelineIndexOf = (cause: Cause): number | undefined => (cause < 0 ? -1 - cause : undefined)

/** `seq` counts from 1 without gaps; `at` never falls. */
export interface Recorded<Event> {
  readonly seq: number
  readonly at: Instant
  readonly cause: Cause
  readonly event: Event
}

export type RecordedEvent = Recorded<WorldEvent>

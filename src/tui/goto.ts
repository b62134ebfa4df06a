/**
 * Where a person wants to go in a run, in his words: a time (`3m39s`, `3:39.812`), an event (`#212`, `212`, `event:212`), a text that an
 * event's line holds (`/nat`), or a fault by its zone (`us-west-2c`, `fault:us-west-2c`).
 */

import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { parseDuration } from "../model/value/instant.ts"
import { sentenceOf } from "../report/sentence.ts"
import { indexAtTime, type ReplayIndex } from "./replay-recording.ts"

export interface Spot {
  readonly index: number
  readonly atMs: number
}

const clockShape = /^(?:(\d+):)?(\d{1,3}):([0-5]\d)(?:\.(\d{1,3}))?$/

/** `1:02:03.400` or `3:39`. `undefined` when it is no clock time. */
export const parseClock = (text: string): number | undefined => {
  const found = clockShape.exec(text)
  if (found === null) return undefined
  const [, hours = "0", minutes = "0", seconds = "0", fraction = ""] = found
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(fraction.padEnd(3, "0"))
}

/** The spot of an event, never before 0: settling is shown as it ended. */
export const spotOfEvent = (index: ReplayIndex, event: number): Spot => ({ index: event, atMs: Math.max(0, index.events[event]?.at ?? 0) })

/** The spot of an instant, kept inside the run. */
export const spotOfTime = (index: ReplayIndex, atMs: number): Spot => {
  const inside = Math.max(0, Math.min(index.endMs, atMs))
  return { index: indexAtTime(index.events, inside), atMs: inside }
}

/** What an event's line holds, to search in. */
export const searchText = (recorded: RecordedEvent): string =>
  `${recorded.event._tag} ${subjectOf(recorded.event)} ${sentenceOf(recorded.event)}`.toLowerCase()

const nextWith = (index: ReplayIndex, from: number, text: string): number | undefined => {
  const wanted = text.toLowerCase()
  const count = index.events.length
  for (let step = 1; step <= count; step++) {
    const at = (Math.max(from, -1) + step) % count
    const recorded = index.events[at]
    if (recorded !== undefined && searchText(recorded).includes(wanted)) return at
  }
  return undefined
}

/** `undefined`: there is no such place in this run. Texts are looked for after `from`, and from the start again. */
export const spotOf = (index: ReplayIndex, text: string, from = -1): Spot | undefined => {
  const wanted = text.trim()
  const time = parseDuration(wanted) ?? parseClock(wanted)
  if (time !== undefined) return spotOfTime(index, time)
  const number = /^(?:#|event:)?(\d+)$/.exec(wanted)
  if (number !== null) {
    const event = Number(number[1]) - 1
    return event >= 0 && event < index.events.length ? spotOfEvent(index, event) : undefined
  }
  if (wanted.startsWith("/")) {
    const found = wanted.length === 1 ? undefined : nextWith(index, from, wanted.slice(1))
    return found === undefined ? undefined : spotOfEvent(index, found)
  }
  const name = wanted.replace(/^fault:/, "")
  const fault = index.faults.find((known) => {
    const event = index.events[known]?.event
    return event !== undefined && name !== "" && subjectOf(event).includes(name)
  })
  return fault === undefined ? undefined : spotOfEvent(index, fault)
}

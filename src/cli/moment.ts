/**
 * A moment of a run in a user's words: a time since its start, an event's number, or a fault by its zone.
 */
import { Effect } from "effect"
import { subjectOf } from "../event/subject.ts"
import { formatDuration, type Instant, parseDuration } from "../model/value/instant.ts"
import { exitCode } from "./exit-code.ts"
import type { KnownRun } from "./known-run.ts"
import { Refusal } from "./refusal.ts"

export interface RunMoment {
  readonly atMs: Instant
  /** The last event that has come to be by then. */
  readonly seq: number | undefined
}

const eventShape = /^(?:event:|#)?(\d+)$/

const refuse = (text: string, why: string) =>
  new Refusal({
    exit: exitCode.usage,
    text: `"${text}": ${why}. Expected a time such as 2m30s, an event such as event:140, or a fault such as fault:us-west-2c.`
  })

/** Reads `2m30s`, `event:140`, `fault:us-west-2c`. */
export const momentIn = (run: KnownRun, text: string): Effect.Effect<RunMoment, Refusal> =>
  Effect.suspend((): Effect.Effect<RunMoment, Refusal> => {
    const atMs = parseDuration(text)
    if (atMs !== undefined && atMs > run.facts.endMs)
      return Effect.fail(refuse(text, `the run ended at ${formatDuration(run.facts.endMs)}`))
    if (atMs !== undefined) return Effect.succeed({ atMs, seq: undefined })
    const number = eventShape.exec(text)?.[1]
    if (number !== undefined) {
      const event = run.source.at(Number(number))
      return event === undefined
        ? Effect.fail(refuse(text, `the run has events 1 to ${run.facts.events}`))
        : Effect.succeed({ atMs: event.at, seq: event.seq })
    }
    if (!text.startsWith("fault:")) return Effect.fail(refuse(text, "this is no moment"))
    const name = text.slice("fault:".length)
    for (const recorded of run.source.all()) {
      if (recorded.event._tag.startsWith("fault/") && name !== "" && subjectOf(recorded.event).includes(name))
        return Effect.succeed({ atMs: recorded.at, seq: recorded.seq })
    }
    return Effect.fail(refuse(text, "the run has no such fault"))
  })

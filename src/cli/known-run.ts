/**
 * A run that is known: played just now, or opened from its recording. Everything that shows, compares or explains takes this.
 */
import { type EventSource, eventsInMemory, type Why, whyExpectation } from "../analysis/causes.ts"
import type { Outcome } from "../analysis/outcome.ts"
import type { RecordedEvent } from "../event/event.ts"
import type { Recording } from "../record/reader.ts"
import type { RunFacts } from "../report/run-facts.ts"
import type { Places, Plan } from "../scenario/plan.ts"

export interface KnownRun {
  readonly facts: RunFacts
  readonly plan: Plan
  readonly places: Places
  readonly outcome: Outcome
  readonly source: EventSource
}

/** Where a recording's events are read. */
export const eventsInRecording = (recording: Recording): EventSource => ({
  at: (seq) => recording.eventAt(seq),
  all: () => recording.events()
})

export const eventsKept = (events: ReadonlyArray<RecordedEvent>): EventSource => eventsInMemory(events)

/** Why each expectation that broke did. */
export const whysOf = ({ plan, outcome, source }: Omit<KnownRun, "facts">): ReadonlyMap<string, Why> => {
  const whys = new Map<string, Why>()
  for (const { expectation, result } of outcome.results) {
    const why = result === "broken" ? whyExpectation(plan, outcome, source, expectation) : undefined
    if (why !== undefined) whys.set(expectation, why)
  }
  return whys
}

/**
 * A recorded run as the replay needs it: every event with how grave it is, where faults and failures stand, the view of the whole
 * run for the lanes, and the view at any event, folded on from the nearest saved copy.
 */
import type { RunEnd } from "../analysis/outcome.ts"
import type { Severity } from "../analysis/timeline.ts"
import type { RecordedEvent } from "../event/event.ts"
import type { Plan } from "../scenario/plan.ts"
import { closeView, copyView, foldView, startView, type View } from "./view-model.ts"

export interface ReplayIndex {
  readonly plan: Plan
  /** In the order of `seq`. Positions in this list are called indexes; −1 is before the first. */
  readonly events: ReadonlyArray<RecordedEvent>
  readonly severities: ReadonlyArray<Severity | undefined>
  readonly faults: ReadonlyArray<number>
  /** Events that made something fail, or broke an expectation. */
  readonly failures: ReadonlyArray<number>
  readonly whole: View
  readonly endMs: number
  readonly end: RunEnd
  /** The view when the events up to the index are folded. Not to be changed. */
  readonly viewAt: (index: number) => View
}

interface Saved {
  readonly index: number
  readonly view: View
}

/** Chosen: about two million small objects in all copies together, a few hundred megabytes at worst. */
const savedObjects = 2_000_000

const savedCount = (view: View): number =>
  Math.max(4, Math.min(64, Math.floor(savedObjects / (view.fleet.pods.size + view.fleet.nodes.size + 1))))

/** Seeks: folds on from where it stands, or from the nearest copy before the wanted event when that is nearer. */
const seekViews = (plan: Plan, events: ReadonlyArray<RecordedEvent>, saved: ReadonlyArray<Saved>) => {
  let now: Saved = { index: -1, view: startView(plan) }
  return (index: number): View => {
    const nearest = saved.findLast((copy) => copy.index <= index)
    if (index < now.index || (nearest !== undefined && nearest.index > now.index)) {
      now = nearest === undefined ? { index: -1, view: startView(plan) } : { index: nearest.index, view: copyView(nearest.view) }
    }
    for (let next = now.index + 1; next <= index; next++) foldView(now.view, events[next] as RecordedEvent)
    now = { index: Math.max(index, now.index), view: now.view }
    return now.view
  }
}

/** Folds the whole run once. */
export const indexOf = (plan: Plan, events: ReadonlyArray<RecordedEvent>, endMs: number, end: RunEnd): ReplayIndex => {
  const view = startView(plan)
  const severities: Array<Severity | undefined> = []
  const faults: Array<number> = []
  const failures = new Set<number>()
  const saved: Array<Saved> = []
  let sinceCopy = 0
  for (const [index, recorded] of events.entries()) {
    for (const milestone of foldView(view, recorded)) {
      if (milestone._tag === "Event") severities[index] = milestone.severity
      else if (milestone.severity === "bad" && milestone.turned.event !== undefined) failures.add(milestone.turned.event - 1)
    }
    severities[index] ??= undefined
    if (severities[index] === "fault") faults.push(index)
    if (severities[index] === "bad") failures.add(index)
    sinceCopy += 1
    if (sinceCopy < Math.max(500, Math.ceil(events.length / savedCount(view)))) continue
    sinceCopy = 0
    saved.push({ index, view: copyView(view) })
  }
  for (const milestone of closeView(view, endMs, end)) {
    if (milestone._tag === "Expectation" && milestone.severity === "bad" && milestone.turned.event !== undefined)
      failures.add(milestone.turned.event - 1)
  }
  return {
    plan,
    events,
    severities,
    faults,
    failures: [...failures].filter((index) => index >= 0 && index < events.length).sort((left, right) => left - right),
    whole: view,
    endMs,
    end,
    viewAt: seekViews(plan, events, saved)
  }
}

/** The last event at or before the instant; −1 when there is none. */
export const indexAtTime = (events: ReadonlyArray<RecordedEvent>, atMs: number): number => {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle] as RecordedEvent).at <= atMs) low = middle + 1
    else high = middle
  }
  return low - 1
}

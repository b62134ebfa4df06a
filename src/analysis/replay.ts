/**
 * The world at a moment of a recording: the fold of its events, from the beginning or from a kept state. Nothing is decided
 * here; only `evolve` runs.
 */
import type { RecordedEvent } from "../event/event.ts"
import type { Instant } from "../model/value/instant.ts"
import { evolve } from "../model/world/evolve.ts"
import { startWorld, type World, type WorldPlan, type WorldState, worldAt } from "../model/world/world.ts"

/** Folds events in order into a new world. */
export const foldWorld = (plan: WorldPlan, events: Iterable<RecordedEvent>): World => foldInto(startWorld(plan), events)

/** Folds further events into a world that a snapshot kept. Takes the state over. */
export const foldFrom = (plan: WorldPlan, state: WorldState, events: Iterable<RecordedEvent>): World =>
  foldInto(worldAt(plan, state), events)

const foldInto = (world: World, events: Iterable<RecordedEvent>): World => {
  for (const { event, at, seq } of events) evolve(world, event, at, seq)
  return world
}

/** Events up to and with an instant. */
export function* upTo(events: Iterable<RecordedEvent>, at: Instant): Generator<RecordedEvent> {
  for (const recorded of events) {
    if (recorded.at > at) return
    yield recorded
  }
}

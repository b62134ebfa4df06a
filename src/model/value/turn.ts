/**
 * A decider's turn: what it is told besides its message, and the two things it can do. An event emitted has come to be at once:
 * the world has evolved when `emit` returns, so a controller that emits three bindings sees the first when it decides the second.
 * Who hears the event follows after the decider has returned, first emitted, first heard.
 */
import type { Chance } from "./chance.ts"
import type { Instant } from "./instant.ts"

export interface Turn<Event, Timer> {
  readonly now: Instant
  readonly chance: Chance
  /** The cluster is still being built by its own controllers; pins hold only here. */
  readonly settling: boolean
  /** `seq` of the event, or the code of the timeline entry, that this turn answers (see `event/event.ts`). */
  readonly cause: number
  /** `cause` when what follows is owed to an earlier event than the one that is answered. Returns the event's `seq`. */
  readonly emit: (event: Event, cause?: number) => number
  /** An appointment at `at` (≥ now). There is no taking back: a stale timer finds the world moved on, and does nothing. */
  readonly ask: (timer: Timer, at: Instant, cause?: number) => void
  /** As `ask`, unless the same appointment (by `key`) is already made for that instant. The first cause stands. */
  readonly askOnce: (key: string, timer: Timer, at: Instant, cause?: number) => void
}

/** A decider: looks at the world, emits events and asks for timers. Never changes the world itself. */
export type Decider<World, Message, Event, Timer> = (world: World, message: Message, turn: Turn<Event, Timer>) => void

/**
 * A run: the kernel played in slices inside an Effect program, as a stream of batches of recorded events. Between slices the
 * program yields, so that whoever keeps, shows or interrupts the run gets its turn. Limits and pace live here, outside the kernel:
 * they decide how far a run is played and how fast, never what happens in it.
 */
import { Clock, Effect, Stream } from "effect"
import type { RecordedEvent } from "../event/event.ts"
import type { Action } from "../model/fault/action.ts"
import { chanceOf } from "../model/value/chance.ts"
import type { Instant, Millis } from "../model/value/instant.ts"
import type { WorldEvent, WorldTimer } from "../model/world/message.ts"
import { numberSetting } from "../model/world/settings.ts"
import { machine } from "../model/world/wiring.ts"
import { startWorld, type World } from "../model/world/world.ts"
import type { Plan } from "../scenario/plan.ts"
import { Kernel } from "./kernel.ts"

/** Events a slice aims at. Measured in DESIGN: slices of this size cost 5 % against a bare loop. */
export const sliceEvents = 16_384
/** Stimuli a slice takes at most, so that a quiet stretch of a run yields as well. */
const sliceStimuli = 65_536
/** A paced run looks at the clock this often. */
const paceStep: Millis = 50

/** Why a run ended. Anything but `complete` leaves claims about later instants untested. */
export type RunEnd = "complete" | "max-events" | "max-wall"

export interface Batch {
  readonly events: ReadonlyArray<RecordedEvent>
  /** The run has been played up to here: every event before this instant is known. */
  readonly playedTo: Instant
  /** The world after the last event of the batch; valid until the next batch is asked for. */
  readonly world: World
  readonly end?: RunEnd
}

export interface PlayOptions {
  readonly seed: number
  /** Ends the run earlier (or later) than the plan says. */
  readonly untilMs?: Instant
  readonly maxEvents?: number
  readonly maxWallMs?: Millis
  /** Virtual milliseconds per real one, asked before each slice; `undefined`: as fast as it goes. 0 pauses. */
  readonly pace?: () => number | undefined
}

export type WorldKernel = Kernel<World, WorldEvent, WorldTimer, Action>

/** A kernel at the beginning of a plan's settling. */
export const kernelOf = (plan: Plan, seed: number): WorldKernel =>
  new Kernel({
    machine,
    world: startWorld(plan),
    chance: chanceOf(seed),
    beginAt: -numberSetting(plan.settings, "settleMs"),
    begin: { _tag: "world/SettleDue" },
    timeline: plan.timeline
  })

/** Plays a plan. The last batch carries `end`; its `playedTo` is where the run ended. Ends early when interrupted. */
export const play = (plan: Plan, options: PlayOptions): Stream.Stream<Batch> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const startedAt = yield* Clock.currentTimeMillis
      const until = options.untilMs ?? plan.untilMs
      const state: Progress = { kernel: kernelOf(plan, options.seed), until, startedAt, shownTo: 0, shownAt: startedAt, done: false }
      return Stream.unfold(state, (progress) => nextBatch(progress, options))
    })
  )

interface Progress {
  readonly kernel: WorldKernel
  readonly until: Instant
  readonly startedAt: number
  /** A paced run may be played up to here, as of `shownAt` on the wall clock. */
  shownTo: Instant
  shownAt: number
  done: boolean
}

const nextBatch = Effect.fnUntraced(function* (progress: Progress, options: PlayOptions) {
  if (progress.done) return undefined
  const until = yield* allowedTo(progress, options)
  yield* Effect.yieldNow
  const { kernel } = progress
  const room = options.maxEvents === undefined ? sliceEvents : Math.min(sliceEvents, options.maxEvents - kernel.seq)
  const events = room > 0 ? kernel.advance(until, room, sliceStimuli) : []
  const end = endOf(progress, options, yield* Clock.currentTimeMillis)
  progress.done = end !== undefined
  const playedTo = end === "complete" ? progress.until : Math.min(until, kernel.nextAt ?? until)
  return [{ events, playedTo, world: kernel.world, ...(end === undefined ? {} : { end }) } satisfies Batch as Batch, progress] as const
})

const endOf = (progress: Progress, options: PlayOptions, now: number): RunEnd | undefined => {
  const next = progress.kernel.nextAt
  const isOver = next === undefined || next >= progress.until
  if (isOver && (options.pace?.() === undefined || progress.shownTo >= progress.until)) return "complete"
  if (options.maxEvents !== undefined && progress.kernel.seq >= options.maxEvents) return "max-events"
  if (options.maxWallMs !== undefined && now - progress.startedAt >= options.maxWallMs) return "max-wall"
  return undefined
}

/** How far this slice may go: to the end, or as far as the pace has come. Settling is never paced. */
const allowedTo = Effect.fnUntraced(function* (progress: Progress, options: PlayOptions) {
  const pace = options.pace?.()
  if (pace === undefined) {
    progress.shownTo = Math.max(progress.shownTo, progress.kernel.now)
    return progress.until
  }
  yield* Effect.sleep(paceStep)
  const now = yield* Clock.currentTimeMillis
  progress.shownTo = Math.min(progress.until, Math.round(progress.shownTo + (now - progress.shownAt) * pace))
  progress.shownAt = now
  return Math.max(progress.shownTo, 0)
})

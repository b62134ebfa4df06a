/**
 * The replay as a program: opens the full screen, lets keys and time move the playhead, and ends when the viewer quits. Frames are
 * drawn when the playhead moves; while it stands still nothing runs, no timer either.
 */
import { writeFileSync } from "node:fs"
import { Deferred, Effect } from "effect"
import type { RunEnd } from "../analysis/outcome.ts"
import type { RecordedEvent } from "../event/event.ts"
import type { Style } from "../report/style.ts"
import type { Plan } from "../scenario/plan.ts"
import { pacerOf } from "./frame-pacer.ts"
import { openFullScreen, type TerminalEnds } from "./full-screen.ts"
import { spotOf, spotOfTime } from "./goto.ts"
import type { Key } from "./key.ts"
import { indexOf, type ReplayIndex } from "./replay-recording.ts"
import { type ReplayFacts, replayScreen, replayText } from "./replay-screen.ts"
import { playOn, pressKey, type ReplayState, startReplay, type Wish } from "./replay-state.ts"

export interface ReplayOptions {
  readonly plan: Plan
  /** In the order of `seq`, settling first. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** Where the run ended, and how. */
  readonly endMs: number
  readonly end: RunEnd
  readonly runId: string
  readonly seed: number | undefined
  /** Lines that say why the event came to be; asked for the event at the playhead. */
  readonly whyOf: (seq: number) => ReadonlyArray<string>
  /** A time, an event or a fault, as `:` takes them; `undefined`: the start. What is nowhere in the run begins at the start too. */
  readonly startAt: string | undefined
  /** Virtual milliseconds per real one to play at; the screen's usual pace when absent. */
  readonly pace?: number
  readonly foldsIdle?: boolean
  readonly style: Style
  readonly ends: TerminalEnds
  /** Milliseconds of the wall. */
  readonly now: () => number
}

/** Chosen with the documentation: ten frames a second while it plays. */
const frameMs = 100

const escape = String.fromCharCode(27)
/** Puts a text on the viewer's clipboard, where his terminal allows it. */
export const copyText = (text: string): string => `${escape}]52;c;${Buffer.from(text, "utf8").toString("base64")}${String.fromCharCode(7)}`

/** Lines of causes are worked out once an event, not once a frame. */
const rememberedWhy = (whyOf: (seq: number) => ReadonlyArray<string>) => {
  let last: { readonly seq: number; readonly lines: ReadonlyArray<string> } | undefined
  return (seq: number): ReadonlyArray<string> => {
    if (last?.seq !== seq) last = { seq, lines: whyOf(seq) }
    return last.lines
  }
}

const save = (path: string, text: string): string => {
  try {
    writeFileSync(path, text, { flag: "w" })
    return `saved ${path}`
  } catch (error) {
    return `cannot write ${path}: ${error instanceof Error ? error.message : "no reason was given"}`
  }
}

const whereToStart = (index: ReplayIndex, startAt: string | undefined) =>
  (startAt === undefined ? undefined : spotOf(index, startAt)) ?? spotOfTime(index, 0)

interface Player {
  readonly onKey: (key: Key) => void
  readonly redraw: () => void
  readonly stop: () => void
}

/** Shows states through `draw`, and moves them by keys and by time. */
const playerOf = (
  index: ReplayIndex,
  options: ReplayOptions,
  draw: (state: ReplayState) => void,
  grant: (state: ReplayState, wish: Wish) => string
): Player => {
  const { now } = options
  const pacer = pacerOf()
  let state = startReplay(whereToStart(index, options.startAt), options.pace, options.foldsIdle)
  let timer: ReturnType<typeof setTimeout> | undefined
  let shownAt = now()

  const show = (): void => {
    const begun = now()
    draw(state)
    pacer.drawn(begun, now() - begun, "")
  }
  /** The next frame of a run that plays, or of a key that came too soon after the last frame. */
  const wait = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      advance()
      show()
      if (state.isPlaying) wait()
    }, frameMs)
  }
  const advance = (): void => {
    const at = now()
    state = playOn(index, state, at - shownAt)
    shownAt = at
  }
  return {
    onKey: (key) => {
      const at = now()
      if (state.isPlaying) advance()
      else shownAt = at
      pacer.keyPressed(at)
      const step = pressKey(index, state, key, options.runId)
      state = step.state
      if (step.wish !== undefined) state = { ...state, message: grant(state, step.wish) }
      if (pacer.isDue(at, "key", false)) show()
      else wait()
      if (state.isPlaying) wait()
    },
    redraw: show,
    stop: () => clearTimeout(timer)
  }
}

/** Runs the replay until the viewer quits; the terminal is as it was then. */
export const runReplay = (options: ReplayOptions): Effect.Effect<void> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { plan, runId, seed, style } = options
      const index = indexOf(plan, options.events, options.endMs, options.end)
      const facts: ReplayFacts = { runId, scenario: plan.name, seed, whyOf: rememberedWhy(options.whyOf) }
      const quit = yield* Deferred.make<void>()
      const grant = (state: ReplayState, wish: Wish): string => {
        if (wish._tag === "Quit") Deferred.doneUnsafe(quit, Effect.void)
        if (wish._tag === "Copy") screen.send(copyText(wish.text))
        if (wish._tag !== "Save") return state.message
        return save(`drill-${runId}-${state.atMs}ms.txt`, replayText(index, state, facts, screen.size(), style))
      }
      const draw = (state: ReplayState): void => screen.draw(replayScreen(index, state, facts, screen.size(), style))
      const player = yield* Effect.acquireRelease(
        Effect.sync(() => playerOf(index, options, draw, grant)),
        (opened) => Effect.sync(opened.stop)
      )
      const screen = yield* openFullScreen(options.ends, { onKey: player.onKey, onBlank: player.redraw })
      player.redraw()
      yield* Deferred.await(quit)
    })
  )

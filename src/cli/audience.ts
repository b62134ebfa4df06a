/**
 * Who watches a run: plain lines, an inline footer, or the full screen, as the terminal and the flags have it. The screens are
 * loaded when they are wanted.
 */
import { Effect, type Scope } from "effect"
import type { Milestone } from "../analysis/timeline.ts"
import type { Batch } from "../engine/run.ts"
import { settingDefinitions } from "../model/world/settings.ts"
import { milestoneText, progressText, runHeader } from "../report/text-run.ts"
import type { LoadedScenario } from "../scenario/load.ts"
import { announceColor } from "./appearance.ts"
import type { Globals } from "./globals.ts"
import type { Manner } from "./manner.ts"
import { Output } from "./output.ts"
import { type Audience, noAudience } from "./playing.ts"
import { Stopping } from "./stopping.ts"

export interface WatchedRun {
  readonly scenario: LoadedScenario
  /** `undefined`: the run is not recorded. */
  readonly id: string | undefined
  readonly seed: number
  readonly variant: string | undefined
  readonly untilMs: number
  readonly globals: Globals
  readonly manner: Manner
  /** Full screen. */
  readonly isLive: boolean
  /** Virtual milliseconds per real one; `undefined`: as fast as it goes. */
  readonly pace: number | undefined
}

/** An audience, and the pace that it keeps. */
export interface Watching {
  readonly audience: Audience
  readonly pace: () => number | undefined
}

/** Real time between two lines of progress where nothing is redrawn. */
const progressMs = 10_000

/** A live screen plays at sixty times real time, unless told otherwise. */
export const livePace = 60

/** Opens whatever shows this run; it is closed with the scope. */
export const watch = (run: WatchedRun): Effect.Effect<Watching, never, Output | Stopping | Scope.Scope> => {
  const { appearance } = run.manner
  if (run.globals.json) return Effect.succeed({ audience: noAudience, pace: () => run.pace })
  if (appearance.screen !== "none" && (run.isLive || appearance.screen === "full")) return fullScreen(run)
  return appearance.screen === "inline" && !run.globals.quiet ? inlineScreen(run) : plainLines(run)
}

const headerText = ({ scenario, variant, seed, manner }: WatchedRun): string =>
  runHeader(manner.style, { plan: scenario.plan, variant, seed, engine: DRILL_VERSION, definitions: settingDefinitions })

const plainLines = Effect.fnUntraced(function* (run: WatchedRun) {
  const output = yield* Output
  const { style } = run.manner
  // A run goes on when its reader has gone: it keeps its recording and its own exit code.
  const say = (text: string) => Effect.ignore(output.write(text))
  let saidAt = Date.now()
  let events = 0
  const progress = (batch: Batch, broken: number) => {
    if (Date.now() - saidAt < progressMs) return Effect.void
    saidAt = Date.now()
    return output.notice(`${progressText(style, { atMs: Math.max(0, batch.playedTo), untilMs: run.untilMs, events, broken })}\n`)
  }
  if (!run.globals.quiet) yield* say(`${headerText(run)}\n`)
  const audience: Audience = {
    see: (batch, milestones, judge) => {
      events += batch.events.length
      const lines = run.globals.quiet ? [] : milestones.map((milestone) => `${milestoneText(style, milestone, run.scenario.places)}\n`)
      const broken = judge.watches.filter(({ brokenMs }) => brokenMs !== undefined).length
      return Effect.andThen(say(lines.join("")), progress(batch, broken))
    }
  }
  return { audience, pace: () => run.pace }
})

const inlineScreen = Effect.fnUntraced(function* (run: WatchedRun) {
  announceColor(run.manner.appearance, process.env)
  const [{ openInline }, { foldView, passView, startView }] = yield* Effect.promise(() =>
    Promise.all([import("../tui/inline.ts"), import("../tui/view-model.ts")])
  )
  const { style } = run.manner
  const screen = yield* openInline({ style, stdout: process.stdout, now: () => Date.now() })
  const view = startView(run.scenario.plan)
  const say = (milestone: Milestone): void => screen.line(milestoneText(style, milestone, run.scenario.places))
  for (const line of headerText(run).split("\n")) screen.line(line)
  const audience: Audience = {
    see: (batch) =>
      Effect.sync(() => {
        for (const recorded of batch.events) {
          for (const milestone of foldView(view, recorded)) say(milestone)
        }
        if (batch.end === undefined) for (const milestone of passView(view, batch.playedTo)) say(milestone)
        screen.frame(view, { atMs: Math.max(0, batch.playedTo), untilMs: run.untilMs, pace: run.pace })
      })
  }
  return { audience, pace: () => run.pace }
})

const fullScreen = Effect.fnUntraced(function* (run: WatchedRun) {
  announceColor(run.manner.appearance, process.env)
  const stopping = yield* Stopping
  const [{ openLive }, { foldView, passView, startView }] = yield* Effect.promise(() =>
    Promise.all([import("../tui/live.ts"), import("../tui/view-model.ts")])
  )
  const view = startView(run.scenario.plan)
  let presses = 0
  const screen = yield* openLive({
    name: { scenario: run.scenario.plan.name, seed: run.seed, runId: run.id },
    style: run.manner.style,
    ends: { stdout: process.stdout, stdin: process.stdin, isRemote: process.env["SSH_CONNECTION"] !== undefined },
    pace: run.pace,
    // In raw mode ^C is a key. The second press is the signal that it would have been.
    onStop: () => {
      presses += 1
      if (presses === 1) stopping.ask("SIGINT")
      else process.kill(process.pid, "SIGINT")
    },
    now: () => Date.now()
  })
  const audience: Audience = {
    see: (batch) =>
      Effect.sync(() => {
        for (const recorded of batch.events) foldView(view, recorded)
        if (batch.end === undefined) passView(view, batch.playedTo)
        screen.frame(view, Math.max(0, batch.playedTo), run.untilMs)
      })
  }
  return { audience, pace: screen.pace }
})

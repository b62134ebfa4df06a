/**
 * What a user's vitest imports: `import { play } from "drill/testing"`. `play` plays a scenario inside a test and keeps nothing; the
 * matchers read as sentences. Importing this file hands them to vitest's `expect`.
 */
import { Effect, Stream } from "effect"
import { expect } from "vitest"
import { endJudge, judgeEvent, startJudge } from "../analysis/judge.ts"
import type { Outcome } from "../analysis/outcome.ts"
import * as words from "../drill.ts"
import { play as playPlan } from "../engine/run.ts"
import { extendChain, headOf, startChain } from "../event/chain.ts"
import type { RecordedEvent } from "../event/event.ts"
import { lineOf, newShapes, rowOf } from "../event/row.ts"
import { recordingFormat } from "../record/schema.ts"
import { type LoadedScenario, loadScenario, type ScenarioInvalid, scenarioFrom } from "../scenario/load.ts"
import type { Plan } from "../scenario/plan.ts"
import type { Draft } from "../scenario/word/draft.ts"
import { equalsGolden, type GoldenOptions } from "./golden-file.ts"
import { breaks, delivers, type Finding, happensWithin, holdsExpectations, type Since, type Span } from "./matchers.ts"

export interface PlayOptions {
  /** 42 when absent. */
  readonly seed?: number
  /** Parameters and settings, as `--set` takes them: `{ graceMs: "50s" }`. */
  readonly set?: Readonly<Record<string, string | number | boolean>>
  readonly variant?: string
}

/** A run that has been played to its end. */
export interface PlayedRun {
  readonly plan: Plan
  readonly seed: number
  readonly engine: string
  readonly digest: string
  readonly outcome: Outcome
  readonly events: ReadonlyArray<RecordedEvent>
  readonly endMs: number
  /** As written: neither a variant nor a setting was asked for. */
  readonly isPlain: boolean
}

/**
 * Plays a scenario: a file's path, or what the file exports. Rejects with every diagnostic when it is invalid. Records nothing; the
 * digest is the one that `drill run` would show.
 */
export const play = (scenario: string | Draft | (() => Draft), options: PlayOptions = {}): Promise<PlayedRun> => {
  const set = Object.entries(options.set ?? {}).map(([name, value]) => `${name}=${value}`)
  const given = { set, variant: options.variant }
  const loaded: Effect.Effect<LoadedScenario, ScenarioInvalid> =
    typeof scenario === "string" ? loadScenario(scenario, { ...given, words }) : scenarioFrom(scenario, "the scenario", given)
  const isPlain = set.length === 0 && options.variant === undefined
  return Effect.runPromise(Effect.flatMap(loaded, ({ plan }) => playedOf(plan, options.seed ?? usualSeed, isPlain)))
}

/** The seed of goldens. */
const usualSeed = 42

const playedOf = Effect.fnUntraced(function* (plan: Plan, seed: number, isPlain: boolean) {
  const chain = startChain({ format: recordingFormat, engine: DRILL_VERSION, seed, plan })
  const shapes = newShapes()
  const judge = startJudge(plan)
  const events: Array<RecordedEvent> = []
  yield* Stream.runForEach(playPlan(plan, { seed }), (batch) =>
    Effect.sync(() => {
      for (const recorded of batch.events) {
        extendChain(chain, lineOf(rowOf(recorded, shapes)))
        judgeEvent(judge, recorded)
        events.push(recorded)
      }
    })
  )
  const endMs = plan.untilMs
  const outcome = endJudge(judge, endMs, "complete")
  return { plan, seed, engine: DRILL_VERSION, digest: headOf(chain), outcome, events, endMs, isPlain } satisfies PlayedRun as PlayedRun
})

interface DrillMatchers<R = unknown> {
  /** Every expectation held. */
  toHoldExpectations(): R
  /** The expectation broke, as it was meant to. */
  toBreak(expectation: string): R
  /** The probe's share of success throughout a span: `"4/9"` exactly, `">=99%"`, `"<=1/2"`. */
  toDeliver(probe: string, share: string, span?: Span): R
  /** An event of the kind came to be within a span: `toSee("kube/PodEvicted", "6m", { after: "2m", of: "default/app-0" })`. */
  toSee(kind: string, within: string, since?: Since): R
  /** Outcome and digest are the golden's; written with `vitest -u` or `DRILL_UPDATE_GOLDENS=1`, never when `CI` is set. */
  toEqualGolden(options?: GoldenOptions): R
}

declare module "vitest" {
  interface Matchers<T> extends DrillMatchers<T> {}
}

const received = (value: unknown): PlayedRun => {
  if (typeof value === "object" && value !== null && "outcome" in value && "events" in value) return value as PlayedRun
  throw new Error(`a played run was expected: expect(await play("scenario.ts")); found ${typeof value}`)
}

const said = ({ pass, message }: Finding) => ({ pass, message })

expect.extend({
  toHoldExpectations: (run) => said(holdsExpectations(received(run))),
  toBreak: (run, expectation: string) => said(breaks(received(run), expectation)),
  toDeliver: (run, probe: string, share: string, span?: Span) => said(delivers(received(run), probe, share, span)),
  toSee: (run, kind: string, within: string, since?: Since) => said(happensWithin(received(run), kind, within, since)),
  toEqualGolden: (run, options?: GoldenOptions) => said(equalsGolden(received(run), options, isUpdating()))
})

/** vitest's `-u`, as its own snapshots see it. */
const isUpdating = (): boolean => {
  // Private to vitest's types, and the only place that knows.
  const { snapshotState } = expect.getState() as unknown as {
    readonly snapshotState?: { readonly _updateSnapshot?: string }
  }
  return snapshotState?._updateSnapshot === "all" || process.env["DRILL_UPDATE_GOLDENS"] === "1"
}

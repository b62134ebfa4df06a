/** The world that a question is asked in: a scenario's, played to a moment, or a recording's, folded up to it. */
import { Effect, type Option, Stream } from "effect"
import { play } from "../engine/run.ts"
import type { World } from "../model/world/world.ts"
import type { Style } from "../report/style.ts"
import { exitCode } from "./exit-code.ts"
import { given } from "./flags.ts"
import { momentIn } from "./moment.ts"
import { exitWith, openRun } from "./recordings.ts"
import { Refusal } from "./refusal.ts"
import { scenarioOf } from "./scenario-of.ts"
import { worldAtMoment } from "./world-at.ts"

export interface Stage {
  readonly world: World
  readonly atMs: number
  readonly exitFor: (answer: 0 | 1) => ReturnType<typeof exitWith>
}

/** What the commands that ask such questions are given. */
export interface StageInput {
  readonly of: string
  readonly at: Option.Option<number>
  readonly seed: number
  readonly set: ReadonlyArray<string>
  readonly variant: Option.Option<string>
}

export const stageOf = (command: string, input: StageInput, style: Style) =>
  /\.[cm]?[jt]s$/.test(input.of) ? played(command, input, style) : opened(command, input)

/** The scenario's world as it is when that moment is over. */
const played = Effect.fnUntraced(function* (command: string, input: StageInput, style: Style) {
  const scenario = yield* scenarioOf(input.of, style, { set: input.set, variant: given(input.variant) })
  const at = given(input.at) ?? 0
  const batch = yield* Stream.runLast(play(scenario.plan, { seed: input.seed, untilMs: at + 1 }))
  if (batch._tag === "None")
    return yield* new Refusal({ exit: exitCode.inconclusive, text: `drill ${command}: stopped before the moment had come.` })
  return { world: batch.value.world, atMs: at, exitFor: (answer) => answer } satisfies Stage as Stage
})

const opened = Effect.fnUntraced(function* (command: string, input: StageInput) {
  if (given(input.variant) !== undefined || input.set.length > 0)
    return yield* new Refusal({
      exit: exitCode.usage,
      text: `drill ${command}: "${input.of}" is a recording: --variant and --set are for scenarios, which are played first.`
    })
  const run = yield* openRun(input.of)
  const asked = given(input.at)
  const moment = yield* momentIn(run, asked === undefined ? (run.ref.moment?.text ?? `${run.facts.endMs}ms`) : `${asked}ms`)
  return { world: worldAtMoment(run, moment), atMs: moment.atMs, exitFor: (answer) => exitWith(run, answer) } satisfies Stage as Stage
})

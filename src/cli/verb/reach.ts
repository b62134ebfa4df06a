/**
 * `drill reach`: one flow, traced there and back, at a moment of a scenario or of a recording. Ends in 0 when every first attempt gets
 * through, in 1 when a share fails.
 */
import { Effect, Stream } from "effect"
import { play } from "../../engine/run.ts"
import { traceFlow } from "../../model/net/trace.ts"
import { formatClock } from "../../model/value/instant.ts"
import { compareRatio, one } from "../../model/value/ratio.ts"
import { questionFor } from "../../model/world/flow-question.ts"
import type { World } from "../../model/world/world.ts"
import { Library } from "../../record/library.ts"
import { documentText, reachDocument } from "../../report/json.ts"
import type { Style } from "../../report/style.ts"
import { reachText } from "../../report/text-reach.ts"
import { listed, meant } from "../../scenario/near.ts"
import { exitCode } from "../exit-code.ts"
import { given, type ReachInput } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { momentIn } from "../moment.ts"
import { Output } from "../output.ts"
import { exitWith, openRun } from "../recordings.ts"
import { Refusal } from "../refusal.ts"
import { scenarioOf } from "../scenario-of.ts"
import type { Verb } from "../verb.ts"
import { worldAtMoment } from "../world-at.ts"

/** Kinds of ways shown without `--all`. */
const usuallyShown = 4

export const reach: Verb<ReachInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style } = yield* mannerOf(globals)
    const { name, port } = yield* targetOf(input.to)
    const stage = yield* isScenario(input.of) ? played(input, style) : opened(input)
    const protocol = input.udp ? "udp" : "tcp"
    const question = questionFor(stage.world, { from: input.from, to: name, port, protocol })
    if ("unknown" in question) {
      const { end, name: mistyped, known } = question.unknown
      const near = meant(mistyped, known)
      const hint = near === undefined ? `There is ${listed(known)}.` : `D${near.slice(1)}`
      return yield* new Refusal({
        exit: exitCode.usage,
        text: `drill reach: --${end} "${mistyped}": nothing is called that at ${formatClock(stage.atMs)}. ${hint}`
      })
    }
    const trace = traceFlow(stage.world.fabric, question)
    const answer = compareRatio(trace.success, one) === 0 ? exitCode.held : exitCode.negative
    const exit = stage.exitFor(answer)
    const facts = { from: input.from, to: name, port, protocol, atMs: stage.atMs }
    const headline = `${input.from} → ${name}:${port} ${protocol} at ${formatClock(stage.atMs)}`
    const most = input.all ? Number.MAX_SAFE_INTEGER : usuallyShown
    yield* output.write(globals.json ? documentText(reachDocument(exit, facts, trace)) : `${reachText(style, { headline, trace, most })}\n`)
    return exit
  }).pipe(Effect.scoped, Effect.provide(Library.layer))

interface Stage {
  readonly world: World
  readonly atMs: number
  readonly exitFor: (answer: 0 | 1) => ReturnType<typeof exitWith>
}

const isScenario = (of: string): boolean => /\.[cm]?[jt]s$/.test(of)

const targetOf = (text: string) => {
  const found = /^(?<name>.+):(?<port>\d{1,5})$/.exec(text)?.groups
  const port = Number(found?.["port"])
  return found !== undefined && port >= 1 && port <= 65_535
    ? Effect.succeed({ name: found["name"] ?? "", port })
    : Effect.fail(
        new Refusal({
          exit: exitCode.usage,
          text: `drill reach: --to "${text}": expected a name and a port, such as web:80 or 10.0.0.7:5432.`
        })
      )
}

/** The scenario's world as it is when that moment is over. */
const played = Effect.fnUntraced(function* (input: ReachInput, style: Style) {
  const scenario = yield* scenarioOf(input.of, style, { set: input.set, variant: given(input.variant) })
  const at = given(input.at) ?? 0
  const batch = yield* Stream.runLast(play(scenario.plan, { seed: input.seed, untilMs: at + 1 }))
  if (batch._tag === "None")
    return yield* new Refusal({ exit: exitCode.inconclusive, text: "drill reach: stopped before the moment had come." })
  return { world: batch.value.world, atMs: at, exitFor: (answer) => answer } satisfies Stage as Stage
})

const opened = Effect.fnUntraced(function* (input: ReachInput) {
  if (given(input.variant) !== undefined || input.set.length > 0)
    return yield* new Refusal({
      exit: exitCode.usage,
      text: `drill reach: "${input.of}" is a recording: --variant and --set are for scenarios, which are played first.`
    })
  const run = yield* openRun(input.of)
  const asked = given(input.at)
  const moment = yield* momentIn(run, asked === undefined ? (run.ref.moment?.text ?? `${run.facts.endMs}ms`) : `${asked}ms`)
  return { world: worldAtMoment(run, moment), atMs: moment.atMs, exitFor: (answer) => exitWith(run, answer) } satisfies Stage as Stage
})

/**
 * `drill reach`: one flow, traced there and back, at a moment of a scenario or of a recording. Ends in 0 when every first attempt gets
 * through, in 1 when a share fails.
 */
import { Effect } from "effect"
import { traceFlow } from "../../model/net/trace.ts"
import { formatClock } from "../../model/value/instant.ts"
import { compareRatio, one } from "../../model/value/ratio.ts"
import { questionFor } from "../../model/world/flow-question.ts"
import { Library } from "../../record/library.ts"
import { documentText, reachDocument } from "../../report/json.ts"
import { reachText } from "../../report/text-reach.ts"
import { listed, meant } from "../../scenario/near.ts"
import { exitCode } from "../exit-code.ts"
import type { ReachInput } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { Refusal } from "../refusal.ts"
import { stageOf } from "../stage.ts"
import type { Verb } from "../verb.ts"

/** Kinds of ways shown without `--all`. */
const usuallyShown = 4

export const reach: Verb<ReachInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style } = yield* mannerOf(globals)
    const { name, port } = yield* targetOf(input.to)
    const stage = yield* stageOf("reach", input, style)
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

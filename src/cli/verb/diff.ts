/**
 * `drill diff`: two recordings, a recording and its golden, or a scenario and a variant of it, both played first.
 */
import { Effect } from "effect"
import { type Comparison, compareRuns, isSameRun } from "../../analysis/compare.ts"
import type { RecordedEvent } from "../../event/event.ts"
import { divergenceOf } from "../../record/divergence.ts"
import { Library } from "../../record/library.ts"
import { diffDocument, documentText, goldenDocument } from "../../report/json.ts"
import type { Style } from "../../report/style.ts"
import { type DiffPart, diffText, goldenTableText } from "../../report/text-diff.ts"
import { type ExitCode, exitCode } from "../exit-code.ts"
import { type DiffInput, given } from "../flags.ts"
import { needGolden } from "../goldens.ts"
import type { KnownRun } from "../known-run.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { playScenario } from "../playing.ts"
import { exitWith, isOpened, openRun } from "../recordings.ts"
import { Refusal } from "../refusal.ts"
import { scenarioOf } from "../scenario-of.ts"
import type { Verb } from "../verb.ts"

export const diff: Verb<DiffInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style, tables } = yield* mannerOf(globals)
    const isPlayed = given(input.variant) !== undefined || input.set.length > 0
    const other = given(input.b)
    if (isPlayed && other !== undefined)
      return yield* usage(`"${other}" beside --variant or --set: name a scenario and its change, or two runs.`)
    if (other === "golden") {
      const run = yield* openRun(input.a)
      const { path, differences } = yield* needGolden(run)
      const exit = exitWith(run, differences.length > 0 && !input.exitZero ? exitCode.negative : exitCode.held)
      yield* output.write(
        globals.json ? documentText(goldenDocument(exit, run.facts, path, differences)) : `${goldenTableText(tables, path, differences)}\n`
      )
      return exit
    }
    const [a, b] = isPlayed ? yield* bothPlayed(input, style) : yield* bothOpened(input)
    const [eventsA, eventsB] = [[...a.source.all()], [...b.source.all()]]
    const known = isOpened(a) && isOpened(b) ? divergenceOf(a.recording, b.recording) : undefined
    const comparison = compareRuns(comparedOf(a, eventsA), comparedOf(b, eventsB), known)
    const answer: ExitCode = isSameRun(comparison) || input.exitZero ? exitCode.held : exitCode.negative
    const exit = [a, b].filter(isOpened).reduce<ExitCode>((code, run) => exitWith(run, code), answer)
    const context = { a: around(eventsA, comparison, input.context), b: around(eventsB, comparison, input.context) }
    const facts = { a: a.facts, b: b.facts, comparison, context, parts: partsOf(input) }
    yield* output.write(globals.json ? documentText(diffDocument(exit, a.facts, b.facts, comparison)) : `${diffText(style, facts)}\n`)
    return exit
  }).pipe(Effect.scoped, Effect.provide(Library.layer))

const usage = (text: string) => new Refusal({ exit: exitCode.usage, text: `drill diff: ${text}` })

const comparedOf = ({ plan, outcome, facts }: KnownRun, events: ReadonlyArray<RecordedEvent>) => ({
  plan,
  outcome,
  seed: facts.seed,
  engine: facts.engine,
  events
})

const partsOf = ({ outcomes, events, series }: DiffInput): ReadonlySet<DiffPart> => {
  const asked: ReadonlyArray<readonly [DiffPart, boolean]> = [
    ["outcomes", outcomes],
    ["events", events],
    ["series", series]
  ]
  const chosen = asked.filter(([, isAsked]) => isAsked)
  return new Set((chosen.length === 0 ? asked : chosen).map(([part]) => part))
}

/** The scenario as it is, and with what was asked for. Neither is recorded. */
const bothPlayed = Effect.fnUntraced(function* (input: DiffInput, style: Style) {
  const variant = given(input.variant)
  const base = yield* scenarioOf(input.a, style)
  const changed = yield* scenarioOf(input.a, style, { set: input.set, variant })
  const name = [...(variant === undefined ? [] : [variant]), ...input.set].join(", ")
  const a = yield* playScenario({ scenario: base, seed: input.seed, isKept: false })
  const b = yield* playScenario({ scenario: changed, seed: input.seed, variant: name, isKept: false })
  const stopped = [a, b].find(({ facts }) => facts.end !== "complete")
  if (stopped !== undefined)
    return yield* new Refusal({
      exit: exitCode.inconclusive,
      text: "drill diff: stopped before both runs had ended; nothing was compared."
    })
  return [a, b] as const
})

const bothOpened = Effect.fnUntraced(function* (input: DiffInput) {
  const other = given(input.b)
  if (other !== undefined) return [yield* openRun(input.a), yield* openRun(other)] as const
  const hint = /\.[cm]?tsx?$/.test(input.a)
    ? "add --variant <name> or --set <name>=<value>"
    : `name the other run: drill diff ${input.a} latest`
  return yield* usage(`one thing to compare; ${hint}.`)
})

/** Events on both sides of the place where two runs part. */
const around = (events: ReadonlyArray<RecordedEvent>, { divergence }: Comparison, context: number): ReadonlyArray<RecordedEvent> => {
  const seq = divergence?.a?.seq ?? divergence?.b?.seq
  return seq === undefined || context <= 0 ? [] : events.slice(Math.max(0, seq - 1 - context), seq + context)
}

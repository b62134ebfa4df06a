/**
 * `drill golden accept` and `drill golden check`: outcomes under version control. What is named is a recording, or a scenario file
 * that is then played.
 */
import { Effect } from "effect"
import { Library } from "../../record/library.ts"
import { type Document, documentFormat, documentText, goldenDocument, oneDocument } from "../../report/json.ts"
import type { Style } from "../../report/style.ts"
import { goldenTableText } from "../../report/text-diff.ts"
import { type ExitCode, exitCode } from "../exit-code.ts"
import type { GoldenInput } from "../flags.ts"
import { needGolden, writeGolden } from "../goldens.ts"
import type { KnownRun } from "../known-run.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { playScenario } from "../playing.ts"
import { isOpened, type OpenedRun, openRun } from "../recordings.ts"
import { Refusal } from "../refusal.ts"
import { scenarioOf } from "../scenario-of.ts"
import type { Verb } from "../verb.ts"

const isFile = (name: string): boolean => /\.[cm]?tsx?$/.test(name)

/** A golden stands for a scenario as it is written, played to its end. */
const wholeRun = Effect.fnUntraced(function* (name: string, seed: number, style: Style) {
  const run: KnownRun | OpenedRun = isFile(name)
    ? yield* playScenario({ scenario: yield* scenarioOf(name, style), seed, isKept: false })
    : yield* openRun(name)
  if (isOpened(run) && run.leastExit !== exitCode.held)
    return yield* new Refusal({ exit: run.leastExit, text: `${name}: partial: only a run that was played to its end has a golden.` })
  const refuse = (why: string) =>
    new Refusal({
      exit: exitCode.usage,
      text: `${name}: ${why}. A golden keeps a scenario as written, played to its end; play it so first.`
    })
  if (run.facts.variant !== undefined) return yield* refuse(`this is a run of the variant "${run.facts.variant}"`)
  if (isOpened(run) && run.recording.header.set.length > 0)
    return yield* refuse(`this is a run with --set ${run.recording.header.set.join(" --set ")}`)
  if (run.facts.end !== "complete" || run.facts.endMs !== run.plan.untilMs) return yield* refuse("this run ended early")
  return run
})

export const accept: Verb<GoldenInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style } = yield* mannerOf(globals)
    const paths: Array<string> = []
    for (const name of input.runs) paths.push(yield* writeGolden(yield* wholeRun(name, input.seed, style)))
    yield* output.write(
      globals.json
        ? documentText({ format: documentFormat, command: "golden accept", exit: exitCode.held, paths })
        : paths.map((path) => `written: ${path}\n`).join("")
    )
    return exitCode.held
  }).pipe(Effect.scoped, Effect.provide(Library.layer))

export const check: Verb<GoldenInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style, tables } = yield* mannerOf(globals)
    let exit: ExitCode = exitCode.held
    const documents: Array<Document> = []
    for (const name of input.runs) {
      const run = yield* wholeRun(name, input.seed, style)
      const { path, differences } = yield* needGolden(run)
      const own = differences.length > 0 ? exitCode.negative : exitCode.held
      if (own !== exitCode.held) exit = own
      documents.push(goldenDocument(own, run.facts, path, differences))
      if (!globals.json) yield* output.write(`${goldenTableText(tables, path, differences)}\n`)
    }
    if (globals.json) yield* output.write(documentText(oneDocument("golden check", exit, documents)))
    return exit
  }).pipe(Effect.scoped, Effect.provide(Library.layer))

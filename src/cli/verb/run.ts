/**
 * `drill run`: plays scenarios one after the other, records them, and says what broke, for how long and why.
 */
import { Effect, Scope } from "effect"
import { compareGolden } from "../../analysis/goldens.ts"
import { exitOf } from "../../analysis/outcome.ts"
import { Library } from "../../record/library.ts"
import { newRunId } from "../../record/naming.ts"
import { type Document, documentText, oneDocument, refusalDocument, runDocument } from "../../report/json.ts"
import { goldenTableText } from "../../report/text-diff.ts"
import { type GoldenVerdict, runSummary } from "../../report/text-summary.ts"
import { livePace, watch } from "../audience.ts"
import { type ExitCode, exitCode } from "../exit-code.ts"
import { given, type RunInput } from "../flags.ts"
import type { Globals } from "../globals.ts"
import { checkGolden, goldenOfRun, needGolden } from "../goldens.ts"
import { type KnownRun, whysOf } from "../known-run.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { playScenario } from "../playing.ts"
import { openRun, recordingFolder } from "../recordings.ts"
import { Refusal } from "../refusal.ts"
import { scenarioOf } from "../scenario-of.ts"
import { Stopping } from "../stopping.ts"
import type { Verb } from "../verb.ts"

/** Which exit code speaks for several runs: the worst. */
const gravity: ReadonlyArray<ExitCode> = [exitCode.held, exitCode.inconclusive, exitCode.negative, exitCode.scenarioInvalid]
const worst = (left: ExitCode, right: ExitCode): ExitCode => (gravity.indexOf(right) > gravity.indexOf(left) ? right : left)

interface Ran {
  readonly exit: ExitCode
  readonly document: Document
}

export const run: Verb<RunInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const stopping = yield* Stopping
    const documents: Array<Document> = []
    let exit: ExitCode = exitCode.held
    for (const file of input.files) {
      const ran = yield* Effect.scoped(runOne(file, input, globals)).pipe(Effect.catchTag("Refusal", (refusal) => refused(refusal, input)))
      documents.push(ran.document)
      exit = worst(exit, ran.exit)
      if (stopping.signal() !== undefined || (input.bail && exit !== exitCode.held)) break
    }
    if (globals.json) {
      yield* Effect.catchTag(output.write(documentText(oneDocument("run", exit, documents))), "OutputClosed", () => Effect.void)
    }
    return exit
  }).pipe(Effect.provide(Library.layer))

/** One invalid scenario among several does not keep the others from being played. */
const refused = Effect.fnUntraced(function* (refusal: Refusal, { files }: RunInput) {
  if (files.length === 1 || refusal.exit !== exitCode.scenarioInvalid) return yield* refusal
  const output = yield* Output
  yield* output.notice(`${refusal.text}\n`)
  const document = { ...(refusal.document ?? refusalDocument("run", refusal.exit, refusal.text)), command: "run" }
  return { exit: refusal.exit, document } satisfies Ran as Ran
})

const runOne = Effect.fnUntraced(function* (file: string, input: RunInput, globals: Globals) {
  const output = yield* Output
  const manner = yield* mannerOf(globals)
  const variant = given(input.variant)
  const scenario = yield* scenarioOf(file, manner.style, { set: input.set, variant })
  const untilMs = given(input.until) ?? scenario.plan.untilMs
  const asked = given(input.pace)
  const pace = asked === "max" ? undefined : (asked ?? (input.live ? livePace : undefined))
  const maxEvents = given(input.maxEvents)
  const maxWallMs = given(input.maxWall)
  const id = input.record ? newRunId() : undefined
  const scope = yield* Effect.scope
  // The screen is gone before the summary; the recording can be read on.
  const played = yield* Effect.scoped(
    Effect.gen(function* () {
      const watched = { scenario, id, seed: input.seed, variant, untilMs, globals, manner, isLive: input.live, pace }
      const watching = yield* watch(watched)
      const playing = playScenario(
        {
          scenario,
          id,
          seed: input.seed,
          variant,
          set: input.set,
          name: given(input.name),
          tags: input.tag,
          isKept: input.record,
          untilMs,
          pace: watching.pace,
          ...(maxEvents === undefined ? {} : { maxEvents }),
          ...(maxWallMs === undefined ? {} : { maxWallMs })
        },
        watching.audience
      )
      return yield* Effect.provideService(playing, Scope.Scope, scope)
    })
  )
  const isPlain = variant === undefined && input.set.length === 0 && untilMs === scenario.plan.untilMs
  const verdict = yield* verdictOf(played, given(input.against), isPlain)
  const held = exitOf(played.outcome, played.facts.end)
  const differs = given(input.against) !== undefined && (verdict?.differences.length ?? 0) > 0
  const exit: ExitCode = held === exitCode.negative || differs ? exitCode.negative : held
  const document = runDocument("run", exit, {
    run: played.facts,
    outcome: played.outcome,
    places: played.places,
    golden: verdict?.differences
  })
  if (!globals.json) {
    const hasEarlier = yield* earlierRun(played)
    const { facts, plan, places, outcome } = played
    const summary = runSummary(manner.style, { run: facts, plan, places, outcome, whys: whysOf(played), golden: verdict, hasEarlier })
    const table =
      differs && verdict !== undefined ? `${goldenTableText(manner.tables, given(input.against) ?? "golden", verdict.differences)}\n` : ""
    yield* Effect.catchTag(output.write(`${summary}\n${table}`), "OutputClosed", () => Effect.void)
  }
  return { exit, document } satisfies Ran as Ran
})

/** The golden beside the run: the one that was asked for, else the scenario's own when nothing was changed. */
const verdictOf = Effect.fnUntraced(function* (played: KnownRun, against: string | undefined, isPlain: boolean) {
  if (against === undefined) {
    const check = isPlain && played.facts.end === "complete" ? yield* checkGolden(played) : undefined
    return check === undefined ? undefined : verdict(check.golden.digest, check.differences)
  }
  if (against === "golden") {
    const check = yield* needGolden(played)
    return verdict(check.golden.digest, check.differences)
  }
  const other = yield* openRun(against)
  if (other.leastExit !== exitCode.held)
    return yield* new Refusal({ exit: other.leastExit, text: `--against ${against}: a partial recording has no outcome to compare with.` })
  return verdict(other.facts.digest, compareGolden(goldenOfRun(other), goldenOfRun(played)))
})

const verdict = (digest: string, differences: GoldenVerdict["differences"]): GoldenVerdict => ({ digest, differences })

const earlierRun = Effect.fnUntraced(function* (played: KnownRun) {
  const library = yield* Library
  const all = yield* library.list(recordingFolder)
  return all.some(({ header }) => header !== undefined && header.scenario === played.facts.scenario && header.id !== played.facts.id)
})

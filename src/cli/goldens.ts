/**
 * Goldens in `recordings/golden/`: read, compared with a run, written anew.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import {
  compareGolden,
  type Golden,
  type GoldenDifference,
  goldenFileName,
  goldenOf,
  goldenText,
  parseGolden
} from "../analysis/goldens.ts"
import { exitCode } from "./exit-code.ts"
import type { KnownRun } from "./known-run.ts"
import { recordingFolder } from "./recordings.ts"
import { Refusal } from "./refusal.ts"

const goldenFolder = join(recordingFolder, "golden")

export const goldenPathOf = ({ facts }: KnownRun): string => join(goldenFolder, goldenFileName(facts.scenario, facts.seed))

/** What a run's golden would say. */
export const goldenOfRun = ({ facts, plan, outcome }: KnownRun): Golden =>
  goldenOf({ scenario: facts.scenario, seed: facts.seed, engine: facts.engine, digest: facts.digest, lesson: plan.lesson }, outcome)

export interface GoldenCheck {
  readonly path: string
  readonly golden: Golden
  readonly differences: ReadonlyArray<GoldenDifference>
}

/** A run beside its golden; `undefined` when there is none. */
export const checkGolden = (run: KnownRun): Effect.Effect<GoldenCheck | undefined, Refusal> =>
  Effect.suspend(() => {
    const path = goldenPathOf(run)
    if (!existsSync(path)) return Effect.succeed(undefined)
    const golden = parseGolden(readFileSync(path, "utf8"))
    if ("_tag" in golden)
      return Effect.fail(new Refusal({ exit: exitCode.recordingDamaged, text: `${path}: this is no readable golden: ${golden.why}` }))
    return Effect.succeed({ path, golden, differences: compareGolden(golden, goldenOfRun(run)) })
  })

/** A run beside its golden, which must be there. */
export const needGolden = Effect.fnUntraced(function* (run: KnownRun) {
  const check = yield* checkGolden(run)
  if (check !== undefined) return check
  const text = `${goldenPathOf(run)}: there is no golden of ${run.facts.scenario} with seed ${run.facts.seed}. Write one: drill golden accept ${run.facts.id ?? `${run.facts.scenario}.ts`}.`
  return yield* new Refusal({ exit: exitCode.nothingSelected, text })
})

/** Writes a run's golden; returns its path. */
export const writeGolden = (run: KnownRun): Effect.Effect<string, Refusal> =>
  Effect.try({
    try: () => {
      const path = goldenPathOf(run)
      mkdirSync(goldenFolder, { recursive: true })
      writeFileSync(path, goldenText(goldenOfRun(run)))
      return path
    },
    catch: (cause) =>
      new Refusal({
        exit: exitCode.unwritable,
        text: `${goldenPathOf(run)}: the golden cannot be written: ${cause instanceof Error ? cause.message : String(cause)}. Choose another folder with -C.`
      })
  })

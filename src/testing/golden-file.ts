/**
 * A played run beside its golden file. Written only when that was asked for, and never in CI: a golden that a robot writes guards
 * nothing.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { compareGolden, type Golden, goldenFileName, goldenOf, goldenText, parseGolden } from "../analysis/goldens.ts"
import type { Outcome } from "../analysis/outcome.ts"
import type { Plan } from "../scenario/plan.ts"
import type { Finding } from "./matchers.ts"

export interface GoldenOptions {
  /** Folder of goldens; `recordings/golden` under the working directory when absent. */
  readonly folder?: string
  /** Name before `.seed<n>.json`; the scenario's when absent. A run with a variant or settings needs one of its own. */
  readonly name?: string
}

/** What a golden is made of. */
export interface GoldenRun {
  readonly plan: Plan
  readonly seed: number
  readonly engine: string
  readonly digest: string
  readonly outcome: Outcome
  readonly isPlain: boolean
}

const usualFolder = join("recordings", "golden")

/** `isUpdating`: write it when it differs or is not there. */
export const equalsGolden = (run: GoldenRun, options: GoldenOptions = {}, isUpdating = false): Finding => {
  if (!run.isPlain && options.name === undefined)
    throw new Error('a run with a variant or settings needs a golden of its own: toEqualGolden({ name: "az-outage-grace-50" })')
  const path = join(options.folder ?? usualFolder, goldenFileName(options.name ?? run.plan.name, run.seed))
  const found = goldenOf(
    { scenario: run.plan.name, seed: run.seed, engine: run.engine, digest: run.digest, lesson: run.plan.lesson },
    run.outcome
  )
  const mayWrite = isUpdating && (process.env["CI"] ?? "") === ""
  if (mayWrite) write(path, found)
  if (!existsSync(path)) return refused(`${path}: there is no golden. Write it: vitest -u, or DRILL_UPDATE_GOLDENS=1, outside CI.`)
  const golden = parseGolden(readFileSync(path, "utf8"))
  if ("_tag" in golden) return refused(`${path}: this is no readable golden: ${golden.why}`)
  const differences = compareGolden(golden, found)
  return {
    pass: differences.length === 0,
    message: () =>
      differences.length === 0
        ? `the run was not to equal ${path}`
        : [
            `${differences.length} facts differ from ${path}:`,
            ...differences.map(
              ({ fact, subject, expected, found }) => `  ${fact} ${subject}: ${expected ?? "nothing"} → ${found ?? "nothing"}`
            )
          ].join("\n")
  }
}

const refused = (text: string): Finding => ({ pass: false, message: () => text })

const write = (path: string, golden: Golden): void => {
  const text = goldenText(golden)
  if (existsSync(path) && readFileSync(path, "utf8") === text) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

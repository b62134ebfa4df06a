/**
 * A scenario as a command is given it: loaded and checked, or refused with every diagnostic in its frame.
 */
import { existsSync, readFileSync } from "node:fs"
import { Effect } from "effect"
import * as words from "../drill.ts"
import { validateDocument } from "../report/json.ts"
import type { Style } from "../report/style.ts"
import { diagnosticText } from "../report/text-diagnostic.ts"
import type { Diagnostic } from "../scenario/diagnostic.ts"
import { type LoadedScenario, type LoadOptions, loadScenario } from "../scenario/load.ts"
import { exitCode } from "./exit-code.ts"
import { Output } from "./output.ts"
import { Refusal } from "./refusal.ts"

const sourceAt = (path: string | undefined): string | undefined =>
  path !== undefined && existsSync(path) ? readFileSync(path, "utf8") : undefined

/** Diagnostics in their frames, a blank line between them. */
export const diagnosticsText = (style: Style, diagnostics: ReadonlyArray<Diagnostic>): string =>
  diagnostics.map((diagnostic) => `${diagnosticText(style, diagnostic, sourceAt(diagnostic.place?.path))}\n`).join("\n")

/** Loads a scenario without saying anything about it. */
export const loaded = (name: string, options: Omit<LoadOptions, "words"> = {}) => loadScenario(name, { ...options, words })

/** Loads a scenario; its warnings are said. */
export const scenarioOf = (
  name: string,
  style: Style,
  options: Omit<LoadOptions, "words"> = {}
): Effect.Effect<LoadedScenario, Refusal, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const scenario = yield* loaded(name, options)
    if (scenario.warnings.length > 0) yield* output.notice(`${diagnosticsText(style, scenario.warnings)}\n`)
    return scenario
  }).pipe(
    Effect.catchTag("ScenarioInvalid", ({ diagnostics }) =>
      Effect.fail(
        new Refusal({
          exit: exitCode.scenarioInvalid,
          text: diagnosticsText(style, diagnostics),
          document: validateDocument(exitCode.scenarioInvalid, 0, diagnostics)
        })
      )
    )
  )

/** Texts of the files that a plan's places name, as far as they can be read. */
export const sourcesOf = (paths: Iterable<string>): ReadonlyMap<string, string> => {
  const sources = new Map<string, string>()
  for (const path of paths) {
    const text = sources.has(path) ? undefined : sourceAt(path)
    if (text !== undefined) sources.set(path, text)
  }
  return sources
}

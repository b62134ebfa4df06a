/**
 * `drill validate`: loads scenarios and checks them, without playing. Says nothing about what is well but how much of it there is.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, resolve } from "node:path"
import { Effect } from "effect"
import { documentText, validateDocument } from "../../report/json.ts"
import { githubAnnotation } from "../../report/text-diagnostic.ts"
import type { Diagnostic } from "../../scenario/diagnostic.ts"
import { exitCode } from "../exit-code.ts"
import type { ValidateInput } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { Refusal } from "../refusal.ts"
import { diagnosticsText, loaded } from "../scenario-of.ts"
import type { Verb } from "../verb.ts"

export const validate: Verb<ValidateInput> = Effect.fnUntraced(function* (input, globals) {
  const output = yield* Output
  const { style } = yield* mannerOf(globals)
  const diagnostics: Array<Diagnostic> = []
  let well = 0
  for (const file of input.files) {
    const found = yield* loaded(file).pipe(
      Effect.map(({ warnings }) => warnings),
      Effect.catchTag("ScenarioInvalid", ({ diagnostics: found }) => Effect.succeed(found))
    )
    if (!found.some(({ severity }) => severity === "error" || input.strict)) well++
    diagnostics.push(...found)
  }
  const typesAreWell = input.types ? yield* checkTypes(input.files) : true
  const isWell = well === input.files.length && typesAreWell
  const exit = isWell ? exitCode.held : exitCode.scenarioInvalid
  if (globals.json) {
    yield* output.write(documentText(validateDocument(exit, well, diagnostics)))
    return exit
  }
  if (diagnostics.length > 0) yield* output.notice(`${diagnosticsText(style, diagnostics)}\n`)
  if (process.env["GITHUB_ACTIONS"] === "true") yield* output.write(diagnostics.map((one) => `${githubAnnotation(one)}\n`).join(""))
  const sign = style.ascii ? "+" : "✔"
  if (well > 0 && !globals.quiet) yield* output.write(`${sign} ${well} ok\n`)
  return exit
})

/** The project's own compiler, over its own configuration. */
const checkTypes = Effect.fnUntraced(function* (files: ReadonlyArray<string>) {
  const output = yield* Output
  const projects = new Set(files.map((file) => projectOf(dirname(resolve(file)))))
  let isWell = true
  for (const project of projects) {
    const checked = project === undefined ? undefined : typeCheck(project)
    if (checked === undefined) {
      const text =
        "--types: no tsconfig.json and TypeScript were found above the scenario. Add them to the project (npm install --save-dev typescript), or leave --types out."
      return yield* new Refusal({ exit: exitCode.usage, text })
    }
    if (checked.status !== 0) {
      isWell = false
      yield* output.notice(checked.text)
    }
  }
  return isWell
})

const projectOf = (folder: string): string | undefined => {
  if (existsSync(join(folder, "tsconfig.json"))) return folder
  return folder === dirname(folder) ? undefined : projectOf(dirname(folder))
}

const typeCheck = (project: string): { readonly status: number; readonly text: string } | undefined => {
  try {
    const compiler = join(dirname(createRequire(join(project, "tsconfig.json")).resolve("typescript/package.json")), "bin", "tsc")
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, "--noEmit", "-p", project], { encoding: "utf8" })
    return { status: status ?? 1, text: stdout + stderr }
  } catch {
    return undefined
  }
}

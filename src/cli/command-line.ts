/**
 * One command line from words to exit code: help pages to stdout, usage errors with one usage line to stderr, refusals as the command
 * worded them, and a reader that has gone away as no error at all. Takes no part in signals or in the process's end; see `main.ts`.
 */
import { Console, Effect, Layer } from "effect"
import { CliError, CliOutput, Command } from "effect/cli"
import { documentText, refusalDocument } from "../report/json.ts"
import { drill } from "./commands.ts"
import { type ExitCode, exitCode } from "./exit-code.ts"
import { cliConfig } from "./globals.ts"
import { makePages, usageErrorText } from "./help.ts"
import { Output } from "./output.ts"
import type { Refusal } from "./refusal.ts"
import type { Stopping } from "./stopping.ts"
import { Ending } from "./verb.ts"

/** Runs a command line. Everything but a defect and an interruption ends in an exit code. */
export const commandLine = (words: ReadonlyArray<string>): Effect.Effect<ExitCode, never, Command.Environment | Output | Stopping> =>
  Effect.gen(function* () {
    const output = yield* Output
    const ending = yield* Ending
    const pages = makePages()
    let page = ""
    // The parser prints help pages even for usage errors; they are held back until it is known which of the two it is.
    const held: Console.Console = { ...globalThis.console, log: (...parts) => void (page += `${parts.join(" ")}\n`) }
    return yield* Command.runWith(drill, { version: DRILL_VERSION, renderErrors: false })(words).pipe(
      Effect.provide(Layer.mergeAll(cliConfig, CliOutput.layer(pages), Layer.succeed(Console.Console, held))),
      Effect.andThen(Effect.suspend(() => output.write(page))),
      Effect.as(undefined),
      Effect.catchIf(CliError.isCliError, (error) => {
        if (error._tag !== "ShowHelp") return refuseUsage([error], [], pages.usage())
        return error.errors.length === 0 ? output.write(page) : refuseUsage(error.errors, error.commandPath, pages.usage())
      }),
      Effect.catchTag("Refusal", refuse),
      Effect.catchTag("OutputClosed", () => Effect.succeed(exitCode.held)),
      Effect.map((exit) => exit ?? ending.exit),
      Effect.catch((error) => Effect.die(error))
    )
  }).pipe(Effect.provide(Ending.layer))

const refuseUsage = Effect.fnUntraced(function* (errors: ReadonlyArray<CliError.CliError>, path: ReadonlyArray<string>, usage: string) {
  const output = yield* Output
  const sentences = errors.slice(0, 3).map((error) => `error: ${usageErrorText(error)}\n`)
  yield* output.notice(`${sentences.join("")}usage: ${usage}   (drill ${[...path.slice(1), ""].join(" ")}--help)\n`)
  return exitCode.usage
})

const refuse = Effect.fnUntraced(function* (refusal: Refusal) {
  const output = yield* Output
  const ending = yield* Ending
  yield* output.notice(refusal.text.endsWith("\n") ? refusal.text : `${refusal.text}\n`)
  if (ending.json) {
    const document = {
      ...(refusal.document ?? refusalDocument(ending.command, refusal.exit, refusal.text.trimEnd())),
      command: ending.command
    }
    yield* Effect.ignore(output.write(documentText(document)))
  }
  return refusal.exit
})

/**
 * The form of a command: what it is given, what it may need, and that it ends in an exit code.
 */
import { Context, type Effect, Layer } from "effect"
import { type ExitCode, exitCode } from "./exit-code.ts"
import type { Globals } from "./globals.ts"
import type { Output } from "./output.ts"
import type { OutputClosed, Refusal } from "./refusal.ts"
import type { Stopping } from "./stopping.ts"

/** What a command does with what it was given; it ends in an exit code. */
export type Verb<Given> = (given: Given, globals: Globals) => Effect.Effect<ExitCode, Refusal | OutputClosed, Output | Stopping>

/** Where the command that ran leaves its name and its exit code. */
export class Ending extends Context.Service<Ending, { command: string; exit: ExitCode; json: boolean; verbose: boolean }>()(
  "drill/Ending"
) {
  static readonly layer = Layer.sync(this, () => Ending.of({ command: "drill", exit: exitCode.held, json: false, verbose: false }))
}

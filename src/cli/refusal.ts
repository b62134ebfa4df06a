/**
 * Why a command cannot go on: a sentence a person can act on, with the exit code it ends in. Not for results: a broken
 * expectation is an answer, not a refusal.
 */
import { Data } from "effect"
import type { Document } from "../report/json.ts"
import type { ExitCode } from "./exit-code.ts"

export class Refusal extends Data.TaggedError("Refusal")<{
  readonly exit: ExitCode
  /** Where, what, what was expected, what to do; may span lines. Printed as it is. */
  readonly text: string
  /** The whole `--json` document, where it says more than the text. */
  readonly document?: Document
}> {
  override get message() {
    return this.text
  }
}

/** Whoever read our output has gone: the pipe is closed. Commands that only read end here, silently. */
export class OutputClosed extends Data.TaggedError("OutputClosed")<{ readonly stream: "stdout" | "stderr" }> {
  override get message() {
    return `${this.stream} was closed by its reader`
  }
}

/**
 * What a command says: results on stdout, progress and warnings on stderr. Every write is awaited, so that nothing is cut when the
 * process ends and a slow reader slows the writer down. A reader that goes away (`| head`) is not an error of ours.
 */
import { Context, Effect, Layer } from "effect"
import { exitCode } from "./exit-code.ts"
import { OutputClosed, Refusal } from "./refusal.ts"

export class Output extends Context.Service<
  Output,
  {
    /** Result text, as it is, to stdout. Fails with `OutputClosed` when nobody reads any more. */
    readonly write: (text: string) => Effect.Effect<void, OutputClosed | Refusal>
    /** Progress, a warning or an error, as it is, to stderr. A closed stderr is ignored. */
    readonly notice: (text: string) => Effect.Effect<void>
    /** stdout is a terminal. */
    readonly isTerminal: boolean
    /** Width of the terminal, else 100. */
    readonly columns: () => number
  }
>()("drill/Output") {
  static readonly layerProcess = Layer.effect(
    this,
    Effect.sync(() => {
      // Errors reach us through the write's callback; without a listener a closed pipe would end the process.
      const ignore = () => {}
      process.stdout.on("error", ignore)
      process.stderr.on("error", ignore)
      return Output.of({
        write: writeTo(process.stdout, "stdout"),
        notice: (text) => Effect.ignore(writeTo(process.stderr, "stderr")(text)),
        isTerminal: process.stdout.isTTY === true,
        columns: () => process.stdout.columns || 100
      })
    })
  )

  /** Keeps what is written, for tests: `lines` of both streams in order. */
  static readonly layerKept = (kept: { out: string; err: string }) =>
    Layer.succeed(
      this,
      Output.of({
        write: (text) => Effect.sync(() => void (kept.out += text)),
        notice: (text) => Effect.sync(() => void (kept.err += text)),
        isTerminal: false,
        columns: () => 100
      })
    )
}

const closedCodes = new Set(["EPIPE", "ERR_STREAM_DESTROYED", "ECONNRESET"])

const writeTo = (stream: NodeJS.WriteStream, name: "stdout" | "stderr") => (text: string) =>
  Effect.callback<void, OutputClosed | Refusal>((resume) => {
    if (text === "") return resume(Effect.void)
    if (stream.destroyed) return resume(Effect.fail(new OutputClosed({ stream: name })))
    stream.write(text, (error) => {
      if (error === null || error === undefined) return resume(Effect.void)
      const code = (error as NodeJS.ErrnoException).code ?? ""
      if (closedCodes.has(code)) return resume(Effect.fail(new OutputClosed({ stream: name })))
      const text = `stdout: ${error.message}. The result could not be written; free the device or write elsewhere, then run the command again.\n`
      return resume(Effect.fail(new Refusal({ exit: exitCode.unwritable, text })))
    })
  })

#!/usr/bin/env node
/**
 * The command line's entry: parses, runs one command, sets the exit code. The code is set, never forced: a process that exits at
 * once cuts what it has written into a pipe.
 */
import { Effect, Exit, Fiber, Layer, Logger } from "effect"
import { reportBug } from "./bug.ts"
import { commandLine } from "./command-line.ts"
import { type ExitCode, exitCode } from "./exit-code.ts"
import { nodeServices } from "./node.ts"
import { Output } from "./output.ts"
import { exitOfSignal, Stopping, type StopSignal } from "./stopping.ts"

const program = Effect.gen(function* () {
  const stopping = yield* Stopping
  const work = yield* Effect.forkChild(commandLine(process.argv.slice(2)), { startImmediately: true })
  const stop = (signal: StopSignal): void => {
    // A second ^C means it: nothing of ours stands between the user and the prompt.
    if (stopping.signal() !== undefined && signal === "SIGINT") process.exit(exitCode.interrupted)
    stopping.ask(signal)
    if (!stopping.endsInOrder()) work.interruptUnsafe()
  }
  const signals: ReadonlyArray<StopSignal> = ["SIGINT", "SIGTERM", "SIGHUP"]
  for (const signal of signals) process.on(signal, stop)
  const exit = yield* Fiber.await(work)
  for (const signal of signals) process.off(signal, stop)
  return yield* endOf(exit, stopping.signal())
})

const endOf = (exit: Exit.Exit<ExitCode>, signal: StopSignal | undefined): Effect.Effect<ExitCode, never, Output> => {
  if (Exit.isSuccess(exit)) return Effect.succeed(signal === undefined || signal === "SIGINT" ? exit.value : exitOfSignal[signal])
  if (Exit.hasInterrupts(exit) && !Exit.hasDies(exit)) return Effect.succeed(exitOfSignal[signal ?? "SIGINT"])
  return reportBug(exit.cause)
}

// Whatever ends the process before its command is done is no answer: nothing may pass for "all held".
process.exitCode = exitCode.bug
let isDone = false
process.once("exit", () => {
  if (!isDone) process.stderr.write("drill: the process ended before its command was done; a promise that never settles does this.\n")
})

const services = Layer.mergeAll(nodeServices, Output.layerProcess, Stopping.layer, Layer.succeed(Logger.LogToStderr, true))

Effect.runCallback(Effect.provide(program, services), {
  onExit: (exit) => {
    isDone = true
    process.exitCode = Exit.isSuccess(exit) ? exit.value : exitCode.bug
  }
})

/**
 * Runs a command line inside the test's own process and keeps what it says.
 */
import { Effect, Layer } from "effect"
import { commandLine } from "../../src/cli/command-line.ts"
import { nodeServices } from "../../src/cli/node.ts"
import { Output } from "../../src/cli/output.ts"
import { Stopping } from "../../src/cli/stopping.ts"

export interface Spoken {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export const speak = async (...words: ReadonlyArray<string>): Promise<Spoken> => {
  const kept = { out: "", err: "" }
  const services = Layer.mergeAll(nodeServices, Output.layerKept(kept), Stopping.layer)
  const exit = await Effect.runPromise(Effect.provide(commandLine(words), services))
  return { exit, ...kept }
}

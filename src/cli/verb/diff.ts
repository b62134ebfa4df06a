/** Waits for its rooms. */
import { Effect } from "effect"
import { exitCode } from "../exit-code.ts"
import type { DiffInput } from "../flags.ts"
import { Output } from "../output.ts"
import type { Verb } from "../verb.ts"

export const diff: Verb<DiffInput> = (given, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    yield* output.write(JSON.stringify({ given, globals }))
    return exitCode.held
  })

/**
 * Being asked to stop. The first ^C asks a command that can end in order (a run closes its recording and prints its summary) to do
 * so; a command that cannot is interrupted. The second ^C ends the process at once. TERM and HUP ask the same, and keep their code.
 */
import { Context, Deferred, Effect, Layer } from "effect"
import { type ExitCode, exitCode } from "./exit-code.ts"

export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP"

export const exitOfSignal: Readonly<Record<StopSignal, ExitCode>> = {
  SIGINT: exitCode.interrupted,
  SIGTERM: exitCode.terminated,
  SIGHUP: exitCode.hungUp
}

export class Stopping extends Context.Service<
  Stopping,
  {
    /** From here on the command ends in order when it is asked: await `asked`. */
    readonly takeOver: Effect.Effect<void>
    /** Completes when the command is asked to stop. */
    readonly asked: Effect.Effect<StopSignal>
    /** Asks from within: a quit key. */
    readonly ask: (signal: StopSignal) => void
    /** The signal that was received, if any. */
    readonly signal: () => StopSignal | undefined
    /** Whether the command has taken over. */
    readonly endsInOrder: () => boolean
  }
>()("drill/Stopping") {
  static readonly layer = Layer.sync(this, () => {
    const asked = Deferred.makeUnsafe<StopSignal>()
    let received: StopSignal | undefined
    let inOrder = false
    return Stopping.of({
      takeOver: Effect.sync(() => void (inOrder = true)),
      asked: Deferred.await(asked),
      ask: (signal) => {
        received ??= signal
        Deferred.doneUnsafe(asked, Effect.succeed(signal))
      },
      signal: () => received,
      endsInOrder: () => inOrder
    })
  })
}

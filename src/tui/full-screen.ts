/**
 * A full screen with its keyboard: the terminal's guard, the virtual stdout, the held input and Ink put together, and taken apart
 * again in the opposite order. Needs a terminal at both ends. Ink is loaded here and nowhere earlier.
 */
import { Effect, type Scope } from "effect"
import type { Size } from "./draw.ts"
import { HeldInput, holdMs } from "./held-input.ts"
import type { Key } from "./key.ts"
import { guardTerminal, processHost } from "./terminal.ts"
import { VirtualStdout } from "./virtual-stdout.ts"

/** The two ends of a terminal. */
export interface TerminalEnds {
  readonly stdout: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
  /** Keys come over a network: a lone Esc is waited for longer. */
  readonly isRemote: boolean
}

export interface FullScreen {
  readonly size: () => Size
  readonly draw: (rows: ReadonlyArray<string>) => void
  /** Writes past the frames, for a sequence that shows nothing. */
  readonly send: (text: string) => void
}

/** Who listens to a full screen. */
export interface ScreenListener {
  /** ^Z is taken care of; everything else comes here, ^C too. */
  readonly onKey: (key: Key) => void
  /** The size moved or the screen was given back: what stood there is gone. */
  readonly onBlank: () => void
}

const terminalSize = (stdout: NodeJS.WriteStream): Size => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 })

/** Opens the screen until the scope ends. */
export const openFullScreen = (ends: TerminalEnds, listener: ScreenListener): Effect.Effect<FullScreen, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { openInk } = yield* Effect.promise(() => import("./ink-screen.tsx"))
    const { stdout } = ends
    const virtual = yield* Effect.acquireRelease(
      Effect.sync(() => new VirtualStdout(stdout)),
      (opened) => Effect.sync(() => opened.close())
    )
    const blanked = (): void => {
      virtual.repaint()
      listener.onBlank()
    }
    const terminal = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const guard = guardTerminal(processHost(stdout, ends.stdin), blanked)
        guard.enter()
        return guard
      }),
      (guard) => Effect.sync(() => guard.release())
    )
    const onKey = (key: Key): void => {
      if (key.ctrl && key.text === "z") terminal.suspend()
      else listener.onKey(key)
    }
    const ink = yield* Effect.acquireRelease(
      Effect.sync(() => openInk(virtual, new HeldInput(ends.stdin, terminal.setRaw, holdMs(ends.isRemote)), onKey)),
      (opened) => Effect.sync(() => opened.close())
    )
    yield* Effect.acquireRelease(
      Effect.sync(() => stdout.on("resize", blanked)),
      () => Effect.sync(() => stdout.off("resize", blanked))
    )
    return {
      size: () => terminalSize(stdout),
      draw: (rows) => {
        if (terminal.isEntered()) ink.draw(rows)
      },
      send: (text) => {
        if (terminal.isEntered()) stdout.write(text)
      }
    }
  })

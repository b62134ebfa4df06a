/**
 * How this command speaks here and now: its appearance on the output it has, and the style of its sentences.
 */
import { Effect } from "effect"
import type { Style } from "../report/style.ts"
import { type Appearance, appearanceOf, styleOf } from "./appearance.ts"
import type { Globals } from "./globals.ts"
import { Output } from "./output.ts"

/** Wider than any table of ours. */
export const uncut = 10_000

export interface Manner {
  readonly appearance: Appearance
  readonly style: Style
  /** For tables: in a pipe nothing is cut. */
  readonly tables: Style
}

export const mannerOf = (globals: Globals): Effect.Effect<Manner, never, Output> =>
  Output.use((output) =>
    Effect.sync(() => {
      const appearance = appearanceOf(globals, process.env, output.isTerminal)
      const style = styleOf(appearance, output.columns())
      return { appearance, style, tables: output.isTerminal ? style : { ...style, columns: uncut } }
    })
  )

/**
 * The screen of a run that is played line by line: lines that stay, and under them a footer that is redrawn and in the end erased.
 * Raw mode is not needed, so ^C stays a signal and the shell's scrollback is never touched. The footer is written relative to the
 * cursor, which always stands at its end.
 */
import { Effect, type Scope } from "effect"
import type { Style } from "../report/style.ts"
import { widthOf } from "../report/style.ts"
import { pacerOf } from "./frame-pacer.ts"
import { inlineScreen } from "./inline-screen.ts"
import { brokenCount, type View } from "./view-model.ts"

export interface InlineOptions {
  readonly style: Style
  readonly stdout: NodeJS.WriteStream
  /** Milliseconds of the wall. */
  readonly now: () => number
}

export interface InlineFrame {
  readonly atMs: number
  readonly untilMs: number
  readonly pace: number | undefined
  readonly isStopping?: boolean
}

export interface InlineScreen {
  /** Lines that stay, above the footer; without a line's end. */
  readonly line: (text: string) => void
  /** To be called as often as is convenient: redraws the footer when a frame is due. */
  readonly frame: (view: View, frame: InlineFrame) => void
  /** Erases the footer; it comes back with the next frame. For whoever must write by other ways. */
  readonly erase: () => void
}

const escape = String.fromCharCode(27)
const begin = `${escape}[?2026h${escape}[?7l${escape}[?25l`
const end = `${escape}[?7h${escape}[?25h${escape}[?2026l`

/** Back to the footer's first cell and everything from there on erased. A narrower terminal has broken rows in two. */
export const eraseText = (footer: ReadonlyArray<string>, columns: number): string => {
  if (footer.length === 0) return ""
  const rows = footer.reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / Math.max(1, columns))), 0)
  return `\r${rows > 1 ? `${escape}[${rows - 1}A` : ""}${escape}[J`
}

/** Opens the footer; it is erased when the scope ends, when the process exits, and before an error's text. */
export const openInline = (options: InlineOptions): Effect.Effect<InlineScreen, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => footerOf(options)),
      ({ close }) => Effect.sync(close)
    ),
    ({ screen }) => screen
  )

const footerOf = ({ stdout, style, now }: InlineOptions): { readonly screen: InlineScreen; readonly close: () => void } => {
  const pacer = pacerOf()
  let footer: ReadonlyArray<string> = []
  let lines: Array<string> = []
  const columns = (): number => stdout.columns || 80

  /** Lines wait for the next frame, so that a thousand of them cost one write. */
  const write = (next: ReadonlyArray<string>): void => {
    const kept = lines.map((line) => `${line}\n`).join("")
    const erased = eraseText(footer, columns())
    lines = []
    footer = next
    if (kept === "" && erased === "" && next.length === 0) return
    // Lines may be longer than the terminal is wide: wrap is off for the footer alone.
    stdout.write(`${begin}${erased}${escape}[?7h${kept}${escape}[?7l${next.join("\n")}${end}`)
  }
  const erase = (): void => {
    write([])
    pacer.forget()
  }
  const resized = (): void => pacer.forget()
  /** After a suspension the shell has written under the footer: it stays above, and a new one begins here. */
  const continued = (): void => {
    footer = []
    pacer.forget()
  }
  const hooks = [
    ["exit", erase],
    ["uncaughtExceptionMonitor", erase],
    ["SIGCONT", continued]
  ] as const
  const close = (): void => {
    erase()
    stdout.off("resize", resized)
    for (const [event, listener] of hooks) process.off(event, listener)
  }
  stdout.on("resize", resized)
  for (const [event, listener] of hooks) process.on(event, listener)
  const screen: InlineScreen = {
    line: (text) => {
      lines.push(text)
      if (footer.length === 0) write([])
    },
    frame: (view, frame) => {
      const begun = now()
      const what = `${view.seq} ${frame.atMs} ${frame.pace} ${frame.isStopping} ${brokenCount(view)} ${lines.length}`
      if (stdout.writableNeedDrain || !pacer.isDue(begun, what, frame.pace === undefined)) return
      write(inlineScreen(view, frame, { columns: columns(), rows: stdout.rows || 24 }, style))
      pacer.drawn(begun, now() - begun, `${view.seq} ${frame.atMs} ${frame.pace} ${frame.isStopping} ${brokenCount(view)} 0`)
    },
    erase
  }
  return { screen, close }
}

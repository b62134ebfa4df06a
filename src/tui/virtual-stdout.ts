/**
 * A stdout that never thinks it is full: it takes whole frames and writes to the real terminal only the rows that changed, each at
 * its absolute place, inside one synchronized update. A terminal that is slow to read gets the newest frame when it has drained.
 */
import { EventEmitter } from "node:events"

const escape = String.fromCharCode(27)
const cursorText = new RegExp(`^${escape}\\[\\?25[lh]$`)

/** What of a real stdout is needed. */
export interface RealStdout {
  readonly columns: number
  readonly rows: number
  readonly writableNeedDrain: boolean
  readonly write: (text: string) => boolean
  readonly on: (event: "resize" | "drain", listener: () => void) => unknown
  readonly off: (event: "resize" | "drain", listener: () => void) => unknown
}

/** Changed rows of a frame as one text for the terminal; nothing when no row changed. A frame before `undefined` is a blank screen. */
export const changedRows = (before: ReadonlyArray<string> | undefined, after: ReadonlyArray<string>): string => {
  let text = before === undefined ? `${escape}[2J` : ""
  const old = before ?? []
  for (let row = 0; row < Math.max(old.length, after.length); row++) {
    if (after[row] === old[row]) continue
    // The row is erased before it is written: erasing after a full row would take its last cell.
    text += `${escape}[${row + 1};1H${escape}[0m${escape}[2K${after[row] ?? ""}`
  }
  return text === "" ? "" : `${escape}[?2026h${text}${escape}[?2026l`
}

/** Hands frames from Ink to the terminal. `rows` is beyond any frame, so that Ink never clears the screen itself. */
export class VirtualStdout extends EventEmitter {
  readonly isTTY = true
  readonly rows = 1_000_000_000
  readonly #real: RealStdout
  #shown: ReadonlyArray<string> | undefined
  #newest: string | undefined
  #isWaiting = false
  #isOpen = true

  constructor(real: RealStdout) {
    super()
    this.#real = real
    real.on("resize", this.#resized)
    real.on("drain", this.#drained)
  }

  get columns(): number {
    return this.#real.columns || 80
  }

  /** Ink's way in: a frame, or a cursor sequence that is not ours to send. */
  write(text: string, done?: () => void): boolean {
    if (text.length > 1 && !cursorText.test(text)) this.#paint(text)
    done?.()
    return true
  }

  /** The screen is blank again: the newest frame is written whole, for Ink draws no frame twice. */
  repaint(): void {
    this.#shown = undefined
    if (this.#newest !== undefined) this.#paint(this.#newest)
  }

  /** The terminal is somebody else's from now on. */
  close(): void {
    this.#isOpen = false
    this.#real.off("resize", this.#resized)
    this.#real.off("drain", this.#drained)
  }

  readonly #resized = (): void => {
    this.#shown = undefined
    this.emit("resize")
  }

  readonly #drained = (): void => {
    if (this.#isWaiting && this.#newest !== undefined) this.#paint(this.#newest)
  }

  #paint(frame: string): void {
    if (!this.#isOpen) return
    this.#newest = frame
    this.#isWaiting = this.#real.writableNeedDrain
    if (this.#isWaiting) return
    const rows = frame.split("\n").slice(0, this.#real.rows || 24)
    const text = changedRows(this.#shown, rows)
    this.#shown = rows
    if (text !== "") this.#real.write(text)
  }
}

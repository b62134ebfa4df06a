/**
 * Keys from the terminal, with a beginning of an escape sequence held back until its rest arrives: over a slow line an arrow key
 * comes in pieces, and its first piece alone would be Esc. A lone Esc is let through when nothing followed.
 */
import { PassThrough } from "node:stream"

/** Chosen: the waiting time of common line editors; over SSH packets lie further apart. */
export const holdMs = (isRemote: boolean): number => (isRemote ? 100 : 50)

const escape = String.fromCharCode(27)
const begun = new RegExp(`${escape}(?:\\[[0-9;]*|O)?$`)

/** What may be handed on at once, and the beginning of a sequence that must wait. */
export const partOf = (text: string): { readonly whole: string; readonly begun: string } => {
  const found = begun.exec(text)
  return found === null ? { whole: text, begun: "" } : { whole: text.slice(0, found.index), begun: found[0] }
}

export interface Timers {
  readonly after: (millis: number, then: () => void) => () => void
}

export const realTimers: Timers = {
  after: (millis, then) => {
    const timer = setTimeout(then, millis)
    return () => clearTimeout(timer)
  }
}

/** What Ink reads from. Raw mode is asked of `setRaw`, whoever owns the terminal; the source is listened to only while it is raw. */
export class HeldInput extends PassThrough {
  readonly isTTY = true
  readonly #source: NodeJS.ReadStream
  readonly #setRaw: (isRaw: boolean) => void
  readonly #millis: number
  readonly #timers: Timers
  #held = ""
  #cancel: (() => void) | undefined
  #isListening = false

  constructor(source: NodeJS.ReadStream, setRaw: (isRaw: boolean) => void, millis: number, timers: Timers = realTimers) {
    super()
    this.#source = source
    this.#setRaw = setRaw
    this.#millis = millis
    this.#timers = timers
  }

  setRawMode(isRaw: boolean): this {
    this.#setRaw(isRaw)
    if (isRaw === this.#isListening) return this
    this.#isListening = isRaw
    if (isRaw) {
      this.#source.setEncoding("utf8")
      this.#source.on("data", this.#took)
      this.#source.resume()
    } else {
      this.#source.off("data", this.#took)
      this.#source.pause()
      this.#cancel?.()
    }
    return this
  }

  ref(): this {
    this.#source.ref?.()
    return this
  }

  unref(): this {
    this.#source.unref?.()
    return this
  }

  readonly #took = (chunk: string | Uint8Array): void => {
    this.#cancel?.()
    this.#cancel = undefined
    const { whole, begun: rest } = partOf(this.#held + String(chunk))
    this.#held = rest
    if (whole !== "") this.write(whole)
    if (rest === "") return
    this.#cancel = this.#timers.after(this.#millis, () => {
      this.#cancel = undefined
      const alone = this.#held
      this.#held = ""
      this.write(alone)
    })
  }
}

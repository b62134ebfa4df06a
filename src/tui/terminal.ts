/**
 * The guard that owns the terminal while a screen stands on it: the alternate screen, the cursor, line wrap and raw mode. Leaving is
 * idempotent, synchronous, and happens at every end a process can still act on: exit, a thrown error, a rejected promise, INT, TERM
 * and HUP. When nobody else listens to a signal the guard ends the process with 128 + its number; otherwise ending is theirs.
 * Not covered: SIGKILL, after which `reset` helps.
 */
import { writeSync } from "node:fs"

const escape = String.fromCharCode(27)
/** Alternate screen, no cursor, no wrap at the right edge. */
export const enterText = `${escape}[?1049h${escape}[?25l${escape}[?7l${escape}[2J${escape}[H`
/** The same undone, and synchronized output ended if a frame was cut short. */
export const leaveText = `${escape}[?7h${escape}[?2026l${escape}[0m${escape}[?25h${escape}[?1049l`

/** What of the process the guard touches; a test hands in its own. */
export interface Host {
  readonly write: (text: string) => void
  readonly setRawMode: (isRaw: boolean) => void
  readonly on: (event: string, listener: () => void) => void
  readonly off: (event: string, listener: () => void) => void
  readonly listeners: (event: string) => number
  readonly exit: (code: number) => void
  /** Stops the whole job, as the shell's own ^Z does. */
  readonly stop: () => void
}

export interface Terminal {
  readonly enter: () => void
  readonly leave: () => void
  readonly isEntered: () => boolean
  /** Raw mode is wanted from now on; kept through a suspension. */
  readonly setRaw: (isRaw: boolean) => void
  /** ^Z: gives the terminal back, stops, and enters again when it is continued. */
  readonly suspend: () => void
  /** Takes the hooks off; leaves first. */
  readonly release: () => void
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
type Signal = keyof typeof signalNumbers
const signals: ReadonlyArray<Signal> = ["SIGHUP", "SIGINT", "SIGTERM"]

/** The real process. A terminal that is gone is not an error of ours. */
export const processHost = (stdout: NodeJS.WriteStream & { readonly fd?: number }, stdin: NodeJS.ReadStream): Host => ({
  write: (text) => {
    try {
      writeSync(stdout.fd ?? 1, text)
    } catch {
      // Nothing is left to restore.
    }
  },
  setRawMode: (isRaw) => {
    try {
      stdin.setRawMode?.(isRaw)
    } catch {
      // The terminal hung up.
    }
  },
  on: (event, listener) => void process.on(event, listener),
  off: (event, listener) => void process.off(event, listener),
  listeners: (event) => process.listenerCount(event),
  exit: (code) => process.exit(code),
  stop: () => void process.kill(0, "SIGTSTP")
})

/** `onReturn`: the terminal was entered again after a suspension, and shows nothing. */
export const guardTerminal = (host: Host, onReturn: () => void): Terminal => {
  let entered = false
  let wantsRaw = false
  let isReleased = false

  const enter = (): void => {
    if (entered || isReleased) return
    entered = true
    host.write(enterText)
    if (wantsRaw) host.setRawMode(true)
  }
  /** Raw mode first: an error's text would come out as stairs otherwise. */
  const leave = (): void => {
    if (!entered) return
    entered = false
    if (wantsRaw) host.setRawMode(false)
    host.write(leaveText)
  }
  const hooks: Array<readonly [event: string, listener: () => void]> = [
    ["exit", leave],
    // The monitor sees thrown errors and rejections alike, and leaves what Node does with them as it is.
    ["uncaughtExceptionMonitor", leave],
    ...signals.map((signal) => [signal, () => endBy(signal)] as const)
  ]
  const endBy = (signal: Signal): void => {
    leave()
    if (host.listeners(signal) <= 1) host.exit(128 + signalNumbers[signal])
  }
  for (const [event, listener] of hooks) host.on(event, listener)

  const continued = (): void => {
    host.off("SIGCONT", continued)
    if (isReleased) return
    enter()
    onReturn()
  }
  return {
    enter,
    leave,
    isEntered: () => entered,
    setRaw: (isRaw) => {
      wantsRaw = isRaw
      if (entered || !isRaw) host.setRawMode(isRaw)
    },
    suspend: () => {
      leave()
      host.on("SIGCONT", continued)
      host.stop()
    },
    release: () => {
      leave()
      isReleased = true
      for (const [event, listener] of hooks) host.off(event, listener)
      host.off("SIGCONT", continued)
    }
  }
}

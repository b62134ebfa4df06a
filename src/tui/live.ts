/**
 * The full screen of a run that is being played (`run --live`). It shows what it is handed and keeps the pace that the keys set;
 * whoever plays the run asks it for the pace before each slice. Nothing is drawn when nothing moved, and no frame draws events one
 * by one.
 */
import { Effect, type Scope } from "effect"
import type { Style } from "../report/style.ts"
import { pacerOf } from "./frame-pacer.ts"
import { openFullScreen, type TerminalEnds } from "./full-screen.ts"
import type { Key } from "./key.ts"
import { liveScreen, type RunName } from "./live-screen.ts"
import { faster, slower } from "./pace.ts"
import type { View } from "./view-model.ts"

export interface LiveOptions {
  readonly name: RunName
  readonly style: Style
  readonly ends: TerminalEnds
  /** Virtual milliseconds per real one to begin with; `undefined`: as fast as it goes. */
  readonly pace: number | undefined
  /** `q` or ^C, each time it is pressed: the run is to end in order. */
  readonly onStop: () => void
  /** Milliseconds of the wall. */
  readonly now: () => number
}

export interface LiveScreen {
  /** What the keys ask for now; 0: paused. */
  readonly pace: () => number | undefined
  /** To be called as often as is convenient: draws when a frame is due. `atMs`: the run has been played up to here. */
  readonly frame: (view: View, atMs: number, untilMs: number) => void
}

interface Shown {
  readonly view: View
  readonly atMs: number
  readonly untilMs: number
}

/** Events per second of the wall since the last reading. */
const rateMeter = (now: () => number) => {
  let last: { readonly at: number; readonly events: number; readonly rate: number } | undefined
  return (events: number): number | undefined => {
    const at = now()
    if (last === undefined) last = { at, events, rate: 0 }
    else if (at - last.at >= 1_000) last = { at, events, rate: ((events - last.events) * 1_000) / (at - last.at) }
    return last.rate === 0 ? undefined : last.rate
  }
}

/** Opens the screen; it closes, and the terminal is as it was, when the scope ends. */
export const openLive = (options: LiveOptions): Effect.Effect<LiveScreen, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { now } = options
    const pacer = pacerOf()
    const rateOf = rateMeter(now)
    let { pace } = options
    let resumed = pace
    let isStopping = false
    let shown: Shown | undefined

    const draw = (): void => {
      if (shown === undefined) return
      const { view, atMs, untilMs } = shown
      const what = `${view.seq} ${atMs} ${pace} ${isStopping}`
      const begun = now()
      if (!pacer.isDue(begun, what, pace === undefined)) return
      const rate = rateOf(view.events)
      const clock = { atMs, untilMs, pace, isStopping, ...(rate === undefined ? {} : { eventsPerSecond: rate }) }
      screen.draw(liveScreen(view, clock, options.name, screen.size(), options.style))
      pacer.drawn(begun, now() - begun, what)
    }
    const setPace = (next: number | undefined): void => {
      if (next !== 0) resumed = next
      pace = next
    }
    const onKey = (key: Key): void => {
      pacer.keyPressed(now())
      if (key.text === "q" || (key.ctrl && key.text === "c")) {
        isStopping = true
        options.onStop()
      } else if (key.text === " ") setPace(pace === 0 ? resumed : 0)
      else if (key.text === "+") setPace(faster(pace === 0 ? resumed : pace))
      else if (key.text === "-") setPace(slower(pace === 0 ? resumed : pace))
      else if (key.text === "0") setPace(undefined)
      else return
      pacer.forget()
      draw()
    }
    const onBlank = (): void => {
      pacer.forget()
      draw()
    }
    const screen = yield* openFullScreen(options.ends, { onKey, onBlank })
    return {
      pace: () => pace,
      frame: (view, atMs, untilMs) => {
        shown = { view, atMs, untilMs }
        draw()
      }
    }
  })

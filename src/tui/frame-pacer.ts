/**
 * When the next frame is due. At most 10 a second, 20 while a key is held; fewer when a frame is dear or when the run goes as fast as
 * it can, so that showing takes at most a twentieth of the time; none when nothing moved. Times are milliseconds of the wall.
 */

/** Chosen with the documentation of the screen. */
const usualMs = 100
const heldMs = 50
const dearMs = 40
/** A key that came this recently counts as held: terminals repeat at 20 to 40 a second. */
const holdsForMs = 150
const shareOfTime = 20

export interface FramePacer {
  /** Whether a frame may be drawn now that shows `what`; the same text as last time needs no frame. */
  readonly isDue: (now: number, what: string, atFullPace: boolean) => boolean
  readonly drawn: (now: number, cost: number, what: string) => void
  readonly keyPressed: (now: number) => void
  /** The next frame is due whatever it shows. */
  readonly forget: () => void
}

export const pacerOf = (): FramePacer => {
  let lastAt = Number.NEGATIVE_INFINITY
  let lastCost = 0
  let lastKeyAt = Number.NEGATIVE_INFINITY
  let lastWhat: string | undefined
  return {
    isDue: (now, what, atFullPace) => {
      if (what === lastWhat) return false
      if (lastWhat === undefined) return true
      const usual = now - lastKeyAt <= holdsForMs ? heldMs : usualMs
      const dear = lastCost > dearMs ? usual * 2 : usual
      const span = atFullPace ? Math.max(dear, lastCost * shareOfTime) : dear
      return now - lastAt >= span
    },
    drawn: (now, cost, what) => {
      lastAt = now
      lastCost = cost
      lastWhat = what
    },
    keyPressed: (now) => {
      lastKeyAt = now
    },
    forget: () => {
      lastWhat = undefined
    }
  }
}

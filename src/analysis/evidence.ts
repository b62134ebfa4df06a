/**
 * The sentence of figures beside a result: what was seen, when, and what was expected. Instants as a clock, whole seconds
 * without their thousandths.
 */

import { formatClock, formatDuration } from "../model/value/instant.ts"
import { formatRatio } from "../model/value/ratio.ts"
import { boundText } from "./claim.ts"
import { deadlineOf, type Failing, type Watch } from "./watch.ts"

/** `2:00`, `2:00.500`: thousandths only where there are any. */
export const shortClock = (at: number): string => formatClock(at, { millis: at % 1_000 !== 0 })

const failingText = (failing: Failing, expected: string): string => {
  const [first] = failing.figures
  if (failing.stretches === 1 && failing.figures.length === 1) {
    return `${first} from ${shortClock(failing.firstMs)} to ${shortClock(failing.untilMs)}, expected ${expected}`
  }
  const stretches = failing.stretches === 1 ? "" : ` in ${failing.stretches} stretches`
  const worst = `worst ${formatRatio(failing.worst)} at ${shortClock(failing.worstMs)}`
  return `${worst}, not so for ${formatDuration(failing.totalMs)}${stretches} from ${shortClock(failing.firstMs)} on, expected ${expected}`
}

const withinText = (watch: Watch): string => {
  const { expectation } = watch
  return expectation._tag === "Recovered" ? `${formatDuration(expectation.withinMs)} after ${shortClock(expectation.afterMs)}` : ""
}

/** Why it broke, in figures. */
export const brokenEvidence = (watch: Watch): string => {
  const expected = watch.bound === undefined ? "" : boundText(watch.bound)
  if (watch.expectation._tag === "Sustained" || watch.failing === undefined) {
    return watch.failing === undefined ? `expected ${expected}` : failingText(watch.failing, expected)
  }
  const deadline = deadlineOf(watch.expectation)
  const lost = watch.brokenMs !== undefined && watch.brokenMs > deadline
  const again = watch.trueSinceMs === undefined ? "not again before the end" : `true since ${shortClock(watch.trueSinceMs)}`
  const head = lost ? `lost again at ${shortClock(watch.brokenMs ?? deadline)}` : `not by ${shortClock(deadline)}, ${withinText(watch)}`
  return `${head}; ${again}; worst ${formatRatio(watch.failing.worst)}, expected ${expected}`
}

/** What was seen when it held. */
export const heldEvidence = (watch: Watch): string => {
  const expected = watch.bound === undefined ? "" : boundText(watch.bound)
  const { expectation } = watch
  if (expectation._tag === "Sustained")
    return `${expected} from ${shortClock(expectation.fromMs)} to ${shortClock(expectation.untilMs)} throughout`
  const since = watch.trueSinceMs ?? expectation.afterMs
  const took = formatDuration(since - expectation.afterMs)
  return `${expected} since ${shortClock(since)}, ${took} after ${shortClock(expectation.afterMs)}; allowed ${formatDuration(expectation.withinMs)}`
}

/**
 * One expectation under watch: told the claim's figure for one stretch of time after another, it keeps when the claim failed,
 * how badly, and since when it is true. A stretch is half-open and its figure does not move inside it.
 * Sustained: broken at the first instant inside the window at which the claim does not hold. Recovered: true at the deadline
 * at the latest, and never false after it; falling back before the deadline is allowed.
 */
import { formatRatio, type Ratio } from "../model/value/ratio.ts"
import type { Expectation } from "../scenario/expectation.ts"
import { type Bound, boundOf, isWithin, isWorse } from "./claim.ts"

/** Stretches in which the claim failed, inside the window. */
export interface Failing {
  readonly firstMs: number
  readonly worstMs: number
  readonly worst: Ratio
  stretches: number
  /** The figures seen, as exact text, in order of first appearance. */
  readonly figures: Array<string>
  /** Sum of all stretches, and the end of the last one. */
  totalMs: number
  untilMs: number
}

export interface Watch {
  readonly expectation: Expectation
  /** `undefined`: the claim's limit cannot be read. */
  readonly bound: Bound | undefined
  /** After the last event: the claim's figure, whether it holds (`undefined` without a figure), and the event that last turned it false. */
  figure: Ratio | undefined
  holds: boolean | undefined
  turnedFalseBy: number
  failing: Failing | undefined
  /** Time inside the window in which nothing could be judged. */
  blindMs: number
  /** From here on, what is seen may not be believed; and the event that says so. */
  doubtAt: number | undefined
  doubtBy: number
  /** Recovered: since when the claim is true. */
  trueSinceMs: number | undefined
  brokenMs: number | undefined
  brokenBy: number
  /** The window, or the way to the deadline, was seen whole up to here. */
  seenUntilMs: number
  /** Sustained: told that the window ended well. Recovered: told that it came true. */
  told: boolean
}

/** What a stretch brought: the expectation came true (for now, when `provisional`) or broke. */
export interface WatchTurn {
  readonly result: "held" | "broken"
  readonly provisional: boolean
  readonly atMs: number
  readonly event: number | undefined
}

export const startWatch = (expectation: Expectation): Watch => ({
  expectation,
  bound: boundOf(expectation.claim),
  figure: undefined,
  holds: undefined,
  turnedFalseBy: 0,
  failing: undefined,
  blindMs: 0,
  doubtAt: undefined,
  doubtBy: 0,
  trueSinceMs: undefined,
  brokenMs: undefined,
  brokenBy: 0,
  seenUntilMs: Number.MIN_SAFE_INTEGER,
  told: false
})

/** Half-open window in which failing breaks a sustained claim; for a recovered one, from its entry on. */
const windowOf = (expectation: Expectation): { readonly fromMs: number; readonly untilMs: number } =>
  expectation._tag === "Sustained"
    ? { fromMs: expectation.fromMs, untilMs: expectation.untilMs }
    : { fromMs: expectation.afterMs, untilMs: Number.MAX_SAFE_INTEGER }

/** The last instant at which a recovered claim may come true; a sustained one's window end. */
export const deadlineOf = (expectation: Expectation): number =>
  expectation._tag === "Sustained" ? expectation.untilMs : expectation.afterMs + expectation.withinMs

/**
 * Takes note of the claim after one event: which event turned it false is kept for the day it breaks. `speaks`: the event
 * says itself why the claim does not hold; one that comes later, when the figure is as bad as it was, says why it breaks then.
 */
export const noteFigure = (watch: Watch, figure: Ratio | undefined, seq: number, speaks = false): void => {
  const before = watch.figure
  const isSame =
    before === figure || (before !== undefined && figure !== undefined && before.of === figure.of && before.over === figure.over)
  if (isSame) {
    if (speaks && watch.holds === false && watch.brokenMs === undefined) watch.turnedFalseBy = seq
    return
  }
  watch.figure = figure
  const holds = watch.bound === undefined || figure === undefined ? undefined : isWithin(watch.bound, figure)
  if (holds === false && watch.holds !== false) watch.turnedFalseBy = seq
  watch.holds = holds
}

const addFailing = (watch: Watch, bound: Bound, figure: Ratio, fromMs: number, toMs: number): void => {
  const text = formatRatio(figure)
  const before = watch.failing
  if (before === undefined) {
    watch.failing = {
      firstMs: fromMs,
      worstMs: fromMs,
      worst: figure,
      stretches: 1,
      figures: [text],
      totalMs: toMs - fromMs,
      untilMs: toMs
    }
    return
  }
  if (before.untilMs < fromMs) before.stretches += 1
  if (!before.figures.includes(text)) before.figures.push(text)
  before.totalMs += toMs - fromMs
  before.untilMs = toMs
  if (isWorse(bound, figure, before.worst)) watch.failing = { ...before, worst: figure, worstMs: fromMs }
}

const breakAt = (watch: Watch, atMs: number): WatchTurn => {
  watch.brokenMs = atMs
  watch.brokenBy = watch.turnedFalseBy
  return { result: "broken", provisional: false, atMs, event: watch.turnedFalseBy > 0 ? watch.turnedFalseBy : undefined }
}

const seeRecovered = (watch: Watch, holds: boolean, fromMs: number, toMs: number): WatchTurn | undefined => {
  const deadline = deadlineOf(watch.expectation)
  if (holds) {
    if (watch.trueSinceMs === undefined) watch.trueSinceMs = fromMs
    if (watch.told || watch.brokenMs !== undefined) return undefined
    watch.told = true
    return { result: "held", provisional: true, atMs: fromMs, event: undefined }
  }
  watch.trueSinceMs = undefined
  watch.told = false
  if (watch.brokenMs !== undefined || toMs <= deadline) return undefined
  return breakAt(watch, fromMs > deadline ? fromMs : deadline)
}

/**
 * The noted figure lasted over [fromMs, toMs). Stretches come in order and leave no gap. Returns what turned, if anything did.
 */
export const seeStretch = (watch: Watch, fromMs: number, toMs: number): WatchTurn | undefined => {
  const window = windowOf(watch.expectation)
  const [from, to] = [Math.max(fromMs, window.fromMs), Math.min(toMs, window.untilMs)]
  if (from >= to) return undefined
  watch.seenUntilMs = to
  const { bound, figure, holds } = watch
  if (bound === undefined || figure === undefined || holds === undefined || (watch.doubtAt !== undefined && from >= watch.doubtAt)) {
    watch.blindMs += to - from
    watch.trueSinceMs = undefined
    return undefined
  }
  if (!holds) addFailing(watch, bound, figure, from, to)
  if (watch.expectation._tag === "Recovered") return seeRecovered(watch, holds, from, to)
  if (!holds && watch.brokenMs === undefined) return breakAt(watch, from)
  if (to < window.untilMs || watch.brokenMs !== undefined || watch.blindMs > 0 || watch.told) return undefined
  watch.told = true
  return { result: "held", provisional: false, atMs: to, event: undefined }
}

/**
 * Where two recordings part: the chain is halved until the first block that differs, then one block is compared event by event.
 */
import type { RecordedEvent } from "../event/event.ts"
import { lineOf } from "../event/row.ts"
import type { Recording } from "./reader.ts"

export interface RecordedDivergence {
  readonly a?: RecordedEvent
  readonly b?: RecordedEvent
}

/** Runs of one plan, seed and engine: whether their chains begin alike, so that halving is allowed. */
const beginAlike = (a: Recording, b: Recording): boolean =>
  a.header.seed === b.header.seed && a.header.engine === b.header.engine && JSON.stringify(a.header.plan) === JSON.stringify(b.header.plan)

/** The last event of the last block that is the same in both; 0 when there is none. */
const sameUpTo = (a: Recording, b: Recording): number => {
  const [left, right] = [a.checkpoints(), b.checkpoints()]
  let [low, high] = [0, Math.min(left.length, right.length)]
  while (low < high) {
    const middle = (low + high) >> 1
    if (left[middle]?.digest === right[middle]?.digest) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : (left[low - 1]?.seq ?? 0)
}

/** The first differing event of two recordings; `undefined` when they are equal to the end. Different plans are compared from the start. */
export const divergenceOf = (a: Recording, b: Recording): RecordedDivergence | undefined => {
  const from = beginAlike(a, b) ? sameUpTo(a, b) + 1 : 1
  const [left, right] = [a.rows(from), b.rows(from)]
  for (let seq = from; ; seq++) {
    const [one, other] = [left.next(), right.next()]
    if (one.done && other.done) return undefined
    if (!one.done && !other.done && lineOf(one.value) === lineOf(other.value)) continue
    const [eventA, eventB] = [one.done ? undefined : a.eventAt(seq), other.done ? undefined : b.eventAt(seq)]
    return { ...(eventA === undefined ? {} : { a: eventA }), ...(eventB === undefined ? {} : { b: eventB }) }
  }
}

/**
 * Two runs' events side by side: the first that differ, and what the rest have in common. Two events are the same when what came
 * to be is the same, whenever it did; the n-th of one run is set beside the n-th of the other. Which lease was the last is no
 * difference of its own: it moves with the instant.
 */
import type { RecordedEvent } from "../event/event.ts"
import { canonicalText } from "../model/value/canonical.ts"
import { compareText } from "../model/value/text.ts"
import type { WorldEvent } from "../model/world/message.ts"

/** The pair at the place where two runs part; one side is absent when that run had ended. */
export interface Divergence {
  readonly a?: RecordedEvent
  readonly b?: RecordedEvent
}

/** Members of events that tell an instant, and so move with it. */
const instantMembers = new Set(["lastRenewalAt"])

type Members = Readonly<Record<string, unknown>>
const membersOf = (event: WorldEvent): Members => event as unknown as Members

/** One text for everything that came to be, save its instants. `sortedMembers` remembers each kind's members in order. */
const textOf = (event: WorldEvent, sortedMembers: Map<string, ReadonlyArray<string>>): string => {
  const members = membersOf(event)
  let keys = sortedMembers.get(event._tag)
  if (keys === undefined) {
    keys = Object.keys(members)
      .filter((key) => key !== "_tag" && !instantMembers.has(key))
      .sort()
    sortedMembers.set(event._tag, keys)
  }
  let text: string = event._tag
  for (const key of keys) {
    const value = members[key]
    text += `|${typeof value === "object" ? canonicalText(value) : String(value)}`
  }
  return text
}

const isSameValue = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === "object" && typeof b === "object" && canonicalText(a) === canonicalText(b))

const isSameBody = (a: WorldEvent, b: WorldEvent): boolean => {
  if (a === b) return true
  const [left, right] = [membersOf(a), membersOf(b)]
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => isSameValue(left[key], right[key]))
}

/** The same in everything: instant, cause, and what came to be. */
export const isSameEvent = (a: RecordedEvent, b: RecordedEvent): boolean =>
  a.at === b.at && a.cause === b.cause && isSameBody(a.event, b.event)

/** The first differing event of two runs in the order of `seq`; `undefined` when they are equal to the end. */
export const firstDivergence = (a: ReadonlyArray<RecordedEvent>, b: ReadonlyArray<RecordedEvent>): Divergence | undefined => {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [left, right] = [a[index], b[index]]
    if (left !== undefined && right !== undefined && isSameEvent(left, right)) continue
    return { ...(left === undefined ? {} : { a: left }), ...(right === undefined ? {} : { b: right }) }
  }
  return undefined
}

export interface KindCount {
  readonly kind: string
  readonly a: number
  readonly b: number
}

/** `count` events came to be in both runs, in the second `shiftMs` later (earlier when negative). */
export interface Shift {
  readonly shiftMs: number
  readonly count: number
}

export interface Pairing {
  /** Kinds whose count differs, the largest difference first; then by name. */
  readonly kinds: ReadonlyArray<KindCount>
  /** The same at another instant, most events first. */
  readonly shifts: ReadonlyArray<Shift>
  /** The same at the same instant. */
  readonly unmoved: number
  /** What came to be in one run only, in order. */
  readonly onlyA: ReadonlyArray<RecordedEvent>
  readonly onlyB: ReadonlyArray<RecordedEvent>
}

const countKinds = (a: ReadonlyArray<RecordedEvent>, b: ReadonlyArray<RecordedEvent>): Array<KindCount> => {
  const counts = new Map<string, { a: number; b: number }>()
  const count = (events: ReadonlyArray<RecordedEvent>, side: "a" | "b") => {
    for (const { event } of events) {
      const known = counts.get(event._tag) ?? { a: 0, b: 0 }
      known[side] += 1
      counts.set(event._tag, known)
    }
  }
  count(a, "a")
  count(b, "b")
  const difference = (kind: KindCount) => Math.abs(kind.b - kind.a)
  return [...counts]
    .map(([kind, sides]) => ({ kind, ...sides }))
    .filter((kind) => kind.a !== kind.b)
    .sort((left, right) => difference(right) - difference(left) || compareText(left.kind, right.kind))
}

/** How many events two lists have in common at their beginning. */
const commonLength = (a: ReadonlyArray<RecordedEvent>, b: ReadonlyArray<RecordedEvent>): number => {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    if (!isSameEvent(a[index] as RecordedEvent, b[index] as RecordedEvent)) return index
  }
  return length
}

/** Sets the events of two runs (from 0 on) side by side. What both have in common at the beginning pairs with itself. */
export const pairEvents = (a: ReadonlyArray<RecordedEvent>, b: ReadonlyArray<RecordedEvent>): Pairing => {
  const [fromA, fromB] = [a.filter((recorded) => recorded.at >= 0), b.filter((recorded) => recorded.at >= 0)]
  const common = commonLength(fromA, fromB)
  const sortedMembers = new Map<string, ReadonlyArray<string>>()
  const waiting = new Map<string, { readonly events: Array<RecordedEvent>; next: number }>()
  for (const recorded of fromA.slice(common)) {
    const text = textOf(recorded.event, sortedMembers)
    const line = waiting.get(text)
    if (line === undefined) waiting.set(text, { events: [recorded], next: 0 })
    else line.events.push(recorded)
  }
  const shifts = new Map<number, number>()
  const onlyB: Array<RecordedEvent> = []
  let unmoved = common
  for (const recorded of fromB.slice(common)) {
    const line = waiting.get(textOf(recorded.event, sortedMembers))
    const twin = line?.events[line.next]
    if (line === undefined || twin === undefined) {
      onlyB.push(recorded)
      continue
    }
    line.next += 1
    if (twin.at === recorded.at) unmoved += 1
    else shifts.set(recorded.at - twin.at, (shifts.get(recorded.at - twin.at) ?? 0) + 1)
  }
  const onlyA = [...waiting.values()].flatMap((line) => line.events.slice(line.next)).sort((left, right) => left.seq - right.seq)
  return {
    kinds: countKinds(fromA, fromB),
    shifts: [...shifts]
      .map(([shiftMs, count]) => ({ shiftMs, count }))
      .sort((left, right) => right.count - left.count || left.shiftMs - right.shiftMs),
    unmoved,
    onlyA,
    onlyB
  }
}

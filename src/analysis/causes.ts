/**
 * Causes and effects: the chain from an event back to the timeline or to settling, the tree of what followed from it, and, for
 * an expectation or a probe, the event that made it so with the failures that the probe saw then. Every event has one cause, so
 * backward is a chain and forward a tree.
 */
import { type Cause, type RecordedEvent, settlingCause, timelineIndexOf } from "../event/event.ts"
import type { WorldEvent } from "../model/world/message.ts"
import type { ProbeFailure } from "../model/world/probe.ts"
import type { Expectation } from "../scenario/expectation.ts"
import type { Plan } from "../scenario/plan.ts"
import { shortClock } from "./evidence.ts"
import type { ExpectationResult, Outcome } from "./outcome.ts"

/** Where the events of a run can be read. `all` in the order of `seq`. */
export interface EventSource {
  readonly at: (seq: number) => RecordedEvent | undefined
  readonly all: () => Iterable<RecordedEvent>
}

/** A source over events held in memory, in the order of `seq` without gaps from 1. */
export const eventsInMemory = (events: ReadonlyArray<RecordedEvent>): EventSource => ({
  at: (seq) => events[seq - 1],
  all: () => events
})

export type Root =
  | { readonly _tag: "Timeline"; readonly index: number }
  | { readonly _tag: "Settling" }
  /** The chain was cut: by its depth limit, or because the recording does not hold the event named. */
  | { readonly _tag: "Cut"; readonly cause: Cause }

/** From the event itself to the first event, nearest first; then what that one follows from. */
export interface CauseChain {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly root: Root
}

/** `undefined` when there is no such event. `depth`: events kept at most. */
export const causesOf = (source: EventSource, seq: number, depth = Number.MAX_SAFE_INTEGER): CauseChain | undefined => {
  const first = source.at(seq)
  if (first === undefined) return undefined
  const events = [first]
  let last = first
  while (last.cause > settlingCause) {
    const next = events.length < depth && last.cause < last.seq ? source.at(last.cause) : undefined
    if (next === undefined) return { events, root: { _tag: "Cut", cause: last.cause } }
    events.push(next)
    last = next
  }
  const index = timelineIndexOf(last.cause)
  return { events, root: index === undefined ? { _tag: "Settling" } : { _tag: "Timeline", index } }
}

/** What followed from an event: its direct effects with theirs, in the order of `seq`. */
export interface EffectTree {
  readonly recorded: RecordedEvent
  readonly effects: ReadonlyArray<EffectTree>
}

interface GrowingTree {
  readonly recorded: RecordedEvent
  readonly effects: Array<GrowingTree>
  readonly level: number
}

/** Forward from an event, `depth` levels at most. `undefined` when there is no such event. */
export const effectsOf = (source: EventSource, seq: number, depth = Number.MAX_SAFE_INTEGER): EffectTree | undefined => {
  const first = source.at(seq)
  if (first === undefined) return undefined
  const root: GrowingTree = { recorded: first, effects: [], level: 0 }
  const known = new Map([[seq, root]])
  for (const recorded of source.all()) {
    const parent = recorded.seq > seq ? known.get(recorded.cause) : undefined
    if (parent === undefined || parent.level >= depth) continue
    const tree: GrowingTree = { recorded, effects: [], level: parent.level + 1 }
    parent.effects.push(tree)
    known.set(recorded.seq, tree)
  }
  return root
}

/** How many events a tree holds below its root. */
export const effectCount = (tree: EffectTree): number => {
  let count = 0
  const waiting = [tree]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    count += next.effects.length
    waiting.push(...next.effects)
  }
  return count
}

export type AnswerTurned = Extract<WorldEvent, { readonly _tag: "probe/AnswerTurned" }>

/** The answer that held at an instant, `failures` with the largest share first as recorded. */
export interface AnswerAt {
  readonly recorded: RecordedEvent
  readonly answer: AnswerTurned
  readonly failures: ReadonlyArray<typeof ProbeFailure.Type>
}

/** A probe's answer as it stood at the end of the instant `atMs`. `undefined` when it had not answered yet. */
export const answerAt = (source: EventSource, probe: string, atMs: number): AnswerAt | undefined => {
  let found: AnswerAt | undefined
  for (const recorded of source.all()) {
    if (recorded.at > atMs) break
    const { event } = recorded
    if (event._tag === "probe/AnswerTurned" && event.probe === probe) found = { recorded, answer: event, failures: event.failures }
  }
  return found
}

/** Why something is so. At least one of `chain`, `answer` and `remark` says it. */
export interface Why {
  readonly subject: string
  readonly result?: ExpectationResult
  readonly expectation?: Expectation
  readonly chain?: CauseChain
  readonly answer?: AnswerAt
  readonly effects?: EffectTree
  /** When there is no event to name: what is known instead. */
  readonly remark?: string
}

/** Why an event came to be. `undefined` when there is no such event. */
export const whyEvent = (source: EventSource, seq: number, depth?: number): Why | undefined => {
  const chain = causesOf(source, seq, depth)
  const event = chain?.events[0]?.event
  if (chain === undefined || event === undefined) return undefined
  const recorded = chain.events[0] as RecordedEvent
  const why: Why = { subject: `event ${seq}`, chain }
  return event._tag === "probe/AnswerTurned" ? { ...why, answer: { recorded, answer: event, failures: event.failures } } : why
}

/** Why a probe answered as it did at an instant. */
export const whyProbe = (source: EventSource, probe: string, atMs: number, depth?: number): Why => {
  const subject = `${probe}@${shortClock(atMs)}`
  const answer = answerAt(source, probe, atMs)
  if (answer === undefined) return { subject, remark: `probe ${probe} had not answered by ${shortClock(atMs)}` }
  const chain = causesOf(source, answer.recorded.seq, depth)
  return chain === undefined ? { subject, answer } : { subject, answer, chain }
}

/** Why an expectation ended as it did. `undefined` when the plan has none of that id. */
export const whyExpectation = (plan: Plan, outcome: Outcome, source: EventSource, id: string, depth?: number): Why | undefined => {
  const expectation = plan.expectations.find((known) => known.id === id)
  const result = outcome.results.find((known) => known.expectation === id)
  if (expectation === undefined || result === undefined) return undefined
  const why: Why = { subject: id, result, expectation }
  const { claim } = expectation
  const answer = claim._tag === "Delivered" && result.atMs !== undefined ? answerAt(source, claim.probe, result.atMs) : undefined
  const seq = result.event ?? answer?.recorded.seq
  const chain = seq === undefined ? undefined : causesOf(source, seq, depth)
  const remark = result.result === "held" ? "it held: nothing broke it" : chain === undefined ? "no single event made it so" : undefined
  return {
    ...why,
    ...(chain === undefined ? {} : { chain }),
    ...(answer === undefined ? {} : { answer }),
    ...(remark === undefined ? {} : { remark })
  }
}

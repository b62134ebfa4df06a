/**
 * The judge: an incremental fold of a plan's expectations over the events of its run. A claim is judged on the state at the end
 * of an instant: several events of one instant count as their last state. Windows and figures begin at 0; state accumulates from
 * settling on. Honest: a probe without an answer, something unmodelled, a fault that touched nothing or a run that stopped early
 * make a result inconclusive, never held.
 */
import type { RecordedEvent } from "../event/event.ts"
import type { WorldEvent } from "../model/world/message.ts"
import type { Expectation } from "../scenario/expectation.ts"
import type { Plan } from "../scenario/plan.ts"
import { dependsOn, figureOf } from "./claim.ts"
import { brokenEvidence, heldEvidence, shortClock } from "./evidence.ts"
import type { ExpectationResult, Outcome, ProbeWindow, Result, RunEnd } from "./outcome.ts"
import { emptySeries, foldSeries, type Series } from "./series.ts"
import { emptyTally, figuresOf, seeFigures, type Tally } from "./tally.ts"
import { deadlineOf, noteFigure, seeStretch, startWatch, type Watch } from "./watch.ts"

/** An expectation turned. `provisional`: a recovery that must still last until the end. */
export interface Turned {
  readonly expectation: string
  readonly result: Result
  readonly provisional: boolean
  readonly atMs: number
  readonly event: number | undefined
}

interface Doubt {
  readonly atMs: number
  readonly event: number
  readonly subject: string
  readonly what: string
}

/** A window that may still grow. */
interface OpenWindow extends Omit<ProbeWindow, "toMs"> {
  toMs: number
}

/** The judge's memory. Changed in place by `judgeEvent` and `closeJudge`. */
export interface Judge {
  readonly plan: Plan
  readonly series: Series
  readonly watches: ReadonlyArray<Watch>
  readonly windows: Map<string, Array<OpenWindow>>
  readonly tally: Tally
  readonly doubts: Array<Doubt>
  readonly emptyFaults: Array<Doubt>
  /** Zones and nodes whose loss was one. */
  readonly lost: Set<string>
  /** The instant whose events are being gathered; `undefined` before the first. */
  instant: number | undefined
  closedMs: number | undefined
}

export const startJudge = (plan: Plan): Judge => ({
  plan,
  series: emptySeries(),
  watches: plan.expectations.map(startWatch),
  windows: new Map(plan.probes.map((probe) => [probe.id, []])),
  tally: emptyTally(plan),
  doubts: [],
  emptyFaults: [],
  lost: new Set(),
  instant: undefined,
  closedMs: undefined
})

/** The state that the instant left behind lasts until `toMs`. */
const closeStretch = (judge: Judge, fromMs: number, toMs: number, lastInstant: boolean): Array<Turned> => {
  const turns: Array<Turned> = []
  for (const watch of judge.watches) {
    const end = lastInstant && watch.expectation._tag === "Recovered" ? toMs + 1 : toMs
    const turn = seeStretch(watch, fromMs, end)
    if (turn === undefined) continue
    const result = turn.result === "held" && judge.emptyFaults.length > 0 ? "inconclusive" : turn.result
    turns.push({ expectation: watch.expectation.id, ...turn, result })
  }
  turns.sort((left, right) => left.atMs - right.atMs)
  if (toMs <= 0 || fromMs >= toMs) return turns
  seeFigures(judge.tally, judge.series, fromMs < 0 ? 0 : fromMs, toMs)
  for (const [probe, windows] of judge.windows) {
    const answer = judge.series.answers.get(probe)
    if (answer === undefined) continue
    const last = windows.at(-1)
    const { success, timeout, refused } = answer.text
    if (last !== undefined && last.success === success && last.timeout === timeout && last.refused === refused) {
      last.toMs = toMs
    } else windows.push({ fromMs: Math.max(0, fromMs), toMs, success, timeout, refused })
  }
  return turns
}

const takeDoubt = (judge: Judge, recorded: RecordedEvent): void => {
  const { event, at: atMs, seq } = recorded
  if (event._tag === "world/Unmodelled") {
    judge.doubts.push({ atMs, event: seq, subject: event.subject, what: event.what })
    for (const watch of judge.watches) {
      if (watch.doubtAt !== undefined || !dependsOn(watch.expectation.claim, event.subject, judge.series)) continue
      watch.doubtAt = atMs
      watch.doubtBy = seq
    }
  }
  const empty = emptyFaultOf(judge, event)
  if (empty !== undefined) judge.emptyFaults.push({ atMs, event: seq, ...empty })
}

/** A fault or a move that found nothing to act on. A zone or machine may have lost for good, meanwhile, what would return. */
const emptyFaultOf = (judge: Judge, event: WorldEvent): Pick<Doubt, "subject" | "what"> | undefined => {
  switch (event._tag) {
    case "fault/ZoneLost":
    case "fault/NodeLost":
    case "fault/GatewayLost": {
      const subject = faulted(event)
      if (event.components === 0) return { subject, what: "nothing stood in it to be lost" }
      judge.lost.add(subject)
      return undefined
    }
    case "fault/ZoneReturned":
    case "fault/NodeReturned":
    case "fault/GatewayReturned": {
      const subject = faulted(event)
      return event.components > 0 || judge.lost.has(subject) ? undefined : { subject, what: "nothing in it returned" }
    }
    case "fault/MoveFailed":
      return { subject: event.subject, what: event.why }
    default:
      return undefined
  }
}

const faulted = (event: { readonly zone: string } | { readonly node: string } | { readonly gateway: string }): string =>
  "zone" in event ? `zone ${event.zone}` : "node" in event ? `node ${event.node}` : event.gateway

/** Whether an event says of itself why a claim does not hold: an answer of its probe, a pod of its workload that cannot start. */
const speaksOf = (claim: Expectation["claim"], event: WorldEvent): boolean => {
  switch (event._tag) {
    case "probe/AnswerTurned":
      return claim._tag === "Delivered" && claim.probe === event.probe
    case "kube/PodSandboxFailed":
    case "kube/SchedulingFailed":
      return claim._tag === "ReadyReplicas" && event.pod.startsWith(`${claim.workload}-`)
    default:
      return false
  }
}

/** Takes one event; they come in the order of `seq`. Returns what turned at the instants that this event shows to be over. */
export const judgeEvent = (judge: Judge, recorded: RecordedEvent): ReadonlyArray<Turned> => {
  let turns: ReadonlyArray<Turned> = []
  if (judge.instant !== undefined && recorded.at > judge.instant) turns = closeStretch(judge, judge.instant, recorded.at, false)
  judge.instant = recorded.at
  if (recorded.at >= 0) judge.tally.events += 1
  const isFolded = foldSeries(judge.series, recorded)
  for (const watch of judge.watches) {
    const { claim } = watch.expectation
    const speaks = speaksOf(claim, recorded.event)
    if (isFolded || speaks) noteFigure(watch, figureOf(claim, judge.series), recorded.seq, speaks)
  }
  takeDoubt(judge, recorded)
  return turns
}

/**
 * Nothing came to be until `toMs`, exclusive: the state lasts, and deadlines may pass in silence. For a run that is watched while
 * it is played; what the judge finds in the end is the same without it.
 */
export const passTime = (judge: Judge, toMs: number): ReadonlyArray<Turned> => {
  if (judge.instant === undefined || toMs <= judge.instant || judge.closedMs !== undefined) return []
  const turns = closeStretch(judge, judge.instant, toMs, false)
  judge.instant = toMs
  return turns
}

/**
 * The run is over at `endMs`: the last state lasts until there. The final instant itself still counts for a recovery, unless the
 * run was stopped inside it. Returns what turned then; a second call returns nothing.
 */
export const closeJudge = (judge: Judge, endMs: number, end: RunEnd): ReadonlyArray<Turned> => {
  if (judge.closedMs !== undefined) return []
  judge.closedMs = endMs
  return judge.instant === undefined ? [] : closeStretch(judge, judge.instant, endMs, end === "complete")
}

/** Why a watch that did not break may not be called held; `undefined` when it may. */
const untested = (
  judge: Judge,
  watch: Watch,
  endMs: number,
  end: RunEnd
): Omit<ExpectationResult, "expectation" | "result"> | undefined => {
  const { expectation } = watch
  const { claim } = expectation
  const deadline = deadlineOf(expectation)
  if (claim._tag === "Delivered" && !judge.windows.has(claim.probe)) return { evidence: `no probe is named ${JSON.stringify(claim.probe)}` }
  if (watch.bound === undefined) return { evidence: "its limit is no ratio: write 2/3, 1 or 99%" }
  const fromMs = expectation._tag === "Sustained" ? expectation.fromMs : expectation.afterMs
  if (expectation._tag === "Sustained" && expectation.untilMs <= fromMs)
    return { evidence: `its window is empty: ${shortClock(fromMs)} to ${shortClock(deadline)}` }
  if (endMs <= fromMs) return { evidence: `never tested: begins at ${shortClock(fromMs)}, the run ended at ${shortClock(endMs)}` }
  const empty = judge.emptyFaults.find((fault) => expectation._tag === "Recovered" || fault.atMs < deadline)
  if (empty !== undefined)
    return {
      evidence: `the fault at ${shortClock(empty.atMs)} touched nothing: ${empty.subject}, ${empty.what}`,
      atMs: empty.atMs,
      event: empty.event
    }
  if (watch.doubtAt !== undefined && watch.blindMs > 0) {
    const doubt = judge.doubts.find((known) => known.event === watch.doubtBy)
    return {
      evidence: `not modelled: ${doubt?.what ?? "what happened"} (${doubt?.subject ?? "?"})`,
      atMs: Math.max(0, watch.doubtAt),
      event: watch.doubtBy
    }
  }
  if (claim._tag === "Delivered" && !judge.series.answers.has(claim.probe)) return { evidence: `probe ${claim.probe} never answered` }
  if (expectation._tag === "Sustained" && watch.blindMs > 0) return { evidence: `no figure for ${watch.blindMs} ms of its window` }
  const wholeRun = end === "complete" && endMs >= judge.plan.untilMs
  const reached = expectation._tag === "Sustained" ? endMs >= deadline : wholeRun || (end === "complete" && endMs >= deadline)
  if (!reached) return { evidence: `not tested to its end: ${shortClock(deadline)}; the run ended at ${shortClock(endMs)}` }
  if (expectation._tag === "Recovered" && watch.trueSinceMs !== undefined && watch.trueSinceMs > deadline) {
    return { evidence: `no figure at its deadline, ${shortClock(deadline)}` }
  }
  if (expectation._tag === "Recovered" && watch.trueSinceMs === undefined) {
    return { evidence: `not yet true when the run ended at ${shortClock(endMs)}; its deadline is ${shortClock(deadline)}` }
  }
  return undefined
}

const resultOf = (judge: Judge, watch: Watch, endMs: number, end: RunEnd): ExpectationResult => {
  const expectation = watch.expectation.id
  if (watch.brokenMs !== undefined) {
    const broken = { expectation, result: "broken", evidence: brokenEvidence(watch), atMs: watch.brokenMs } as const
    return watch.brokenBy > 0 ? { ...broken, event: watch.brokenBy } : broken
  }
  const reason = untested(judge, watch, endMs, end)
  if (reason !== undefined) return { expectation, result: "inconclusive", ...reason }
  const held = { expectation, result: "held", evidence: heldEvidence(watch) } as const
  return watch.trueSinceMs === undefined ? held : { ...held, atMs: watch.trueSinceMs }
}

const warningsOf = (judge: Judge, endMs: number, end: RunEnd): Array<string> => {
  const warnings = judge.emptyFaults.map(
    (fault) =>
      `the fault at ${shortClock(fault.atMs)} touched nothing (${fault.subject}: ${fault.what}): what is judged after it is inconclusive. Cut a zone that has nodes or front ends.`
  )
  for (const doubt of judge.doubts) {
    warnings.push(`not modelled at ${shortClock(doubt.atMs)}: ${doubt.what} (${doubt.subject}): what depends on it is inconclusive.`)
  }
  for (const probe of judge.plan.probes) {
    if (!judge.series.answers.has(probe.id)) warnings.push(`probe ${probe.id} never answered.`)
  }
  if (end !== "complete" || endMs < judge.plan.untilMs) {
    warnings.push(`the run ended at ${shortClock(endMs)} of ${shortClock(judge.plan.untilMs)}: later windows were not tested.`)
  }
  return warnings
}

/** The outcome of a run that ended at `endMs`. Closes the judge when that has not been done. */
export const endJudge = (judge: Judge, endMs: number, end: RunEnd): Outcome => {
  closeJudge(judge, endMs, end)
  return {
    results: judge.watches.map((watch) => resultOf(judge, watch, endMs, end)),
    probes: judge.plan.probes.map((probe) => ({ probe: probe.id, windows: judge.windows.get(probe.id) ?? [] })),
    figures: figuresOf(judge.tally, judge.series, judge.emptyFaults.length, judge.doubts.length),
    warnings: warningsOf(judge, endMs, end)
  }
}

/** How an expectation stands while the run goes on: not begun, under way and well or ill, or decided. */
export type Standing = "waiting" | "well" | "ill" | Result

export const standingsOf = (judge: Judge): ReadonlyArray<{ readonly expectation: string; readonly standing: Standing }> =>
  judge.watches.map((watch) => {
    const { expectation } = watch
    const begun = watch.seenUntilMs > (expectation._tag === "Sustained" ? expectation.fromMs : expectation.afterMs)
    const standing: Standing =
      watch.brokenMs !== undefined
        ? "broken"
        : watch.doubtAt !== undefined
          ? "inconclusive"
          : expectation._tag === "Sustained" && watch.told
            ? "held"
            : !begun
              ? "waiting"
              : watch.holds === false
                ? "ill"
                : "well"
    return { expectation: expectation.id, standing }
  })

/**
 * What a screen knows of a run: one fold over its events, plain data that a structured clone copies whole. Live run, replay and
 * footer show the same view; panes only lay it out. It counts and orders, and judges nothing itself: standings are the judge's,
 * milestones the timeline's.
 */
import { closeJudge, type Judge, judgeEvent, passTime, type Standing, standingsOf, startJudge, type Turned } from "../analysis/judge.ts"
import type { RunEnd } from "../analysis/outcome.ts"
import { type Milestone, type MilestoneMemory, milestoneOf, milestoneOfTurn, startMilestones } from "../analysis/timeline.ts"
import type { RecordedEvent } from "../event/event.ts"
import type { ProbeFailure } from "../model/world/probe.ts"
import type { Plan } from "../scenario/plan.ts"
import { type BalancersView, foldBalancers } from "./view-balancers.ts"
import { addToLog, type LogView } from "./view-log.ts"
import { type FleetView, foldNodes, startFleet } from "./view-nodes.ts"
import { foldTimeline, noteStanding, startTimeline, type TimelineView } from "./view-timeline.ts"

/** The answer of a probe since `at`. Ratios as exact text. */
export interface ProbeView {
  readonly probe: string
  readonly at: number
  readonly success: string
  readonly timeout: string
  readonly refused: string
  readonly other: string
  readonly failures: ReadonlyArray<typeof ProbeFailure.Type>
}

/** Changed in place by `foldView` and `closeView` alone. */
export interface View {
  readonly plan: Plan
  readonly judge: Judge
  readonly milestones: MilestoneMemory
  readonly fleet: FleetView
  readonly balancers: BalancersView
  readonly probes: Map<string, ProbeView>
  readonly log: LogView
  readonly timeline: TimelineView
  /** Of the last event folded; `at` is the start of settling before the first. */
  at: number
  seq: number
  /** Events from 0 on. */
  events: number
  end: RunEnd | undefined
}

/** The view before the first event. */
export const startView = (plan: Plan): View => ({
  plan,
  judge: startJudge(plan),
  milestones: startMilestones(),
  fleet: startFleet(plan),
  balancers: new Map(),
  probes: new Map(),
  log: [],
  timeline: startTimeline(plan),
  at: Number.MIN_SAFE_INTEGER,
  seq: 0,
  events: 0,
  end: undefined
})

const tell = (view: View, turns: ReadonlyArray<Turned>): Array<Milestone> => {
  for (const { atMs, result } of turns) if (result === "broken") noteStanding(view.timeline, atMs, "broken")
  const told = turns.map(milestoneOfTurn)
  for (const milestone of told) addToLog(view.log, milestone)
  return told
}

/** How the claims under watch stand at `at`: those whose window has begun and is not over. */
const standingAt = (view: View, at: number): "well" | "ill" | "broken" => {
  const failing = view.judge.watches.filter(({ expectation, holds }) => {
    if (holds !== false) return false
    return expectation._tag === "Sustained" ? at >= expectation.fromMs && at < expectation.untilMs : at >= expectation.afterMs
  })
  if (failing.some(({ brokenMs }) => brokenMs !== undefined)) return "broken"
  return failing.length > 0 ? "ill" : "well"
}

/** The instant before `at` is over, and the judge has not yet heard of the next. */
const closeInstant = (view: View, at: number): void => {
  if (at <= view.at || at < 0) return
  const from = Math.max(0, view.at)
  noteStanding(view.timeline, from, standingAt(view, from))
}

/** Folds one event; they come in the order of `seq`. Returns what of it is worth a line, in order. */
export const foldView = (view: View, recorded: RecordedEvent): ReadonlyArray<Milestone> => {
  const { event } = recorded
  closeInstant(view, recorded.at)
  const told = tell(view, judgeEvent(view.judge, recorded))
  view.at = recorded.at
  view.seq = recorded.seq
  if (recorded.at >= 0) view.events += 1
  foldNodes(view.fleet, event)
  foldBalancers(view.balancers, event)
  foldTimeline(view.timeline, recorded)
  if (event._tag === "probe/AnswerTurned") {
    const { _tag, ...answer } = event
    view.probes.set(event.probe, { ...answer, at: recorded.at })
  }
  const milestone = milestoneOf(view.milestones, recorded)
  if (milestone === undefined) return told
  addToLog(view.log, milestone)
  return [...told, milestone]
}

/** Nothing came to be until `toMs`: deadlines may have passed in silence. Returns what turned. */
export const passView = (view: View, toMs: number): ReadonlyArray<Milestone> => {
  if (view.end !== undefined || toMs <= view.at) return []
  closeInstant(view, toMs)
  const told = tell(view, passTime(view.judge, toMs))
  view.at = toMs
  return told
}

/** The run is over at `endMs`. Returns the last turns of expectations; a second call returns nothing. */
export const closeView = (view: View, endMs: number, end: RunEnd): ReadonlyArray<Milestone> => {
  if (view.end !== undefined) return []
  closeInstant(view, endMs)
  const told = tell(view, closeJudge(view.judge, endMs, end))
  view.at = Math.max(view.at, endMs)
  view.end = end
  return told
}

/** A copy that folds on by itself. The plan is shared: nothing changes it. */
export const copyView = (view: View): View => {
  const { plan, judge, ...rest } = view
  const { plan: _shared, ...memory } = judge
  const copy = structuredClone({ rest, memory })
  return { ...copy.rest, plan, judge: { ...copy.memory, plan } }
}

/** Expectations with their standings, in the plan's order. */
export const expectationsOf = (view: View): ReadonlyArray<{ readonly expectation: string; readonly standing: Standing }> =>
  standingsOf(view.judge)

/** How many expectations broke so far. */
export const brokenCount = (view: View): number => standingsOf(view.judge).filter(({ standing }) => standing === "broken").length

/** Pods that wait for a node, and evictions since 0. */
export const pressureOf = (view: View): { readonly pending: number; readonly evictions: number } => ({
  pending: view.judge.series.pendingPods,
  evictions: view.judge.series.evictions
})

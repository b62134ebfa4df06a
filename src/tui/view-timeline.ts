/**
 * The run drawn over time: faults as spans, evictions and reschedules counted by the second, the answers of each probe, and how
 * many expectations stood ill. Only what a lane needs is kept, and only from 0 on.
 */
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import type { Action } from "../model/fault/action.ts"
import { parseRatio, type Ratio, zero } from "../model/value/ratio.ts"
import type { Plan } from "../scenario/plan.ts"

export interface FaultSpan {
  /** The zone, node or gateway that was lost. */
  readonly of: string
  readonly fromMs: number
  /** `undefined`: it lasts. */
  toMs: number | undefined
}

export interface CountAt {
  readonly at: number
  count: number
}

export interface AnswerFrom {
  readonly at: number
  readonly success: Ratio
}

/** From `at` on: whether a claim fails, and whether one that fails has broken its expectation. */
export interface StandingFrom {
  readonly at: number
  readonly standing: "well" | "ill" | "broken"
}

export interface TimelineView {
  readonly faults: Array<FaultSpan>
  /** As the plan has it, so that what is to come can be drawn. */
  readonly planned: ReadonlyArray<{ readonly of: string; readonly atMs: number; readonly isCut: boolean }>
  readonly evictions: Array<CountAt>
  readonly reschedules: Array<CountAt>
  /** By probe, in the plan's order. */
  readonly answers: Map<string, Array<AnswerFrom>>
  readonly standings: Array<StandingFrom>
  readonly untilMs: number
}

export const startTimeline = (plan: Plan): TimelineView => ({
  faults: [],
  planned: plan.timeline.flatMap(({ atMs, action }) => faultsOf(action).map((of) => ({ of, atMs, isCut: action._tag.startsWith("Cut") }))),
  evictions: [],
  reschedules: [],
  answers: new Map(plan.probes.map((probe) => [probe.id, []])),
  standings: [],
  untilMs: plan.untilMs
})

/** What an action cuts or heals. */
const faultsOf = (action: Action): ReadonlyArray<string> => {
  switch (action._tag) {
    case "CutZone":
    case "HealZone":
    case "DegradeZone":
    case "MendZone":
      return [action.zone]
    case "CutNodes":
    case "HealNodes":
      return action.nodes
    case "CutGateway":
    case "HealGateway":
      return [action.gateway]
    default:
      return []
  }
}

const endFault = (timeline: TimelineView, of: string, at: number): void => {
  const span = timeline.faults.findLast((known) => known.of === of && known.toMs === undefined)
  if (span !== undefined) span.toMs = at
}

/** One more in the second of `at`. */
const addOne = (counts: Array<CountAt>, at: number): void => {
  const last = counts.at(-1)
  const from = Math.floor(at / 1_000) * 1_000
  if (last !== undefined && last.at === from) last.count += 1
  else counts.push({ at: from, count: 1 })
}

/** Folds one event in. */
export const foldTimeline = (timeline: TimelineView, { at, event }: RecordedEvent): void => {
  switch (event._tag) {
    case "probe/AnswerTurned": {
      const answers = timeline.answers.get(event.probe)
      const success = parseRatio(event.success) ?? zero
      if (at < 0 || answers?.at(-1)?.at === Math.max(0, at)) answers?.pop()
      answers?.push({ at: Math.max(0, at), success })
      return
    }
    case "fault/ZoneLost":
    case "fault/NodeLost":
    case "fault/GatewayLost":
      timeline.faults.push({ of: subjectOf(event), fromMs: at, toMs: undefined })
      return
    case "fault/ZoneLinkTurned":
      if (event.loss === "0") return endFault(timeline, subjectOf(event), at)
      timeline.faults.push({ of: subjectOf(event), fromMs: at, toMs: undefined })
      return
    case "fault/ZoneReturned":
    case "fault/NodeReturned":
    case "fault/GatewayReturned":
      return endFault(timeline, subjectOf(event), at)
    case "kube/PodEvicted":
      if (at >= 0) addOne(timeline.evictions, at)
      return
    case "kube/PodScheduled":
      if (at >= 0) addOne(timeline.reschedules, at)
      return
  }
}

/** Notes how the expectations stand from `at` on; keeps it when it moved. Instants come in order, and the last word on one counts. */
export const noteStanding = (timeline: TimelineView, at: number, standing: StandingFrom["standing"]): void => {
  if (at < 0) return
  if (timeline.standings.at(-1)?.at === at) timeline.standings.pop()
  if (timeline.standings.at(-1)?.standing !== standing) timeline.standings.push({ at, standing })
}

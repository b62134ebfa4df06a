/**
 * Milestones: the events of a run that are worth a line, each with how grave it is. One fold, used by plain output and by the
 * screen. Settling has none. What has no milestone (leases, bindings in the making, single health checks) is in the recording.
 */
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { compareRatio, isZero, one, parseRatio, type Ratio, zero } from "../model/value/ratio.ts"
import type { WorldEvent } from "../model/world/message.ts"
import type { Turned } from "./judge.ts"

/** `fault`: what the timeline did. `bad`: something stopped working. `warning`: something will, or is thinner. `note`: good or neutral. */
export type Severity = "fault" | "bad" | "warning" | "note"

export type Milestone =
  | { readonly _tag: "Event"; readonly severity: Severity; readonly subject: string; readonly recorded: RecordedEvent }
  | { readonly _tag: "Expectation"; readonly severity: Severity; readonly subject: string; readonly turned: Turned }

/** What the fold remembers to tell better from worse. Changed in place by `milestoneOf`. */
export interface MilestoneMemory {
  readonly successes: Map<string, Ratio>
  readonly endpoints: Map<string, number>
}

export const startMilestones = (): MilestoneMemory => ({ successes: new Map(), endpoints: new Map() })

const answerSeverity = (memory: MilestoneMemory, probe: string, success: Ratio): Severity => {
  const before = memory.successes.get(probe)
  memory.successes.set(probe, success)
  if (isZero(success) && (before === undefined || !isZero(before))) return "bad"
  if (before === undefined) return compareRatio(success, one) < 0 ? "warning" : "note"
  return compareRatio(success, before) < 0 ? "warning" : "note"
}

const endpointsSeverity = (memory: MilestoneMemory, service: string, ready: number): Severity => {
  const before = memory.endpoints.get(service) ?? 0
  memory.endpoints.set(service, ready)
  return ready === 0 ? "bad" : ready < before ? "warning" : "note"
}

const severityOf = (memory: MilestoneMemory, event: WorldEvent): Severity | undefined => {
  switch (event._tag) {
    case "fault/ZoneLost":
    case "fault/ZoneReturned":
      return "fault"
    case "probe/AnswerTurned":
      return answerSeverity(memory, event.probe, parseRatio(event.success) ?? zero)
    case "kube/EndpointsTurned":
      return endpointsSeverity(memory, event.service, event.ready.length)
    case "kube/NodeReadinessTurned":
      return event.ready === "True" ? "note" : "bad"
    case "kube/ZoneStateTurned":
      return event.state === "Normal" ? "note" : "warning"
    case "kube/MasterDisruptionTurned":
      return event.active ? "bad" : "note"
    case "kube/NodeTainted":
      return event.effect === "NoExecute" ? "warning" : undefined
    case "kube/NodeUntainted":
      return event.effect === "NoExecute" ? "note" : undefined
    case "kube/PodReadinessTurned":
      return event.ready ? "note" : "warning"
    case "kube/PodEvicted":
    case "kube/SchedulingFailed":
    case "kube/PodSandboxFailed":
    case "balance/TargetTurnedUnhealthy":
    case "balance/AddressWithdrawn":
    case "world/Unmodelled":
      return "warning"
    case "kube/NodeJoined":
    case "kube/PodScheduled":
    case "kube/PodRemoved":
    case "kube/EvictionCancelled":
    case "kube/VolumeAttached":
    case "balance/TargetTurnedHealthy":
    case "balance/AddressListed":
    case "balance/CachesFollowed":
      return "note"
    default:
      return undefined
  }
}

/** The milestone an event is, or `undefined`. Every event is to be shown to it, settling too: it remembers what was before. */
export const milestoneOf = (memory: MilestoneMemory, recorded: RecordedEvent): Milestone | undefined => {
  const severity = severityOf(memory, recorded.event)
  if (severity === undefined || recorded.at < 0) return undefined
  return { _tag: "Event", severity, subject: subjectOf(recorded.event), recorded }
}

/** The milestone that a turn of an expectation is. */
export const milestoneOfTurn = (turned: Turned): Milestone => ({
  _tag: "Expectation",
  severity: turned.result === "broken" ? "bad" : turned.result === "held" ? "note" : "warning",
  subject: "expect",
  turned
})

/** When a milestone was. */
export const milestoneAt = (milestone: Milestone): number => (milestone._tag === "Event" ? milestone.recorded.at : milestone.turned.atMs)

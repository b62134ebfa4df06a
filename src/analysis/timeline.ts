/**
 * Milestones: the events of a run that are worth a line, each with how grave it is. One fold, used by plain output and by the
 * screen. Settling has none. What has no milestone (leases, bindings in the making, single health checks) is in the recording.
 */
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { compareRatio, isZero, one, parseRatio, type Ratio, zero } from "../model/value/ratio.ts"
import type { EventTag, WorldEvent } from "../model/world/message.ts"
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
  /** The last refusal of each pod: the same one again is no news. */
  readonly refusals: Map<string, string>
}

export const startMilestones = (): MilestoneMemory => ({ successes: new Map(), endpoints: new Map(), refusals: new Map() })

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

const refusalSeverity = (memory: MilestoneMemory, pod: string, message: string): Severity | undefined => {
  if (memory.refusals.get(pod) === message) return undefined
  memory.refusals.set(pod, message)
  return "warning"
}

/** Kinds that are always as grave. */
const usual: Partial<Readonly<Record<EventTag, Severity>>> = {
  "fault/ZoneLost": "fault",
  "cloud/FailedOver": "note",
  "fault/ZoneLinkTurned": "fault",
  "fault/PortsTurned": "fault",
  "fault/ConnectionsHeld": "note",
  "fault/ConnectionsCut": "fault",
  "fault/ReclaimNoticed": "fault",
  "capacity/SubnetFilled": "fault",
  "capacity/SubnetEmptied": "fault",
  "fault/ZoneReturned": "fault",
  "fault/NodeLost": "fault",
  "fault/NodeReturned": "fault",
  "fault/GatewayLost": "fault",
  "fault/GatewayReturned": "fault",
  "cloud/ChangeBegan": "note",
  "cloud/ResourceChanged": "note",
  "fault/MoveFailed": "warning",
  "kube/NodeDeleted": "warning",
  "kube/ProgressDeadlineExceeded": "warning",
  "kube/JobFailed": "warning",
  "kube/LaunchFailed": "warning",
  "kube/GroupBackedOff": "warning",
  "kube/InstanceTerminated": "warning",
  "kube/ContainerRestarting": "warning",
  "kube/PodEvicted": "warning",
  "capacity/GrowthRefused": "warning",
  "kube/UpgradeRefused": "warning",
  "kube/ControlPlaneLost": "bad",
  "kube/ControlPlaneReturned": "note",
  "kube/PoolUpgradeBegan": "note",
  "kube/PoolNodeUpgraded": "note",
  "kube/PoolUpgradeEnded": "note",
  "kube/NodeRebooted": "warning",
  "kube/NodeReimaged": "note",
  "kube/NodeRouteRefused": "bad",
  "kube/RepairFailed": "warning",
  "kube/CallUnanswered": "warning",
  "kube/ControlPlaneUpgraded": "note",
  "capacity/CallThrottled": "warning",
  "capacity/LaunchesFrozen": "fault",
  "capacity/OfferingLost": "fault",
  "capacity/OfferingReturned": "fault",
  "capacity/PoolRulesTurned": "note",
  "balance/TargetTurnedUnhealthy": "warning",
  "balance/AddressWithdrawn": "warning",
  "balance/CheckerTurned": "warning",
  "balance/ZonalShiftTurned": "warning",
  "world/Unmodelled": "warning",
  "kube/NodeCordoned": "note",
  "kube/ZonalShiftTurned": "warning",
  "kube/DrainBegan": "note",
  "kube/NodeDrained": "note",
  "kube/WorkloadScaled": "note",
  "kube/RolloutBegan": "note",
  "kube/RolloutCompleted": "note",
  "kube/ReplicaSetScaled": "note",
  "kube/GroupGrown": "note",
  "kube/InstanceLaunched": "note",
  "kube/PodSucceeded": "note",
  "kube/NodeJoined": "note",
  "kube/PodScheduled": "note",
  "kube/PodRemoved": "note",
  "kube/EvictionCancelled": "note",
  "kube/VolumeAttached": "note",
  "balance/TargetTurnedHealthy": "note",
  "balance/AddressListed": "note",
  "balance/CachesFollowed": "note",
  "kube/NameCachesFollowed": "note"
}

const severityOf = (memory: MilestoneMemory, event: WorldEvent): Severity | undefined => {
  switch (event._tag) {
    case "probe/AnswerTurned":
      return answerSeverity(memory, event.probe, parseRatio(event.success) ?? zero)
    case "probe/ConnectionsTurned":
      return event.closed > 0 ? "warning" : undefined
    case "kube/EndpointsTurned":
      return endpointsSeverity(memory, event.service, event.ready.length)
    case "kube/NodeReadinessTurned":
      return event.ready === "True" ? "note" : "bad"
    case "kube/ZoneStateTurned":
      return event.state === "Normal" ? "note" : "warning"
    case "kube/PodLoadTurned":
      return compareRatio(parseRatio(event.share) ?? zero, one) > 0 ? "warning" : "note"
    case "kube/MasterDisruptionTurned":
      return event.active ? "bad" : "note"
    case "kube/AutoscalerHalted":
      return event.halted ? "bad" : "note"
    case "kube/NodeTainted":
      return event.effect === "NoExecute" ? "warning" : undefined
    case "kube/NodeUntainted":
      return event.effect === "NoExecute" ? "note" : undefined
    case "kube/PodReadinessTurned":
      return event.ready ? "note" : "warning"
    case "kube/SchedulingFailed":
    case "kube/PodSandboxFailed":
    case "kube/EvictionRefused":
      return refusalSeverity(memory, event.pod, event.message)
    case "kube/PodDeleted":
      return event.by === "controller" ? undefined : "warning"
    default:
      return usual[event._tag]
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

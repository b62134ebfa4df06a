/**
 * The control plane as machines: where its owner knows them, it lives while a majority of them does (its store needs one). Without it
 * every decision of a controller waits, no call is answered, and kubelets and kube-proxies go on with what they last knew; when it is
 * back, its controllers begin with what they find. Whatever machines are left without a majority answer nobody.
 * Not modelled: how long it takes to start. Source: GKE docs, zonal and regional clusters; etcd docs, quorum.
 */
import type { Action } from "../fault/action.ts"
import { passPeriodOf, passPhaseOf } from "../kube/phases.ts"
import { setCondition } from "../net/fabric-change.ts"
import { nextBeatAfter } from "../value/instant.ts"
import type { TimerTag, WorldEvent, WorldTimer } from "./message.ts"
import type { WorldDecider, WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

const machinesOf = (world: World): ReadonlyArray<string> => world.ground.plan.cluster.api.machines ?? []

const standsInLight = (world: World, id: string): boolean => {
  const component = world.fabric.components.get(id)
  return component !== undefined && !world.zonesDown.has(component.zone ?? "")
}

/** A zone was lost or came back. */
export const noteControlPlane = (world: World, _event: WorldEvent, turn: WorldTurn): void => {
  const machines = machinesOf(world)
  const left = machines.filter((id) => standsInLight(world, id)).length
  const lives = machines.length === 0 || left * 2 > machines.length
  const lived = world.cluster.controlPlaneLost !== true
  if (lived && !lives) turn.emit({ _tag: "kube/ControlPlaneLost", machines: machines.length, left })
  if (!lived && lives) turn.emit({ _tag: "kube/ControlPlaneReturned", machines: left })
}

/** Machines without a majority are silent; with one, those in zones that are not dark answer. */
export const evolveControlPlane = (world: World): void => {
  const lives = world.cluster.controlPlaneLost !== true
  for (const id of machinesOf(world)) if (standsInLight(world, id)) setCondition(world.fabric, id, lives ? "up" : "silent")
}

/** What the control plane keeps: its controllers, its scheduler, and what asks it for something. Everything else goes on. */
const kept: ReadonlySet<TimerTag> = new Set<TimerTag>([
  "kube/MonitorPassDue",
  "kube/NodeTurnDue",
  "kube/PassEndDue",
  "kube/NoExecuteDue",
  "kube/PodGcDue",
  "kube/AutoscaleDue",
  "kube/ScanDue",
  "kube/BatchDue",
  "kube/DisruptionDue",
  "kube/NodeGoneDue",
  "kube/InstanceReadyDue",
  "kube/MachineDue",
  "kube/MachineReadyDue",
  "kube/NodeReadyDue",
  "kube/RemovalDue",
  "kube/RepairDue",
  "kube/UpgradeStepDue",
  "kube/UpgradeDrainDue",
  "kube/EvictionDue",
  "kube/VolumeAttachDue",
  "kube/AvailableDue",
  "kube/ReconcileDue",
  "kube/ScheduleDue",
  "kube/ScheduleAgainDue",
  "kube/ProgressDue",
  "kube/EvictDue",
  "kube/EndpointsDue",
  "kube/SchedulingDue",
  "balance/RegistrationDue"
])

/** The same appointment, kept when the control plane is there. */
export const whileItLives = (tag: TimerTag, decide: WorldDecider<WorldTimer>): WorldDecider<WorldTimer> =>
  kept.has(tag)
    ? (world, timer, turn) => {
        if (world.cluster.controlPlaneLost === true) world.ground.held.push({ timer, cause: turn.cause })
        else decide(world, timer, turn)
      }
    : decide

/** What waited is due; passes over the nodes begin anew. */
export const resumeControl = (world: World, _event: WorldEvent, turn: WorldTurn): void => {
  for (const { timer, cause } of world.ground.held.splice(0)) turn.ask(timer, turn.now, cause)
  const { trouble } = world.cluster
  if (trouble === undefined) return
  const nextPass = nextBeatAfter(turn.now, passPeriodOf(world.settings), passPhaseOf(world.settings, turn.chance))
  turn.ask({ _tag: "kube/MonitorPassDue", began: trouble.began }, nextPass)
}

/** Operators' moves are calls like any other. */
export const refuses = (world: World, action: Action, turn: WorldTurn): boolean => {
  if (world.cluster.controlPlaneLost !== true) return false
  turn.emit({ _tag: "kube/CallUnanswered", subject: subjectOf(action), call: action._tag })
  return true
}

const subjectOf = (action: Action): string => {
  const named: Readonly<Record<string, unknown>> = { ...action }
  for (const key of ["workload", "node", "budget", "version"]) if (typeof named[key] === "string") return named[key]
  for (const key of ["nodes", "pods"]) if (Array.isArray(named[key])) return named[key].join(", ")
  return action._tag
}

/**
 * The node lifecycle controller: looks at all nodes in passes. A node whose last lease is a grace period old turns Unknown, is
 * tainted NoSchedule, and its pods turn unready, all in that pass; from the next pass on it waits for a token of its zone to be
 * tainted NoExecute. At the end of a pass zones are judged. Passes run only while something is amiss.
 * Not modelled: the drift of real passes, the client's API budget, duplicates in the queue (1.20.2).
 * Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go, with recordings of 1.20.2.
 */
import { nextBeatAfter, nextBeatFrom } from "../value/instant.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf, ZoneState } from "./message.ts"
import type { KubeSettings } from "./settings.ts"
import type { NodeState, ZoneHealth } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

export const unreachableKey = "node.kubernetes.io/unreachable"

/** A zone with this many unready nodes or fewer is never partially disrupted. Source: the controller's ComputeZoneState. */
const unreadyAlwaysAllowed = 2

/** The first node of a new trouble starts the passes. */
export const beginPasses = (world: KubeWorld, event: KubeEventOf<"kube/NodeCutOff">, turn: KubeTurn): void => {
  const { trouble } = world.cluster
  if (trouble === undefined || trouble.by !== event.node || trouble.began !== turn.now) return
  turn.ask({ _tag: "kube/MonitorPassDue", began: trouble.began }, nextBeatAfter(turn.now, world.settings.monitorPeriodMs, 0))
}

export const pass = (world: KubeWorld, timer: TimerOf<"kube/MonitorPassDue">, turn: KubeTurn): void => {
  if (world.cluster.trouble?.began !== timer.began) return
  for (const name of sortedKeys(world.cluster.troubled)) lookAt(world, name, turn)
  for (const zone of sortedKeys(world.cluster.zones.keys())) taintNext(world, zone, turn)
  judgeZones(world, turn)
  if (world.cluster.trouble?.began === timer.began) turn.ask(timer, turn.now + world.settings.monitorPeriodMs)
}

const hasTaint = (node: View<NodeState>, effect: "NoSchedule" | "NoExecute"): boolean =>
  node.taints.some((taint) => taint.key === unreachableKey && taint.effect === effect)

const lookAt = (world: KubeWorld, name: string, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(name)
  if (node === undefined) return
  if (node.ready === "True" && node.cutOff !== undefined) {
    const { monitorPeriodMs, graceMs } = world.settings
    if (turn.now >= nextBeatFrom(node.cutOff.graceFrom, monitorPeriodMs, 0) + graceMs) turnUnknown(world, name, turn)
  } else if (node.ready === "True" && hasTaint(node, "NoExecute")) {
    turn.emit({ _tag: "kube/NodeUntainted", node: name, key: unreachableKey, effect: "NoExecute" }, node.turnedBy)
  }
}

const turnUnknown = (world: KubeWorld, name: string, turn: KubeTurn): void => {
  const cause = turn.emit(
    { _tag: "kube/NodeReadinessTurned", node: name, ready: "Unknown", reason: "NodeStatusUnknown" },
    world.cluster.nodes.get(name)?.turnedBy
  )
  turn.emit({ _tag: "kube/NodeTainted", node: name, key: unreachableKey, effect: "NoSchedule" }, cause)
  for (const id of sortedKeys(world.cluster.nodes.get(name)?.pods ?? [])) {
    if (world.cluster.pods.get(id)?.ready)
      turn.emit({ _tag: "kube/PodReadinessTurned", pod: id, ready: false, by: "node-lifecycle" }, cause)
  }
}

/** Span between two tokens of a zone, or `undefined` when it gives none. */
const stepOf = (world: KubeWorld, zone: View<ZoneHealth>): number | undefined => {
  const { settings, cluster } = world
  if (cluster.masterDisruption) return undefined
  if (zone.state === "PartialDisruption") return zone.nodes.length > settings.largeZoneNodes ? settings.noExecuteSecondaryStepMs : undefined
  if (zone.state === "FullDisruption" && settings.zoneFullDisruption === "hold" && unreadyIn(world, zone) > unreadyAlwaysAllowed)
    return undefined
  return settings.noExecuteStepMs
}

const unreadyIn = (world: KubeWorld, zone: View<ZoneHealth>): number =>
  zone.nodes.filter((name) => world.cluster.nodes.get(name)?.ready === "Unknown").length

/** One token, one node, in order of name; the rest wait for the next token. */
const taintNext = (world: KubeWorld, zoneName: string, turn: KubeTurn): void => {
  const zone = world.cluster.zones.get(zoneName)
  const step = zone === undefined ? undefined : stepOf(world, zone)
  if (zone === undefined || step === undefined) return
  const waiting = [...zone.nodes].sort().filter((name) => isWaiting(world.cluster.nodes.get(name), world.settings, turn.now))
  for (const name of waiting) {
    const tokenAt = zone.lastTokenAt + step
    if (turn.now < tokenAt) {
      // A token that comes with or after the next pass is that pass's to give.
      if (tokenAt < nextBeatAfter(turn.now, world.settings.monitorPeriodMs, 0))
        turn.ask({ _tag: "kube/NoExecuteDue", zone: zoneName }, tokenAt)
      return
    }
    turn.emit({ _tag: "kube/NodeTainted", node: name, key: unreachableKey, effect: "NoExecute" }, world.cluster.nodes.get(name)?.turnedBy)
  }
}

/** It was Unknown before this pass, and is not tainted yet. */
const isWaiting = (node: View<NodeState> | undefined, settings: KubeSettings, now: number): boolean =>
  node !== undefined && node.ready === "Unknown" && now - node.unknownSince >= settings.monitorPeriodMs && !hasTaint(node, "NoExecute")

/** The zone's next token, between passes. */
export const taintDue = (world: KubeWorld, timer: TimerOf<"kube/NoExecuteDue">, turn: KubeTurn): void => taintNext(world, timer.zone, turn)

const stateOfZone = (settings: KubeSettings, unready: number, nodes: number): ZoneState => {
  if (unready > 0 && unready === nodes) return "FullDisruption"
  return unready > unreadyAlwaysAllowed && unready * 100 >= nodes * settings.unhealthyZonePercent ? "PartialDisruption" : "Normal"
}

/** A zone's state follows from the node in it that turned last. */
const lastTurnIn = (world: KubeWorld, zone: View<ZoneHealth>): number =>
  zone.nodes.reduce((last, name) => Math.max(last, world.cluster.nodes.get(name)?.turnedBy ?? 0), 0)

const judgeZones = (world: KubeWorld, turn: KubeTurn): void => {
  const { cluster, settings } = world
  let areAllFull = cluster.zones.size > 0
  for (const name of sortedKeys(cluster.zones.keys())) {
    const zone = cluster.zones.get(name) as View<ZoneHealth>
    const notReady = unreadyIn(world, zone)
    const state = stateOfZone(settings, notReady, zone.nodes.length)
    if (state !== "FullDisruption") areAllFull = false
    if (state !== zone.state)
      turn.emit({ _tag: "kube/ZoneStateTurned", zone: name, state, notReady, nodes: zone.nodes.length }, lastTurnIn(world, zone))
  }
  if (areAllFull === cluster.masterDisruption) return
  const cause = turn.emit({ _tag: "kube/MasterDisruptionTurned", active: areAllFull })
  if (!areAllFull) return
  for (const name of sortedKeys(cluster.troubled)) {
    const node = cluster.nodes.get(name)
    if (node !== undefined && hasTaint(node, "NoExecute"))
      turn.emit({ _tag: "kube/NodeUntainted", node: name, key: unreachableKey, effect: "NoExecute" }, cause)
  }
}

/** A lease arrived from a node that was Unknown: Ready, and NoSchedule off, in that instant. */
export const turnReady = (world: KubeWorld, event: KubeEventOf<"kube/LeaseRenewed">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(event.node)
  if (node === undefined || node.ready === "True") return
  const cause = turn.emit({ _tag: "kube/NodeReadinessTurned", node: event.node, ready: "True", reason: "KubeletReady" })
  if (hasTaint(node, "NoSchedule"))
    turn.emit({ _tag: "kube/NodeUntainted", node: event.node, key: unreachableKey, effect: "NoSchedule" }, cause)
}

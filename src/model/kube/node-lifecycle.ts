/**
 * The node lifecycle controller: looks at all nodes in passes. A node whose last lease is a grace period old turns Unknown, is
 * tainted NoSchedule, and its pods turn unready, all in that pass; from the next pass on it waits for a token of its zone to be
 * tainted NoExecute. At the end of a pass zones are judged. Passes run only while something is amiss; their grid starts anew with
 * each trouble. A node whose kubelet never reported has a longer grace, and waits for its token from that very pass on. A pass takes
 * time when API calls do: nodes turn one after another, and the next pass is late by as much.
 * Not modelled: a node that is cut while passes are late is dated by their grid.
 * Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go, with recordings of 1.20.2.
 */
import { drawBelow } from "../value/chance.ts"
import { nextBeatAfter, nextBeatFrom } from "../value/instant.ts"
import { compareText, sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { queueNodes, taintNext } from "./eviction-queue.ts"
import { isLifecycleTaint, notReadyKey, unreachableKey } from "./evolve-trouble.ts"
import type { KubeEventOf } from "./message.ts"
import { passPeriodOf, passPhaseOf } from "./phases.ts"
import type { NodeState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"
import { judgeZones } from "./zone-health.ts"

const nextPassAfter = (world: KubeWorld, turn: KubeTurn, at: number): number =>
  nextBeatAfter(at, passPeriodOf(world.settings), passPhaseOf(world.settings, turn.chance))

/** The first node of a new trouble starts the passes. */
export const beginPasses = (world: KubeWorld, event: { readonly node: string }, turn: KubeTurn): void => {
  const { trouble } = world.cluster
  if (trouble === undefined || trouble.by !== event.node || trouble.began !== turn.now) return
  turn.ask({ _tag: "kube/MonitorPassDue", began: trouble.began }, nextPassAfter(world, turn, turn.now))
}

/** Calls that a node's turn to Unknown costs, and each of its pods. Source: measured, 4 + 2 a pod (status, taint, events). */
const callsPerNode = 4
const callsPerPod = 2
/** The budget's burst in seconds of its rate. Source: kube-controller-manager, 20 a second, burst 30. */
const burstSeconds = 1.5

/** From a pass's beginning until this many calls are made: each takes its time, and beyond the burst the budget's. */
const elapsedFor = ({ settings }: KubeWorld, calls: number): number => {
  const rate = settings.lifecycleCallsPerSecond
  const waited = rate === 0 ? 0 : Math.floor(((calls - rate * burstSeconds) * 1_000) / rate)
  return Math.max(calls * settings.lifecycleCallMs, waited, 0)
}

export const pass = (world: KubeWorld, timer: TimerOf<"kube/MonitorPassDue">, turn: KubeTurn): void => {
  if (world.cluster.trouble?.began !== timer.began) return
  let calls = 0
  for (const name of inOrder(world, turn)) {
    const node = world.cluster.nodes.get(name)
    if (node === undefined) continue
    if (isSilent(world, node, turn)) {
      const elapsed = elapsedFor(world, calls)
      if (elapsed === 0) turnUnknown(world, name, turn)
      else turn.ask({ _tag: "kube/NodeTurnDue", node: name, cutAt: node.cutOff?.at ?? 0 }, turn.now + elapsed, node.turnedBy)
      calls += callsPerNode + callsPerPod * node.pods.size
    } else if (node.ready === "True") dropNoExecute(node, name, turn)
    else if (node.unknownSince < turn.now) swapNoExecute(node, name, turn)
  }
  for (const zone of sortedKeys(world.cluster.zones.keys())) {
    queueNodes(world, zone, turn)
    taintNext(world, zone, turn)
  }
  const elapsed = elapsedFor(world, calls)
  const nextAt = turn.now + passPeriodOf(world.settings) + elapsed
  const end = { _tag: "kube/PassEndDue", began: timer.began, nextAt, passAt: turn.now } as const
  if (elapsed === 0) endPass(world, end, turn)
  else turn.ask(end, turn.now + elapsed)
}

/** By name, or as the real one walks a map: drawn. */
const inOrder = (world: KubeWorld, turn: KubeTurn): ReadonlyArray<string> => {
  const names = sortedKeys(world.cluster.troubled)
  if (!world.settings.drawnOrder) return names
  const draws = new Map(names.map((name) => [name, drawBelow(turn.chance, 2 ** 32, "pass-order", name, turn.now)]))
  return names.sort((left, right) => (draws.get(left) ?? 0) - (draws.get(right) ?? 0) || compareText(left, right))
}

/** The last lease was first seen by a pass that is a grace period ago; without any, the registration counts. */
const isSilent = (world: KubeWorld, node: View<NodeState>, turn: KubeTurn): boolean => {
  if (node.ready === "Unknown" || node.cutOff === undefined) return false
  const { settings } = world
  if (!node.cutOff.hasReported) return turn.now >= node.cutOff.graceFrom + settings.startupGraceMs
  const seenAt = nextBeatFrom(node.cutOff.graceFrom, passPeriodOf(settings), passPhaseOf(settings, turn.chance))
  return turn.now >= seenAt + settings.graceMs
}

const dropNoExecute = (node: View<NodeState>, name: string, turn: KubeTurn): void => {
  for (const { key, effect } of node.taints) {
    if (effect === "NoExecute" && isLifecycleTaint(key)) turn.emit({ _tag: "kube/NodeUntainted", node: name, key, effect }, node.turnedBy)
  }
}

/** Tainted NoExecute for one trouble and in the other by now: swapped at once, without a token. */
const swapNoExecute = (node: View<NodeState>, name: string, turn: KubeTurn): void => {
  const [key, stale] = node.ready === "False" ? [notReadyKey, unreachableKey] : [unreachableKey, notReadyKey]
  if (!node.taints.some((taint) => taint.effect === "NoExecute" && taint.key === stale)) return
  turn.emit({ _tag: "kube/NodeTainted", node: name, key, effect: "NoExecute" }, node.turnedBy)
  turn.emit({ _tag: "kube/NodeUntainted", node: name, key: stale, effect: "NoExecute" }, node.turnedBy)
}

/** Its turn inside a pass that takes time. */
export const turnNode = (world: KubeWorld, timer: TimerOf<"kube/NodeTurnDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.cutOff?.at === timer.cutAt && node.ready !== "Unknown") turnUnknown(world, timer.node, turn)
}

const turnUnknown = (world: KubeWorld, name: string, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(name)
  const reason = node?.cutOff?.hasReported === false ? "NodeStatusNeverUpdated" : "NodeStatusUnknown"
  const cause = turn.emit({ _tag: "kube/NodeReadinessTurned", node: name, ready: "Unknown", reason }, node?.turnedBy)
  for (const { key, effect } of node?.taints ?? []) {
    if (key === notReadyKey && effect === "NoSchedule") turn.emit({ _tag: "kube/NodeUntainted", node: name, key, effect }, cause)
  }
  turn.emit({ _tag: "kube/NodeTainted", node: name, key: unreachableKey, effect: "NoSchedule" }, cause)
  // A node that was never Ready has turned from Ready to nothing: its pods' conditions stay.
  if (node?.cutOff?.hasReported === false) return
  for (const id of sortedKeys(node?.pods ?? [])) {
    if (world.cluster.pods.get(id)?.ready)
      turn.emit({ _tag: "kube/PodReadinessTurned", pod: id, ready: false, by: "node-lifecycle" }, cause)
  }
}

export const endPass = (world: KubeWorld, timer: TimerOf<"kube/PassEndDue">, turn: KubeTurn): void => {
  judgeZones(world, turn, timer.passAt)
  if (world.cluster.trouble?.began === timer.began) turn.ask({ _tag: "kube/MonitorPassDue", began: timer.began }, timer.nextAt)
}

/** A lease arrived from a node that was not Ready: Ready, and NoSchedule off, in that instant. */
export const turnReady = (world: KubeWorld, event: KubeEventOf<"kube/LeaseRenewed">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(event.node)
  if (node === undefined || node.ready !== "Unknown") return
  const cause = turn.emit({ _tag: "kube/NodeReadinessTurned", node: event.node, ready: "True", reason: "KubeletReady" })
  dropNoSchedule(world, event.node, turn, cause)
}

const dropNoSchedule = (world: KubeWorld, name: string, turn: KubeTurn, cause: number): void => {
  for (const { key, effect } of world.cluster.nodes.get(name)?.taints ?? []) {
    if (effect === "NoSchedule" && isLifecycleTaint(key)) turn.emit({ _tag: "kube/NodeUntainted", node: name, key, effect }, cause)
  }
}

/** The kubelet itself says whether its node is Ready: the taint follows at once; its pods' conditions are not touched. */
export const followKubelet = (world: KubeWorld, event: KubeEventOf<"kube/NodeReadinessTurned">, turn: KubeTurn): void => {
  if (event.ready === "False") {
    turn.emit({ _tag: "kube/NodeTainted", node: event.node, key: notReadyKey, effect: "NoSchedule" })
    beginPasses(world, event, turn)
  } else if (event.ready === "True") dropNoSchedule(world, event.node, turn, turn.cause)
}

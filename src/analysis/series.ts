/**
 * The series a claim speaks of, folded from events: answers of probes, ready replicas, pending pods, NotReady nodes, evictions.
 * A terminating pod is not ready, whatever its condition says: nothing new reaches it. State accumulates from settling on;
 * evictions count from 0. Not modelled: a workload's wish (how many replicas it should have).
 */
import type { RecordedEvent } from "../event/event.ts"
import { parseRatio, type Ratio, zero } from "../model/value/ratio.ts"
import type { EventOf, WorldEvent } from "../model/world/message.ts"

/** A probe's answer since `at`; `text` as recorded, `success` as a number to compare. */
export interface Answer {
  readonly seq: number
  readonly at: number
  readonly success: Ratio
  readonly text: EventOf<"probe/AnswerTurned">
}

interface PodSeen {
  readonly workload: string
  /** One of a DaemonSet's: goes with its node, and nobody misses it. */
  readonly isDaemon: boolean
  node: string | undefined
  scheduled: boolean
  ready: boolean
  terminating: boolean
}

/** All series at one moment. Changed in place by `foldSeries` alone. */
export interface Series {
  readonly answers: Map<string, Answer>
  readonly pods: Map<string, PodSeen>
  /** Ready replicas by workload; a workload that was never seen is absent, which reads as 0. */
  readonly ready: Map<string, number>
  /** Nodes by name: Ready or not. */
  readonly nodes: Map<string, boolean>
  pendingPods: number
  notReadyNodes: number
  evictions: number
  /** Pods that were ready and were made to go, or lost a healthy machine, since 0. */
  disturbed: number
  /** Connections of nodes that lost their port since 0. */
  cut: number
  /** Kept connections by probe that were closed since 0. */
  readonly closed: Map<string, number>
  /** What each serving pod has to do, by workload. */
  readonly podLoads: Map<string, Ratio>
  /** Workloads with a rollout under way. */
  readonly rolling: Set<string>
  /** Nodes that someone drains, or drained: whether the last drain has ended. */
  readonly drained: Map<string, boolean>
  /** Pools whose upgrade began: whether the last one has ended with all nodes new. */
  readonly upgraded: Map<string, boolean>
}

export const emptySeries = (): Series => ({
  answers: new Map(),
  pods: new Map(),
  ready: new Map(),
  nodes: new Map(),
  pendingPods: 0,
  notReadyNodes: 0,
  evictions: 0,
  disturbed: 0,
  cut: 0,
  closed: new Map(),
  podLoads: new Map(),
  rolling: new Set(),
  drained: new Map(),
  upgraded: new Map()
})

/** Ready replicas of a workload now. */
export const readyReplicas = (series: Series, workload: string): number => series.ready.get(workload) ?? 0

const isServing = (pod: PodSeen): boolean => pod.ready && !pod.terminating

const changePod = (series: Series, id: string, change: (pod: PodSeen) => void): boolean => {
  const pod = series.pods.get(id)
  if (pod === undefined) return false
  const [servedBefore, scheduledBefore] = [isServing(pod), pod.scheduled]
  change(pod)
  if (isServing(pod) !== servedBefore) {
    series.ready.set(pod.workload, readyReplicas(series, pod.workload) + (isServing(pod) ? 1 : -1))
  }
  if (pod.scheduled !== scheduledBefore) series.pendingPods += pod.scheduled ? -1 : 1
  return isServing(pod) !== servedBefore || pod.scheduled !== scheduledBefore
}

const removePod = (series: Series, id: string): boolean => {
  const moved = changePod(series, id, (pod) => {
    pod.ready = false
    pod.scheduled = true
  })
  series.pods.delete(id)
  return moved
}

const turnNode = (series: Series, node: string, ready: boolean): boolean => {
  if (series.nodes.get(node) === ready) return false
  if (ready) series.notReadyNodes -= series.nodes.has(node) ? 1 : 0
  else series.notReadyNodes += 1
  series.nodes.set(node, ready)
  return true
}

/** An eviction through the API counts as one; a controller's own choice disturbs nobody. */
const deletePod = (series: Series, event: EventOf<"kube/PodDeleted">, at: number): boolean => {
  const pod = series.pods.get(event.pod)
  if (at >= 0 && event.by === "eviction") series.evictions += 1
  if (at >= 0 && pod !== undefined && isServing(pod) && !pod.isDaemon && (event.by === "eviction" || event.by === "preemption"))
    series.disturbed += 1
  changePod(series, event.pod, (known) => {
    known.terminating = true
  })
  return true
}

const loseMachine = (series: Series, node: string, at: number): boolean => {
  if (at >= 0) for (const pod of series.pods.values()) if (pod.node === node && isServing(pod) && !pod.isDaemon) series.disturbed += 1
  return true
}

const dropNode = (series: Series, node: string): boolean => {
  if (series.nodes.get(node) === false) series.notReadyNodes -= 1
  return series.nodes.delete(node)
}

/** Folds one event in. True when a series moved. */
export const foldSeries = (series: Series, recorded: RecordedEvent): boolean => {
  const event = recorded.event
  switch (event._tag) {
    case "probe/AnswerTurned":
      series.answers.set(event.probe, { seq: recorded.seq, at: recorded.at, success: parseRatio(event.success) ?? zero, text: event })
      return true
    case "kube/PodLoadTurned":
      series.podLoads.set(event.workload, parseRatio(event.share) ?? zero)
      return true
    case "probe/ConnectionsTurned":
      if (recorded.at >= 0) series.closed.set(event.probe, (series.closed.get(event.probe) ?? 0) + event.closed)
      return event.closed > 0
    case "kube/PodCreated":
      if (series.pods.has(event.pod)) removePod(series, event.pod)
      series.pods.set(event.pod, {
        workload: event.workload,
        isDaemon: event.node !== undefined,
        node: undefined,
        scheduled: false,
        ready: false,
        terminating: false
      })
      series.pendingPods += 1
      return true
    case "kube/PodScheduled":
      return changePod(series, event.pod, (pod) => {
        pod.scheduled = true
        pod.node = event.node
      })
    case "kube/PodSucceeded":
      return changePod(series, event.pod, (pod) => {
        pod.ready = false
      })
    case "kube/PodDeleted":
      return deletePod(series, event, recorded.at)
    case "kube/InstanceTerminated":
      return event.reason === "impaired" ? false : loseMachine(series, event.instance, recorded.at)
    case "kube/NodeDeleted":
      return dropNode(series, event.node)
    case "kube/PodReadinessTurned":
      return changePod(series, event.pod, (pod) => {
        pod.ready = event.ready
      })
    case "kube/PodEvicted":
      if (recorded.at >= 0) series.evictions += 1
      changePod(series, event.pod, (pod) => {
        pod.terminating = true
      })
      return true
    case "kube/PodRemoved":
      return removePod(series, event.pod)
    case "kube/NodeJoined":
      return turnNode(series, event.node, event.ready !== false)
    case "kube/NodeReadinessTurned":
      return turnNode(series, event.node, event.ready === "True")
    default:
      return foldMoves(series, event)
  }
}

/** What operators began and what came of it. */
const foldMoves = (series: Series, event: WorldEvent): boolean => {
  switch (event._tag) {
    case "kube/RolloutBegan":
      series.rolling.add(event.workload)
      return true
    case "kube/RolloutCompleted":
      return series.rolling.delete(event.workload)
    case "kube/DrainBegan":
    case "kube/NodeDrained":
      series.drained.set(event.node, event._tag === "kube/NodeDrained")
      return true
    case "kube/PoolUpgradeBegan":
      series.upgraded.set(event.group, false)
      return true
    case "kube/PoolUpgradeEnded":
      series.upgraded.set(event.group, event.failed === undefined)
      return true
    case "fault/ConnectionsCut":
      // Held by the timeline's word, and so never before 0.
      series.cut += event.cut
      return true
    default:
      return false
  }
}

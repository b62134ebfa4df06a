/**
 * HorizontalPodAutoscalers on CPU: every period the wish that would bring usage back to the target, within tolerance no change; up at
 * once but at most doubled (or four more) in a policy's period, down to the highest wish of the window. Pods that are not Ready count
 * as idle when a wish is upward, and not at all when it is downward. Not modelled: other metrics, missing metrics, CPU of starting
 * pods, scaling policies of one's own. Source: kubernetes pkg/controller/podautoscaler (replica_calculator.go, horizontal.go).
 */
import type { View } from "../value/view.ts"
import { isActive } from "./pods.ts"
import type { PodAutoscalerSpec } from "./spec.ts"
import type { WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** Source: --horizontal-pod-autoscaler-tolerance 0.1. */
const tolerance = 0.1
/** Source: default scaleUp policies: 100 % or 4 pods a 15 s period, the greater. */
const mostMore = 4
export const policyPeriodMs = 15_000

/** Used of requested, in whole per cent, as the metrics client has it. */
const percentOf = (used: number, requested: number): number => Math.floor((used * 100) / requested)

/**
 * Pods that would use `targetPercent` each, where so many use so much of what they request; `undefined` within the tolerance. Worked
 * out in doubles as the controller does, where 1.1 lies beyond the tolerance and 0.9 within: the same on every machine, and none is kept.
 */
export const wishFor = (pods: number, usedPercent: number, targetPercent: number): number | undefined => {
  const ratio = usedPercent / targetPercent
  return Math.abs(1 - ratio) <= tolerance ? undefined : Math.ceil(ratio * pods)
}

export const autoscale = (world: KubeWorld, timer: { readonly _tag: "kube/AutoscaleDue" }, turn: KubeTurn): void => {
  for (const spec of world.cluster.spec.podAutoscalers ?? []) {
    const workload = world.cluster.workloads.get(spec.workload)
    // Zero replicas switch an autoscaler off.
    if (workload?.applied && workload.replicas > 0) decide(world, workload, spec, turn)
  }
  turn.ask(timer, turn.now + world.settings.autoscalerPeriodMs)
}

const decide = (world: KubeWorld, workload: View<WorkloadState>, spec: PodAutoscalerSpec, turn: KubeTurn): void => {
  const { replicas: current } = workload
  const within = Math.min(Math.max(current, spec.minReplicas), spec.maxReplicas)
  if (within !== current) return scaleTo(workload, within, turn)
  const usage = usageOf(world, workload)
  if (usage === undefined) return
  const wish = wishOf(usage, current, spec.targetPercent)
  const bounded = Math.min(Math.max(wish, spec.minReplicas), spec.maxReplicas)
  // A look that wished for what there was is not written down before another wishes otherwise.
  const isFirst = workload.wishes.length === 0
  const before = { atMs: turn.now - world.settings.autoscalerPeriodMs, wish: current }
  if (bounded !== current || !isFirst)
    turn.emit({
      _tag: "kube/ReplicasWished",
      workload: workload.id,
      wish: bounded,
      percent: percentOf(usage.load, usage.request * usage.ready),
      ...(isFirst ? { before } : {})
    })
  const window = workload.wishes.filter(({ at }) => at > turn.now - world.settings.downscaleWindowMs)
  const stable = window.reduce((most, { wish: each }) => Math.max(most, each), bounded)
  const start = startOfPeriod(workload, turn.now)
  const replicas = Math.min(stable, Math.max(start * 2, start + mostMore))
  if (replicas !== current) scaleTo(workload, replicas, turn)
}

const scaleTo = (workload: View<WorkloadState>, replicas: number, turn: KubeTurn): void =>
  void turn.emit({ _tag: "kube/WorkloadScaled", workload: workload.id, replicas, by: "HorizontalPodAutoscaler" })

interface Usage {
  readonly load: number
  readonly request: number
  readonly ready: number
  readonly pods: number
}

const usageOf = (world: KubeWorld, workload: View<WorkloadState>): Usage | undefined => {
  const request = (workload.templates.get(workload.hash) ?? workload.spec.template).requests?.milliCpu ?? 0
  const pods = [...workload.pods].map((id) => world.cluster.pods.get(id)).filter(isActive)
  const ready = pods.filter((pod) => pod?.ready).length
  const { loadMilliCpu: load } = workload
  return load === undefined || ready === 0 || request === 0 ? undefined : { load, request, ready, pods: pods.length }
}

const wishOf = ({ load, request, ready, pods }: Usage, current: number, target: number): number => {
  const percent = percentOf(load, request * ready)
  if (pods === ready || percent <= target) return wishFor(ready, percent, target) ?? current
  // Upward: those that are not Ready are taken for idle; that may change the wish, and must not turn it round.
  const eased = percentOf(load, request * pods)
  const wish = wishFor(pods, eased, target)
  return wish === undefined || eased < target || wish < current ? current : wish
}

/** How many there were when the policy's period began. */
const startOfPeriod = ({ grown, replicas }: View<WorkloadState>, now: number): number =>
  grown === undefined || now - grown.at >= policyPeriodMs ? replicas : grown.from

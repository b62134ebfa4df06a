/**
 * HorizontalPodAutoscalers on CPU: every period the wish that would bring usage back to the target, within tolerance no change; up at
 * once but at most doubled (or four more), down to the highest wish of the window. Pods that are not Ready count as idle when a
 * wish is upward. Not modelled: other metrics, missing metrics, CPU of starting pods, scaling policies.
 * Source: kubernetes pkg/controller/podautoscaler (replica_calculator.go, horizontal.go).
 */
import type { View } from "../value/view.ts"
import { isActive } from "./pods.ts"
import type { PodAutoscalerSpec } from "./spec.ts"
import type { WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** Source: --horizontal-pod-autoscaler-tolerance 0.1. */
const tolerancePercent = 10
/** Source: default scaleUp policies: 100 % or 4 pods a 15 s period, the greater. */
const mostMore = 4

/** The wish for pods that use `used` together where one may use `target` (same unit); `replicas` within 10 %. */
export const wishFor = (replicas: number, used: number, target: number): number => {
  if (replicas === 0 || target <= 0) return replicas
  const distance = Math.abs(used - target * replicas) * 100
  return distance <= tolerancePercent * target * replicas ? replicas : Math.ceil(used / target)
}

export const autoscale = (world: KubeWorld, timer: { readonly _tag: "kube/AutoscaleDue" }, turn: KubeTurn): void => {
  for (const spec of world.cluster.spec.podAutoscalers ?? []) {
    const workload = world.cluster.workloads.get(spec.workload)
    if (workload?.applied && workload.loadMilliCpu !== undefined) decide(world, workload, spec, turn)
  }
  turn.ask(timer, turn.now + world.settings.autoscalerPeriodMs)
}

const decide = (world: KubeWorld, workload: View<WorkloadState>, spec: PodAutoscalerSpec, turn: KubeTurn): void => {
  const request = (workload.templates.get(workload.hash) ?? workload.spec.template).requests?.milliCpu ?? 0
  const pods = [...workload.pods].map((id) => world.cluster.pods.get(id)).filter(isActive)
  const ready = pods.filter((pod) => pod?.ready).length
  const load = workload.loadMilliCpu ?? 0
  const one = (request * spec.targetPercent) / 100
  if (ready === 0 || one <= 0) return
  const first = wishFor(ready, load, one)
  const wish =
    first > ready ? Math.max(wishFor(pods.length, load, one), workload.replicas) : pods.length === ready ? first : workload.replicas
  const bounded = Math.min(Math.max(wish, spec.minReplicas), spec.maxReplicas)
  // A look that wished for what there was is not written down before another wishes otherwise.
  const isFirst = workload.wishes.length === 0
  const before = { atMs: turn.now - world.settings.autoscalerPeriodMs, wish: workload.replicas }
  if (bounded !== workload.replicas || !isFirst)
    turn.emit({
      _tag: "kube/ReplicasWished",
      workload: workload.id,
      wish: bounded,
      percent: Math.floor((load * 100) / (request * ready)),
      ...(isFirst ? { before } : {})
    })
  const window = workload.wishes.filter(({ at }) => at > turn.now - world.settings.downscaleWindowMs)
  const stable = window.reduce((most, { wish: each }) => Math.max(most, each), bounded)
  const replicas = Math.min(stable, Math.max(workload.replicas * 2, workload.replicas + mostMore))
  if (replicas !== workload.replicas)
    turn.emit({ _tag: "kube/WorkloadScaled", workload: workload.id, replicas, by: "HorizontalPodAutoscaler" })
}

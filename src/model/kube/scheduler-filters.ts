/**
 * Which nodes a pod fits on, and why not on the others, in the scheduler's own words.
 * Not modelled yet: affinity, ports, attach limits, spread constraints that forbid, preemption.
 * Source: kubernetes pkg/scheduler 1.20, algorithmprovider/registry.go (order of filters), recordings of 1.20.2 (texts).
 */
import type { View } from "../value/view.ts"
import type { NodeState, PodState } from "./state.ts"
import type { KubeWorld } from "./world.ts"

/** CPU in thousandths of a core, memory in MiB. */
export interface Load {
  readonly milliCpu: number
  readonly memoryMiB: number
}

const nothing: Load = { milliCpu: 0, memoryMiB: 0 }

const loadOf = (world: KubeWorld, pod: View<PodState>): Load => world.cluster.workloads.get(pod.workload)?.spec.template.requests ?? nothing

/** What the pods on a node request; `missing` counts for those that say nothing. Terminating pods count: they still run. */
export const requestedOn = (world: KubeWorld, node: View<NodeState>, missing: Load): Load => {
  let [milliCpu, memoryMiB] = [0, 0]
  for (const id of node.pods) {
    const pod = world.cluster.pods.get(id)
    if (pod === undefined) continue
    const load = requestsOf(world, pod, missing)
    milliCpu += load.milliCpu
    memoryMiB += load.memoryMiB
  }
  return { milliCpu, memoryMiB }
}

/** A pod's requests, with `missing` for what it does not say. */
export const requestsOf = (world: KubeWorld, pod: View<PodState>, missing: Load): Load => {
  const load = loadOf(world, pod)
  return { milliCpu: load.milliCpu || missing.milliCpu, memoryMiB: load.memoryMiB || missing.memoryMiB }
}

/** Zone a pod's volume is in, or `undefined` when it has none. */
const volumeZone = (world: KubeWorld, pod: View<PodState>): string | undefined => {
  const volume = world.cluster.workloads.get(pod.workload)?.spec.template.volume
  return volume === undefined ? undefined : world.cluster.spec.volumes.find(({ name }) => name === volume)?.zone
}

/** Why a pod does not fit on a node: the reasons of the first filter that refuses; empty when it fits. */
export const obstaclesOn = (world: KubeWorld, pod: View<PodState>, node: View<NodeState>): ReadonlyArray<string> => {
  const isDaemon = pod.only !== undefined
  const taint = isDaemon ? undefined : node.taints.find(({ effect }) => effect === "NoSchedule" || effect === "NoExecute")
  if (taint !== undefined) return [`node(s) had taint {${taint.key}: }, that the pod didn't tolerate`]
  if (isDaemon && pod.only !== node.spec.name) return ["node(s) didn't match Pod's node affinity"]
  const resources = resourceObstacles(world, pod, node)
  if (resources.length > 0) return resources
  const zone = volumeZone(world, pod)
  return zone === undefined || zone === node.zone ? [] : ["node(s) had volume node affinity conflict"]
}

const resourceObstacles = (world: KubeWorld, pod: View<PodState>, node: View<NodeState>): ReadonlyArray<string> => {
  const [asked, taken] = [requestsOf(world, pod, nothing), requestedOn(world, node, nothing)]
  const reasons: Array<string> = []
  if (node.pods.size + 1 > node.spec.maxPods) reasons.push("Too many pods")
  if (asked.milliCpu > 0 && taken.milliCpu + asked.milliCpu > node.allocatableMilliCpu) reasons.push("Insufficient cpu")
  if (asked.memoryMiB > 0 && taken.memoryMiB + asked.memoryMiB > node.allocatableMiB) reasons.push("Insufficient memory")
  return reasons
}

/** `0/3 nodes are available: 1 Too many pods, 2 node(s) had volume node affinity conflict.` */
export const failureText = (nodes: number, reasons: ReadonlyArray<string>): string => {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts.entries()].map(([reason, count]) => `${count} ${reason}`).sort()
  return `0/${nodes} nodes are available: ${parts.join(", ")}.`
}

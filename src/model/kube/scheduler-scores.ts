/**
 * How good each fitting node is for a pod: least allocated, balanced, and twice the built-in topology spread (host name skew 3, zone
 * skew 5), each 0 to 100 in whole numbers. Scores that are equal on all nodes here (affinities, tolerations, images) are left out.
 * Source: kubernetes pkg/scheduler/framework/plugins 1.20, held against recorded placements.
 */
import type { View } from "../value/view.ts"
import { logScale, scaledLog } from "./logarithm.ts"
import { type Load, requestedOn, requestsOf } from "./scheduler-filters.ts"
import type { NodeState, PodState } from "./state.ts"
import type { KubeWorld } from "./world.ts"

/** What scoring takes for requests a pod does not state. Source: kubernetes pkg/scheduler/util/non_zero.go. */
const missingRequests: Load = { milliCpu: 100, memoryMiB: 200 }
const spreadWeight = 2
const hostnameSkew = 3
const zoneSkew = 5
const full = 100

/** Scores in the order of `nodes`. */
export const scoresOf = (world: KubeWorld, pod: View<PodState>, nodes: ReadonlyArray<View<NodeState>>): ReadonlyArray<number> => {
  const spread = spreadScores(world, pod, nodes)
  return nodes.map((node, index) => {
    const taken = requestedOn(world, node, missingRequests)
    const asked = requestsOf(world, pod, missingRequests)
    const after = { milliCpu: taken.milliCpu + asked.milliCpu, memoryMiB: taken.memoryMiB + asked.memoryMiB }
    return leastAllocated(after, node) + balanced(after, node) + spreadWeight * (spread[index] ?? full)
  })
}

const share = (used: number, of: number): number => (of === 0 || used > of ? 0 : Math.floor(((of - used) * full) / of))

const leastAllocated = (after: Load, node: View<NodeState>): number =>
  Math.floor((share(after.milliCpu, node.allocatableMilliCpu) + share(after.memoryMiB, node.allocatableMiB)) / 2)

/** 100 less the distance between the shares of CPU and memory in use; 0 when either is used up. */
const balanced = (after: Load, node: View<NodeState>): number => {
  const [cpu, memory] = [node.allocatableMilliCpu, node.allocatableMiB]
  if (after.milliCpu >= cpu || after.memoryMiB >= memory) return 0
  const distance = Math.abs(after.milliCpu * memory - after.memoryMiB * cpu)
  return Math.floor(((cpu * memory - distance) * full) / (cpu * memory))
}

/** Fewer of the same workload's pods on the node and in its zone are better. Pods of no workload that spreads score alike. */
const spreadScores = (world: KubeWorld, pod: View<PodState>, nodes: ReadonlyArray<View<NodeState>>): ReadonlyArray<number> => {
  const workload = world.cluster.workloads.get(pod.workload)
  if (workload === undefined || workload.spec.kind === "Pod" || workload.spec.kind === "DaemonSet") return nodes.map(() => full)
  const [byHost, byZone] = [new Map<string, number>(), new Map<string, number>()]
  for (const id of workload.pods) {
    const other = world.cluster.pods.get(id)
    const node = other?.node === undefined ? undefined : world.cluster.nodes.get(other.node)
    if (other === undefined || node === undefined || other.terminating) continue
    byHost.set(node.spec.name, (byHost.get(node.spec.name) ?? 0) + 1)
    byZone.set(node.zone, (byZone.get(node.zone) ?? 0) + 1)
  }
  const weigh = (domains: number): number => scaledLog(domains + 2)
  const [hostWeight, zoneWeight] = [weigh(nodes.length), weigh(new Set(nodes.map(({ zone }) => zone)).size)]
  const raw = nodes.map((node) => {
    const counted = (byHost.get(node.spec.name) ?? 0) * hostWeight + (byZone.get(node.zone) ?? 0) * zoneWeight
    return Math.floor(counted / logScale) + hostnameSkew - 1 + zoneSkew - 1
  })
  const [most, least] = [raw.reduce((a, b) => (b > a ? b : a), 0), raw.reduce((a, b) => (b < a ? b : a), Number.MAX_SAFE_INTEGER)]
  return raw.map((value) => (most === 0 ? full : Math.floor((full * (most + least - value)) / most)))
}

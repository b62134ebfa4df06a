/**
 * How good each fitting node is for a pod: least allocated, balanced, node affinity, taints that are only preferred against, company,
 * images that are there already, and twice topology spread, each 0 to 100 in whole numbers.
 * Source: kubernetes pkg/scheduler/framework/plugins 1.20, held against recorded placements.
 */
import type { View } from "../value/view.ts"
import { imageScores } from "./images.ts"
import { nodePreferenceOf } from "./node-affinity.ts"
import { affinityScores } from "./pod-affinity.ts"
import { missingMiB, missingMilliCpu } from "./requests.ts"
import type { PodQuestion } from "./scheduler-filters.ts"
import { spreadScores } from "./spread.ts"
import type { NodeState } from "./state.ts"
import { isTolerated } from "./tolerations.ts"
import type { KubeWorld } from "./world.ts"

const spreadWeight = 2
const full = 100

/** Scores in the order of `nodes`. */
export const scoresOf = (world: KubeWorld, question: PodQuestion, nodes: ReadonlyArray<View<NodeState>>): ReadonlyArray<number> => {
  const { pod, template } = question
  const spread = spreadScores(world, pod, nodes)
  const company = affinityScores(world, pod, nodes)
  const images = imageScores(world, template, nodes)
  const preferred = normalized(nodes.map((node) => nodePreferenceOf(template, node.labels)))
  const shunned = normalized(
    nodes.map((node) => node.taints.filter((taint) => taint.effect === "PreferNoSchedule" && !isTolerated(template, false, taint)).length)
  )
  const [cpu, memory] = [template.requests?.milliCpu || missingMilliCpu, template.requests?.memoryMiB || missingMiB]
  return nodes.map((node, index) => {
    const usedCpu = node.requested.scoredMilliCpu + cpu
    const usedMemory = node.requested.scoredMiB + memory
    return (
      leastAllocated(usedCpu, usedMemory, node) +
      balanced(usedCpu, usedMemory, node) +
      spreadWeight * (spread[index] ?? full) +
      (preferred[index] ?? 0) +
      (full - (shunned[index] ?? 0)) +
      (company[index] ?? 0) +
      (images?.[index] ?? 0) -
      full
    )
  })
}

/** To 0 … 100 by the greatest. */
const normalized = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most === 0 ? values : values.map((value) => Math.floor((full * value) / most))
}

const share = (used: number, of: number): number => (of === 0 || used > of ? 0 : Math.floor(((of - used) * full) / of))

const leastAllocated = (cpu: number, memory: number, node: View<NodeState>): number =>
  Math.floor((share(cpu, node.allocatableMilliCpu) + share(memory, node.allocatableMiB)) / 2)

/** 100 less the distance between the shares of CPU and memory in use; 0 when either is used up. */
const balanced = (usedCpu: number, usedMemory: number, node: View<NodeState>): number => {
  const [cpu, memory] = [node.allocatableMilliCpu, node.allocatableMiB]
  if (usedCpu >= cpu || usedMemory >= memory) return 0
  const distance = Math.abs(usedCpu * memory - usedMemory * cpu)
  return Math.floor(((cpu * memory - distance) * full) / (cpu * memory))
}

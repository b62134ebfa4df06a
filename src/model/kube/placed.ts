/** How many pods that a selector means stand on which node: bound, not terminating. */
import type { View } from "../value/view.ts"
import { selectorMatches } from "./labels.ts"
import type { WorkloadState } from "./state.ts"
import type { LabelSelector } from "./template.ts"
import type { KubeWorld } from "./world.ts"

type Selector = Pick<View<LabelSelector>, "labels" | "requirements">

const addAll = (counts: Map<string, number>, placed: ReadonlyMap<string, number>): void => {
  for (const [node, count] of placed) counts.set(node, (counts.get(node) ?? 0) + count)
}

const addWorkload = (counts: Map<string, number>, workload: View<WorkloadState>, selector: Selector): void => {
  for (const [hash, placed] of workload.placed) {
    const { labels } = workload.templates.get(hash) ?? workload.spec.template
    if (selectorMatches(labels, selector)) addAll(counts, placed)
  }
}

/** Counts by node name of the pods in these namespaces that the selector means. */
export const placedBy = (world: KubeWorld, namespaces: ReadonlyArray<string>, selector: Selector): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const workload of world.cluster.workloads.values())
    if (workload.placed.size > 0 && namespaces.includes(workload.spec.namespace)) addWorkload(counts, workload, selector)
  return counts
}

/** Counts of one workload's pods; of one ReplicaSet alone when `hash` is given. */
export const placedOf = (workload: View<WorkloadState>, hash?: string): ReadonlyMap<string, number> => {
  if (hash !== undefined) return workload.placed.get(hash) ?? new Map()
  const counts = new Map<string, number>()
  for (const placed of workload.placed.values()) addAll(counts, placed)
  return counts
}

/** Counts by a node label's value; nodes without the label are left out. */
export const byDomain = (world: KubeWorld, counts: ReadonlyMap<string, number>, key: string): Map<string, number> => {
  const domains = new Map<string, number>()
  for (const [node, count] of counts) {
    const domain = world.cluster.nodes.get(node)?.labels[key]
    if (domain !== undefined) domains.set(domain, (domains.get(domain) ?? 0) + count)
  }
  return domains
}

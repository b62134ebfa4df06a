/** How many pods that a selector means are bound to which node. */
import type { View } from "../value/view.ts"
import { type Labels, selectorMatches } from "./labels.ts"
import { templateOfPod, type WorkloadState } from "./state.ts"
import type { LabelSelector } from "./template.ts"
import type { KubeWorld } from "./world.ts"

type Selector = Pick<View<LabelSelector>, "labels" | "requirements">

/** Pods that are taken for gone: what would be if they were. */
export type Gone = ReadonlySet<string>

/** Whether terminating pods count: for company they do, for spread they do not. */
type Kind = "placed" | "standing"

const addAll = (counts: Map<string, number>, placed: ReadonlyMap<string, number>): void => {
  for (const [node, count] of placed) counts.set(node, (counts.get(node) ?? 0) + count)
}

/** Counts by node name of the pods that `means` means, by their namespace and labels. */
export const countsOf = (
  world: KubeWorld,
  kind: Kind,
  means: (namespace: string, labels: Labels) => boolean,
  gone: Gone = new Set()
): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const workload of world.cluster.workloads.values()) {
    for (const [hash, placed] of workload[kind])
      if (means(workload.spec.namespace, (workload.templates.get(hash) ?? workload.spec.template).labels)) addAll(counts, placed)
  }
  for (const id of gone) {
    const pod = world.cluster.pods.get(id)
    const labels = pod === undefined ? undefined : templateOfPod(world.cluster, pod)?.labels
    const namespace = world.cluster.workloads.get(pod?.workload ?? "")?.spec.namespace ?? ""
    if (pod?.node !== undefined && labels !== undefined && means(namespace, labels)) counts.set(pod.node, (counts.get(pod.node) ?? 0) - 1)
  }
  return counts
}

/** The pods of one namespace that a selector means, terminating ones left out. */
export const placedBy = (world: KubeWorld, namespace: string, selector: Selector, gone?: Gone): ReadonlyMap<string, number> =>
  countsOf(world, "placed", (own, labels) => own === namespace && selectorMatches(labels, selector), gone)

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

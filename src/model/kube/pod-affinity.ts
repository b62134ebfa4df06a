/**
 * Pods that want to be with, or away from, others within a domain. What standing pods forbid counts as much as what the new one
 * wants. Source: kubernetes pkg/scheduler/framework/plugins/interpodaffinity.
 */
import type { View } from "../value/view.ts"
import { selectorMatches } from "./labels.ts"
import { byDomain, placedBy } from "./placed.ts"
import { type NodeState, type PodState, templateOfPod } from "./state.ts"
import type { PodTemplate, PodTerm } from "./template.ts"
import type { KubeWorld } from "./world.ts"

export const affinityReason = "node(s) didn't match pod affinity rules"
export const antiAffinityReason = "node(s) didn't match pod anti-affinity rules"
export const existingAntiAffinityReason = "node(s) didn't satisfy existing pods anti-affinity rules"

interface Domains {
  readonly key: string
  readonly counts: ReadonlyMap<string, number>
}

export interface AffinityCheck {
  readonly wanted: ReadonlyArray<Domains>
  readonly shunned: ReadonlyArray<Domains>
  readonly forbidden: ReadonlyArray<Domains>
  /** Nobody matches its terms yet and it matches them itself: the first of its kind may go anywhere. */
  readonly isFirst: boolean
}

const domainsOf = (world: KubeWorld, namespace: string, term: View<PodTerm>): Domains => ({
  key: term.topologyKey,
  counts: byDomain(world, placedBy(world, term.namespaces ?? [namespace], term.selector), term.topologyKey)
})

/** Templates with required anti-affinity that shun this pod, with where their pods stand. */
const forbiddenBy = (world: KubeWorld, namespace: string, template: View<PodTemplate>): ReadonlyArray<Domains> => {
  const found: Array<Domains> = []
  for (const id of world.cluster.shunning) {
    const workload = world.cluster.workloads.get(id)
    if (workload === undefined) continue
    for (const [hash, placed] of workload.placed) {
      const other = workload.templates.get(hash) ?? workload.spec.template
      for (const term of other.affinity?.antiRequired ?? []) {
        if ((term.namespaces ?? [workload.spec.namespace]).includes(namespace) && selectorMatches(template.labels, term.selector))
          found.push({ key: term.topologyKey, counts: byDomain(world, placed, term.topologyKey) })
      }
    }
  }
  return found
}

export const affinityCheckFor = (world: KubeWorld, pod: View<PodState>): AffinityCheck => {
  const template = templateOfPod(world.cluster, pod)
  const namespace = world.cluster.workloads.get(pod.workload)?.spec.namespace ?? ""
  if (template === undefined) return { wanted: [], shunned: [], forbidden: [], isFirst: false }
  const terms = template.affinity?.podRequired ?? []
  const wanted = terms.map((term) => domainsOf(world, namespace, term))
  return {
    wanted,
    shunned: (template.affinity?.antiRequired ?? []).map((term) => domainsOf(world, namespace, term)),
    forbidden: forbiddenBy(world, namespace, template),
    isFirst:
      wanted.every(({ counts }) => counts.size === 0) &&
      terms.every((term) => (term.namespaces ?? [namespace]).includes(namespace) && selectorMatches(template.labels, term.selector))
  }
}

const has = ({ key, counts }: Domains, node: View<NodeState>): boolean => {
  const domain = node.labels[key]
  return domain !== undefined && (counts.get(domain) ?? 0) > 0
}

export const affinityObstacle = (check: AffinityCheck, node: View<NodeState>): string | undefined => {
  if (check.wanted.length > 0) {
    if (check.wanted.some(({ key }) => node.labels[key] === undefined)) return affinityReason
    if (!check.isFirst && !check.wanted.every((domains) => has(domains, node))) return affinityReason
  }
  if (check.shunned.some((domains) => has(domains, node))) return antiAffinityReason
  return check.forbidden.some((domains) => has(domains, node)) ? existingAntiAffinityReason : undefined
}

const full = 100

/** 0 to 100 for each node: preferred company weighed, spread between the least and the most. All 0 when nobody has a wish. */
export const affinityScores = (world: KubeWorld, pod: View<PodState>, nodes: ReadonlyArray<View<NodeState>>): ReadonlyArray<number> => {
  const template = templateOfPod(world.cluster, pod)
  const namespace = world.cluster.workloads.get(pod.workload)?.spec.namespace ?? ""
  const weighed = [
    ...(template?.affinity?.podPreferred ?? []).map(({ weight, term }) => ({ weight, ...domainsOf(world, namespace, term) })),
    ...(template?.affinity?.antiPreferred ?? []).map(({ weight, term }) => ({ weight: -weight, ...domainsOf(world, namespace, term) }))
  ]
  if (weighed.length === 0) return nodes.map(() => 0)
  const raw = nodes.map((node) => {
    let sum = 0
    for (const { weight, key, counts } of weighed) sum += weight * (counts.get(node.labels[key] ?? "") ?? 0)
    return sum
  })
  const [most, least] = [raw.reduce((a, b) => (b > a ? b : a), 0), raw.reduce((a, b) => (b < a ? b : a), 0)]
  return raw.map((value) => (most === least ? 0 : Math.floor((full * (value - least)) / (most - least))))
}

/**
 * Pods that want to be with, or away from, others within a domain. What standing pods say counts as much as what the new one wants,
 * and pods that are on their way out still count. All required terms of a pod's company must be met by the same pods.
 * Source: kubernetes pkg/scheduler/framework/plugins/interpodaffinity (filtering.go, scoring.go).
 */
import type { View } from "../value/view.ts"
import { type Labels, selectorMatches } from "./labels.ts"
import { byDomain, countsOf, type Gone } from "./placed.ts"
import { type NodeState, type PodState, templateOfPod, type WorkloadState } from "./state.ts"
import type { PodTemplate, PodTerm } from "./template.ts"
import type { KubeWorld } from "./world.ts"

const affinityReason = "node(s) didn't match pod affinity rules"
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

/** Whether a term, said by a pod of namespace `own`, means pods of a namespace with these labels. */
const means = (term: View<PodTerm>, own: string, namespace: string, labels: Labels): boolean =>
  (term.namespaces ?? [own]).includes(namespace) && selectorMatches(labels, term.selector)

interface Standing {
  readonly template: View<PodTemplate>
  readonly namespace: string
  /** Bound pods by node. */
  readonly counts: ReadonlyMap<string, number>
}

/** Pods that stand and say something about company, by template. */
const sociablePods = (world: KubeWorld, gone: Gone): ReadonlyArray<Standing> =>
  [...world.cluster.sociable].sort().flatMap((id) => {
    const workload = world.cluster.workloads.get(id)
    return workload === undefined ? [] : [...workload.standing].map(([hash, counts]) => standingOf(world, workload, hash, counts, gone))
  })

const standingOf = (
  world: KubeWorld,
  workload: View<WorkloadState>,
  hash: string,
  counts: ReadonlyMap<string, number>,
  gone: Gone
): Standing => {
  const left = new Map(counts)
  for (const id of gone) {
    const pod = world.cluster.pods.get(id)
    if (pod?.workload === workload.id && pod.hash === hash && pod.node !== undefined) left.set(pod.node, (left.get(pod.node) ?? 0) - 1)
  }
  return { template: workload.templates.get(hash) ?? workload.spec.template, namespace: workload.spec.namespace, counts: left }
}

export const affinityCheckFor = (world: KubeWorld, pod: View<PodState>, gone: Gone = new Set()): AffinityCheck => {
  const template = templateOfPod(world.cluster, pod)
  const namespace = world.cluster.workloads.get(pod.workload)?.spec.namespace ?? ""
  if (template === undefined) return { wanted: [], shunned: [], forbidden: [], isFirst: false }
  const terms = template.affinity?.podRequired ?? []
  const domains = (key: string, matches: (other: string, labels: Labels) => boolean): Domains => ({
    key,
    counts: byDomain(world, countsOf(world, "standing", matches, gone), key)
  })
  const meetsAll = (other: string, labels: Labels): boolean => terms.every((term) => means(term, namespace, other, labels))
  const wanted = terms.map(({ topologyKey }) => domains(topologyKey, meetsAll))
  return {
    wanted,
    shunned: (template.affinity?.antiRequired ?? []).map((term) =>
      domains(term.topologyKey, (other, labels) => means(term, namespace, other, labels))
    ),
    forbidden: sociablePods(world, gone).flatMap((other) =>
      (other.template.affinity?.antiRequired ?? [])
        .filter((term) => means(term, other.namespace, namespace, template.labels))
        .map(({ topologyKey }) => ({ key: topologyKey, counts: byDomain(world, other.counts, topologyKey) }))
    ),
    isFirst: wanted.every(({ counts }) => ![...counts.values()].some((count) => count > 0)) && meetsAll(namespace, template.labels)
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
/** What a standing pod's required company weighs for a newcomer. Source: InterPodAffinityArgs.hardPodAffinityWeight. */
const requiredWeight = 1

/** 0 to 100 for each node: preferred company weighed, both ways, between the least and the most. All 0 when nobody has a wish. */
export const affinityScores = (world: KubeWorld, pod: View<PodState>, nodes: ReadonlyArray<View<NodeState>>): ReadonlyArray<number> => {
  const weighed = wishesFor(world, pod)
  if (weighed.length === 0) return nodes.map(() => 0)
  const raw = nodes.map((node) => {
    let sum = 0
    for (const { weight, key, counts } of weighed) sum += weight * (counts.get(node.labels[key] ?? "") ?? 0)
    return sum
  })
  const [most, least] = [raw.reduce((a, b) => (b > a ? b : a), 0), raw.reduce((a, b) => (b < a ? b : a), 0)]
  return raw.map((value) => (most === least ? 0 : Math.floor((full * (value - least)) / (most - least))))
}

const wishesFor = (world: KubeWorld, pod: View<PodState>): ReadonlyArray<Domains & { readonly weight: number }> => {
  const template = templateOfPod(world.cluster, pod)
  const namespace = world.cluster.workloads.get(pod.workload)?.spec.namespace ?? ""
  if (template === undefined || world.cluster.sociable.size === 0) return []
  const own = (weight: number, term: View<PodTerm>) => ({
    weight,
    key: term.topologyKey,
    counts: byDomain(
      world,
      countsOf(world, "standing", (other, labels) => means(term, namespace, other, labels)),
      term.topologyKey
    )
  })
  const theirs = sociablePods(world, new Set()).flatMap((other) =>
    standingWishes(other.template)
      .filter(({ term }) => means(term, other.namespace, namespace, template.labels))
      .map(({ weight, term }) => ({ weight, key: term.topologyKey, counts: byDomain(world, other.counts, term.topologyKey) }))
  )
  return [
    ...(template.affinity?.podPreferred ?? []).map(({ weight, term }) => own(weight, term)),
    ...(template.affinity?.antiPreferred ?? []).map(({ weight, term }) => own(-weight, term)),
    ...theirs
  ]
}

/** What a standing pod would like of newcomers. */
const standingWishes = ({ affinity }: View<PodTemplate>): ReadonlyArray<{ readonly weight: number; readonly term: View<PodTerm> }> => [
  ...(affinity?.podRequired ?? []).map((term) => ({ weight: requiredWeight, term })),
  ...(affinity?.podPreferred ?? []),
  ...(affinity?.antiPreferred ?? []).map(({ weight, term }) => ({ weight: -weight, term }))
]

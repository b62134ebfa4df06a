/**
 * Pod topology spread: what forbids a node (DoNotSchedule), and how good a node is (ScheduleAnyway). Domains of the filter are those of
 * all nodes that the pod's selector and affinity allow; tainted nodes count unless `nodeTaintsPolicy` is Honor, so a dead zone stays
 * a domain until its node objects are gone. Pods of no constraint are spread over hosts (skew 3) and zones (skew 5), as far as it goes.
 * Source: kubernetes pkg/scheduler/framework/plugins/podtopologyspread, KEP-3094 (policies), recordings of 1.20.2.
 */
import type { View } from "../value/view.ts"
import { hostnameLabel, selectorMatches, zoneLabel } from "./labels.ts"
import { logScale, scaledLog } from "./logarithm.ts"
import { nodeAffinityAllows } from "./node-affinity.ts"
import { byDomain, type Gone, placedBy, placedOf } from "./placed.ts"
import { type NodeState, type PodState, templateOfPod, type WorkloadState } from "./state.ts"
import type { PodTemplate, SpreadConstraint } from "./template.ts"
import { cordonTaint, isTolerated } from "./tolerations.ts"
import type { KubeWorld } from "./world.ts"

export const spreadReason = "node(s) didn't match pod topology spread constraints"
const spreadLabelReason = "node(s) didn't match pod topology spread constraints (missing required label)"

/** One constraint as it binds one pod: how many stand in each domain, and the fewest. */
export interface SpreadCheck {
  readonly key: string
  readonly maxSkew: number
  readonly self: number
  readonly least: number
  readonly domains: ReadonlyMap<string, number>
}

/** What DoNotSchedule constraints of a pod say now. */
export const spreadChecksFor = (world: KubeWorld, pod: View<PodState>, gone?: Gone): ReadonlyArray<SpreadCheck> => {
  const template = templateOfPod(world.cluster, pod)
  const namespace = world.cluster.workloads.get(pod.workload)?.spec.namespace ?? ""
  const binding = (template?.spread ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule")
  if (template === undefined || binding.length === 0) return []
  const keys = binding.map(({ topologyKey }) => topologyKey)
  return binding.map((constraint) => {
    const counts = placedBy(world, namespace, constraint.selector, gone)
    const domains = new Map<string, number>()
    for (const name of world.cluster.nodeNames) {
      const node = world.cluster.nodes.get(name)
      if (node === undefined || !node.joined || !isCounted(template, constraint, node, keys)) continue
      const domain = node.labels[constraint.topologyKey] ?? ""
      domains.set(domain, (domains.get(domain) ?? 0) + (counts.get(name) ?? 0))
    }
    const fewest = [...domains.values()].reduce((least, count) => (count < least ? count : least), Number.MAX_SAFE_INTEGER)
    return {
      key: constraint.topologyKey,
      maxSkew: constraint.maxSkew,
      self: selectorMatches(template.labels, constraint.selector) ? 1 : 0,
      least: domains.size === 0 || domains.size < (constraint.minDomains ?? 0) ? 0 : fewest,
      domains
    }
  })
}

type Policies = Pick<View<SpreadConstraint>, "nodeAffinityPolicy" | "nodeTaintsPolicy">

const isCounted = (template: View<PodTemplate>, constraint: Policies, node: View<NodeState>, keys: ReadonlyArray<string>): boolean =>
  keys.every((key) => node.labels[key] !== undefined) &&
  (constraint.nodeAffinityPolicy === "Ignore" || nodeAffinityAllows(template, node.labels)) &&
  (constraint.nodeTaintsPolicy !== "Honor" ||
    ((!node.cordoned || isTolerated(template, false, cordonTaint)) &&
      node.taints.every((taint) => taint.effect === "PreferNoSchedule" || isTolerated(template, false, taint))))

/** Why a node is out, by the first constraint that forbids it. */
export const spreadObstacle = (checks: ReadonlyArray<SpreadCheck>, node: View<NodeState>): string | undefined => {
  for (const { key, maxSkew, self, least, domains } of checks) {
    const domain = node.labels[key]
    if (domain === undefined) return spreadLabelReason
    if ((domains.get(domain) ?? 0) + self - least > maxSkew) return spreadReason
  }
  return undefined
}

/** Skews of the constraints that every pod with an owner or a Service has. Source: podtopologyspread plugin, system defaults. */
const hostnameSkew = 3
const zoneSkew = 5
const full = 100

interface Wish {
  readonly key: string
  readonly maxSkew: number
  readonly counts: ReadonlyMap<string, number>
  readonly policies: Policies
}

/** Default constraints count the pods of the same owner; a Deployment's ReplicaSets each for itself. */
const wishesOf = (world: KubeWorld, pod: View<PodState>): ReadonlyArray<Wish> => {
  const workload = world.cluster.workloads.get(pod.workload)
  const template = templateOfPod(world.cluster, pod)
  if (workload === undefined || template === undefined) return []
  const own = template.spread ?? []
  if (own.length > 0) {
    return own
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway")
      .map((constraint) => ({
        key: constraint.topologyKey,
        maxSkew: constraint.maxSkew,
        counts: placedBy(world, workload.spec.namespace, constraint.selector),
        policies: constraint
      }))
  }
  if (!hasOwner(workload)) return []
  const counts = placedOf(workload, workload.spec.kind === "Deployment" ? pod.hash : undefined)
  return [
    { key: hostnameLabel, maxSkew: hostnameSkew, counts, policies: {} },
    { key: zoneLabel, maxSkew: zoneSkew, counts, policies: {} }
  ]
}

const hasOwner = ({ spec, services }: View<WorkloadState>): boolean =>
  spec.kind === "Deployment" || spec.kind === "StatefulSet" || services.length > 0

/** Counts of nodes that are a part of their domain to this pod, as for the filter. Source: podtopologyspread PreScore. */
const countedOn = (
  world: KubeWorld,
  pod: View<PodState>,
  counts: ReadonlyMap<string, number>,
  policies: Policies,
  keys: ReadonlyArray<string>
): ReadonlyMap<string, number> => {
  const template = templateOfPod(world.cluster, pod)
  return new Map(
    [...counts].filter(([name]) => {
      const node = world.cluster.nodes.get(name)
      return node !== undefined && template !== undefined && isCounted(template, policies, node, keys)
    })
  )
}

/** 0 to 100 for each node, more is better. */
export const spreadScores = (world: KubeWorld, pod: View<PodState>, nodes: ReadonlyArray<View<NodeState>>): ReadonlyArray<number> => {
  const wishes = wishesOf(world, pod)
  if (wishes.length === 0) return nodes.map(() => full)
  const eligible = nodes.map((node) => wishes.every(({ key }) => node.labels[key] !== undefined))
  const candidates = nodes.filter((_node, index) => eligible[index])
  const keys = wishes.map(({ key }) => key)
  const weighed = wishes.map(({ key, maxSkew, counts, policies }) => {
    const isHost = key === hostnameLabel
    const domains = isHost ? counts : byDomain(world, countedOn(world, pod, counts, policies, keys), key)
    const size = isHost ? candidates.length : new Set(candidates.map((node) => node.labels[key])).size
    return { key, maxSkew, domains, weight: scaledLog(size + 2) }
  })
  const raw = nodes.map((node) => {
    let [counted, skews] = [0, 0]
    for (const { key, maxSkew, domains, weight } of weighed) {
      counted += (domains.get(node.labels[key] ?? "") ?? 0) * weight
      skews += maxSkew - 1
    }
    return Math.floor(counted / logScale) + skews
  })
  let [most, least] = [0, Number.MAX_SAFE_INTEGER]
  for (const [index, value] of raw.entries()) {
    if (!eligible[index]) continue
    if (value > most) most = value
    if (value < least) least = value
  }
  return raw.map((value, index) => (!eligible[index] ? 0 : most === 0 ? full : Math.floor((full * (most + least - value)) / most)))
}

/**
 * What the API server knows of the cluster, and what its kubelets know better. Plain data, changed by `evolveCluster` alone.
 * A pod's `ready` is the API's condition; `answers` is its kubelet's own finding, which the API may not have. Sums and counts that
 * deciders ask for often (what a node's pods request, how many of a workload stand where) are kept beside what they follow from.
 */
import type { Instant } from "../value/instant.ts"
import type { View } from "../value/view.ts"
import { hostnameLabel, instanceTypeLabel, zoneLabel } from "./labels.ts"
import type { ZoneState } from "./message.ts"
import type { BudgetSpec, ClusterSpec, NodeGroupSpec, NodeSpec, ServiceSpec, VolumeSpec, WorkloadSpec } from "./spec.ts"
import type { PodTemplate } from "./template.ts"

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute"
  readonly since: Instant
}

/** What pods request together: as said, and with what scoring takes for requests that are not said. */
export interface Requested {
  milliCpu: number
  memoryMiB: number
  scoredMilliCpu: number
  scoredMiB: number
  readonly extended: Map<string, number>
}

export interface NodeState {
  readonly spec: NodeSpec
  readonly zone: string
  /** The owner's labels and the well-known ones. */
  readonly labels: Readonly<Record<string, string>>
  readonly allocatableMilliCpu: number
  readonly allocatableMiB: number
  joined: boolean
  joinedAt: Instant
  cordoned: boolean
  draining: boolean
  /** Its instance was ended; the object follows. */
  ending: boolean
  ready: "True" | "False" | "Unknown"
  unknownSince: Instant
  /** A packet to the API server would arrive now. */
  reachable: boolean
  /** Kubelet and kube-proxy know what the API knows. */
  watching: boolean
  /** Present from the cut until a lease arrives. Grace counts from `graceFrom`; one cut off as it joined has never reported. */
  cutOff?: { readonly at: Instant; readonly lastRenewalAt: Instant; graceFrom: Instant; readonly hasReported: boolean }
  contactAt: Instant
  /** `seq` of its last cut, lease or turn of readiness: what a pass's findings follow from. */
  turnedBy: number
  taints: Array<Taint>
  readonly pods: Set<string>
  readonly requested: Requested
  /** Images of named size that it has. Absent: none. */
  images?: Set<string>
  /** The cluster autoscaler empties it since then, to end it. */
  removingSince?: Instant
  /** The cluster autoscaler finds it unneeded since then. */
  unneededSince?: Instant
}

export interface PodState {
  readonly id: string
  readonly workload: string
  /** Of the template it was made from: its ReplicaSet's, or its revision's. Empty for the first template of other workloads than Deployments. */
  readonly hash: string
  /** The one node a DaemonSet's pod is for. */
  readonly only?: string
  /** The Fargate profile that it matched when it was created: no scheduler but Fargate's places it. */
  readonly profile?: string
  /** Order of creation. */
  readonly order: number
  readonly createdAt: Instant
  /** When it came to its node, which its kubelet takes for its start. */
  boundAt: Instant
  node?: string
  address?: string
  volumeAttached: boolean
  /** Its latest failure to get a sandbox: an older retry is stale. */
  sandboxFailedAt: Instant
  started: boolean
  startedAt: Instant
  restarts: number
  /** Back-offs in a row, without a long run between them. */
  backOffs: number
  succeeded: boolean
  answers: boolean
  ready: boolean
  readySince: Instant
  /** Ready for as long as its Deployment wants. */
  available: boolean
  terminating: boolean
  /** Its latest turn as an endpoint. */
  servesTurnedAt: Instant
  /** The scheduler's last word while it is pending, how often it tried, and when last. */
  message?: string
  /** When that word was first said. */
  messageSince: Instant
  attempts: number
  failedAt: Instant
  /** When its end by its node's NoExecute taints was reckoned. */
  evictionSetAt?: Instant
  /** The node on which room is being made for it. */
  nominated?: string
}

export interface WorkloadState {
  readonly id: string
  readonly spec: WorkloadSpec
  applied: boolean
  /** Pods wanted now. */
  replicas: number
  /** Of the template in force; empty until a Deployment's first ReplicaSet, and of others until their first rollout. */
  hash: string
  /** The template before the last rollout. */
  hashBefore?: string
  /** Of the template that a StatefulSet's last complete rollout brought. */
  hashCurrent: string
  readonly templates: Map<string, PodTemplate>
  /** Pods wanted of each ReplicaSet, in order of their making. */
  readonly sets: Map<string, number>
  /** Pods ever created: counts the draws of names. */
  created: number
  /** When its creation budget is used up to (see `createStepMs`). */
  createdUpTo: Instant
  readonly pods: Set<string>
  /** Bound pods that are not terminating, by ReplicaSet and node. */
  readonly placed: Map<string, Map<string, number>>
  /** The same with those that are terminating: they still keep others company, or away. */
  readonly standing: Map<string, Map<string, number>>
  /** Pods by ReplicaSet: on nobody's way out, and of those the Ready ones. */
  readonly active: Map<string, number>
  readonly available: Map<string, number>
  /** Services that select its pods. */
  services: ReadonlyArray<string>
  /** Its rollout's last progress, and whether it is done or overdue. */
  progressAt: Instant
  /** `first`: what it was made with has not been available as a whole yet; that it is, nobody is told. */
  rollout: "first" | "complete" | "progressing" | "overdue"
  /** The wanted number that its sets were sized for last. */
  sizedFor: number
  loadMilliCpu?: number
  /** What each pod that serves has to do, as it was told last. */
  podLoad?: string
  /** A Job that has failed. */
  jobFailed: boolean
  wishes: Array<{ readonly at: Instant; readonly wish: number }>
  /** When its autoscaler last began to make it larger, and from how many. */
  grown?: { readonly at: Instant; readonly from: number }
}

export interface ServiceState {
  readonly id: string
  readonly spec: ServiceSpec
  applied: boolean
  ready: ReadonlyArray<string>
  serving: ReadonlyArray<string>
  /** Pods that turned as endpoints and are not listed accordingly yet. */
  readonly touched: Set<string>
  /** Workloads whose pods it selects. */
  workloads: ReadonlyArray<string>
}

export interface ZoneHealth {
  state: ZoneState
  readonly nodes: Set<string>
  /** Nodes in it that are not Ready. */
  unready: number
  /** When the zone's bucket gave its last token, and how many it gave. */
  lastTokenAt: Instant
  tokensSpent: number
  /** Entries by the pass that made them, where duplicates are kept (1.20). */
  readonly queue: Array<Array<string>>
}

export interface BudgetState {
  readonly spec: BudgetSpec
  /** Evicted and not gone yet: not healthy any more, whatever their condition says. Since when. */
  readonly disrupted: Map<string, Instant>
}

export interface GroupState {
  readonly spec: NodeGroupSpec
  desired: number
  /** Launched and not joined, by instance, with the instant of the launch. */
  readonly launching: Map<string, { readonly zone: string; readonly subnet: string; readonly address: string; readonly at: Instant }>
  launched: number
  /** Zones whose offering failed, until when (Karpenter). */
  readonly unavailable: Map<string, Instant>
  backedOffUntil: Instant
  backOffMs: number
  upgrade?: PoolUpgrade
  /** Nodes that an upgrade makes anew where they stand. */
  readonly reimaging: Set<string>
}

/** A pool's upgrade under way: old nodes that wait for their turn, and those that are emptied. `size`: nodes of the pool. */
export interface PoolUpgrade {
  readonly version: string
  readonly began: Instant
  readonly size: number
  readonly surge: number
  readonly unavailable: number
  readonly drainTimeoutMs: number
  readonly forces: boolean
  waiting: ReadonlyArray<string>
  draining: ReadonlyArray<string>
}

/** A machine of a Fargate profile, from its launch until its pod's object is gone. */
export interface Machine {
  readonly instance: string
  readonly instanceType: string
  readonly profile: string
  readonly zone: string
  readonly subnet: string
  readonly address: string
}

export interface Cluster {
  readonly spec: ClusterSpec
  readonly nodes: Map<string, NodeState>
  /** Names of `nodes`, sorted. */
  nodeNames: ReadonlyArray<string>
  readonly pods: Map<string, PodState>
  /** Pods that are not bound, in order of creation; without those of Fargate profiles. */
  readonly waiting: Set<string>
  readonly workloads: Map<string, WorkloadState>
  /** Ids of `workloads`, sorted. */
  readonly workloadIds: ReadonlyArray<string>
  /** Workloads whose pods say anything about the company of others. */
  readonly sociable: Set<string>
  readonly services: Map<string, ServiceState>
  /** How many nodes have each image of named size. */
  readonly imageNodes: Map<string, number>
  readonly volumes: Map<string, VolumeSpec>
  readonly budgets: Map<string, BudgetState>
  readonly groups: Map<string, GroupState>
  /** By the pod that each is for. */
  readonly machines: Map<string, Machine>
  readonly zones: Map<string, ZoneHealth>
  /** Zones that a shift away was asked for, until when, and whether it is in effect. */
  readonly shifts: Map<string, { readonly until: Instant; readonly away: boolean }>
  /** Every zone is fully disrupted. */
  masterDisruption: boolean
  autoscalerHalted: boolean
  /** When a group was last made larger. */
  grownAt: Instant
  /** The control plane is dead: what it has to decide waits. */
  controlPlaneLost?: true
  /** Nodes that are not as they should be, and who and when was first of this trouble. Monitor passes run while there is one. */
  readonly troubled: Set<string>
  trouble?: { readonly began: Instant; readonly by: string }
  /** Pods bound to a node whose object is gone. */
  readonly orphans: Set<string>
  /** Nodes whose object is gone while pods are bound to it, since when. */
  readonly gone: Map<string, { readonly at: Instant; readonly taints: ReadonlyArray<Taint> }>
  podsCreated: number
  /** Span between two creations of one controller beyond its burst; 0: no limit. */
  readonly createStepMs: number
}

export interface NodeTerms {
  readonly zone: string
  readonly allocatableMilliCpu: number
  readonly allocatableMiB: number
}

export const keyOf = (named: { readonly namespace: string; readonly name: string }): string => `${named.namespace}/${named.name}`

/** Long before any run: a bucket that has always had its token, a node that was never unknown. */
export const never: Instant = Number.MIN_SAFE_INTEGER

/** Puts a node object there. Not joined yet; whoever calls keeps `nodeNames`. */
export const putNode = (cluster: Cluster, spec: NodeSpec, terms: NodeTerms, at: Instant): void =>
  void cluster.nodes.set(spec.name, nodeOf(spec, terms, at))

/** A node as it comes. */
export const nodeOf = (spec: NodeSpec, terms: NodeTerms, at: Instant): NodeState => ({
  spec,
  ...terms,
  labels: { [hostnameLabel]: spec.name, [zoneLabel]: terms.zone, [instanceTypeLabel]: spec.instanceType, ...spec.labels },
  joined: false,
  joinedAt: never,
  cordoned: false,
  draining: false,
  ending: false,
  ready: "True",
  unknownSince: never,
  reachable: true,
  watching: true,
  contactAt: never,
  turnedBy: 0,
  taints: (spec.taints ?? []).map((taint) => ({ ...taint, since: at })),
  pods: new Set(),
  requested: { milliCpu: 0, memoryMiB: 0, scoredMilliCpu: 0, scoredMiB: 0, extended: new Map() }
})

/** A joined node counts in its zone from then on. */
export const countInZone = (cluster: Cluster, node: NodeState): void => {
  const zone = cluster.zones.get(node.zone)
  if (zone !== undefined) zone.nodes.add(node.spec.name)
  else {
    const nodes = new Set([node.spec.name])
    cluster.zones.set(node.zone, { state: "Normal", nodes, unready: 0, lastTokenAt: never, tokensSpent: 0, queue: [] })
  }
}

/** The template a pod was made from. */
export const templateOfPod = (
  cluster: Pick<View<Cluster>, "workloads">,
  pod: { readonly workload: string; readonly hash: string }
): View<PodTemplate> | undefined => {
  const workload = cluster.workloads.get(pod.workload)
  return workload?.templates.get(pod.hash) ?? workload?.spec.template
}

export const requireNode = (cluster: Cluster, name: string): NodeState => {
  const node = cluster.nodes.get(name)
  if (node === undefined) throw new Error(`node "${name}" is unknown`)
  return node
}

export const requirePod = (cluster: Cluster, id: string): PodState => {
  const pod = cluster.pods.get(id)
  if (pod === undefined) throw new Error(`pod "${id}" is unknown`)
  return pod
}

export const requireWorkload = (cluster: Cluster, id: string): WorkloadState => {
  const workload = cluster.workloads.get(id)
  if (workload === undefined) throw new Error(`workload "${id}" is unknown`)
  return workload
}

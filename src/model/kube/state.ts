/**
 * What the API server knows of the cluster, and what its kubelets know better. Plain data, changed by `evolveCluster` alone.
 * A pod's `ready` is the API's condition; `answers` is its kubelet's own finding, which the API may not have.
 */
import type { Instant } from "../value/instant.ts"
import type { KubeEvent, KubeEventOf, ZoneState } from "./message.ts"
import type { ClusterSpec, NodeSpec, ServiceSpec, WorkloadSpec } from "./spec.ts"

export interface Taint {
  readonly key: string
  readonly effect: "NoSchedule" | "NoExecute"
  readonly since: Instant
}

export interface NodeState {
  readonly spec: NodeSpec
  readonly zone: string
  readonly allocatableMilliCpu: number
  readonly allocatableMiB: number
  joined: boolean
  ready: "True" | "Unknown"
  unknownSince: Instant
  /** A packet to the API server would arrive now. */
  reachable: boolean
  /** Kubelet and kube-proxy know what the API knows. */
  watching: boolean
  /** Present from the cut until a lease arrives. Grace counts from `graceFrom`. */
  cutOff?: { readonly lastRenewalAt: Instant; graceFrom: Instant }
  contactAt: Instant
  /** `seq` of its last cut, lease or turn of readiness: what a pass's findings follow from. */
  turnedBy: number
  taints: Array<Taint>
  readonly pods: Set<string>
}

export interface PodState {
  readonly id: string
  readonly workload: string
  /** The one node a DaemonSet's pod is for. */
  readonly only?: string
  /** Order of creation. */
  readonly order: number
  node?: string
  address?: string
  volumeAttached: boolean
  /** Its latest failure to get a sandbox: an older retry is stale. */
  sandboxFailedAt: Instant
  started: boolean
  startedAt: Instant
  answers: boolean
  ready: boolean
  terminating: boolean
  /** Its latest turn as an endpoint. */
  servesTurnedAt: Instant
  /** The scheduler's last word while it is pending. */
  message?: string
}

export interface WorkloadState {
  readonly id: string
  readonly spec: WorkloadSpec
  applied: boolean
  /** Pods ever created: counts the draws of names. */
  created: number
  readonly pods: Set<string>
}

export interface ServiceState {
  readonly id: string
  readonly spec: ServiceSpec
  applied: boolean
  ready: ReadonlyArray<string>
}

export interface ZoneHealth {
  state: ZoneState
  readonly nodes: ReadonlyArray<string>
  /** When the zone's bucket gave its last token. */
  lastTokenAt: Instant
}

export interface Cluster {
  readonly spec: ClusterSpec
  readonly nodes: Map<string, NodeState>
  readonly pods: Map<string, PodState>
  readonly workloads: Map<string, WorkloadState>
  readonly services: Map<string, ServiceState>
  readonly zones: Map<string, ZoneHealth>
  /** Every zone is fully disrupted. */
  masterDisruption: boolean
  /** Nodes that are not as they should be, and who and when was first of this trouble. Monitor passes run while there is one. */
  readonly troubled: Set<string>
  trouble?: { readonly began: Instant; readonly by: string }
  podsCreated: number
}

export interface NodeTerms {
  readonly zone: string
  readonly allocatableMilliCpu: number
  readonly allocatableMiB: number
}

const keyOf = (named: { readonly namespace: string; readonly name: string }): string => `${named.namespace}/${named.name}`

/** Long before any run: a bucket that has always had its token, a node that was never unknown. */
const never: Instant = Number.MIN_SAFE_INTEGER

/** The cluster before anything joined or was applied. `terms` by node name; every node of the spec has its terms. */
export const startCluster = (spec: ClusterSpec, terms: ReadonlyMap<string, NodeTerms>): Cluster => {
  const cluster: Cluster = {
    spec,
    nodes: new Map(),
    pods: new Map(),
    workloads: new Map(),
    services: new Map(),
    zones: new Map(),
    masterDisruption: false,
    troubled: new Set(),
    podsCreated: 0
  }
  for (const node of spec.nodes) {
    const own = terms.get(node.name)
    if (own === undefined) throw new Error(`node "${node.name}" has no terms`)
    cluster.nodes.set(node.name, {
      spec: node,
      ...own,
      joined: false,
      ready: "True",
      unknownSince: never,
      reachable: true,
      watching: true,
      contactAt: never,
      turnedBy: 0,
      taints: [],
      pods: new Set()
    })
    const zone = cluster.zones.get(own.zone)
    cluster.zones.set(own.zone, { state: "Normal", nodes: [...(zone?.nodes ?? []), node.name], lastTokenAt: never })
  }
  for (const workload of spec.workloads)
    cluster.workloads.set(keyOf(workload), { id: keyOf(workload), spec: workload, applied: false, created: 0, pods: new Set() })
  for (const service of spec.services)
    cluster.services.set(keyOf(service), { id: keyOf(service), spec: service, applied: false, ready: [] })
  return cluster
}

const nodeOf = (cluster: Cluster, name: string): NodeState => {
  const node = cluster.nodes.get(name)
  if (node === undefined) throw new Error(`node "${name}" is unknown`)
  return node
}

const podOf = (cluster: Cluster, id: string): PodState => {
  const pod = cluster.pods.get(id)
  if (pod === undefined) throw new Error(`pod "${id}" is unknown`)
  return pod
}

/** Folds a cluster event, in place. An event about something unknown is a defect. */
export const evolveCluster = (cluster: Cluster, event: KubeEvent, at: Instant, seq: number): void => {
  switch (event._tag) {
    case "kube/WorkloadApplied": {
      const workload = cluster.workloads.get(event.workload)
      if (workload !== undefined) workload.applied = true
      return
    }
    case "kube/ServiceApplied": {
      const service = cluster.services.get(event.service)
      if (service !== undefined) service.applied = true
      return
    }
    case "kube/EndpointsTurned": {
      const service = cluster.services.get(event.service)
      if (service !== undefined) service.ready = event.ready
      return
    }
    case "kube/ZoneStateTurned": {
      const zone = cluster.zones.get(event.zone)
      // A limiter that gave none gives way to an empty one.
      if (zone?.state === "PartialDisruption") zone.lastTokenAt = at
      if (zone !== undefined) zone.state = event.state
      return settleTrouble(cluster)
    }
    case "kube/MasterDisruptionTurned":
      cluster.masterDisruption = event.active
      return restartGrace(cluster, event.active, at)
    case "kube/EvictionCancelled":
      return
  }
  if ("pod" in event) evolvePod(cluster, event, at)
  else evolveNode(cluster, event, at, seq)
}

/** Leaving master disruption: probe times start anew, and every bucket empty. */
const restartGrace = (cluster: Cluster, active: boolean, at: Instant): void => {
  if (active) return
  for (const zone of cluster.zones.values()) zone.lastTokenAt = at
  for (const node of cluster.nodes.values()) if (node.cutOff !== undefined) node.cutOff.graceFrom = at
}

type PodEvent = Exclude<Extract<KubeEvent, { readonly pod: string }>, KubeEventOf<"kube/EvictionCancelled">>

const evolvePod = (cluster: Cluster, event: PodEvent, at: Instant): void => {
  if (event._tag === "kube/PodCreated") return createPod(cluster, event)
  const pod = podOf(cluster, event.pod)
  switch (event._tag) {
    case "kube/PodScheduled":
      pod.node = event.node
      delete pod.message
      nodeOf(cluster, event.node).pods.add(pod.id)
      return
    case "kube/SchedulingFailed":
      pod.message = event.message
      return
    case "kube/PodAddressAssigned":
      pod.address = event.address
      return
    case "kube/VolumeAttached":
      pod.volumeAttached = true
      return
    case "kube/PodSandboxFailed":
      pod.sandboxFailedAt = at
      return
    case "kube/ContainerStarted":
      pod.started = true
      pod.startedAt = at
      return
    case "kube/PodReadinessTurned":
      pod.ready = event.ready
      pod.servesTurnedAt = at
      if (event.by === "kubelet") pod.answers = event.ready
      return
    case "kube/PodEvicted":
      pod.terminating = true
      pod.servesTurnedAt = at
      return
    case "kube/PodRemoved":
      cluster.pods.delete(pod.id)
      cluster.workloads.get(pod.workload)?.pods.delete(pod.id)
      if (pod.node !== undefined) nodeOf(cluster, pod.node).pods.delete(pod.id)
  }
}

const createPod = (cluster: Cluster, event: KubeEventOf<"kube/PodCreated">): void => {
  const workload = cluster.workloads.get(event.workload)
  if (workload === undefined) throw new Error(`workload "${event.workload}" is unknown`)
  cluster.pods.set(event.pod, {
    id: event.pod,
    workload: event.workload,
    order: cluster.podsCreated++,
    volumeAttached: false,
    sandboxFailedAt: never,
    started: false,
    startedAt: never,
    answers: false,
    ready: false,
    terminating: false,
    servesTurnedAt: never,
    ...(event.node === undefined ? {} : { only: event.node })
  })
  workload.created++
  workload.pods.add(event.pod)
}

type NodeEvent = Extract<KubeEvent, { readonly node: string }>

const evolveNode = (cluster: Cluster, event: Exclude<NodeEvent, PodEvent>, at: Instant, seq: number): void => {
  const node = nodeOf(cluster, event.node)
  if (event._tag === "kube/NodeCutOff" || event._tag === "kube/LeaseRenewed" || event._tag === "kube/NodeReadinessTurned")
    node.turnedBy = seq
  switch (event._tag) {
    case "kube/NodeJoined":
      node.joined = true
      return
    case "kube/NodeCutOff":
      node.reachable = false
      node.watching = false
      node.cutOff = { lastRenewalAt: event.lastRenewalAt, graceFrom: node.cutOff?.graceFrom ?? event.lastRenewalAt }
      break
    case "kube/NodePathRestored":
      node.reachable = true
      return
    case "kube/LeaseRenewed":
      delete node.cutOff
      node.contactAt = at
      break
    case "kube/WatchResumed":
      node.watching = true
      return
    case "kube/NodeReadinessTurned":
      node.ready = event.ready
      if (event.ready === "Unknown") node.unknownSince = at
      break
    case "kube/NodeTainted":
      node.taints = [...node.taints, { key: event.key, effect: event.effect, since: at }]
      if (event.effect === "NoExecute") spendToken(cluster, node.zone, at)
      break
    case "kube/NodeUntainted":
      node.taints = node.taints.filter((taint) => taint.key !== event.key || taint.effect !== event.effect)
      break
  }
  noteTrouble(cluster, event.node, node, at)
}

/** The decider knows the bucket's step; the fold keeps when the last token went. */
const spendToken = (cluster: Cluster, zone: string, at: Instant): void => {
  const health = cluster.zones.get(zone)
  if (health !== undefined) health.lastTokenAt = at
}

const noteTrouble = (cluster: Cluster, name: string, node: NodeState, at: Instant): void => {
  if (node.cutOff !== undefined || node.ready === "Unknown" || node.taints.length > 0) {
    cluster.troubled.add(name)
    cluster.trouble ??= { began: at, by: name }
  } else {
    cluster.troubled.delete(name)
    settleTrouble(cluster)
  }
}

/** Trouble is over when every node is as it should be and every zone is Normal again. */
const settleTrouble = (cluster: Cluster): void => {
  if (cluster.troubled.size > 0) return
  for (const zone of cluster.zones.values()) if (zone.state !== "Normal") return
  delete cluster.trouble
}

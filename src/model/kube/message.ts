/**
 * What the cluster is told and what it says: its events and its timers. Pods, nodes, workloads and services are named by id
 * (`namespace/name` for pods, workloads and services; the plain name for nodes).
 */
import { Schema } from "effect"

const PodId = Schema.String
const NodeId = Schema.String
const WorkloadId = Schema.String
const ServiceId = Schema.String

export const TaintEffect = Schema.Literals(["NoSchedule", "NoExecute"])
export const ZoneState = Schema.Literals(["Normal", "PartialDisruption", "FullDisruption"])
export type ZoneState = typeof ZoneState.Type

/** A node registered and is Ready. `zone` as its label says. */
export const NodeJoined = Schema.TaggedStruct("kube/NodeJoined", { node: NodeId, zone: Schema.String })
/** The node's path to the API server is gone: no lease, no watch from here on. `lastRenewalAt`: the last lease that arrived. */
export const NodeCutOff = Schema.TaggedStruct("kube/NodeCutOff", {
  node: NodeId,
  lastRenewalAt: Schema.Int,
  reason: Schema.String,
  at: Schema.String
})
/** The path is back; the next heartbeat will arrive. */
export const NodePathRestored = Schema.TaggedStruct("kube/NodePathRestored", { node: NodeId })
/** The first lease after a cut arrived. */
export const LeaseRenewed = Schema.TaggedStruct("kube/LeaseRenewed", { node: NodeId })
export const NodeReadinessTurned = Schema.TaggedStruct("kube/NodeReadinessTurned", {
  node: NodeId,
  ready: Schema.Literals(["True", "Unknown"]),
  reason: Schema.String
})
export const NodeTainted = Schema.TaggedStruct("kube/NodeTainted", { node: NodeId, key: Schema.String, effect: TaintEffect })
export const NodeUntainted = Schema.TaggedStruct("kube/NodeUntainted", { node: NodeId, key: Schema.String, effect: TaintEffect })
export const ZoneStateTurned = Schema.TaggedStruct("kube/ZoneStateTurned", {
  zone: Schema.String,
  state: ZoneState,
  notReady: Schema.Int,
  nodes: Schema.Int
})
/** Every zone is fully disrupted: evictions stop (`entered`), or resume (`left`). */
export const MasterDisruptionTurned = Schema.TaggedStruct("kube/MasterDisruptionTurned", { active: Schema.Boolean })
/** Kubelet and kube-proxy of the node have listed and watch again: they know what the API knows. */
export const WatchResumed = Schema.TaggedStruct("kube/WatchResumed", { node: NodeId })

export const WorkloadApplied = Schema.TaggedStruct("kube/WorkloadApplied", { workload: WorkloadId })
export const ServiceApplied = Schema.TaggedStruct("kube/ServiceApplied", { service: ServiceId })
/** `node`: the one node a DaemonSet's pod is for. */
export const PodCreated = Schema.TaggedStruct("kube/PodCreated", { pod: PodId, workload: WorkloadId, node: Schema.optionalKey(NodeId) })
/** Bound to a node. `pinned`: settling kept what the owner knows; `scores` of the best nodes otherwise, `node=score`, best first. */
export const PodScheduled = Schema.TaggedStruct("kube/PodScheduled", {
  pod: PodId,
  node: NodeId,
  pinned: Schema.Boolean,
  scores: Schema.Array(Schema.String)
})
/** The message is the scheduler's own: `0/3 nodes are available: …`. */
export const SchedulingFailed = Schema.TaggedStruct("kube/SchedulingFailed", { pod: PodId, message: Schema.String })
export const PodAddressAssigned = Schema.TaggedStruct("kube/PodAddressAssigned", { pod: PodId, node: NodeId, address: Schema.String })
export const PodSandboxFailed = Schema.TaggedStruct("kube/PodSandboxFailed", { pod: PodId, node: NodeId, message: Schema.String })
export const VolumeAttached = Schema.TaggedStruct("kube/VolumeAttached", { pod: PodId, volume: Schema.String, node: NodeId })
export const ContainerStarted = Schema.TaggedStruct("kube/ContainerStarted", { pod: PodId })
/** The pod's Ready condition as the API has it. `by`: the kubelet's own word, or the node lifecycle's because its node is unreachable. */
export const PodReadinessTurned = Schema.TaggedStruct("kube/PodReadinessTurned", {
  pod: PodId,
  ready: Schema.Boolean,
  by: Schema.Literals(["kubelet", "node-lifecycle"])
})
/** Deleted by taint eviction: it has a deletion timestamp, and stays until its kubelet confirms. */
export const PodEvicted = Schema.TaggedStruct("kube/PodEvicted", { pod: PodId, node: NodeId })
export const EvictionCancelled = Schema.TaggedStruct("kube/EvictionCancelled", { pod: PodId })
/** The object is gone from the API; its address is free. */
export const PodRemoved = Schema.TaggedStruct("kube/PodRemoved", { pod: PodId })
/** Ready endpoints of a Service, by pod, sorted. Every connected kube-proxy has them in the same instant. */
export const EndpointsTurned = Schema.TaggedStruct("kube/EndpointsTurned", { service: ServiceId, ready: Schema.Array(PodId) })

export const kubeEvents = [
  NodeJoined,
  NodeCutOff,
  NodePathRestored,
  LeaseRenewed,
  NodeReadinessTurned,
  NodeTainted,
  NodeUntainted,
  ZoneStateTurned,
  MasterDisruptionTurned,
  WatchResumed,
  WorkloadApplied,
  ServiceApplied,
  PodCreated,
  PodScheduled,
  SchedulingFailed,
  PodAddressAssigned,
  PodSandboxFailed,
  VolumeAttached,
  ContainerStarted,
  PodReadinessTurned,
  PodEvicted,
  EvictionCancelled,
  PodRemoved,
  EndpointsTurned
] as const
export const KubeEvent = Schema.Union(kubeEvents)
export type KubeEvent = typeof KubeEvent.Type
export type KubeEventOf<Tag extends KubeEvent["_tag"]> = Extract<KubeEvent, { readonly _tag: Tag }>

/** Appointments that the cluster's controllers make with themselves. A stale one (the world moved on) does nothing. */
export type KubeTimer =
  | { readonly _tag: "kube/HeartbeatDue"; readonly node: string }
  /** `began`: when the trouble began that these passes look after. */
  | { readonly _tag: "kube/MonitorPassDue"; readonly began: number }
  | { readonly _tag: "kube/NoExecuteDue"; readonly zone: string }
  | { readonly _tag: "kube/EvictionDue"; readonly pod: string; readonly taintedAt: number }
  | { readonly _tag: "kube/ContainerStartDue"; readonly pod: string }
  | { readonly _tag: "kube/VolumeAttachDue"; readonly pod: string; readonly volume: string }
  | { readonly _tag: "kube/ReadinessProbeDue"; readonly pod: string }
  | { readonly _tag: "kube/PodStopDue"; readonly pod: string }
  | { readonly _tag: "kube/EndpointsDue"; readonly service: string }
  | { readonly _tag: "kube/WatchResumeDue"; readonly node: string; readonly contactAt: number }
  | { readonly _tag: "kube/SandboxRetryDue"; readonly pod: string; readonly failedAt: number }

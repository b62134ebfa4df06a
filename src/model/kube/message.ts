/**
 * What the cluster is told and what it says: its events and its timers. Pods, nodes, workloads and services are named by id
 * (`namespace/name` for pods, workloads and services; the plain name for nodes).
 */
import { Schema } from "effect"
import { managedEvents } from "./message-managed.ts"
import { BudgetSpec, NodeSpec } from "./spec.ts"
import { PodTemplate } from "./template.ts"

const PodId = Schema.String
const NodeId = Schema.String
const WorkloadId = Schema.String
const ServiceId = Schema.String

export const TaintEffect = Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])
export const ZoneState = Schema.Literals(["Normal", "PartialDisruption", "FullDisruption"])
export type ZoneState = typeof ZoneState.Type

/** A node that the plan does not name came to be: what it is and where it stands. It joins after that. */
export const NodeCreated = Schema.TaggedStruct("kube/NodeCreated", {
  node: NodeId,
  spec: NodeSpec,
  zone: Schema.String,
  milliCpu: Schema.Int,
  memoryMiB: Schema.Int
})
/** The node object is gone from the API; pods bound to it are orphans. `by`: who took it away. */
export const NodeDeleted = Schema.TaggedStruct("kube/NodeDeleted", { node: NodeId, by: Schema.String })
/** Someone asked to shift the cluster away from a zone, until an instant; the shift is in effect (`away`), or over. */
export const ZonalShiftStarted = Schema.TaggedStruct("kube/ZonalShiftStarted", { zone: Schema.String, from: Schema.Int, until: Schema.Int })
export const ZonalShiftTurned = Schema.TaggedStruct("kube/ZonalShiftTurned", { zone: Schema.String, away: Schema.Boolean })
/** Cordoned: nothing new is placed on it; or no longer. */
export const NodeCordoned = Schema.TaggedStruct("kube/NodeCordoned", { node: NodeId, cordoned: Schema.Boolean })
/** Nodes that a pass put into their zone's queue for NoExecute, where every pass does so anew (1.20). */
export const EvictionsQueued = Schema.TaggedStruct("kube/EvictionsQueued", { zone: Schema.String, nodes: Schema.Array(NodeId) })
/** A token went to an entry of a node that no longer needs it (1.20). */
export const EvictionTokenBurned = Schema.TaggedStruct("kube/EvictionTokenBurned", { zone: Schema.String, entry: Schema.String })
/** A node registered. `zone` as its label says. `ready` is false while its kubelet has not said so yet; left out: Ready at once. */
export const NodeJoined = Schema.TaggedStruct("kube/NodeJoined", {
  node: NodeId,
  zone: Schema.String,
  ready: Schema.optionalKey(Schema.Boolean)
})
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
  ready: Schema.Literals(["True", "False", "Unknown"]),
  reason: Schema.String
})
export const NodeTainted = Schema.TaggedStruct("kube/NodeTainted", {
  node: NodeId,
  key: Schema.String,
  effect: TaintEffect,
  value: Schema.optionalKey(Schema.String)
})
export const NodeUntainted = Schema.TaggedStruct("kube/NodeUntainted", { node: NodeId, key: Schema.String, effect: TaintEffect })
export const ZoneStateTurned = Schema.TaggedStruct("kube/ZoneStateTurned", {
  zone: Schema.String,
  state: ZoneState,
  notReady: Schema.Int,
  nodes: Schema.Int,
  /** Its bucket of tokens for NoExecute is another one now; absent: the pace is as before. */
  bucket: Schema.optionalKey(Schema.Literals(["full", "empty"]))
})
/** Every zone is fully disrupted: evictions stop (`entered`), or resume (`left`). */
export const MasterDisruptionTurned = Schema.TaggedStruct("kube/MasterDisruptionTurned", { active: Schema.Boolean })
/** Kubelet and kube-proxy of the node have listed and watch again: they know what the API knows. */
export const WatchResumed = Schema.TaggedStruct("kube/WatchResumed", { node: NodeId })

export const WorkloadApplied = Schema.TaggedStruct("kube/WorkloadApplied", { workload: WorkloadId })
export const ServiceApplied = Schema.TaggedStruct("kube/ServiceApplied", { service: ServiceId })
/** The wanted number of pods turned. `by`: an operator, an autoscaler. */
export const WorkloadScaled = Schema.TaggedStruct("kube/WorkloadScaled", { workload: WorkloadId, replicas: Schema.Int, by: Schema.String })
/** A workload has a new pod template, or an old one again. `hash` names its revision, of a Deployment its ReplicaSet. */
export const RolloutBegan = Schema.TaggedStruct("kube/RolloutBegan", { workload: WorkloadId, hash: Schema.String, template: PodTemplate })
/** The Deployment's controller wants this many of one ReplicaSet. */
export const ReplicaSetScaled = Schema.TaggedStruct("kube/ReplicaSetScaled", {
  workload: WorkloadId,
  hash: Schema.String,
  from: Schema.Int,
  to: Schema.Int
})
/** No progress for the Deployment's deadline; nothing else follows from it. */
export const ProgressDeadlineExceeded = Schema.TaggedStruct("kube/ProgressDeadlineExceeded", { workload: WorkloadId })
/** Every pod that the rollout means is of its template, and available. */
export const RolloutCompleted = Schema.TaggedStruct("kube/RolloutCompleted", { workload: WorkloadId, hash: Schema.String })
/** A Job makes no more pods; the reason is its condition's. */
export const JobFailed = Schema.TaggedStruct("kube/JobFailed", { workload: WorkloadId, reason: Schema.String })
/** A disruption budget is in force, or changed; or is gone. */
export const BudgetApplied = Schema.TaggedStruct("kube/BudgetApplied", { budget: Schema.String, spec: BudgetSpec })
export const BudgetRemoved = Schema.TaggedStruct("kube/BudgetRemoved", { budget: Schema.String })
/** The eviction API's 429, with the cause it gives. `by`: who asked. */
export const EvictionRefused = Schema.TaggedStruct("kube/EvictionRefused", { pod: PodId, by: Schema.String, message: Schema.String })
/** Someone drains the node: what must go is asked to. */
export const DrainBegan = Schema.TaggedStruct("kube/DrainBegan", {
  node: NodeId,
  /** The autoscaler means to end the node when it is empty. */
  by: Schema.optionalKey(Schema.Literals(["cluster-autoscaler", "upgrade"]))
})
/** A drain has no pod left to evict. */
export const NodeDrained = Schema.TaggedStruct("kube/NodeDrained", { node: NodeId })
/** What each of the pods that serve has to do, as a share of what it requests. */
export const PodLoadTurned = Schema.TaggedStruct("kube/PodLoadTurned", { workload: WorkloadId, serving: Schema.Int, share: Schema.String })
/** The CPU that a workload's pods have to do together, in thousandths of a core. */
export const LoadTurned = Schema.TaggedStruct("kube/LoadTurned", { workload: WorkloadId, milliCpu: Schema.Int })
/** What a HorizontalPodAutoscaler would like; it acts on the highest wish of its window. */
export const ReplicasWished = Schema.TaggedStruct("kube/ReplicasWished", {
  workload: WorkloadId,
  wish: Schema.Int,
  percent: Schema.Int,
  /** Until its last look it wished for what there was. */
  before: Schema.optionalKey(Schema.Struct({ atMs: Schema.Int, wish: Schema.Int }))
})

/** `node`: the one node a DaemonSet's pod is for. `hash`: the ReplicaSet or the revision it belongs to. `profile`: the Fargate profile that it matches. */
export const PodCreated = Schema.TaggedStruct("kube/PodCreated", {
  pod: PodId,
  workload: WorkloadId,
  node: Schema.optionalKey(NodeId),
  hash: Schema.optionalKey(Schema.String),
  profile: Schema.optionalKey(Schema.String)
})
/** Bound to a node. `pinned`: settling kept what the owner knows; `scores` of the best nodes otherwise, `node=score`, best first. */
export const PodScheduled = Schema.TaggedStruct("kube/PodScheduled", {
  pod: PodId,
  node: NodeId,
  pinned: Schema.Boolean,
  scores: Schema.Array(Schema.String)
})
/** The message is the scheduler's own: `0/3 nodes are available: …`. */
export const SchedulingFailed = Schema.TaggedStruct("kube/SchedulingFailed", { pod: PodId, message: Schema.String })
/** `subnet`: where the pod's own interface stands, when it has one. */
export const PodAddressAssigned = Schema.TaggedStruct("kube/PodAddressAssigned", {
  pod: PodId,
  node: NodeId,
  address: Schema.String,
  subnet: Schema.optionalKey(Schema.String)
})
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
/**
 * Deleted by someone else: a controller, the eviction API, an operator, the garbage collector, a preempting pod. A bound pod stays,
 * terminating, until its kubelet confirms; `force` does not wait.
 */
export const PodDeleted = Schema.TaggedStruct("kube/PodDeleted", {
  pod: PodId,
  by: Schema.Literals(["controller", "eviction", "operator", "pod-gc", "preemption", "instance"]),
  force: Schema.Boolean
})
/** Room is being made for the pod on this node. */
export const PodNominated = Schema.TaggedStruct("kube/PodNominated", { pod: PodId, node: NodeId })
/** Its container ended and will start again after a back-off. */
export const ContainerRestarting = Schema.TaggedStruct("kube/ContainerRestarting", {
  pod: PodId,
  reason: Schema.String,
  restarts: Schema.Int,
  backOffMs: Schema.Int
})
/** Its container did what it was for. */
/** A pod was Ready for as long as its Deployment wants (minReadySeconds). */
export const PodBecameAvailable = Schema.TaggedStruct("kube/PodBecameAvailable", { pod: PodId })
export const PodSucceeded = Schema.TaggedStruct("kube/PodSucceeded", { pod: PodId })
/** A volume came to be where its first pod was placed. */
export const VolumeProvisioned = Schema.TaggedStruct("kube/VolumeProvisioned", {
  pod: PodId,
  volume: Schema.String,
  kind: Schema.String,
  attaches: Schema.Boolean,
  zone: Schema.optionalKey(Schema.String)
})
export const EvictionCancelled = Schema.TaggedStruct("kube/EvictionCancelled", { pod: PodId })
/** The object is gone from the API; its address is free. */
export const PodRemoved = Schema.TaggedStruct("kube/PodRemoved", { pod: PodId })
/**
 * Endpoints that a Service is served by, by pod, sorted. Every connected kube-proxy has them in the same instant. `serving`:
 * terminating ones that still answer, where they are used when nothing else is ready.
 */
export const EndpointsTurned = Schema.TaggedStruct("kube/EndpointsTurned", {
  service: ServiceId,
  ready: Schema.Array(PodId),
  serving: Schema.optionalKey(Schema.Array(PodId))
})

/** Every client's cache follows what a headless Service's name answered one time-to-live ago. */
export const NameCachesFollowed = Schema.TaggedStruct("kube/NameCachesFollowed", {
  service: ServiceId,
  addresses: Schema.Array(Schema.String)
})

/** Node groups: what the autoscaler and the cloud make of them. `group` is the node group's name. */
export const GroupGrown = Schema.TaggedStruct("kube/GroupGrown", {
  group: Schema.String,
  by: Schema.String,
  from: Schema.Int,
  to: Schema.Int,
  reason: Schema.String
})
export const GroupBackedOff = Schema.TaggedStruct("kube/GroupBackedOff", {
  group: Schema.String,
  untilMs: Schema.Int,
  reason: Schema.String
})
export const AutoscalerHalted = Schema.TaggedStruct("kube/AutoscalerHalted", {
  halted: Schema.Boolean,
  unready: Schema.Int,
  nodes: Schema.Int
})
/** A node is unneeded since now, or needed again. */
export const NodeUnneeded = Schema.TaggedStruct("kube/NodeUnneeded", { node: NodeId, unneeded: Schema.Boolean })
/** `pod`: the one that a Fargate profile's machine is for; `group` is the profile then. */
export const InstanceLaunched = Schema.TaggedStruct("kube/InstanceLaunched", {
  pod: Schema.optionalKey(PodId),
  group: Schema.String,
  instance: Schema.String,
  instanceType: Schema.String,
  maxPods: Schema.Int,
  zone: Schema.String,
  subnet: Schema.String,
  address: Schema.String
})
export const LaunchFailed = Schema.TaggedStruct("kube/LaunchFailed", {
  group: Schema.String,
  zone: Schema.String,
  message: Schema.String,
  /** What was met, with its figures. */
  limit: Schema.optionalKey(Schema.String),
  /** The zone's offering is left alone until then (Karpenter). */
  untilMs: Schema.optionalKey(Schema.Int)
})
/** The cloud ended an instance: its node goes with it, budgets or not. */
export const InstanceTerminated = Schema.TaggedStruct("kube/InstanceTerminated", {
  group: Schema.String,
  instance: Schema.String,
  reason: Schema.String
})

export const kubeEvents = [
  ...managedEvents,
  NodeCreated,
  NodeJoined,
  NodeDeleted,
  NodeCordoned,
  ZonalShiftStarted,
  ZonalShiftTurned,
  DrainBegan,
  NodeDrained,
  EvictionsQueued,
  EvictionTokenBurned,
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
  WorkloadScaled,
  RolloutBegan,
  ReplicaSetScaled,
  ProgressDeadlineExceeded,
  RolloutCompleted,
  JobFailed,
  BudgetApplied,
  BudgetRemoved,
  EvictionRefused,
  LoadTurned,
  PodLoadTurned,
  ReplicasWished,
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
  PodDeleted,
  PodNominated,
  ContainerRestarting,
  PodBecameAvailable,
  PodSucceeded,
  VolumeProvisioned,
  PodRemoved,
  EndpointsTurned,
  NameCachesFollowed,
  GroupGrown,
  GroupBackedOff,
  AutoscalerHalted,
  NodeUnneeded,
  InstanceLaunched,
  LaunchFailed,
  InstanceTerminated
] as const
export const KubeEvent = Schema.Union(kubeEvents)
export type KubeEvent = typeof KubeEvent.Type
export type KubeEventOf<Tag extends KubeEvent["_tag"]> = Extract<KubeEvent, { readonly _tag: Tag }>

/** Appointments that the cluster's controllers make with themselves. A stale one (the world moved on) does nothing. */
export type KubeTimer =
  | { readonly _tag: "kube/HeartbeatDue"; readonly node: string }
  | { readonly _tag: "kube/PodSyncDue"; readonly node: string; readonly contactAt: number }
  /** `began`: when the trouble began that these passes look after. */
  | { readonly _tag: "kube/MonitorPassDue"; readonly began: number }
  /** A node's turn inside a pass that takes time, and the pass's end. */
  | { readonly _tag: "kube/NodeTurnDue"; readonly node: string; readonly cutAt: number }
  | { readonly _tag: "kube/PassEndDue"; readonly began: number; readonly nextAt: number; readonly passAt: number }
  | { readonly _tag: "kube/NoExecuteDue"; readonly zone: string; readonly spent: number }
  /** A removal that has waited long enough for its pods. */
  | { readonly _tag: "kube/RemovalDue"; readonly node: string; readonly began: number }
  | { readonly _tag: "kube/EvictionDue"; readonly pod: string; readonly setAt: number }
  | { readonly _tag: "kube/ContainerStartDue"; readonly pod: string }
  | { readonly _tag: "kube/ContainerEndDue"; readonly pod: string; readonly startedAt: number }
  | { readonly _tag: "kube/LivenessDue"; readonly pod: string; readonly startedAt: number }
  | { readonly _tag: "kube/VolumeAttachDue"; readonly pod: string; readonly volume: string }
  | { readonly _tag: "kube/AvailableDue"; readonly pod: string; readonly readySince: number }
  | { readonly _tag: "kube/ReadinessProbeDue"; readonly pod: string }
  | { readonly _tag: "kube/PodStopDue"; readonly pod: string }
  | { readonly _tag: "kube/EndpointsDue"; readonly service: string }
  | { readonly _tag: "kube/NameCachesDue"; readonly service: string; readonly addresses: ReadonlyArray<string> }
  | { readonly _tag: "kube/WatchResumeDue"; readonly node: string; readonly contactAt: number }
  | { readonly _tag: "kube/SandboxRetryDue"; readonly pod: string; readonly failedAt: number }
  | { readonly _tag: "kube/ReconcileDue"; readonly workload: string }
  | { readonly _tag: "kube/ScheduleDue"; readonly pod: string }
  /** Something changed that waiting pods may have waited for. */
  | { readonly _tag: "kube/SchedulingDue" }
  /** A pod's back-off, or its wait for an event, is over. */
  | { readonly _tag: "kube/ScheduleAgainDue"; readonly pod: string; readonly failedAt: number }
  | { readonly _tag: "kube/NodeReadyDue"; readonly node: string; readonly joinedAt: number }
  | { readonly _tag: "kube/ProgressDue"; readonly workload: string; readonly hash: string; readonly progressAt: number }
  | { readonly _tag: "kube/PodGcDue" }
  | {
      readonly _tag: "kube/EvictDue"
      readonly pod: string
      readonly by: string
      readonly drains?: string
      readonly once?: boolean
      readonly met?: boolean
    }
  | { readonly _tag: "kube/AutoscaleDue" }
  | { readonly _tag: "kube/ScanDue" }
  | { readonly _tag: "kube/ZonalShiftDue"; readonly zone: string; readonly away: boolean; readonly until: number }
  | { readonly _tag: "kube/BatchDue"; readonly seenAt: number }
  | { readonly _tag: "kube/DisruptionDue" }
  | { readonly _tag: "kube/LaunchDue"; readonly group: string }
  | { readonly _tag: "kube/UpgradeStepDue"; readonly pool: string }
  | { readonly _tag: "kube/ReimagedDue"; readonly node: string }
  | { readonly _tag: "kube/UpgradeDrainDue"; readonly pool: string; readonly node: string; readonly began: number }
  | { readonly _tag: "kube/InstanceReadyDue"; readonly group: string; readonly instance: string }
  /** A Fargate pod that has no machine is given one; the machine is there. */
  | { readonly _tag: "kube/MachineDue"; readonly pod: string; readonly failedAt: number }
  | { readonly _tag: "kube/MachineReadyDue"; readonly pod: string; readonly instance: string }
  | { readonly _tag: "kube/ImpairedDue"; readonly node: string; readonly since: number }
  | { readonly _tag: "kube/NodeGoneDue"; readonly node: string }
  | { readonly _tag: "kube/RepairDue"; readonly node: string; readonly since: number; readonly attempt: number; readonly isStuck: boolean }
  | { readonly _tag: "kube/RebalanceDue"; readonly zone: string }

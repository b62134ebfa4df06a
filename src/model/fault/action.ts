/**
 * What someone does to the world, imperative: faults, their ends, and operators' moves. Named by the owner's ids; pods, workloads and
 * budgets as `namespace/name`.
 */
import { Schema } from "effect"
import { NetworkChange } from "../cloud/change.ts"
import { BudgetSpec } from "../kube/spec.ts"
import { PodTemplate } from "../kube/template.ts"
import { capacityActions } from "./action-capacity.ts"

const Name = Schema.NonEmptyString
const Names = Schema.Array(Name)

/** The zone's hosts, front ends and volumes stop as they stand: no answer at all, no reboot. */
export const CutZone = Schema.TaggedStruct("CutZone", { zone: Name })
/** They resume as they stood. */
export const HealZone = Schema.TaggedStruct("HealZone", { zone: Name })

/** A share of the flows between the zone and the others is lost, as an exact ratio; and none again. */
export const DegradeZone = Schema.TaggedStruct("DegradeZone", { zone: Name, loss: Schema.String })
export const MendZone = Schema.TaggedStruct("MendZone", { zone: Name })

/** Machines stop as they stand, and resume. */
export const CutNodes = Schema.TaggedStruct("CutNodes", { nodes: Names })
export const HealNodes = Schema.TaggedStruct("HealNodes", { nodes: Names })
/** A gateway, a peering, an endpoint or a balancer is impaired: it exists, routes to it stay, and it drops everything; then it works again. */
export const CutGateway = Schema.TaggedStruct("CutGateway", { gateway: Name })
export const HealGateway = Schema.TaggedStruct("HealGateway", { gateway: Name })
/** A NAT gateway has no port left for new connections; and has some again. */
export const ExhaustPorts = Schema.TaggedStruct("ExhaustPorts", { gateway: Name })
export const RestorePorts = Schema.TaggedStruct("RestorePorts", { gateway: Name })
/** So many connections of a node to one destination are open from now on, and hold a port each where it leaves by ports it shares. */
export const HoldConnections = Schema.TaggedStruct("HoldConnections", {
  node: Name,
  address: Name,
  port: Schema.Int,
  count: Schema.Int
})
/** The cloud wants instances back: they end when the notice is over. `drains`: something in the cluster drains them meanwhile. */
export const ReclaimNodes = Schema.TaggedStruct("ReclaimNodes", { nodes: Names, noticeMs: Schema.Int, drains: Schema.Boolean })
/** Somebody changes the network, in its cloud's words. */
export const ChangeNetwork = Schema.TaggedStruct("ChangeNetwork", { change: NetworkChange })
/** The node objects are deleted, as a cloud controller does when an instance is gone. */
export const DeleteNodes = Schema.TaggedStruct("DeleteNodes", { nodes: Names })
/** Nodes that the cluster names and that stood by join it. */
export const JoinNodes = Schema.TaggedStruct("JoinNodes", { nodes: Names })
/** The kubelet says of its own node that it is not ready (a failed runtime, a full disk), or that it is. */
export const TurnKubelet = Schema.TaggedStruct("TurnKubelet", { node: Name, ready: Schema.Boolean })
export const Cordon = Schema.TaggedStruct("Cordon", { node: Name, cordoned: Schema.Boolean })
/** Cordons a node and evicts its pods, asking again while a budget refuses. */
export const Drain = Schema.TaggedStruct("Drain", { node: Name })
export const TaintNode = Schema.TaggedStruct("TaintNode", {
  node: Name,
  key: Name,
  value: Schema.optionalKey(Schema.String),
  effect: Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])
})
export const UntaintNode = Schema.TaggedStruct("UntaintNode", {
  node: Name,
  key: Name,
  effect: Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])
})

/** Moves traffic away from a zone for a while: of balancers, by their ids, and of the cluster itself. */
export const ShiftZone = Schema.TaggedStruct("ShiftZone", {
  zone: Name,
  balancers: Names,
  cluster: Schema.Boolean,
  forMs: Schema.Int
})
/** Ends a shift before its time. */
export const EndShift = Schema.TaggedStruct("EndShift", { zone: Name, balancers: Names, cluster: Schema.Boolean })
/** A balancer's health checker in some zones, all when none is named, fails every check whatever targets answer; and works again. */
export const BreakChecks = Schema.TaggedStruct("BreakChecks", { balancer: Name, zones: Names })
export const MendChecks = Schema.TaggedStruct("MendChecks", { balancer: Name, zones: Names })

export const Scale = Schema.TaggedStruct("Scale", { workload: Name, replicas: Schema.Int })
/** A new pod template: the one in force with these changes. A version that was in force before comes back, with them. */
export const Rollout = Schema.TaggedStruct("Rollout", {
  workload: Name,
  version: Name,
  changes: Schema.Struct(
    Object.fromEntries(
      Object.entries(PodTemplate.fields).map(([name, field]) => [name, Schema.optionalKey(field as Schema.Schema<unknown>)])
    )
  ) as unknown as Schema.Codec<Partial<PodTemplate>>
})
/** Back to the template before the last rollout. */
export const Rollback = Schema.TaggedStruct("Rollback", { workload: Name })
/** Asks the eviction API for pods, all at once, and again while it refuses unless `once`. */
export const EvictPods = Schema.TaggedStruct("EvictPods", { pods: Names, once: Schema.optionalKey(Schema.Boolean) })
/** Deletes pods; budgets are not asked. */
export const DeletePods = Schema.TaggedStruct("DeletePods", { pods: Names })
/** The same for all pods that a workload has at that moment. */
export const EvictWorkload = Schema.TaggedStruct("EvictWorkload", { workload: Name })
export const DeleteWorkloadPods = Schema.TaggedStruct("DeleteWorkloadPods", { workload: Name })
export const ApplyBudget = Schema.TaggedStruct("ApplyBudget", { budget: BudgetSpec })
export const RemoveBudget = Schema.TaggedStruct("RemoveBudget", { budget: Name })
/** The CPU that a workload's pods have to do together from now on, in thousandths of a core. */
export const SetLoad = Schema.TaggedStruct("SetLoad", { workload: Name, milliCpu: Schema.Int })

export const Action = Schema.Union([
  CutZone,
  HealZone,
  DegradeZone,
  MendZone,
  CutNodes,
  HealNodes,
  CutGateway,
  HealGateway,
  ExhaustPorts,
  RestorePorts,
  HoldConnections,
  ReclaimNodes,
  ChangeNetwork,
  DeleteNodes,
  JoinNodes,
  TurnKubelet,
  Cordon,
  Drain,
  TaintNode,
  UntaintNode,
  ShiftZone,
  EndShift,
  BreakChecks,
  MendChecks,
  Scale,
  Rollout,
  Rollback,
  EvictPods,
  DeletePods,
  EvictWorkload,
  DeleteWorkloadPods,
  ApplyBudget,
  RemoveBudget,
  SetLoad,
  ...capacityActions
])
export type Action = typeof Action.Type

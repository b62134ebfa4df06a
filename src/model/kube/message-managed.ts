/** What a cloud does to a cluster that it manages: its control plane, the repair of its nodes, the upgrade of its pools. */
import { Schema } from "effect"

/** The cloud began a machine anew: its node repair, or, as attempt 0, an upgrade that made it anew. Or the repair could not. */
export const NodeRebooted = Schema.TaggedStruct("kube/NodeRebooted", { node: Schema.String, attempt: Schema.Int })
export const RepairFailed = Schema.TaggedStruct("kube/RepairFailed", { node: Schema.String, why: Schema.String })
/** Too few machines of the control plane are left: nobody decides anything, and no call to the API server is answered, until it returns. */
export const ControlPlaneLost = Schema.TaggedStruct("kube/ControlPlaneLost", { machines: Schema.Int, left: Schema.Int })
export const ControlPlaneReturned = Schema.TaggedStruct("kube/ControlPlaneReturned", { machines: Schema.Int })
/** An operator's call while the control plane is lost. */
export const CallUnanswered = Schema.TaggedStruct("kube/CallUnanswered", { subject: Schema.String, call: Schema.String })
/** The control plane is of this version now; or was refused for want of addresses, and stays as it was. */
export const ControlPlaneUpgraded = Schema.TaggedStruct("kube/ControlPlaneUpgraded", { version: Schema.String })
export const UpgradeRefused = Schema.TaggedStruct("kube/UpgradeRefused", {
  version: Schema.String,
  subnets: Schema.Array(Schema.String),
  asked: Schema.Int,
  free: Schema.Int
})

/** A pool's nodes are replaced by ones of another version: `surge` more at once, `unavailable` fewer. */
export const PoolUpgradeBegan = Schema.TaggedStruct("kube/PoolUpgradeBegan", {
  group: Schema.String,
  version: Schema.String,
  surge: Schema.Int,
  unavailable: Schema.Int,
  drainTimeoutMs: Schema.Int,
  forces: Schema.Boolean,
  nodes: Schema.Array(Schema.String)
})
/** One of them was emptied, or was not in time. */
export const PoolNodeUpgraded = Schema.TaggedStruct("kube/PoolNodeUpgraded", {
  group: Schema.String,
  node: Schema.String,
  left: Schema.Int
})
/** It ends: all are replaced, or a node's pods did not go and nobody forces them. */
export const PoolUpgradeEnded = Schema.TaggedStruct("kube/PoolUpgradeEnded", {
  group: Schema.String,
  version: Schema.String,
  failed: Schema.optionalKey(Schema.String)
})

/** A drained machine is made anew in its place, and is silent meanwhile. */
export const NodeReimaged = Schema.TaggedStruct("kube/NodeReimaged", { node: Schema.String })

/** No route leads to its pods: the cloud takes no more. */
export const NodeRouteRefused = Schema.TaggedStruct("kube/NodeRouteRefused", {
  node: Schema.String,
  block: Schema.String,
  why: Schema.String
})

export const managedEvents = [
  NodeRouteRefused,
  NodeRebooted,
  NodeReimaged,
  RepairFailed,
  ControlPlaneLost,
  ControlPlaneReturned,
  CallUnanswered,
  ControlPlaneUpgraded,
  UpgradeRefused,
  PoolUpgradeBegan,
  PoolNodeUpgraded,
  PoolUpgradeEnded
] as const

/** Node groups as their owner describes them: known nodes, or so many over subnets in turn; machines of one's own, where there is no cloud. */
import { Schema } from "effect"
import { instanceTermsOf, instanceTypeNames, interfaceLimitsOf } from "../../model/cloud/aws/limits.ts"
import type { NodeSpec, PodHolding } from "../../model/kube/spec.ts"
import { errorOf } from "../diagnostic.ts"
import { listed, nearMisses } from "../near.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName, readOptions } from "../read.ts"

/** A machine as the cluster's description needs it. */
export interface Machine {
  readonly name: string
  readonly zone: string
  readonly isLate?: boolean
  readonly leasePhaseMs?: number
  readonly podSyncPhaseMs?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: NonNullable<NodeSpec["taints"]>
}

/** Largest cluster that Kubernetes supports. Source: kubernetes.io, Considerations for large clusters. */
const nodesMax = 5_000

/** A node's public address where its subnet is public and it has none. */
export const noAddress = "none"

/** A node as its owner knows it. Without `address`, its name says it: `ip-192-168-0-94`. `publicAddress`: an address, or `none`. */
export const NamedNode = Schema.Struct({
  name: Schema.NonEmptyString,
  subnet: Schema.NonEmptyString,
  /** In a subnet that spans zones. */
  zone: Schema.optionalKey(Schema.NonEmptyString),
  /** It joins by the timeline (`joinNodes`). */
  isLate: Schema.optionalKey(Schema.Boolean),
  address: Schema.optionalKey(Schema.String),
  publicAddress: Schema.optionalKey(Schema.String)
})
const GroupOptions = Schema.Struct({
  instanceType: Schema.NonEmptyString,
  /** Known nodes; or their number, spread over `subnets` in turn. */
  nodes: Schema.Union([Schema.Array(NamedNode), Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: nodesMax }))]),
  subnets: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  /** Zones to spread over, in subnets that span zones. */
  zones: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  maxPods: Schema.optionalKey(Schema.Int),
  /** Security groups; those that eksctl makes for the node group otherwise. */
  groups: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Its cloud reboots a node that has not been Ready for long. */
  autoRepair: Schema.optionalKey(Schema.Boolean),
  /** What the cloud and the cluster autoscaler may do with it; it keeps its size otherwise. */
  scaling: Schema.optionalKey(
    Schema.Struct({
      min: Schema.Int,
      max: Schema.Int,
      autoscaled: Schema.optionalKey(Schema.Boolean),
      karpenter: Schema.optionalKey(Schema.Boolean),
      replacesImpaired: Schema.optionalKey(Schema.Boolean),
      rebalances: Schema.optionalKey(Schema.Boolean)
    })
  )
})

/** And what only other clouds' words say. */
export type NodeGroupOptions = typeof GroupOptions.Type & {
  /** A range of pods of its own, where nodes have blocks of one. */
  readonly podCidr?: string
  /** How its nodes take addresses for their pods. */
  readonly podHolding?: PodHolding
  readonly isScaleSet?: boolean
}

/** A node group with the place where it is described. */
export interface NodeGroup {
  readonly name: string
  readonly options: NodeGroupOptions
  readonly place: Place | undefined
  /** Machines that are no cloud's: as their owner named them. */
  readonly machines?: ReadonlyArray<Machine>
}

export const nodeGroup = (name: string, options: typeof GroupOptions.Type): NodeGroup => {
  const place = placeOfCall(nodeGroup)
  const read = readOptions(GroupOptions, options, `nodeGroup ${name}`, place)
  if (instanceTermsOf(read.instanceType) === undefined) {
    const near = nearMisses(read.instanceType, instanceTypeNames)
    misuse(
      errorOf("D004", `nodeGroup ${name}: instance type "${read.instanceType}" is not known`, {
        place,
        underlined: read.instanceType,
        notes: [
          interfaceLimitsOf(read.instanceType) === undefined
            ? "not among the instance types with published limits"
            : "its interfaces are published, its CPU and memory are not"
        ],
        help: near.length === 0 ? 'write a type such as "m5.large"' : `did you mean ${listed(near)}?`
      })
    )
  }
  if (typeof read.nodes === "number" && (read.subnets ?? []).length === 0) {
    misuse(
      errorOf("D008", `nodeGroup ${name}: ${read.nodes} nodes, and no subnets to place them in`, {
        place,
        underlined: "nodes",
        help: "add subnets: [...], or name each node with its subnet"
      })
    )
  }
  return { name: readName(name, "nodeGroup(", place), options: read, place }
}

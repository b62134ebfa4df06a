/**
 * A private cluster at GKE: its node pools over the zones of a region, and the block of pod addresses that each node has.
 * Not modelled yet: Autopilot.
 * Source: GKE docs, VPC-native clusters, flexible Pod CIDR, node pools.
 */
import { Schema } from "effect"
import { maxPodsDefault, nodePodPrefix } from "../../model/cloud/gcp/gke-addresses.ts"
import { machineTypes } from "../../model/cloud/gcp/machines.ts"
import { containsPrefix, parsePrefix } from "../../model/net/ip.ts"
import { errorOf } from "../diagnostic.ts"
import { listed, nearMisses } from "../near.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readName, readOptions } from "../read.ts"
import { type Cluster, clusterAddons, readCluster } from "./cluster.ts"
import { gkeSubnetwork, gkeTag } from "./gcp-network.ts"
import { ServiceBalancer } from "./gke-balancer.ts"
import { NamedNode, type NodeGroup } from "./node-group.ts"
import type { Described } from "./workload.ts"

const ClusterOptions = Schema.Struct({
  name: Schema.NonEmptyString,
  version: Schema.NonEmptyString,
  podCidr: Schema.String,
  serviceCidr: Schema.String,
  /** Pods of a node at most, which decides the size of its block; 110 when absent. */
  maxPodsPerNode: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 8, maximum: 256 }))),
  /** `v2`: Dataplane V2, which enforces NetworkPolicies; with kube-proxy nothing does. `kube-proxy` when absent. */
  dataplane: Schema.optionalKey(Schema.Literals(["kube-proxy", "v2"])),
  /** Pods have addresses of their node's alias range (VPC-native), which is the default, or the network has a route a node. */
  routesBased: Schema.optionalKey(Schema.Boolean),
  /** What is said of the balancers of Services of type LoadBalancer, by the Service's name. */
  serviceBalancers: Schema.optionalKey(Schema.Record(Schema.NonEmptyString, ServiceBalancer)),
  /** Internal load balancers have a subset of the nodes each, in place of instance groups of at most 250. */
  subsetting: Schema.optionalKey(Schema.Boolean)
})

/** Every node of it may have as many pods. */
export const gkeCluster = (options: typeof ClusterOptions.Type): Cluster => {
  const place = placeOfCall(gkeCluster)
  const read = readOptions(ClusterOptions, options, "gkeCluster", place)
  const { name, version, podCidr, serviceCidr, maxPodsPerNode, serviceBalancers, subsetting, dataplane, routesBased } = read
  return readCluster({
    name,
    version,
    serviceCidr,
    podRange: {
      cidr: podCidr,
      blockLength: nodePodPrefix(maxPodsPerNode ?? maxPodsDefault),
      ...(routesBased === true ? keptOf(podCidr, serviceCidr) : { known: "aliases" })
    },
    enforcesPolicies: dataplane === "v2",
    ...(serviceBalancers === undefined ? {} : { serviceBalancers }),
    ...(subsetting === undefined ? {} : { subsetting }),
    place
  })
}

/** Services of a routes-based cluster have a part of its one range. Source: GKE docs, routes-based clusters. */
export const keptOf = (podCidr: string, serviceCidr: string): { readonly kept?: string } => {
  const [pods, services] = [parsePrefix(podCidr), parsePrefix(serviceCidr)]
  return pods !== undefined && services !== undefined && containsPrefix(pods, services) ? { kept: serviceCidr } : {}
}

const ZonedNode = Schema.Struct({ ...NamedNode.fields, subnet: Schema.optionalKey(Schema.NonEmptyString), zone: Schema.NonEmptyString })

/** Source: GKE docs, quotas and limits, nodes in a node pool zone. */
const poolNodesMax = 1_000

const PoolOptions = Schema.Struct({
  machineType: Schema.NonEmptyString,
  /** Known nodes, each with its zone; or their number, over `zones` in turn. */
  nodes: Schema.Union([Schema.Array(ZonedNode), Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: poolNodesMax }))]),
  /** Where more of them may be made; those of known nodes when absent. */
  zones: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  maxPods: Schema.optionalKey(Schema.Int),
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** A secondary range of its own for pods, of `gkeVpc`'s `morePodCidrs`: it need not lie beside the cluster's. */
  podCidr: Schema.optionalKey(Schema.String),
  /** Nodes that have not been Ready for ten minutes are rebooted; off when absent, so that a drill shows one thing at a time. */
  autoRepair: Schema.optionalKey(Schema.Boolean),
  /** What the cloud and the cluster autoscaler may do with it; it keeps its size otherwise. */
  scaling: Schema.optionalKey(Schema.Struct({ min: Schema.Int, max: Schema.Int, autoscaled: Schema.optionalKey(Schema.Boolean) }))
})

/** Nodes of one machine type, in the cluster's one subnetwork. */
export const gkeNodePool = (cluster: string, name: string, options: typeof PoolOptions.Type): NodeGroup => {
  const place = placeOfCall(gkeNodePool)
  const { machineType, nodes, zones, maxPods, labels, podCidr, autoRepair, scaling } = readOptions(
    PoolOptions,
    options,
    `gkeNodePool ${name}`,
    place
  )
  if (!machineTypes.has(machineType)) {
    const near = nearMisses(machineType, [...machineTypes.keys()])
    misuse(
      errorOf("D004", `gkeNodePool ${name}: machine type "${machineType}" is not known`, {
        place,
        underlined: machineType,
        notes: ["known are common sizes of e2, n2 and n2d"],
        help: near.length === 0 ? 'write a type such as "e2-standard-4"' : `did you mean ${listed(near)}?`
      })
    )
  }
  if (typeof nodes === "number" && (zones ?? []).length === 0)
    misuse(
      errorOf("D008", `gkeNodePool ${name}: ${nodes} nodes, and no zones to place them in`, {
        place,
        underlined: "nodes",
        help: "add zones: [...], or name each node with its zone"
      })
    )
  const subnet = gkeSubnetwork(cluster)
  const known = typeof nodes === "number" ? [] : nodes
  return {
    name: readName(name, "gkeNodePool(", place),
    options: {
      instanceType: machineType,
      nodes: typeof nodes === "number" ? nodes : nodes.map((node) => ({ ...node, subnet: node.subnet ?? subnet })),
      subnets: [subnet],
      zones: zones ?? [...new Set(known.map(({ zone }) => zone))],
      maxPods: maxPods ?? maxPodsDefault,
      groups: [gkeTag(cluster)],
      ...(labels === undefined ? {} : { labels }),
      ...(podCidr === undefined ? {} : { podCidr }),
      ...(autoRepair === undefined ? {} : { autoRepair }),
      ...(scaling === undefined ? {} : { scaling })
    },
    place
  }
}

interface AddonOptions {
  readonly coredns?: ReadonlyArray<{ readonly name: string; readonly node?: string }>
  readonly dataplane?: "kube-proxy" | "v2"
}

/** What GKE puts into every cluster: kube-proxy, or Dataplane V2's agent, on each node, two of kube-dns. Requests as in its manifests. */
export const gkeAddons = ({ dataplane, ...options }: AddonOptions = {}): ReadonlyArray<Described> =>
  clusterAddons(placeOfCall(gkeAddons), [[dataplane === "v2" ? "anetd" : "kube-proxy", 100]], options)

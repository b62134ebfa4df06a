/**
 * A cluster at AKS: its node pools, where its pods have their addresses, and what AKS puts into every cluster. Pods have a block of the
 * pods' range a node, known by routes (kubenet) or laid over the network (overlay), or addresses of the network: of the nodes' subnet,
 * taken when a node is created, or of one of their own, in batches or in blocks.
 * Source: AKS docs, networking concepts, Azure CNI, Azure CNI Overlay, pod subnets; kubernetes-sigs/cloud-provider-azure.
 */
import { Schema } from "effect"
import { podBlockLength } from "../../model/cloud/azure/aks-addresses.ts"
import { machineSizes } from "../../model/cloud/azure/machines.ts"
import { errorOf } from "../diagnostic.ts"
import { listed, nearMisses } from "../near.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName, readOptions } from "../read.ts"
import { aksPool } from "./azure-network.ts"
import { type Cluster, clusterAddons, readCluster } from "./cluster.ts"
import { NamedNode, type NodeGroup } from "./node-group.ts"
import type { Described } from "./workload.ts"

const ClusterOptions = Schema.Struct({
  name: Schema.NonEmptyString,
  version: Schema.NonEmptyString,
  serviceCidr: Schema.optionalKey(Schema.String),
  /** `kubenet` when absent. */
  networkPlugin: Schema.optionalKey(Schema.Literals(["kubenet", "azure"])),
  /** Of the plugin `azure`: pods have a range of their own, laid over the network. */
  networkPluginMode: Schema.optionalKey(Schema.Literals(["overlay"])),
  /** With kubenet and overlay: nodes get a /24 of it each, in their order. */
  podCidr: Schema.optionalKey(Schema.String),
  /** Nodes reach the API server at a private endpoint in their subnet, not by their way out. */
  privateCluster: Schema.optionalKey(Schema.Boolean),
  /** API server VNet integration: nodes reach it in this subnet, whether it is public as well or not. */
  apiServerSubnet: Schema.optionalKey(Schema.NonEmptyString),
  /** Public addresses of Services of type LoadBalancer, by name. */
  serviceAddresses: Schema.optionalKey(Schema.Record(Schema.NonEmptyString, Schema.String))
})

/** AKS's defaults. Source: AKS docs, kubenet networking; maximum pods per node. */
export const usualServiceCidr = "10.0.0.0/16"
export const usualPodCidr = "10.244.0.0/16"
const maxPodsDefaults = { kubenet: 110, azure: 30, overlay: 250, podSubnet: 110 } as const

/** A cluster whose nodes reach its API server by their way out, unless it is private or has a subnet of its own. */
export const aksCluster = (options: typeof ClusterOptions.Type): Cluster => {
  const place = placeOfCall(aksCluster)
  const read = readOptions(ClusterOptions, options, "aksCluster", place)
  const { name, version, serviceCidr, serviceAddresses, privateCluster, apiServerSubnet } = read
  return readCluster({
    name,
    version,
    serviceCidr: serviceCidr ?? usualServiceCidr,
    ...podAddressing(read, place),
    ...(privateCluster === true || apiServerSubnet !== undefined ? { endpoint: "private" as const } : {}),
    ...(apiServerSubnet === undefined ? {} : { apiServerSubnet }),
    ...(serviceAddresses === undefined ? {} : { serviceAddresses }),
    place
  })
}

/** Where pods have their addresses, and how many of them a node may have. */
export const podAddressing = (
  {
    networkPlugin = "kubenet",
    networkPluginMode,
    podCidr
  }: Pick<typeof ClusterOptions.Type, "networkPlugin" | "networkPluginMode" | "podCidr">,
  place?: Place
): Pick<Cluster, "podRange" | "podHolding" | "maxPods"> => {
  const refuse = (text: string, underlined: string, help: string): never =>
    misuse(errorOf("D008", `aksCluster: ${text}`, { place, underlined, help }))
  if (networkPluginMode === "overlay" && networkPlugin !== "azure")
    refuse("overlay is a mode of the plugin azure", "overlay", 'write networkPlugin: "azure" beside it')
  const podRange = { cidr: podCidr ?? usualPodCidr, blockLength: podBlockLength }
  if (networkPlugin === "kubenet") return { podRange, maxPods: maxPodsDefaults.kubenet }
  if (networkPluginMode === "overlay") return { podRange: { ...podRange, known: "overlay" }, maxPods: maxPodsDefaults.overlay }
  if (podCidr !== undefined)
    refuse("pods have addresses of the network, and podCidr is given", podCidr, 'leave podCidr away, or write networkPluginMode: "overlay"')
  return { podHolding: { by: "addresses" }, maxPods: maxPodsDefaults.azure }
}

/** Machines of a scale set. Source: AKS docs, quotas and limits, nodes per node pool. */
export const poolNodesMax = 1_000

const PoolOptions = Schema.Struct({
  vmSize: Schema.NonEmptyString,
  /** Known nodes; or their number, in `subnet`. */
  nodes: Schema.Union([Schema.Array(NamedNode), Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: poolNodesMax }))]),
  subnet: Schema.optionalKey(Schema.NonEmptyString),
  /** Zones to spread over; none in regions without. */
  zones: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  /** 30 with Azure CNI, 250 with overlay, else 110. */
  maxPods: Schema.optionalKey(Schema.Int),
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Nodes that have not been Ready for ten minutes are rebooted; off when absent, so that a drill shows one thing at a time. */
  autoRepair: Schema.optionalKey(Schema.Boolean),
  /** With Azure CNI: the subnet of pods, in batches of sixteen addresses as they come (`dynamic`, the default) or in blocks of sixteen. */
  podSubnet: Schema.optionalKey(Schema.NonEmptyString),
  podAllocation: Schema.optionalKey(Schema.Literals(["dynamic", "static block"])),
  /** What AKS and the cluster autoscaler may do with it; it keeps its size otherwise. */
  scaling: Schema.optionalKey(Schema.Struct({ min: Schema.Int, max: Schema.Int, autoscaled: Schema.optionalKey(Schema.Boolean) }))
})

/** A scale set of machines of one size. */
export const nodePool = (name: string, options: typeof PoolOptions.Type): NodeGroup => {
  const place = placeOfCall(nodePool)
  const read = readOptions(PoolOptions, options, `nodePool ${name}`, place)
  const { vmSize, nodes, subnet, zones, maxPods, labels, autoRepair, podSubnet, podAllocation, scaling } = read
  if (!machineSizes.has(vmSize)) {
    const near = nearMisses(vmSize, [...machineSizes.keys()])
    misuse(
      errorOf("D004", `nodePool ${name}: VM size "${vmSize}" is not known`, {
        place,
        underlined: vmSize,
        notes: [`known are ${listed([...machineSizes.keys()])}`],
        help: near.length === 0 ? 'write a size such as "Standard_D4s_v5"' : `did you mean ${listed(near)}?`
      })
    )
  }
  if (typeof nodes === "number" && subnet === undefined)
    misuse(
      errorOf("D008", `nodePool ${name}: ${nodes} nodes, and no subnet to place them in`, {
        place,
        underlined: "nodes",
        help: "add subnet, or name each node with its subnet"
      })
    )
  const podsMax = maxPods ?? (podSubnet === undefined ? undefined : maxPodsDefaults.podSubnet)
  return {
    name: readName(name, "nodePool(", place),
    options: {
      instanceType: vmSize,
      nodes,
      groups: [aksPool],
      ...(subnet === undefined ? {} : { subnets: [subnet] }),
      ...(zones === undefined ? {} : { zones }),
      ...(podsMax === undefined ? {} : { maxPods: podsMax }),
      ...(labels === undefined ? {} : { labels }),
      ...(autoRepair === undefined ? {} : { autoRepair }),
      ...(podSubnet === undefined
        ? {}
        : { podHolding: { by: podAllocation === "static block" ? "blocks" : "batches", subnet: podSubnet } }),
      ...(scaling === undefined ? {} : { scaling, isScaleSet: true })
    },
    place
  }
}

/** What AKS puts into every cluster: kube-proxy on each node, two of CoreDNS behind `kube-dns`. Requests as in its manifests. */
export const aksAddons = (
  options: { readonly coredns?: ReadonlyArray<{ readonly name: string; readonly node?: string }> } = {}
): ReadonlyArray<Described> => clusterAddons(placeOfCall(aksAddons), [["kube-proxy", 100]], options)

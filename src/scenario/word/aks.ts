/**
 * A cluster at AKS with kubenet: its node pools, the block of pod addresses that each node has, and what AKS puts into every cluster.
 * Not modelled yet: Azure CNI in its forms, outbound types other than those of `aksVnet`, private clusters, scale sets that grow.
 * Source: AKS docs, kubenet networking, Standard Load Balancer; kubernetes-sigs/cloud-provider-azure.
 */
import { Schema } from "effect"
import { podBlockLength } from "../../model/cloud/azure/aks-addresses.ts"
import { machineSizes } from "../../model/cloud/azure/machines.ts"
import { errorOf } from "../diagnostic.ts"
import { listed, nearMisses } from "../near.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readName, readOptions } from "../read.ts"
import { aksPool } from "./azure-network.ts"
import { type Cluster, clusterAddons, readCluster } from "./cluster.ts"
import { NamedNode, type NodeGroup } from "./node-group.ts"
import type { Described } from "./workload.ts"

const ClusterOptions = Schema.Struct({
  name: Schema.NonEmptyString,
  version: Schema.NonEmptyString,
  serviceCidr: Schema.optionalKey(Schema.String),
  /** Nodes get a /24 of it each, in their order. */
  podCidr: Schema.optionalKey(Schema.String),
  /** Public addresses of Services of type LoadBalancer, by name. */
  serviceAddresses: Schema.optionalKey(Schema.Record(Schema.NonEmptyString, Schema.String))
})

/** AKS's defaults. Source: AKS docs, kubenet networking. */
const usualServiceCidr = "10.0.0.0/16"
const usualPodCidr = "10.244.0.0/16"
const maxPodsDefault = 110

/** A cluster with a public API server, under kubenet. */
export const aksCluster = (options: typeof ClusterOptions.Type): Cluster => {
  const place = placeOfCall(aksCluster)
  const { name, version, serviceCidr, podCidr, serviceAddresses } = readOptions(ClusterOptions, options, "aksCluster", place)
  return readCluster({
    name,
    version,
    serviceCidr: serviceCidr ?? usualServiceCidr,
    podRange: { cidr: podCidr ?? usualPodCidr, blockLength: podBlockLength },
    ...(serviceAddresses === undefined ? {} : { serviceAddresses }),
    place
  })
}

const PoolOptions = Schema.Struct({
  vmSize: Schema.NonEmptyString,
  nodes: Schema.Array(NamedNode),
  maxPods: Schema.optionalKey(Schema.Int),
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Nodes that have not been Ready for ten minutes are rebooted; off when absent, so that a drill shows one thing at a time. */
  autoRepair: Schema.optionalKey(Schema.Boolean)
})

/** Known nodes of one size. */
export const nodePool = (name: string, options: typeof PoolOptions.Type): NodeGroup => {
  const place = placeOfCall(nodePool)
  const { vmSize, nodes, maxPods, labels, autoRepair } = readOptions(PoolOptions, options, `nodePool ${name}`, place)
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
  return {
    name: readName(name, "nodePool(", place),
    options: {
      instanceType: vmSize,
      nodes,
      maxPods: maxPods ?? maxPodsDefault,
      groups: [aksPool],
      ...(labels === undefined ? {} : { labels }),
      ...(autoRepair === undefined ? {} : { autoRepair })
    },
    place
  }
}

/** What AKS puts into every cluster: kube-proxy on each node, two of CoreDNS behind `kube-dns`. Requests as in its manifests. */
export const aksAddons = (
  options: { readonly coredns?: ReadonlyArray<{ readonly name: string; readonly node?: string }> } = {}
): ReadonlyArray<Described> => clusterAddons(placeOfCall(aksAddons), [["kube-proxy", 100]], options)

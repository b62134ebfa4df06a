/**
 * A network at Azure, in Azure's words: written out whole (`azureVnet`), or laid out as AKS does it (`aksVnet`): a virtual network, a
 * subnet for nodes with its security group, and the Standard Load Balancer that nodes leave by.
 * Source: AKS docs, networking concepts, outbound types; Azure/AKS-Engine for the names.
 */
import { Schema } from "effect"
import { AzureTopology, Subnet } from "../../model/cloud/azure/topology.ts"
import { Appliance } from "../../model/cloud/azure/topology-balancer.ts"
import { ServiceTag } from "../../model/cloud/azure/topology-filter.ts"
import { RouteTable } from "../../model/cloud/azure/topology-routing.ts"
import { placeOfCall } from "../place.ts"
import { readOptions } from "../read.ts"
import type { Network } from "./network.ts"

/** One at Azure. */
export interface AzureNetwork extends Network {
  readonly topology: AzureTopology
}

/** Everything written out. */
export const azureVnet = (topology: Omit<AzureTopology, "_tag">): AzureNetwork => {
  const place = placeOfCall(azureVnet)
  return { topology: readOptions(AzureTopology, { _tag: "AzureTopology", ...topology }, "azureVnet", place), place }
}

const Options = Schema.Struct({
  name: Schema.NonEmptyString,
  region: Schema.NonEmptyString,
  cidr: Schema.String,
  nodeSubnet: Schema.Struct({ id: Schema.NonEmptyString, cidr: Schema.String, routeTable: Schema.optionalKey(Schema.NonEmptyString) }),
  /** Of the region; none in regions without zones. */
  zones: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  /** How nodes leave: by outbound rules of the load balancer, or by routes alone. */
  outboundType: Schema.optionalKey(Schema.Literals(["loadBalancer", "userDefinedRouting"])),
  /** Ports of each node behind the load balancer; by the number of nodes when absent. */
  allocatedOutboundPorts: Schema.optionalKey(Schema.Int),
  /** Public addresses that nodes leave with. */
  outboundAddresses: Schema.optionalKey(Schema.Array(Schema.String)),
  subnets: Schema.optionalKey(Schema.Array(Subnet)),
  routeTables: Schema.optionalKey(Schema.Array(RouteTable)),
  appliances: Schema.optionalKey(Schema.Array(Appliance)),
  serviceTags: Schema.optionalKey(Schema.Array(ServiceTag))
})

/** AKS chooses the outbound address; ours stands in for it, from TEST-NET-1 (RFC 5737). */
const outboundAddress = "192.0.2.10"

/** Names that AKS gives what it makes. */
export const aksSecurityGroup = (cluster: string): string => `aks-agentpool-${cluster}-nsg`
export const aksPool = "aksOutboundBackendPool"
export const aksBalancer = "kubernetes"

/** A virtual network as AKS lays it out for a cluster of this name; what else stands in it is written beside. */
export const aksVnet = (options: typeof Options.Type): AzureNetwork => {
  const place = placeOfCall(aksVnet)
  const { name, region, cidr, nodeSubnet, zones, subnets, routeTables, appliances, serviceTags, ...outbound } = readOptions(
    Options,
    options,
    "aksVnet",
    place
  )
  const network = `${name}-vnet`
  return {
    place,
    topology: {
      _tag: "AzureTopology",
      id: name,
      region,
      zones: zones ?? [],
      networks: [{ id: network, ranges: [cidr] }],
      subnets: [{ ...nodeSubnet, network, securityGroup: aksSecurityGroup(name), defaultOutboundAccess: false }, ...(subnets ?? [])],
      routeTables: routeTables ?? [],
      securityGroups: [{ id: aksSecurityGroup(name), rules: [] }],
      instances: [],
      loadBalancers: [balancerOf(network, outbound)],
      ...(appliances === undefined ? {} : { appliances }),
      ...(serviceTags === undefined ? {} : { serviceTags })
    }
  }
}

type Outbound = Pick<typeof Options.Type, "outboundType" | "outboundAddresses" | "allocatedOutboundPorts">
type Balancer = NonNullable<AzureTopology["loadBalancers"]>[number]

/** With `userDefinedRouting` AKS makes no outbound rule. */
const balancerOf = (network: string, { outboundType, outboundAddresses, allocatedOutboundPorts }: Outbound): Balancer => {
  const frontEnds = (outboundAddresses ?? [outboundAddress]).map((address, index) => ({ id: `outbound-${index + 1}`, address }))
  const leaves = outboundType !== "userDefinedRouting"
  return {
    id: aksBalancer,
    network,
    frontEnds: leaves ? frontEnds : [],
    pools: [{ id: aksPool, members: [] }],
    rules: [],
    outboundRules: leaves
      ? [
          {
            id: "aksOutboundRule",
            pool: aksPool,
            frontEnds: frontEnds.map(({ id }) => id),
            ...(allocatedOutboundPorts === undefined ? {} : { portsPerInstance: allocatedOutboundPorts })
          }
        ]
      : []
  }
}

/**
 * A network at Azure, in Azure's words: written out whole (`azureVnet`), or laid out as AKS does it (`aksVnet`): a virtual network, a
 * subnet for nodes with its security group, and the Standard Load Balancer that nodes leave by.
 * Source: AKS docs, networking concepts, outbound types; Azure/AKS-Engine for the names.
 */
import { Schema } from "effect"
import { priorityLast } from "../../model/cloud/azure/limits.ts"
import { leadsSomewhere, OutboundType } from "../../model/cloud/azure/outbound-type.ts"
import { AzureTopology, Subnet } from "../../model/cloud/azure/topology.ts"
import { Appliance } from "../../model/cloud/azure/topology-balancer.ts"
import { ServiceTag } from "../../model/cloud/azure/topology-filter.ts"
import { NatGateway, RouteTable } from "../../model/cloud/azure/topology-routing.ts"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readOptions } from "../read.ts"
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
  /** How nodes leave; `loadBalancer` when absent. `userDefinedRouting` wants a default route of the node subnet that leads somewhere. */
  outboundType: Schema.optionalKey(OutboundType),
  /** Of the NAT gateway, where there is one. */
  natGateway: Schema.optionalKey(
    Schema.Struct({ sku: Schema.optionalKey(Schema.Literals(["Standard", "StandardV2"])), zone: Schema.optionalKey(Schema.NonEmptyString) })
  ),
  /** Ports of each node behind the load balancer; by the number of nodes when absent. */
  allocatedOutboundPorts: Schema.optionalKey(Schema.Int),
  /** Public addresses that nodes leave with. */
  outboundAddresses: Schema.optionalKey(Schema.Array(Schema.String)),
  subnets: Schema.optionalKey(Schema.Array(Subnet)),
  routeTables: Schema.optionalKey(Schema.Array(RouteTable)),
  appliances: Schema.optionalKey(Schema.Array(Appliance)),
  /** Further NAT gateways of the owner, which a timeline may move to. */
  natGateways: Schema.optionalKey(Schema.Array(NatGateway)),
  serviceTags: Schema.optionalKey(Schema.Array(ServiceTag))
})

/** AKS chooses the outbound address; ours stands in for it, from TEST-NET-1 (RFC 5737). */
const outboundAddress = "192.0.2.10"

/** Names that AKS gives what it makes. */
export const aksSecurityGroup = (cluster: string): string => `aks-agentpool-${cluster}-nsg`
export const aksPool = "aksOutboundBackendPool"
export const aksBalancer = "kubernetes"
const aksNat = "aks-nat-gateway"

/** A virtual network as AKS lays it out for a cluster of this name; what else stands in it is written beside. */
export const aksVnet = (options: typeof Options.Type): AzureNetwork => {
  const place = placeOfCall(aksVnet)
  const read = readOptions(Options, options, "aksVnet", place)
  const { name, region, cidr, nodeSubnet, zones, subnets, routeTables, appliances, natGateways, serviceTags, ...outbound } = read
  checkOutbound(read, place)
  const network = `${name}-vnet`
  const nats = [...natsOf(outbound), ...(natGateways ?? [])]
  return {
    place,
    topology: {
      _tag: "AzureTopology",
      id: name,
      region,
      zones: zones ?? [],
      networks: [{ id: network, ranges: [cidr] }],
      subnets: [
        {
          ...nodeSubnet,
          network,
          securityGroup: aksSecurityGroup(name),
          defaultOutboundAccess: false,
          ...(isNat(outbound) ? { natGateway: aksNat } : {})
        },
        ...(subnets ?? [])
      ],
      routeTables: routeTables ?? [],
      securityGroups: [{ id: aksSecurityGroup(name), rules: outbound.outboundType === "block" ? [blocked] : [] }],
      instances: [],
      loadBalancers: [balancerOf(network, outbound)],
      clusters: [
        { id: name, subnet: nodeSubnet.id, balancer: aksBalancer, pool: aksPool, outboundType: outbound.outboundType ?? "loadBalancer" }
      ],
      ...(nats.length === 0 ? {} : { natGateways: nats }),
      ...(appliances === undefined ? {} : { appliances }),
      ...(serviceTags === undefined ? {} : { serviceTags })
    }
  }
}

/** Nothing of a network isolated cluster gets out. Source: AKS docs, outbound types, block; the priority is the last that an owner may give. */
const blocked: AzureTopology["securityGroups"][number]["rules"][number] = {
  id: "block-egress",
  priority: priorityLast,
  direction: "Outbound",
  access: "Deny",
  protocol: "*",
  sources: ["*"],
  sourcePorts: ["*"],
  destinations: ["Internet"],
  destinationPorts: ["*"]
}

type Outbound = Pick<typeof Options.Type, "outboundType" | "outboundAddresses" | "allocatedOutboundPorts" | "natGateway">
type Balancer = NonNullable<AzureTopology["loadBalancers"]>[number]

const isNat = ({ outboundType }: Outbound): boolean => outboundType === "managedNATGateway" || outboundType === "userAssignedNATGateway"

const natsOf = (outbound: Outbound): NonNullable<AzureTopology["natGateways"]> =>
  isNat(outbound)
    ? [{ id: aksNat, sku: "Standard", publicAddresses: outbound.outboundAddresses ?? [outboundAddress], ...outbound.natGateway }]
    : []

/** What Azure would refuse, or would never do. */
const checkOutbound = (options: typeof Options.Type, place: Place | undefined): void => {
  const { outboundType = "loadBalancer", allocatedOutboundPorts, natGateway, outboundAddresses } = options
  const refuse = (text: string, help: string): never =>
    misuse(errorOf("D007", `aksVnet: ${text}`, { place, underlined: outboundType, help }))
  if (outboundType === "userDefinedRouting" && !leadsSomewhere({ routeTables: options.routeTables ?? [] }, options.nodeSubnet.routeTable))
    refuse(
      "outboundType userDefinedRouting needs a route 0.0.0.0/0 of the node subnet to an appliance or a gateway (RouteTableInvalidNextHop)",
      "give nodeSubnet.routeTable a table with that route before the cluster is made"
    )
  if (allocatedOutboundPorts !== undefined && outboundType !== "loadBalancer")
    refuse(`allocatedOutboundPorts belong to the load balancer, and outboundType is ${outboundType}`, "leave allocatedOutboundPorts away")
  if (natGateway !== undefined && !isNat(options))
    refuse(`natGateway is given, and outboundType is ${outboundType}`, 'write outboundType: "managedNATGateway", or leave natGateway away')
  if (outboundAddresses !== undefined && ["userDefinedRouting", "none", "block"].includes(outboundType))
    refuse(`with outboundType ${outboundType} AKS makes no public address`, "leave outboundAddresses away")
}

/** With any `outboundType` but `loadBalancer` AKS makes no outbound rule. */
const balancerOf = (network: string, { outboundType, outboundAddresses, allocatedOutboundPorts }: Outbound): Balancer => {
  const frontEnds = (outboundAddresses ?? [outboundAddress]).map((address, index) => ({ id: `outbound-${index + 1}`, address }))
  const leaves = (outboundType ?? "loadBalancer") === "loadBalancer"
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

/**
 * What the owner has at Azure, in Azure's words. Plain data, part of the plan; every id is the owner's. Virtual networks and subnets
 * are regional: only instances, appliances and NAT gateways stand in zones.
 * Not modelled yet: IPv6, several interfaces an instance, Virtual WAN, admin rules of Virtual Network Manager, Basic load balancers,
 * ExpressRoute circuits.
 */
import { Schema } from "effect"
import { ClusterEgress } from "./outbound-type.ts"
import { Appliance, ApplicationGateway, KnownName, LoadBalancer } from "./topology-balancer.ts"
import { NetworkSecurityGroup, ServiceTag } from "./topology-filter.ts"
import { NatGateway, Peering, RouteTable, ServiceEndpoint, Site, VirtualNetworkGateway } from "./topology-routing.ts"

const Id = Schema.NonEmptyString
const Cidr = Schema.String

/** `overlays`: ranges of pods laid over it, which only their cluster's nodes and pods know. */
export const VirtualNetwork = Schema.Struct({ id: Id, ranges: Schema.Array(Cidr), overlays: Schema.optionalKey(Schema.Array(Cidr)) })

export const Subnet = Schema.Struct({
  id: Id,
  network: Id,
  cidr: Cidr,
  routeTable: Schema.optionalKey(Id),
  securityGroup: Schema.optionalKey(Id),
  natGateway: Schema.optionalKey(Id),
  serviceEndpoints: Schema.optionalKey(Schema.Array(ServiceEndpoint)),
  /** Whoever has no other way out has an address of Microsoft's. Off in networks made after March 2026. */
  defaultOutboundAccess: Schema.Boolean
})

/** `Standard`: closed to the internet until a security group opens it. */
export const PublicAddress = Schema.Struct({ address: Schema.String, sku: Schema.Literals(["Basic", "Standard"]) })

/** One interface. `groups`: application security groups and backend pools. */
export const Instance = Schema.Struct({
  id: Id,
  zone: Schema.optionalKey(Id),
  subnet: Id,
  address: Schema.String,
  publicAddress: Schema.optionalKey(PublicAddress),
  securityGroup: Schema.optionalKey(Id),
  groups: Schema.Array(Id),
  /** Passes on what is not for itself. */
  forwards: Schema.Boolean,
  running: Schema.Boolean,
  /** Addresses that it answers for beside its own: of front ends with floating rules. */
  loopbacks: Schema.optionalKey(Schema.Array(Schema.String)),
  listening: Schema.Array(Schema.Struct({ protocol: Schema.Literals(["tcp", "udp"]), port: Schema.Int }))
})

/** A service of Azure's under a private address of a subnet. */
export const PrivateEndpoint = Schema.Struct({ id: Id, subnet: Id, address: Schema.String, service: Id })

/** Absent: no bound that matters. */
export const Quotas = Schema.Struct({ cpus: Schema.optionalKey(Schema.Int) })

export const AzureTopology = Schema.TaggedStruct("AzureTopology", {
  id: Id,
  region: Id,
  zones: Schema.Array(Id),
  networks: Schema.Array(VirtualNetwork),
  subnets: Schema.Array(Subnet),
  routeTables: Schema.Array(RouteTable),
  securityGroups: Schema.Array(NetworkSecurityGroup),
  instances: Schema.Array(Instance),
  applicationSecurityGroups: Schema.optionalKey(Schema.Array(Id)),
  serviceTags: Schema.optionalKey(Schema.Array(ServiceTag)),
  peerings: Schema.optionalKey(Schema.Array(Peering)),
  gateways: Schema.optionalKey(Schema.Array(VirtualNetworkGateway)),
  sites: Schema.optionalKey(Schema.Array(Site)),
  natGateways: Schema.optionalKey(Schema.Array(NatGateway)),
  privateEndpoints: Schema.optionalKey(Schema.Array(PrivateEndpoint)),
  loadBalancers: Schema.optionalKey(Schema.Array(LoadBalancer)),
  applicationGateways: Schema.optionalKey(Schema.Array(ApplicationGateway)),
  appliances: Schema.optionalKey(Schema.Array(Appliance)),
  names: Schema.optionalKey(Schema.Array(KnownName)),
  /** How AKS clusters leave. */
  clusters: Schema.optionalKey(Schema.Array(ClusterEgress)),
  quotas: Schema.optionalKey(Quotas)
})
export type AzureTopology = typeof AzureTopology.Type

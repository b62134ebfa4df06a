/**
 * What the owner has at AWS, in AWS's words. Plain data, part of the plan; every id is the owner's.
 * IPv6 is for instances; Kubernetes here has none. Not modelled yet: gateway load balancers, network firewalls of AWS's own.
 */
import { Schema } from "effect"
import { Database } from "./database.ts"
import { CidrReservation, NetworkInterface, Quotas } from "./topology-capacity.ts"
import {
  GatewayEndpoint,
  InterfaceEndpoint,
  PrefixList,
  RegionalNatGateway,
  Site,
  SiteConnection,
  TransitGateway,
  VpcPeering,
  VpnGateway
} from "./topology-interconnect.ts"

const Id = Schema.NonEmptyString
const Cidr = Schema.String

/** `blockPublicAccess`: what VPC Block Public Access stops: what comes in unasked, or everything. */
export const Vpc = Schema.Struct({
  id: Id,
  cidrs: Schema.Array(Cidr),
  ipv6Cidrs: Schema.optionalKey(Schema.Array(Cidr)),
  blockPublicAccess: Schema.optionalKey(Schema.Literals(["ingress", "bidirectional"]))
})

/** `routeTable`: a gateway (edge) table, for what comes in. */
export const InternetGateway = Schema.Struct({ id: Id, vpc: Id, routeTable: Schema.optionalKey(Id) })

/** For IPv6, and outward alone. */
export const EgressOnlyGateway = Schema.Struct({ id: Id, vpc: Id })

export const Subnet = Schema.Struct({
  id: Id,
  vpc: Id,
  zone: Id,
  cidr: Cidr,
  ipv6Cidr: Schema.optionalKey(Cidr),
  /** Explicit association; the VPC's main table otherwise. */
  routeTable: Schema.optionalKey(Id),
  /** The VPC's default network ACL otherwise, which allows everything. */
  networkAcl: Schema.optionalKey(Id),
  tags: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  reservations: Schema.optionalKey(Schema.Array(CidrReservation))
})

/** `destination`: a CIDR or a prefix list's id. `target`: `local`, or the id of a gateway, peering, endpoint or instance. */
export const AwsRoute = Schema.Struct({
  destination: Id,
  target: Id,
  state: Schema.Literals(["active", "blackhole"]),
  propagated: Schema.Boolean
})
/** The local routes of the VPC's CIDRs need not be written; one with another target replaces its own. */
export const RouteTable = Schema.Struct({ id: Id, vpc: Id, main: Schema.Boolean, routes: Schema.Array(AwsRoute) })

export const NatGateway = Schema.Struct({
  id: Id,
  subnet: Id,
  privateAddress: Schema.String,
  publicAddress: Schema.optionalKey(Schema.String)
})

/** `peer`: a CIDR or a security group's id. Ports are inclusive; all protocols have all ports. */
export const SecurityGroupRule = Schema.Struct({
  protocol: Schema.Literals(["tcp", "udp", "icmp", "all"]),
  fromPort: Schema.Int,
  toPort: Schema.Int,
  peer: Id
})
export const SecurityGroup = Schema.Struct({
  id: Id,
  vpc: Id,
  ingress: Schema.Array(SecurityGroupRule),
  egress: Schema.Array(SecurityGroupRule)
})

export const NetworkAclEntry = Schema.Struct({
  number: Schema.Int,
  action: Schema.Literals(["allow", "deny"]),
  protocol: Schema.Literals(["tcp", "udp", "icmp", "all"]),
  cidr: Cidr,
  fromPort: Schema.Int,
  toPort: Schema.Int
})
export const NetworkAcl = Schema.Struct({
  id: Id,
  vpc: Id,
  inbound: Schema.Array(NetworkAclEntry),
  outbound: Schema.Array(NetworkAclEntry)
})

/** A machine that is no Kubernetes node (a bastion, a database): one interface, listening on what it says. */
export const Instance = Schema.Struct({
  id: Id,
  subnet: Id,
  address: Schema.String,
  publicAddress: Schema.optionalKey(Schema.String),
  ipv6Address: Schema.optionalKey(Schema.String),
  securityGroups: Schema.Array(Id),
  sourceDestCheck: Schema.Boolean,
  /** A NAT instance: what it passes on bears its own address. */
  translates: Schema.optionalKey(Schema.Boolean),
  listening: Schema.Array(Schema.Struct({ protocol: Schema.Literals(["tcp", "udp"]), port: Schema.Int }))
})

export const AwsTopology = Schema.TaggedStruct("AwsTopology", {
  id: Id,
  region: Id,
  /** Zones in the owner's order, those of the subnets. */
  zones: Schema.Array(Id),
  vpcs: Schema.Array(Vpc),
  internetGateways: Schema.Array(InternetGateway),
  egressOnlyGateways: Schema.optionalKey(Schema.Array(EgressOnlyGateway)),
  subnets: Schema.Array(Subnet),
  routeTables: Schema.Array(RouteTable),
  natGateways: Schema.Array(NatGateway),
  securityGroups: Schema.Array(SecurityGroup),
  networkAcls: Schema.Array(NetworkAcl),
  instances: Schema.Array(Instance),
  prefixLists: Schema.optionalKey(Schema.Array(PrefixList)),
  peerings: Schema.optionalKey(Schema.Array(VpcPeering)),
  transitGateways: Schema.optionalKey(Schema.Array(TransitGateway)),
  vpnGateways: Schema.optionalKey(Schema.Array(VpnGateway)),
  sites: Schema.optionalKey(Schema.Array(Site)),
  siteConnections: Schema.optionalKey(Schema.Array(SiteConnection)),
  gatewayEndpoints: Schema.optionalKey(Schema.Array(GatewayEndpoint)),
  interfaceEndpoints: Schema.optionalKey(Schema.Array(InterfaceEndpoint)),
  networkInterfaces: Schema.optionalKey(Schema.Array(NetworkInterface)),
  databases: Schema.optionalKey(Schema.Array(Database)),
  quotas: Schema.optionalKey(Quotas),
  regionalNatGateways: Schema.optionalKey(Schema.Array(RegionalNatGateway))
})
export type AwsTopology = typeof AwsTopology.Type

/** What joins VPCs to one another, to the owner's sites and to AWS's services, in AWS's words. */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
const Cidr = Schema.String

/** A route's destination may be a list's id; it stands for each of its CIDRs. */
export const PrefixList = Schema.Struct({ id: Id, cidrs: Schema.Array(Cidr) })

export const VpcPeering = Schema.Struct({ id: Id, vpcs: Schema.Tuple([Id, Id]) })

/** `target`: an attachment's id, or `blackhole`. */
export const TransitRoute = Schema.Struct({ destination: Cidr, target: Id })

/** An attachment goes by the table it is associated with; it is found in the tables it propagates to. */
export const TransitAttachment = Schema.Struct({
  id: Id,
  leadsTo: Schema.Union([
    /** One subnet a zone; subnets of other zones can't send by it. */
    Schema.TaggedStruct("Vpc", { vpc: Id, subnets: Schema.Array(Id) }),
    /** Another transit gateway, by its attachment. */
    Schema.TaggedStruct("Peering", { gateway: Id, attachment: Id }),
    Schema.TaggedStruct("Connection", { connection: Id })
  ]),
  routeTable: Schema.optionalKey(Id),
  propagatesTo: Schema.Array(Id)
})
export const TransitGateway = Schema.Struct({
  id: Id,
  /** Security groups may be named across it. */
  referencesGroups: Schema.Boolean,
  routeTables: Schema.Array(Schema.Struct({ id: Id, routes: Schema.Array(TransitRoute) })),
  attachments: Schema.Array(TransitAttachment)
})

/** A virtual private gateway. */
export const VpnGateway = Schema.Struct({ id: Id, vpc: Id })

/** A place of the owner's own: a data centre, an office. */
export const Site = Schema.Struct({ id: Id, prefixes: Schema.Array(Cidr) })

/** `gateway`: a virtual private gateway or a transit gateway. A VPN has two tunnels, which share what they carry. */
export const SiteConnection = Schema.Struct({
  id: Id,
  kind: Schema.Literals(["direct-connect", "vpn-static", "vpn-bgp"]),
  gateway: Id,
  site: Id,
  tunnels: Schema.Int
})

/** For S3 or DynamoDB: reached by routes whose destination is the service's prefix list. */
export const GatewayEndpoint = Schema.Struct({ id: Id, vpc: Id, prefixList: Id })

/** An interface in each of some subnets. `dnsName`: the service's name where private DNS is on. */
export const InterfaceEndpoint = Schema.Struct({
  id: Id,
  vpc: Id,
  service: Id,
  interfaces: Schema.Array(Schema.Struct({ subnet: Id, address: Schema.String })),
  securityGroups: Schema.Array(Id),
  dnsName: Schema.optionalKey(Id)
})

/** Of a VPC, with an address a zone. It has a table of its own: to the internet gateway, and what is added. */
export const RegionalNatGateway = Schema.Struct({
  id: Id,
  vpc: Id,
  addresses: Schema.Array(Schema.Struct({ zone: Id, publicAddress: Schema.String })),
  routes: Schema.Array(Schema.Struct({ destination: Cidr, target: Id }))
})

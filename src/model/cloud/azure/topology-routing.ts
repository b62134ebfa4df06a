/** What leads somewhere at Azure, in Azure's words: route tables, peerings, gateways, service endpoints, NAT gateways. */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
const Cidr = Schema.String

/** The hop types that an owner may write. `VirtualAppliance`: whoever has the address, in this network or a peered one. */
export const NextHop = Schema.Union([
  Schema.TaggedStruct("VirtualAppliance", { address: Schema.String }),
  Schema.TaggedStruct("VirtualNetworkGateway", {}),
  Schema.TaggedStruct("VnetLocal", {}),
  Schema.TaggedStruct("Internet", {}),
  Schema.TaggedStruct("None", {})
])
export type NextHop = typeof NextHop.Type

/** `destination`: a range, or a service tag. */
export const UserRoute = Schema.Struct({ id: Id, destination: Id, nextHop: NextHop })

/** One table a subnet; many subnets may share one. Without propagation its subnets learn nothing from gateways. */
export const RouteTable = Schema.Struct({
  id: Id,
  disablesGatewayRoutePropagation: Schema.Boolean,
  routes: Schema.Array(UserRoute)
})

/** One side; a peering works when both sides are there. */
export const Peering = Schema.Struct({
  id: Id,
  network: Id,
  remote: Id,
  allowsVirtualNetworkAccess: Schema.Boolean,
  /** What an appliance of the remote network passes on for others may come in. */
  allowsForwardedTraffic: Schema.Boolean,
  allowsGatewayTransit: Schema.Boolean,
  usesRemoteGateways: Schema.Boolean
})

/** `learned`: ranges that it has by BGP or from a local network gateway. `zone` where it stands in one. */
export const VirtualNetworkGateway = Schema.Struct({
  id: Id,
  network: Id,
  site: Id,
  type: Schema.Literals(["Vpn", "ExpressRoute"]),
  learned: Schema.Array(Cidr)
})

/** On premises, behind gateways. */
export const Site = Schema.Struct({ id: Id, prefixes: Schema.Array(Cidr) })

/** Ranges of an Azure service that a subnet with its endpoint reaches with private addresses. */
export const ServiceEndpoint = Schema.Struct({ service: Id, prefixes: Schema.Array(Cidr) })

/** `Standard`: in one zone, or, without `zone`, in one that Azure chose. `StandardV2`: in all. */
export const NatGateway = Schema.Struct({
  id: Id,
  sku: Schema.Literals(["Standard", "StandardV2"]),
  zone: Schema.optionalKey(Id),
  publicAddresses: Schema.Array(Schema.String)
})

/** Where packets go at GCP, in GCP's words: routes, peerings, sites of the owner's own, and the way out by Cloud NAT. */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
const Cidr = Schema.String

/** `Address`: the instance whose address it is. `LoadBalancer`: an internal passthrough one. `Connection`: a VPN tunnel. */
export const NextHop = Schema.Union([
  Schema.TaggedStruct("DefaultInternetGateway", {}),
  Schema.TaggedStruct("Instance", { instance: Id }),
  Schema.TaggedStruct("Address", { address: Schema.String }),
  Schema.TaggedStruct("LoadBalancer", { loadBalancer: Id }),
  Schema.TaggedStruct("Connection", { connection: Id }),
  /** A node of a cluster, by its address: it need not be there yet. */
  Schema.TaggedStruct("Node", { address: Schema.String })
])
export type NextHop = typeof NextHop.Type

/** Subnetworks' routes need not be written; the default route must. Lower `priority` wins. `tags`: only for instances with one of them. */
export const StaticRoute = Schema.Struct({
  id: Id,
  network: Id,
  destination: Cidr,
  priority: Schema.Int,
  tags: Schema.optionalKey(Schema.Array(Id)),
  nextHop: NextHop
})

/** Before all routes. `skips`: no other policy-based route, but the routes. */
export const PolicyBasedRoute = Schema.Struct({
  id: Id,
  network: Id,
  priority: Schema.Int,
  source: Cidr,
  destination: Cidr,
  protocol: Schema.Literals(["all", "tcp", "udp"]),
  tags: Schema.optionalKey(Schema.Array(Id)),
  nextHop: Schema.Union([Schema.TaggedStruct("LoadBalancer", { loadBalancer: Id }), Schema.TaggedStruct("Skips", {})])
})

/** One side of a peering. Active when the other network has one back. Subnetworks' routes are exchanged always. */
export const Peering = Schema.Struct({
  id: Id,
  network: Id,
  peer: Id,
  exportsCustomRoutes: Schema.Boolean,
  importsCustomRoutes: Schema.Boolean
})

/** A place of the owner's own: a data centre, an office. */
export const Site = Schema.Struct({ id: Id, prefixes: Schema.Array(Cidr) })

/**
 * A VPN tunnel or a VLAN attachment. With `bgp` its site's prefixes are learned with that priority; else routes name it.
 * `advertised`: what the site knows of beside the network's subnetworks.
 */
export const ConnectionToSite = Schema.Struct({
  id: Id,
  kind: Schema.Literals(["vpn-tunnel", "vlan-attachment"]),
  network: Id,
  region: Id,
  site: Id,
  bgp: Schema.optionalKey(Schema.Struct({ priority: Schema.Int })),
  advertised: Schema.optionalKey(Schema.Array(Cidr))
})

/** `primary`, `all`, or names of secondary ranges with or without the primary one. */
export const NatRanges = Schema.Union([Schema.Literals(["all", "primary"]), Schema.Array(Id)])

/**
 * Of a region of a network. Which subnetworks: all, or some. Static: so many ports for every VM, at once. Dynamic: from `min`, doubling,
 * up to `max`; both powers of two. Endpoint-independent mapping goes with static ports alone. Addresses are those it has now.
 */
export const CloudNat = Schema.Struct({
  id: Id,
  network: Id,
  region: Id,
  addresses: Schema.Array(Schema.String),
  subnetworks: Schema.Union([Schema.Literals(["all", "all-primary"]), Schema.Array(Schema.Struct({ subnetwork: Id, ranges: NatRanges }))]),
  ports: Schema.Union([
    Schema.TaggedStruct("Static", { perVm: Schema.Int, endpointIndependentMapping: Schema.Boolean }),
    Schema.TaggedStruct("Dynamic", { min: Schema.Int, max: Schema.Int })
  ])
})

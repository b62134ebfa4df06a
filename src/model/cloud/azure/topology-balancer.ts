/** Balancers and appliances at Azure, in Azure's words: Standard Load Balancer, Application Gateway, a firewall. */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
const Port = Schema.Int
const Protocol = Schema.Literals(["tcp", "udp"])

/** Public, or inside with an address of a subnet. */
export const FrontEnd = Schema.Struct({ id: Id, address: Schema.String, subnet: Schema.optionalKey(Id) })

/** `members`: instances; whatever bears the pool's id among its groups is a member as well. */
export const BackendPool = Schema.Struct({ id: Id, members: Schema.Array(Id) })

/** `probePort`: what is asked from 168.63.129.16, over TCP; absent: members count as well while they run. */
export const LoadBalancingRule = Schema.Struct({
  id: Id,
  frontEnd: Id,
  pool: Id,
  protocol: Protocol,
  port: Port,
  backendPort: Port,
  probePort: Schema.optionalKey(Port),
  /** Packets keep the front end's address and port, which the member has to have on a loopback. */
  floating: Schema.optionalKey(Schema.Boolean)
})

/** `portsPerInstance` absent: by the size of the pool. */
export const OutboundRule = Schema.Struct({
  id: Id,
  pool: Id,
  frontEnds: Schema.Array(Id),
  portsPerInstance: Schema.optionalKey(Schema.Int)
})

/** Standard. Its replies are routed by its members' own tables. */
export const LoadBalancer = Schema.Struct({
  id: Id,
  network: Id,
  frontEnds: Schema.Array(FrontEnd),
  pools: Schema.Array(BackendPool),
  rules: Schema.Array(LoadBalancingRule),
  outboundRules: Schema.Array(OutboundRule)
})

/** In a subnet of its own; ends its clients' connections. `backends`: addresses that it opens its own to. */
export const ApplicationGateway = Schema.Struct({
  id: Id,
  subnet: Id,
  address: Schema.String,
  publicAddress: Schema.optionalKey(Schema.String),
  listeners: Schema.Array(Schema.Struct({ port: Port, backends: Schema.Array(Schema.String), backendPort: Port }))
})

/** Lets connections through in any direction. `destinations`: ranges, or names of `names`. */
export const FirewallRule = Schema.Struct({
  id: Id,
  action: Schema.Literals(["Allow", "Deny"]),
  protocol: Schema.Literals(["tcp", "udp", "icmp", "any"]),
  sources: Schema.Array(Schema.String),
  destinations: Schema.Array(Schema.String),
  /** Absent: all. */
  ports: Schema.optionalKey(Schema.Array(Schema.String))
})

/** From the firewall's public address to a private one. */
export const DestinationRule = Schema.Struct({ id: Id, protocol: Protocol, port: Port, to: Schema.String, toPort: Port })

/**
 * Azure Firewall, or a network virtual appliance of another make: stateful, denies what no rule allows. `running` false: dead, and
 * routes to it stay as they are.
 */
export const Appliance = Schema.Struct({
  id: Id,
  subnet: Id,
  address: Schema.String,
  publicAddress: Schema.optionalKey(Schema.String),
  zone: Schema.optionalKey(Id),
  running: Schema.Boolean,
  rules: Schema.Array(FirewallRule),
  destinationRules: Schema.Array(DestinationRule),
  /** Whose address destinations see: the firewall's beyond private space, as usual, always, or never. */
  sourceTranslation: Schema.Literals(["outside", "always", "never"])
})

/** Addresses behind a name that a firewall rule allows. */
export const KnownName = Schema.Struct({ id: Id, addresses: Schema.Array(Schema.String) })

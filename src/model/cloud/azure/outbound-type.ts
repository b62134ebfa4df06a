/**
 * How the nodes of an AKS cluster leave, and the moves from one way to another that AKS makes: between a load balancer, the owner's NAT
 * gateway and the owner's routes; a managed NAT gateway is of networks that AKS makes, and stays. Connections that are open break.
 * Not modelled: the minutes that a move takes, managed networks.
 * Source: AKS docs, customize cluster egress with outbound types, supported migration paths.
 */
import { Schema } from "effect"
import type { AzureTopology } from "./topology.ts"

const Id = Schema.NonEmptyString

export const OutboundType = Schema.Literals([
  "loadBalancer",
  "managedNATGateway",
  "userAssignedNATGateway",
  "userDefinedRouting",
  "none",
  "block"
])
export type OutboundType = typeof OutboundType.Type

/** What AKS knows of a cluster's way out: the subnet of its nodes, and its load balancer with the pool that they are in. */
export const ClusterEgress = Schema.Struct({ id: Id, subnet: Id, balancer: Id, pool: Id, outboundType: OutboundType })

/** `addresses`: of the load balancer, new ones; `natGateway`: the owner's. */
export const SetOutboundType = Schema.TaggedStruct("SetOutboundType", {
  cluster: Id,
  outboundType: OutboundType,
  natGateway: Schema.optionalKey(Id),
  addresses: Schema.optionalKey(Schema.Array(Schema.String))
})
type Move = typeof SetOutboundType.Type

/** Source: as above, the owner's own virtual network. */
const moves: Readonly<Record<OutboundType, ReadonlyArray<OutboundType>>> = {
  loadBalancer: ["userAssignedNATGateway", "userDefinedRouting"],
  userAssignedNATGateway: ["loadBalancer", "userDefinedRouting"],
  userDefinedRouting: ["loadBalancer", "userAssignedNATGateway"],
  managedNATGateway: [],
  none: [],
  block: []
}

type Changed = { readonly topology: AzureTopology } | { readonly refused: string }

/** A default route of a table leads to an appliance or a gateway: AKS takes no other for the owner's own routes. */
export const leadsSomewhere = (topology: Pick<AzureTopology, "routeTables">, table: string | undefined): boolean =>
  topology.routeTables.some(
    ({ id, routes }) =>
      id === table &&
      routes.some(
        ({ destination, nextHop }) =>
          destination === "0.0.0.0/0" && (nextHop._tag === "VirtualAppliance" || nextHop._tag === "VirtualNetworkGateway")
      )
  )

export const changeOutboundType = (topology: AzureTopology, move: Move): Changed => {
  const cluster = topology.clusters?.find(({ id }) => id === move.cluster)
  if (cluster === undefined) return { refused: `there is no cluster "${move.cluster}"` }
  const refused = refusalOf(topology, cluster, move)
  if (refused !== undefined) return { refused }
  const clusters = (topology.clusters ?? []).map((each) => (each === cluster ? { ...each, outboundType: move.outboundType } : each))
  return {
    topology: {
      ...topology,
      clusters,
      subnets: topology.subnets.map((subnet) => (subnet.id === cluster.subnet ? withNat(subnet, move) : subnet)),
      loadBalancers: (topology.loadBalancers ?? []).map((balancer) =>
        balancer.id === cluster.balancer ? withOutbound(balancer, cluster.pool, move) : balancer
      )
    }
  }
}

type Cluster = NonNullable<AzureTopology["clusters"]>[number]

const refusalOf = (topology: AzureTopology, { outboundType: from, subnet }: Cluster, move: Move): string | undefined => {
  const { outboundType: to, natGateway, addresses = [] } = move
  if (!moves[from].includes(to)) return `outboundType ${from} cannot be changed to ${to} in a network of one's own`
  const home = topology.subnets.find(({ id }) => id === subnet)
  if (to === "userDefinedRouting" && !leadsSomewhere(topology, home?.routeTable))
    return `RouteTableInvalidNextHop: subnet ${subnet} has no route 0.0.0.0/0 to an appliance or a gateway`
  if (to === "userAssignedNATGateway" && !(topology.natGateways ?? []).some(({ id }) => id === (natGateway ?? home?.natGateway)))
    return `subnet ${subnet} has no NAT gateway`
  const used = new Set((topology.loadBalancers ?? []).flatMap(({ frontEnds }) => frontEnds.map(({ address }) => address)))
  if (to === "loadBalancer" && addresses.length === 0) return "a load balancer needs an address to leave with"
  const taken = to === "loadBalancer" ? addresses.find((address) => used.has(address)) : undefined
  return taken === undefined ? undefined : `address ${taken} is in use already`
}

type Subnet = AzureTopology["subnets"][number]

/** The owner's own stays associated, whatever leads past it. */
const withNat = ({ natGateway: before, ...subnet }: Subnet, { outboundType, natGateway }: Move): Subnet => {
  const own = outboundType === "userAssignedNATGateway" ? (natGateway ?? before) : outboundType === "loadBalancer" ? undefined : before
  return own === undefined ? subnet : { ...subnet, natGateway: own }
}

type Balancer = NonNullable<AzureTopology["loadBalancers"]>[number]

const outboundRule = "aksOutboundRule"

const withOutbound = (balancer: Balancer, pool: string, { outboundType, addresses = [] }: Move): Balancer => {
  const before = new Set(balancer.outboundRules.flatMap(({ frontEnds }) => frontEnds))
  const kept = balancer.frontEnds.filter(({ id }) => !before.has(id))
  if (outboundType !== "loadBalancer") return { ...balancer, frontEnds: kept, outboundRules: [] }
  const frontEnds = addresses.map((address, index) => ({ id: `outbound-${index + 1}`, address }))
  return {
    ...balancer,
    frontEnds: [...kept, ...frontEnds],
    outboundRules: [{ id: outboundRule, pool, frontEnds: frontEnds.map(({ id }) => id) }]
  }
}

/**
 * The one table of a network. Routes of subnetworks, its own and its peers', beat custom ones even when they are less specific; custom
 * ones go by the longest prefix, then the lowest priority, then the kind of next hop; what is then equal shares the flows. Policies go
 * before all of them, and the ways back to Google's proxies before the policies.
 * Not modelled: withdrawal of learned routes when a tunnel is down. A route to a stopped instance drops, as Connectivity Tests report;
 * `stoppedNextHop` lets it give way instead. Source: VPC docs, Routes, routing order; Policy-based routes; compute API, routes.
 */
import type { PolicyRoute } from "../../net/exit-terms.ts"
import type { Route, RouteTarget, Table } from "../../net/fabric.ts"
import { interRegionCost, lastPriority, probeRanges } from "./limits.ts"
import type { GcpTopology } from "./topology.ts"
import {
  type Connection,
  found,
  gatewayId,
  instanceSet,
  type Network,
  type Peering,
  peeringBack,
  rangesIn,
  rangesOf,
  regionSet,
  subnetworksIn,
  tableId,
  tagSet
} from "./topology-lookup.ts"
import type { NextHop } from "./topology-routing.ts"

type StaticRoute = GcpTopology["routes"][number]

/** Among routes of one range and priority. Lower wins. Source: VPC docs, Routes, routing order. */
const rank = { near: 0, learned: 1, LoadBalancer: 2, DefaultInternetGateway: 3 } as const

const preferenceOf = (priority: number, kind: keyof typeof rank): number => priority * 4 + rank[kind]

export const networkTable = (topology: GcpTopology, network: Network): Table => {
  const id = tableId(network.id)
  return {
    _tag: "Table",
    id,
    origin: { resource: network.id, part: "routes" },
    routes: [
      ...subnetRoutes(topology, network),
      ...wayBack(network),
      ...ownStatic(topology, network).map((route) => staticRoute(topology, network.id, route)),
      ...connectionsOf(topology, network.id).flatMap((connection) => learnedRoutes(topology, network, connection, connection.id)),
      ...(topology.peerings ?? []).flatMap((peering) => (peering.network === network.id ? peeringRoutes(topology, network, peering) : []))
    ],
    policies: policiesOf(topology, network),
    otherwise: { reason: "NoRoute", code: "NO_ROUTE", origin: { resource: network.id, part: "no route matches" }, fails: "timeout" },
    spreads: true
  }
}

/** Nothing that the owner writes beats them. */
const dismisses = ["static", "learned"] as const

const subnetRoutes = (topology: GcpTopology, network: Network): ReadonlyArray<Route> =>
  subnetworksIn(topology, network.id).flatMap((subnetwork) =>
    rangesOf(subnetwork).map((prefix) => ({
      prefix,
      class: "connected" as const,
      preference: 0,
      dismisses,
      target: { _tag: "Connected" as const },
      origin: { resource: subnetwork.id, part: `${prefix} subnet route` }
    }))
  )

/** To Google's proxies and health checks in front of the network: whatever other routes say. Source: VPC docs, routes, special return paths. */
const wayBack = (network: Network): ReadonlyArray<Route> =>
  probeRanges.map((prefix) => ({
    prefix,
    class: "connected",
    preference: 0,
    dismisses,
    target: { _tag: "Connected" },
    origin: { resource: network.id, part: `${prefix} special return path` }
  }))

const connectionsOf = (topology: GcpTopology, network: string): ReadonlyArray<Connection> =>
  (topology.siteConnections ?? []).filter((connection) => connection.network === network)

/** What a next hop is in the fabric, and whether it can take anything. */
const nextHopOf = (topology: GcpTopology, network: string, nextHop: NextHop): { readonly component: string; readonly usable: boolean } => {
  switch (nextHop._tag) {
    case "DefaultInternetGateway":
      return { component: gatewayId(network), usable: true }
    case "Instance":
      return instanceHop(topology, ({ id }) => id === nextHop.instance)
    case "Address":
      return instanceHop(
        topology,
        ({ address, subnetwork }) => address === nextHop.address && subnetworksIn(topology, network).some(({ id }) => id === subnetwork)
      )
    case "LoadBalancer":
      return { component: nextHop.loadBalancer, usable: (topology.loadBalancers ?? []).some(({ id }) => id === nextHop.loadBalancer) }
    case "Node":
      return { component: "", usable: true }
    case "Connection":
      return { component: nextHop.connection, usable: (topology.siteConnections ?? []).some(({ id }) => id === nextHop.connection) }
  }
}

const instanceHop = (
  topology: GcpTopology,
  isIt: (instance: GcpTopology["instances"][number]) => boolean
): { readonly component: string; readonly usable: boolean } => {
  const instance = topology.instances.find(isIt)
  return { component: instance?.id ?? "", usable: instance?.running === true }
}

/** Of a network, without those that give way to another of their range. */
const ownStatic = (topology: GcpTopology, { id, stoppedNextHop }: Network): ReadonlyArray<StaticRoute> => {
  const own = topology.routes.filter(({ network }) => network === id)
  if (stoppedNextHop !== "gives-way") return own
  const usable = own.filter(({ nextHop }) => nextHopOf(topology, id, nextHop).usable)
  return own.filter((route) => usable.includes(route) || !usable.some(({ destination }) => destination === route.destination))
}

const nextHopText = (nextHop: NextHop): string => {
  switch (nextHop._tag) {
    case "DefaultInternetGateway":
      return "default-internet-gateway"
    case "Instance":
      return nextHop.instance
    case "Address":
    case "Node":
      return nextHop.address
    case "LoadBalancer":
      return nextHop.loadBalancer
    case "Connection":
      return nextHop.connection
  }
}

/** `through`: the peering that leads to it, where the route is a peer's. */
const staticRoute = (topology: GcpTopology, network: string, route: StaticRoute, through?: string): Route => {
  const { nextHop, tags } = route
  const { component, usable } = nextHopOf(topology, network, nextHop)
  const kind = nextHop._tag === "LoadBalancer" || nextHop._tag === "DefaultInternetGateway" ? nextHop._tag : "near"
  const target: RouteTarget =
    nextHop._tag === "Node" && through === undefined
      ? { _tag: "ViaAddress", address: nextHop.address }
      : { _tag: "Via", component: through ?? component }
  return {
    prefix: route.destination,
    class: "static",
    preference: preferenceOf(route.priority, kind),
    target,
    ...(usable ? {} : { blackhole: true }),
    ...(tags === undefined ? {} : { senders: tags.map((tag) => tagSet(network, tag)) }),
    origin: { resource: route.id, part: `${route.destination} priority ${route.priority} → ${nextHopText(nextHop)}` }
  }
}

/** What a connection's site announces, as a network sees it: in its region alone, or everywhere, from afar at a higher cost. */
const learnedRoutes = (topology: GcpTopology, network: Network, connection: Connection, component: string): ReadonlyArray<Route> => {
  const { bgp, region } = connection
  if (bgp === undefined) return []
  const near = [regionSet(network.id, region)]
  const far = topology.regions.filter((other) => other !== region).map((other) => regionSet(network.id, other))
  const reach = network.dynamicRouting === "regional" ? [[near, 0] as const] : [[near, 0] as const, [far, interRegionCost] as const]
  return found(topology.sites ?? [], connection.site, "site").prefixes.flatMap((prefix) =>
    reach.map(([senders, cost]) => ({
      prefix,
      class: "learned" as const,
      preference: preferenceOf(bgp.priority + cost, "learned"),
      senders,
      target: { _tag: "Via" as const, component },
      origin: { resource: connection.id, part: `${prefix} priority ${bgp.priority + cost} learned from ${connection.site}` }
    }))
  )
}

/** A peer's routes that go along: neither those for some instances only, nor those to the internet gateway. */
export const exchanged = (topology: GcpTopology, peer: string): ReadonlyArray<StaticRoute> =>
  ownStatic(topology, found(topology.networks, peer, "network")).filter(
    ({ tags, nextHop }) => tags === undefined && nextHop._tag !== "DefaultInternetGateway"
  )

/** Whether custom routes come in by a peering: exported there, imported here. */
export const takesCustomRoutes = (topology: GcpTopology, peering: Peering): boolean =>
  peering.importsCustomRoutes && peeringBack(topology, peering)?.exportsCustomRoutes === true

/** Nothing that the peer has from its own peers. */
const peeringRoutes = (topology: GcpTopology, network: Network, peering: Peering): ReadonlyArray<Route> => {
  if (peeringBack(topology, peering) === undefined) return []
  const { id, peer } = peering
  const subnets = rangesIn(topology, peer).map(
    (prefix): Route => ({
      prefix,
      class: "connected",
      preference: 0,
      dismisses,
      target: { _tag: "Via", component: id },
      origin: { resource: id, part: `${prefix} peering subnet route` }
    })
  )
  if (!takesCustomRoutes(topology, peering)) return subnets
  return [
    ...subnets,
    ...exchanged(topology, peer).map((route) => staticRoute(topology, peer, route, id)),
    ...connectionsOf(topology, peer).flatMap((connection) => learnedRoutes(topology, network, connection, id))
  ]
}

/** The next hop behind each range that comes in by a peering: what its relay knows beside the peer's subnetworks. */
export const customHops = (
  topology: GcpTopology,
  { peer }: Peering
): ReadonlyArray<{ readonly prefix: string; readonly preference: number; readonly component: string }> => [
  ...exchanged(topology, peer).map((route) => {
    const { prefix, preference } = staticRoute(topology, peer, route)
    return { prefix, preference, component: nextHopOf(topology, peer, route.nextHop).component }
  }),
  ...connectionsOf(topology, peer).flatMap((connection) =>
    connection.bgp === undefined
      ? []
      : found(topology.sites ?? [], connection.site, "site").prefixes.map((prefix) => ({
          prefix,
          preference: preferenceOf(connection.bgp?.priority ?? lastPriority, "learned"),
          component: connection.id
        }))
  )
]

const policiesOf = (topology: GcpTopology, network: Network): ReadonlyArray<PolicyRoute> => {
  const own = (topology.policyBasedRoutes ?? []).filter((route) => route.network === network.id)
  if (own.length === 0) return []
  const back: PolicyRoute = {
    match: { destination: probeRanges },
    preference: -1,
    target: { _tag: "Table" },
    origin: { resource: network.id, part: "special return paths" }
  }
  return [
    back,
    ...own.map(
      ({ id, priority, source, destination, protocol, tags, nextHop }): PolicyRoute => ({
        match: { source: [source], destination: [destination], protocol: protocol === "all" ? "any" : protocol },
        preference: priority,
        senders: tags === undefined ? [instanceSet(network.id)] : tags.map((tag) => tagSet(network.id, tag)),
        target:
          nextHop._tag === "Skips"
            ? { _tag: "Table" }
            : { _tag: "Via", component: found(topology.loadBalancers ?? [], nextHop.loadBalancer, "load balancer").id },
        origin: { resource: id, part: `priority ${priority} ${source} → ${destination}` }
      })
    )
  ]
}

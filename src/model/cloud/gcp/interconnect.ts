/**
 * What joins networks as neutral relays. Each side of a peering knows the peer's subnetworks and, where they are exchanged, the next
 * hops of its custom routes, and nothing that the peer has from its own peers: so that nothing is transitive. A VPN tunnel or VLAN
 * attachment lies between its network, by whose table it goes on, and a site.
 * Not modelled: VPN selectors, BGP timers, how long an exchange of routes takes.
 * Source: VPC docs, VPC Network Peering; Cloud VPN docs; Cloud Router docs.
 */
import type { Component, Part, Relay, RelayEnd, Route, Table } from "../../net/fabric.ts"
import type { Origin } from "../../net/origin.ts"
import { customHops, takesCustomRoutes } from "./routes.ts"
import type { GcpTopology } from "./topology.ts"
import { type Connection, type Peering, peeringBack, rangesIn, tableId } from "./topology-lookup.ts"

type Site = NonNullable<GcpTopology["sites"]>[number]

export const interconnectParts = (topology: GcpTopology): ReadonlyArray<Part> => [
  ...(topology.peerings ?? []).flatMap((peering) => peeringParts(topology, peering)),
  ...(topology.siteConnections ?? []).flatMap(connectionParts),
  ...(topology.sites ?? []).flatMap((site) => siteParts(topology, site))
]

const relayOf = (id: string, kind: "relay" | "site", relay: Relay, more: Partial<Component> = {}): Component => ({
  _tag: "Component",
  id,
  kind,
  origin: { resource: id },
  condition: "up",
  epoch: 0,
  strictSource: false,
  addresses: [],
  listening: "any",
  forwards: true,
  relay,
  ...more
})

const toEnd = (prefix: string, end: string, origin: Origin, preference = 0): Route => ({
  prefix,
  class: "learned",
  preference,
  target: { _tag: "End", end },
  origin: { ...origin, part: `${prefix} → ${end}` }
})

const relayTable = (id: string, resource: string, routes: ReadonlyArray<Route>): Table => ({
  _tag: "Table",
  id,
  origin: { resource },
  routes,
  otherwise: { reason: "NoRoute", code: "NO_ROUTE", origin: { resource, part: "no route matches" }, fails: "timeout" },
  spreads: true
})

/** One side: from its network to the peer. A peering that the peer does not have back carries nothing. */
const peeringParts = (topology: GcpTopology, peering: Peering): ReadonlyArray<Part> => {
  const { id, network, peer } = peering
  const origin = { resource: id }
  const table = `${id} routes`
  const isActive = peeringBack(topology, peering) !== undefined
  const hops = isActive && takesCustomRoutes(topology, peering) ? customHops(topology, peering) : []
  const ends: ReadonlyArray<RelayEnd> = [
    { id: network, origin, leadsTo: { _tag: "Network", network }, table },
    { id: peer, origin, leadsTo: { _tag: "Network", network: peer }, table },
    ...[...new Set(hops.map(({ component }) => component))].map(
      (component): RelayEnd => ({ id: `next hop ${component}`, origin, leadsTo: { _tag: "NextHop", network: peer, component }, table })
    )
  ]
  const routes = [
    ...(isActive ? rangesIn(topology, peer).map((prefix) => ({ ...toEnd(prefix, peer, origin), dismisses: ["static" as const] })) : []),
    ...hops.map(({ prefix, preference, component }) => ({
      ...toEnd(prefix, `next hop ${component}`, origin, preference),
      class: "static" as const
    }))
  ]
  return [relayOf(id, "relay", { ends, keepsIdentity: false }), relayTable(table, id, routes)]
}

/** Outward to the site, whatever for; inward by the network's own table. */
const connectionParts = ({ id, network, site }: Connection): ReadonlyArray<Part> => {
  const origin = { resource: id }
  const [outward, inward] = [`${id} to ${site}`, `${id} to ${network}`]
  const ends: ReadonlyArray<RelayEnd> = [
    { id: network, origin, leadsTo: { _tag: "Network", network, table: tableId(network) }, table: outward },
    { id, origin, leadsTo: { _tag: "End", component: site, end: id }, table: inward }
  ]
  return [
    relayOf(id, "relay", { ends, keepsIdentity: false }),
    relayTable(outward, id, [toEnd("0.0.0.0/0", id, origin)]),
    relayTable(inward, id, [toEnd("0.0.0.0/0", network, origin)])
  ]
}

/** A site knows the ranges of every network that its connections lead to, and what they advertise besides. */
const siteParts = (topology: GcpTopology, { id, prefixes }: Site): ReadonlyArray<Part> => {
  const connections = (topology.siteConnections ?? []).filter(({ site }) => site === id)
  const table = `${id} routes`
  const routes = connections.flatMap((connection) =>
    [...rangesIn(topology, connection.network), ...(connection.advertised ?? [])].map((cidr) =>
      toEnd(cidr, connection.id, { resource: id })
    )
  )
  const ends = connections.map(
    (connection): RelayEnd => ({
      id: connection.id,
      origin: { resource: connection.id },
      leadsTo: { _tag: "End", component: connection.id, end: connection.id },
      table
    })
  )
  const first = prefixes[0]?.replace(/\/.*$/, "")
  return [
    relayOf(id, "site", { ends, keepsIdentity: false }, { prefixes, table, addresses: first === undefined ? [] : [first] }),
    relayTable(table, id, routes)
  ]
}

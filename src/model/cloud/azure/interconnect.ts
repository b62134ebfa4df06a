/**
 * What joins networks as neutral relays. A peering leads to the peer's own ranges and nothing beyond: what an appliance passes on for
 * others comes in only where the receiving side allows it, and a peer's gateway or appliance is reached by a relay of its own. A
 * gateway lies between its network and a site. Service endpoints stand for their ranges.
 * Not modelled: VPN selectors, BGP timers, global peering's limits, costs.
 * Source: Virtual network peering; Configure VPN gateway transit; Virtual network service endpoints.
 */
import type { Component, Filter, Part, Relay, RelayEnd, Route, Table } from "../../net/fabric.ts"
import type { Origin } from "../../net/origin.ts"
import { peeredHops } from "./routes.ts"
import type { AzureTopology } from "./topology.ts"
import { type Gateway, type Peering, peeredHopId, peeringBack, peeringsOf, rangesOf, serviceId } from "./topology-lookup.ts"

type Site = NonNullable<AzureTopology["sites"]>[number]

export const interconnectParts = (topology: AzureTopology): ReadonlyArray<Part> => [
  ...topology.networks.flatMap(({ id }) => peeringsOf(topology, id).flatMap((peering) => peeringParts(topology, peering))),
  ...(topology.gateways ?? []).flatMap((gateway) => gatewayParts(topology, gateway)),
  ...(topology.sites ?? []).flatMap((site) => siteParts(topology, site)),
  ...topology.networks.flatMap(({ id }) => serviceParts(topology, id))
]

const everywhere = "0.0.0.0/0"

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

const toEnd = (prefix: string, end: string, origin: Origin): Route => ({
  prefix,
  class: "learned",
  preference: 0,
  target: { _tag: "End", end },
  origin: { ...origin, part: `${prefix} → ${end}` }
})

const relayTable = (id: string, resource: string, routes: ReadonlyArray<Route>): Table => ({
  _tag: "Table",
  id,
  origin: { resource },
  routes,
  otherwise: { reason: "NoRoute", code: "None", origin: { resource, part: "no route matches" }, fails: "timeout" }
})

/** One side, and relays to single things of the peer that routes of this network name. */
const peeringParts = (topology: AzureTopology, peering: Peering): ReadonlyArray<Part> => {
  const { id, network, remote } = peering
  const origin = { resource: id }
  const named = [...peeredHops(topology, network)].filter((hop) => hop.startsWith(peeredHopId(id, "")))
  return [
    ...relayBetween(id, network, [{ id: remote, origin, leadsTo: { _tag: "Network", network: remote }, table: `${id} routes` }], {
      routes: rangesOf(topology, remote).map((prefix) => toEnd(prefix, remote, origin)),
      gate: forwardedGate(topology, peering)
    }),
    ...named.flatMap((hop) => {
      const component = hop.slice(peeredHopId(id, "").length)
      const isGateway = (topology.gateways ?? []).some((gateway) => gateway.id === component)
      const leadsTo: RelayEnd["leadsTo"] = isGateway
        ? { _tag: "End", component, end: remote }
        : { _tag: "NextHop", network: remote, component }
      return relayBetween(hop, network, [{ id: component, origin, leadsTo, table: `${hop} routes` }], {
        routes: [toEnd(everywhere, component, origin)],
        gate: forwardedGate(topology, peering)
      })
    })
  ]
}

const relayBetween = (
  id: string,
  network: string,
  ends: ReadonlyArray<RelayEnd>,
  { routes, gate }: { readonly routes: ReadonlyArray<Route>; readonly gate: Filter | undefined }
): ReadonlyArray<Part> => {
  const table = `${id} routes`
  const near: RelayEnd = { id: network, origin: { resource: id }, leadsTo: { _tag: "Network", network }, table }
  return [
    relayOf(id, "relay", { ends: [near, ...ends], keepsIdentity: false }, gate === undefined ? {} : { gate }),
    relayTable(table, id, routes)
  ]
}

/** What comes from beyond the sending network is let in by the receiving side's word alone. */
const forwardedGate = (topology: AzureTopology, peering: Peering): Filter | undefined => {
  const back = peeringBack(topology, peering)
  if (back === undefined || back.allowsForwardedTraffic) return undefined
  const origin = { resource: back.id, part: "allowForwardedTraffic is off" }
  return {
    id: `${peering.id} forwarded traffic`,
    origin,
    stateful: false,
    rules: [{ match: { source: rangesOf(topology, peering.network) }, verdict: "accept", origin: { resource: peering.id } }],
    otherwise: "deny",
    refusal: { reason: "GateClosed", origin, fails: "timeout" }
  }
}

/** Networks that a gateway serves: its own, and those of peers that use it. */
const servedBy = (topology: AzureTopology, gateway: Gateway): ReadonlyArray<{ readonly network: string; readonly by?: Peering }> => [
  { network: gateway.network },
  ...peeringsOf(topology, gateway.network).flatMap((by) =>
    by.allowsGatewayTransit && peeringBack(topology, by)?.usesRemoteGateways === true ? [{ network: by.remote, by }] : []
  )
]

/** Outward to the site, whatever for; inward to each network that it serves. */
const gatewayParts = (topology: AzureTopology, gateway: Gateway): ReadonlyArray<Part> => {
  const { id, site } = gateway
  const origin = { resource: id }
  const [outward, inward] = [`${id} to ${site}`, `${id} inward`]
  const served = servedBy(topology, gateway)
  const ends: ReadonlyArray<RelayEnd> = [
    ...served.map(({ network }): RelayEnd => ({ id: network, origin, leadsTo: { _tag: "Network", network }, table: outward })),
    { id, origin, leadsTo: { _tag: "End", component: site, end: id }, table: inward }
  ]
  return [
    relayOf(id, "relay", { ends, keepsIdentity: false }),
    relayTable(outward, id, [toEnd(everywhere, id, origin)]),
    relayTable(
      inward,
      id,
      served.flatMap(({ network }) => rangesOf(topology, network).map((prefix) => toEnd(prefix, network, origin)))
    )
  ]
}

/** A site knows the ranges of every network that its gateways serve. */
const siteParts = (topology: AzureTopology, { id, prefixes }: Site): ReadonlyArray<Part> => {
  const gateways = (topology.gateways ?? []).filter(({ site }) => site === id)
  const table = `${id} routes`
  const routes = gateways.flatMap((gateway) =>
    servedBy(topology, gateway).flatMap(({ network }) =>
      rangesOf(topology, network).map((cidr) => toEnd(cidr, gateway.id, { resource: id }))
    )
  )
  const ends = gateways.map(
    (gateway): RelayEnd => ({
      id: gateway.id,
      origin: { resource: gateway.id },
      leadsTo: { _tag: "End", component: gateway.id, end: gateway.id },
      table
    })
  )
  const first = prefixes[0]?.replace(/\/.*$/, "")
  return [
    relayOf(id, "site", { ends, keepsIdentity: false }, { prefixes, table, addresses: first === undefined ? [] : [first] }),
    relayTable(table, id, routes)
  ]
}

/** Services that subnets of a network reach by endpoints, with private addresses. */
const serviceParts = (topology: AzureTopology, network: string): ReadonlyArray<Part> => {
  const endpoints = topology.subnets.flatMap((subnet) => (subnet.network === network ? (subnet.serviceEndpoints ?? []) : []))
  return [...new Set(endpoints.map(({ service }) => service))].flatMap((service): ReadonlyArray<Part> => {
    const id = serviceId(network, service)
    const origin = { resource: service, part: "service endpoint" }
    const table = `${id} routes`
    const prefixes = [...new Set(endpoints.flatMap((each) => (each.service === service ? each.prefixes : [])))]
    const near: RelayEnd = { id: network, origin, leadsTo: { _tag: "Network", network }, table }
    return [
      relayOf(id, "relay", { ends: [near], keepsIdentity: false }, { prefixes, origin }),
      relayTable(
        table,
        id,
        rangesOf(topology, network).map((prefix) => toEnd(prefix, network, origin))
      )
    ]
  })
}

/**
 * What joins networks as neutral relays: a peering has an end in each VPC and knows the other's CIDRs alone, so that nothing passes
 * it on the way to somewhere else; a transit gateway has a table for every association; a virtual private gateway lies between its
 * VPC and the tunnels to a site. Gateway endpoints are relays that stand for a service's ranges.
 * Not modelled: appliance mode, ECMP of transit gateways, BGP timers, what NACLs make of attachment subnets.
 * Source: VPC guide, peering; Transit Gateway guide, how it works; Site-to-Site VPN guide, route priority; networks in docs/model.md.
 */
import type { Component, Filter, Part, Relay, RelayEnd, Route, Table } from "../../net/fabric.ts"
import type { Origin } from "../../net/origin.ts"
import type { AwsTopology } from "./topology.ts"
import { cidrsOf, rangesOf } from "./topology-lookup.ts"

type Peering = NonNullable<AwsTopology["peerings"]>[number]
type Transit = NonNullable<AwsTopology["transitGateways"]>[number]
type Attachment = Transit["attachments"][number]
type VpnGateway = NonNullable<AwsTopology["vpnGateways"]>[number]
type Connection = NonNullable<AwsTopology["siteConnections"]>[number]
type Site = NonNullable<AwsTopology["sites"]>[number]

export const interconnectParts = (topology: AwsTopology): ReadonlyArray<Part> => [
  ...(topology.peerings ?? []).flatMap((peering) => peeringParts(topology, peering)),
  ...(topology.transitGateways ?? []).flatMap((gateway) => transitParts(topology, gateway)),
  ...(topology.vpnGateways ?? []).flatMap((gateway) => vpnParts(topology, gateway)),
  ...(topology.sites ?? []).flatMap((site) => siteParts(topology, site)),
  ...(topology.gatewayEndpoints ?? []).flatMap((endpoint) => endpointParts(topology, endpoint))
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

const toEnd = (prefix: string, end: string, origin: Origin, more: Partial<Route> = {}): Route => ({
  prefix,
  class: "learned",
  preference: 0,
  target: { _tag: "End", end },
  origin: { ...origin, part: `${prefix} → ${end}` },
  ...more
})

const relayTable = (id: string, resource: string, routes: ReadonlyArray<Route>, code: string, spreads = false): Table => ({
  _tag: "Table",
  id,
  origin: { resource },
  routes,
  otherwise: { reason: "NoRoute", code, origin: { resource, part: "no route matches" }, fails: "timeout" },
  ...(spreads ? { spreads } : {})
})

const peeringParts = (topology: AwsTopology, { id, vpcs }: Peering): ReadonlyArray<Part> => {
  const ends = vpcs.map(
    (vpc): RelayEnd => ({
      id: vpc,
      origin: { resource: id, part: vpc },
      leadsTo: { _tag: "Network", network: vpc },
      table: `${id} from ${vpc}`
    })
  )
  const tables = vpcs.map((vpc, index) => {
    const other = vpcs[1 - index] ?? vpc
    const routes = rangesOf(topology, other).map((cidr) => toEnd(cidr, other, { resource: id }))
    const table = relayTable(`${id} from ${vpc}`, id, routes, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR")
    return { ...table, otherwise: { ...table.otherwise, reason: "GateClosed" as const } }
  })
  return [relayOf(id, "relay", { ends, keepsIdentity: true }), ...tables]
}

/** Lower wins. Source: Transit Gateway guide, route evaluation order. */
const transitPreference = { static: 0, Vpc: 10, "direct-connect": 20, "vpn-static": 30, "vpn-bgp": 30, Peering: 40 } as const

const transitParts = (topology: AwsTopology, gateway: Transit): ReadonlyArray<Part> => {
  const noTable = `${gateway.id} no association`
  const ends = gateway.attachments.flatMap((attachment) => transitEnds(topology, attachment, attachment.routeTable ?? noTable))
  const tables = gateway.routeTables.map((table) =>
    relayTable(
      table.id,
      table.id,
      [
        ...table.routes.map(({ destination, target }) =>
          target === "blackhole"
            ? toEnd(destination, target, { resource: table.id }, { class: "static", blackhole: true })
            : toEnd(destination, firstEnd(topology, gateway, target), { resource: table.id }, { class: "static" })
        ),
        ...gateway.attachments.flatMap((attachment) =>
          attachment.propagatesTo.includes(table.id) ? propagated(topology, table.id, attachment) : []
        )
      ],
      noTransitRoute
    )
  )
  return [
    relayOf(gateway.id, "relay", { ends, keepsIdentity: gateway.referencesGroups }, { remembers: true }),
    ...tables,
    relayTable(noTable, gateway.id, [], noTransitRoute)
  ]
}

const noTransitRoute = "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"

const connectionOf = (topology: AwsTopology, id: string): Connection | undefined =>
  topology.siteConnections?.find((connection) => connection.id === id)

const tunnelsOf = (connection: Connection): ReadonlyArray<string> =>
  Array.from({ length: connection.tunnels }, (_, index) => `${connection.id} tunnel ${index + 1}`)

const transitEnds = (topology: AwsTopology, attachment: Attachment, table: string): ReadonlyArray<RelayEnd> => {
  const { id, leadsTo } = attachment
  const origin = { resource: id }
  switch (leadsTo._tag) {
    case "Vpc": {
      const landings = topology.subnets.flatMap((subnet) =>
        leadsTo.subnets.includes(subnet.id) ? [{ zone: subnet.zone, segment: subnet.id }] : []
      )
      const zones = { names: landings.map(({ zone }) => zone), code: "TGW_ROUTE_AZ_RESTRICTION" }
      return [{ id, origin, leadsTo: { _tag: "Network", network: leadsTo.vpc }, table, zones, landings }]
    }
    case "Peering":
      return [{ id, origin, leadsTo: { _tag: "End", component: leadsTo.gateway, end: leadsTo.attachment }, table }]
    case "Connection": {
      const connection = connectionOf(topology, leadsTo.connection)
      return connection === undefined ? [] : tunnelEnds(connection, origin, connection.site, table)
    }
  }
}

const tunnelEnds = (connection: Connection, origin: Origin, component: string, table: string): ReadonlyArray<RelayEnd> =>
  tunnelsOf(connection).map((tunnel) => ({ id: tunnel, origin, leadsTo: { _tag: "End", component, end: tunnel }, table }))

/** The end by which an attachment is left: itself, or its connection's first tunnel. */
const firstEnd = (topology: AwsTopology, gateway: Transit, attachment: string): string => {
  const leadsTo = gateway.attachments.find(({ id }) => id === attachment)?.leadsTo
  const connection = leadsTo?._tag === "Connection" ? connectionOf(topology, leadsTo.connection) : undefined
  return connection === undefined ? attachment : (tunnelsOf(connection)[0] ?? attachment)
}

const propagated = (topology: AwsTopology, table: string, { id, leadsTo }: Attachment): ReadonlyArray<Route> => {
  const origin = { resource: table }
  if (leadsTo._tag === "Vpc")
    return rangesOf(topology, leadsTo.vpc).map((cidr) => toEnd(cidr, id, origin, { preference: transitPreference.Vpc }))
  const connection = leadsTo._tag === "Connection" ? connectionOf(topology, leadsTo.connection) : undefined
  if (connection === undefined) return []
  const preference = transitPreference[connection.kind]
  return sitePrefixes(topology, connection).flatMap((prefix) =>
    tunnelsOf(connection).map((tunnel) => toEnd(prefix, tunnel, origin, { preference }))
  )
}

const sitePrefixes = (topology: AwsTopology, connection: Connection): ReadonlyArray<string> =>
  topology.sites?.find(({ id }) => id === connection.site)?.prefixes ?? []

/** Lower wins. Source: Site-to-Site VPN guide, route priority. */
const vpnPreference = { "direct-connect": 0, "vpn-static": 10, "vpn-bgp": 20 } as const

const vpnParts = (topology: AwsTopology, { id, vpc }: VpnGateway): ReadonlyArray<Part> => {
  const connections = (topology.siteConnections ?? []).filter(({ gateway }) => gateway === id)
  const origin = { resource: id }
  const [outward, inward] = [`${id} to sites`, `${id} to ${vpc}`]
  const ends: ReadonlyArray<RelayEnd> = [
    { id: vpc, origin, leadsTo: { _tag: "Network", network: vpc }, table: outward },
    ...connections.flatMap((connection) => tunnelEnds(connection, { resource: connection.id }, connection.site, inward))
  ]
  const routes = connections.flatMap((connection) =>
    sitePrefixes(topology, connection).flatMap((prefix) =>
      tunnelsOf(connection).map((tunnel) => toEnd(prefix, tunnel, origin, { preference: vpnPreference[connection.kind] }))
    )
  )
  const back = cidrsOf(topology, vpc).map((cidr) => toEnd(cidr, vpc, origin))
  return [
    relayOf(id, "relay", { ends, keepsIdentity: false }),
    relayTable(outward, id, routes, "NO_ROUTE_TO_DESTINATION", true),
    relayTable(inward, id, back, "NO_ROUTE_TO_DESTINATION")
  ]
}

/** A site knows the CIDRs of every VPC that its connections lead to. */
const siteParts = (topology: AwsTopology, { id, prefixes }: Site): ReadonlyArray<Part> => {
  const connections = (topology.siteConnections ?? []).filter(({ site }) => site === id)
  const table = `${id} routes`
  const routes = connections.flatMap((connection) =>
    vpcsBehind(topology, connection.gateway).flatMap((vpc) =>
      cidrsOf(topology, vpc).flatMap((cidr) => tunnelsOf(connection).map((tunnel) => toEnd(cidr, tunnel, { resource: id })))
    )
  )
  const ends = connections.flatMap((connection) => tunnelEnds(connection, { resource: connection.id }, connection.gateway, table))
  const first = prefixes[0]?.replace(/\/.*$/, "")
  return [
    relayOf(id, "site", { ends, keepsIdentity: false }, { prefixes, table, addresses: first === undefined ? [] : [first] }),
    relayTable(table, id, routes, "NO_ROUTE_TO_DESTINATION", true)
  ]
}

const vpcsBehind = (topology: AwsTopology, gateway: string): ReadonlyArray<string> => {
  const vpn = topology.vpnGateways?.find(({ id }) => id === gateway)
  if (vpn !== undefined) return [vpn.vpc]
  const transit = topology.transitGateways?.find(({ id }) => id === gateway)
  return (transit?.attachments ?? []).flatMap(({ leadsTo }) => (leadsTo._tag === "Vpc" ? [leadsTo.vpc] : []))
}

/** Source: VPC guide, gateway endpoints (TCP, and ICMP for reachability; from its own VPC only). */
const endpointParts = (
  topology: AwsTopology,
  { id, vpc, prefixList }: NonNullable<AwsTopology["gatewayEndpoints"]>[number]
): ReadonlyArray<Part> => {
  const origin = { resource: id }
  const source = cidrsOf(topology, vpc)
  const gate: Filter = {
    id: `${id} admission`,
    origin,
    stateful: true,
    rules: (["tcp", "icmp"] as const).map((protocol) => ({
      match: { protocol, source },
      verdict: "accept",
      origin: { resource: id, part: `${protocol} from ${vpc}` }
    })),
    otherwise: "deny",
    refusal: { reason: "GateClosed", code: "VPCE_GATEWAY_PROTOCOL_RESTRICTION", origin, fails: "timeout" }
  }
  const prefixes = topology.prefixLists?.find((list) => list.id === prefixList)?.cidrs ?? []
  const ends: ReadonlyArray<RelayEnd> = [{ id: vpc, origin, leadsTo: { _tag: "Network", network: vpc }, table: `${id} to ${vpc}` }]
  return [
    relayOf(id, "relay", { ends, keepsIdentity: false }, { prefixes, gate }),
    relayTable(
      `${id} to ${vpc}`,
      id,
      source.map((cidr) => toEnd(cidr, vpc, origin)),
      "NO_ROUTE_TO_DESTINATION"
    )
  ]
}

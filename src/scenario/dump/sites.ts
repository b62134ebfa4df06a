/**
 * Sites, VPN gateways and connections of a dump. Filled in: a site's prefixes, which are those that its connections route, and two tunnels
 * where no answer says how they are. Left out: Direct Connect, which these answers do not tell.
 */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import { compareText } from "../../model/value/text.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"

type Connection = NonNullable<AwsTopology["siteConnections"]>[number]
type Given = DumpEntry<"vpnConnections">

export interface Sites {
  readonly vpnGateways: NonNullable<AwsTopology["vpnGateways"]>
  readonly sites: NonNullable<AwsTopology["sites"]>
  readonly siteConnections: ReadonlyArray<Connection>
}

/** `transit`: ids of transit gateways that are part of the topology. */
export const sitesOf = (ground: Ground, transit: ReadonlyArray<string>): Sites => {
  const { dump } = ground
  const vpnGateways = vpnGatewaysOf(ground)
  const ends = new Set([...vpnGateways.map(({ id }) => id), ...transit])
  const given = dump.all("vpnConnections").filter((connection) => isThere(connection, ends, ground))
  const prefixes = new Map<string, Set<string>>()
  for (const connection of given) {
    const known = prefixes.get(connection.CustomerGatewayId) ?? new Set()
    prefixes.set(connection.CustomerGatewayId, known)
    for (const prefix of prefixesOf(connection, ground)) known.add(prefix)
  }
  return {
    vpnGateways,
    sites: [...prefixes].sort(([one], [other]) => compareText(one, other)).map(([id, of]) => ({ id, prefixes: [...of].sort(compareText) })),
    siteConnections: given.map((connection) => connectionOf(connection, ground))
  }
}

const vpnGatewaysOf = ({ dump, findings, out, names }: Ground): Sites["vpnGateways"] =>
  dump.all("vpnGateways").flatMap((gateway) => {
    const { VpnGatewayId: id, VpcAttachments = [] } = gateway
    const vpc = VpcAttachments.find(({ State }) => (State ?? "attached") === "attached")?.VpcId
    if (vpc === undefined) {
      out.set(id, "attached to no VPC")
      findings.leftOut(dump.placeOf(gateway).path, "VPN gateways that are attached to no VPC", id)
      return []
    }
    return names(gateway, id, "vpcs", vpc) ? [{ id, vpc }] : []
  })

const isThere = (connection: Given, ends: ReadonlySet<string>, { dump, findings, out, names }: Ground): boolean => {
  const { VpnConnectionId: id, State, VpnGatewayId, TransitGatewayId } = connection
  const { path } = dump.placeOf(connection)
  const end = VpnGatewayId ?? TransitGatewayId
  const leave = (why: string, sentence: string): false => {
    out.set(id, why)
    findings.leftOut(path, sentence, id)
    return false
  }
  if (State !== "available") return leave(State, `VPN connections that are ${State}`)
  if (end === undefined) return leave("without a gateway", "VPN connections that end at neither a VPN gateway nor a transit gateway")
  if (ends.has(end)) return true
  if (out.has(end)) return leave(`at ${end}`, "VPN connections of gateways that are not part of the topology")
  return names(connection, id, VpnGatewayId === undefined ? "transitGateways" : "vpnGateways", end)
}

/** Static routes, or what has been learned by the connection: through its VPN gateway, or into tables of its transit gateway. */
const prefixesOf = (connection: Given, { dump, findings }: Ground): ReadonlyArray<string> => {
  const { VpnConnectionId: id, VpnGatewayId, Routes = [] } = connection
  const { path } = dump.placeOf(connection)
  const statics = Routes.filter(({ State }) => (State ?? "available") === "available").map(
    ({ DestinationCidrBlock }) => DestinationCidrBlock
  )
  if (statics.length > 0) return statics
  const attachment = dump.all("transitAttachments").find(({ ResourceId }) => ResourceId === id)?.TransitGatewayAttachmentId
  const learned = [
    ...dump
      .all("routeTables")
      .flatMap(({ Routes: routes }) =>
        routes.flatMap(({ DestinationCidrBlock: prefix, GatewayId, Origin }) =>
          prefix !== undefined && GatewayId !== undefined && GatewayId === VpnGatewayId && Origin === "EnableVgwRoutePropagation"
            ? [prefix]
            : []
        )
      ),
    ...dump
      .all("transitRoutes")
      .flatMap(({ DestinationCidrBlock: prefix, TransitGatewayAttachments = [] }) =>
        prefix !== undefined && TransitGatewayAttachments.some((each) => each.TransitGatewayAttachmentId === attachment) ? [prefix] : []
      )
  ]
  findings.filledIn(
    path,
    learned.length === 0
      ? "no route tells what is behind a connection: a site without prefixes"
      : "a site's prefixes are those that were learned from it",
    id
  )
  return [...new Set(learned)]
}

/** A VPN has two. Source: Site-to-Site VPN guide, tunnel options. */
const usualTunnels = 2

const connectionOf = (connection: Given, { dump, findings }: Ground): Connection => {
  const { VpnConnectionId: id, VpnGatewayId, TransitGatewayId, CustomerGatewayId, Options, VgwTelemetry = [] } = connection
  const { path } = dump.placeOf(connection)
  const up = VgwTelemetry.filter(({ Status }) => Status === "UP").length
  if (VgwTelemetry.length === 0) findings.filledIn(path, "no answer says how the tunnels are: two that are up", id)
  else if (up < VgwTelemetry.length) findings.leftOut(path, "tunnels that are down", `${VgwTelemetry.length - up} of ${id}`)
  return {
    id,
    kind: Options?.StaticRoutesOnly === true ? "vpn-static" : "vpn-bgp",
    gateway: VpnGatewayId ?? TransitGatewayId ?? "",
    site: CustomerGatewayId,
    tunnels: VgwTelemetry.length === 0 ? usualTunnels : up
  }
}

/**
 * Peerings and transit gateways of a dump. Left out: ends in another account or region, attachments other than VPCs and VPN connections,
 * what is not active.
 */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import { compareText } from "../../model/value/text.ts"
import { commandFor, type DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"

type Transit = NonNullable<AwsTopology["transitGateways"]>[number]
type Attachment = Transit["attachments"][number]
type GivenAttachment = DumpEntry<"transitAttachments">

export const peeringsOf = ({ dump, findings, account, out, names }: Ground, region: string): NonNullable<AwsTopology["peerings"]> =>
  dump.all("peerings").flatMap((peering) => {
    const { VpcPeeringConnectionId: id, Status, RequesterVpcInfo, AccepterVpcInfo } = peering
    const { path } = dump.placeOf(peering)
    const ends = [RequesterVpcInfo, AccepterVpcInfo]
    const leave = (why: string, sentence: string): [] => {
      out.set(id, why)
      findings.leftOut(path, sentence, id)
      return []
    }
    if (Status.Code !== "active") return leave(Status.Code, `peerings that are ${Status.Code}`)
    const other = ends.find(({ OwnerId }) => OwnerId !== undefined && account !== undefined && OwnerId !== account)
    if (other !== undefined) return leave(`with account ${other.OwnerId}`, `peerings with VPCs of account ${other.OwnerId}`)
    const away = ends.find(({ Region }) => Region !== undefined && Region !== region)
    if (away !== undefined) return leave(`with ${away.Region}`, `peerings with VPCs in ${away.Region}`)
    const known = ends.filter(({ VpcId }) => names(peering, id, "vpcs", VpcId))
    return known.length < ends.length ? [] : [{ id, vpcs: [RequesterVpcInfo.VpcId, AccepterVpcInfo.VpcId] as const }]
  })

/** Those that are there, and of which the routes can be known. */
export const transitGatewaysIn = ({ dump, findings, account, out }: Ground): ReadonlyArray<DumpEntry<"transitGateways">> =>
  dump.all("transitGateways").filter((gateway) => {
    const { TransitGatewayId: id, State, OwnerId } = gateway
    const leave = (why: string, sentence: string): false => {
      out.set(id, why)
      findings.leftOut(dump.placeOf(gateway).path, sentence, id)
      return false
    }
    if (State !== "available" && State !== "modifying") return leave(State, `transit gateways that are ${State}`)
    const isOwn = OwnerId === undefined || account === undefined || OwnerId === account
    return isOwn || dump.all("transitRouteTables").some(({ TransitGatewayId }) => TransitGatewayId === id)
      ? true
      : leave(`of account ${OwnerId}`, `transit gateways of account ${OwnerId}, whose route tables it alone sees`)
  })

/** `there`: from `transitGatewaysIn`. Asked after the sites, so that connections that are left out are known. */
export const transitGatewaysOf = (ground: Ground, there: ReadonlyArray<DumpEntry<"transitGateways">>): ReadonlyArray<Transit> =>
  there.map((gateway) => {
    const { TransitGatewayId: id, Options } = gateway
    ground.needs(gateway, `${id} is there, and who is attached to it is not`, "transitAttachments")
    ground.needs(gateway, `${id} is there, and its route tables are not`, "transitRouteTables")
    const given = ground.dump.all("transitAttachments").filter(({ TransitGatewayId }) => TransitGatewayId === id)
    const attachments = given.flatMap((attachment) => attachmentOf(attachment, ground))
    return {
      id,
      referencesGroups: Options?.SecurityGroupReferencingSupport === "enable",
      routeTables: tablesOf(id, new Set(attachments.map(({ id: own }) => own)), ground),
      attachments
    }
  })

const attachmentOf = (given: GivenAttachment, ground: Ground): ReadonlyArray<Attachment> => {
  const { dump, findings, account, out, names } = ground
  const { TransitGatewayAttachmentId: id, ResourceType, ResourceId = "", ResourceOwnerId, State, Association } = given
  const leave = (why: string, sentence: string): [] => {
    out.set(id, why)
    findings.leftOut(dump.placeOf(given).path, sentence, id)
    return []
  }
  if (State !== "available" && State !== "modifying") return leave(State, `transit gateway attachments that are ${State}`)
  if (ResourceOwnerId !== undefined && account !== undefined && ResourceOwnerId !== account)
    return leave(`of account ${ResourceOwnerId}`, `transit gateway attachments of account ${ResourceOwnerId}`)
  const table = Association?.TransitGatewayRouteTableId
  if (table !== undefined && !names(given, id, "transitRouteTables", table)) return []
  const rest = {
    ...(table === undefined ? {} : { routeTable: table }),
    propagatesTo: propagations(dump.all("transitRoutes"), id)
  }
  if (ResourceType === "vpc") {
    if (!names(given, id, "vpcs", ResourceId) || !names(given, id, "transitVpcAttachments", id)) return []
    const subnets = dump.all("transitVpcAttachments").find((each) => each.TransitGatewayAttachmentId === id)?.SubnetIds ?? []
    const known = subnets.filter((subnet) => names(given, id, "subnets", subnet)).sort(compareText)
    return [{ id, leadsTo: { _tag: "Vpc", vpc: ResourceId, subnets: known }, ...rest }]
  }
  const why = out.get(ResourceId)
  if (ResourceType === "vpn" && why !== undefined)
    return leave(`at ${ResourceId}, ${why}`, "attachments of VPN connections that are left out")
  if (ResourceType === "vpn")
    return names(given, id, "vpnConnections", ResourceId) ? [{ id, leadsTo: { _tag: "Connection", connection: ResourceId }, ...rest }] : []
  return leave(`a ${ResourceType} attachment`, `transit gateway attachments of type ${ResourceType}`)
}

/** An attachment propagates to the tables that have routes from it. */
const propagations = (routes: ReadonlyArray<DumpEntry<"transitRoutes">>, attachment: string): ReadonlyArray<string> => [
  ...new Set(
    routes.flatMap(({ of, Type, TransitGatewayAttachments = [] }) =>
      Type === "propagated" && TransitGatewayAttachments.some((each) => each.TransitGatewayAttachmentId === attachment) ? [of ?? ""] : []
    )
  )
]

const tablesOf = (gateway: string, attachments: ReadonlySet<string>, ground: Ground): Transit["routeTables"] => {
  const { dump, findings } = ground
  return dump
    .all("transitRouteTables")
    .filter(({ TransitGatewayId }) => TransitGatewayId === gateway)
    .map((table) => {
      const { TransitGatewayRouteTableId: id } = table
      const place = dump.placeOf(table)
      if (!dump.ownersOf("transitRoutes").has(id))
        findings.mistake(`${place.path}: the routes of ${id} are missing`, {
          place,
          underlined: id,
          help: commandFor("transitRoutes", dump.folder, id)
        })
      const routes = dump.all("transitRoutes").filter(({ of, Type }) => of === id && Type === "static")
      return { id, routes: routes.flatMap((route) => staticRoute(id, route, attachments, ground)) }
    })
}

const staticRoute = (
  table: string,
  route: DumpEntry<"transitRoutes">,
  attachments: ReadonlySet<string>,
  { dump, findings, out, names }: Ground
): Transit["routeTables"][number]["routes"] => {
  const { path } = dump.placeOf(route)
  const { DestinationCidrBlock: destination, State, TransitGatewayAttachments = [] } = route
  if (destination === undefined || destination.includes(":")) {
    findings.leftOut(
      path,
      destination === undefined ? "routes of transit gateways by prefix list" : "IPv6 routes of transit gateways",
      table
    )
    return []
  }
  const target = TransitGatewayAttachments[0]?.TransitGatewayAttachmentId
  if (State === "blackhole" || target === undefined) return [{ destination, target: "blackhole" }]
  if (attachments.has(target)) return [{ destination, target }]
  const why = out.get(target)
  if (why === undefined && !names(route, `the route ${destination} of ${table}`, "transitAttachments", target)) return []
  findings.leftOut(
    path,
    "routes to attachments that are not part of the topology; they are kept as blackholes",
    `${table}: ${destination} → ${target}${why === undefined ? "" : ` (${why})`}`
  )
  return [{ destination, target: "blackhole" }]
}

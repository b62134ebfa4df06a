/**
 * Route tables of a dump. A route whose target is not part of the topology keeps its place as a blackhole, so that no shorter one takes over
 * in silence. Left out: IPv6 routes, and the local routes, which need not be written.
 */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import type { DumpEntry, DumpKind } from "./files.ts"
import type { Ground } from "./ground.ts"

type Route = AwsTopology["routeTables"][number]["routes"][number]
type Table = DumpEntry<"routeTables">
type Given = Table["Routes"][number]

/** `targets`: ids in the topology. `ownerOf`: the instance behind an interface. `list`: tells a prefix list that is needed. */
export interface RouteSurroundings {
  readonly targets: ReadonlySet<string>
  readonly ownerOf: (networkInterface: string) => string | undefined
  readonly list: (from: object, what: string, id: string) => void
}

/** Tables of regional NAT gateways belong to these. */
export const routeTablesOf = (ground: Ground, around: RouteSurroundings): AwsTopology["routeTables"] => {
  const regional = new Set(ground.dump.all("natGateways").flatMap(({ RouteTableId }) => (RouteTableId === undefined ? [] : [RouteTableId])))
  return ground.dump
    .all("routeTables")
    .filter(({ RouteTableId }) => !regional.has(RouteTableId))
    .map((table) => {
      ground.names(table, table.RouteTableId, "vpcs", table.VpcId)
      for (const { SubnetId } of table.Associations ?? [])
        if (SubnetId !== undefined) ground.names(table, table.RouteTableId, "subnets", SubnetId)
      return {
        id: table.RouteTableId,
        vpc: table.VpcId,
        main: (table.Associations ?? []).some(({ Main }) => Main === true),
        routes: table.Routes.flatMap((route) => routeOf(table, route, ground, around))
      }
    })
}

/** An interface stands for the instance that it is attached to. */
const targetOf = (route: Given, ownerOf: RouteSurroundings["ownerOf"]): string | undefined =>
  route.NatGatewayId ??
  route.InstanceId ??
  (route.NetworkInterfaceId === undefined ? undefined : (ownerOf(route.NetworkInterfaceId) ?? route.NetworkInterfaceId)) ??
  route.TransitGatewayId ??
  route.VpcPeeringConnectionId ??
  route.LocalGatewayId ??
  route.CarrierGatewayId ??
  route.CoreNetworkArn ??
  route.GatewayId

const routeOf = (table: Table, route: Given, ground: Ground, around: RouteSurroundings): ReadonlyArray<Route> => {
  const { dump, findings } = ground
  const { path } = dump.placeOf(table)
  const destination = route.DestinationCidrBlock ?? route.DestinationPrefixListId
  if (destination === undefined) {
    if (route.GatewayId !== "local") findings.leftOut(path, "IPv6 routes", table.RouteTableId)
    return []
  }
  const target = targetOf(route, around.ownerOf)
  if (target === "local") return []
  if (route.State === "filtered") {
    findings.leftOut(path, "routes that a route server filters", `${table.RouteTableId}: ${destination}`)
    return []
  }
  if (route.DestinationPrefixListId !== undefined) around.list(table, table.RouteTableId, destination)
  const propagated = route.Origin === "EnableVgwRoutePropagation"
  if (target === undefined) {
    findings.leftOut(path, "routes to targets that are not modelled; they are kept as blackholes", `${table.RouteTableId}: ${destination}`)
    return [{ destination, target: "unknown", state: "blackhole", propagated }]
  }
  const isActive = route.State !== "blackhole" && leads(table, destination, target, ground, around)
  return [{ destination, target, state: isActive ? "active" : "blackhole", propagated }]
}

const kindsOfTargets: ReadonlyArray<readonly [start: string, kind: DumpKind]> = [
  ["igw-", "internetGateways"],
  ["nat-", "natGateways"],
  ["pcx-", "peerings"],
  ["tgw-", "transitGateways"],
  ["vgw-", "vpnGateways"],
  ["vpce-", "endpoints"],
  ["eni-", "networkInterfaces"]
]

/** Whether an active route leads somewhere in the topology. Where it does not, that is said; where nobody knows, it is a mistake. */
const leads = (table: Table, destination: string, target: string, ground: Ground, { targets }: RouteSurroundings): boolean => {
  const { dump, findings, out, names } = ground
  if (targets.has(target)) return true
  const what = `the route ${destination} of ${table.RouteTableId}`
  const kind = kindsOfTargets.find(([start]) => target.startsWith(start))?.[1]
  const why = out.get(target)
  if (why === undefined && kind !== undefined && !names(table, what, kind, target)) return false
  if (why === undefined && target.startsWith("i-") && !dump.has("reservations")) return names(table, what, "reservations", target)
  findings.leftOut(
    dump.placeOf(table).path,
    "routes to targets that are not part of the topology; they are kept as blackholes",
    `${table.RouteTableId}: ${destination} → ${target}${why === undefined ? "" : ` (${why})`}`
  )
  return false
}

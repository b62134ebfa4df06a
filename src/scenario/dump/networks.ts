/** VPCs, subnets and internet gateways of a dump. Left out: IPv6 ranges, gateways that no VPC has. */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"

type Tags = ReadonlyArray<{ readonly Key: string; readonly Value?: string }> | undefined

/** In order of the answer; AWS does not have a key twice. */
export const tagsOf = (tags: Tags): Readonly<Record<string, string>> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value ?? ""]))

const accessModes = { off: undefined, "block-ingress": "ingress", "block-bidirectional": "bidirectional" } as const

/** A range counts while it is associated. */
const cidrsOf = ({ CidrBlock, CidrBlockAssociationSet }: DumpEntry<"vpcs">): ReadonlyArray<string> => {
  const ranges = (CidrBlockAssociationSet ?? []).flatMap((each) =>
    (each.CidrBlockState?.State ?? "associated") === "associated" ? [each.CidrBlock] : []
  )
  return [...new Set([CidrBlock, ...ranges])]
}

export const vpcsOf = ({ dump, findings }: Ground): AwsTopology["vpcs"] =>
  dump.all("vpcs").map((vpc) => {
    if ((vpc.Ipv6CidrBlockAssociationSet ?? []).length > 0)
      findings.leftOut(dump.placeOf(vpc).path, "IPv6 ranges of VPCs and their subnets", vpc.VpcId)
    const mode = accessModes[vpc.BlockPublicAccessStates?.InternetGatewayBlockMode ?? "off"]
    return { id: vpc.VpcId, cidrs: cidrsOf(vpc), ...(mode === undefined ? {} : { blockPublicAccess: mode }) }
  })

export const subnetsOf = ({ dump, findings, names }: Ground): AwsTopology["subnets"] => {
  const tables = new Map(
    dump
      .all("routeTables")
      .flatMap((table) =>
        (table.Associations ?? []).flatMap(({ SubnetId }) => (SubnetId === undefined ? [] : [[SubnetId, table.RouteTableId] as const]))
      )
  )
  const acls = new Map(
    dump.all("networkAcls").flatMap((acl) => (acl.Associations ?? []).map(({ SubnetId }) => [SubnetId, acl.NetworkAclId] as const))
  )
  const kept = new Map<string, Array<{ readonly cidr: string; readonly type: "prefix" | "explicit" }>>()
  for (const { SubnetId, Cidr, ReservationType } of dump.all("cidrReservations"))
    kept.set(SubnetId, [...(kept.get(SubnetId) ?? []), { cidr: Cidr, type: ReservationType }])
  return dump.all("subnets").flatMap((subnet) => {
    const { SubnetId, VpcId, AvailabilityZone, CidrBlock, Tags } = subnet
    const [routeTable, networkAcl, reservations] = [tables.get(SubnetId), acls.get(SubnetId), kept.get(SubnetId)]
    names(subnet, SubnetId, "vpcs", VpcId)
    if (CidrBlock === undefined) {
      findings.leftOut(dump.placeOf(subnet).path, "subnets that have IPv6 alone", SubnetId)
      return []
    }
    if (networkAcl === undefined && dump.has("networkAcls"))
      findings.filledIn(dump.fileOf("networkAcls"), "no network ACL is associated with a subnet; one that allows everything", SubnetId)
    const own = {
      id: SubnetId,
      vpc: VpcId,
      zone: AvailabilityZone,
      cidr: CidrBlock,
      ...(routeTable === undefined ? {} : { routeTable }),
      ...(networkAcl === undefined ? {} : { networkAcl }),
      ...(Tags === undefined || Tags.length === 0 ? {} : { tags: tagsOf(Tags) }),
      ...(reservations === undefined ? {} : { reservations })
    }
    return [own]
  })
}

export const internetGatewaysOf = (ground: Ground): AwsTopology["internetGateways"] => {
  const { dump, findings, out, names } = ground
  const edges = new Map(
    dump
      .all("routeTables")
      .flatMap((table) =>
        (table.Associations ?? []).flatMap(({ GatewayId }) => (GatewayId === undefined ? [] : [[GatewayId, table] as const]))
      )
  )
  for (const [gateway, table] of edges)
    if (!gateway.startsWith("igw-"))
      findings.leftOut(
        dump.placeOf(table).path,
        "edge associations with gateways other than internet gateways",
        `${table.RouteTableId} → ${gateway}`
      )
  return dump.all("internetGateways").flatMap((gateway) => {
    const { InternetGatewayId: id, Attachments } = gateway
    const vpc = Attachments?.[0]?.VpcId
    if (vpc === undefined) {
      out.set(id, "attached to no VPC")
      findings.leftOut(dump.placeOf(gateway).path, "internet gateways that are attached to no VPC", id)
      return []
    }
    if (!names(gateway, id, "vpcs", vpc)) return []
    const routeTable = edges.get(id)?.RouteTableId
    return [{ id, vpc, ...(routeTable === undefined ? {} : { routeTable }) }]
  })
}

const regionShape = /^[a-z]{2}(?:-[a-z]+)+-\d+/

/** The region of the subnets; a mistake when they are of several. */
export const regionOf = ({ dump, findings }: Ground): string => {
  let found: string | undefined
  for (const subnet of dump.all("subnets")) {
    const region = subnet.SubnetArn?.split(":")[3] ?? regionShape.exec(subnet.AvailabilityZone)?.[0] ?? subnet.AvailabilityZone
    if (found !== undefined && region !== found) {
      const place = dump.placeOf(subnet)
      findings.mistake(`${place.path}: ${subnet.SubnetId} is in ${region}, those before it in ${found}`, {
        place,
        underlined: subnet.AvailabilityZone,
        notes: ["one folder holds one region's answers"],
        help: `write the folder again with --region ${found}`
      })
      break
    }
    found = region
  }
  return found ?? "unknown"
}

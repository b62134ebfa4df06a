/**
 * The files of a dump: how each may be called, the command that writes it, where its list stands, and which are always needed. Names are
 * the AWS CLI's subcommands (`describe-route-tables.json`) or the resources' plurals (`route-tables.json`). What the CLI writes one at a
 * time may stand in one file after the other, or in a file each: `describe-nodegroup-blue.json`.
 * Source: AWS CLI command reference.
 */

import * as net from "./shapes.ts"
import * as compute from "./shapes-compute.ts"
import * as joint from "./shapes-interconnect.ts"

/** `of`: what the file's name says beside its kind, where the answer does not say whose it is. */
const kind = <Shape extends { readonly Type: object }>(
  service: "ec2" | "elbv2" | "eks" | "autoscaling",
  command: string,
  key: string,
  shape: Shape,
  idOf: (entry: Shape["Type"]) => string,
  more: { readonly needed?: true; readonly each?: string; readonly byName?: true; readonly other?: string } = {}
) => ({ service, command, key, shape, idOf, ...more })

/** Pages may cut a reservation in two. */
const reservationId = ({ ReservationId, Instances }: typeof net.Reservation.Type): string =>
  Instances[0] === undefined ? ReservationId : `${ReservationId} of ${Instances[0].InstanceId}`

export const dumpKinds = {
  vpcs: kind("ec2", "describe-vpcs", "Vpcs", net.Vpc, ({ VpcId }) => VpcId, { needed: true }),
  subnets: kind("ec2", "describe-subnets", "Subnets", net.Subnet, ({ SubnetId }) => SubnetId, { needed: true }),
  routeTables: kind("ec2", "describe-route-tables", "RouteTables", net.RouteTable, ({ RouteTableId }) => RouteTableId, { needed: true }),
  internetGateways: kind(
    "ec2",
    "describe-internet-gateways",
    "InternetGateways",
    net.InternetGateway,
    ({ InternetGatewayId }) => InternetGatewayId,
    { needed: true }
  ),
  securityGroups: kind("ec2", "describe-security-groups", "SecurityGroups", net.SecurityGroup, ({ GroupId }) => GroupId, { needed: true }),
  networkAcls: kind("ec2", "describe-network-acls", "NetworkAcls", net.NetworkAcl, ({ NetworkAclId }) => NetworkAclId, { needed: true }),
  egressOnlyGateways: kind(
    "ec2",
    "describe-egress-only-internet-gateways",
    "EgressOnlyInternetGateways",
    net.EgressOnlyGateway,
    ({ EgressOnlyInternetGatewayId }) => EgressOnlyInternetGatewayId
  ),
  natGateways: kind("ec2", "describe-nat-gateways", "NatGateways", net.NatGateway, ({ NatGatewayId }) => NatGatewayId),
  networkInterfaces: kind(
    "ec2",
    "describe-network-interfaces",
    "NetworkInterfaces",
    net.NetworkInterface,
    ({ NetworkInterfaceId }) => NetworkInterfaceId
  ),
  reservations: kind("ec2", "describe-instances", "Reservations", net.Reservation, reservationId),
  addresses: kind("ec2", "describe-addresses", "Addresses", net.Address, ({ PublicIp }) => PublicIp),
  cidrReservations: kind(
    "ec2",
    "get-subnet-cidr-reservations",
    "SubnetIpv4CidrReservations",
    net.CidrReservation,
    ({ SubnetCidrReservationId }) => SubnetCidrReservationId,
    { each: "--subnet-id <subnet>" }
  ),
  peerings: kind(
    "ec2",
    "describe-vpc-peering-connections",
    "VpcPeeringConnections",
    joint.Peering,
    ({ VpcPeeringConnectionId }) => VpcPeeringConnectionId
  ),
  transitGateways: kind(
    "ec2",
    "describe-transit-gateways",
    "TransitGateways",
    joint.TransitGateway,
    ({ TransitGatewayId }) => TransitGatewayId
  ),
  transitAttachments: kind(
    "ec2",
    "describe-transit-gateway-attachments",
    "TransitGatewayAttachments",
    joint.TransitAttachment,
    ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId
  ),
  transitVpcAttachments: kind(
    "ec2",
    "describe-transit-gateway-vpc-attachments",
    "TransitGatewayVpcAttachments",
    joint.TransitVpcAttachment,
    ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId
  ),
  transitRouteTables: kind(
    "ec2",
    "describe-transit-gateway-route-tables",
    "TransitGatewayRouteTables",
    joint.TransitRouteTable,
    ({ TransitGatewayRouteTableId }) => TransitGatewayRouteTableId
  ),
  transitRoutes: kind(
    "ec2",
    "search-transit-gateway-routes",
    "Routes",
    joint.TransitRoute,
    ({ of, DestinationCidrBlock, PrefixListId, Type }) => `${of} ${DestinationCidrBlock ?? PrefixListId} ${Type}`,
    { each: "--filters Name=state,Values=active,blackhole --transit-gateway-route-table-id <table>", byName: true }
  ),
  vpnGateways: kind("ec2", "describe-vpn-gateways", "VpnGateways", joint.VpnGateway, ({ VpnGatewayId }) => VpnGatewayId),
  vpnConnections: kind("ec2", "describe-vpn-connections", "VpnConnections", joint.VpnConnection, ({ VpnConnectionId }) => VpnConnectionId),
  endpoints: kind("ec2", "describe-vpc-endpoints", "VpcEndpoints", joint.Endpoint, ({ VpcEndpointId }) => VpcEndpointId),
  prefixLists: kind("ec2", "describe-prefix-lists", "PrefixLists", joint.PrefixList, ({ PrefixListId }) => PrefixListId),
  prefixListEntries: kind("ec2", "get-managed-prefix-list-entries", "Entries", joint.PrefixListEntry, ({ of, Cidr }) => `${of} ${Cidr}`, {
    each: "--prefix-list-id <list>",
    byName: true
  }),
  balancers: kind("elbv2", "describe-load-balancers", "LoadBalancers", compute.Balancer, ({ LoadBalancerArn }) => LoadBalancerArn),
  targetGroups: kind("elbv2", "describe-target-groups", "TargetGroups", compute.TargetGroup, ({ TargetGroupArn }) => TargetGroupArn),
  clusters: kind("eks", "describe-cluster", "cluster", compute.Cluster, ({ name }) => name, {
    each: "--name <cluster>",
    other: "clusters"
  }),
  nodeGroups: kind(
    "eks",
    "describe-nodegroup",
    "nodegroup",
    compute.NodeGroup,
    ({ clusterName, nodegroupName }) => `${clusterName} ${nodegroupName}`,
    { each: "--cluster-name <cluster> --nodegroup-name <group>", other: "nodegroups" }
  ),
  fargateProfiles: kind(
    "eks",
    "describe-fargate-profile",
    "fargateProfile",
    compute.FargateProfile,
    ({ clusterName, fargateProfileName }) => `${clusterName} ${fargateProfileName}`,
    { each: "--cluster-name <cluster> --fargate-profile-name <profile>" }
  ),
  scalingGroups: kind(
    "autoscaling",
    "describe-auto-scaling-groups",
    "AutoScalingGroups",
    compute.ScalingGroup,
    ({ AutoScalingGroupName }) => AutoScalingGroupName
  )
} as const

export type DumpKind = keyof typeof dumpKinds
export type DumpEntry<Kind extends DumpKind> = (typeof dumpKinds)[Kind]["shape"]["Type"]

/** In the order in which they are read, and asked for. */
export const dumpKindNames = Object.keys(dumpKinds) as ReadonlyArray<DumpKind>

/** Answers that are known, and of which nothing is read: lists of names, and what the model has no words for. */
export const unreadStems: Readonly<Record<string, "without effect" | "not modelled">> = {
  "list-clusters": "without effect",
  "list-nodegroups": "without effect",
  "list-fargate-profiles": "without effect",
  "describe-managed-prefix-lists": "without effect",
  "describe-availability-zones": "without effect",
  "describe-customer-gateways": "without effect",
  "describe-listeners": "not modelled",
  "describe-rules": "not modelled",
  "describe-target-health": "not modelled",
  "describe-target-group-attributes": "not modelled",
  "describe-load-balancer-attributes": "not modelled",
  "describe-vpc-block-public-access-exclusions": "not modelled"
}

const plural = (command: string): string => command.replace(/^(?:describe|get|search|list)-/, "")

const stemsOf = (name: DumpKind): ReadonlyArray<string> => {
  const { command, ...more } = dumpKinds[name]
  return [command, plural(command), ...("other" in more ? [more.other] : [])]
}

/** Names by which a file is known, for near misses. */
export const knownFiles: ReadonlyArray<string> = dumpKindNames.flatMap((name) => stemsOf(name).map((stem) => `${stem}.json`))

/** What a file's name says: its kind, and whose answer it is where that is said (`of`). */
export const kindOfFile = (
  file: string
): { readonly kind: DumpKind; readonly of: string } | "without effect" | "not modelled" | undefined => {
  const stem = file.replace(/\.json$/i, "")
  for (const name of dumpKindNames) {
    const stems = stemsOf(name)
    if (stems.includes(stem)) return { kind: name, of: "" }
    const longer = "each" in dumpKinds[name] ? stems.find((each) => stem.startsWith(`${each}-`)) : undefined
    if (longer !== undefined) return { kind: name, of: stem.slice(longer.length + 1) }
  }
  const unread = Object.keys(unreadStems).find((each) =>
    [each, plural(each)].some((known) => stem === known || stem.startsWith(`${known}-`))
  )
  return unread === undefined ? undefined : unreadStems[unread]
}

/** The command that writes a file of this kind into a folder. */
export const commandFor = (name: DumpKind, folder: string, of = ""): string => {
  const { service, command, ...more } = dumpKinds[name]
  const last = /<[^>]*>$/
  const asked = ("each" in more ? more.each : undefined) ?? ""
  const each = asked === "" ? "" : ` ${of === "" ? asked : asked.replace(last, of)}`
  const file = "byName" in more ? `${command}-${of === "" ? (last.exec(asked)?.[0] ?? "") : of}` : command
  return `aws ${service} ${command}${each} --output json > ${folder}/${file}.json`
}

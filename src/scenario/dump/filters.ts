/**
 * Security groups and network ACLs of a dump. A rule for several peers becomes one for each; prefix lists are spelled out. Left out: IPv6
 * ranges, protocols other than TCP, UDP and ICMP, groups of other accounts, references that have gone stale.
 * Source: Amazon EC2 API reference, IpPermission, NetworkAclEntry; IANA protocol numbers.
 */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"

type GroupRule = AwsTopology["securityGroups"][number]["ingress"][number]
type AclEntry = AwsTopology["networkAcls"][number]["inbound"][number]
type Given = DumpEntry<"securityGroups">
type Permission = Given["IpPermissions"][number]
type Protocol = GroupRule["protocol"]

const portMax = 65_535
const protocols: Readonly<Record<string, Protocol>> = {
  "-1": "all",
  tcp: "tcp",
  "6": "tcp",
  udp: "udp",
  "17": "udp",
  icmp: "icmp",
  "1": "icmp"
}
const icmp6 = new Set(["icmpv6", "58"])

/** What a group needs to know of what is around it. */
export interface FilterGround {
  /** CIDRs of a prefix list; a mistake when the dump does not say them. */
  readonly listed: (from: object, what: string, list: string) => ReadonlyArray<string>
  /** Whether groups of one VPC are known in another. */
  readonly isJoined: (vpc: string, other: string) => boolean
}

export const securityGroupsOf = (ground: Ground, around: FilterGround): AwsTopology["securityGroups"] => {
  const vpcs = new Map(ground.dump.all("securityGroups").map(({ GroupId, VpcId }) => [GroupId, VpcId]))
  return ground.dump.all("securityGroups").map((group) => {
    ground.names(group, group.GroupId, "vpcs", group.VpcId)
    const rules = (permissions: ReadonlyArray<Permission>) =>
      permissions.flatMap((permission) => rulesOf(group, permission, vpcs, ground, around))
    return { id: group.GroupId, vpc: group.VpcId, ingress: rules(group.IpPermissions), egress: rules(group.IpPermissionsEgress) }
  })
}

const rulesOf = (
  group: Given,
  permission: Permission,
  vpcs: ReadonlyMap<string, string>,
  ground: Ground,
  around: FilterGround
): ReadonlyArray<GroupRule> => {
  const { dump, findings } = ground
  const { path } = dump.placeOf(group)
  const protocol = protocols[permission.IpProtocol]
  if (protocol === undefined) {
    if (!icmp6.has(permission.IpProtocol))
      findings.leftOut(path, `rules of security groups for protocol ${permission.IpProtocol}`, group.GroupId)
    return []
  }
  if ((permission.Ipv6Ranges ?? []).length > 0) findings.leftOut(path, "IPv6 ranges in rules of security groups", group.GroupId)
  if (protocol === "icmp" && (permission.FromPort ?? -1) !== -1)
    findings.filledIn(path, "rules of security groups for one type of ICMP are taken for all types", group.GroupId)
  const hasPorts = protocol === "tcp" || protocol === "udp"
  const ports = { fromPort: hasPorts ? (permission.FromPort ?? 0) : 0, toPort: hasPorts ? (permission.ToPort ?? portMax) : portMax }
  const peers = [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(permission.PrefixListIds ?? []).flatMap(({ PrefixListId }) => around.listed(group, group.GroupId, PrefixListId)),
    ...groupPeers(group, permission, vpcs, ground, around)
  ]
  return peers.map((peer) => ({ protocol, ...ports, peer }))
}

const groupPeers = (
  group: Given,
  { UserIdGroupPairs = [] }: Permission,
  vpcs: ReadonlyMap<string, string>,
  { dump, findings, account, names }: Ground,
  { isJoined }: FilterGround
): ReadonlyArray<string> => {
  const { path } = dump.placeOf(group)
  return UserIdGroupPairs.flatMap(({ GroupId, UserId, PeeringStatus }) => {
    const vpc = vpcs.get(GroupId)
    if (vpc === undefined && UserId !== undefined && account !== undefined && UserId !== account) {
      findings.leftOut(path, `rules that name groups of account ${UserId}`, `${group.GroupId} names ${GroupId}`)
      return []
    }
    if (PeeringStatus === "deleted" || (vpc !== undefined && vpc !== group.VpcId && !isJoined(group.VpcId, vpc))) {
      findings.leftOut(path, "stale rules, which name groups of VPCs that are not peered any more", `${group.GroupId} names ${GroupId}`)
      return []
    }
    return names(group, group.GroupId, "securityGroups", GroupId) ? [GroupId] : []
  })
}

/** The last rule, `*`, has this number in the API. Source: Amazon VPC user guide, Network ACL rules. */
const lastRule = 32_767

export const networkAclsOf = (ground: Ground): AwsTopology["networkAcls"] =>
  ground.dump.all("networkAcls").map((acl) => {
    ground.names(acl, acl.NetworkAclId, "vpcs", acl.VpcId)
    const side = (egress: boolean) =>
      acl.Entries.filter(({ Egress, RuleNumber }) => Egress === egress && RuleNumber < lastRule)
        .flatMap((entry) => aclEntry(acl, entry, ground))
        .sort((left, right) => left.number - right.number)
    return { id: acl.NetworkAclId, vpc: acl.VpcId, inbound: side(false), outbound: side(true) }
  })

const aclEntry = (
  acl: DumpEntry<"networkAcls">,
  entry: DumpEntry<"networkAcls">["Entries"][number],
  { dump, findings }: Ground
): ReadonlyArray<AclEntry> => {
  const { path } = dump.placeOf(acl)
  const protocol = protocols[entry.Protocol]
  if (entry.CidrBlock === undefined) {
    findings.leftOut(path, "IPv6 entries of network ACLs", acl.NetworkAclId)
    return []
  }
  if (protocol === undefined) {
    if (!icmp6.has(entry.Protocol)) findings.leftOut(path, `entries of network ACLs for protocol ${entry.Protocol}`, acl.NetworkAclId)
    return []
  }
  if (protocol === "icmp" && (entry.IcmpTypeCode?.Type ?? -1) !== -1)
    findings.filledIn(path, "entries of network ACLs for one type of ICMP are taken for all types", acl.NetworkAclId)
  const hasPorts = protocol === "tcp" || protocol === "udp"
  return [
    {
      number: entry.RuleNumber,
      action: entry.RuleAction,
      protocol,
      cidr: entry.CidrBlock,
      fromPort: hasPorts ? (entry.PortRange?.From ?? 0) : 0,
      toPort: hasPorts ? (entry.PortRange?.To ?? portMax) : portMax
    }
  ]
}

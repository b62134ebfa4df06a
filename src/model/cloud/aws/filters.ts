/**
 * Security groups and network ACLs as filters. All groups of an interface make one filter: any rule admits, flows are remembered.
 * An ACL is a row of numbered rules without memory, on the edge of a subnet, a list for each direction.
 * Source: VPC guide, Security groups; Network ACLs.
 */
import type { Filter, FilterRule, Match } from "../../net/fabric.ts"
import type { PortRange } from "../../net/flow.ts"
import type { AwsTopology } from "./topology.ts"

type Group = AwsTopology["securityGroups"][number]
type GroupRule = Group["ingress"][number]
type Acl = AwsTopology["networkAcls"][number]
type AclEntry = Acl["inbound"][number]

const portsOf = (rule: {
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
}): { readonly destinationPorts?: ReadonlyArray<PortRange> } =>
  (rule.protocol === "tcp" || rule.protocol === "udp") && !(rule.fromPort === 0 && rule.toPort === 65_535)
    ? { destinationPorts: [{ from: rule.fromPort, to: rule.toPort }] }
    : {}

const protocolOf = (protocol: GroupRule["protocol"]): Pick<Match, "protocol"> => ({ protocol: protocol === "all" ? "any" : protocol })

const portsText = (rule: { readonly protocol: string; readonly fromPort: number; readonly toPort: number }): string => {
  if (rule.protocol === "all") return "all"
  return rule.fromPort === rule.toPort ? `${rule.protocol} ${rule.fromPort}` : `${rule.protocol} ${rule.fromPort}-${rule.toPort}`
}

const anywhere: ReadonlyArray<string> = ["0.0.0.0/0", "::/0"]
const isAllPorts = ({ protocol, fromPort, toPort }: GroupRule): boolean => protocol === "all" || (fromPort === 0 && toPort === 65_535)

/**
 * A flow of TCP or UDP that a rule admits from or to anywhere is not tracked when the other direction lets everything of its protocol
 * go anywhere. Source: EC2 guide, Security group connection tracking, untracked connections.
 */
const isUntracked = (rule: GroupRule, opposite: ReadonlyArray<GroupRule>): boolean =>
  anywhere.includes(rule.peer) &&
  rule.protocol !== "icmp" &&
  opposite.some((other) => other.peer === rule.peer && isAllPorts(other) && (other.protocol === "all" || other.protocol === rule.protocol))

const groupRule = (group: Group, rule: GroupRule, direction: "ingress" | "egress", opposite: ReadonlyArray<GroupRule>): FilterRule => {
  const isPrefix = rule.peer.includes("/")
  const end =
    direction === "ingress"
      ? isPrefix
        ? { source: [rule.peer] }
        : { sourceSets: [rule.peer] }
      : isPrefix
        ? { destination: [rule.peer] }
        : { destinationSets: [rule.peer] }
  return {
    match: { ...protocolOf(rule.protocol), ...portsOf(rule), ...end },
    verdict: "accept",
    origin: { resource: group.id, part: `${direction} ${portsText(rule)} ${direction === "ingress" ? "from" : "to"} ${rule.peer}` },
    ...(isUntracked(rule, opposite) ? { untracked: true } : {})
  }
}

/** The one filter that an interface's groups make, for a direction. Both directions bear one id: they share their memory. */
export const groupsFilter = (groups: ReadonlyArray<Group>, direction: "ingress" | "egress"): Filter => {
  const ids = groups.map(({ id }) => id)
  const origin = { resource: ids.join(", ") || "no security group", part: direction }
  const opposite = groups.flatMap((group) => group[direction === "ingress" ? "egress" : "ingress"])
  return {
    id: `groups ${ids.join("+")}`,
    origin,
    stateful: true,
    rules: groups.flatMap((group) => group[direction].map((rule) => groupRule(group, rule, direction, opposite))),
    otherwise: "deny",
    refusal: { reason: "DeniedByFilter", code: "ENI_SG_RULES_MISMATCH", origin, fails: "timeout" },
    lostIdentityCode: "SG_REFERENCES_NOT_PRESERVED"
  }
}

const aclRule = (acl: Acl, entry: AclEntry, direction: "inbound" | "outbound"): FilterRule => ({
  match: {
    ...protocolOf(entry.protocol),
    ...portsOf(entry),
    ...(direction === "inbound" ? { source: [entry.cidr] } : { destination: [entry.cidr] })
  },
  verdict: entry.action === "allow" ? "accept" : "deny",
  origin: { resource: acl.id, part: `${direction} rule ${entry.number} ${entry.action} ${portsText(entry)} ${entry.cidr}` }
})

/** One direction of an ACL: the lowest number that matches decides, and the last rule, `*`, denies. */
export const aclFilter = (acl: Acl, direction: "inbound" | "outbound"): Filter => ({
  id: `${acl.id} ${direction}`,
  origin: { resource: acl.id, part: direction },
  stateful: false,
  rules: [...acl[direction]].sort((left, right) => left.number - right.number).map((entry) => aclRule(acl, entry, direction)),
  otherwise: "deny",
  refusal: {
    reason: "DeniedByFilter",
    code: "SUBNET_ACL_RESTRICTION",
    origin: { resource: acl.id, part: `${direction} rule *` },
    fails: "timeout"
  }
})

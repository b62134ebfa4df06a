/**
 * Security groups at an interface: of its subnet and of its own, inward in this order, outward in the other; both must allow, between
 * neighbours of one subnet too. Lowest priority number first, the first match decides, then the default rules. Connections are
 * remembered: replies pass, and what is open outlives a change of rules. Without any group everything passes, but a Standard public
 * address is closed to the internet.
 * Not modelled: admin rules, tags other than the owner gives and the three that are worked out, flow timeouts.
 * Source: Network security groups; How network security groups filter traffic; Virtual network service tags.
 */
import type { Filter, FilterRule, Match } from "../../net/fabric.ts"
import type { PortRange } from "../../net/flow.ts"
import { privatePrefixes, withoutPrefixes } from "../../net/ip.ts"
import { hostAddress, platformAddresses } from "./limits.ts"
import { effectiveRoutes } from "./routes.ts"
import type { AzureTopology } from "./topology.ts"
import { found, gatewaysOf, groupSet, overlaysOf, peeringsOf, rangesOf, type SecurityGroup, type Subnet } from "./topology-lookup.ts"

type Rule = SecurityGroup["rules"][number]
export type Direction = Rule["direction"]

const everywhere = "0.0.0.0/0"

/** Hosts of the platform, this network, multicast and beyond: nobody's on the internet. */
const nowhere: ReadonlyArray<string> = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/3",
  ...platformAddresses.map((each) => `${each}/32`)
]

/** The network, its peers, what lies behind gateways, and the host's address. */
const nearPrefixes = (topology: AzureTopology, network: string): ReadonlyArray<string> => [
  ...rangesOf(topology, network),
  ...peeringsOf(topology, network).flatMap(({ remote }) => rangesOf(topology, remote)),
  ...gatewaysOf(topology, network).flatMap(({ gateway }) => found(topology.sites, gateway.site, "site").prefixes),
  `${hostAddress}/32`
]

/** With the ranges of the subnet's own routes: a default route widens it to everything. */
export const virtualNetworkTag = (topology: AzureTopology, subnet: Subnet): ReadonlyArray<string> => [
  ...new Set([
    ...nearPrefixes(topology, subnet.network),
    ...overlaysOf(topology, subnet.network),
    ...effectiveRoutes(topology, subnet).flatMap(({ source, state, prefix }) => (source === "User" && state === "Active" ? [prefix] : []))
  ])
]

/** Public space that is not the network's. */
const internetTag = (topology: AzureTopology, subnet: Subnet): ReadonlyArray<string> =>
  withoutPrefixes(everywhere, [...privatePrefixes, ...nowhere, ...nearPrefixes(topology, subnet.network)])

/** What one end of a rule may stand for: some ranges, or a set. */
const endOf = (
  topology: AzureTopology,
  subnet: Subnet,
  end: string
): { readonly prefixes: ReadonlyArray<string> } | { readonly set: string } => {
  if (end === "*") return { prefixes: [everywhere] }
  if (end === "VirtualNetwork") return { prefixes: virtualNetworkTag(topology, subnet) }
  if (end === "Internet") return { prefixes: internetTag(topology, subnet) }
  if (end === "AzureLoadBalancer") return { prefixes: [`${hostAddress}/32`] }
  if (topology.applicationSecurityGroups?.includes(end) === true) return { set: groupSet(end) }
  if (/^\d/.test(end)) return { prefixes: [end.includes("/") ? end : `${end}/32`] }
  return { prefixes: found(topology.serviceTags, end, "service tag").prefixes }
}

const matches = (
  topology: AzureTopology,
  subnet: Subnet,
  ends: ReadonlyArray<string>,
  side: "source" | "destination"
): ReadonlyArray<Match> =>
  ends.map((end): Match => {
    const known = endOf(topology, subnet, end)
    if ("set" in known) return side === "source" ? { sourceSets: [known.set] } : { destinationSets: [known.set] }
    if (known.prefixes.includes(everywhere)) return {}
    return side === "source" ? { source: known.prefixes } : { destination: known.prefixes }
  })

const portRanges = (ports: ReadonlyArray<string>): ReadonlyArray<PortRange> | undefined =>
  ports.includes("*")
    ? undefined
    : ports.map((text) => {
        const [from, to] = text.split("-")
        return { from: Number(from), to: Number(to ?? from) }
      })

const protocols = { Tcp: "tcp", Udp: "udp", Icmp: "icmp", "*": "any" } as const

const rulesOf = (topology: AzureTopology, subnet: Subnet, group: string, rule: Rule): ReadonlyArray<FilterRule> => {
  const [from, to] = [portRanges(rule.sourcePorts), portRanges(rule.destinationPorts)]
  const shared: Match = {
    protocol: protocols[rule.protocol],
    ...(from === undefined ? {} : { sourcePorts: from }),
    ...(to === undefined ? {} : { destinationPorts: to })
  }
  const sources = matches(topology, subnet, rule.sources, "source")
  const destinations = matches(topology, subnet, rule.destinations, "destination")
  const verdict = rule.access === "Allow" ? "accept" : "deny"
  const origin = { resource: group, part: `${rule.id} ${rule.priority}` }
  return sources.flatMap((source) =>
    destinations.map((destination): FilterRule => ({ match: { ...shared, ...source, ...destination }, verdict, origin }))
  )
}

/** Source: Network security groups, default security rules. */
const defaults: ReadonlyArray<
  readonly [id: string, priority: number, direction: Direction, access: Rule["access"], from: string, to: string]
> = [
  ["AllowVnetInBound", 65_000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"],
  ["AllowAzureLoadBalancerInBound", 65_001, "Inbound", "Allow", "AzureLoadBalancer", "*"],
  ["DenyAllInBound", 65_500, "Inbound", "Deny", "*", "*"],
  ["AllowVnetOutBound", 65_000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"],
  ["AllowInternetOutBound", 65_001, "Outbound", "Allow", "*", "Internet"],
  ["DenyAllOutBound", 65_500, "Outbound", "Deny", "*", "*"]
]

const defaultRules: ReadonlyArray<Rule> = defaults.map(([id, priority, direction, access, from, to]) => ({
  id,
  priority,
  direction,
  access,
  protocol: "*",
  sources: [from],
  sourcePorts: ["*"],
  destinations: [to],
  destinationPorts: ["*"]
}))

/** Both directions bear one id: they share their memory. */
export const groupFilter = (topology: AzureTopology, subnet: Subnet, groupId: string, direction: Direction): Filter => {
  const group = found(topology.securityGroups, groupId, "network security group")
  const own = group.rules.filter((rule) => rule.direction === direction).sort((left, right) => left.priority - right.priority)
  const last = direction === "Inbound" ? "DenyAllInBound" : "DenyAllOutBound"
  const origin = { resource: groupId, part: `${last} 65500` }
  return {
    id: `nsg ${groupId}`,
    origin: { resource: groupId, part: direction },
    stateful: true,
    rules: [
      ...(direction === "Outbound" ? platformRules(groupId) : []),
      ...[...own, ...defaultRules.filter((rule) => rule.direction === direction)].flatMap((rule) =>
        rulesOf(topology, subnet, groupId, rule)
      )
    ],
    otherwise: "deny",
    refusal: { reason: "DeniedByFilter", code: "Deny", origin, fails: "timeout" }
  }
}

/** Rules of the owner do not hold for the host's addresses. Source: What is IP address 168.63.129.16? */
const platformRules = (resource: string): ReadonlyArray<FilterRule> =>
  platformAddresses.map((address) => ({
    match: { destination: [`${address}/32`] },
    verdict: "accept",
    origin: { resource, part: `platform ${address}` }
  }))

/** A Standard public address, or a Standard balancer's member, that no group opens. */
export const closedFilter = (topology: AzureTopology, subnet: Subnet): Filter => {
  const origin = { resource: subnet.id, part: "no network security group: closed to the internet" }
  return {
    id: "secure by default",
    origin,
    stateful: true,
    rules: [{ match: { source: internetTag(topology, subnet) }, verdict: "deny", origin }],
    otherwise: "accept",
    refusal: { reason: "DeniedByFilter", code: "Deny", origin, fails: "timeout" }
  }
}

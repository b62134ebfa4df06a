/**
 * A network at Azure from a subscription's answers: virtual networks, subnets, routes, security groups, peerings and gateways. Left out,
 * and told: IPv6, peerings with others. Filled in, and told: service tags without ranges, a site behind each gateway.
 * Source: Azure REST API, Microsoft.Network.
 */
import type { AzureTopology } from "../../../model/cloud/azure/topology.ts"
import { type AzureGround, behind, groupIn, idOf, isV4, type KnownSubnet, nameIn, partIn, sameId, subnetsIn } from "./ground.ts"
import type { AzureEntry } from "./kinds.ts"

export const networksIn = (ground: AzureGround): AzureTopology["networks"] =>
  ground.dump.all("vnets").map((vnet) => ({ id: idOf(ground, "vnets", vnet), ranges: vnet.addressSpace.addressPrefixes.filter(isV4) }))

/** Where outbound access is not said, a network is older than the flag, and has it. Source: Azure docs, default outbound access. */
const usualOutboundAccess = true

export const subnetsOf = (ground: AzureGround): AzureTopology["subnets"] =>
  subnetsIn(ground).flatMap((known): AzureTopology["subnets"] => {
    const { id, network, given, vnet } = known
    const { path } = ground.dump.placeOf(vnet)
    const ranges = [...(given.addressPrefix === undefined ? [] : [given.addressPrefix]), ...(given.addressPrefixes ?? [])]
    const [cidr, ...more] = [...new Set(ranges)].filter(isV4)
    if (cidr === undefined) {
      ground.findings.leftOut(path, "subnets of IPv6 alone", id)
      return []
    }
    if (more.length > 0) ground.findings.leftOut(path, "further ranges of subnets", id)
    if (given.defaultOutboundAccess === undefined)
      ground.findings.filledIn(path, "default outbound access of subnets that do not say it", id)
    return [{ id, network, cidr, ...linksOf(ground, known), defaultOutboundAccess: given.defaultOutboundAccess ?? usualOutboundAccess }]
  })

type Links = Pick<AzureTopology["subnets"][number], "routeTable" | "securityGroup" | "natGateway" | "serviceEndpoints">

const linksOf = (ground: AzureGround, { id, given, vnet }: KnownSubnet): Links => {
  const by = { entry: vnet, what: `subnet ${id}` }
  const table = given.routeTable === undefined ? undefined : behind(ground, "routeTables", given.routeTable.id, by)
  const group = given.networkSecurityGroup === undefined ? undefined : behind(ground, "nsgs", given.networkSecurityGroup.id, by)
  const nat = given.natGateway === undefined ? undefined : behind(ground, "natGateways", given.natGateway.id, by)
  const endpoints = (given.serviceEndpoints ?? []).map(({ service }) => ({ service, prefixes: endpointPrefixes(ground, service, id) }))
  return {
    ...(table === undefined ? {} : { routeTable: idOf(ground, "routeTables", table) }),
    ...(group === undefined ? {} : { securityGroup: idOf(ground, "nsgs", group) }),
    ...(nat === undefined ? {} : { natGateway: idOf(ground, "natGateways", nat) }),
    ...(endpoints.length === 0 ? {} : { serviceEndpoints: endpoints })
  }
}

const prefixesOfTag = ({ dump }: AzureGround, tag: string): ReadonlyArray<string> | undefined =>
  dump
    .all("serviceTags")
    .find(({ name }) => name === tag)
    ?.addressPrefixes.filter(isV4)

/** `Microsoft.Storage` leads to what the tag `Storage` names. */
const endpointPrefixes = (ground: AzureGround, service: string, subnet: string): ReadonlyArray<string> => {
  const prefixes = prefixesOfTag(ground, service.replace(/^Microsoft\./, ""))
  if (prefixes === undefined) ground.findings.leftOut(ground.dump.fileOf("serviceTags"), `ranges of service endpoints ${service}`, subnet)
  return prefixes ?? []
}

const hops: Readonly<Record<string, AzureTopology["routeTables"][number]["routes"][number]["nextHop"]["_tag"]>> = {
  virtualappliance: "VirtualAppliance",
  virtualnetworkgateway: "VirtualNetworkGateway",
  vnetlocal: "VnetLocal",
  internet: "Internet",
  none: "None"
}

export const routeTablesIn = (ground: AzureGround): AzureTopology["routeTables"] =>
  ground.dump.all("routeTables").map((given) => ({
    id: idOf(ground, "routeTables", given),
    disablesGatewayRoutePropagation: given.disableBgpRoutePropagation ?? false,
    routes: (given.routes ?? []).flatMap(({ name, addressPrefix, nextHopType, nextHopIpAddress }) => {
      const { path } = ground.dump.placeOf(given)
      const hop = hops[nextHopType.toLowerCase()]
      if (hop === undefined || !isV4(addressPrefix) || (hop === "VirtualAppliance" && nextHopIpAddress === undefined)) {
        ground.findings.leftOut(path, isV4(addressPrefix) ? `routes to ${nextHopType}` : "routes of IPv6", name)
        return []
      }
      const nextHop = hop === "VirtualAppliance" ? { _tag: hop, address: nextHopIpAddress ?? "" } : { _tag: hop }
      return [{ id: name, destination: addressPrefix, nextHop }]
    })
  }))

type Rule = NonNullable<AzureEntry<"nsgs">["securityRules"]>[number]
type Group = AzureTopology["securityGroups"][number]

const protocols: Readonly<Record<string, Group["rules"][number]["protocol"]>> = { tcp: "Tcp", udp: "Udp", icmp: "Icmp", "*": "*" }

export const securityGroupsIn = (ground: AzureGround): AzureTopology["securityGroups"] =>
  ground.dump.all("nsgs").map((given) => ({
    id: idOf(ground, "nsgs", given),
    rules: (given.securityRules ?? []).flatMap((rule): Group["rules"] => {
      const { path } = ground.dump.placeOf(given)
      const protocol = protocols[rule.protocol.toLowerCase()]
      const [sources, destinations] = [sourcesOf(rule), destinationsOf(rule)]
      if (protocol === undefined || sources.length === 0 || destinations.length === 0) {
        ground.findings.leftOut(path, protocol === undefined ? `rules for protocol ${rule.protocol}` : "rules of IPv6", rule.name)
        return []
      }
      const { name, priority, direction, access } = rule
      return [
        {
          id: name,
          priority,
          direction,
          access,
          protocol,
          sources,
          sourcePorts: ports(rule.sourcePortRange, rule.sourcePortRanges),
          destinations,
          destinationPorts: ports(rule.destinationPortRange, rule.destinationPortRanges)
        }
      ]
    })
  }))

const everywhere = "0.0.0.0/0"

type Refs = Rule["sourceApplicationSecurityGroups"]

const ends = (one: string | undefined, many: ReadonlyArray<string> | undefined, groups: Refs): ReadonlyArray<string> =>
  [...(one === undefined || one === "" ? [] : [one]), ...(many ?? [])]
    .filter((end) => isV4(end) || !/^[\da-f]*:/i.test(end))
    .map((end) => (end === everywhere ? "*" : end))
    .concat((groups ?? []).map(({ id }) => nameIn(id)))

const sourcesOf = (rule: Rule): ReadonlyArray<string> =>
  ends(rule.sourceAddressPrefix, rule.sourceAddressPrefixes, rule.sourceApplicationSecurityGroups)

const destinationsOf = (rule: Rule): ReadonlyArray<string> =>
  ends(rule.destinationAddressPrefix, rule.destinationAddressPrefixes, rule.destinationApplicationSecurityGroups)

const ports = (one: string | undefined, many: ReadonlyArray<string> | undefined): ReadonlyArray<string> => [
  ...(one === undefined || one === "" ? [] : [one]),
  ...(many ?? [])
]

/** Groups of interfaces that rules or interfaces name. */
export const applicationGroupsIn = ({ dump }: AzureGround): ReadonlyArray<string> => {
  const inRules = dump.all("nsgs").flatMap(({ securityRules }) => (securityRules ?? []).flatMap(groupsOfRule))
  const inNics = [...dump.all("nics"), ...dump.all("vmssNics")].flatMap(({ ipConfigurations }) =>
    (ipConfigurations ?? []).flatMap(({ applicationSecurityGroups }) => applicationSecurityGroups ?? [])
  )
  return [...new Set([...inRules, ...inNics].map(({ id }) => nameIn(id)))].sort()
}

const groupsOfRule = ({ sourceApplicationSecurityGroups, destinationApplicationSecurityGroups }: Rule) => [
  ...(sourceApplicationSecurityGroups ?? []),
  ...(destinationApplicationSecurityGroups ?? [])
]

/** Worked out, never asked for. */
const workedOut: ReadonlyArray<string> = ["VirtualNetwork", "Internet", "AzureLoadBalancer", "*"]

/** Tags that rules and routes name. One without ranges in the answers stands for nothing. */
export const serviceTagsIn = (
  ground: AzureGround,
  {
    routeTables,
    securityGroups,
    groups
  }: Pick<AzureTopology, "routeTables" | "securityGroups"> & { readonly groups: ReadonlyArray<string> }
): NonNullable<AzureTopology["serviceTags"]> => {
  const named = [
    ...routeTables.flatMap(({ routes }) => routes.map(({ destination }) => destination)),
    ...securityGroups.flatMap(({ rules }) => rules.flatMap(({ sources, destinations }) => [...sources, ...destinations]))
  ]
  const tags = [...new Set(named)].filter((end) => !/^\d/.test(end) && !workedOut.includes(end) && !groups.includes(end)).sort()
  return tags.map((id) => {
    const prefixes = prefixesOfTag(ground, id)
    if (prefixes === undefined)
      ground.findings.filledIn(ground.dump.fileOf("serviceTags"), "no range for service tags that it does not have", id)
    return { id, prefixes: prefixes ?? [] }
  })
}

export const peeringsIn = (ground: AzureGround): NonNullable<AzureTopology["peerings"]> =>
  ground.dump.all("vnets").flatMap((vnet) =>
    (vnet.virtualNetworkPeerings ?? []).flatMap((peering) => {
      const remote = ground.dump.all("vnets").find(({ id }) => sameId(id, peering.remoteVirtualNetwork.id))
      if (remote === undefined || (peering.peeringState ?? "Connected") !== "Connected") {
        const why = remote === undefined ? "peerings with networks that are not in the answers" : "peerings that are not connected"
        ground.findings.leftOut(ground.dump.placeOf(vnet).path, why, peering.name)
        return []
      }
      const network = idOf(ground, "vnets", vnet)
      return [
        {
          id: `${network}/${peering.name}`,
          network,
          remote: idOf(ground, "vnets", remote),
          allowsVirtualNetworkAccess: peering.allowVirtualNetworkAccess ?? true,
          allowsForwardedTraffic: peering.allowForwardedTraffic ?? false,
          allowsGatewayTransit: peering.allowGatewayTransit ?? false,
          usesRemoteGateways: peering.useRemoteGateways ?? false
        }
      ]
    })
  )

/** Gateways with what they have learned, by their own answers or by what interfaces show; behind each a site with those ranges. */
export const gatewaysIn = (ground: AzureGround): Pick<AzureTopology, "gateways" | "sites"> => {
  const made = ground.dump.all("gateways").flatMap((given) => {
    const subnet = given.ipConfigurations?.[0]?.subnet?.id
    const vnet = ground.dump
      .all("vnets")
      .find(({ id, name }) => subnet !== undefined && name === partIn(subnet, "virtualNetworks") && groupIn(id) === groupIn(subnet))
    const { path } = ground.dump.placeOf(given)
    if (vnet === undefined) {
      ground.findings.leftOut(path, "gateways of networks that are not in the answers", given.name)
      return []
    }
    const id = idOf(ground, "gateways", given)
    ground.findings.filledIn(path, "a site behind each gateway, with the ranges that it has learned", id)
    const type: "Vpn" | "ExpressRoute" = given.gatewayType === "ExpressRoute" ? "ExpressRoute" : "Vpn"
    return [{ id, network: idOf(ground, "vnets", vnet), site: `behind ${id}`, type, learned: learnedBy(ground, given.name) }]
  })
  return made.length === 0 ? {} : { gateways: made, sites: made.map(({ site, learned }) => ({ id: site, prefixes: learned })) }
}

/** A gateway's own answer is in a file that bears its name; with one gateway, or none that is named, all are its. */
const learnedBy = ({ dump }: AzureGround, gateway: string): ReadonlyArray<string> => {
  const routes = dump.all("learnedRoutes").filter(({ network, origin }) => isV4(network) && origin !== "Network")
  const own = routes.filter((route) => dump.placeOf(route).path.includes(`-${gateway}.json`))
  const seen = dump
    .all("effectiveRoutes")
    .flatMap(({ source, addressPrefix }) => (source === "VirtualNetworkGateway" ? [addressPrefix].flat() : []))
  const taken = own.length > 0 || dump.all("gateways").length > 1 ? own : routes
  return [...new Set([...taken.map(({ network }) => network), ...(taken.length === 0 ? seen : [])].filter(isV4))].sort()
}

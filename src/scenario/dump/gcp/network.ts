/**
 * A network at GCP from an account's answers. Left out, and told: IPv6, routes to load balancers, protocols without a name. Subnetworks' own
 * routes are worked out. Filled in, and told: what no answer says, such as what stands behind a tunnel.
 * Source: Compute Engine API v1.
 */
import type { GcpTopology } from "../../../model/cloud/gcp/topology.ts"
import type { Findings } from "../findings.ts"
import type { Lists } from "../lists.ts"
import type { GcpKinds } from "./kinds.ts"

export interface GcpGround {
  readonly dump: Lists<GcpKinds>
  readonly findings: Findings
}

/** The name in a resource's URL. */
export const nameIn = (url: string): string => url.slice(url.lastIndexOf("/") + 1)

type Given<Kind extends keyof GcpKinds> = GcpKinds[Kind]["shape"]["Type"]

/** A mistake where the answers of a kind do not have what an entry names. */
export const isThere = ({ dump, findings }: GcpGround, from: object, what: string, kind: keyof GcpKinds, url: string): boolean => {
  const known = (dump.all(kind) as ReadonlyArray<{ readonly name: string }>).some(({ name }) => name === nameIn(url))
  const place = dump.placeOf(from)
  if (!known)
    findings.mistake(`${place.path}: ${what} names ${nameIn(url)}, which is not in ${dump.fileOf(kind)}`, {
      place,
      underlined: nameIn(url),
      notes: ["the answers were taken at different times or with filters; a Shared VPC's networks are listed in the host project"],
      help: `write both again: ${dump.commandFor(kind)}`
    })
  return known
}

/** A subnetwork's id: its name, with its region where several bear it. */
export const subnetworkId = ({ dump }: GcpGround, { name, region }: { readonly name: string; readonly region: string }): string =>
  dump.all("subnetworks").filter((other) => other.name === name).length > 1 ? `${name}/${nameIn(region)}` : name

/** Of a subnetwork's URL, which names its region. */
export const subnetworkBehind = (ground: GcpGround, url: string): string => {
  const region = /regions\/([^/]+)\//.exec(url)?.[1] ?? ""
  return subnetworkId(ground, { name: nameIn(url), region })
}

export const gcpTopologyOf = (ground: GcpGround, id: string, listening: Listening): GcpTopology => {
  const { dump } = ground
  const subnetworks = subnetworksIn(ground)
  const instances = instancesIn(ground, listening)
  return {
    _tag: "GcpTopology",
    id,
    regions: [...new Set(subnetworks.map(({ region }) => region))].sort(),
    zones: [...new Set([...dump.all("instances").map(({ zone }) => nameIn(zone)), ...zonesOfClusters(ground)])].sort(),
    networks: dump.all("networks").map(networkOf),
    subnetworks,
    routes: routesIn(ground),
    firewallRules: firewallRulesIn(ground),
    instances,
    ...tunnelsIn(ground),
    peerings: peeringsIn(ground),
    cloudNats: natsIn(ground)
  }
}

const zonesOfClusters = ({ dump }: GcpGround): ReadonlyArray<string> => dump.all("clusters").flatMap(({ locations = [] }) => locations)

const networkOf = (given: Given<"networks">): GcpTopology["networks"][number] => ({
  id: given.name,
  // Every subnetwork is in the answers, those of auto mode too.
  mode: "custom",
  dynamicRouting: given.routingConfig?.routingMode === "GLOBAL" ? "global" : "regional",
  firewallOrder:
    given.networkFirewallPolicyEnforcementOrder === "BEFORE_CLASSIC_FIREWALL" ? "BEFORE_CLASSIC_FIREWALL" : "AFTER_CLASSIC_FIREWALL"
})

/** Proxies' own ranges, and those of others than instances. */
const purposes: Readonly<Record<string, "private" | "proxy-only">> = {
  PRIVATE: "private",
  REGIONAL_MANAGED_PROXY: "proxy-only",
  GLOBAL_MANAGED_PROXY: "proxy-only"
}

const subnetworksIn = (ground: GcpGround): GcpTopology["subnetworks"] =>
  ground.dump.all("subnetworks").flatMap((given) => {
    const { path } = ground.dump.placeOf(given)
    const purpose = purposes[given.purpose ?? "PRIVATE"]
    if (given.ipCidrRange === undefined || purpose === undefined) {
      ground.findings.leftOut(
        path,
        given.ipCidrRange === undefined ? "subnetworks of IPv6 alone" : `subnetworks for ${given.purpose}`,
        given.name
      )
      return []
    }
    if (!isThere(ground, given, `subnetwork ${given.name}`, "networks", given.network)) return []
    const secondary = (given.secondaryIpRanges ?? []).map(({ rangeName, ipCidrRange }) => ({ name: rangeName, cidr: ipCidrRange }))
    return [
      {
        id: subnetworkId(ground, given),
        network: nameIn(given.network),
        region: nameIn(given.region),
        cidr: given.ipCidrRange,
        privateGoogleAccess: given.privateIpGoogleAccess ?? false,
        ...(secondary.length === 0 ? {} : { secondaryRanges: secondary }),
        ...(purpose === "proxy-only" ? { purpose } : {})
      }
    ]
  })

type Route = GcpTopology["routes"][number]

/** Source: VPC docs, routes: a custom static route's default. */
const usualPriority = 1_000

const routesIn = (ground: GcpGround): ReadonlyArray<Route> =>
  ground.dump.all("routes").flatMap((given) => {
    const { path } = ground.dump.placeOf(given)
    // Subnetworks and peerings have routes of their own, worked out here as there.
    if (given.nextHopNetwork !== undefined || given.nextHopPeering !== undefined) return []
    const nextHop = nextHopOf(given)
    // The route controller's own come with their cluster, a block a node in the order of nodes.
    if (nextHop?._tag === "Instance" && isNodeNamed(ground, nextHop.instance)) {
      ground.findings.filledIn(path, "routes to nodes' pods, made anew with their cluster", given.name)
      return []
    }
    if (nextHop === undefined || given.destRange.includes(":")) {
      ground.findings.leftOut(path, nextHop === undefined ? "routes to load balancers" : "routes of IPv6", given.name)
      return []
    }
    const named = [isThere(ground, given, `route ${given.name}`, "networks", given.network)]
    if (nextHop._tag === "Instance") named.push(isThere(ground, given, `route ${given.name}`, "instances", nextHop.instance))
    if (named.includes(false)) return []
    return [
      {
        id: given.name,
        network: nameIn(given.network),
        destination: given.destRange,
        priority: given.priority ?? usualPriority,
        nextHop,
        ...(given.tags === undefined ? {} : { tags: given.tags })
      }
    ]
  })

const isNodeNamed = ({ dump }: GcpGround, name: string): boolean =>
  dump.all("instances").some((instance) => instance.name === name && clusterOfNode(instance) !== undefined)

const nextHopOf = ({ nextHopGateway, nextHopInstance, nextHopIp, nextHopVpnTunnel }: Given<"routes">): Route["nextHop"] | undefined => {
  if (nextHopGateway !== undefined) return { _tag: "DefaultInternetGateway" }
  if (nextHopInstance !== undefined) return { _tag: "Instance", instance: nameIn(nextHopInstance) }
  if (nextHopVpnTunnel !== undefined) return { _tag: "Connection", connection: nameIn(nextHopVpnTunnel) }
  return nextHopIp === undefined ? undefined : { _tag: "Address", address: nextHopIp }
}

/** Tunnels that routes lead to; behind each a site that has those routes' ranges. */
const tunnelsIn = ({ dump, findings }: GcpGround): Pick<GcpTopology, "sites" | "siteConnections"> => {
  const tunnels = new Map<string, { readonly url: string; readonly network: string; readonly prefixes: Array<string> }>()
  for (const given of dump.all("routes")) {
    const { nextHopVpnTunnel: url } = given
    if (url === undefined || given.destRange.includes(":")) continue
    const known = tunnels.get(nameIn(url)) ?? { url, network: nameIn(given.network), prefixes: [] }
    tunnels.set(nameIn(url), known)
    known.prefixes.push(given.destRange)
    findings.filledIn(dump.placeOf(given).path, "a site behind each tunnel, with the ranges of its routes", nameIn(url))
  }
  return {
    sites: [...tunnels].map(([id, { prefixes }]) => ({ id: `behind ${id}`, prefixes })),
    siteConnections: [...tunnels].map(([id, { url, network }]) => ({
      id,
      kind: "vpn-tunnel",
      network,
      region: /regions\/([^/]+)\//.exec(url)?.[1] ?? "",
      site: `behind ${id}`
    }))
  }
}

type Rule = GcpTopology["firewallRules"][number]
type Protocol = Rule["layer4"][number]["protocol"]

const protocols: ReadonlyArray<Protocol> = ["tcp", "udp", "icmp", "esp", "ah", "sctp", "ipip", "all"]
/** Source: IANA protocol numbers. */
const numbers: Readonly<Record<string, Protocol>> = { "1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "51": "ah", "132": "sctp" }

const firewallRulesIn = (ground: GcpGround): ReadonlyArray<Rule> =>
  ground.dump.all("firewalls").flatMap((given): ReadonlyArray<Rule> => {
    if (!isThere(ground, given, `firewall rule ${given.name}`, "networks", given.network)) return []
    const { path } = ground.dump.placeOf(given)
    const isV4 = (range: string): boolean => !range.includes(":")
    const ranges = [...(given.sourceRanges ?? []), ...(given.destinationRanges ?? [])]
    if (ranges.some((range) => !isV4(range))) ground.findings.leftOut(path, "IPv6 ranges of firewall rules", given.name)
    // Of a rule for IPv6 alone nothing is left, which would mean everybody.
    if (ranges.length > 0 && !ranges.some(isV4)) return []
    const layer4 = (given.allowed ?? given.denied ?? []).flatMap(({ IPProtocol, ports }) => {
      const protocol = protocols.find((each) => each === IPProtocol.toLowerCase()) ?? numbers[IPProtocol]
      if (protocol !== undefined) return [{ protocol, ...(ports === undefined ? {} : { ports }) }]
      ground.findings.leftOut(path, `protocol ${IPProtocol} of firewall rules`, given.name)
      return []
    })
    const { sourceTags, sourceServiceAccounts, targetTags, targetServiceAccounts } = given
    return layer4.length === 0
      ? []
      : [
          {
            id: given.name,
            network: nameIn(given.network),
            direction: given.direction === "EGRESS" ? "egress" : "ingress",
            priority: given.priority ?? usualPriority,
            action: given.denied === undefined ? "allow" : "deny",
            layer4,
            ...(given.disabled === true ? { disabled: true } : {}),
            ...(given.sourceRanges === undefined ? {} : { sourceRanges: given.sourceRanges.filter(isV4) }),
            ...(given.destinationRanges === undefined ? {} : { destinationRanges: given.destinationRanges.filter(isV4) }),
            ...(sourceTags === undefined ? {} : { sourceTags }),
            ...(sourceServiceAccounts === undefined ? {} : { sourceServiceAccounts }),
            ...(targetTags === undefined ? {} : { targetTags }),
            ...(targetServiceAccounts === undefined ? {} : { targetServiceAccounts })
          }
        ]
  })

const peeringsIn = ({ dump, findings }: GcpGround): NonNullable<GcpTopology["peerings"]> =>
  dump.all("networks").flatMap((given) =>
    (given.peerings ?? []).flatMap((peering) => {
      const isOwn = dump.all("networks").some(({ name }) => name === nameIn(peering.network))
      if (!isOwn || (peering.state ?? "ACTIVE") !== "ACTIVE") {
        findings.leftOut(
          dump.placeOf(given).path,
          isOwn ? "peerings that are not active" : "peerings with networks of others",
          peering.name
        )
        return []
      }
      return [
        {
          id: `${given.name}/${peering.name}`,
          network: given.name,
          peer: nameIn(peering.network),
          exportsCustomRoutes: peering.exportCustomRoutes ?? false,
          importsCustomRoutes: peering.importCustomRoutes ?? false
        }
      ]
    })
  )

/** What an instance listens on; no answer says it. */
export type Listening = (instance: string) => GcpTopology["instances"][number]["listening"]

/** Nodes of clusters are not among them: they come with their cluster. */
const instancesIn = (ground: GcpGround, listening: Listening): GcpTopology["instances"] =>
  ground.dump.all("instances").flatMap((given) => {
    if (clusterOfNode(given) !== undefined) return []
    const [own, ...others] = given.networkInterfaces ?? []
    const { path } = ground.dump.placeOf(given)
    if (own?.subnetwork === undefined || own.networkIP === undefined) {
      ground.findings.leftOut(path, "instances without an IPv4 interface in a subnetwork", given.name)
      return []
    }
    if (others.length > 0) ground.findings.leftOut(path, "further interfaces of instances", given.name)
    if (!isThere(ground, given, `instance ${given.name}`, "subnetworks", own.subnetwork)) return []
    const externalAddress = own.accessConfigs?.[0]?.natIP
    const aliasRanges = (own.aliasIpRanges ?? []).map(({ ipCidrRange }) => (ipCidrRange.includes("/") ? ipCidrRange : `${ipCidrRange}/32`))
    const serviceAccount = given.serviceAccounts?.[0]?.email
    return [
      {
        id: given.name,
        zone: nameIn(given.zone),
        subnetwork: subnetworkBehind(ground, own.subnetwork),
        address: own.networkIP,
        tags: given.tags?.items ?? [],
        canIpForward: given.canIpForward ?? false,
        running: (given.status ?? "RUNNING") === "RUNNING",
        listening: listening(given.name),
        ...(externalAddress === undefined ? {} : { externalAddress }),
        ...(aliasRanges.length === 0 ? {} : { aliasRanges }),
        ...(serviceAccount === undefined ? {} : { serviceAccount })
      }
    ]
  })

/** GKE's own labels. Source: GKE docs, labels on nodes' VMs. */
export const clusterOfNode = ({ labels }: Given<"instances">): string | undefined => labels?.["goog-k8s-cluster-name"]
export const poolOfNode = ({ labels }: Given<"instances">): string | undefined => labels?.["goog-k8s-node-pool-name"]

type CloudNat = NonNullable<GcpTopology["cloudNats"]>[number]

/** Source: Cloud NAT docs, ports: defaults of static and of dynamic allocation. */
const usualPorts = { static: 64, min: 32, max: 65_536 } as const
/** Cloud NAT takes addresses by itself, and no answer has them; ours stand in for them, from TEST-NET-1 (RFC 5737). */
const firstStandIn = 64

const natsIn = (ground: GcpGround): ReadonlyArray<CloudNat> => {
  let standIns = 0
  return ground.dump.all("routers").flatMap((router) =>
    (router.nats ?? []).flatMap((nat): ReadonlyArray<CloudNat> => {
      if (!isThere(ground, router, `router ${router.name}`, "networks", router.network)) return []
      const { path } = ground.dump.placeOf(router)
      const own = (nat.natIps ?? []).flatMap((url) => ground.dump.all("addresses").find(({ name }) => name === nameIn(url))?.address ?? [])
      if (own.length < (nat.natIps ?? []).length)
        for (const url of nat.natIps ?? []) isThere(ground, router, `NAT ${nat.name}`, "addresses", url)
      if (own.length === 0) ground.findings.filledIn(path, "addresses of Cloud NAT that Google chooses, one each", nat.name)
      return [
        {
          id: nat.name,
          network: nameIn(router.network),
          region: nameIn(router.region),
          addresses: own.length > 0 ? own : [`192.0.2.${firstStandIn + standIns++}`],
          subnetworks: natSubnetworks(ground, nat),
          ports:
            nat.enableDynamicPortAllocation === true
              ? { _tag: "Dynamic", min: nat.minPortsPerVm ?? usualPorts.min, max: nat.maxPortsPerVm ?? usualPorts.max }
              : {
                  _tag: "Static",
                  perVm: nat.minPortsPerVm ?? usualPorts.static,
                  endpointIndependentMapping: nat.enableEndpointIndependentMapping ?? false
                }
        }
      ]
    })
  )
}

type GivenNat = NonNullable<Given<"routers">["nats"]>[number]

const natSubnetworks = (
  ground: GcpGround,
  { sourceSubnetworkIpRangesToNat: which, subnetworks = [] }: GivenNat
): CloudNat["subnetworks"] => {
  if (which === "ALL_SUBNETWORKS_ALL_IP_RANGES") return "all"
  if (which === "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES") return "all-primary"
  return subnetworks.map(({ name, sourceIpRangesToNat = [], secondaryIpRangeNames = [] }) => ({
    subnetwork: subnetworkBehind(ground, name),
    ranges: sourceIpRangesToNat.includes("ALL_IP_RANGES")
      ? "all"
      : secondaryIpRangeNames.length === 0
        ? "primary"
        : [...(sourceIpRangesToNat.includes("PRIMARY_IP_RANGE") ? ["primary"] : []), ...secondaryIpRangeNames]
  }))
}

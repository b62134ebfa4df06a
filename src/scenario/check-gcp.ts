/**
 * Whether a network at GCP stands up: ids are one of a kind, every id that is named exists, ranges do not touch, and rules and routes
 * are such as GCP takes.
 */
import { nodesOfPodRange, nodesOfSubnet } from "../model/cloud/gcp/gke-addresses.ts"
import { autoModeRanges } from "../model/cloud/gcp/limits.ts"
import type { GcpTopology } from "../model/cloud/gcp/topology.ts"
import { regionOf } from "../model/cloud/gcp/topology-lookup.ts"
import { overlaps, parsePrefix } from "../model/net/ip.ts"
import { type Diagnostic, errorOf, warningOf } from "./diagnostic.ts"
import { lostAtGcp } from "./lost-at-gcp.ts"
import { doubled, unknownName } from "./names.ts"
import { listed } from "./near.ts"
import type { Place, Places, Plan } from "./plan.ts"

/** Every mistake, all at the place where the network is described. */
export const checkGcp = (topology: GcpTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => [
  ...doubledIds(topology, place),
  ...lostAtGcp(topology, place),
  ...zones(topology, place),
  ...ranges(topology, place),
  ...rules(topology, place),
  ...routes(topology, place)
]

type Named = ReadonlyArray<{ readonly id: string }> | undefined
const ids = (things: Named): ReadonlyArray<string> => (things ?? []).map(({ id }) => id)

const doubledIds = (topology: GcpTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const of = (kind: string, things: Named) => doubled(kind, ids(things), () => place)
  return [
    ...doubled("zone", topology.zones, () => place),
    ...of("network", topology.networks),
    ...of("subnetwork", topology.subnetworks),
    ...of("route", topology.routes),
    ...of("firewall rule", topology.firewallRules),
    ...of("instance", topology.instances),
    ...of("Cloud NAT", topology.cloudNats),
    ...of("load balancer", topology.loadBalancers),
    ...of("site", topology.sites),
    ...of("connection", topology.siteConnections)
  ]
}

/** A zone's name tells its region; machines stand in zones of their subnetwork's. Source: Compute Engine docs, regions and zones. */
const zones = ({ zones: named, regions, instances, subnetworks }: GcpTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => [
  ...named.flatMap((zone) =>
    regions.includes(regionOf(zone))
      ? []
      : [
          errorOf("D007", `zone "${zone}" is in none of the regions ${listed([...regions])}`, {
            place,
            underlined: zone,
            notes: ["a zone is called as its region with a letter, such as europe-west1-b"],
            help: "correct the zone, or add its region"
          })
        ]
  ),
  ...instances.flatMap(({ id, zone, subnetwork }) => {
    const region = subnetworks.find((each) => each.id === subnetwork)?.region
    return region === undefined || !named.includes(zone) || regionOf(zone) === region
      ? []
      : [errorOf("D007", `instance ${id} is in zone ${zone}, its subnetwork ${subnetwork} in ${region}`, { place, underlined: zone })]
  })
]

/** Primary, secondary and auto mode's ranges of one network never touch. */
const ranges = (topology: GcpTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  topology.networks.flatMap(({ id, mode }) => {
    const auto =
      mode === "auto" ? topology.regions.map((region) => ({ what: `auto mode's ${region}`, cidr: autoModeRanges[region] ?? "" })) : []
    const written = topology.subnetworks
      .filter(({ network }) => network === id)
      .flatMap((subnetwork) => [
        { what: `subnetwork ${subnetwork.id}`, cidr: subnetwork.cidr },
        ...(subnetwork.secondaryRanges ?? []).map(({ name, cidr }) => ({ what: `range ${name} of ${subnetwork.id}`, cidr }))
      ])
    const known = [...auto, ...written].map((range) => ({ ...range, prefix: parsePrefix(range.cidr) }))
    return known.flatMap(({ what, cidr, prefix }, index) => {
      if (prefix === undefined)
        return [errorOf("D007", `${what}: "${cidr}" is no IPv4 range`, { place, underlined: cidr, help: 'write a range as "10.0.0.0/16"' })]
      const rival = known.slice(0, index).find((other) => other.prefix !== undefined && overlaps(other.prefix, prefix))
      return rival === undefined
        ? []
        : [errorOf("D007", `${rival.what} ${rival.cidr} overlaps ${what} ${cidr}`, { place, underlined: cidr })]
    })
  })

/** Source: VPC docs, firewall rules: targets and sources are tags or service accounts, not both. */
const rules = ({ firewallRules }: GcpTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  firewallRules.flatMap(({ id, sourceTags, sourceServiceAccounts, targetTags, targetServiceAccounts }) => {
    const tags = [...(sourceTags ?? []), ...(targetTags ?? [])]
    const accounts = [...(sourceServiceAccounts ?? []), ...(targetServiceAccounts ?? [])]
    return tags.length === 0 || accounts.length === 0
      ? []
      : [
          errorOf("D007", `firewall rule ${id} has both tags and service accounts`, {
            place,
            underlined: id,
            notes: [`tags ${tags.join(", ")}; service accounts ${accounts.join(", ")}`],
            help: "GCP takes one or the other: write two rules"
          })
        ]
  })

/** Source: VPC docs, Routes, static routes: an instance as next hop must forward. */
const routes = ({ routes: written, instances }: GcpTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  written.flatMap(({ id, nextHop }) => {
    if (nextHop._tag !== "Instance" && nextHop._tag !== "Address") return []
    const hop = instances.find((instance) =>
      nextHop._tag === "Instance" ? instance.id === nextHop.instance : instance.address === nextHop.address
    )
    if (hop === undefined) {
      const name = nextHop._tag === "Instance" ? nextHop.instance : nextHop.address
      return [unknownName(`route ${id}`, "instance", name, ids(instances), place)]
    }
    return hop.canIpForward
      ? []
      : [
          errorOf("D007", `route ${id} leads to ${hop.id}, which does not forward`, {
            place,
            underlined: hop.id,
            notes: ["its packets would be dropped: they are not for it"],
            help: "set canIpForward: true"
          })
        ]
  })

/** Whether a cluster's nodes fit their subnetwork, and their blocks the pods' range, with the arithmetic. */
export const checkGke = ({ topology, cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  if (topology._tag !== "GcpTopology" || cluster.podRange === undefined) return []
  const nodes = cluster.nodes.filter(({ nodeGroup }) => cluster.podRange?.groups?.[nodeGroup] === undefined).length
  const range = parsePrefix(cluster.podRange.cidr)
  const block = cluster.podRange.blockLength
  const podsPerNode = 2 ** (32 - block) / 2
  const kept = parsePrefix(cluster.podRange.kept ?? "")?.length
  const fit = range === undefined ? 0 : nodesOfPodRange(range.length, podsPerNode, kept)
  const subnetwork = topology.subnetworks.find(({ id }) => id === cluster.nodes[0]?.subnet)
  const primary = parsePrefix(subnetwork?.cidr ?? "")
  return [
    ...routed(cluster, places),
    ...unguarded(cluster, places),
    ...strayRanges(cluster, subnetwork, places.cluster),
    ...strayNodes(topology, cluster, places),
    ...(range !== undefined && fit < nodes
      ? [
          errorOf("D009", `the pods' range ${cluster.podRange.cidr} is too small for ${nodes} nodes`, {
            place: places.cluster,
            underlined: cluster.podRange.cidr,
            notes: [
              `a /${block} a node: ${fit} nodes of up to ${podsPerNode} pods fit into a /${range.length}${kept === undefined ? "" : `, less the /${kept} of Services`}`
            ],
            help: "take a larger range, or fewer pods a node"
          })
        ]
      : []),
    ...(primary !== undefined && nodesOfSubnet(primary.length) < nodes
      ? [
          errorOf("D009", `subnetwork ${subnetwork?.id} is too small for ${nodes} nodes`, {
            place: places.cluster,
            notes: [`a /${primary.length} holds ${nodesOfSubnet(primary.length)}: two addresses at either end are Google's`]
          })
        ]
      : [])
  ]
}

const strayNodes = ({ subnetworks, zones: named }: GcpTopology, { nodes }: Plan["cluster"], places: Places): ReadonlyArray<Diagnostic> =>
  nodes.flatMap(({ name, nodeGroup, zone, subnet }) => {
    const region = subnetworks.find(({ id }) => id === subnet)?.region
    return zone === undefined || region === undefined || !named.includes(zone) || regionOf(zone) === region
      ? []
      : [
          errorOf("D007", `node ${name} is in zone ${zone}, its subnetwork ${subnet} in ${region}`, {
            place: places[`nodeGroup/${nodeGroup}`] ?? places.cluster,
            underlined: zone
          })
        ]
  })

/** A VPC-native cluster's pods are in secondary ranges of its nodes' subnetwork. Source: GKE docs, VPC-native clusters. */
const strayRanges = (
  { podRange }: Plan["cluster"],
  subnetwork: GcpTopology["subnetworks"][number] | undefined,
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  if (podRange?.known !== "aliases" || subnetwork === undefined) return []
  const known = (subnetwork.secondaryRanges ?? []).map(({ cidr }) => cidr)
  return [podRange.cidr, ...Object.values(podRange.groups ?? {})]
    .filter((cidr) => !known.includes(cidr))
    .map((cidr) =>
      errorOf("D007", `the pods' range ${cidr} is no secondary range of ${subnetwork.id}`, {
        place,
        underlined: cidr,
        notes: [known.length === 0 ? "it has none" : `it has ${known.join(", ")}`],
        help: "give the network that range as well: podCidr, or morePodCidrs"
      })
    )
}

/** A routes-based cluster: pods have no addresses that a network endpoint group could hold. */
const routed = ({ podRange, ingresses = [] }: Plan["cluster"], places: Places): ReadonlyArray<Diagnostic> => {
  if (podRange?.known === "aliases") return []
  const groups = ingresses.filter(({ loadBalancer }) => loadBalancer.targetType === "ip")
  return groups.map(({ namespace, name }) =>
    errorOf("D008", `Ingress ${name}: network endpoint groups need a VPC-native cluster`, {
      place: places[`ingress/${namespace}/${name}`],
      underlined: "gkeIngress",
      notes: ["the cluster is routes-based: its pods' addresses are known by routes alone"],
      help: 'write backends: "instanceGroups", or leave routesBased away'
    })
  )
}

const unguarded = ({ policies = [], enforcesPolicies }: Plan["cluster"], places: Places): ReadonlyArray<Diagnostic> =>
  enforcesPolicies === false && policies.length > 0
    ? [
        warningOf(
          "D020",
          `${policies.length} NetworkPolic${policies.length === 1 ? "y changes" : "ies change"} nothing: nothing enforces them`,
          {
            place: places.cluster,
            underlined: "gkeCluster",
            notes: ["at GKE Dataplane V2 does"],
            help: 'write dataplane: "v2" in gkeCluster and gkeAddons'
          }
        )
      ]
    : []

/**
 * A whole dump as a topology: every part in the order of its ids, checked against the others. Said: what stands in the answers and is not
 * modelled, and the kinds of which there is no answer.
 */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import { compareText } from "../../model/value/text.ts"
import { endpointsOf, type PrefixLists, prefixListsOf } from "./endpoints.ts"
import { type DumpKind, dumpKinds } from "./files.ts"
import { networkAclsOf, securityGroupsOf } from "./filters.ts"
import type { Ground } from "./ground.ts"
import { peeringsOf, transitGatewaysIn, transitGatewaysOf } from "./interconnect.ts"
import { hostsOf, interfaceOwners, interfacesOf, type Listening } from "./machines.ts"
import { natGatewaysOf } from "./nat.ts"
import { internetGatewaysOf, regionOf, subnetsOf, vpcsOf } from "./networks.ts"
import { routeTablesOf } from "./routes.ts"
import { sitesOf } from "./sites.ts"

/** `listens`: what the owner says of an instance, by its id and name. */
export const topologyOf = (ground: Ground, listens: (id: string, name: string | undefined) => Listening | undefined): AwsTopology => {
  const { dump, account } = ground
  const region = regionOf(ground)
  const clusters = new Set(dump.all("clusters").map(({ name }) => name))
  const subnets = subnetsOf(ground)
  const nats = natGatewaysOf(ground)
  const lists = prefixListsOf(ground)
  const internetGateways = internetGatewaysOf(ground)
  const instances = hostsOf(ground, clusters, listens)
  const joints = jointsOf(ground, region, lists)
  const { peerings, transitGateways, vpnGateways, gatewayEndpoints } = joints
  const { natGateways, regionalNatGateways } = nats
  const targets = idsOf(
    internetGateways,
    natGateways,
    regionalNatGateways,
    instances,
    peerings,
    transitGateways,
    vpnGateways,
    gatewayEndpoints
  )
  const ownerOf = interfaceOwners(ground)
  const topology: AwsTopology = {
    _tag: "AwsTopology",
    id: account === undefined ? "aws" : `aws-${account}`,
    region,
    zones: [...new Set(subnets.map(({ zone }) => zone))].sort(compareText),
    vpcs: vpcsOf(ground),
    internetGateways,
    subnets,
    routeTables: routeTablesOf(ground, { targets, ownerOf, list: (from, what, id) => void lists.of(from, what, id) }),
    natGateways,
    securityGroups: securityGroupsOf(ground, { listed: lists.of, isJoined: joinedBy(peerings, transitGateways) }),
    networkAcls: networkAclsOf(ground),
    instances,
    prefixLists: lists.asked(),
    ...joints,
    networkInterfaces: interfacesOf(ground, clusters, takenBy(natGateways, instances, joints.interfaceEndpoints)),
    regionalNatGateways
  }
  unsaid(ground)
  return topology
}

type Joint = "peerings" | "transitGateways" | "vpnGateways" | "sites" | "siteConnections" | "gatewayEndpoints" | "interfaceEndpoints"

/** Connections are left out with their gateways, attachments with their connections: hence the order. */
const jointsOf = (ground: Ground, region: string, lists: PrefixLists): Required<Pick<AwsTopology, Joint>> => {
  const transit = transitGatewaysIn(ground)
  const ids = transit.map(({ TransitGatewayId }) => TransitGatewayId)
  const sites = sitesOf(ground, ids)
  return {
    peerings: peeringsOf(ground, region),
    ...sites,
    transitGateways: transitGatewaysOf(ground, transit),
    ...endpointsOf(ground, lists)
  }
}

/** Addresses, as `subnet address`, of what the topology has besides interfaces. */
const takenBy = (
  nats: AwsTopology["natGateways"],
  instances: AwsTopology["instances"],
  endpoints: NonNullable<AwsTopology["interfaceEndpoints"]>
): ReadonlySet<string> =>
  new Set([
    ...nats.map(({ subnet, privateAddress }) => `${subnet} ${privateAddress}`),
    ...instances.map(({ subnet, address }) => `${subnet} ${address}`),
    ...endpoints.flatMap(({ interfaces }) => interfaces.map(({ subnet, address }) => `${subnet} ${address}`))
  ])

const idsOf = (...lists: ReadonlyArray<ReadonlyArray<{ readonly id: string }>>): ReadonlySet<string> =>
  new Set(lists.flatMap((list) => list.map(({ id }) => id)))

/** VPCs that know one another's groups. Source: VPC guide, Security group rules. */
const joinedBy = (
  peerings: NonNullable<AwsTopology["peerings"]>,
  transitGateways: NonNullable<AwsTopology["transitGateways"]>
): ((vpc: string, other: string) => boolean) => {
  const joined = new Set(peerings.flatMap(({ vpcs: [left, right] }) => [`${left} ${right}`, `${right} ${left}`]))
  for (const { referencesGroups, attachments } of transitGateways) {
    const ends = attachments.flatMap(({ leadsTo }) => (leadsTo._tag === "Vpc" ? [leadsTo.vpc] : []))
    if (referencesGroups) for (const left of ends) for (const right of ends) joined.add(`${left} ${right}`)
  }
  return (vpc, other) => joined.has(`${vpc} ${other}`)
}

/** Kinds that a network can have without naming them elsewhere. */
const silent: ReadonlyArray<DumpKind> = [
  "natGateways",
  "networkInterfaces",
  "reservations",
  "peerings",
  "transitGateways",
  "vpnGateways",
  "vpnConnections",
  "endpoints"
]

const unsaid = ({ dump, findings }: Ground): void => {
  const absent = silent.filter((kind) => !dump.has(kind)).map((kind) => `${dumpKinds[kind].command}.json`)
  if (absent.length > 0) findings.filledIn(dump.folder, `no such file, so there are none: ${absent.join(", ")}`)
  for (const { EgressOnlyInternetGatewayId: id } of dump.all("egressOnlyGateways"))
    findings.leftOut(dump.fileOf("egressOnlyGateways"), "egress-only internet gateways, which pass IPv6", id)
  const idle = dump.all("addresses").filter(({ AssociationId }) => AssociationId === undefined)
  for (const { PublicIp } of idle) findings.leftOut(dump.fileOf("addresses"), "Elastic IPs that are associated with nothing", PublicIp)
  for (const balancer of dump.all("balancers"))
    findings.leftOut(
      dump.placeOf(balancer).path,
      "balancers themselves, their listeners, rules and targets: a Service or an Ingress of the cluster has them (balancer); their interfaces keep their addresses",
      balancer.LoadBalancerName
    )
}

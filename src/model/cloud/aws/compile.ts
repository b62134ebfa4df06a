/**
 * The compiler of AWS: a VPC becomes a network with a segment a subnet, an internet gateway a one-to-one translation, a NAT gateway a
 * component in its subnet; security groups sit on ports, ACLs on the edges of segments; what joins VPCs is a relay. Whatever passes
 * a NAT or transit gateway, an interface endpoint or a network balancer is always tracked (EC2 guide, connection tracking).
 * Not modelled yet: gateway load balancers, NAT64. Rules: networks in docs/model.md.
 */
import type { InstanceTerms } from "../../capacity/terms.ts"
import type { Component, Filter, Part, Port, Segment } from "../../net/fabric.ts"
import type { Attachment, Cloud } from "../compile.ts"
import { databaseParts, failoverOf } from "./database.ts"
import { fargateSizes } from "./fargate.ts"
import { aclFilter, groupsFilter } from "./filters.ts"
import { interconnectParts } from "./interconnect.ts"
import { launchWords } from "./launch-words.ts"
import { instanceTermsOf, instanceTypeNames, natPortsPerDestination } from "./limits.ts"
import { regionalParts, zonalParts } from "./nat.ts"
import { impliedMain, tableOf } from "./routes.ts"
import { quotasOf, subnetTerms } from "./subnets.ts"
import type { AwsTopology } from "./topology.ts"
import { cidrsOf, found, gatewayOf, targetsOf } from "./topology-lookup.ts"

type Subnet = AwsTopology["subnets"][number]

const internetId = "internet"

/** Compiles a topology whose ids resolve (`scenario/check.ts` sees to that). Throws on one that does not. */
export const compileAws = (topology: AwsTopology): Cloud => {
  const attach = (attachment: Attachment): ReadonlyArray<Part> => attachmentParts(topology, attachment)
  return {
    name: "aws",
    zones: topology.zones,
    internet: internetId,
    parts: [
      internet,
      ...topology.vpcs.flatMap((vpc) => networkParts(topology, vpc)),
      ...topology.internetGateways.map((gateway) => internetGateway(topology, gateway)),
      ...(topology.egressOnlyGateways ?? []).map((gateway) => egressOnlyGateway(topology, gateway)),
      ...topology.subnets.map((subnet) => segmentOf(topology, subnet)),
      ...topology.natGateways.flatMap((nat) => zonalParts(topology, nat)),
      ...(topology.regionalNatGateways ?? []).flatMap((nat, index) => regionalParts(topology, nat, index)),
      ...interconnectParts(topology),
      ...topology.instances.flatMap((instance) => instanceParts(topology, instance)),
      ...(topology.interfaceEndpoints ?? []).flatMap((endpoint) => interfaceParts(topology, endpoint)),
      ...(topology.databases ?? []).flatMap((database) => databaseParts(database, attach))
    ],
    ...(topology.databases === undefined ? {} : { failovers: topology.databases.map(failoverOf) }),
    subnets: new Map(topology.subnets.map((subnet) => [subnet.id, subnetTerms(topology, subnet)])),
    instanceTypes: typesOf(),
    launchWords,
    ...quotasOf(topology),
    attach,
    refit: refitter(topology)
  }
}

const typesOf = (): ReadonlyMap<string, InstanceTerms> => {
  const types = new Map<string, InstanceTerms>()
  for (const name of instanceTypeNames) {
    const terms = instanceTermsOf(name)
    if (terms !== undefined) types.set(name, terms)
  }
  for (const size of fargateSizes) types.set(size.type, size)
  return types
}

const plain = { condition: "up", epoch: 0, strictSource: false } as const

const internet: Component = {
  _tag: "Component",
  id: internetId,
  kind: "internet",
  origin: { resource: "internet" },
  ...plain,
  addresses: "any",
  listening: "any",
  forwards: true
}

const networkParts = (topology: AwsTopology, vpc: AwsTopology["vpcs"][number]): ReadonlyArray<Part> => {
  const tables = topology.routeTables.filter((table) => table.vpc === vpc.id)
  const all = tables.some((table) => table.main) ? tables : [...tables, impliedMain(vpc.id)]
  const ground = targetsOf(topology, vpc.id)
  return [
    {
      _tag: "Component",
      id: vpc.id,
      kind: "network",
      origin: { resource: vpc.id },
      ...plain,
      addresses: [],
      listening: [],
      forwards: true
    },
    ...all.map((table) => tableOf(table, ground))
  ]
}

const internetGateway = (topology: AwsTopology, gateway: AwsTopology["internetGateways"][number]): Part => ({
  _tag: "Component",
  id: gateway.id,
  kind: "gateway",
  origin: { resource: gateway.id },
  ...plain,
  addresses: [],
  listening: [],
  forwards: true,
  ...blockedBy(found(topology.vpcs, gateway.vpc, "VPC")),
  ...(gateway.routeTable === undefined ? {} : { table: gateway.routeTable }),
  translation: {
    origin: { resource: gateway.id },
    rule: { _tag: "Pairs" },
    unknown: {
      reason: "NoPublicAddress",
      code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
      origin: { resource: gateway.id },
      fails: "timeout"
    }
  }
})

/** For IPv6 alone; what was not asked for from inside does not come in. Source: VPC guide, egress-only internet gateways. */
const egressOnlyGateway = (topology: AwsTopology, { id, vpc }: { readonly id: string; readonly vpc: string }): Part => {
  const { gate } = blockedBy(found(topology.vpcs, vpc, "VPC"))
  const origin = { resource: id, part: "outward only" }
  const refusal = { reason: "GateClosed", origin, fails: "timeout" } as const
  const memory: Filter = { id: `${id} memory`, origin, stateful: true, rules: [], otherwise: "accept", refusal }
  return {
    _tag: "Component",
    id,
    kind: "gateway",
    origin: { resource: id },
    ...plain,
    addresses: [],
    listening: [],
    forwards: true,
    remembers: true,
    // Block Public Access in one direction leaves it alone.
    gate: gate?.otherwise === "deny" ? gate : memory,
    gateIn: { ...memory, otherwise: "deny" },
    translation: { origin: { resource: id }, rule: { _tag: "Pairs" }, unknown: { reason: "NoPublicAddress", origin, fails: "timeout" } }
  }
}

/** VPC Block Public Access: stateful, so that what was asked for from inside still comes back. Source: VPC guide, Block Public Access. */
const blockedBy = ({ id, blockPublicAccess }: AwsTopology["vpcs"][number]): Pick<Component, "gate" | "gateIn"> => {
  if (blockPublicAccess === undefined) return {}
  const origin = { resource: id, part: `Block Public Access: ${blockPublicAccess}` }
  const filter = (otherwise: Filter["otherwise"]): Filter => ({
    id: `${id} public access`,
    origin,
    stateful: true,
    rules: [],
    otherwise,
    refusal: { reason: "GateClosed", code: "VPC_BLOCK_PUBLIC_ACCESS_ENABLED", origin, fails: "timeout" }
  })
  return { gate: filter(blockPublicAccess === "ingress" ? "accept" : "deny"), gateIn: filter("deny") }
}

const tableIdOf = (topology: AwsTopology, subnet: Subnet): string =>
  subnet.routeTable ?? topology.routeTables.find((table) => table.vpc === subnet.vpc && table.main)?.id ?? impliedMain(subnet.vpc).id

const segmentOf = (topology: AwsTopology, subnet: Subnet): Segment => {
  const acl = subnet.networkAcl === undefined ? undefined : found(topology.networkAcls, subnet.networkAcl, "network ACL")
  const edge = (direction: "inbound" | "outbound"): ReadonlyArray<Filter> => (acl === undefined ? [] : [aclFilter(acl, direction)])
  return {
    _tag: "Segment",
    id: subnet.id,
    origin: { resource: subnet.id },
    zone: subnet.zone,
    network: subnet.vpc,
    prefixes: [subnet.cidr, ...(subnet.ipv6Cidr === undefined ? [] : [subnet.ipv6Cidr])],
    table: tableIdOf(topology, subnet),
    edgeInward: edge("inbound"),
    edgeOutward: edge("outbound")
  }
}

const instanceParts = (topology: AwsTopology, instance: AwsTopology["instances"][number]): ReadonlyArray<Part> => {
  const parts = attachmentParts(topology, {
    id: instance.id,
    kind: "host",
    place: instance.subnet,
    address: instance.address,
    groups: instance.securityGroups,
    origin: { resource: instance.id },
    listening: instance.listening,
    ...(instance.publicAddress === undefined ? {} : { publicAddress: instance.publicAddress }),
    ...(instance.ipv6Address === undefined ? {} : { address6: instance.ipv6Address })
  })
  if (instance.sourceDestCheck) return parts
  const origin = { resource: instance.id }
  const hides: Pick<Component, "translation"> =
    instance.translates === true
      ? {
          translation: {
            origin,
            rule: { _tag: "Masquerade", address: instance.address, allocation: "perDestination", portsMax: natPortsPerDestination },
            unknown: { reason: "SessionUnknown", origin, fails: "timeout" }
          }
        }
      : {}
  return parts.map((part) => (part._tag === "Component" ? { ...part, forwards: true, strictSource: false, ...hides } : part))
}

/** An endpoint's interfaces, each with the endpoint's groups; its name answers with all of them. */
const interfaceParts = (topology: AwsTopology, endpoint: NonNullable<AwsTopology["interfaceEndpoints"]>[number]): ReadonlyArray<Part> => {
  const addresses = endpoint.interfaces.map(({ address }) => address)
  return [
    ...endpoint.interfaces.flatMap(({ subnet, address }) =>
      attachmentParts(topology, {
        id: `${endpoint.id}/${subnet}`,
        kind: "host",
        place: subnet,
        address,
        groups: endpoint.securityGroups,
        origin: { resource: endpoint.id, part: subnet },
        listening: "any",
        remembers: true
      })
    ),
    ...(endpoint.dnsName === undefined
      ? []
      : [{ _tag: "NameEntry" as const, id: endpoint.dnsName, origin: { resource: endpoint.id }, listed: addresses, held: addresses }])
  ]
}

const addressesOf = ({ address, address6 }: Attachment): ReadonlyArray<string> => (address6 === undefined ? [address] : [address, address6])

/** By the gateway that the subnet's own way out leads to; else by the internet gateway, whose routes decide about the reply. */
const via6Of = (topology: AwsTopology, subnet: Subnet): { readonly via6?: string } => {
  const table = topology.routeTables.find(({ id }) => id === tableIdOf(topology, subnet))
  const target = table?.routes.find(({ destination }) => destination === everywhere6)?.target
  const egressOnly = topology.egressOnlyGateways?.find(({ id }) => id === target)?.id
  const via6 = egressOnly ?? gatewayOf(topology, subnet.vpc).publicVia
  return via6 === undefined ? {} : { via6 }
}
const everywhere6 = "::/0"

const attachmentParts = (topology: AwsTopology, attachment: Attachment): ReadonlyArray<Part> => {
  const subnet = found(topology.subnets, attachment.place, "subnet")
  const groups = attachment.groups.map((id) => found(topology.securityGroups, id, "security group"))
  const component: Component = {
    _tag: "Component",
    id: attachment.id,
    kind: attachment.kind,
    origin: attachment.origin,
    zone: subnet.zone,
    ...plain,
    addresses: addressesOf(attachment),
    listening: attachment.listening,
    forwards: false,
    strictSource: attachment.kind === "host",
    unowned: { reason: "SourceNotOwn", code: "ENI_SOURCE_DEST_CHECK_RESTRICTION", origin: attachment.origin, fails: "timeout" },
    ...(attachment.kind === "frontEnd" ? { deafCode: "ELBV2_LISTENERS_MISMATCH" } : {}),
    ...(attachment.home === undefined ? {} : { home: attachment.home }),
    ...(attachment.masquerades === true
      ? {
          masquerade: {
            within: cidrsOf(topology, subnet.vpc),
            origin: { resource: attachment.origin.resource, part: "VPC CNI source translation" }
          }
        }
      : {}),
    ...(attachment.listeners === undefined ? {} : { listeners: attachment.listeners }),
    ...(attachment.remembers === undefined ? {} : { remembers: attachment.remembers })
  }
  const port: Port = {
    _tag: "Port",
    id: `${attachment.id}/port`,
    component: attachment.id,
    segment: subnet.id,
    addresses: addressesOf(attachment),
    ...(attachment.address6 === undefined ? {} : via6Of(topology, subnet)),
    sets: [...attachment.groups, ...(attachment.sets ?? [])],
    zone: subnet.zone,
    ...(attachment.guardsIn === undefined ? {} : { guardsIn: attachment.guardsIn }),
    ...(attachment.guardsOut === undefined ? {} : { guardsOut: attachment.guardsOut }),
    // A network balancer may stand without any group: nothing filters at it then. Source: NLB guide, security groups.
    inward: attachment.kind === "frontEnd" && groups.length === 0 ? [] : [groupsFilter(groups, "ingress")],
    outward: attachment.kind === "frontEnd" && groups.length === 0 ? [] : [groupsFilter(groups, "egress")],
    ...(attachment.publicAddress === undefined ? {} : { publicAddress: attachment.publicAddress, ...gatewayOf(topology, subnet.vpc) })
  }
  return [component, port]
}

/** Ports of equal groups share their filters, so that a whole cluster's are worked out once. */
const refitter = (topology: AwsTopology): ((port: Port) => Port) => {
  const known = new Set(topology.securityGroups.map(({ id }) => id))
  const filters = new Map<string, Pick<Port, "inward" | "outward">>()
  const filtersOf = (ids: ReadonlyArray<string>): Pick<Port, "inward" | "outward"> => {
    const key = ids.join(" ")
    const made = filters.get(key)
    if (made !== undefined) return made
    const groups = ids.map((id) => found(topology.securityGroups, id, "security group"))
    const fresh = { inward: [groupsFilter(groups, "ingress")], outward: [groupsFilter(groups, "egress")] }
    filters.set(key, fresh)
    return fresh
  }
  const gateways = new Map(topology.subnets.map((subnet) => [subnet.id, gatewayOf(topology, subnet.vpc)]))
  return ({ publicVia: _before, ...port }) => ({
    ...port,
    ...(port.inward.length === 0 ? {} : filtersOf(port.sets.filter((id) => known.has(id)))),
    ...(port.publicAddress === undefined ? {} : gateways.get(port.segment ?? ""))
  })
}

/**
 * The compiler of AWS: a VPC becomes a network with a segment a subnet, an internet gateway a one-to-one translation, a NAT gateway a
 * component in its subnet; security groups sit on ports, ACLs on the edges of segments.
 * Not modelled yet: peering, transit gateways, endpoints, VPN, IPv6. Rules: networks in docs/model.md.
 */
import type { InstanceTerms, SubnetTerms } from "../../capacity/terms.ts"
import type { Component, Filter, Part, Port, Segment } from "../../net/fabric.ts"
import { formatAddress, parsePrefix } from "../../net/ip.ts"
import type { Attachment, Cloud } from "../compile.ts"
import { aclFilter, groupsFilter } from "./filters.ts"
import { instanceTermsOf, instanceTypeNames, natPortsPerDestination, reservedAtEnd, reservedAtStart } from "./limits.ts"
import { impliedMain, tableOf } from "./routes.ts"
import type { AwsTopology } from "./topology.ts"

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
      ...topology.internetGateways.map(internetGateway),
      ...topology.subnets.map((subnet) => segmentOf(topology, subnet)),
      ...topology.natGateways.flatMap((nat) => natParts(topology, nat)),
      ...topology.instances.flatMap((instance) =>
        attach({
          id: instance.id,
          kind: "host",
          place: instance.subnet,
          address: instance.address,
          groups: instance.securityGroups,
          origin: { resource: instance.id },
          listening: instance.listening,
          ...(instance.publicAddress === undefined ? {} : { publicAddress: instance.publicAddress })
        })
      )
    ],
    subnets: new Map(topology.subnets.map((subnet) => [subnet.id, subnetTerms(topology, subnet)])),
    instanceTypes: typesOf(),
    attach
  }
}

const typesOf = (): ReadonlyMap<string, InstanceTerms> => {
  const types = new Map<string, InstanceTerms>()
  for (const name of instanceTypeNames) {
    const terms = instanceTermsOf(name)
    if (terms !== undefined) types.set(name, terms)
  }
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

const found = <T extends { readonly id: string }>(things: ReadonlyArray<T>, id: string, kind: string): T => {
  const thing = things.find((candidate) => candidate.id === id)
  if (thing === undefined) throw new Error(`${kind} "${id}" is not in the topology`)
  return thing
}

const networkParts = (topology: AwsTopology, vpc: AwsTopology["vpcs"][number]): ReadonlyArray<Part> => {
  const componentOf = (target: string): string | undefined =>
    [...topology.internetGateways, ...topology.natGateways, ...topology.instances].find(({ id }) => id === target)?.id
  const tables = topology.routeTables.filter((table) => table.vpc === vpc.id)
  const all = tables.some((table) => table.main) ? tables : [...tables, impliedMain(vpc.id)]
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
    ...all.map((table) => tableOf(table, vpc.cidrs, componentOf))
  ]
}

const internetGateway = (gateway: AwsTopology["internetGateways"][number]): Part => ({
  _tag: "Component",
  id: gateway.id,
  kind: "gateway",
  origin: { resource: gateway.id },
  ...plain,
  addresses: [],
  listening: [],
  forwards: true,
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
    prefixes: [subnet.cidr],
    table: tableIdOf(topology, subnet),
    edgeInward: edge("inbound"),
    edgeOutward: edge("outbound")
  }
}

const gatewayOf = (topology: AwsTopology, vpc: string): { readonly publicVia?: string } => {
  const gateway = topology.internetGateways.find((candidate) => candidate.vpc === vpc)
  return gateway === undefined ? {} : { publicVia: gateway.id }
}

const natParts = (topology: AwsTopology, nat: AwsTopology["natGateways"][number]): ReadonlyArray<Part> => {
  const subnet = found(topology.subnets, nat.subnet, "subnet")
  const origin = { resource: nat.id, part: subnet.zone }
  return [
    {
      _tag: "Component",
      id: nat.id,
      kind: "nat",
      origin,
      zone: subnet.zone,
      ...plain,
      addresses: [nat.privateAddress],
      listening: [],
      forwards: true,
      translation: {
        origin,
        rule: { _tag: "Masquerade", address: nat.privateAddress, allocation: "perDestination", portsMax: natPortsPerDestination },
        unknown: { reason: "SessionUnknown", origin, fails: "timeout" }
      }
    },
    {
      _tag: "Port",
      id: `${nat.id}/port`,
      component: nat.id,
      segment: subnet.id,
      addresses: [nat.privateAddress],
      sets: [],
      inward: [],
      outward: [],
      zone: subnet.zone,
      ...(nat.publicAddress === undefined ? {} : { publicAddress: nat.publicAddress, ...gatewayOf(topology, subnet.vpc) })
    }
  ]
}

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
    addresses: [attachment.address],
    listening: attachment.listening,
    forwards: false,
    strictSource: attachment.kind === "host",
    ...(attachment.home === undefined ? {} : { home: attachment.home }),
    ...(attachment.listeners === undefined ? {} : { listeners: attachment.listeners })
  }
  const port: Port = {
    _tag: "Port",
    id: `${attachment.id}/port`,
    component: attachment.id,
    segment: subnet.id,
    addresses: [attachment.address],
    sets: [...attachment.groups, ...(attachment.sets ?? [])],
    zone: subnet.zone,
    ...(attachment.guardsIn === undefined ? {} : { guardsIn: attachment.guardsIn }),
    ...(attachment.guardsOut === undefined ? {} : { guardsOut: attachment.guardsOut }),
    inward: [groupsFilter(groups, "ingress")],
    outward: [groupsFilter(groups, "egress")],
    ...(attachment.publicAddress === undefined ? {} : { publicAddress: attachment.publicAddress, ...gatewayOf(topology, subnet.vpc) })
  }
  return [component, port]
}

/** AWS keeps five addresses; NAT gateways and instances take theirs. */
const subnetTerms = (topology: AwsTopology, subnet: Subnet): SubnetTerms => {
  const prefix = parsePrefix(subnet.cidr)
  if (prefix === undefined) throw new Error(`subnet "${subnet.id}": "${subnet.cidr}" is no prefix`)
  const kept = [
    ...Array.from({ length: reservedAtStart }, (_, index) => formatAddress(prefix.first + index)),
    ...Array.from({ length: reservedAtEnd }, (_, index) => formatAddress(prefix.last - index))
  ]
  const taken = [
    ...topology.natGateways.flatMap((nat) => (nat.subnet === subnet.id ? [nat.privateAddress] : [])),
    ...topology.instances.flatMap((instance) => (instance.subnet === subnet.id ? [instance.address] : []))
  ]
  return { id: subnet.id, zone: subnet.zone, cidr: subnet.cidr, reserved: [...kept, ...taken] }
}

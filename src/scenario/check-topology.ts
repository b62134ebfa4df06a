/**
 * Whether a network stands up: ids are one of a kind, every id that is named exists, and ranges of addresses nest without touching.
 */
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import type { FlatTopology } from "../model/cloud/flat/topology.ts"
import { containsPrefix, firstFreeBlock, formatPrefix, lengthOf, overlaps, type Prefix, parsePrefix } from "../model/net/ip.ts"
import { checkInterconnect, joints, routeTargets } from "./check-interconnect.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { doubled, unknownName } from "./names.ts"
import type { Place } from "./plan.ts"

/** Every mistake in a topology; all of them at the place where the network is described. */
export const checkTopology = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => [
  ...doubledIds(topology, place),
  ...unknownIds(topology, place),
  ...checkInterconnect(topology, place),
  ...ranges(topology, place)
]

/** A flat network has zones and shapes, and no names beside them. */
export const checkFlat = (topology: FlatTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  doubled("zone", topology.zones, () => place)

const doubledIds = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const of = (kind: string, things: ReadonlyArray<{ readonly id: string }>) =>
    doubled(
      kind,
      things.map(({ id }) => id),
      () => place
    )
  return [
    ...doubled("zone", topology.zones, () => place),
    ...of("VPC", topology.vpcs),
    ...of("subnet", topology.subnets),
    ...of("route table", topology.routeTables),
    ...of("security group", topology.securityGroups),
    ...of("network ACL", topology.networkAcls),
    ...of("gateway or instance", joints(topology)),
    ...of("prefix list", topology.prefixLists ?? []),
    ...of("site", topology.sites ?? []),
    ...of("connection", topology.siteConnections ?? [])
  ]
}

const unknownIds = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const ids = (things: ReadonlyArray<{ readonly id: string }>) => things.map(({ id }) => id)
  const [vpcs, subnets, tables] = [ids(topology.vpcs), ids(topology.subnets), ids(topology.routeTables)]
  const [groups, acls] = [ids(topology.securityGroups), ids(topology.networkAcls)]
  const targets = routeTargets(topology)
  const lost = (what: string, kind: string, id: string | undefined, known: ReadonlyArray<string>) =>
    id === undefined || known.includes(id) ? [] : [unknownName(what, kind, id, known, place)]
  return [
    ...topology.subnets.flatMap((subnet) => [
      ...lost(`subnet ${subnet.id}`, "zone", subnet.zone, topology.zones),
      ...lost(`subnet ${subnet.id}`, "VPC", subnet.vpc, vpcs),
      ...lost(`subnet ${subnet.id}`, "route table", subnet.routeTable, tables),
      ...lost(`subnet ${subnet.id}`, "network ACL", subnet.networkAcl, acls)
    ]),
    ...topology.internetGateways.flatMap(({ id, vpc }) => lost(`internet gateway ${id}`, "VPC", vpc, vpcs)),
    ...topology.natGateways.flatMap(({ id, subnet }) => lost(`NAT gateway ${id}`, "subnet", subnet, subnets)),
    ...topology.routeTables.flatMap(({ id, vpc, routes }) => [
      ...lost(`route table ${id}`, "VPC", vpc, vpcs),
      ...routes.flatMap(({ destination, target, state }) =>
        state === "blackhole" ? [] : lost(`route table ${id}: ${destination} →`, "gateway", target, targets)
      )
    ]),
    ...topology.securityGroups.flatMap(({ id, vpc, ingress, egress }) => [
      ...lost(`security group ${id}`, "VPC", vpc, vpcs),
      ...[...ingress, ...egress].flatMap(({ peer }) =>
        lengthOf(peer) !== undefined ? [] : lost(`security group ${id}`, "security group", peer, groups)
      )
    ]),
    ...topology.instances.flatMap(({ id, subnet, securityGroups }) => [
      ...lost(`instance ${id}`, "subnet", subnet, subnets),
      ...securityGroups.flatMap((group) => lost(`instance ${id}`, "security group", group, groups))
    ])
  ]
}

interface Range {
  readonly what: string
  readonly cidr: string
  readonly prefix: Prefix
}

const ranges = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  const read = (what: string, cidr: string): ReadonlyArray<Range> => {
    const prefix = parsePrefix(cidr)
    if (prefix !== undefined) return [{ what, cidr, prefix }]
    diagnostics.push(
      errorOf("D007", `${what}: "${cidr}" is no IPv4 range`, { place, underlined: cidr, help: 'write a range as "10.0.0.0/16"' })
    )
    return []
  }
  for (const { id, cidrs } of topology.vpcs) {
    const whole = cidrs.flatMap((cidr) => read(`VPC ${id}`, cidr))
    const parts = topology.subnets.filter(({ vpc }) => vpc === id).flatMap((subnet) => read(`subnet ${subnet.id}`, subnet.cidr))
    for (const part of parts) {
      if (whole.some(({ prefix }) => containsPrefix(prefix, part.prefix))) continue
      diagnostics.push(
        errorOf("D007", `${part.what} ${part.cidr} lies outside its VPC`, {
          place,
          underlined: part.cidr,
          notes: [`VPC ${id} has ${cidrs.join(", ")}`]
        })
      )
    }
    diagnostics.push(...overlapping(parts, whole, place))
  }
  return diagnostics
}

const overlapping = (parts: ReadonlyArray<Range>, whole: ReadonlyArray<Range>, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  parts.flatMap((left, index) =>
    parts.slice(index + 1).flatMap((right) => {
      if (!overlaps(left.prefix, right.prefix)) return []
      const taken = parts.map(({ prefix }) => prefix)
      const free = whole.map(({ prefix }) => firstFreeBlock(prefix, taken, right.prefix.length)).find((block) => block !== undefined)
      return [
        errorOf("D007", `${left.what} ${left.cidr} overlaps ${right.what.replace("subnet ", "")} ${right.cidr}`, {
          place,
          underlined: right.cidr,
          help: free === undefined ? `the VPC has no free /${right.prefix.length} left` : `first free block: ${formatPrefix(free)}`
        })
      ]
    })
  )

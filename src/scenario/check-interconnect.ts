/**
 * Whether what joins networks stands up: every id that is named exists, networks that are peered do not overlap, security groups are named
 * only where AWS knows them, and interfaces have addresses of their subnets.
 */
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import { isIn, lengthOf, overlaps, parsePrefix } from "../model/net/ip.ts"
import { checkIpv6 } from "./check-ipv6.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place } from "./plan.ts"

type Lost = (what: string, kind: string, id: string | undefined, known: ReadonlyArray<string>) => ReadonlyArray<Diagnostic>

const ids = (things: ReadonlyArray<{ readonly id: string }> | undefined): ReadonlyArray<string> => (things ?? []).map(({ id }) => id)

/** Whatever a route table may name as a target. */
export const routeTargets = (topology: AwsTopology): ReadonlyArray<string> => [
  "local",
  ...ids(topology.internetGateways),
  ...ids(topology.egressOnlyGateways),
  ...ids(topology.natGateways),
  ...ids(topology.regionalNatGateways),
  ...ids(topology.instances),
  ...ids(topology.peerings),
  ...ids(topology.transitGateways),
  ...ids(topology.vpnGateways),
  ...ids(topology.gatewayEndpoints)
]

/** Things that share a kind of name with routes' targets, for doubled ids. */
export const joints = (topology: AwsTopology): ReadonlyArray<{ readonly id: string }> => [
  ...topology.internetGateways,
  ...(topology.egressOnlyGateways ?? []),
  ...topology.natGateways,
  ...topology.instances,
  ...(topology.regionalNatGateways ?? []),
  ...(topology.peerings ?? []),
  ...(topology.transitGateways ?? []),
  ...(topology.vpnGateways ?? []),
  ...(topology.gatewayEndpoints ?? []),
  ...(topology.interfaceEndpoints ?? []),
  ...(topology.databases ?? [])
]

export const checkInterconnect = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const lost: Lost = (what, kind, id, known) => (id === undefined || known.includes(id) ? [] : [unknownName(what, kind, id, known, place)])
  return [
    ...unknownEnds(topology, lost),
    ...transitMistakes(topology, lost),
    ...overlappingPeers(topology, place),
    ...groupsBeyond(topology, place),
    ...strayInterfaces(topology, place),
    ...checkIpv6(topology, place)
  ]
}

const unknownEnds = (topology: AwsTopology, lost: Lost): ReadonlyArray<Diagnostic> => {
  const [vpcs, subnets, groups, lists] = [
    ids(topology.vpcs),
    ids(topology.subnets),
    ids(topology.securityGroups),
    ids(topology.prefixLists)
  ]
  const gateways = [...ids(topology.vpnGateways), ...ids(topology.transitGateways)]
  return [
    ...(topology.peerings ?? []).flatMap(({ id, vpcs: ends }) => ends.flatMap((vpc) => lost(`peering ${id}`, "VPC", vpc, vpcs))),
    ...(topology.vpnGateways ?? []).flatMap(({ id, vpc }) => lost(`VPN gateway ${id}`, "VPC", vpc, vpcs)),
    ...(topology.siteConnections ?? []).flatMap(({ id, gateway, site }) => [
      ...lost(`connection ${id}`, "VPN or transit gateway", gateway, gateways),
      ...lost(`connection ${id}`, "site", site, ids(topology.sites))
    ]),
    ...(topology.gatewayEndpoints ?? []).flatMap(({ id, vpc, prefixList }) => [
      ...lost(`gateway endpoint ${id}`, "VPC", vpc, vpcs),
      ...lost(`gateway endpoint ${id}`, "prefix list", prefixList, lists)
    ]),
    ...(topology.interfaceEndpoints ?? []).flatMap(({ id, vpc, interfaces, securityGroups }) => [
      ...lost(`interface endpoint ${id}`, "VPC", vpc, vpcs),
      ...interfaces.flatMap(({ subnet }) => lost(`interface endpoint ${id}`, "subnet", subnet, subnets)),
      ...securityGroups.flatMap((group) => lost(`interface endpoint ${id}`, "security group", group, groups))
    ]),
    ...(topology.databases ?? []).flatMap(({ id, interfaces, securityGroups }) => [
      ...interfaces.flatMap(({ subnet }) => lost(`database ${id}`, "subnet", subnet, subnets)),
      ...securityGroups.flatMap((group) => lost(`database ${id}`, "security group", group, groups))
    ]),
    ...(topology.regionalNatGateways ?? []).flatMap(({ id, vpc, addresses }) => [
      ...lost(`regional NAT gateway ${id}`, "VPC", vpc, vpcs),
      ...addresses.flatMap(({ zone }) => lost(`regional NAT gateway ${id}`, "zone", zone, topology.zones))
    ]),
    ...topology.routeTables.flatMap(({ id, routes }) =>
      routes.flatMap(({ destination }) =>
        lengthOf(destination) !== undefined ? [] : lost(`route table ${id}`, "prefix list or range", destination, lists)
      )
    )
  ]
}

const transitMistakes = (topology: AwsTopology, lost: Lost): ReadonlyArray<Diagnostic> =>
  (topology.transitGateways ?? []).flatMap(({ id, routeTables, attachments }) => {
    const [tables, own] = [ids(routeTables), ids(attachments)]
    return [
      ...routeTables.flatMap((table) =>
        table.routes.flatMap(({ target }) => lost(`transit route table ${table.id}`, "attachment", target, ["blackhole", ...own]))
      ),
      ...attachments.flatMap(({ id: attachment, leadsTo, routeTable, propagatesTo }) => {
        const what = `attachment ${attachment} of ${id}`
        const ends =
          leadsTo._tag === "Vpc"
            ? [
                ...lost(what, "VPC", leadsTo.vpc, ids(topology.vpcs)),
                ...leadsTo.subnets.flatMap((subnet) =>
                  lost(what, `subnet of ${leadsTo.vpc}`, subnet, ids(topology.subnets.filter(({ vpc }) => vpc === leadsTo.vpc)))
                )
              ]
            : leadsTo._tag === "Peering"
              ? lost(what, "transit gateway", leadsTo.gateway, ids(topology.transitGateways))
              : lost(what, "connection", leadsTo.connection, ids(topology.siteConnections))
        return [
          ...ends,
          ...lost(what, "transit route table", routeTable, tables),
          ...propagatesTo.flatMap((table) => lost(what, "transit route table", table, tables))
        ]
      })
    ]
  })

const cidrsOf = (topology: AwsTopology, vpc: string): ReadonlyArray<string> => topology.vpcs.find(({ id }) => id === vpc)?.cidrs ?? []

/** Source: VPC peering guide, unsupported configurations. */
const overlappingPeers = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  (topology.peerings ?? []).flatMap(({ id, vpcs: [left, right] }) => {
    if (left === right) return [errorOf("D007", `peering ${id}: ${left} with itself`, { place, underlined: left, help: "name two VPCs" })]
    const meeting = cidrsOf(topology, left).flatMap((one) =>
      cidrsOf(topology, right).flatMap((other) => {
        const [a, b] = [parsePrefix(one), parsePrefix(other)]
        return a !== undefined && b !== undefined && overlaps(a, b) ? [`${one} of ${left} and ${other} of ${right}`] : []
      })
    )
    return meeting.map((pair) =>
      errorOf("D007", `peering ${id}: ${pair} overlap`, {
        place,
        underlined: id,
        notes: ["AWS peers no VPCs of which any ranges overlap, used or not"],
        help: "give one of them another range, or join them by a transit gateway or an endpoint"
      })
    )
  })

/** A group may be named in its own VPC, across a peering, and across a transit gateway that says so. Source: VPC guide, Security group rules. */
const groupsBeyond = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const vpcOf = new Map(topology.securityGroups.map(({ id, vpc }) => [id, vpc]))
  const joined = new Set((topology.peerings ?? []).flatMap(({ vpcs: [left, right] }) => [`${left} ${right}`, `${right} ${left}`]))
  for (const { referencesGroups, attachments } of topology.transitGateways ?? []) {
    const ends = attachments.flatMap(({ leadsTo }) => (leadsTo._tag === "Vpc" ? [leadsTo.vpc] : []))
    if (referencesGroups) for (const left of ends) for (const right of ends) joined.add(`${left} ${right}`)
  }
  return topology.securityGroups.flatMap(({ id, vpc, ingress, egress }) =>
    [...ingress, ...egress].flatMap(({ peer }) => {
      const other = vpcOf.get(peer)
      if (other === undefined || other === vpc || joined.has(`${vpc} ${other}`)) return []
      return [
        errorOf("D007", `security group ${id} of ${vpc} names ${peer} of ${other}, which is not peered with it`, {
          place,
          underlined: peer,
          notes: ["AWS knows a group in its own VPC, and across a peering or a transit gateway that references groups"],
          help: `peer ${vpc} with ${other}, or name a range: ${cidrsOf(topology, other).join(", ")}`
        })
      ]
    })
  )
}

const strayInterfaces = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  [
    ...(topology.interfaceEndpoints ?? []).map(({ id, interfaces }) => ({ what: `interface endpoint ${id}`, interfaces })),
    ...(topology.databases ?? []).map(({ id, interfaces }) => ({ what: `database ${id}`, interfaces }))
  ].flatMap(({ what, interfaces }) =>
    interfaces.flatMap(({ subnet, address }) => {
      const cidr = topology.subnets.find((each) => each.id === subnet)?.cidr
      return cidr === undefined || parsePrefix(cidr) === undefined || isIn(address, cidr)
        ? []
        : [
            errorOf("D007", `${what}: ${address} is not of ${subnet}`, {
              place,
              underlined: address,
              notes: [`subnet ${subnet} is ${cidr}`],
              help: "correct the address or the subnet"
            })
          ]
    })
  )

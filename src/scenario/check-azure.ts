/**
 * Whether a network at Azure stands up: ids are one of a kind, every id that is named exists, ranges nest without touching, priorities
 * are unique, and what routes lead to belongs to somebody.
 */
import type { AzureTopology } from "../model/cloud/azure/topology.ts"
import { containsPrefix, overlaps, type Prefix, parsePrefix } from "../model/net/ip.ts"
import { type Diagnostic, errorOf, warningOf } from "./diagnostic.ts"
import { lostAtAzure } from "./lost-at-azure.ts"
import { doubled } from "./names.ts"
import type { Place } from "./plan.ts"

/** Every mistake, all at the place where the network is described. */
export const checkAzure = (topology: AzureTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => [
  ...doubledIds(topology, place),
  ...lostAtAzure(topology, place),
  ...priorities(topology, place),
  ...ranges(topology, place),
  ...peerings(topology, place),
  ...lostHops(topology, place)
]

type Named = ReadonlyArray<{ readonly id: string }> | undefined
const ids = (things: Named): ReadonlyArray<string> => (things ?? []).map(({ id }) => id)

const doubledIds = (topology: AzureTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const of = (kind: string, ...things: ReadonlyArray<Named>) => doubled(kind, things.flatMap(ids), () => place)
  return [
    ...doubled("zone", topology.zones, () => place),
    ...of("virtual network", topology.networks),
    ...of("subnet", topology.subnets),
    ...of("route table", topology.routeTables),
    ...of("network security group", topology.securityGroups),
    ...of(
      "instance, appliance or gateway",
      topology.instances,
      topology.appliances,
      topology.gateways,
      topology.natGateways,
      topology.peerings,
      topology.privateEndpoints,
      topology.loadBalancers,
      topology.applicationGateways
    )
  ]
}

const priorities = ({ securityGroups }: AzureTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  securityGroups.flatMap(({ id, rules }) =>
    rules.flatMap((rule, index) => {
      const rival = rules.slice(0, index).find(({ priority, direction }) => priority === rule.priority && direction === rule.direction)
      return rival === undefined
        ? []
        : [
            errorOf("D007", `network security group ${id}: ${rival.id} and ${rule.id} have priority ${rule.priority} ${rule.direction}`, {
              place,
              underlined: String(rule.priority),
              notes: ["a priority is unique in its group and direction (SecurityRuleConflict)"],
              help: "give one of them another number between 100 and 4096"
            })
          ]
    })
  )

interface Range {
  readonly what: string
  readonly cidr: string
  readonly prefix: Prefix
}

const ranges = (topology: AzureTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  const read = (what: string, cidr: string): ReadonlyArray<Range> => {
    const prefix = parsePrefix(cidr)
    if (prefix !== undefined) return [{ what, cidr, prefix }]
    diagnostics.push(
      errorOf("D007", `${what}: "${cidr}" is no IPv4 range`, { place, underlined: cidr, help: 'write a range as "10.0.0.0/16"' })
    )
    return []
  }
  for (const { id, ranges: own } of topology.networks) {
    const whole = own.flatMap((cidr) => read(`virtual network ${id}`, cidr))
    const parts = topology.subnets.filter(({ network }) => network === id).flatMap((subnet) => read(`subnet ${subnet.id}`, subnet.cidr))
    for (const [index, part] of parts.entries()) {
      if (!whole.some(({ prefix }) => containsPrefix(prefix, part.prefix)))
        diagnostics.push(
          errorOf("D007", `${part.what} ${part.cidr} lies outside its virtual network`, {
            place,
            underlined: part.cidr,
            notes: [`${id} has ${own.join(", ")}`]
          })
        )
      const rival = parts.slice(0, index).find(({ prefix }) => overlaps(prefix, part.prefix))
      if (rival !== undefined)
        diagnostics.push(
          errorOf("D007", `${rival.what} ${rival.cidr} overlaps ${part.what} ${part.cidr}`, { place, underlined: part.cidr })
        )
    }
  }
  return diagnostics
}

/** Source: Virtual network peering: address spaces must not overlap. */
const peerings = (topology: AzureTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const rangesOf = (network: string) =>
    (topology.networks.find(({ id }) => id === network)?.ranges ?? []).flatMap((cidr) => {
      const prefix = parsePrefix(cidr)
      return prefix === undefined ? [] : [{ cidr, prefix }]
    })
  return (topology.peerings ?? []).flatMap(({ id, network, remote }) =>
    rangesOf(network).flatMap((own) =>
      rangesOf(remote).flatMap((other) =>
        overlaps(own.prefix, other.prefix)
          ? [
              errorOf("D007", `peering ${id}: ${own.cidr} of ${network} overlaps ${other.cidr} of ${remote}`, {
                place,
                underlined: id,
                notes: ["networks with overlapping ranges cannot be peered"]
              })
            ]
          : []
      )
    )
  )
}

/** Azure takes such a route, and drops what goes by it. Nodes' addresses are known later: those of pods' routes are not looked at. */
const lostHops = (topology: AzureTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const cidrs = topology.subnets.flatMap(({ cidr }) => parsePrefix(cidr) ?? [])
  return topology.routeTables.flatMap(({ id, routes }) =>
    routes.flatMap(({ id: route, nextHop }) => {
      if (nextHop._tag !== "VirtualAppliance") return []
      const hop = parsePrefix(`${nextHop.address}/32`)
      if (hop !== undefined && cidrs.some((cidr) => containsPrefix(cidr, hop))) return []
      return [
        warningOf("D007", `route table ${id}: route ${route} leads to ${nextHop.address}, which is in no subnet`, {
          place,
          underlined: nextHop.address,
          notes: ["what goes by it is dropped: Azure does not look whether somebody has the address"]
        })
      ]
    })
  )
}

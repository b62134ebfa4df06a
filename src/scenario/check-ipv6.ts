/** Whether the IPv6 side of a network stands up: ranges that can be read and lie in one another, addresses of their subnets, ways out. */
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import { isIn6, isV6, parsePrefix6 } from "../model/net/ip6.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place } from "./plan.ts"

/** Lengths that a subnet may have. Source: VPC guide, subnet CIDR blocks: /44 to /64 in steps of four. */
const subnetLengths: ReadonlyArray<number> = [44, 48, 52, 56, 60, 64]

export const checkIpv6 = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const wrong = (headline: string, underlined: string, help: string): Diagnostic => errorOf("D007", headline, { place, underlined, help })
  const vpcs = topology.vpcs.map(({ id }) => id)
  const egressOnly = (topology.egressOnlyGateways ?? []).map(({ id }) => id)
  return [
    ...topology.vpcs.flatMap(({ id, ipv6Cidrs = [] }) =>
      ipv6Cidrs.flatMap((cidr) =>
        parsePrefix6(cidr) === undefined ? [wrong(`VPC ${id}: "${cidr}" is no IPv6 range`, cidr, 'write a range as "2600:1f18::/56"')] : []
      )
    ),
    ...topology.subnets.flatMap((subnet) => subnetMistakes(topology, subnet, wrong)),
    ...topology.instances.flatMap(({ id, subnet, ipv6Address }) => {
      const cidr = topology.subnets.find((each) => each.id === subnet)?.ipv6Cidr
      if (ipv6Address === undefined || (cidr !== undefined && isIn6(ipv6Address, cidr))) return []
      return [wrong(`instance ${id}: ${ipv6Address} is not of ${subnet}`, ipv6Address, `${subnet} has ${cidr ?? "no IPv6 range"}`)]
    }),
    ...(topology.egressOnlyGateways ?? []).flatMap(({ id, vpc }) =>
      vpcs.includes(vpc) ? [] : [unknownName(`egress-only gateway ${id}`, "VPC", vpc, vpcs, place)]
    ),
    ...topology.routeTables.flatMap(({ id, routes }) =>
      routes.flatMap(({ destination, target }) => {
        if (egressOnly.includes(target) && !isV6(destination))
          return [
            wrong(
              `route table ${id}: ${destination} → ${target}`,
              target,
              "an egress-only gateway carries IPv6 alone: lead it to a NAT gateway"
            )
          ]
        if (isV6(destination) && topology.natGateways.some((nat) => nat.id === target))
          return [
            wrong(
              `route table ${id}: ${destination} → ${target}`,
              target,
              "a NAT gateway carries no IPv6: lead it to an egress-only gateway"
            )
          ]
        return []
      })
    )
  ]
}

const subnetMistakes = (
  { vpcs }: AwsTopology,
  { id, vpc, ipv6Cidr }: AwsTopology["subnets"][number],
  wrong: (headline: string, underlined: string, help: string) => Diagnostic
): ReadonlyArray<Diagnostic> => {
  if (ipv6Cidr === undefined) return []
  const prefix = parsePrefix6(ipv6Cidr)
  if (prefix === undefined) return [wrong(`subnet ${id}: "${ipv6Cidr}" is no IPv6 range`, ipv6Cidr, 'write a range as "2600:1f18::/64"')]
  if (!subnetLengths.includes(prefix.length))
    return [wrong(`subnet ${id}: /${prefix.length} is no length of a subnet`, ipv6Cidr, "take /44 to /64, in steps of four")]
  const whole = vpcs.find((each) => each.id === vpc)?.ipv6Cidrs ?? []
  const isInside = whole.some((cidr) => {
    const outer = parsePrefix6(cidr)
    return outer !== undefined && prefix.first >= outer.first && prefix.last <= outer.last
  })
  return isInside
    ? []
    : [wrong(`subnet ${id} ${ipv6Cidr} lies outside its VPC`, ipv6Cidr, `VPC ${vpc} has ${whole.join(", ") || "no IPv6 range"}`)]
}

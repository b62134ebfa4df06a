/**
 * Whether what can run out was described well: ranges that are kept lie in their subnet, interfaces of others have addresses of it,
 * quotas hold what the network already uses, and subnets for pods or for the control plane exist where they must.
 */
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import { containsPrefix, isIn, parsePrefix } from "../model/net/ip.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place, Places, Plan } from "./plan.ts"

export const checkCapacity = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> =>
  plan.topology._tag === "AwsTopology"
    ? [
        ...reservations(plan.topology, places.topology),
        ...interfacesOfOthers(plan.topology, places.topology),
        ...elasticAddresses(plan.topology, places.topology),
        ...namedSubnets(plan, plan.topology, places)
      ]
    : []

const reservations = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  topology.subnets.flatMap(({ id, cidr, reservations: kept = [] }) =>
    kept.flatMap((each) => {
      const [outer, inner] = [parsePrefix(cidr), parsePrefix(each.cidr)]
      return outer !== undefined && inner !== undefined && containsPrefix(outer, inner)
        ? []
        : [
            errorOf("D007", `subnet ${id}: the reservation "${each.cidr}" is no range of ${cidr}`, {
              place,
              underlined: each.cidr,
              help: "write a range inside the subnet"
            })
          ]
    })
  )

const interfacesOfOthers = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const subnets = new Map(topology.subnets.map((subnet) => [subnet.id, subnet]))
  return (topology.networkInterfaces ?? []).flatMap(({ id, subnet, addresses }) => {
    const known = subnets.get(subnet)
    if (known === undefined) return [unknownName(`network interface ${id}`, "subnet", subnet, [...subnets.keys()], place)]
    return addresses.flatMap((address) =>
      isIn(address, known.cidr)
        ? []
        : [
            errorOf("D017", `network interface ${id} cannot have the address "${address}"`, {
              place,
              underlined: address,
              notes: [`subnet ${subnet} is ${known.cidr}`],
              help: "correct the address or the subnet"
            })
          ]
    )
  })
}

/** Zonal NAT gateways and instances with a public address have an Elastic IP each. */
const elasticAddresses = (topology: AwsTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const max = topology.quotas?.elasticAddresses
  const used = [...topology.natGateways, ...topology.instances].filter(({ publicAddress }) => publicAddress !== undefined).length
  return max === undefined || used <= max
    ? []
    : [
        errorOf("D009", `${used} Elastic IPs in use, the account may have ${max}`, {
          place,
          underlined: "elasticAddresses",
          notes: ["AddressLimitExceeded: The maximum number of addresses has been reached"],
          help: "raise the quota, or take NAT gateways or public addresses away"
        })
      ]
}

const namedSubnets = ({ cluster }: Plan, topology: AwsTopology, places: Places): ReadonlyArray<Diagnostic> => {
  const subnets = new Map(topology.subnets.map((subnet) => [subnet.id, subnet]))
  const unknown = (what: string, id: string): ReadonlyArray<Diagnostic> =>
    subnets.has(id) ? [] : [unknownName(what, "subnet", id, [...subnets.keys()], places.cluster)]
  return [
    ...(cluster.controlPlaneSubnets ?? []).flatMap((id) => unknown("the control plane", id)),
    ...Object.entries(cluster.podSubnets ?? {}).flatMap(([zone, id]) => {
      const found = subnets.get(id)
      if (found === undefined) return unknown(`pods of ${zone}`, id)
      return found.zone === zone
        ? []
        : [
            errorOf("D017", `podSubnets: subnet ${id} is in ${found.zone}, not in ${zone}`, {
              place: places.cluster,
              underlined: id,
              notes: ["an interface is attached in its node's own zone"],
              help: `name a subnet of ${zone}`
            })
          ]
    })
  ]
}

/** Finding one's way in a topology: what an id stands for, and where a route to it leads. */
import type { RouteTarget } from "../../net/fabric.ts"
import type { RouteGround } from "./routes.ts"
import type { AwsTopology } from "./topology.ts"

/** Throws for an id that is not there: the checks of a scenario come before. */
export const found = <T extends { readonly id: string }>(things: ReadonlyArray<T>, id: string, kind: string): T => {
  const thing = things.find((candidate) => candidate.id === id)
  if (thing === undefined) throw new Error(`${kind} "${id}" is not in the topology`)
  return thing
}

export const cidrsOf = (topology: AwsTopology, vpc: string): ReadonlyArray<string> =>
  topology.vpcs.find(({ id }) => id === vpc)?.cidrs ?? []

/** Of both families: what is local in every table of the VPC. */
export const rangesOf = (topology: AwsTopology, vpc: string): ReadonlyArray<string> => [
  ...cidrsOf(topology, vpc),
  ...(topology.vpcs.find(({ id }) => id === vpc)?.ipv6Cidrs ?? [])
]

/** The internet gateway of a VPC, as a port's public address names it. */
export const gatewayOf = (topology: AwsTopology, vpc: string): { readonly publicVia?: string } => {
  const gateway = topology.internetGateways.find((candidate) => candidate.vpc === vpc)
  return gateway === undefined ? {} : { publicVia: gateway.id }
}

/** Whatever a route may name, but for regional NAT gateways, which stand in every zone. */
const routable = (topology: AwsTopology): ReadonlyArray<{ readonly id: string }> => [
  ...topology.internetGateways,
  ...(topology.egressOnlyGateways ?? []),
  ...topology.natGateways,
  ...topology.instances,
  ...(topology.peerings ?? []),
  ...(topology.transitGateways ?? []),
  ...(topology.vpnGateways ?? []),
  ...(topology.gatewayEndpoints ?? [])
]

/** The ground that a VPC's tables stand on. */
export const targetsOf = (topology: AwsTopology, vpc: string): RouteGround => ({
  cidrs: rangesOf(topology, vpc),
  listed: (destination) => topology.prefixLists?.find(({ id }) => id === destination)?.cidrs,
  targetOf: (target): RouteTarget | undefined => {
    const regional = topology.regionalNatGateways?.find(({ id }) => id === target)
    if (regional !== undefined) {
      const byZone = Object.fromEntries(regional.addresses.map(({ zone }) => [zone, `${regional.id}/${zone}`]))
      const first = regional.addresses[0]
      // A zone that the gateway has not come to yet is served from another.
      return first === undefined ? undefined : { _tag: "Via", component: `${regional.id}/${first.zone}`, byZone }
    }
    return routable(topology).some(({ id }) => id === target) ? { _tag: "Via", component: target } : undefined
  }
})

/** Finding one's way in a topology: what an id stands for, what a network holds, and the names of its parts in the fabric. */
import { parsePrefix } from "../../net/ip.ts"
import { hostAddress } from "./limits.ts"
import type { AzureTopology } from "./topology.ts"

export type Network = AzureTopology["networks"][number]
export type Subnet = AzureTopology["subnets"][number]
export type Instance = AzureTopology["instances"][number]
export type Appliance = NonNullable<AzureTopology["appliances"]>[number]
export type Peering = NonNullable<AzureTopology["peerings"]>[number]
export type Gateway = NonNullable<AzureTopology["gateways"]>[number]
export type LoadBalancer = NonNullable<AzureTopology["loadBalancers"]>[number]
export type SecurityGroup = AzureTopology["securityGroups"][number]

/** Throws for an id that is not there: the checks of a scenario come before. */
export const found = <T extends { readonly id: string }>(things: ReadonlyArray<T> | undefined, id: string, kind: string): T => {
  const thing = things?.find((candidate) => candidate.id === id)
  if (thing === undefined) throw new Error(`${kind} "${id}" is not in the topology`)
  return thing
}

export const subnetOf = (topology: AzureTopology, id: string): Subnet => found(topology.subnets, id, "subnet")

export const networkOf = (topology: AzureTopology, subnet: string): string => subnetOf(topology, subnet).network

export const rangesOf = (topology: AzureTopology, network: string): ReadonlyArray<string> =>
  found(topology.networks, network, "network").ranges

/** Ranges of pods laid over a network. */
export const overlaysOf = (topology: AzureTopology, network: string): ReadonlyArray<string> =>
  found(topology.networks, network, "network").overlays ?? []

/** Both sides are there, and let the networks reach one another. */
export const peeringBack = (topology: AzureTopology, { network, remote }: Peering): Peering | undefined =>
  topology.peerings?.find((other) => other.network === remote && other.remote === network)

const isActive = (topology: AzureTopology, peering: Peering): boolean => peeringBack(topology, peering) !== undefined

/** Peerings that a network has, and that work. */
export const peeringsOf = (topology: AzureTopology, network: string): ReadonlyArray<Peering> =>
  (topology.peerings ?? []).filter((peering) => peering.network === network && isActive(topology, peering))

/** Gateways that a network uses, its own and those of a peer that lends them, with the peering that leads there. */
export const gatewaysOf = (
  topology: AzureTopology,
  network: string
): ReadonlyArray<{ readonly gateway: Gateway; readonly by?: Peering }> => [
  ...(topology.gateways ?? []).flatMap((gateway) => (gateway.network === network ? [{ gateway }] : [])),
  ...peeringsOf(topology, network).flatMap((by) =>
    by.usesRemoteGateways && peeringBack(topology, by)?.allowsGatewayTransit === true
      ? (topology.gateways ?? []).flatMap((gateway) => (gateway.network === by.remote ? [{ gateway, by }] : []))
      : []
  )
]

/** Bounds of a prefix as numbers. Throws on bad text. */
export const boundsOf = (cidr: string, owner: string): { readonly first: number; readonly last: number } => {
  const prefix = parsePrefix(cidr)
  if (prefix === undefined) throw new Error(`${owner}: "${cidr}" is no prefix`)
  return prefix
}

/** Who has an address that a route may name: an appliance, an instance that forwards, a front end inside. */
export const hopOwner = (
  topology: AzureTopology,
  address: string
): { readonly component: string; readonly network: string } | undefined => {
  const appliance = topology.appliances?.find((each) => each.address === address)
  const instance = topology.instances.find((each) => each.address === address)
  const owner = appliance ?? instance
  if (owner !== undefined) return { component: owner.id, network: networkOf(topology, owner.subnet) }
  for (const balancer of topology.loadBalancers ?? [])
    for (const frontEnd of balancer.frontEnds)
      if (frontEnd.address === address && frontEnd.subnet !== undefined)
        return { component: frontEndId(balancer.id, frontEnd.id), network: balancer.network }
  return undefined
}

/** Names in the fabric. */
export const internetGatewayId = (network: string): string => `${network}/internet`
export const tableId = (subnet: string): string => `${subnet} effective routes`
/** What machines and pods of an overlay belong to. */
export const overlaySet = (prefix: string): string => `overlay ${prefix}`
export const hostId = (network: string): string => `${network}/${hostAddress}`
export const platformId = (network: string): string => `${network}/platform`
export const frontEndId = (balancer: string, frontEnd: string): string => `${balancer}/${frontEnd}`
export const serviceId = (network: string, service: string): string => `${network}/${service}`
/** To one appliance of a peered network. */
export const peeredHopId = (peering: string, component: string): string => `${peering} to ${component}`
export const groupSet = (group: string): string => `group ${group}`

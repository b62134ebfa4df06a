/** Finding one's way in a topology: what an id stands for, what a network holds, and the names of its parts in the fabric. */
import { parsePrefix } from "../../net/ip.ts"
import { autoModeRanges } from "./limits.ts"
import type { GcpTopology } from "./topology.ts"

export type Network = GcpTopology["networks"][number]
export type Subnetwork = GcpTopology["subnetworks"][number]
export type Instance = GcpTopology["instances"][number]
export type Peering = NonNullable<GcpTopology["peerings"]>[number]
export type Connection = NonNullable<GcpTopology["siteConnections"]>[number]
export type LoadBalancer = NonNullable<GcpTopology["loadBalancers"]>[number]
export type Nat = NonNullable<GcpTopology["cloudNats"]>[number]

/** Throws for an id that is not there: the checks of a scenario come before. */
export const found = <T extends { readonly id: string }>(things: ReadonlyArray<T>, id: string, kind: string): T => {
  const thing = things.find((candidate) => candidate.id === id)
  if (thing === undefined) throw new Error(`${kind} "${id}" is not in the topology`)
  return thing
}

/** `europe-west1` of `europe-west1-b`. */
export const regionOf = (zone: string): string => zone.slice(0, zone.lastIndexOf("-"))

/** What auto mode has made in the topology's regions, as it is until somebody changes it. */
const autoSubnetworks = (topology: GcpTopology, network: Network): ReadonlyArray<Subnetwork> =>
  network.mode === "custom"
    ? []
    : topology.regions.map((region) => {
        const cidr = autoModeRanges[region]
        if (cidr === undefined) throw new Error(`auto mode has no range for region "${region}"`)
        return { id: `${network.id}/${region}`, network: network.id, region, cidr, privateGoogleAccess: false }
      })

/** All of a topology: the written ones, and those of auto mode but where a written one has the place. */
export const subnetworksOf = (topology: GcpTopology): ReadonlyArray<Subnetwork> => [
  ...topology.subnetworks,
  ...topology.networks.flatMap((network) =>
    autoSubnetworks(topology, network).filter(
      ({ cidr }) => !topology.subnetworks.some((written) => written.network === network.id && written.cidr === cidr)
    )
  )
]

export const subnetworksIn = (topology: GcpTopology, network: string): ReadonlyArray<Subnetwork> =>
  subnetworksOf(topology).filter((subnetwork) => subnetwork.network === network)

/** Primary and secondary ranges. */
export const rangesOf = ({ cidr, secondaryRanges }: Subnetwork): ReadonlyArray<string> => [
  cidr,
  ...(secondaryRanges ?? []).map((range) => range.cidr)
]

export const rangesIn = (topology: GcpTopology, network: string): ReadonlyArray<string> =>
  subnetworksIn(topology, network).flatMap(rangesOf)

/** The peering that a network has back from its peer: without one a peering carries nothing. */
export const peeringBack = (topology: GcpTopology, { network, peer }: Peering): Peering | undefined =>
  topology.peerings?.find((other) => other.network === peer && other.peer === network)

/** The network that an instance stands in. */
export const networkOf = (topology: GcpTopology, subnetwork: string): string =>
  found(subnetworksOf(topology), subnetwork, "subnetwork").network

/** Bounds of a prefix as numbers. Throws on bad text. */
export const boundsOf = (cidr: string, owner: string): { readonly first: number; readonly last: number } => {
  const prefix = parsePrefix(cidr)
  if (prefix === undefined) throw new Error(`${owner}: "${cidr}" is no prefix`)
  return prefix
}

/** Names in the fabric. Tags and service accounts mean something in their own network alone. */
export const gatewayId = (network: string): string => `${network}/default-internet-gateway`
export const tableId = (network: string): string => `${network} routes`
export const googleApisId = (network: string): string => `${network}/google-apis`
export const tagSet = (network: string, tag: string): string => `${network} tag ${tag}`
export const accountSet = (network: string, account: string): string => `${network} service account ${account}`
export const regionSet = (network: string, region: string): string => `${network} region ${region}`

/** Instances, and what lives on them: not the proxies. */
export const instanceSet = (network: string): string => `${network} instances`

/** Of an instance of a network: its region, its tags, and its service accounts, which are the groups with an `@`. */
export const setsOf = (network: string, region: string, groups: ReadonlyArray<string>): ReadonlyArray<string> => [
  instanceSet(network),
  regionSet(network, region),
  ...groups.map((group) => (group.includes("@") ? accountSet(network, group) : tagSet(network, group)))
]

/** Tags and service account of an instance, as an attachment's groups. */
export const instanceGroups = ({ tags, serviceAccount }: Instance): ReadonlyArray<string> => [
  ...tags,
  ...(serviceAccount === undefined ? [] : [serviceAccount])
]

/**
 * A private API endpoint at EKS: the control plane's interfaces in two of the cluster's subnets, of two zones, and a name that answers with
 * both; nodes reach them without leaving the VPC. With a public endpoint beside it, nodes still take the private one.
 * Source: EKS user guide, Cluster API server endpoint; Network requirements (2 to 4 interfaces, at least two zones).
 */
import { othersIn } from "../model/cloud/aws/subnets.ts"
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import type { ClusterSpec } from "../model/kube/spec.ts"
import { formatAddress, parsePrefix } from "../model/net/ip.ts"
import { clusterGroup } from "./cluster-group.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import type { Cluster } from "./word/cluster.ts"
import { controlPlaneGroup } from "./word/network.ts"

const interfacesMin = 2

export interface PrivateEndpoint {
  readonly topology: AwsTopology
  readonly api: Pick<ClusterSpec["api"], "endpoint" | "address" | "addresses">
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** `undefined`: the endpoint is public alone. */
export const privateEndpointOf = (topology: AwsTopology, cluster: Cluster): PrivateEndpoint | undefined => {
  if (cluster.endpoint === undefined || cluster.endpoint === "public") return undefined
  if (cluster.controlPlane !== undefined) return knownEndpoint(topology, cluster.controlPlane)
  const zones = new Set<string>()
  const subnets = (cluster.subnets ?? []).flatMap((id) => {
    const subnet = topology.subnets.find((each) => each.id === id)
    if (subnet === undefined || zones.has(subnet.zone) || zones.size === interfacesMin) return []
    zones.add(subnet.zone)
    return [subnet]
  })
  const own = controlPlaneGroup(cluster.name)
  const hasGroup = topology.securityGroups.some(({ id }) => id === own)
  const group = hasGroup ? own : clusterGroup(cluster.name)
  const interfaces = subnets.map((subnet) => ({
    id: `${cluster.name}-api-${subnet.zone}`,
    subnet: subnet.id,
    address: highestFree(topology, subnet),
    securityGroups: [group],
    sourceDestCheck: true,
    listening: [{ protocol: "tcp" as const, port: 443 }]
  }))
  const addresses = interfaces.map(({ address }) => address)
  return {
    api: { endpoint: "private", address: addresses[0] ?? "", addresses },
    topology: {
      ...topology,
      instances: [...topology.instances, ...interfaces],
      securityGroups: hasGroup
        ? topology.securityGroups
        : [...topology.securityGroups, endpointGroup(topology, group, subnets[0]?.vpc ?? "")]
    },
    diagnostics: subnets.length === interfacesMin ? [] : [tooFew(cluster, subnets.length)]
  }
}

/** Interfaces that are there already answer; they take no addresses beside their own. */
const knownEndpoint = (topology: AwsTopology, { interfaces, groups }: NonNullable<Cluster["controlPlane"]>): PrivateEndpoint => {
  const addresses = interfaces.map(({ address }) => address)
  const isTaken = (subnet: string, address: string): boolean =>
    interfaces.some((each) => each.subnet === subnet && each.address === address)
  const others = (topology.networkInterfaces ?? []).flatMap((each) => {
    const rest = each.addresses.filter((address) => !isTaken(each.subnet, address))
    return rest.length === 0 ? [] : [{ ...each, addresses: rest }]
  })
  const own = interfaces.map(({ id, subnet, address }) => ({
    id,
    subnet,
    address,
    securityGroups: groups,
    sourceDestCheck: true,
    listening: [{ protocol: "tcp" as const, port: 443 }]
  }))
  return {
    api: { endpoint: "private", address: addresses[0] ?? "", addresses },
    topology: { ...topology, instances: [...topology.instances, ...own], networkInterfaces: others },
    diagnostics: []
  }
}

/** EKS's own group: whoever is in the VPC reaches the endpoint. */
const endpointGroup = (topology: AwsTopology, id: string, vpc: string): AwsTopology["securityGroups"][number] => ({
  id,
  vpc,
  ingress: (topology.vpcs.find((each) => each.id === vpc)?.cidrs ?? []).map((peer) => ({
    protocol: "tcp",
    fromPort: 443,
    toPort: 443,
    peer
  })),
  egress: [{ protocol: "all", fromPort: 0, toPort: 65_535, peer: "0.0.0.0/0" }]
})

/** AWS chooses the address; ours is the highest that nobody has, out of the way of nodes and pods. The last of all is AWS's. */
const highestFree = (topology: AwsTopology, { id, cidr }: AwsTopology["subnets"][number]): string => {
  const prefix = parsePrefix(cidr)
  const taken = new Set(othersIn(topology, id))
  for (let address = (prefix?.last ?? 0) - 1; prefix !== undefined && address > prefix.first; address--)
    if (!taken.has(formatAddress(address))) return formatAddress(address)
  return ""
}

const tooFew = (cluster: Cluster, found: number): Diagnostic =>
  errorOf("D008", `eksCluster ${cluster.name}: a private endpoint stands in subnets of two zones, ${found} found`, {
    place: cluster.place,
    underlined: "endpoint",
    help: 'name them: subnets: ["private-eu-west-1a", "private-eu-west-1b"]'
  })

/**
 * What AKS adds to a network and a cluster that stand together: a Standard Load Balancer for every Service of type LoadBalancer, and
 * the rule that lets clients in to it.
 * Packets keep that address (floating), which kube-proxy knows.
 * Source: kubernetes-sigs/cloud-provider-azure, azure_loadbalancer.go.
 */
import type { LoadBalancerSpec } from "../model/balance/spec.ts"
import { reservedAtEnd } from "../model/cloud/azure/limits.ts"
import type { AzureTopology } from "../model/cloud/azure/topology.ts"
import { hostId } from "../model/cloud/azure/topology-lookup.ts"
import type { ClusterSpec, ServiceSpec } from "../model/kube/spec.ts"
import { formatAddress, parsePrefix } from "../model/net/ip.ts"
import type { Diagnostic } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import { type Cluster, clusterSpecOf } from "./word/cluster.ts"

/** Health probes of Services. Source: cloud-provider-azure, defaults since AKS 1.24: every 5 s, 2 misses. */
const probe = { protocol: "tcp", intervalMs: 5_000, timeoutMs: 5_000, unhealthyThreshold: 2, healthyThreshold: 1 } as const

/** The priority of the first rule that AKS writes. Source: cloud-provider-azure, loadBalancerMinimumPriority. */
const firstPriority = 500

export const joinedAtAzure = (
  topology: AzureTopology,
  cluster: Cluster
): { readonly topology: AzureTopology; readonly spec: ClusterSpec } => {
  const known = new Map(topology.subnets.map(({ id, cidr }) => [id, { id, cidr, isPublic: false, isOwn: true }]))
  const bare = clusterSpecOf(cluster, known)
  const home = topology.subnets.find(({ id }) => id === bare.nodes[0]?.subnet)
  if (home === undefined) return { topology, spec: named(bare, cluster) }
  const server = cluster.endpoint === "private" ? apiServerOf(topology, cluster, home) : undefined
  if (server === undefined) return exposed(withOverlay(topology, bare, home), cluster, bare, home)
  const { address } = server
  const spec = { ...bare, api: { ...bare.api, endpoint: "private" as const, address, addresses: [address] } }
  return exposed(withOverlay(withApiServer(topology, server), spec, home), cluster, spec, home)
}

/** Where nodes of a private cluster reach its API server. */
interface ApiServer {
  readonly subnet: Subnet
  readonly address: string
  readonly isIntegrated: boolean
  /** Its endpoint is in the topology. */
  readonly isThere?: true
}

/** The last address of the subnet that one may use: nodes take theirs from its beginning. */
const apiServerOf = ({ subnets, privateEndpoints }: AzureTopology, { apiServerSubnet }: Cluster, home: Subnet): ApiServer | undefined => {
  const there = privateEndpoints?.find(({ id, subnet }) => id.endsWith(apiServerId) && subnet === home.id)
  if (there !== undefined && apiServerSubnet === undefined)
    return { subnet: home, address: there.address, isIntegrated: false, isThere: true }
  const subnet = apiServerSubnet === undefined ? home : subnets.find(({ id }) => id === apiServerSubnet)
  const range = parsePrefix(subnet?.cidr ?? "")
  return subnet === undefined || range === undefined
    ? undefined
    : { subnet, address: formatAddress(range.last - reservedAtEnd), isIntegrated: apiServerSubnet !== undefined }
}

/** A subnet for the API server that nobody described. */
export const lostApiServer = ({ subnets }: AzureTopology, { apiServerSubnet, place }: Cluster): ReadonlyArray<Diagnostic> => {
  const ids = subnets.map(({ id }) => id)
  return apiServerSubnet === undefined || ids.includes(apiServerSubnet)
    ? []
    : [unknownName("apiServerSubnet", "subnet", apiServerSubnet, ids, place)]
}

const apiServerId = "kube-apiserver"

/** A private endpoint, or a front end in the API server's own subnet. Source: AKS docs, private clusters, API server VNet integration. */
const withApiServer = (topology: AzureTopology, { subnet, address, isIntegrated, isThere }: ApiServer): AzureTopology => {
  if (isThere === true) return topology
  return isIntegrated
    ? {
        ...topology,
        instances: [
          ...topology.instances,
          {
            id: apiServerId,
            subnet: subnet.id,
            address,
            groups: [],
            forwards: false,
            running: true,
            listening: [{ protocol: "tcp", port: 443 }]
          }
        ]
      }
    : {
        ...topology,
        privateEndpoints: [...(topology.privateEndpoints ?? []), { id: apiServerId, subnet: subnet.id, address, service: "AKS API server" }]
      }
}

type Subnet = AzureTopology["subnets"][number]

/** Source: AKS docs, Azure CNI Overlay. */
const withOverlay = (topology: AzureTopology, { podRange }: ClusterSpec, { network }: Subnet): AzureTopology =>
  podRange?.known === "overlay"
    ? {
        ...topology,
        networks: topology.networks.map((each) =>
          each.id === network ? { ...each, overlays: [...(each.overlays ?? []), podRange.cidr] } : each
        )
      }
    : topology

const exposed = (
  topology: AzureTopology,
  cluster: Cluster,
  spec: ClusterSpec,
  home: Subnet
): { readonly topology: AzureTopology; readonly spec: ClusterSpec } => {
  let unsaid = 0
  const services = spec.services.map((service): ServiceSpec => {
    if (service.type !== "LoadBalancer" || service.loadBalancer !== undefined) return service
    const address = cluster.serviceAddresses?.[service.name] ?? `${standIns}${firstStandIn + unsaid++}`
    return { ...service, loadBalancer: balancerOf(service, home, address) }
  })
  const own = ownGroup(topology, spec, home)
  return {
    spec: named({ ...spec, services }, cluster),
    topology: {
      ...topology,
      securityGroups: topology.securityGroups.map((group) =>
        group.id === own ? { ...group, rules: [...group.rules, ...serviceRules(group.rules, services)] } : group
      )
    }
  }
}

/** AKS writes into its own group, which stands on nodes' interfaces, or on their subnet; never into one of the owner's. */
const ownGroup = ({ securityGroups }: AzureTopology, { nodes }: ClusterSpec, home: Subnet): string | undefined =>
  securityGroups.find(({ id }) => nodes[0]?.groups.includes(id))?.id ?? home.securityGroup

/** Azure chooses public addresses of Services; ours stand in for them, from TEST-NET-2 (RFC 5737). */
const standIns = "198.51.100."
const firstStandIn = 100

type Rule = AzureTopology["securityGroups"][number]["rules"][number]

/** One a Service's port, at the first priorities that nobody has. */
const serviceRules = (before: ReadonlyArray<Rule>, services: ReadonlyArray<ServiceSpec>): ReadonlyArray<Rule> => {
  const taken = new Set(before.flatMap(({ priority, direction }) => (direction === "Inbound" ? [priority] : [])))
  let priority = firstPriority - 1
  const next = (): number => {
    do priority++
    while (taken.has(priority))
    return priority
  }
  return services.flatMap(({ name, loadBalancer, ports }) =>
    loadBalancer?.address === undefined || loadBalancer.floating !== true
      ? []
      : ports.map((port) => ({
          id: `${name}-${port.protocol.toUpperCase()}-${port.port}-Internet`,
          priority: next(),
          direction: "Inbound" as const,
          access: "Allow" as const,
          protocol: port.protocol === "udp" ? ("Udp" as const) : ("Tcp" as const),
          sources: ["Internet"],
          sourcePorts: ["*"],
          destinations: [loadBalancer.address ?? ""],
          destinationPorts: [String(port.port)]
        }))
  )
}

/** The API server's name is AKS's own. */
const named = (spec: ClusterSpec, { name }: Cluster): ClusterSpec => ({ ...spec, api: { ...spec.api, name: `${name}.azmk8s.io` } })

const balancerOf = (
  { name }: ServiceSpec,
  { id: subnet, network }: AzureTopology["subnets"][number],
  address: string
): LoadBalancerSpec => ({
  id: `kubernetes-${name}`,
  dnsName: `${name}.cloudapp.azure.example`,
  kind: "passthrough",
  subnets: [subnet],
  groups: [],
  crossZone: true,
  healthCheck: probe,
  checksFrom: hostId(network),
  address,
  floating: true
})

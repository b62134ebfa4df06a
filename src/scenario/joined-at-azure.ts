/**
 * What AKS adds to a network and a cluster that stand together: a Standard Load Balancer for every Service of type LoadBalancer, and
 * the rule that lets clients in to it.
 * Not modelled: floating addresses; the rule that AKS writes for a Service's own address and port stands for the node port here.
 * Source: kubernetes-sigs/cloud-provider-azure, azure_loadbalancer.go.
 */
import type { LoadBalancerSpec } from "../model/balance/spec.ts"
import type { AzureTopology } from "../model/cloud/azure/topology.ts"
import { hostId } from "../model/cloud/azure/topology-lookup.ts"
import type { ClusterSpec, ServiceSpec } from "../model/kube/spec.ts"
import { type Cluster, clusterSpecOf } from "./word/cluster.ts"

/** Health probes of Services. Source: cloud-provider-azure, defaults since AKS 1.24: every 5 s, 2 misses. */
const probe = { protocol: "tcp", intervalMs: 5_000, timeoutMs: 5_000, unhealthyThreshold: 2, healthyThreshold: 1 } as const

/** The priority of the first rule that AKS writes. Source: cloud-provider-azure, loadBalancerMinimumPriority. */
const firstPriority = 500

export const joinedAtAzure = (
  topology: AzureTopology,
  cluster: Cluster
): { readonly topology: AzureTopology; readonly spec: ClusterSpec } => {
  const spec = clusterSpecOf(cluster, new Map(topology.subnets.map(({ id, cidr }) => [id, { id, cidr, isPublic: false, isOwn: true }])))
  const [first] = spec.nodes
  const home = topology.subnets.find(({ id }) => id === first?.subnet)
  if (home === undefined) return { topology, spec: named(spec, cluster) }
  const services = spec.services.map(
    (service): ServiceSpec =>
      service.type === "LoadBalancer" && service.loadBalancer === undefined
        ? { ...service, loadBalancer: balancerOf(service, home, cluster.serviceAddresses?.[service.name]) }
        : service
  )
  const open = services.flatMap(({ name, loadBalancer, ports }) =>
    loadBalancer === undefined ? [] : ports.map((port) => ({ name, port }))
  )
  return {
    spec: named({ ...spec, services }, cluster),
    topology: {
      ...topology,
      securityGroups: topology.securityGroups.map((group) =>
        group.id === home.securityGroup
          ? {
              ...group,
              rules: [
                ...group.rules,
                ...open.map(({ name, port }, index) => ({
                  id: `${name}-${port.protocol.toUpperCase()}-${port.port}-Internet`,
                  priority: firstPriority + index,
                  direction: "Inbound" as const,
                  access: "Allow" as const,
                  protocol: port.protocol === "udp" ? ("Udp" as const) : ("Tcp" as const),
                  sources: ["Internet"],
                  sourcePorts: ["*"],
                  destinations: ["*"],
                  destinationPorts: [String(port.nodePort ?? port.port)]
                }))
              ]
            }
          : group
      )
    }
  }
}

/** The API server's name is AKS's own. */
const named = (spec: ClusterSpec, { name }: Cluster): ClusterSpec => ({ ...spec, api: { ...spec.api, name: `${name}.azmk8s.io` } })

const balancerOf = (
  { name }: ServiceSpec,
  { id: subnet, network }: AzureTopology["subnets"][number],
  address: string | undefined
): LoadBalancerSpec => ({
  id: `kubernetes-${name}`,
  dnsName: `${name}.cloudapp.azure.example`,
  kind: "passthrough",
  subnets: [subnet],
  groups: [],
  crossZone: true,
  healthCheck: probe,
  checksFrom: hostId(network),
  ...(address === undefined ? {} : { address })
})

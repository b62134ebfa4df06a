/**
 * What GKE adds to a network and a cluster that stand together: nodes reach the control plane at the addresses it has in the network;
 * every Service of type LoadBalancer and every Ingress has a balancer, and rules let clients and health checks in.
 * Not modelled: the port of kube-proxy that health checks ask; the Service's own port stands for it, and its node port for the one that
 * packets keep. Source: ingress-gce pkg/firewalls; cloud-provider-gcp gce_loadbalancer_external, gce_loadbalancer_internal.
 */
import type { IngressSpec } from "../model/balance/ingress.ts"
import type { LoadBalancerSpec } from "../model/balance/spec.ts"
import { proberId } from "../model/cloud/gcp/balancer.ts"
import { passthroughProbeRanges, probeRanges } from "../model/cloud/gcp/limits.ts"
import { podRoute } from "../model/cloud/gcp/pod-routes.ts"
import type { GcpTopology } from "../model/cloud/gcp/topology.ts"
import type { ClusterSpec, ServiceSpec } from "../model/kube/spec.ts"
import { formatAddress, parsePrefix } from "../model/net/ip.ts"
import { type Cluster, clusterSpecOf } from "./word/cluster.ts"
import { gkeIngressRule } from "./word/gcp-network.ts"
import { passthroughOf } from "./word/gke-balancer.ts"

/** Machines of the control plane are told by their name. */
const isControlPlane = (cluster: string, id: string): boolean => id.startsWith(`gke-${cluster}-control-plane`)

export const joinedAtGcp = (topology: GcpTopology, cluster: Cluster): { readonly topology: GcpTopology; readonly spec: ClusterSpec } => {
  const subnets = new Map(topology.subnetworks.map(({ id, cidr }) => [id, { id, cidr, isPublic: false, isOwn: true }]))
  const masters = topology.instances.filter(({ id }) => isControlPlane(cluster.name, id))
  const addresses = masters.map(({ address }) => address)
  const api = addresses.length === 0 ? undefined : ({ endpoint: "private", address: addresses[0] ?? "", addresses } as const)
  const bare = clusterSpecOf(cluster, subnets, api)
  const machines = masters.length === 0 ? {} : { machines: masters.map(({ id }) => id) }
  const spec = { ...bare, api: { ...bare.api, ...machines, name: `${cluster.name}.gke` } }
  const home = topology.subnetworks.find(({ id }) => id === spec.nodes[0]?.subnet)
  return home === undefined ? { topology, spec } : exposed(withPodRoutes(topology, spec, home), cluster, spec, home)
}

/** The route controller's, a node, where pods are not in their nodes' alias ranges. Source: GKE docs, routes-based clusters. */
const withPodRoutes = (topology: GcpTopology, { podRange, nodes }: ClusterSpec, { network }: Subnetwork): GcpTopology => {
  const range = parsePrefix(podRange?.cidr ?? "")
  if (podRange === undefined || podRange.known === "aliases" || range === undefined) return topology
  const size = 2 ** (32 - podRange.blockLength)
  const kept = parsePrefix(podRange.kept ?? "")
  let next = range.first - size
  const block = (): string => {
    do next += size
    while (kept !== undefined && next >= kept.first && next <= kept.last)
    return `${formatAddress(next)}/${podRange.blockLength}`
  }
  return { ...topology, routes: [...topology.routes, ...nodes.map((node) => podRoute(network, node, block()))] }
}

type Subnetwork = GcpTopology["subnetworks"][number]

const exposed = (
  topology: GcpTopology,
  cluster: Cluster,
  spec: ClusterSpec,
  home: Subnetwork
): { readonly topology: GcpTopology; readonly spec: ClusterSpec } => {
  const placed = (balancer: LoadBalancerSpec): LoadBalancerSpec =>
    balancer.frontEnd === undefined ? balancer : { ...balancer, subnets: [home.id], checksFrom: proberId(home.network) }
  const services = spec.services.map((service): ServiceSpec => {
    if (service.type !== "LoadBalancer" || service.loadBalancer !== undefined) return service
    const said = cluster.serviceBalancers?.[service.name] ?? {}
    return { ...service, loadBalancer: placed(passthroughOf(service, said, cluster.subsetting === true)) }
  })
  const ingresses = (spec.ingresses ?? []).map((ingress) => ({ ...ingress, loadBalancer: placed(ingress.loadBalancer) }))
  const nodes: Guarded = { cluster: cluster.name, network: home.network, tags: spec.nodes[0]?.groups ?? [] }
  const made = [...serviceRules(nodes, services), ...ingressRules(nodes, services, ingresses)]
  const rules = made.filter(({ id }) => topology.firewallRules.every((rule) => rule.id !== id && !isSameRole(rule.id, id)))
  return {
    spec: { ...spec, services, ...(ingresses.length === 0 ? {} : { ingresses }) },
    topology: { ...topology, firewallRules: [...topology.firewallRules, ...rules] }
  }
}

type Rule = GcpTopology["firewallRules"][number]

/** Nodes that a rule lets something in to. */
interface Guarded {
  readonly cluster: string
  readonly network: string
  readonly tags: ReadonlyArray<string>
}

/** GKE has one rule for all Ingresses of a cluster, called by a hash that is its own. */
const ingressRulePrefix = "k8s-fw-l7-"
const isSameRole = (one: string, other: string): boolean => one.startsWith(ingressRulePrefix) && other.startsWith(ingressRulePrefix)

const letIn = (id: string, { network, tags }: Guarded, sourceRanges: ReadonlyArray<string>, layer4: Rule["layer4"]): Rule => ({
  id,
  network,
  direction: "ingress",
  priority: 1_000,
  action: "allow",
  layer4,
  sourceRanges,
  targetTags: tags
})

/** Clients of each balancer, and its health checks. */
const serviceRules = (nodes: Guarded, services: ReadonlyArray<ServiceSpec>): ReadonlyArray<Rule> =>
  services.flatMap(({ name, loadBalancer, ports }) => {
    if (loadBalancer?.frontEnd === undefined) return []
    const layer4 = ports.map(({ protocol, nodePort, port }) => ({ protocol, ports: [String(nodePort ?? port)] }))
    const checked = ports.map(({ nodePort, port }) => ({ protocol: "tcp" as const, ports: [String(nodePort ?? port)] }))
    return [letIn(`k8s-fw-${name}`, nodes, ["0.0.0.0/0"], layer4), letIn(`k8s-fw-${name}-hc`, nodes, passthroughProbeRanges, checked)]
  })

/** One rule for all Ingresses: node ports, and the ports of pods that they send to. */
const ingressRules = (nodes: Guarded, services: ReadonlyArray<ServiceSpec>, ingresses: ReadonlyArray<IngressSpec>): ReadonlyArray<Rule> => {
  const own = ingresses.filter(({ loadBalancer }) => loadBalancer.frontEnd === "edge")
  if (own.length === 0) return []
  const backends = own.flatMap(({ namespace, rules }) =>
    rules.flatMap(({ action }) => (action._tag === "Forward" ? action.to.map(({ service }) => `${namespace}/${service}`) : []))
  )
  const ports = services
    .filter(({ namespace, name }) => backends.includes(`${namespace}/${name}`))
    .flatMap((service) => service.ports.map(({ targetPort }) => String(targetPort)))
  const layer4 = [{ protocol: "tcp" as const, ports: [nodePorts, ...new Set(ports)] }]
  return [letIn(gkeIngressRule(nodes.cluster), nodes, probeRanges, layer4)]
}

/** Source: kube-apiserver --service-node-port-range. */
const nodePorts = "30000-32767"

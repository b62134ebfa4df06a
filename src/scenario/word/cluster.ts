/**
 * A cluster at EKS: its version, API endpoint, node groups, and what runs in it. Nodes are named by their owner or, when only their
 * number is given, placed over the subnets in turn and named as AWS does, by their address.
 */
import { Schema } from "effect"
import { instanceTermsOf } from "../../model/cloud/aws/limits.ts"
import type { ClusterSpec, NodeGroupSpec, NodeSpec, PodHolding } from "../../model/kube/spec.ts"
import { formatAddress, parseAddress, parsePrefix } from "../../model/net/ip.ts"
import { clusterGroup } from "../cluster-group.ts"
import { dnsAddress, dnsService, exposedOf, type SubnetKnown } from "../exposed.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { readOptions } from "../read.ts"
import { balancerGroup } from "./balancer.ts"
import { nodeGroupGroup, sharedNodeGroup } from "./network.ts"
import { type NamedNode, type NodeGroup, noAddress } from "./node-group.ts"
import { type Described, daemonSet, deployment, service } from "./workload.ts"

const ClusterOptions = Schema.Struct({
  name: Schema.NonEmptyString,
  version: Schema.NonEmptyString,
  serviceCidr: Schema.optionalKey(Schema.String),
  /** How nodes reach the API server: by its public address, or inside the VPC; public alone when absent. */
  endpoint: Schema.optionalKey(Schema.Literals(["public", "private", "both"])),
  /** Where the control plane has its interfaces. */
  subnets: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  /** Custom networking: the subnet of pods' interfaces, by zone. */
  podSubnets: Schema.optionalKey(Schema.Record(Schema.String, Schema.NonEmptyString))
})

/** A cluster with the places of its parts. Grows by `with`; the one before stays as it was. */
export interface Cluster {
  readonly name: string
  readonly version: string
  readonly serviceCidr: string
  readonly endpoint?: "public" | "private" | "both"
  readonly subnets?: ReadonlyArray<string>
  /** Where its API server alone stands. */
  readonly apiServerSubnet?: string
  readonly podSubnets?: Readonly<Record<string, string>>
  /** Nodes have a block of pod addresses each, of this range. */
  readonly podRange?: NonNullable<ClusterSpec["podRange"]>
  /** How nodes take addresses for their pods, where their group does not say. */
  readonly podHolding?: PodHolding
  /** Pods of a node, where its group does not say. */
  readonly maxPods?: number
  /** Public addresses of Services' balancers that are known, by the Service's name. */
  readonly serviceAddresses?: Readonly<Record<string, string>>
  /** The same, and whether they are reached inside the network alone; with subsets of the nodes behind those, or all. */
  readonly serviceBalancers?: Readonly<Record<string, { readonly address?: string; readonly internal?: boolean }>>
  readonly subsetting?: boolean
  /** False: nothing in it enforces NetworkPolicies. */
  readonly enforcesPolicies?: boolean
  /** Interfaces of its control plane that are known, with their security groups; chosen otherwise. */
  readonly controlPlane?: {
    readonly interfaces: ReadonlyArray<{ readonly id: string; readonly subnet: string; readonly address: string }>
    readonly groups: ReadonlyArray<string>
  }
  readonly nodeGroups: ReadonlyArray<NodeGroup>
  readonly described: ReadonlyArray<Described>
  readonly place: Place | undefined
  /** Adds node groups, Fargate profiles, workloads, Services and volumes. */
  readonly with: (...parts: ReadonlyArray<NodeGroup | Described | ReadonlyArray<Described>>) => Cluster
}

/** What EKS takes for Services when the VPC is outside 10.0.0.0/8. Source: EKS user guide, service IPv4 range. */
const usualServiceCidr = "10.100.0.0/16"

/** A cluster whose API endpoint is public. */
export const eksCluster = (options: typeof ClusterOptions.Type): Cluster => {
  const place = placeOfCall(eksCluster)
  const { serviceCidr, ...rest } = readOptions(ClusterOptions, options, "eksCluster", place)
  return clusterOf({ ...rest, serviceCidr: serviceCidr ?? usualServiceCidr, nodeGroups: [], described: [], place })
}

/** A cluster that was read from somewhere, without anything in it. */
export const readCluster = (read: Omit<Cluster, "with" | "nodeGroups" | "described" | "serviceCidr"> & { readonly serviceCidr?: string }) =>
  clusterOf({ serviceCidr: usualServiceCidr, ...read, nodeGroups: [], described: [] })

/** A cluster of one's own, or of no cloud: its API server stands in the same network. */
export const plainCluster = (options: typeof ClusterOptions.Type): Cluster => {
  const place = placeOfCall(plainCluster)
  const { name, version, serviceCidr } = readOptions(ClusterOptions, options, "plainCluster", place)
  return clusterOf({ name, version, serviceCidr: serviceCidr ?? usualServiceCidr, nodeGroups: [], described: [], place })
}

const isGroup = (part: NodeGroup | Described): part is NodeGroup => "options" in part

const clusterOf = (parts: Omit<Cluster, "with">): Cluster => ({
  ...parts,
  with: (...more) => {
    const all = more.flat() as ReadonlyArray<NodeGroup | Described>
    return clusterOf({
      ...parts,
      nodeGroups: [...parts.nodeGroups, ...all.filter(isGroup)],
      described: [...parts.described, ...all.filter((part): part is Described => !isGroup(part))]
    })
  }
})

const { name: dnsName, namespace: systemNamespace } = dnsService
const dnsLabels = { "k8s-app": dnsName }

const AddonOptions = Schema.Struct({
  serviceCidr: Schema.optionalKey(Schema.String),
  coredns: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.NonEmptyString, node: Schema.optionalKey(Schema.NonEmptyString) })))
})

/**
 * What EKS puts into every cluster: aws-node and kube-proxy on each node, two of CoreDNS behind `kube-dns`. Requests as in their
 * manifests. Source: amazon-vpc-cni-k8s config/master, kubernetes cluster/addons, EKS CoreDNS manifest.
 */
export const eksAddons = (options: typeof AddonOptions.Type = {}): ReadonlyArray<Described> => {
  const agents = [
    ["aws-node", 25],
    ["kube-proxy", 100]
  ] as const
  const place = placeOfCall(eksAddons)
  return clusterAddons(place, agents, readOptions(AddonOptions, options, "eksAddons", place))
}

/** Agents on every node, with their requests, and two of CoreDNS behind `kube-dns`. */
export const clusterAddons = (
  place: Place | undefined,
  agents: ReadonlyArray<readonly [name: string, milliCpu: number]>,
  { coredns, serviceCidr }: typeof AddonOptions.Type
): ReadonlyArray<Described> => {
  const agent = ([name, milliCpu]: readonly [string, number]): Described =>
    daemonSet(name, {
      namespace: systemNamespace,
      labels: { "k8s-app": name },
      requests: { milliCpu, memoryMiB: 0 },
      hostNetwork: true
    })
  const parts = [
    ...agents.map(agent),
    deployment("coredns", {
      namespace: systemNamespace,
      replicas: 2,
      labels: dnsLabels,
      requests: { milliCpu: 100, memoryMiB: 70 },
      serves: [{ port: 53, protocol: "udp" }, { port: 53 }],
      ...(coredns === undefined ? {} : { pods: coredns })
    }),
    service(dnsName, {
      namespace: systemNamespace,
      clusterIp: serviceCidr === undefined ? "" : dnsAddress(serviceCidr),
      selector: dnsLabels,
      ports: [{ port: 53, protocol: "udp" }]
    })
  ]
  return parts.map((part) => ({ ...part, place }))
}

/** The EKS endpoint's public addresses are AWS's; one of TEST-NET-3 (RFC 5737) stands in for them. */
const apiHost = 250
const apiAddress = `203.0.113.${apiHost}`
/** So do the rest of TEST-NET-3 for nodes in public subnets whose public address is not said. */
const nodeAddresses = "203.0.113."
const firstNodeAddress = 10

/** As many as TEST-NET-3 has room for beside the API's address; further ones in the second half of the benchmarking range (RFC 2544). */
const standInAddress = (index: number): string =>
  firstNodeAddress + index < apiHost ? `${nodeAddresses}${firstNodeAddress + index}` : `198.19.${Math.floor(index / 256)}.${index % 256}`

/** How far into its subnet the first node that only has a number stands: past what the cloud keeps, clear of pinned pods. */
const firstHost = 10

const nodesOf = (
  cluster: Cluster,
  group: NodeGroup,
  subnets: ReadonlyMap<string, SubnetKnown>,
  before: ReadonlyArray<NodeSpec>
): ReadonlyArray<NodeSpec> => {
  const { options } = group
  const groups = options.groups ?? [nodeGroupGroup(cluster.name, group.name), sharedNodeGroup(cluster.name)]
  return givenNodes(group, subnets, before).map((node, index) => {
    const isPublic = subnets.get(node.subnet)?.isPublic === true
    const standIn = isPublic ? standInAddress(before.length + index) : undefined
    const publicAddress = node.publicAddress === noAddress ? undefined : (node.publicAddress ?? standIn)
    return {
      name: node.name,
      nodeGroup: group.name,
      subnet: node.subnet,
      ...(node.zone === undefined ? {} : { zone: node.zone }),
      ...(node.isLate === undefined ? {} : { isLate: node.isLate }),
      ...(options.autoRepair === true ? { repaired: true } : {}),
      instanceType: options.instanceType,
      address: node.address ?? addressOfName(node.name) ?? "",
      ...(publicAddress === undefined ? {} : { publicAddress }),
      groups,
      maxPods: options.maxPods ?? cluster.maxPods ?? instanceTermsOf(options.instanceType)?.maxPods ?? 0,
      labels: options.labels ?? {}
    }
  })
}

/** Machines stand in the subnet of their zone, one address after another. */
const machineNodes = (
  group: NodeGroup,
  subnets: ReadonlyMap<string, SubnetKnown>,
  before: ReadonlyArray<NodeSpec>
): ReadonlyArray<NodeSpec> => {
  const used = new Map<string, number>()
  for (const { subnet } of before) used.set(subnet, (used.get(subnet) ?? 0) + 1)
  return (group.machines ?? []).map(({ zone, name, leasePhaseMs, podSyncPhaseMs, isLate, labels, taints }) => {
    const index = used.get(zone) ?? 0
    used.set(zone, index + 1)
    return {
      name,
      nodeGroup: group.name,
      subnet: zone,
      instanceType: group.options.instanceType,
      address: formatAddress((parsePrefix(subnets.get(zone)?.cidr ?? "")?.first ?? 0) + firstHost + index),
      groups: [],
      maxPods: group.options.maxPods ?? 0,
      labels: { ...group.options.labels, ...labels },
      ...(taints === undefined ? {} : { taints }),
      ...(isLate === undefined ? {} : { isLate }),
      ...(leasePhaseMs === undefined ? {} : { leasePhaseMs }),
      ...(podSyncPhaseMs === undefined ? {} : { podSyncPhaseMs })
    }
  })
}

/** Nodes as they were named, or counted over the subnets in turn, after those that stand there already. */
const givenNodes = (
  { options }: NodeGroup,
  subnets: ReadonlyMap<string, SubnetKnown>,
  before: ReadonlyArray<NodeSpec>
): ReadonlyArray<typeof NamedNode.Type> => {
  if (typeof options.nodes !== "number") return options.nodes
  const over = options.subnets ?? []
  return Array.from({ length: options.nodes }, (_, index) => {
    const subnet = over[index % over.length] as string
    const zone = options.zones?.[index % options.zones.length]
    const first = parsePrefix(subnets.get(subnet)?.cidr ?? "")?.first ?? 0
    const standing = before.filter((node) => node.subnet === subnet).length
    const address = formatAddress(first + firstHost + standing + Math.floor(index / over.length))
    return { name: `ip-${address.replaceAll(".", "-")}`, subnet, address, ...(zone === undefined ? {} : { zone }) }
  })
}

/** `192.168.0.94` of `ip-192-168-0-94`. */
const addressOfName = (name: string): string | undefined => {
  const found = /^ip-(\d+)-(\d+)-(\d+)-(\d+)/.exec(name)?.slice(1, 5).join(".")
  return found === undefined || parseAddress(found) === undefined ? undefined : found
}

/** What the cloud may do with a group, when that was said. */
const groupSpecOf = (
  cluster: Cluster,
  { name, options }: NodeGroup,
  nodes: ReadonlyArray<NodeSpec>,
  known: ReadonlyMap<string, SubnetKnown>
): ReadonlyArray<NodeGroupSpec> => {
  const { scaling } = options
  if (scaling === undefined) return []
  const own = nodes.filter(({ nodeGroup: group }) => group === name)
  const subnets = options.subnets ?? [...new Set(own.map(({ subnet }) => subnet))]
  return [
    {
      name,
      subnets,
      publicSubnets: subnets.filter((subnet) => known.get(subnet)?.isPublic),
      ...(options.zones === undefined ? {} : { zones: options.zones }),
      instanceType: options.instanceType,
      groups: own[0]?.groups ?? options.groups ?? [nodeGroupGroup(cluster.name, name), sharedNodeGroup(cluster.name)],
      maxPods: options.maxPods ?? cluster.maxPods ?? instanceTermsOf(options.instanceType)?.maxPods ?? 0,
      labels: options.labels ?? {},
      min: scaling.min,
      max: scaling.max,
      replacesImpaired: scaling.replacesImpaired ?? false,
      rebalances: scaling.rebalances ?? false,
      ...(options.autoRepair === true ? { repairs: true } : {}),
      ...(options.isScaleSet === true ? { isScaleSet: true } : {}),
      autoscaled: scaling.autoscaled ?? false,
      ...(scaling.karpenter === undefined ? {} : { karpenter: scaling.karpenter })
    }
  ]
}

const podRangeOf = (
  range: NonNullable<ClusterSpec["podRange"]>,
  groups: ReadonlyArray<NodeGroup>
): NonNullable<ClusterSpec["podRange"]> => {
  const own = groups.flatMap(({ name, options }) => (options.podCidr === undefined ? [] : [[name, options.podCidr] as const]))
  return own.length === 0 ? range : { ...range, groups: Object.fromEntries(own) }
}

const podHoldingsOf = ({ nodeGroups, podHolding }: Cluster): Pick<ClusterSpec, "podHoldings"> => {
  const holdings = nodeGroups.flatMap(({ name, options }) => {
    const holding = options.podHolding ?? podHolding
    return holding === undefined ? [] : [[name, holding] as const]
  })
  return holdings.length === 0 ? {} : { podHoldings: Object.fromEntries(holdings) }
}

/** The cluster as plain data, its nodes placed in these subnets. */
export const clusterSpecOf = (
  cluster: Cluster,
  subnets: ReadonlyMap<string, SubnetKnown>,
  api: Pick<ClusterSpec["api"], "endpoint" | "address" | "addresses"> = { endpoint: "public", address: apiAddress }
): ClusterSpec => {
  const nodes: Array<NodeSpec> = []
  for (const group of cluster.nodeGroups)
    nodes.push(...(group.machines === undefined ? nodesOf(cluster, group, subnets, [...nodes]) : machineNodes(group, subnets, nodes)))
  const budgets = cluster.described.flatMap((part) => (part._tag === "Budget" ? [part.spec] : []))
  const podAutoscalers = cluster.described.flatMap((part) => (part._tag === "PodAutoscaler" ? [part.spec] : []))
  const { services, ingresses, unmodelled: unplaced } = exposedOf(cluster.described, cluster.serviceCidr, [...subnets.values()])
  const policies = cluster.described.flatMap((part) => (part._tag === "Policy" ? [part.spec] : []))
  const unmodelled = [...cluster.described.flatMap((part) => (part._tag === "Unmodelled" ? [part.spec] : [])), ...unplaced]
  const fargateProfiles = cluster.described.flatMap((part) =>
    part._tag === "FargateProfile" ? [part.spec.groups.length > 0 ? part.spec : { ...part.spec, groups: [clusterGroup(cluster.name)] }] : []
  )
  const nodeGroups = cluster.nodeGroups.flatMap((group) => groupSpecOf(cluster, group, nodes, subnets))
  return {
    id: cluster.name,
    version: cluster.version,
    serviceCidr: cluster.serviceCidr,
    api: { ...api, name: api.endpoint === "inside" ? `${cluster.name}.api` : `${cluster.name}.eks`, port: 443 },
    dnsService: `${systemNamespace}/${dnsName}`,
    nodes,
    workloads: cluster.described.flatMap((part) => (part._tag === "Workload" ? [part.spec] : [])),
    services,
    volumes: cluster.described.flatMap((part) => (part._tag === "Volume" ? [part.spec] : [])),
    ...(budgets.length === 0 ? {} : { budgets }),
    ...(podAutoscalers.length === 0 ? {} : { podAutoscalers }),
    ...(nodeGroups.length === 0 ? {} : { nodeGroups }),
    ...(ingresses.length === 0 ? {} : { ingresses }),
    ...(fargateProfiles.length === 0 ? {} : { fargateProfiles }),
    ...(policies.length === 0 ? {} : { policies }),
    ...(policies.length === 0 || cluster.enforcesPolicies === undefined ? {} : { enforcesPolicies: cluster.enforcesPolicies }),
    ...(cluster.subnets === undefined ? {} : { controlPlaneSubnets: cluster.subnets }),
    ...(cluster.podSubnets === undefined ? {} : { podSubnets: cluster.podSubnets }),
    ...(cluster.podRange === undefined ? {} : { podRange: podRangeOf(cluster.podRange, cluster.nodeGroups) }),
    ...podHoldingsOf(cluster),
    ...(unmodelled.length === 0 ? {} : { unmodelled })
  }
}

/** Balancers whose security group the in-tree controller makes: those that were not given groups of their own. */
export const ownGroupBalancers = (spec: ClusterSpec): ReadonlyArray<{ readonly group: string; readonly ports: ReadonlyArray<number> }> =>
  [
    ...spec.services.map(({ loadBalancer, ports }) => ({ loadBalancer, ports: ports.map(({ port }) => port) })),
    ...(spec.ingresses ?? [])
  ].flatMap(({ loadBalancer, ports }) =>
    loadBalancer !== undefined && loadBalancer.groups.join() === balancerGroup(loadBalancer.id)
      ? [{ group: balancerGroup(loadBalancer.id), ports }]
      : []
  )

/**
 * An AKS cluster of a subscription's answers: where its pods have their addresses, where its API server stands, its node pools and the
 * nodes that run. Refused: VM sizes that are not known, clusters that bring their own network plugin. Left out: taints. Filled in: nodes of which no answer says more than their number, their zones, blocks of pods' addresses.
 * Source: Azure REST API, Microsoft.ContainerService managedClusters; kubernetes-sigs/cloud-provider-azure (names of nodes' routes).
 */
import { Schema } from "effect"
import { podBlockLength } from "../../../model/cloud/azure/aks-addresses.ts"
import { machineSizes } from "../../../model/cloud/azure/machines.ts"
import { OutboundType } from "../../../model/cloud/azure/outbound-type.ts"
import { nodeMark } from "../../../model/cloud/azure/pod-routes.ts"
import type { AzureTopology } from "../../../model/cloud/azure/topology.ts"
import { formatAddress, parsePrefix } from "../../../model/net/ip.ts"
import { compareText } from "../../../model/value/text.ts"
import { meant } from "../../near.ts"
import type { Place } from "../../plan.ts"
import { aksAddons, podAddressing, poolNodesMax, usualPodCidr, usualServiceCidr } from "../../word/aks.ts"
import { aksPool } from "../../word/azure-network.ts"
import { type Cluster, readCluster } from "../../word/cluster.ts"
import type { NamedNode, NodeGroup } from "../../word/node-group.ts"
import type { Described } from "../../word/workload.ts"
import { type AzureGround, groupIn, idOf, nameIn, partIn, sameId, subnetBehind, subnetNamed } from "./ground.ts"
import { homeSubnetIds, poolId, primaryOf } from "./hosts.ts"
import type { AzureEntry } from "./kinds.ts"

type Given = AzureEntry<"clusters">
type GivenPool = NonNullable<Given["agentPoolProfiles"]>[number]

const isKubenet = ({ networkProfile }: Given): boolean => (networkProfile.networkPlugin ?? "kubenet") === "kubenet"

const isIn = ({ nodeResourceGroup }: Given, id: string): boolean =>
  nodeResourceGroup !== undefined && sameId(nodeResourceGroup, groupIn(id))

interface KnownNode {
  readonly name: string
  readonly pool: string
  readonly address: string
}

/** Machines of a scale set are numbered by 36. Source: Azure docs, names of scale set instances. */
const instanceName = (scaleSet: string, index: string): string => `${scaleSet}${Number(index).toString(36).padStart(6, "0")}`

/** `agentpool` of `aks-agentpool-12345678-vmss`. */
const poolOf = (name: string): string => /^aks-([a-z0-9]+)-/.exec(name)?.[1] ?? ""

/** By their interfaces, or, under kubenet, by their routes; in the order of pools and names. */
const nodesOf = (ground: AzureGround, given: Given): ReadonlyArray<KnownNode> => {
  const byNics = ground.dump.all("vmssNics").flatMap((nic): ReadonlyArray<KnownNode> => {
    const machine = nic.virtualMachine?.id ?? ""
    const scaleSet = partIn(machine, "virtualMachineScaleSets")
    const address = primaryOf(nic)?.privateIPAddress
    return !isIn(given, machine) || address === undefined || nic.primary === false
      ? []
      : [{ name: instanceName(scaleSet, nameIn(machine)), pool: poolOf(scaleSet), address }]
  })
  const byRoutes = ground.dump.all("routeTables").flatMap(({ id, routes }) =>
    isIn(given, id)
      ? (routes ?? []).flatMap(({ name, nextHopIpAddress }): ReadonlyArray<KnownNode> => {
          const [node = "", block] = name.split(nodeMark)
          return block === undefined || nextHopIpAddress === undefined
            ? []
            : [{ name: node, pool: poolOf(node), address: nextHopIpAddress }]
        })
      : []
  )
  const pools = (given.agentPoolProfiles ?? []).map(({ name }) => name)
  return [...(byNics.length > 0 ? byNics : byRoutes)]
    .filter(({ pool }) => pools.includes(pool))
    .sort((one, other) => pools.indexOf(one.pool) - pools.indexOf(other.pool) || compareText(one.name, other.name))
}

/** Blocks of pods' addresses are dealt in the order of nodes here, and a kubenet cluster's routes say so. */
export const withPodRoutes = (ground: AzureGround, topology: AzureTopology): AzureTopology =>
  ground.dump.all("clusters").reduce((before, given) => {
    const range = parsePrefix(given.networkProfile.podCidr ?? usualPodCidr)
    if (!isKubenet(given) || range === undefined) return before
    const blocks = new Map(nodesOf(ground, given).map(({ name }, index) => [name, blockAt(range.first, index)]))
    const tables = ground.dump.all("routeTables").filter(({ id }) => isIn(given, id))
    const ids = tables.map((table) => idOf(ground, "routeTables", table))
    return {
      ...before,
      routeTables: before.routeTables.map((table) =>
        ids.includes(table.id)
          ? {
              ...table,
              routes: table.routes.map((route) => {
                const [node = ""] = route.id.split(nodeMark)
                const destination = blocks.get(node) ?? route.destination
                if (destination !== route.destination)
                  ground.findings.filledIn(
                    ground.dump.fileOf("routeTables"),
                    "blocks of pods' addresses, dealt anew in the order of nodes",
                    node
                  )
                return { ...route, destination }
              })
            }
          : table
      )
    }
  }, topology)

const blockAt = (first: number, index: number): string => `${formatAddress(first + index * 2 ** (32 - podBlockLength))}/${podBlockLength}`

/** The cluster with what AKS puts into every one. `place`: where it is asked for. Its warnings are told with it. */
export const aksClusterFrom = (ground: AzureGround, given: Given, place: Place | undefined): Cluster => {
  const { dump, findings } = ground
  const { path } = dump.placeOf(given)
  const { networkPlugin, networkPluginMode, podCidr, serviceCidr } = given.networkProfile
  const plugin = networkPlugin ?? "kubenet"
  if (plugin !== "kubenet" && plugin !== "azure")
    findings.mistake(`${path}: ${given.name} has network plugin "${plugin}", which is not modelled`, {
      place: dump.placeOf(given),
      underlined: plugin,
      notes: ["known are kubenet and azure"]
    })
  const isOverlay = networkPluginMode === "overlay"
  const pods = podAddressing({
    networkPlugin: plugin === "azure" ? "azure" : "kubenet",
    ...(isOverlay ? { networkPluginMode: "overlay" as const } : {}),
    ...(podCidr === undefined || (plugin === "azure" && !isOverlay) ? {} : { podCidr })
  })
  const server = given.apiServerAccessProfile
  const isPrivate = server?.enablePrivateCluster === true || server?.enableVnetIntegration === true
  const apiServerSubnet =
    server?.subnetId === undefined ? undefined : subnetNamed(ground, server.subnetId, { entry: given, what: "the API server" })
  const cluster = readCluster({
    name: given.name,
    version: (given.currentKubernetesVersion ?? given.kubernetesVersion ?? "1.31").split(".").slice(0, 2).join("."),
    serviceCidr: serviceCidr ?? usualServiceCidr,
    ...pods,
    ...(isPrivate ? { endpoint: "private" as const } : {}),
    ...(apiServerSubnet === undefined ? {} : { apiServerSubnet }),
    place
  })
  const nodes = nodesOf(ground, given)
  const pools = (given.agentPoolProfiles ?? []).map((pool) => poolFrom(ground, given, pool, nodes))
  const told = findings.told({ what: `cluster "${given.name}"`, place, underlined: "cluster" })
  const notes = told.map((spec): Described => ({ _tag: "Note", spec, place }))
  return cluster.with(...pools, aksAddons(), notes)
}

const poolFrom = (ground: AzureGround, cluster: Given, pool: GivenPool, nodes: ReadonlyArray<KnownNode>): NodeGroup => {
  const { dump, findings } = ground
  const place = dump.placeOf(cluster)
  const by = { entry: cluster, what: `node pool ${pool.name}` }
  if (!machineSizes.has(pool.vmSize))
    findings.mistake(`${place.path}: node pool ${pool.name} has VM size "${pool.vmSize}", which is not known`, {
      place,
      underlined: pool.vmSize,
      notes: [meant(pool.vmSize, [...machineSizes.keys()]) ?? "known are common general-purpose sizes"]
    })
  if ((pool.nodeTaints ?? []).length > 0) findings.leftOut(place.path, "taints of node pools", pool.name)
  const subnetId = pool.vnetSubnetId ?? pool.vnetSubnetID ?? homeSubnetIds(ground, cluster)[0]
  const subnet = subnetId === undefined ? undefined : subnetNamed(ground, subnetId, by)
  if (subnetId === undefined)
    findings.mistake(`${place.path}: node pool ${pool.name} is in a network that AKS made, which is not in ${dump.fileOf("vnets")}`, {
      place,
      underlined: pool.name,
      help: `write it again, ${cluster.nodeResourceGroup ?? "the node resource group"} included: ${dump.commandFor("vnets")}`
    })
  const podSubnetId = pool.podSubnetId ?? pool.podSubnetID
  const podSubnet = podSubnetId === undefined ? undefined : subnetNamed(ground, podSubnetId, by)
  const zones = pool.availabilityZones ?? []
  return {
    name: pool.name,
    place,
    options: {
      instanceType: pool.vmSize,
      nodes: placedNodes(ground, pool, { subnet: subnet ?? "", zones, nodes: nodes.filter((node) => node.pool === pool.name), place }),
      ...(subnet === undefined ? {} : { subnets: [subnet] }),
      ...(zones.length === 0 ? {} : { zones }),
      ...(pool.maxPods === undefined ? {} : { maxPods: pool.maxPods }),
      groups: groupsOf(ground, cluster, subnetId),
      labels: pool.nodeLabels ?? {},
      autoRepair: true,
      ...(podSubnet === undefined
        ? {}
        : { podHolding: { by: isStatic(pool) ? ("blocks" as const) : ("batches" as const), subnet: podSubnet } }),
      ...scalingOf(pool)
    }
  }
}

const isStatic = ({ podIpAllocationMode, podIPAllocationMode }: GivenPool): boolean =>
  (podIpAllocationMode ?? podIPAllocationMode) === "StaticBlock"

interface Placed {
  readonly subnet: string
  readonly zones: ReadonlyArray<string>
  readonly nodes: ReadonlyArray<KnownNode>
  readonly place: Place
}

/** Known ones, or their number, over the pool's zones in turn. */
const placedNodes = (
  { findings }: AzureGround,
  { name, count }: GivenPool,
  { subnet, zones, nodes, place }: Placed
): ReadonlyArray<typeof NamedNode.Type> | number => {
  if (zones.length > 0) findings.filledIn(place.path, "zones of nodes, in turn", name)
  if (nodes.length > 0)
    return nodes.map((node, index) => {
      const zone = zones[index % Math.max(1, zones.length)]
      return { name: node.name, address: node.address, subnet, ...(zone === undefined ? {} : { zone }) }
    })
  if ((count ?? 0) === 0) return []
  findings.filledIn(place.path, "addresses of nodes of which no answer has more than the number", name)
  return count ?? 0
}

/** Backend pools of the cluster's way out, and AKS's own security group, which is on nodes' interfaces where it is not on their subnet. */
const groupsOf = (ground: AzureGround, cluster: Given, subnetId: string | undefined): ReadonlyArray<string> => {
  const { dump } = ground
  const pools = dump
    .all("loadBalancers")
    .flatMap(({ id, outboundRules }) =>
      isIn(cluster, id) ? (outboundRules ?? []).map(({ backendAddressPool }) => poolId(backendAddressPool.id)) : []
    )
  const onSubnet = subnetId === undefined ? undefined : subnetBehind(ground, subnetId)?.given.networkSecurityGroup?.id
  const own = dump.all("nsgs").filter(({ id }) => isIn(cluster, id) && (onSubnet === undefined || !sameId(id, onSubnet)))
  return [...new Set([...pools, ...own.map((group) => idOf(ground, "nsgs", group))])]
}

const scalingOf = (pool: GivenPool): Pick<NodeGroup["options"], "scaling" | "isScaleSet"> => ({
  isScaleSet: true,
  scaling:
    pool.enableAutoScaling === true
      ? { min: pool.minCount ?? 0, max: pool.maxCount ?? poolNodesMax, autoscaled: true }
      : { min: 0, max: poolNodesMax }
})

/** How each cluster leaves, where its balancer and its subnet are in the answers. */
export const egressIn = (ground: AzureGround): NonNullable<AzureTopology["clusters"]> =>
  ground.dump.all("clusters").flatMap((given) => {
    const [home] = homeSubnetIds(ground, given)
    const subnet = home === undefined ? undefined : subnetBehind(ground, home)?.id
    const balancer = ground.dump.all("loadBalancers").find(({ id }) => isIn(given, id))
    const pool = balancer?.backendAddressPools?.find(({ name }) => name === aksPool) ?? balancer?.backendAddressPools?.[0]
    const outboundType = Schema.decodeUnknownOption(OutboundType)(given.networkProfile.outboundType ?? "loadBalancer")
    return subnet === undefined || balancer === undefined || pool === undefined || outboundType._tag === "None"
      ? []
      : [
          {
            id: given.name,
            subnet,
            balancer: idOf(ground, "loadBalancers", balancer),
            pool: poolId(pool.id),
            outboundType: outboundType.value
          }
        ]
  })

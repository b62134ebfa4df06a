/**
 * A GKE cluster of an account's answers: its control plane as machines in its own range, its node pools, and the nodes that run. Refused:
 * Autopilot, machine types that are not known. Left out: taints. Filled in: what no answer says of nodes.
 * Source: Kubernetes Engine API v1.
 */
import { maxPodsDefault, nodePodPrefix } from "../../../model/cloud/gcp/gke-addresses.ts"
import { machineTypes } from "../../../model/cloud/gcp/machines.ts"
import type { GcpTopology } from "../../../model/cloud/gcp/topology.ts"
import { meant } from "../../near.ts"
import type { Place } from "../../plan.ts"
import { type Cluster, readCluster } from "../../word/cluster.ts"
import { controlPlaneOf } from "../../word/gcp-network.ts"
import { gkeAddons, keptOf } from "../../word/gke.ts"
import type { NodeGroup } from "../../word/node-group.ts"
import type { Described } from "../../word/workload.ts"
import type { GcpKinds } from "./kinds.ts"
import { clusterOfNode, type GcpGround, isThere, nameIn, poolOfNode, subnetworkBehind } from "./network.ts"

type Given = GcpKinds["clusters"]["shape"]["Type"]
type GivenPool = NonNullable<Given["nodePools"]>[number]

/** The topology with the control planes of private clusters in it. */
export const withControlPlanes = (ground: GcpGround, topology: GcpTopology): GcpTopology =>
  ground.dump.all("clusters").reduce((before, given) => {
    const cidr = given.privateClusterConfig?.masterIpv4CidrBlock
    const home = before.subnetworks.find(({ id, network }) => id === homeOf(ground, given) && network === nameIn(given.network))
    if (cidr === undefined || home === undefined) return before
    const { path } = ground.dump.placeOf(given)
    const zones = isZonal(given) ? [given.location ?? ""] : (given.locations ?? [])
    const made = controlPlaneOf({ name: given.name, network: home.network, region: home.region, cidr, zones, nodeCidr: home.cidr })
    if (made === undefined) return before
    ground.findings.filledIn(path, `machines of the control plane, one in each of ${zones.join(", ")}`, given.name)
    return {
      ...before,
      zones: [...new Set([...before.zones, ...zones])].sort(),
      subnetworks: [...before.subnetworks, made.subnetwork],
      instances: [...before.instances, ...made.machines],
      firewallRules: [...before.firewallRules, made.rule]
    }
  }, topology)

/** `europe-west1-b` is a zone, `europe-west1` a region. */
const isZonal = ({ location = "" }: Given): boolean => /-[a-z]$/.test(location)

/** Of the region that the cluster is in. */
const homeOf = (ground: GcpGround, { subnetwork, location = "" }: Given): string =>
  subnetworkBehind(ground, `regions/${location.replace(/-[a-z]$/, "")}/${nameIn(subnetwork)}`)

/** The cluster with what GKE puts into every one. `place`: where it is asked for. Its warnings are told with it. */
export const gkeClusterFrom = (ground: GcpGround, given: Given, place: Place | undefined): Cluster => {
  const { dump, findings } = ground
  const { path } = dump.placeOf(given)
  const { name, ipAllocationPolicy } = given
  const refuse = (headline: string, help: string): void =>
    findings.mistake(`${path}: ${headline}`, { place: dump.placeOf(given), underlined: name, help })
  isThere(ground, given, `cluster ${name}`, "subnetworks", given.subnetwork)
  const podCidr = ipAllocationPolicy?.clusterIpv4CidrBlock ?? given.clusterIpv4Cidr
  const serviceCidr = ipAllocationPolicy?.servicesIpv4CidrBlock ?? given.servicesIpv4Cidr
  if (podCidr === undefined || serviceCidr === undefined) refuse(`${name} does not say its ranges of pods and Services`, "write it again")
  const maxPods = Number(given.defaultMaxPodsConstraint?.maxPodsPerNode ?? maxPodsDefault)
  const pools = (given.nodePools ?? []).map((pool) => poolFrom(ground, given, pool))
  const cluster = readCluster({
    name,
    version: versionOf(given),
    serviceCidr: serviceCidr ?? "",
    podRange: {
      cidr: podCidr ?? "",
      blockLength: nodePodPrefix(maxPods),
      ...(isRouted(given) ? keptOf(podCidr ?? "", serviceCidr ?? "") : { known: "aliases" as const })
    },
    enforcesPolicies: given.networkConfig?.datapathProvider === "ADVANCED_DATAPATH",
    place
  })
  if (given.privateClusterConfig?.masterIpv4CidrBlock === undefined)
    findings.filledIn(path, "a public address of the control plane, by which nodes reach it", name)
  const told = findings.told({ what: `cluster "${name}"`, place, underlined: "cluster" })
  const notes = told.map((spec): Described => ({ _tag: "Note", spec, place }))
  return cluster.with(...pools, gkeAddons(), notes)
}

/** Routes to nodes are made anew with it. */
export const isRouted = ({ ipAllocationPolicy }: Given): boolean => ipAllocationPolicy?.useIpAliases !== true

/** `1.31` of `1.31.5-gke.1023000`. */
const versionOf = ({ currentMasterVersion = "1.31" }: Given): string => currentMasterVersion.split(".").slice(0, 2).join(".")

const poolFrom = (ground: GcpGround, cluster: Given, pool: GivenPool): NodeGroup => {
  const { dump, findings } = ground
  const place = dump.placeOf(cluster)
  const machineType = pool.config?.machineType ?? ""
  if (!machineTypes.has(machineType))
    findings.mistake(`${place.path}: node pool ${pool.name} has machine type "${machineType}", which is not known`, {
      place,
      underlined: machineType,
      notes: [meant(machineType, [...machineTypes.keys()]) ?? "known are common sizes of e2, n2 and n2d"]
    })
  const own = dump.all("instances").filter((instance) => clusterOfNode(instance) === cluster.name && poolOfNode(instance) === pool.name)
  if (own.length === 0 && (pool.initialNodeCount ?? 0) > 0)
    findings.leftOut(place.path, "nodes of pools of which no instance is in the answers", pool.name)
  const nodes = own.flatMap(({ name, zone, networkInterfaces, status = "RUNNING" }) => {
    const [first] = networkInterfaces ?? []
    return first?.subnetwork === undefined || first.networkIP === undefined || status !== "RUNNING"
      ? []
      : [{ name, zone: nameIn(zone), subnet: subnetworkBehind(ground, first.subnetwork), address: first.networkIP }]
  })
  const tags = [...new Set(own.flatMap((instance) => instance.tags?.items ?? []))].sort()
  const { autoscaling, management } = pool
  const zones = pool.locations ?? cluster.locations ?? []
  return {
    name: pool.name,
    place,
    options: {
      instanceType: machineType,
      nodes,
      zones,
      subnets: [homeOf(ground, cluster)],
      maxPods: Number(pool.maxPodsConstraint?.maxPodsPerNode ?? cluster.defaultMaxPodsConstraint?.maxPodsPerNode ?? maxPodsDefault),
      groups: tags.length > 0 ? tags : (pool.config?.tags ?? []),
      labels: pool.config?.labels ?? {},
      ...(management?.autoRepair === true ? { autoRepair: true } : {}),
      // Of each of its zones.
      ...(autoscaling?.enabled === true
        ? {
            scaling: {
              min: (autoscaling.minNodeCount ?? 0) * zones.length,
              max: (autoscaling.maxNodeCount ?? 0) * zones.length,
              autoscaled: true
            }
          }
        : {})
    }
  }
}

/**
 * An EKS cluster of a dump: its endpoint, its node groups, and the nodes that run. Groups that EKS does not manage are those of the nodes'
 * tags. Left out: taints of node groups, access lists of the public endpoint. Filled in: what no answer says of nodes.
 */
import { instanceTermsOf, instanceTypeNames } from "../../model/cloud/aws/limits.ts"
import { compareText } from "../../model/value/text.ts"
import { meant } from "../near.ts"
import type { Place } from "../plan.ts"
import { type Cluster, eksAddons, readCluster } from "../word/cluster.ts"
import { type NodeGroup, noAddress } from "../word/node-group.ts"
import type { Described } from "../word/workload.ts"
import { fargateProfilesOf } from "./fargate-profiles.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"
import { addressesOf, type GivenInstance, instancesIn, isRunning, membershipOf } from "./machines.ts"
import { tagsOf } from "./networks.ts"

type Given = DumpEntry<"clusters">
type GivenGroup = DumpEntry<"nodeGroups">
type ScalingGroup = DumpEntry<"scalingGroups">

/** The cluster with what EKS puts into every one. `place`: where it is asked for. Its warnings are told with it. */
export const clusterFrom = (ground: Ground, given: Given, place: Place | undefined): Cluster => {
  const { dump, findings } = ground
  const { name, version, resourcesVpcConfig: config, kubernetesNetworkConfig } = given
  const { path } = dump.placeOf(given)
  for (const subnet of config.subnetIds) ground.names(given, `cluster ${name}`, "subnets", subnet)
  const serviceCidr = kubernetesNetworkConfig?.serviceIpv4Cidr
  if (kubernetesNetworkConfig?.ipFamily === "ipv6") findings.leftOut(path, "Services' IPv6 addresses: they have IPv4 ones", name)
  else if (serviceCidr === undefined) findings.filledIn(path, "serviceIpv4Cidr, EKS's usual 10.100.0.0/16", name)
  if ((config.publicAccessCidrs ?? ["0.0.0.0/0"]).some((cidr) => cidr !== "0.0.0.0/0"))
    findings.leftOut(path, "publicAccessCidrs: everybody reaches the public endpoint", name)
  const profiles = fargateProfilesOf(given, ground)
  const controlPlane = controlPlaneOf(given, ground)
  const groups = nodeGroupsOf(given, profiles.length > 0, ground)
  const cluster = readCluster({
    name,
    version,
    subnets: config.subnetIds.toSorted(compareText),
    endpoint: endpointOf(config),
    ...(serviceCidr === undefined ? {} : { serviceCidr }),
    ...(controlPlane === undefined ? {} : { controlPlane }),
    place
  })
  const told = findings.told({ what: `cluster "${name}"`, place, underlined: "cluster" })
  const notes = told.map((spec): Described => ({ _tag: "Note", spec, place }))
  return cluster.with(...groups, profiles, eksAddons(serviceCidr === undefined ? {} : { serviceCidr }), notes)
}

const endpointOf = ({ endpointPublicAccess, endpointPrivateAccess }: Given["resourcesVpcConfig"]): "public" | "private" | "both" => {
  if (endpointPrivateAccess !== true) return "public"
  return endpointPublicAccess === false ? "private" : "both"
}

/** EKS describes its interfaces by the cluster's name. Source: EKS user guide, network requirements. */
const controlPlaneOf = ({ name, resourcesVpcConfig: config }: Given, { dump, findings }: Ground): Cluster["controlPlane"] => {
  const own = dump.all("networkInterfaces").filter(({ Description }) => Description === `Amazon EKS ${name}`)
  const groups = [...new Set(own.flatMap(({ Groups }) => (Groups ?? []).map(({ GroupId }) => GroupId)))]
  if (own.length > 0)
    return {
      interfaces: own.map((each) => ({ id: each.NetworkInterfaceId, subnet: each.SubnetId, address: addressesOf(each)[0] ?? "" })),
      groups:
        groups.length > 0 ? groups : [...(config.securityGroupIds ?? []), config.clusterSecurityGroupId ?? ""].filter((id) => id !== "")
    }
  if (config.endpointPrivateAccess === true)
    findings.filledIn(dump.fileOf("networkInterfaces"), "interfaces of the control plane, their addresses and their group", name)
  return undefined
}

/** Managed groups, and those that only their nodes tell of. */
const nodeGroupsOf = (cluster: Given, hasProfiles: boolean, ground: Ground): ReadonlyArray<NodeGroup> => {
  const { dump } = ground
  const members = new Map<string, Array<GivenInstance>>()
  for (const instance of instancesIn(ground)) {
    const member = isRunning(instance) ? membershipOf(instance, new Set([cluster.name])) : undefined
    if (member !== undefined) members.set(member.group, [...(members.get(member.group) ?? []), instance])
  }
  const managed = new Map(
    dump.all("nodeGroups").flatMap((group) => (group.clusterName === cluster.name ? [[group.nodegroupName, group] as const] : []))
  )
  const names = [...new Set([...managed.keys(), ...members.keys()])].sort(compareText)
  if (names.length === 0 && !hasProfiles)
    ground.findings.mistake(`${dump.placeOf(cluster).path}: no node of cluster ${cluster.name} is in the folder`, {
      place: dump.placeOf(cluster),
      help: "write describe-nodegroup.json, or describe-instances.json for nodes that EKS does not manage (docs/import.md)"
    })
  return names.map((name) => nodeGroupOf(cluster, name, managed.get(name), members.get(name) ?? [], ground))
}

const nodeGroupOf = (
  cluster: Given,
  name: string,
  managed: GivenGroup | undefined,
  nodes: ReadonlyArray<GivenInstance>,
  ground: Ground
): NodeGroup => {
  const { dump, findings } = ground
  const place = dump.placeOf(managed ?? cluster)
  const file = managed === undefined ? dump.fileOf("reservations") : place.path
  if ((managed?.taints ?? []).length > 0) findings.leftOut(file, "taints of node groups", name)
  const scaling = scalingGroupOf(managed, nodes, ground)
  const desired = managed?.scalingConfig?.desiredSize ?? 0
  const isTold = nodes.length > 0 || desired === 0 || dump.has("reservations")
  if (!isTold)
    findings.filledIn(
      file,
      "no instances are in the folder: nodes by their number, over the group's subnets in turn",
      `${desired} of ${name}`
    )
  else if (managed !== undefined && nodes.length !== desired)
    findings.filledIn(file, "as many nodes as run, not as many as are desired", `${nodes.length} of ${desired} in ${name}`)
  const subnets = managed?.subnets ?? scaling?.VPCZoneIdentifier?.split(",") ?? nodes.flatMap(({ SubnetId }) => SubnetId ?? [])
  return {
    name,
    place,
    options: {
      instanceType: instanceTypeOf(name, managed, nodes, file, place, ground),
      nodes: isTold ? nodes.map(nodeOf) : desired,
      subnets: [...new Set(subnets)].sort(compareText),
      groups: groupsOf(cluster, name, nodes, file, ground),
      ...(managed?.labels === undefined ? {} : { labels: managed.labels }),
      ...scalingOf(name, managed, scaling, file, ground)
    }
  }
}

const nodeOf = ({ InstanceId, PrivateDnsName, SubnetId, PrivateIpAddress, PublicIpAddress }: GivenInstance) => ({
  name: PrivateDnsName === undefined || PrivateDnsName === "" ? InstanceId : PrivateDnsName,
  subnet: SubnetId ?? "",
  ...(PrivateIpAddress === undefined ? {} : { address: PrivateIpAddress }),
  publicAddress: PublicIpAddress ?? noAddress
})

/** The type that most nodes have, or the first that the group may launch. */
const instanceTypeOf = (
  name: string,
  managed: GivenGroup | undefined,
  nodes: ReadonlyArray<GivenInstance>,
  file: string,
  place: Place,
  { findings }: Ground
): string => {
  const counts = new Map<string, number>()
  for (const { InstanceType } of nodes) counts.set(InstanceType, (counts.get(InstanceType) ?? 0) + 1)
  const ranked = [...counts].sort(([one, left], [other, right]) => right - left || compareText(one, other)).map(([type]) => type)
  const possible = ranked.length > 0 ? ranked : (managed?.instanceTypes ?? [])
  const [type] = possible
  if (possible.length > 1)
    findings.filledIn(file, "one instance type for node groups of several", `${type} for ${name} of ${possible.join(", ")}`)
  if (type === undefined)
    findings.mistake(`${file}: node group ${name} has no instanceTypes, and no node that tells its type`, {
      place,
      help: "write describe-instances.json beside it; the type stands in the launch template, which is not read"
    })
  else if (instanceTermsOf(type) === undefined)
    findings.mistake(`${file}: node group ${name}: instance type "${type}" is not known`, {
      place,
      underlined: type,
      notes: ["not among the instance types with published limits, CPU and memory"],
      help: meant(type, instanceTypeNames) ?? "describe the cluster by eksCluster and nodeGroup"
    })
  return type ?? ""
}

/** Those of its first node; EKS gives the cluster's own group to managed nodes whose launch template has none. */
const groupsOf = (
  cluster: Given,
  name: string,
  nodes: ReadonlyArray<GivenInstance>,
  file: string,
  ground: Ground
): ReadonlyArray<string> => {
  const { findings } = ground
  const of = (node: GivenInstance): ReadonlyArray<string> => (node.SecurityGroups ?? []).map(({ GroupId }) => GroupId)
  const [first] = nodes
  if (first === undefined) {
    const own = cluster.resourcesVpcConfig.clusterSecurityGroupId
    findings.filledIn(file, "security groups of nodes, the cluster's own", name)
    if (own !== undefined) ground.names(cluster, `cluster ${cluster.name}`, "securityGroups", own)
    return own === undefined ? [] : [own]
  }
  if (nodes.some((node) => of(node).toSorted(compareText).join() !== of(first).toSorted(compareText).join()))
    findings.filledIn(file, "one set of security groups for all nodes of a group, the first node's", `${of(first).join(", ")} for ${name}`)
  return of(first)
}

/** The group that launches the nodes: named by EKS, or by the nodes' tags. */
const scalingGroupOf = (
  managed: GivenGroup | undefined,
  nodes: ReadonlyArray<GivenInstance>,
  { dump }: Ground
): ScalingGroup | undefined => {
  const names = [
    ...(managed?.resources?.autoScalingGroups ?? []).map(({ name }) => name),
    ...nodes.flatMap(({ Tags }) => tagsOf(Tags)["aws:autoscaling:groupName"] ?? [])
  ]
  return dump.all("scalingGroups").find(({ AutoScalingGroupName }) => names.includes(AutoScalingGroupName))
}

const autoscaledTag = "k8s.io/cluster-autoscaler/enabled"

const scalingOf = (
  name: string,
  managed: GivenGroup | undefined,
  scaling: ScalingGroup | undefined,
  file: string,
  { findings }: Ground
): Pick<NodeGroup["options"], "scaling"> => {
  const [min, max] = [scaling?.MinSize ?? managed?.scalingConfig?.minSize, scaling?.MaxSize ?? managed?.scalingConfig?.maxSize]
  if (min === undefined || max === undefined) {
    findings.filledIn(file, "no answer says how groups may grow: they keep their size", name)
    return {}
  }
  if (scaling === undefined) {
    findings.filledIn(file, "no scaling group is in the folder: impaired nodes are not replaced, zones not rebalanced", name)
    return { scaling: { min, max } }
  }
  const isOn = (process: string): boolean => !(scaling.SuspendedProcesses ?? []).some(({ ProcessName }) => ProcessName === process)
  return {
    scaling: {
      min,
      max,
      replacesImpaired: isOn("ReplaceUnhealthy"),
      rebalances: isOn("AZRebalance"),
      autoscaled: Object.hasOwn(tagsOf(scaling.Tags), autoscaledTag)
    }
  }
}

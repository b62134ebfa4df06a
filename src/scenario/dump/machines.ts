/**
 * Instances and interfaces of a dump. Nodes of its clusters come with the cluster; other running instances are hosts; every other interface
 * takes its addresses. Filled in: what instances listen on, which no answer says, and whether one that forwards also translates.
 */

import { addressesPerPrefix, reservedAtEnd, reservedAtStart } from "../../model/cloud/aws/limits.ts"
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import { formatAddress, parsePrefix } from "../../model/net/ip.ts"
import { compareText } from "../../model/value/text.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"
import { tagsOf } from "./networks.ts"

export type GivenInstance = DumpEntry<"reservations">["Instances"][number]
type Interface = DumpEntry<"networkInterfaces">
type Instance = AwsTopology["instances"][number]
export type Listening = Instance["listening"]

/** All instances, in order of their ids. */
export const instancesIn = ({ dump }: Ground): ReadonlyArray<GivenInstance> =>
  dump
    .all("reservations")
    .flatMap(({ Instances }) => Instances)
    .toSorted((left, right) => compareText(left.InstanceId, right.InstanceId))

const clusterTag = /^kubernetes\.io\/cluster\/(.+)$/

/** The cluster and the group of a node, by its tags; `undefined` for an instance that is no node. */
export const membershipOf = (
  instance: GivenInstance,
  clusters: ReadonlySet<string>
): { readonly cluster: string; readonly group: string } | undefined => {
  const tags = tagsOf(instance.Tags)
  const cluster =
    tags["eks:cluster-name"] ??
    tags["eks:eks-cluster-name"] ??
    tags["alpha.eksctl.io/cluster-name"] ??
    Object.keys(tags).flatMap((tag) => clusterTag.exec(tag)?.[1] ?? [])[0]
  if (cluster === undefined || !clusters.has(cluster)) return undefined
  const group =
    tags["eks:nodegroup-name"] ??
    tags["alpha.eksctl.io/nodegroup-name"] ??
    tags["karpenter.sh/nodepool"] ??
    tags["aws:autoscaling:groupName"]
  return { cluster, group: group ?? "nodes" }
}

/** AWS lists what is no more for another hour. */
const gone = new Set(["terminated", "shutting-down"])

export const isRunning = ({ State }: GivenInstance): boolean => State.Name === "running" || State.Name === "pending"

/** `listens`: what the owner says of an instance, by its id or name. */
export const hostsOf = (
  ground: Ground,
  clusters: ReadonlySet<string>,
  listens: (id: string, name: string | undefined) => Listening | undefined
): AwsTopology["instances"] => {
  const { dump, findings, out, names } = ground
  const file = dump.fileOf("reservations")
  const gateways = defaultTargets(ground)
  const answers = new Map(dump.all("reservations").flatMap((each) => each.Instances.map((instance) => [instance, each] as const)))
  return instancesIn(ground).flatMap((instance) => {
    const { InstanceId: id, SubnetId, PrivateIpAddress, PublicIpAddress, SecurityGroups = [], SourceDestCheck } = instance
    const member = membershipOf(instance, clusters)
    if (member !== undefined) {
      out.set(id, `a node of cluster ${member.cluster}`)
      return []
    }
    if (!isRunning(instance) || SubnetId === undefined || PrivateIpAddress === undefined) {
      out.set(id, instance.State.Name)
      if (!gone.has(instance.State.Name))
        findings.leftOut(file, `instances that are ${instance.State.Name}; their interfaces keep their addresses`, id)
      return []
    }
    const from = answers.get(instance) ?? instance
    if (!names(from, id, "subnets", SubnetId)) return []
    for (const { GroupId } of SecurityGroups) names(from, id, "securityGroups", GroupId)
    const listening = listens(id, tagsOf(instance.Tags)["Name"])
    if (listening === undefined) findings.filledIn(file, "nothing listens on instances of which fromAws is not told (listening)", id)
    const translates = SourceDestCheck === false && gateways.has(id)
    if (translates)
      findings.filledIn(file, "instances without source/destination check that a default route leads to translate addresses", id)
    return [
      {
        id,
        subnet: SubnetId,
        address: PrivateIpAddress,
        ...(PublicIpAddress === undefined ? {} : { publicAddress: PublicIpAddress }),
        securityGroups: SecurityGroups.map(({ GroupId }) => GroupId),
        sourceDestCheck: SourceDestCheck ?? true,
        ...(translates ? { translates } : {}),
        listening: listening ?? []
      }
    ]
  })
}

/** Instances that a default route names, itself or by an interface. */
const defaultTargets = (ground: Ground): ReadonlySet<string> => {
  const owner = interfaceOwners(ground)
  return new Set(
    ground.dump.all("routeTables").flatMap(({ Routes }) =>
      Routes.flatMap(({ DestinationCidrBlock, InstanceId, NetworkInterfaceId }) => {
        const target = InstanceId ?? owner(NetworkInterfaceId ?? "")
        return DestinationCidrBlock === "0.0.0.0/0" && target !== undefined ? [target] : []
      })
    )
  )
}

/** The instance that an interface is attached to. */
export const interfaceOwners = ({ dump }: Ground): ((networkInterface: string) => string | undefined) => {
  const owners = new Map(dump.all("networkInterfaces").map((each) => [each.NetworkInterfaceId, each.Attachment?.InstanceId]))
  return (networkInterface) => owners.get(networkInterface)
}

/** Every address of an interface, those of its prefixes too. */
export const addressesOf = (given: Interface): ReadonlyArray<string> => {
  const own = (given.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress)
  const single = given.PrivateIpAddress === undefined || own.length > 0 ? [] : [given.PrivateIpAddress]
  const prefixes = (given.Ipv4Prefixes ?? []).flatMap(({ Ipv4Prefix }) => {
    const prefix = parsePrefix(Ipv4Prefix)
    return prefix === undefined ? [] : Array.from({ length: addressesPerPrefix }, (_, index) => formatAddress(prefix.first + index))
  })
  return [...single, ...own, ...prefixes]
}

/** Interfaces that nobody else in the topology stands for. `taken`: `subnet address` of those that somebody does. */
export const interfacesOf = (
  ground: Ground,
  clusters: ReadonlySet<string>,
  taken: ReadonlySet<string>
): NonNullable<AwsTopology["networkInterfaces"]> => {
  const { dump, findings, names } = ground
  const nodes = new Set(instancesIn(ground).flatMap((each) => (membershipOf(each, clusters) === undefined ? [] : [each.InstanceId])))
  const isPods = ({ Attachment, Description, InterfaceType }: Interface): boolean =>
    nodes.has(Attachment?.InstanceId ?? "") || InterfaceType === "branch" || (Description ?? "").startsWith("aws-k8s-branch-eni")
  const own = dump.all("networkInterfaces").flatMap((each) => {
    const { NetworkInterfaceId: id, SubnetId: subnet, Description } = each
    if (!names(each, id, "subnets", subnet)) return []
    if (isPods(each)) {
      findings.leftOut(dump.placeOf(each).path, "interfaces of nodes and pods; those that the model makes take their place", id)
      return []
    }
    const addresses = addressesOf(each).filter((address) => !taken.has(`${subnet} ${address}`))
    const description = Description === undefined || Description === "" ? {} : { description: Description }
    return addresses.length === 0 ? [] : [{ id, subnet, addresses, ...description }]
  })
  if (dump.has("networkInterfaces")) uncounted(ground)
  return own
}

/** Subnets in which AWS counts more addresses as taken than the interfaces of the dump have. */
const uncounted = ({ dump, findings }: Ground): void => {
  const used = new Map<string, number>()
  for (const each of dump.all("networkInterfaces")) used.set(each.SubnetId, (used.get(each.SubnetId) ?? 0) + addressesOf(each).length)
  for (const { SubnetId, CidrBlock, AvailableIpAddressCount } of dump.all("subnets")) {
    const prefix = parsePrefix(CidrBlock ?? "")
    if (prefix === undefined || AvailableIpAddressCount === undefined) continue
    const all = prefix.last - prefix.first + 1 - reservedAtStart - reservedAtEnd
    const beyond = all - (used.get(SubnetId) ?? 0) - AvailableIpAddressCount
    if (beyond > 0)
      findings.leftOut(
        dump.fileOf("networkInterfaces"),
        "addresses that AWS counts as taken, and no interface has",
        `${beyond} in ${SubnetId}`
      )
  }
}

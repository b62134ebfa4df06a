/**
 * Whether an AKS cluster's nodes fit their subnet, and their pods the ranges that they have addresses of. AKS refuses a pool that does
 * not, in these words; of a pool that the autoscaler looks after, its maximum counts.
 * Source: AKS docs, IP address planning; Azure/AKS issue 456; Azure/AKS-Construction issue 701.
 */

import { needOfHolding } from "../model/capacity/holding.ts"
import { blockSize } from "../model/capacity/subnet-book.ts"
import { podBlockLength, podRangeVerdict, type Verdict, verdictOf } from "../model/cloud/azure/aks-addresses.ts"
import type { AzureTopology } from "../model/cloud/azure/topology.ts"
import type { ClusterSpec, NodeSpec } from "../model/kube/spec.ts"
import { overlaps, parsePrefix } from "../model/net/ip.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place, Places, Plan } from "./plan.ts"

export const checkAks = ({ topology, cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> =>
  topology._tag !== "AzureTopology"
    ? []
    : [
        ...podSubnets(topology, cluster, places.cluster),
        ...overlaid(topology, cluster, places.cluster),
        ...topology.subnets.flatMap((subnet) => subnetTooSmall(cluster, subnet, places.cluster)),
        ...podRangeTooSmall(cluster, places.cluster)
      ]

const refused = (place: Place | undefined, what: string, verdict: Verdict, help: string): ReadonlyArray<Diagnostic> =>
  verdict.ok ? [] : [errorOf("D009", `${what}: ${verdict.code}`, { place, notes: [verdict.message], help })]

const podSubnets = ({ subnets }: AzureTopology, { podRange, podHoldings = {} }: ClusterSpec, place: Place | undefined) =>
  Object.entries(podHoldings).flatMap(([group, { subnet }]): ReadonlyArray<Diagnostic> => {
    if (subnet === undefined) return []
    if (podRange !== undefined)
      return [
        errorOf("D008", `nodePool ${group}: its pods have the subnet ${subnet}, and the cluster has a range of pods`, {
          place,
          underlined: subnet,
          help: 'write networkPlugin: "azure" without a mode, or leave podSubnet away'
        })
      ]
    const ids = subnets.map(({ id }) => id)
    return ids.includes(subnet) ? [] : [unknownName(`nodePool ${group}`, "subnet", subnet, ids, place)]
  })

/** Source: AKS docs, networking concepts: neither range may be that of a subnet (ServiceCidrOverlapExistingSubnetsCidr). */
const overlaid = (
  { subnets }: AzureTopology,
  { serviceCidr, podRange }: ClusterSpec,
  place: Place | undefined
): ReadonlyArray<Diagnostic> =>
  [
    { what: "serviceCidr", cidr: serviceCidr },
    { what: "podCidr", cidr: podRange?.cidr ?? "" }
  ].flatMap(({ what, cidr }) => {
    const range = parsePrefix(cidr)
    const rival = subnets.find((subnet) => {
      const other = parsePrefix(subnet.cidr)
      return range !== undefined && other !== undefined && overlaps(range, other)
    })
    return rival === undefined
      ? []
      : [
          errorOf("D007", `${what} ${cidr} overlaps subnet ${rival.id} ${rival.cidr}`, {
            place,
            underlined: cidr,
            notes: ["what is for the subnet's addresses would never leave a node"],
            help: `give the cluster another ${what}`
          })
        ]
  })

/** Nodes of a group, those that the autoscaler may add among them. */
const counted = ({ nodes, nodeGroups = [] }: ClusterSpec): ReadonlyArray<{ readonly node: NodeSpec; readonly count: number }> => {
  const first = new Map<string, NodeSpec>()
  for (const node of nodes) if (!first.has(node.nodeGroup)) first.set(node.nodeGroup, node)
  return [...first.values()].map((node) => {
    const standing = nodes.filter(({ nodeGroup }) => nodeGroup === node.nodeGroup).length
    const group = nodeGroups.find(({ name }) => name === node.nodeGroup)
    return { node, count: group?.autoscaled === true ? Math.max(group.max, standing) : standing }
  })
}

const subnetTooSmall = (cluster: ClusterSpec, { id, cidr }: AzureTopology["subnets"][number], place: Place | undefined) => {
  const length = parsePrefix(cidr)?.length
  const asked = counted(cluster).reduce((sum, { node, count }) => {
    const holding = cluster.podHoldings?.[node.nodeGroup]
    const { addresses, blocks } = holding === undefined ? { addresses: 0, blocks: 0 } : needOfHolding(holding, node.maxPods)
    const forPods = (holding?.subnet ?? node.subnet) === id ? addresses + blocks * blockSize : 0
    return sum + count * (forPods + (node.subnet === id ? 1 : 0))
  }, 0)
  const help = "take a larger subnet, fewer nodes, or fewer pods a node"
  if (length === undefined || asked === 0) return []
  const verdict = verdictOf(asked, length)
  const blocks = counted(cluster).reduce((sum, { node, count }) => sum + count * blocksIn(cluster, node, id), 0)
  return verdict.ok && blocks > wholeBlocks(length)
    ? [
        errorOf("D009", `subnet ${id}: InsufficientSubnetSize`, {
          place,
          notes: [
            `${blocks} blocks of ${blockSize} asked for, ${wholeBlocks(length)} whole ones: Azure's own addresses break the first and the last`
          ],
          help
        })
      ]
    : refused(place, `subnet ${id}`, verdict, help)
}

const blocksIn = ({ podHoldings = {} }: ClusterSpec, { nodeGroup, subnet, maxPods }: NodeSpec, id: string): number => {
  const holding = podHoldings[nodeGroup]
  return holding === undefined || (holding.subnet ?? subnet) !== id ? 0 : needOfHolding(holding, maxPods).blocks
}

/** A subnet keeps addresses at either end. */
const wholeBlocks = (length: number): number => Math.max(0, 2 ** (32 - length) / blockSize - 2)

const podRangeTooSmall = (cluster: ClusterSpec, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const range = parsePrefix(cluster.podRange?.cidr ?? "")
  const nodes = counted(cluster).reduce((sum, { count }) => sum + count, 0)
  const help = `nodes take a /${podBlockLength} each: take a larger podCidr, or fewer nodes`
  return range === undefined ? [] : refused(place, `cluster ${cluster.id}`, podRangeVerdict(range.length, nodes), help)
}

/**
 * How many nodes and pods the ranges of an AKS cluster hold, by network mode, and what a refusal says. Azure CNI on the node subnet
 * takes a node's address and all of its pods' when the node is created; kubenet and overlay take one of the subnet and give each node
 * a block of a private range; pod subnets are drawn on in batches or in blocks. Growth is all or nothing, and is refused up front.
 * Not modelled: that an upgrade's extra nodes come and go over time. Source: AKS docs, IP address planning, kubenet, Azure CNI Overlay,
 * dynamic and static allocation; Azure/azure-container-networking cns/ipampool.
 */
import { balancerPortsPerAddress, defaultPortTiers, reservedAtEnd, reservedAtStart, routesPerTable } from "./limits.ts"

export type NetworkMode = "kubenet" | "azure-cni-node-subnet" | "overlay"

const sizeOf = (prefix: number): number => 2 ** (32 - prefix)

/** Addresses of a subnet that are not Azure's own. */
export const usableOf = (prefix: number): number => Math.max(0, sizeOf(prefix) - reservedAtStart - reservedAtEnd)

/** A node's block of the pods' range under kubenet and overlay. Source: AKS docs, kubenet; Azure CNI Overlay. */
export const podBlockLength = 24
const podBlock = sizeOf(podBlockLength)

/** Addresses that one more node takes of its subnet. */
const addressesOfNode = (mode: NetworkMode, maxPods: number): number => (mode === "azure-cni-node-subnet" ? maxPods + 1 : 1)

/** Nodes and pods of a full subnet. */
export const nodesOfSubnet = (mode: NetworkMode, prefix: number, maxPods: number): { readonly nodes: number; readonly pods: number } => {
  const bySubnet = Math.floor(usableOf(prefix) / addressesOfNode(mode, maxPods))
  const nodes = mode === "kubenet" ? Math.min(bySubnet, routesPerTable) : bySubnet
  return { nodes, pods: nodes * maxPods }
}

/** Nodes whose blocks a pods' range holds. */
export const nodesOfPodRange = (prefix: number): number => Math.floor(sizeOf(prefix) / podBlock)

/** Whether a pool of so many nodes, the extra ones of an upgrade and the autoscaler's maximum among them, is taken. */
export type Verdict =
  | { readonly ok: true; readonly preallocated: number; readonly available: number }
  | {
      readonly ok: false
      readonly preallocated: number
      readonly available: number
      readonly code: "InsufficientSubnetSize"
      readonly message: string
    }

const verdict = (preallocated: number, available: number, range: string): Verdict =>
  preallocated <= available
    ? { ok: true, preallocated, available }
    : {
        ok: false,
        preallocated,
        available,
        code: "InsufficientSubnetSize",
        message: `Pre-allocated IPs ${preallocated} exceeds IPs available ${available} in ${range}`
      }

/** Of a subnet of which so many addresses are asked for. */
export const verdictOf = (addresses: number, prefix: number): Verdict => verdict(addresses, usableOf(prefix), "Subnet")

/** Of the nodes' subnet. */
export const nodesVerdict = (mode: NetworkMode, prefix: number, nodes: number, maxPods: number): Verdict =>
  verdictOf(nodes * addressesOfNode(mode, maxPods), prefix)

/** Of the pods' range of an overlay, none of which is kept. Source: Azure/AKS-Construction issue 701. */
export const podRangeVerdict = (prefix: number, nodes: number): Verdict => verdict(nodes * podBlock, sizeOf(prefix), "pod CIDR")

/** A scale set grows by all that was asked for, or by nothing (`SubnetIsFull`). Source: Azure/AKS issue 2531. */
export const growthOf = (
  mode: NetworkMode,
  {
    free,
    standing,
    wanted,
    maxPods
  }: { readonly free: number; readonly standing: number; readonly wanted: number; readonly maxPods: number }
): { readonly added: number; readonly code?: "SubnetIsFull" } => {
  const more = Math.max(0, wanted - standing)
  return more * addressesOfNode(mode, maxPods) <= free ? { added: more } : { added: 0, code: "SubnetIsFull" }
}

/** A number, or a share of a pool's nodes, rounded up. */
export type Surge = number | `${number}%`

/** Extra nodes of a pool while it is upgraded. Source: AKS docs, upgrade options, node surge. */
export const surgeOf = (nodes: number, surge: Surge): number =>
  typeof surge === "number" ? surge : Math.ceil((nodes * Number(surge.slice(0, -1))) / 100)

const staticBlockLength = 28

/** /28 blocks of a node, the addresses that its pods may have of them, and those that nobody uses. Source: AKS docs, static block allocation. */
export const staticBlocks = (maxPods: number): { readonly blocks: number; readonly usable: number; readonly wasted: number } => {
  const size = sizeOf(staticBlockLength)
  const blocks = Math.ceil((maxPods + 1) / size)
  const usable = blocks * size - 1
  return { blocks, usable, wasted: usable - maxPods }
}

/** Ports of each node behind a load balancer's outbound rule, where nobody says how many. */
export const defaultPortsOf = (nodes: number): number => defaultPortTiers.find(({ instancesUpTo }) => nodes <= instancesUpTo)?.ports ?? 0

/** Nodes that so many outbound addresses serve with so many ports each. */
export const nodesOfPorts = (addresses: number, portsPerNode: number): number =>
  Math.floor((addresses * balancerPortsPerAddress) / portsPerNode)

/**
 * How many nodes, pods and Services the ranges of a VPC-native cluster hold. A node takes one address of its subnetwork's primary range
 * and, when it is created, a whole block of the pod range, at least twice as large as the pods it may have.
 * Not modelled: quotas, which bound nodes as well. Source: GKE docs, VPC-native clusters, range sizing; Flexible Pod CIDR.
 */
import { reservedAtEnd, reservedAtStart } from "./limits.ts"

const sizeOf = (prefix: number): number => 2 ** (32 - prefix)

/** The longest prefix whose range holds so many addresses. */
const prefixFor = (addresses: number): number => {
  let prefix = 32
  while (sizeOf(prefix) < addresses) prefix--
  return prefix
}

/** Pods a node may have unless its pool says otherwise. Source: GKE docs, Flexible Pod CIDR. */
export const maxPodsDefault = 110

/** Nodes that a primary range of this prefix holds. */
export const nodesOfSubnet = (prefix: number): number => sizeOf(prefix) - reservedAtStart - reservedAtEnd

/** The prefix of a primary range for so many nodes. */
export const subnetForNodes = (nodes: number): number => prefixFor(nodes + reservedAtStart + reservedAtEnd)

/** The prefix of a node's block of pod addresses. */
export const nodePodPrefix = (maxPods: number): number => prefixFor(2 * maxPods)

export const nodePodAddresses = (maxPods: number): number => sizeOf(nodePodPrefix(maxPods))

/** Nodes that a pod range holds, less what Services have cut out of it. */
export const nodesOfPodRange = (range: number, maxPods: number, services?: number): number =>
  Math.floor((sizeOf(range) - (services === undefined ? 0 : sizeOf(services))) / nodePodAddresses(maxPods))

/** The first to run out, and how many nodes there are then. */
export const nodesMax = (
  subnet: number,
  podRange: number,
  maxPods: number
): { readonly nodes: number; readonly binding: "nodeSubnet" | "podRange" } => {
  const [bySubnet, byPods] = [nodesOfSubnet(subnet), nodesOfPodRange(podRange, maxPods)]
  return bySubnet < byPods ? { nodes: bySubnet, binding: "nodeSubnet" } : { nodes: byPods, binding: "podRange" }
}

/** Services of a range: every address is one. */
export const servicesOf = (prefix: number): number => sizeOf(prefix)

/** The smallest pod range that GKE makes by itself. Source: GKE docs, VPC-native clusters, secondary range for Pods. */
const managedPodRangeMin = 21

/** What a full subnetwork of nodes needs for their pods: addresses, and the prefix of the range that GKE makes. */
export const podRangeFor = (subnet: number, maxPods: number): { readonly addresses: number; readonly prefix: number } => {
  const addresses = nodesOfSubnet(subnet) * nodePodAddresses(maxPods)
  return { addresses, prefix: Math.min(prefixFor(addresses), managedPodRangeMin) }
}

/** How a node pool is upgraded: nodes at work on at once, and nodes that are there throughout. Source: GKE docs, surge upgrades. */
export const surgeUpgrade = (
  nodes: number,
  { maxSurge, maxUnavailable }: { readonly maxSurge: number; readonly maxUnavailable: number }
): { readonly parallel: number; readonly minAvailable: number } => ({
  parallel: maxSurge + maxUnavailable,
  minAvailable: nodes - maxUnavailable
})

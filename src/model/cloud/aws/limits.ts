/**
 * AWS's numbers: what a subnet keeps for itself, what an instance type offers, what a NAT gateway carries; each with its source.
 */
import type { InstanceTerms } from "../../capacity/terms.ts"
import limits from "./instance-limits.json" with { type: "json" }

/** The first four addresses of a subnet and the last are AWS's. Source: VPC guide, Subnet sizing. */
export const reservedAtStart = 4
export const reservedAtEnd = 1

/** Ports one NAT gateway address offers per destination address, port and protocol. Source: VPC guide, NAT gateway basics. */
export const natPortsPerDestination = 55_000

/** Quotas at their defaults. Source: Amazon VPC quotas (routes a table 50, rules a group and direction 60, rules an ACL and direction 20); Elastic IP quotas (5 a region). */
export const defaultQuotas = { routesPerTable: 50, rulesPerGroup: 60, rulesPerAcl: 20, elasticAddresses: 5 } as const

/** How a node's pods get their addresses, as far as it bounds their number. */
export interface PodAddressing {
  readonly prefixDelegation?: boolean
  readonly customNetworking?: boolean
}

/** Addresses of one prefix (/28). Source: EC2 user guide, Assign prefixes to network interfaces. */
export const addressesPerPrefix = 16

/** Aside from its addresses a node should have no more: up to 30 vCPUs, above. Source: awslabs/amazon-eks-ami max-pods-calculator. */
const podsMaxOf = (cpus: number): number => (cpus <= 30 ? 110 : 250)

/** Pods on the host network that the interfaces do not count: aws-node and kube-proxy. Source: amazon-vpc-cni-k8s misc/eni-max-pods.txt. */
const hostPods = 2

/** The numbers behind max-pods. `cpus` matters, and is asked for, with prefixes only. */
export interface InterfaceLimits {
  readonly interfaces: number
  readonly addressesPerInterface: number
  readonly cpus: number
  readonly takesPrefixes: boolean
}

/**
 * Pods a node may have by its interfaces: every secondary address, and two on the host network. With custom networking the first
 * interface carries none; with prefixes each slot is sixteen addresses, and a recommended cap holds. Never asked of the subnet.
 * Source: amazon-vpc-cni-k8s misc/eni-max-pods.txt, awslabs/amazon-eks-ami max-pods-calculator.
 */
export const maxPodsOf = (limits: InterfaceLimits, { prefixDelegation, customNetworking }: PodAddressing = {}): number => {
  const carrying = limits.interfaces - (customNetworking === true ? 1 : 0)
  const slots = carrying * (limits.addressesPerInterface - 1)
  return prefixDelegation === true && limits.takesPrefixes
    ? Math.min(slots * addressesPerPrefix + hostPods, podsMaxOf(limits.cpus))
    : slots + hostPods
}

/**
 * CPU that EKS keeps for the kubelet, in thousandths of a core: 6 % of the first, 1 % of the second, 0.5 % of the next two, 0.25 %
 * of the rest. Source: awslabs/amazon-eks-ami nodeadm/internal/kubelet.
 */
const reservedMilliCpu = (cpus: number): number =>
  Math.floor(
    (600 * Math.min(cpus, 1) +
      100 * Math.max(0, Math.min(cpus, 2) - 1) +
      50 * Math.max(0, Math.min(cpus, 4) - 2) +
      25 * Math.max(0, cpus - 4)) /
      10
  )

/** Memory that EKS keeps for the kubelet: 11 MiB a pod and 255 MiB. Source: the same. */
const reservedMiB = (maxPods: number): number => 11 * maxPods + 255
/** The kubelet evicts pods below this much free memory. Source: kubernetes kubelet --eviction-hard memory.available. */
const evictionMiB = 100

type Row = readonly [
  interfaces: number,
  addressesPerInterface: number,
  cpus: number,
  memoryMiB: number,
  takesPrefixes: number,
  branchesMax: number
]
const rows = limits.types as unknown as Readonly<Record<string, Row>>
const rowOf = (type: string): Row | undefined => (Object.hasOwn(rows, type) ? rows[type] : undefined)

/** Names of all known instance types, sorted. */
export const instanceTypeNames: ReadonlyArray<string> = Object.keys(rows)

/** What an instance type's interfaces hold, or `undefined` when it is not in the data. Source: named in `instance-limits.json`. */
export const interfaceLimitsOf = (type: string): InterfaceLimits | undefined => {
  const row = rowOf(type)
  return row === undefined ? undefined : { interfaces: row[0], addressesPerInterface: row[1], cpus: row[2], takesPrefixes: row[4] === 1 }
}

/** Terms of an instance type, or `undefined` when it, or its CPU and memory, is not in the data. Source: named in `instance-limits.json`. */
export const instanceTermsOf = (type: string): (InstanceTerms & { readonly maxPods: number }) | undefined => {
  const limits = interfaceLimitsOf(type)
  const row = rowOf(type)
  if (row === undefined || limits === undefined || limits.cpus === 0) return undefined
  const [interfaces, addressesPerInterface, cpus, memoryMiB, , branchesMax] = row
  const maxPods = maxPodsOf(limits)
  return {
    type,
    maxPods,
    interfacesMax: interfaces,
    slotsPerInterface: addressesPerInterface - 1,
    takesPrefixes: limits.takesPrefixes,
    branchesMax,
    cpus,
    allocatableMilliCpu: cpus * 1_000 - reservedMilliCpu(cpus),
    allocatableMiB: Math.max(0, memoryMiB - reservedMiB(maxPods) - evictionMiB)
  }
}

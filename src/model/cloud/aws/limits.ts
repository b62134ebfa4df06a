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

/** Pods a node may have by its interfaces: every secondary address, and two on the host network. Source: amazon-vpc-cni-k8s misc/eni-max-pods.txt. */
export const maxPodsOf = (interfaces: number, addressesPerInterface: number): number => interfaces * (addressesPerInterface - 1) + 2

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

type Row = readonly [interfaces: number, addressesPerInterface: number, cpus?: number, memoryMiB?: number]
const rows = limits.types as unknown as Readonly<Record<string, Row>>

/** Names of all known instance types, sorted. */
export const instanceTypeNames: ReadonlyArray<string> = Object.keys(rows)

/** Terms of an instance type, or `undefined` when it, or its CPU and memory, is not in the data. Source: named in `instance-limits.json`. */
export const instanceTermsOf = (type: string): (InstanceTerms & { readonly maxPods: number }) | undefined => {
  const row = Object.hasOwn(rows, type) ? rows[type] : undefined
  if (row === undefined) return undefined
  const [interfaces, addressesPerInterface, cpus, memoryMiB] = row
  if (cpus === undefined || memoryMiB === undefined) return undefined
  const maxPods = maxPodsOf(interfaces, addressesPerInterface)
  return {
    type,
    maxPods,
    interfacesMax: interfaces,
    slotsPerInterface: addressesPerInterface - 1,
    allocatableMilliCpu: cpus * 1_000 - reservedMilliCpu(cpus),
    allocatableMiB: Math.max(0, memoryMiB - reservedMiB(maxPods) - evictionMiB)
  }
}

/**
 * VM sizes and what AKS leaves of them to pods. Only general-purpose ones of common sizes.
 * Not modelled: temporary disks, accelerators. Source: Azure VM sizes; AKS docs, resource reservations (AKS 1.29 and later).
 */
import type { InstanceTerms } from "../../capacity/terms.ts"

/** Pods of a node, unless its pool says otherwise, under kubenet. Source: AKS docs, maximum pods per node. */
const maxPodsDefault = 110

const sizes: ReadonlyArray<readonly [type: string, cpus: number, memoryMiB: number]> = [
  ["Standard_B2s", 2, 4_096],
  ["Standard_B2ms", 2, 8_192],
  ["Standard_DS2_v2", 2, 7_168],
  ["Standard_DS3_v2", 4, 14_336],
  ["Standard_DS4_v2", 8, 28_672],
  ["Standard_D2s_v3", 2, 8_192],
  ["Standard_D4s_v3", 4, 16_384],
  ["Standard_D8s_v3", 8, 32_768],
  ["Standard_D2s_v5", 2, 8_192],
  ["Standard_D4s_v5", 4, 16_384],
  ["Standard_D8s_v5", 8, 32_768],
  ["Standard_D16s_v5", 16, 65_536],
  ["Standard_D32s_v5", 32, 131_072],
  ["Standard_E4s_v5", 4, 32_768],
  ["Standard_E8s_v5", 8, 65_536],
  ["Standard_F4s_v2", 4, 8_192],
  ["Standard_F8s_v2", 8, 16_384]
]

/** The most that a pool may say, in any network mode. Source: AKS docs, maximum pods per node. */
const podsMax = 250

/** CPU that AKS keeps, in thousandths of a core, by cores. Source: AKS docs, CPU reservations. */
const reservedMilliCpu: Readonly<Record<number, number>> = { 1: 60, 2: 100, 4: 140, 8: 180, 16: 260, 32: 420, 64: 740 }

/** 20 MB a pod and 50 MB, at most a quarter; and what the kubelet evicts below. Source: AKS docs, memory reservations. */
const reservedMiB = (memoryMiB: number): number => Math.min(20 * maxPodsDefault + 50, Math.floor(memoryMiB / 4)) + 100

const termsOf = (type: string, cpus: number, memoryMiB: number): InstanceTerms => ({
  type,
  interfacesMax: 0,
  slotsPerInterface: podsMax,
  ownBlock: true,
  cpus,
  allocatableMilliCpu: cpus * 1_000 - (reservedMilliCpu[cpus] ?? 0),
  allocatableMiB: memoryMiB - reservedMiB(memoryMiB)
})

export const machineSizes: ReadonlyMap<string, InstanceTerms> = new Map(
  sizes.map(([type, cpus, memoryMiB]) => [type, termsOf(type, cpus, memoryMiB)])
)

/**
 * Machine types and what GKE leaves of them to pods. Only general-purpose ones of common sizes.
 * Not modelled: shared-core types, local disks, accelerators. Source: Compute Engine docs, machine families; GKE docs, node sizes.
 */
import type { InstanceTerms } from "../../capacity/terms.ts"
import { maxPodsDefault } from "./gke-addresses.ts"

/** Memory of a CPU in MiB, by family and shape. */
const families: ReadonlyArray<readonly [name: string, mibPerCpu: number, cpus: ReadonlyArray<number>]> = [
  ["e2-standard", 4_096, [2, 4, 8, 16, 32]],
  ["e2-highmem", 8_192, [2, 4, 8, 16]],
  ["e2-highcpu", 1_024, [2, 4, 8, 16, 32]],
  ["n2-standard", 4_096, [2, 4, 8, 16, 32, 48, 64, 80]],
  ["n2-highmem", 8_192, [2, 4, 8, 16, 32, 48, 64, 80]],
  ["n2d-standard", 4_096, [2, 4, 8, 16, 32, 48, 64, 80]]
]

/** CPU that GKE keeps, in thousandths of a core: 6 % of the first, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest. */
const reservedMilliCpu = (cpus: number): number =>
  Math.floor(
    (600 * Math.min(cpus, 1) +
      100 * Math.max(0, Math.min(cpus, 2) - 1) +
      50 * Math.max(0, Math.min(cpus, 4) - 2) +
      25 * Math.max(0, cpus - 4)) /
      10
  )

/** Steps of the memory that GKE keeps: how many MiB, and how many per cent of them. */
const memorySteps = [
  [4_096, 25],
  [4_096, 20],
  [8_192, 10],
  [114_688, 6],
  [Number.MAX_SAFE_INTEGER, 2]
] as const

/** The kubelet evicts pods below this much free memory. Source: GKE docs, node sizes. */
const evictionMiB = 100

const reservedMiB = (memoryMiB: number): number => {
  let [rest, hundredths] = [memoryMiB, 0]
  for (const [step, perCent] of memorySteps) {
    const taken = Math.min(rest, step)
    hundredths += taken * perCent
    rest -= taken
  }
  return Math.ceil(hundredths / 100)
}

const termsOf = (type: string, cpus: number, memoryMiB: number): InstanceTerms => ({
  type,
  interfacesMax: 0,
  slotsPerInterface: maxPodsDefault,
  ownBlock: true,
  cpus,
  allocatableMilliCpu: cpus * 1_000 - reservedMilliCpu(cpus),
  allocatableMiB: memoryMiB - reservedMiB(memoryMiB) - evictionMiB
})

export const machineTypes: ReadonlyMap<string, InstanceTerms> = new Map(
  families.flatMap(([name, mibPerCpu, sizes]) =>
    sizes.map((cpus) => [`${name}-${cpus}`, termsOf(`${name}-${cpus}`, cpus, cpus * mibPerCpu)] as const)
  )
)

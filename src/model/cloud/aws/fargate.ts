/**
 * Fargate's sizes: each pod gets the smallest that holds its CPU, and its memory with what the Kubernetes components need beside it.
 * Source: Amazon EKS user guide, Fargate pod configuration, table of vCPU and memory.
 */
import type { InstanceTerms } from "../../capacity/terms.ts"

/** Memory of every size that the kubelet, kube-proxy and containerd take. Source: the same. */
const componentsMiB = 256

const gib = 1_024

interface Row {
  readonly milliCpu: number
  readonly fromMiB: number
  readonly toMiB: number
  readonly stepMiB: number
}

const rows: ReadonlyArray<Row> = [
  { milliCpu: 500, fromMiB: gib, toMiB: 4 * gib, stepMiB: gib },
  { milliCpu: 1_000, fromMiB: 2 * gib, toMiB: 8 * gib, stepMiB: gib },
  { milliCpu: 2_000, fromMiB: 4 * gib, toMiB: 16 * gib, stepMiB: gib },
  { milliCpu: 4_000, fromMiB: 8 * gib, toMiB: 30 * gib, stepMiB: gib },
  { milliCpu: 8_000, fromMiB: 16 * gib, toMiB: 60 * gib, stepMiB: 4 * gib },
  { milliCpu: 16_000, fromMiB: 32 * gib, toMiB: 120 * gib, stepMiB: 8 * gib }
]

const sizeOf = (milliCpu: number, memoryMiB: number): InstanceTerms => ({
  type: `fargate-${milliCpu / 1_000}vcpu-${memoryMiB / gib}gb`,
  interfacesMax: 1,
  slotsPerInterface: 0,
  forOnePod: true,
  allocatableMilliCpu: milliCpu,
  allocatableMiB: memoryMiB - componentsMiB
})

/** All sizes, the smallest first: by CPU, then by memory. */
export const fargateSizes: ReadonlyArray<InstanceTerms> = [
  ...[gib / 2, gib, 2 * gib].map((memoryMiB) => sizeOf(250, memoryMiB)),
  ...rows.flatMap(({ milliCpu, fromMiB, toMiB, stepMiB }) =>
    Array.from({ length: (toMiB - fromMiB) / stepMiB + 1 }, (_, index) => sizeOf(milliCpu, fromMiB + index * stepMiB))
  )
]

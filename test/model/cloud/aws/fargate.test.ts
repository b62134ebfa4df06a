/** Fargate's sizes, against the table of the EKS user guide. */
import { expect, test } from "vitest"
import { fargateSizes } from "../../../../src/model/cloud/aws/fargate.ts"

const memories = (milliCpu: number): ReadonlyArray<number> =>
  fargateSizes.filter((size) => size.allocatableMilliCpu === milliCpu).map(({ allocatableMiB }) => (allocatableMiB + 256) / 1_024)

test.each([
  [250, 3, 0.5, 2],
  [500, 4, 1, 4],
  [1_000, 7, 2, 8],
  [2_000, 13, 4, 16],
  [4_000, 23, 8, 30],
  [8_000, 12, 16, 60],
  [16_000, 12, 32, 120]
])("%im CPU come with %i sizes of memory, %d to %d GB", (milliCpu, count, least, most) => {
  const found = memories(milliCpu)
  expect([found.length, found[0], found.at(-1)]).toEqual([count, least, most])
})

test("every size has a name of its own, and the smallest comes first", () => {
  expect(new Set(fargateSizes.map(({ type }) => type)).size).toBe(fargateSizes.length)
  expect(fargateSizes[0]?.type).toBe("fargate-0.25vcpu-0.5gb")
})

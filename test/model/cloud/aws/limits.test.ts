/** Max-pods of every instance type in the data, by the published formula worked out anew, and the edges of the lookup. */
import { expect, test } from "vitest"
import limits from "../../../../src/model/cloud/aws/instance-limits.json" with { type: "json" }
import { instanceTermsOf, instanceTypeNames, interfaceLimitsOf, maxPodsOf } from "../../../../src/model/cloud/aws/limits.ts"

const rows = Object.entries(limits.types as unknown as Record<string, ReadonlyArray<number>>)
const limitsOf = (type: string) => {
  const known = interfaceLimitsOf(type)
  if (known === undefined) throw new Error(`${type} is not in the data`)
  return known
}

test("every type's max-pods follow from its interfaces, with and without custom networking", () => {
  for (const [type, [interfaces = 0, addresses = 0]] of rows) {
    expect([type, maxPodsOf(limitsOf(type))]).toEqual([type, interfaces * (addresses - 1) + 2])
    expect([type, maxPodsOf(limitsOf(type), { customNetworking: true })]).toEqual([type, (interfaces - 1) * (addresses - 1) + 2])
  }
})

test("prefixes multiply a slot by sixteen up to the cap, on nitro and bare metal alone", () => {
  for (const [type, [interfaces = 0, addresses = 0, cpus = 0, , takesPrefixes]] of rows) {
    const wide = Math.min(interfaces * (addresses - 1) * 16 + 2, cpus <= 30 ? 110 : 250)
    expect([type, maxPodsOf(limitsOf(type), { prefixDelegation: true })]).toEqual([
      type,
      takesPrefixes === 1 ? wide : interfaces * (addresses - 1) + 2
    ])
  }
})

test.each([
  ["m5.large", {}, 29],
  ["m5.large", { customNetworking: true }, 20],
  ["m5.large", { prefixDelegation: true }, 110],
  ["c5.18xlarge", { prefixDelegation: true }, 250],
  ["m4.large", { prefixDelegation: true }, 20],
  ["t3.nano", {}, 4]
])("%s with %j carries %i pods", (type, addressing, expected) => {
  expect(maxPodsOf(limitsOf(type), addressing)).toBe(expected)
})

test("a type without published CPU and memory has interfaces but no terms; an unknown one has neither", () => {
  expect(interfaceLimitsOf("bmn-sf1.metal")?.interfaces).toBe(15)
  expect(instanceTermsOf("bmn-sf1.metal")).toBeUndefined()
  expect(interfaceLimitsOf("m5.larg")).toBeUndefined()
  expect(interfaceLimitsOf("toString")).toBeUndefined()
  expect(instanceTypeNames).toEqual([...instanceTypeNames].sort())
})

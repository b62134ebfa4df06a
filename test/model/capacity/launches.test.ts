/** Blocks of a pods' range, and what is refused when a range or a subnet has no more, in the cloud's own words. */
import { describe, expect, test } from "vitest"
import { startAddresses } from "../../../src/model/capacity/addresses.ts"
import { blocksOf, launchRefusalOf } from "../../../src/model/capacity/launches.ts"
import { compileAzure } from "../../../src/model/cloud/azure/compile.ts"
import { compileGcp } from "../../../src/model/cloud/gcp/compile.ts"
import { gkeVpc } from "../../../src/scenario/word/gcp-network.ts"
import { small, subnet } from "../cloud/azure/asking.ts"

const node = (index: number) => ({
  name: `n-${index}`,
  subnet: "shop-nodes",
  instanceType: "e2-standard-4",
  address: `10.10.0.${10 + index}`,
  pinned: []
})
const nodes = (count: number) => Array.from({ length: count }, (_, index) => node(index))
const google = compileGcp(
  gkeVpc({
    name: "shop",
    region: "europe-west1",
    zones: ["europe-west1-b"],
    nodeCidr: "10.10.0.0/24",
    podCidr: "10.20.0.0/19",
    serviceCidr: "10.30.0.0/20"
  }).topology
)

describe("blocks of a pods' range", () => {
  // As gcpdiag reckons two of its projects: 15 of 16, 94 %; and 1 of 1.
  test("a /19 less the /20 of Services has sixteen /24, of which fifteen nodes leave one", () => {
    const podRange = { cidr: "10.20.0.0/19", blockLength: 24, kept: "10.20.16.0/20" }
    const book = startAddresses(nodes(15), google, { podRange })
    expect(blocksOf(book)).toEqual({ all: 16, given: 15 })
    const wish = { zone: "europe-west1-b", subnet: "shop-nodes", instanceType: "e2-standard-4" }
    expect(launchRefusalOf(book, new Set(), wish)).toBeUndefined()
    expect(launchRefusalOf(startAddresses(nodes(16), google, { podRange }), new Set(), wish)?.message).toContain("IP_SPACE_EXHAUSTED")
  })

  test("a part that is kept is given to nobody, wherever it lies", () => {
    const podRange = { cidr: "10.20.0.0/22", blockLength: 24, kept: "10.20.0.0/24" }
    const book = startAddresses(nodes(3), google, { podRange })
    expect([...book.blocks].map((block) => (block >>> 8) & 255)).toEqual([1, 2, 3])
  })
})

describe("addresses that a node takes when it is created", () => {
  const azure = compileAzure(small({ subnets: [subnet("sub", "10.0.0.0/24"), subnet("pods", "10.0.1.0/26")], instances: [] }))
  const wish = { zone: "0", subnet: "sub", instanceType: "Standard_D4s_v5", group: "pool", maxPods: 30 }

  test("one for every pod it may have: a /24 holds eight nodes at thirty", () => {
    const book = startAddresses([], azure, { types: ["Standard_D4s_v5"], podHoldings: { pool: { by: "addresses" } } })
    expect(launchRefusalOf(book, new Set(), wish, 8)).toBeUndefined()
    expect(launchRefusalOf(book, new Set(), wish, 9)).toEqual({
      limit: "free addresses of sub (251 left, 279 asked for)",
      message: "SubnetIsFull: Subnet sub with address prefix 10.0.0.0/24 does not have enough capacity for 279 IP addresses."
    })
  })

  test("blocks of a subnet for pods: one is broken by Azure's own addresses at either end", () => {
    const book = startAddresses([], azure, { types: ["Standard_D4s_v5"], podHoldings: { pool: { by: "blocks", subnet: "pods" } } })
    expect(launchRefusalOf(book, new Set(), wish, 1)).toBeUndefined()
    expect(launchRefusalOf(book, new Set(), wish, 2)?.limit).toBe("free blocks of 16 in pods (2 left, 4 asked for)")
  })
})

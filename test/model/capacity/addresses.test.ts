/** Pools over time: what an agent asks for and when, what a subnet refuses, and that no address is ever handed out twice or lost. */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { AddressBook } from "../../../src/model/capacity/address-book.ts"
import { addressesOf } from "../../../src/model/capacity/pool.ts"
import { formatAddress, parsePrefix } from "../../../src/model/net/ip.ts"
import { type Hand, holdingOf, linesOf, playPools, reservedOf } from "./pools.ts"

const zone = "a"
const podsOn = (node: string, count: number, at: number, from = 0): ReadonlyArray<readonly [number, Hand]> =>
  Array.from({ length: count }, (_, index) => [at, { pod: `${node}/p${from + index}`, on: node }] as const)
const goneFrom = (node: string, count: number, at: number): ReadonlyArray<readonly [number, Hand]> =>
  Array.from({ length: count }, (_, index) => [at, { gone: `${node}/p${index}` }] as const)
const one = { nodes: { n: { type: "m5.large", subnet: "s", at: 10 } }, subnets: { s: { zone, cidr: "10.0.0.0/24" } } }

test("an agent fills its first interface, looks half a loop later, and attaches another in ten seconds", () => {
  const run = playPools(one, podsOn("n", 9, 15), 60)
  expect(linesOf(run, ["InterfaceCreated", "InterfaceAttached"])).toEqual([
    "10 InterfaceAttached n",
    "17.5 InterfaceCreated n",
    "27.5 InterfaceAttached n"
  ])
})

test("a pool that is not too low holds no appointment", () => {
  expect(linesOf(playPools(one, [], 3_600))).toEqual(["10 InterfaceAttached n"])
})

test("a freed address is not given again for thirty seconds, and counts as available all the while", () => {
  const run = playPools(
    one,
    [
      [20, { pod: "x", on: "n" }],
      [21, { gone: "x" }],
      [22, { pod: "y", on: "n" }],
      [51, { pod: "z", on: "n" }]
    ],
    60
  )
  const given = run.recorded.flatMap(({ event }) => (event._tag === "kube/PodAddressAssigned" ? [[event.pod, event.address]] : []))
  expect(given).toEqual([
    ["x", "10.0.0.5"],
    ["y", "10.0.0.6"],
    ["z", "10.0.0.5"]
  ])
})

test("a new interface is all or nothing: few free addresses stay stranded, and the agent pauses 125 s", () => {
  const run = playPools({ ...one, subnets: { s: { zone, cidr: "10.0.0.0/27" } } }, podsOn("n", 27, 20).concat(podsOn("n", 9, 40, 27)), 400)
  expect(holdingOf(run, "n")).toMatchObject({ perInterface: [9, 9], fromSubnet: 20 })
  expect(linesOf(run, ["GrowthRefused"])).toEqual(["42.5 GrowthRefused n", "167.5 GrowthRefused n", "292.5 GrowthRefused n"])
  const refused = run.recorded.find(({ event }) => event._tag === "capacity/GrowthRefused")?.event
  expect(refused).toMatchObject({ code: "InsufficientFreeAddressesInSubnet", asked: 10, free: 7, subnet: "s" })
})

test("the last node of a full subnet drips: a single address a look until none is free", () => {
  const nodes = { a: { type: "m5.large", subnet: "s" }, b: { type: "m5.large", subnet: "s" }, c: { type: "m5.large", subnet: "s", at: 10 } }
  const run = playPools({ nodes, subnets: { s: { zone, cidr: "10.0.0.0/27" } } }, [], 60)
  expect(linesOf(run, ["AddressesAdded"])).toEqual([12.5, 17.5, 22.5, 27.5, 32.5].map((at) => `${at} AddressesAdded c`))
  expect(holdingOf(run, "c").perInterface).toEqual([6])
})

test("an idle interface goes when it is a minute old, its addresses are cool, and two are spare", () => {
  const run = playPools(one, [...podsOn("n", 9, 15), ...podsOn("n", 1, 28, 9), ...goneFrom("n", 10, 100)], 200)
  expect(linesOf(run, ["InterfaceReleased"])).toEqual(["102.5 InterfaceReleased n", "132.5 InterfaceReleased n"])
  expect(holdingOf(run, "n").perInterface).toEqual([9])
})

test("with a target for addresses the surplus goes back, at most every thirty seconds", () => {
  const run = playPools(
    { ...one, settings: { warmAddresses: 2 } },
    [...podsOn("n", 2, 15), ...podsOn("n", 2, 20, 2), ...goneFrom("n", 4, 60)],
    200
  )
  expect(holdingOf(run, "n")).toMatchObject({ addresses: 2, unused: 2 })
  expect(linesOf(run, ["AddressesReleased"])).toEqual(["62.5 AddressesReleased n", "92.5 AddressesReleased n"])
})

describe("subnets for pods", () => {
  const two = { ...one.subnets, pods: { zone, cidr: "100.64.0.0/24", forPods: true } }
  const where = (run: ReturnType<typeof playPools>) => run.book.pools.get("n")?.interfaces.map(({ subnet }) => subnet)
  test("a tagged one in the same zone is used when it has more free addresses", () => {
    expect(where(playPools({ ...one, subnets: { ...two, s: { zone, cidr: "10.0.0.0/27" } } }, podsOn("n", 9, 15), 60))).toEqual([
      "s",
      "pods"
    ])
  })
  test("not one of another zone or another network, nor with discovery off", () => {
    const narrow = { ...two, s: { zone, cidr: "10.0.0.0/27" } }
    const stays = ["s", "s"]
    expect(where(playPools({ ...one, subnets: { ...narrow, pods: { ...two.pods, zone: "b" } } }, podsOn("n", 9, 15), 60))).toEqual(stays)
    expect(where(playPools({ ...one, subnets: { ...narrow, pods: { ...two.pods, network: "x" } } }, podsOn("n", 9, 15), 60))).toEqual(stays)
    expect(where(playPools({ ...one, subnets: narrow, settings: { subnetDiscovery: false } }, podsOn("n", 9, 15), 60))).toEqual(stays)
  })
  test("with custom networking the first interface carries no pod", () => {
    const run = playPools({ ...one, subnets: two, podSubnets: { a: "pods" } }, [], 60)
    expect(where(run)).toEqual(["s", "pods"])
    expect(holdingOf(run, "n").perInterface).toEqual([0, 9])
  })
})

describe("prefixes", () => {
  const delegating = { ...one, settings: { prefixDelegation: true } }
  test("a whole free block is taken, aligned", () => {
    const run = playPools(delegating, [], 60)
    expect([...(run.book.pools.get("n")?.interfaces[0]?.prefixes ?? [])].map(formatAddress)).toEqual(["10.0.0.16"])
  })
  test("free addresses without a free block are refused: InsufficientCidrBlocks, again every 125 s", () => {
    const strays = Array.from({ length: 16 }, (_, block) => `10.0.0.${block * 16 + 9}`)
    const run = playPools({ ...delegating, subnets: { s: { zone, cidr: "10.0.0.0/24", reserved: strays } } }, [], 300)
    expect(linesOf(run, ["GrowthRefused"])).toEqual([10, 12.5, 137.5, 262.5].map((at) => `${at} GrowthRefused n`))
    const refused = run.recorded.findLast(({ event }) => event._tag === "capacity/GrowthRefused")?.event
    expect(refused).toMatchObject({ code: "InsufficientCidrBlocks", free: 0 })
  })
  test("a range kept for prefixes is used by them alone", () => {
    const kept = [{ cidr: "10.0.0.128/25", use: "prefixes" as const }]
    const run = playPools({ ...delegating, subnets: { s: { zone, cidr: "10.0.0.0/24", kept } } }, [], 60)
    expect([...(run.book.pools.get("n")?.interfaces[0]?.prefixes ?? [])].map(formatAddress)).toEqual(["10.0.0.128"])
  })
  test("an older type falls back to single addresses", () => {
    const run = playPools({ ...delegating, nodes: { n: { type: "m4.large", subnet: "s", at: 10 } } }, [], 60)
    expect(holdingOf(run, "n")).toMatchObject({ perInterface: [9], prefixes: [0] })
  })
  test("switched on later, what a node takes from then on are prefixes", () => {
    const run = playPools(one, [[20, { switch: { prefixDelegation: true } }], ...podsOn("n", 9, 25)], 60)
    expect(holdingOf(run, "n")).toMatchObject({ perInterface: [9, 0], prefixes: [0, 1] })
  })
})

test("calls beyond the bucket wait for their turn, first asked, first served", () => {
  const names = Array.from({ length: 6 }, (_, index) => `n${index}`)
  const nodes = Object.fromEntries(names.map((name) => [name, { type: "m5.large", subnet: "s", at: 10 }]))
  const run = playPools(
    { nodes, subnets: { s: { zone, cidr: "10.0.0.0/22" } }, settings: { cloudCallsBurst: 2, cloudCallsPerSecond: 1 } },
    names.flatMap((name) => podsOn(name, 1, 11)),
    60
  )
  expect(linesOf(run, ["InterfaceCreated"])).toEqual(
    [12.5, 12.5, 13.5, 14.5, 15.5, 16.5].map((at, index) => `${at} InterfaceCreated n${index}`)
  )
})

/** Every taken address has exactly one reason: reserved, a node's own, or held by one interface; every held one is somebody's or ready. */
const checkBook = (book: AddressBook): void => {
  const owners = new Map<number, string>()
  const own = (address: number, who: string): void => {
    expect(owners.get(address)).toBeUndefined()
    owners.set(address, who)
  }
  for (const [name, pool] of book.pools) {
    for (const each of pool.interfaces) {
      own(each.own, name)
      for (const address of addressesOf(each)) own(address, name)
      const subnet = book.subnets.get(each.subnet)
      for (const address of [each.own, ...addressesOf(each)]) {
        expect(address >= (subnet?.first ?? 0) && address <= (subnet?.last ?? 0)).toBe(true)
        expect(subnet?.taken.has(address)).toBe(true)
      }
    }
    const held = pool.interfaces.flatMap((each) => (each.attachedAt === undefined ? [] : addressesOf(each)))
    const known = [...pool.spare, ...pool.cooling.keys(), ...pool.held.values()]
    expect(new Set(known).size).toBe(known.length)
    expect([...known].sort((left, right) => left - right)).toEqual([...held].sort((left, right) => left - right))
  }
  for (const [, subnet] of book.subnets) {
    const unexplained = [...subnet.taken].filter((address) => !owners.has(address))
    const idle = [...book.pools.values()].filter(({ interfaces }) => interfaces.length === 0).length
    expect(unexplained.length).toBeLessThanOrEqual(5 + idle)
    const counted = [...subnet.blocks.values()].reduce((sum, count) => sum + count, 0)
    expect(counted).toBe(subnet.taken.size)
    let lowest = subnet.first
    while (subnet.taken.has(lowest)) lowest++
    expect(subnet.lowest).toBe(lowest)
  }
}

test("over any sequence of pods, losses and switches, addresses are unique, inside their subnet, and none is lost", () => {
  const hand = fc.oneof(
    { weight: 8, arbitrary: fc.record({ pod: fc.nat(60).map((index) => `p${index}`), on: fc.constantFrom("a", "b", "c") }) },
    { weight: 5, arbitrary: fc.record({ gone: fc.nat(60).map((index) => `p${index}`) }) },
    { weight: 1, arbitrary: fc.record({ nodeGone: fc.constantFrom("b", "c") }) },
    {
      weight: 1,
      arbitrary: fc.record({
        switch: fc.constantFrom({ prefixDelegation: true }, { prefixDelegation: false }, { warmAddresses: 3 }, { warmAddresses: 0 })
      })
    }
  )
  const moves = fc.array(fc.tuple(fc.nat(400), hand), { maxLength: 80 })
  fc.assert(
    fc.property(moves, fc.constantFrom("10.0.0.0/27", "10.0.0.0/26", "10.0.0.0/24"), (given, cidr) => {
      const placed = new Set<string>()
      const hands = [...given]
        .sort(([left], [right]) => left - right)
        .filter(([, each]) => !("pod" in each) || (!placed.has(each.pod) && placed.add(each.pod)))
      const type = "t3.small"
      const nodes = { a: { type, subnet: "s" }, b: { type, subnet: "s", at: 5 }, c: { type, subnet: "s", at: 50 } }
      const subnets = { s: { zone, cidr }, tagged: { zone, cidr: "100.64.0.0/28", forPods: true } }
      checkBook(playPools({ nodes, subnets }, hands as ReadonlyArray<readonly [number, Hand]>, 600).book)
    }),
    { numRuns: 150 }
  )
})

test("when every node is gone, the subnet has only what the cloud keeps", () => {
  const cidr = "10.0.0.0/24"
  const nodes = { a: { type: "m5.large", subnet: "s" }, b: { type: "m5.large", subnet: "s", at: 5 } }
  const run = playPools(
    { nodes, subnets: { s: { zone, cidr } } },
    [...podsOn("a", 20, 10), ...podsOn("b", 9, 10), [18, { nodeGone: "a" }], [18, { nodeGone: "b" }]],
    60
  )
  expect([...(run.book.subnets.get("s")?.taken ?? [])].map(formatAddress).sort()).toEqual([...reservedOf(cidr)].sort())
  expect(parsePrefix(cidr)).toBeDefined()
})

import { describe, expect, test } from "vitest"
import type { Balancer, BalancerTarget, FrontEnd } from "../../../src/model/balance/balancer.ts"
import { eligibleTargets, isEnough, isServed } from "../../../src/model/balance/eligible.ts"
import type { LoadBalancerSpec } from "../../../src/model/balance/spec.ts"

const spec = (changes: Partial<LoadBalancerSpec> = {}): LoadBalancerSpec => ({
  id: "lb",
  dnsName: "lb.example",
  kind: "network",
  subnets: [],
  groups: [],
  crossZone: false,
  healthCheck: { protocol: "tcp", intervalMs: 10_000, timeoutMs: 10_000, unhealthyThreshold: 3, healthyThreshold: 3 },
  ...changes
})

const frontEnd: FrontEnd = {
  subnet: "",
  address: "",
  publicAddress: "",
  up: true,
  upChangedAt: 0,
  served: true,
  servedChangedAt: 0,
  believedUp: true,
  believedServed: true,
  listed: true,
  checkerBroken: false,
  shifted: false
}
const targetIn = (zone: string, healthy: boolean, more: Partial<BalancerTarget> = {}): BalancerTarget => ({
  member: "",
  group: "",
  zone,
  initial: false,
  healthy,
  streak: 0,
  path: { ok: healthy, fails: "" },
  chain: 1,
  ...more
})
const balancerOf = (targets: Readonly<Record<string, BalancerTarget>>, shifted: ReadonlyArray<string> = []): Balancer => ({
  id: "lb",
  service: "ns/web",
  frontEnds: new Map(["a", "b"].map((zone) => [zone, { ...frontEnd, shifted: shifted.includes(zone) }])),
  targets: new Map(Object.entries(targets))
})

const half = balancerOf({ a1: targetIn("a", true), a2: targetIn("a", false), b1: targetIn("b", false), b2: targetIn("b", false) })

describe("targets that get new connections", () => {
  test("are the healthy ones; in a zone without any, all of that zone", () => {
    expect(eligibleTargets(half, spec(), "")).toEqual(["a1", "b1", "b2"])
  })
  test("are the healthy ones anywhere, where the balancer crosses zones", () => {
    expect(eligibleTargets(half, spec({ crossZone: true }), "")).toEqual(["a1"])
  })
  test("are all when none is healthy anywhere", () => {
    const ill = balancerOf({ a1: targetIn("a", false), b1: targetIn("b", false) })
    expect(eligibleTargets(ill, spec({ crossZone: true }), "")).toEqual(["a1", "b1"])
    expect(eligibleTargets(ill, spec({ kind: "classic" }), "")).toEqual([])
  })
  test("are all as soon as fewer are healthy than routing wants", () => {
    const routing = { minimumHealthy: { routing: { count: 2 } } }
    expect(eligibleTargets(half, spec(routing), "")).toEqual(["a1", "a2", "b1", "b2"])
  })
  test("are never those that drain, of a zone shifted away from, or of another group", () => {
    const some = balancerOf(
      {
        a1: targetIn("a", true, { draining: 9 }),
        a2: targetIn("a", true),
        a3: targetIn("a", true, { group: "x" }),
        b1: targetIn("b", true)
      },
      ["b"]
    )
    expect(eligibleTargets(some, spec({ crossZone: true }), "")).toEqual(["a2"])
  })
})

describe("a zone is served", () => {
  test("by its own healthy target where the balancer keeps to zones, by any where it crosses them", () => {
    expect(["a", "b"].map((zone) => isServed(half, spec(), zone))).toEqual([true, false])
    expect(["a", "b"].map((zone) => isServed(half, spec({ crossZone: true }), zone))).toEqual([true, true])
  })
  test("only if every group of targets has one", () => {
    const two = balancerOf({ a1: targetIn("a", true, { group: "x" }), a2: targetIn("a", false, { group: "y" }) })
    expect(isServed(two, spec(), "a")).toBe(false)
  })
  test("not without any target", () => {
    expect(isServed(balancerOf({}), spec(), "a")).toBe(false)
  })

  // The worked example of the NLB guide: a group that wants half its targets healthy, four of ten in one zone and all ten in the other.
  const example = balancerOf(
    Object.fromEntries(
      ["a", "b"].flatMap((zone) =>
        Array.from({ length: 10 }, (_, index) => [`${zone}${index}`, targetIn(zone, zone === "b" || index < 4)] as const)
      )
    )
  )
  const wanted = { minimumHealthy: { dns: { percent: 50 } } }
  test("by zone when it keeps to zones: the zone with 4 of 10 leaves DNS", () => {
    expect(["a", "b"].map((zone) => isServed(example, spec(wanted), zone))).toEqual([false, true])
  })
  test("aws-89: together when it crosses zones: 14 of 20 are enough, and each node sends to 14", () => {
    const crossing = spec({ ...wanted, crossZone: true })
    expect(["a", "b"].map((zone) => isServed(example, crossing, zone))).toEqual([true, true])
    expect(eligibleTargets(example, crossing, "")).toHaveLength(14)
  })
})

test("a threshold is met at its number, not below; a percentage likewise", () => {
  expect([isEnough(0, 3), isEnough(1, 3), isEnough(1, 3, { count: 2 }), isEnough(2, 3, { count: 2 })]).toEqual([false, true, false, true])
  expect([isEnough(1, 3, { percent: 34 }), isEnough(1, 2, { percent: 50 })]).toEqual([false, true])
})

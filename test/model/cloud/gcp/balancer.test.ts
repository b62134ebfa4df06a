/** Load balancers: who is healthy by the rules, what a backend sees of its client, and how a global one spreads. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import type { LoadBalancer } from "../../../../src/model/cloud/gcp/topology-balancer.ts"
import { spreadOf } from "../../../../src/model/cloud/gcp/traffic-spread.ts"
import type { Branch } from "../../../../src/model/net/verdict.ts"
import { ask, askAll, endOf, instance, nat, type Rule, region, rule, small, subnetwork, to } from "./asking.ts"

const shared = {
  id: "lb",
  network: "net",
  address: "203.0.113.50",
  protocol: "tcp",
  port: 443,
  healthCheckPort: 8_080,
  backends: [{ id: "group", instances: ["a", "b"] }]
} as const
const globally: LoadBalancer = { ...shared, _tag: "GlobalExternalApplication", backendPort: 8_080 }
const regionally: LoadBalancer = { ...shared, _tag: "RegionalExternalApplication", region, backendPort: 8_080 }
const inside: LoadBalancer = {
  ...shared,
  _tag: "InternalApplication",
  address: "10.0.1.200",
  region,
  subnetwork: "sub",
  globalAccess: false,
  backendPort: 8_080
}
const through: LoadBalancer = { ...shared, _tag: "ExternalPassthrough", region, port: 8_080 }
const throughInside: LoadBalancer = {
  ...shared,
  _tag: "InternalPassthrough",
  address: "10.0.1.200",
  port: 8_080,
  region,
  subnetwork: "sub",
  globalAccess: false
}

const serving = { listening: [{ protocol: "tcp" as const, port: 8_080 }] }
const proxies = subnetwork("proxies", "10.0.9.0/24", { purpose: "proxy-only" })
const from = (id: string, ...sourceRanges: ReadonlyArray<string>): Rule => rule(id, { sourceRanges })
const checks = from("checks", "35.191.0.0/16", "130.211.0.0/22")

const balanced = (loadBalancer: LoadBalancer, firewallRules: ReadonlyArray<Rule>, parts: Partial<GcpTopology> = {}): GcpTopology =>
  small({
    subnetworks: [subnetwork("sub", "10.0.1.0/24"), proxies],
    instances: [instance("vm", "10.0.1.10"), instance("a", "10.0.1.21", serving), instance("b", "10.0.1.22", serving)],
    firewallRules,
    loadBalancers: [loadBalancer],
    ...parts
  })

const client = (port = 443) => to("203.0.113.50", port, { from: "internet" })
const seenFrom = (branches: ReadonlyArray<Branch>): ReadonlyArray<string> => branches.map(({ forward }) => forward.flow.source)

describe("what a backend sees", () => {
  test("of a global proxy: the ranges of the health checks, so that one rule lets in both", () => {
    const branches = askAll(balanced(globally, [checks]), client())
    expect(branches.map((branch) => [endOf(branch), branch.reached, branch.share])).toEqual([
      ["ok", "a", { of: 1, over: 2 }],
      ["ok", "b", { of: 1, over: 2 }]
    ])
    expect(new Set(seenFrom(branches))).toEqual(new Set(["35.191.0.10"]))
  })

  test("of a regional proxy: its proxy-only subnetwork, which needs a rule beside the checks'", () => {
    expect(askAll(balanced(regionally, [checks]), client()).map(endOf)).toEqual(["deny at a: FIREWALL_RULE", "deny at b: FIREWALL_RULE"])
    const branches = askAll(balanced(regionally, [checks, from("proxies", "10.0.9.0/24")]), client())
    expect([branches.map(endOf), seenFrom(branches)]).toEqual([
      ["ok", "ok"],
      ["10.0.9.10", "10.0.9.10"]
    ])
    expect(endOf(ask(balanced(inside, [checks, from("proxies", "10.0.9.0/24")]), to("10.0.1.200", 443)))).toBe("ok")
  })

  test("a proxy without a proxy-only subnetwork is a mistake", () => {
    expect(() => ask(balanced(regionally, [], { subnetworks: [subnetwork("sub", "10.0.1.0/24")] }), client())).toThrow(
      /load balancer "lb": "net" has no proxy-only subnetwork in "europe-west1"/
    )
  })

  test("of a passthrough one: the client itself", () => {
    const passthroughChecks = from("checks", "35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22")
    expect(askAll(balanced(through, [passthroughChecks]), client(8_080)).map(endOf)).toEqual([
      "deny at a: FIREWALL_RULE",
      "deny at b: FIREWALL_RULE"
    ])
    const branches = askAll(balanced(through, [passthroughChecks, from("clients", "198.18.0.0/15")]), client(8_080))
    expect([branches.map(endOf), new Set(seenFrom(branches))]).toEqual([["ok", "ok"], new Set(["198.18.0.1"])])
    const within = askAll(balanced(throughInside, [checks, from("clients", "10.0.1.0/24")]), to("10.0.1.200", 8_080))
    expect([within.map(endOf), new Set(seenFrom(within))]).toEqual([["ok", "ok"], new Set(["10.0.1.10"])])
  })
})

test("an internal one serves clients of its region, or with global access all", () => {
  const asked = (globalAccess: boolean) => {
    const topology = balanced({ ...throughInside, globalAccess }, [checks, from("clients", "10.0.0.0/8")], {
      regions: [region, "us-east1"],
      subnetworks: [subnetwork("sub", "10.0.1.0/24"), subnetwork("far", "10.0.2.0/24", { region: "us-east1" })],
      instances: [
        instance("vm", "10.0.2.10", { subnetwork: "far", zone: "us-east1-b" }),
        instance("near", "10.0.1.10"),
        instance("a", "10.0.1.21", serving),
        instance("b", "10.0.1.22", serving)
      ]
    })
    return ["vm", "near"].map((id) => endOf(ask(topology, to("10.0.1.200", 8_080, { from: id }))))
  }
  expect(asked(false)).toEqual(["deny at lb: FORWARDING_RULE_REGION_MISMATCH", "ok"])
  expect(asked(true)).toEqual(["ok", "ok"])
})

describe("health", () => {
  test("a check from half of its ranges is none", () => {
    const half = from("half", "35.191.0.0/16")
    const branch = ask(balanced(globally, [half]), client())
    expect(branch.forward.end).toMatchObject({
      at: "lb",
      reason: "NoTarget",
      code: "FIREWALL_BLOCKING_LOAD_BALANCER_BACKEND_HEALTH_CHECK",
      origin: { resource: "net", part: "implied deny ingress 65535" },
      fails: "error"
    })
  })

  test("an instance that is stopped, or does not listen, gets nothing", () => {
    const mixed = [instance("a", "10.0.1.21", { ...serving, running: false }), instance("b", "10.0.1.22", serving)]
    expect(askAll(balanced(globally, [checks], { instances: mixed }), client()).map(({ reached }) => reached)).toEqual(["b"])
    const deaf = [instance("a", "10.0.1.21"), instance("b", "10.0.1.22")]
    expect(endOf(ask(balanced(globally, [checks], { instances: deaf }), client()))).toBe("drop at lb: HTTP 503")
  })

  test("passthrough ones send to all when none is healthy", () => {
    const branches = askAll(balanced(throughInside, [from("clients", "10.0.1.0/24")]), to("10.0.1.200", 8_080))
    expect(branches.map(endOf)).toEqual(["ok", "ok"])
  })
})

test("an instance reaches a global balancer through its way out", () => {
  const topology = balanced(globally, [checks])
  expect(endOf(ask(topology, to("203.0.113.50", 443)))).toBe("drop at net/default-internet-gateway: NO_EXTERNAL_ADDRESS")
  expect(endOf(ask({ ...topology, cloudNats: [nat()] }, to("203.0.113.50", 443)))).toBe("ok")
})

test("a port without a forwarding rule is dropped", () => {
  expect(endOf(ask(balanced(globally, [checks]), client(80)))).toBe("drop at lb: FORWARDING_RULE_MISMATCH")
})

describe("a global balancer", () => {
  const west = { region: "europe-west1", members: ["w1", "w2"], capacity: 100 }
  const east = { region: "us-east1", members: ["e1", "e2", "e3"], capacity: 90 }
  const nearWest = (requests: number) => ({ nearest: ["europe-west1", "us-east1"], requests })

  test("serves its clients from the nearest region, and the rest from the next", () => {
    expect(Object.fromEntries(spreadOf([nearWest(80)], [west, east]))).toEqual({ w1: 240, w2: 240, e1: 0, e2: 0, e3: 0 })
    expect(Object.fromEntries(spreadOf([nearWest(130)], [west, east]))).toEqual({ w1: 300, w2: 300, e1: 60, e2: 60, e3: 60 })
    expect(Object.fromEntries(spreadOf([nearWest(130)], [east]))).toEqual({ e1: 130, e2: 130, e3: 130 })
  })

  test("by shares of what comes in, when a region is gone", () => {
    const regions = balanced(
      {
        ...globally,
        backends: [
          { id: "west", instances: ["a"] },
          { id: "east", instances: ["b"] }
        ],
        clients: [nearWest(10)]
      },
      [checks],
      {
        regions: [region, "us-east1"],
        subnetworks: [subnetwork("sub", "10.0.1.0/24"), subnetwork("far", "10.0.2.0/24", { region: "us-east1" })],
        instances: [instance("a", "10.0.1.21", serving), instance("b", "10.0.2.22", { ...serving, subnetwork: "far", zone: "us-east1-b" })]
      }
    )
    expect(askAll(regions, client()).map(({ reached }) => reached)).toEqual(["a"])
    const lost = { ...regions, instances: regions.instances.map((each) => (each.id === "a" ? { ...each, running: false } : each)) }
    expect(askAll(lost, client()).map(({ reached }) => reached)).toEqual(["b"])
  })

  test("gives no request away and none twice, and none beyond capacity while there is room", () => {
    const group = fc.record({
      region: fc.constantFrom("r1", "r2", "r3"),
      size: fc.integer({ min: 1, max: 4 }),
      capacity: fc.integer({ min: 0, max: 50 })
    })
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 100 }), (drawn, requests) => {
        const groups = drawn.map(({ size, ...each }, index) => ({
          ...each,
          members: Array.from({ length: size }, (_, member) => `${index}-${member}`)
        }))
        const weights = spreadOf([{ nearest: ["r1", "r2", "r3"], requests }], groups)
        const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
        // Weights are in the ratio of requests: so many of them make one.
        const unit = requests === 0 ? 1 : all / requests
        const got = groups.map(({ members }) => members.reduce((sum, id) => sum + (weights.get(id) ?? 0), 0) / unit)
        expect(got.reduce((sum, each) => sum + each, 0)).toBe(requests)
        const room = drawn.reduce((sum, { capacity }) => sum + capacity, 0)
        if (requests <= room) for (const [index, each] of got.entries()) expect(each).toBeLessThanOrEqual(drawn[index]?.capacity ?? 0)
        for (const weight of weights.values()) expect(Number.isInteger(weight)).toBe(true)
      })
    )
  })
})

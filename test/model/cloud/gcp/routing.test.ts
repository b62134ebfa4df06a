/** Where packets go: subnetworks, tags, next hops, policies, auto mode, regions. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compileGcp } from "../../../../src/model/cloud/gcp/compile.ts"
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import { chooseRoute } from "../../../../src/model/net/route.ts"
import {
  ask,
  askAll,
  endOf,
  fabricOf,
  hopNames,
  instance,
  nat,
  network,
  region,
  route,
  rule,
  small,
  stepsOf,
  subnetwork,
  to,
  toInternet,
  via
} from "./asking.ts"

const router = (id: string, address: string, more = {}) => instance(id, address, { canIpForward: true, tags: ["router"], ...more })

describe("a network is global", () => {
  const two = small({
    regions: [region, "us-east1"],
    subnetworks: [subnetwork("sub", "10.0.1.0/24"), subnetwork("far", "10.0.2.0/24", { region: "us-east1" })],
    instances: [instance("vm", "10.0.1.10"), instance("far-vm", "10.0.2.10", { subnetwork: "far", zone: "us-east1-c" })],
    routes: []
  })
  test("regions reach one another without any gateway", () => {
    const branch = ask(two, to("10.0.2.10"))
    expect([endOf(branch), hopNames(branch)]).toEqual(["ok", ["vm", "sub", "net", "far", "far-vm"]])
  })
  test("an address that nobody owns is unknown", () => {
    expect(endOf(ask(two, to("10.0.2.77")))).toBe("drop at far: UNKNOWN_INTERNAL_ADDRESS")
    expect(endOf(ask(two, to("10.0.1.77")))).toBe("drop at sub: UNKNOWN_INTERNAL_ADDRESS")
  })
  test("an instance in a zone of another region than its subnetwork is a mistake", () => {
    const stray = small({ instances: [instance("vm", "10.0.1.10", { zone: "us-east1-b" })] })
    expect(() => compileGcp(stray)).toThrow(/"vm" in zone "us-east1-b": subnetwork "sub" is of region "europe-west1"/)
  })
})

describe("auto mode", () => {
  const auto = small({ networks: [network("net", { mode: "auto" })], regions: [region, "us-central1"], subnetworks: [], instances: [] })
  test("makes a subnetwork in each region, at the fixed places", () => {
    const cidrs = [...compileGcp(auto).subnets.values()].map(({ id, cidr }) => [id, cidr])
    expect(cidrs).toEqual([
      [`net/${region}`, "10.132.0.0/20"],
      ["net/us-central1", "10.128.0.0/20"]
    ])
  })
  test("leaves a place to a subnetwork that is written", () => {
    const written = { ...auto, subnetworks: [subnetwork("own", "10.132.0.0/20", { privateGoogleAccess: true })] }
    expect([...compileGcp(written).subnets.keys()]).toEqual(["own", "net/us-central1"])
  })
  test("knows no place for a region that it has never heard of", () => {
    expect(() => compileGcp({ ...auto, regions: ["mars-north1"] })).toThrow(/no range for region "mars-north1"/)
  })
})

test("a primary range keeps four addresses for itself", () => {
  const { subnets } = compileGcp(small({ instances: [], subnetworks: [subnetwork("sub", "10.0.1.0/28")] }))
  expect(subnets.get("sub")).toEqual({
    id: "sub",
    cidr: "10.0.1.0/28",
    network: "net",
    reserved: ["10.0.1.0", "10.0.1.1", "10.0.1.15", "10.0.1.14"]
  })
})

describe("custom routes", () => {
  test("never beat a subnetwork's, however long they are", () => {
    const topology = small({
      subnetworks: [subnetwork("sub", "10.0.1.0/24"), subnetwork("near", "10.0.2.0/24")],
      instances: [instance("vm", "10.0.1.10"), router("router", "10.0.1.20"), instance("other", "10.0.2.10", { subnetwork: "near" })],
      routes: [route("narrow", "10.0.2.10/32", via("router"), { priority: 0 })]
    })
    const branch = ask(topology, to("10.0.2.10"))
    expect([endOf(branch), hopNames(branch)]).toEqual(["ok", ["vm", "sub", "net", "near", "other"]])
    expect(stepsOf(branch, "Routed")[0]?.losers).toMatchObject([
      { route: { resource: "narrow" }, why: "static routes give way to connected ones here" }
    ])
  })

  test("of equal ranges and priorities the kind of next hop decides", () => {
    const topology = small({
      routes: [toInternet, route("through", "0.0.0.0/0", via("router"))],
      instances: [instance("vm", "10.0.1.10", { externalAddress: "203.0.113.9" }), router("router", "10.0.1.20")]
    })
    expect(stepsOf(ask(topology, to("8.8.8.8")), "Routed")[0]?.won.resource).toBe("through")
  })

  test("with tags hold for instances with one of them", () => {
    const topology = small({
      routes: [toInternet, route("inspected", "0.0.0.0/0", via("router"), { priority: 100, tags: ["inspect"] })],
      instances: [
        instance("vm", "10.0.1.10", { tags: ["inspect"] }),
        instance("plain", "10.0.1.11"),
        router("router", "10.0.1.20", { externalAddress: "203.0.113.9" })
      ],
      cloudNats: [nat()]
    })
    expect(stepsOf(ask(topology, to("8.8.8.8", 443, { from: "plain" })), "Routed")[0]?.won.resource).toBe("default-route")
    const inspected = ask(topology, to("8.8.8.8", 443))
    expect(stepsOf(inspected, "Routed").map(({ won }) => won.resource)).toEqual(["inspected", "default-route"])
    // Nobody hides it: what a router passes on bears another's address, which no external address and no NAT stands for.
    expect(endOf(inspected)).toBe("drop at net/default-internet-gateway: FOREIGN_IP_DISALLOWED")
  })

  test("to an instance that does not forward, or to an address that nobody has", () => {
    const topology = small({
      routes: [route("to-vm", "10.9.0.0/16", via("other")), route("to-nobody", "10.8.0.0/16", { _tag: "Address", address: "10.0.1.99" })]
    })
    expect(endOf(ask(topology, to("10.9.0.1")))).toBe("drop at other: FOREIGN_IP_DISALLOWED")
    expect(endOf(ask(topology, to("10.8.0.1")))).toBe("drop at sub: ROUTE_BLACKHOLE")
  })

  test("a next hop by its address", () => {
    const topology = small({
      routes: [route("to-address", "10.9.0.0/16", { _tag: "Address", address: "10.0.1.20" })],
      instances: [instance("vm", "10.0.1.10"), router("router", "10.0.1.20")]
    })
    expect(hopNames(ask(topology, to("10.9.0.1"))).slice(0, 4)).toEqual(["vm", "sub", "net", "router"])
  })
})

const passthrough = (instances: ReadonlyArray<string>) =>
  ({
    _tag: "InternalPassthrough",
    id: "ilb",
    network: "net",
    region,
    subnetwork: "sub",
    globalAccess: false,
    address: "10.0.1.200",
    protocol: "tcp",
    port: 80,
    healthCheckPort: 80,
    backends: [{ id: "group", instances }]
  }) as const

const inspecting = (parts: Partial<GcpTopology>): GcpTopology =>
  small({
    subnetworks: [subnetwork("sub", "10.0.1.0/24"), subnetwork("near", "10.0.2.0/24")],
    instances: [
      instance("vm", "10.0.1.10"),
      instance("other", "10.0.2.10", { subnetwork: "near" }),
      router("router-a", "10.0.1.21"),
      router("router-b", "10.0.1.22")
    ],
    loadBalancers: [passthrough(["router-a", "router-b"])],
    ...parts
  })

describe("a load balancer as next hop", () => {
  test("shares what it takes, and a reply goes by the router of its request", () => {
    const topology = inspecting({
      routes: [route("by-ilb", "10.9.0.0/16", { _tag: "LoadBalancer", loadBalancer: "ilb" }, { tags: ["sends"] })],
      instances: [
        instance("vm", "10.0.1.10", { tags: ["sends"] }),
        router("router-a", "10.0.1.21"),
        router("router-b", "10.0.1.22"),
        instance("beyond", "10.0.1.30", { aliasRanges: [] })
      ]
    })
    const taken = askAll(topology, to("10.9.0.1")).map((branch) => [branch.share, hopNames(branch).slice(2, 5)])
    expect(taken).toEqual([
      [{ of: 1, over: 2 }, ["net", "ilb", "router-a"]],
      [{ of: 1, over: 2 }, ["net", "ilb", "router-b"]]
    ])
  })

  test("one without instances drops", () => {
    const topology = inspecting({
      routes: [route("by-ilb", "10.9.0.0/16", { _tag: "LoadBalancer", loadBalancer: "ilb" })],
      loadBalancers: [passthrough([])]
    })
    expect(endOf(ask(topology, to("10.9.0.1")))).toBe("drop at ilb: FORWARDING_RULE_NO_INSTANCES")
  })
})

describe("policy-based routes", () => {
  const steer = {
    id: "steer",
    network: "net",
    priority: 100,
    source: "10.0.0.0/16",
    destination: "10.0.0.0/16",
    protocol: "all",
    nextHop: { _tag: "LoadBalancer", loadBalancer: "ilb" }
  } as const
  const skip = { ...steer, id: "skip", priority: 10, tags: ["router"], nextHop: { _tag: "Skips" } } as const

  test("go before subnetworks' routes, and between neighbours", () => {
    const topology = inspecting({ policyBasedRoutes: [steer, skip] })
    const branches = askAll(topology, to("10.0.2.10"))
    expect(branches.map(hopNames)).toEqual(
      ["router-a", "router-b"].map((id) => ["vm", "sub", "net", "ilb", id, "sub", "net", "near", "other"])
    )
    // There by one router and back by the same: two branches, not four.
    expect(branches.map(endOf)).toEqual(["ok", "ok"])
    const back = branches.map((branch) => branch.reply?.hops.map(({ component }) => component).filter((id) => id.startsWith("router")))
    expect(back).toEqual([["router-a"], ["router-b"]])
    const [neighbour] = askAll(topology, to("10.0.1.22"))
    expect(hopNames(neighbour!).slice(0, 4)).toEqual(["vm", "sub", "net", "ilb"])
  })

  test("to a load balancer that is not there is a mistake", () => {
    expect(() => ask(inspecting({ policyBasedRoutes: [steer], loadBalancers: [] }), to("10.0.2.10"))).toThrow(
      'load balancer "ilb" is not in the topology'
    )
  })

  test("without an exception for the routers themselves it is a loop", () => {
    const branch = ask(inspecting({ policyBasedRoutes: [steer] }), to("10.0.2.10"))
    expect(branch.forward.end.reason).toBe("LoopFound")
  })

  test("of those that match the lowest priority alone is asked", () => {
    const dead = { ...steer, id: "dead", priority: 5, protocol: "udp" } as const
    const topology = inspecting({
      policyBasedRoutes: [{ ...skip, tags: ["exempt"] }, steer, dead],
      instances: [instance("vm", "10.0.1.10", { tags: ["exempt"] }), instance("other", "10.0.2.10", { subnetwork: "near" })],
      loadBalancers: [passthrough([])]
    })
    expect(hopNames(ask(topology, to("10.0.2.10")))).toEqual(["vm", "sub", "net", "near", "other"])
    expect(endOf(ask(topology, to("10.0.2.10", 80, { protocol: "udp" })))).toBe("drop at ilb: FORWARDING_RULE_NO_INSTANCES")
  })
})

describe("for whatever routes there are", () => {
  const prefixes = ["0.0.0.0/0", "10.0.0.0/8", "10.9.0.0/16", "10.9.1.0/24", "10.9.1.1/32"]
  const someRoute = fc.record({ destination: fc.constantFrom(...prefixes), priority: fc.integer({ min: 0, max: 3 }) })

  test("the longest range wins, then the lowest priority, in whatever order they are written", () => {
    const drawn = fc
      .array(someRoute, { minLength: 1, maxLength: 6 })
      .map((each) => each.map(({ destination, priority }, index) => route(`r${index}`, destination, via(`i${index}`), { priority })))
      .chain((routes) => fc.shuffledSubarray(routes, { minLength: routes.length }))
    fc.assert(
      fc.property(drawn, (routes) => {
        const instances = [instance("vm", "10.0.1.10"), ...routes.map((_, index) => router(`i${index}`, `10.0.1.${20 + index}`))]
        const table = fabricOf(small({ routes, instances })).tables.get("net routes")
        if (table === undefined) throw new Error("no table")
        const best = [...routes].sort(
          (left, right) => prefixes.indexOf(right.destination) - prefixes.indexOf(left.destination) || left.priority - right.priority
        )[0]
        const ties = routes.filter(({ destination, priority }) => destination === best?.destination && priority === best.priority)
        const { won, tied } = chooseRoute(table, "10.9.1.1")
        expect(won?.prefix).toBe(best?.destination)
        expect(tied.map(({ origin }) => origin.resource)).toEqual(ties.map(({ id }) => id).sort())
      }),
      { numRuns: 200 }
    )
  })
})

test("a network shared with service projects filters by the host project's folder", () => {
  const topology = small({
    networks: [network("net", { project: "host" })],
    projects: [
      { id: "host", folder: "infra" },
      { id: "service", folder: "apps", host: "host" }
    ],
    folders: [{ id: "infra" }, { id: "apps" }],
    firewallPolicies: ["infra", "apps"].map((folder) => ({
      id: `${folder}-policy`,
      attachedTo: { _tag: "Folder" as const, folder },
      rules: [
        {
          priority: 1,
          direction: "ingress" as const,
          action: folder === "infra" ? ("goto_next" as const) : ("deny" as const),
          layer4: [{ protocol: "all" as const }]
        }
      ]
    })),
    firewallRules: [rule("let-in")],
    instances: [instance("vm", "10.0.1.10", { project: "service" }), instance("other", "10.0.1.11", { project: "service" })]
  })
  expect(endOf(ask(topology, to("10.0.1.11")))).toBe("ok")
  expect(
    fabricOf(topology)
      .tables.get("net routes")
      ?.routes.map(({ origin }) => origin.part)
  ).toEqual([
    "10.0.1.0/24 subnet route",
    "35.191.0.0/16 special return path",
    "130.211.0.0/22 special return path",
    "0.0.0.0/0 priority 1000 → default-internet-gateway"
  ])
})

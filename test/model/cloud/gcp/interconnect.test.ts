/** Peerings, and sites behind tunnels: which routes are exchanged, and that nothing else passes. */
import { describe, expect, test } from "vitest"
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import { setCondition } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import {
  ask,
  askAll,
  endOf,
  fabricOf,
  hopNames,
  instance,
  network,
  region,
  route,
  rule,
  small,
  stepsOf,
  subnetwork,
  to,
  via
} from "./asking.ts"

type Peering = NonNullable<GcpTopology["peerings"]>[number]
type Connection = NonNullable<GcpTopology["siteConnections"]>[number]

const peering = (id: string, from: string, peer: string, more: Partial<Peering> = {}): Peering => ({
  id,
  network: from,
  peer,
  exportsCustomRoutes: false,
  importsCustomRoutes: false,
  ...more
})

const tunnel = (id: string, more: Partial<Connection> = {}): Connection => ({
  id,
  kind: "vpn-tunnel",
  network: "hub",
  region,
  site: "office",
  bgp: { priority: 100 },
  ...more
})

/** A spoke and a hub, peered; an office behind the hub. */
const joined = (parts: Partial<GcpTopology> = {}): GcpTopology =>
  small({
    networks: [network("spoke"), network("hub")],
    subnetworks: [
      subnetwork("sub", "10.1.0.0/24", { network: "spoke" }),
      subnetwork("hub-sub", "10.2.0.0/24", { network: "hub", secondaryRanges: [{ name: "pods", cidr: "10.20.0.0/24" }] })
    ],
    routes: [],
    firewallRules: ["spoke", "hub"].map((id) => rule(`let-in-${id}`, { network: id })),
    instances: [
      instance("vm", "10.1.0.10"),
      instance("hub-vm", "10.2.0.10", { subnetwork: "hub-sub", aliasRanges: ["10.20.0.4/30"] }),
      instance("router", "10.2.0.20", { subnetwork: "hub-sub", canIpForward: true })
    ],
    peerings: [peering("out", "spoke", "hub"), peering("back", "hub", "spoke")],
    sites: [{ id: "office", prefixes: ["192.168.0.0/16"] }],
    siteConnections: [tunnel("tunnel")],
    ...parts
  })

const exchanging = [
  peering("out", "spoke", "hub", { importsCustomRoutes: true }),
  peering("back", "hub", "spoke", { exportsCustomRoutes: true })
]

describe("a peering", () => {
  test("exchanges subnetworks' routes, of secondary ranges too", () => {
    expect(endOf(ask(joined(), to("10.2.0.10")))).toBe("ok")
    expect(endOf(ask(joined(), to("10.20.0.5")))).toBe("ok")
    expect(endOf(ask(joined(), to("10.1.0.10", 80, { from: "hub-vm" })))).toBe("ok")
  })

  test("carries nothing while the other side has none back", () => {
    expect(endOf(ask(joined({ peerings: [peering("out", "spoke", "hub")] }), to("10.2.0.10")))).toBe("drop at sub: NO_ROUTE")
  })

  test("does not know tags and accounts of the other side, and filters on its own", () => {
    const topology = joined({
      instances: [instance("vm", "10.1.0.10", { tags: ["web"] }), instance("hub-vm", "10.2.0.10", { subnetwork: "hub-sub" })],
      firewallRules: [rule("from-web", { network: "hub", sourceTags: ["web"] })]
    })
    expect(endOf(ask(topology, to("10.2.0.10")))).toBe("deny at hub-vm: FIREWALL_RULE")
  })

  test("brings custom routes where one side exports and the other imports", () => {
    expect(endOf(ask(joined(), to("192.168.1.1")))).toBe("drop at sub: NO_ROUTE")
    const exported = [exchanging[1]!, peering("out", "spoke", "hub")]
    expect(endOf(ask(joined({ peerings: exported }), to("192.168.1.1")))).toBe("drop at sub: NO_ROUTE")
    const topology = joined({ peerings: exchanging, siteConnections: [tunnel("tunnel", { advertised: ["10.1.0.0/24"] })] })
    const branch = ask(topology, to("192.168.1.1"))
    expect([endOf(branch), hopNames(branch)]).toEqual(["ok", ["vm", "sub", "spoke", "out", "hub", "tunnel", "office"]])
  })

  test("a site that does not know the peer cannot answer it", () => {
    expect(endOf(ask(joined({ peerings: exchanging }), to("192.168.1.1")))).toBe("reply drop at office: NO_ROUTE")
  })

  test("leads to the next hop of the peer's own route, and to no other", () => {
    const topology = joined({
      peerings: exchanging,
      routes: [
        route("by-router", "10.9.0.0/16", via("router"), { network: "hub" }),
        route("tagged", "10.8.0.0/16", via("router"), { network: "hub", tags: ["x"] }),
        route("outside", "0.0.0.0/0", { _tag: "DefaultInternetGateway" }, { network: "hub" })
      ]
    })
    expect(hopNames(ask(topology, to("10.9.0.1"))).slice(0, 6)).toEqual(["vm", "sub", "spoke", "out", "hub", "router"])
    // Routes of some instances and those to the internet gateway stay where they are.
    expect(endOf(ask(topology, to("10.8.0.1")))).toBe("drop at sub: NO_ROUTE")
    expect(endOf(ask(topology, to("8.8.8.8")))).toBe("drop at sub: NO_ROUTE")
  })
})

describe("a site behind tunnels", () => {
  const ask1 = (topology: GcpTopology, from = "hub-vm") => askAll(topology, to("192.168.1.1", 80, { from }))

  test("is reached by learned routes and reaches instances", () => {
    expect(endOf(ask(joined(), to("192.168.1.1", 80, { from: "hub-vm" })))).toBe("ok")
    expect(endOf(ask(joined(), to("10.2.0.10", 80, { from: "office" })))).toBe("ok")
    expect(endOf(ask(joined(), to("10.1.0.10", 80, { from: "office" })))).toBe("drop at office: NO_ROUTE")
  })

  test("by a static route, where nothing is learned", () => {
    const topology = joined({
      siteConnections: [{ id: "tunnel", kind: "vpn-tunnel", network: "hub", region, site: "office" }],
      routes: [route("to-office", "192.168.0.0/16", { _tag: "Connection", connection: "tunnel" }, { network: "hub" })]
    })
    expect(endOf(ask(topology, to("192.168.1.1", 80, { from: "hub-vm" })))).toBe("ok")
    expect(endOf(ask({ ...topology, routes: [] }, to("192.168.1.1", 80, { from: "hub-vm" })))).toBe("drop at hub-sub: NO_ROUTE")
  })

  test("two tunnels of one priority share, of two the lower carries all", () => {
    const shared = joined({ siteConnections: [tunnel("one"), tunnel("two")] })
    const ways = (topology: GcpTopology) => new Set(ask1(topology).map((branch) => stepsOf(branch, "Routed")[0]?.won.resource))
    expect(ways(shared)).toEqual(new Set(["one", "two"]))
    expect(ways(joined({ siteConnections: [tunnel("one", { bgp: { priority: 200 } }), tunnel("two")] }))).toEqual(new Set(["two"]))
  })

  test("a tunnel that is down is still taken: half of the flows are lost", () => {
    const fabric = fabricOf(joined({ siteConnections: [tunnel("one"), tunnel("two")] }))
    setCondition(fabric, "one", "silent")
    const { branches } = traceFlow(fabric, to("192.168.1.1", 80, { from: "hub-vm" }))
    const lost = branches.filter(({ forward }) => forward.end.reason === "ComponentSilent")
    expect(lost.map(({ share }) => share)).toEqual([{ of: 1, over: 2 }])
  })

  test("learned routes hold in their region, or everywhere at a cost", () => {
    const far = (dynamicRouting: "regional" | "global", more: ReadonlyArray<Connection> = []) =>
      joined({
        regions: [region, "us-east1"],
        networks: [network("hub", { dynamicRouting }), network("spoke")],
        subnetworks: [
          subnetwork("sub", "10.1.0.0/24", { network: "spoke" }),
          subnetwork("hub-sub", "10.2.0.0/24", { network: "hub" }),
          subnetwork("hub-east", "10.3.0.0/24", { network: "hub", region: "us-east1" })
        ],
        instances: [instance("east-vm", "10.3.0.10", { subnetwork: "hub-east", zone: "us-east1-b" })],
        siteConnections: [tunnel("tunnel"), ...more]
      })
    expect(ask1(far("regional"), "east-vm").map(endOf)).toEqual(["drop at hub-east: NO_ROUTE"])
    expect(ask1(far("global"), "east-vm").map(endOf)).toEqual(["ok"])
    const near = tunnel("near", { region: "us-east1", bgp: { priority: 300 } })
    expect(stepsOf(ask1(far("global", [near]), "east-vm")[0]!, "Routed")[0]?.won.resource).toBe("near")
    const costly = tunnel("near", { region: "us-east1", bgp: { priority: 302 } })
    expect(stepsOf(ask1(far("global", [costly]), "east-vm")[0]!, "Routed")[0]?.won.resource).toBe("tunnel")
  })
})

/** Connections that are kept while the network changes: what remembers, and what is asked again. */
import { describe, expect, test } from "vitest"
import { compileGcp } from "../../../../src/model/cloud/gcp/compile.ts"
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import { carryConnection, openConnections } from "../../../../src/model/net/connection.ts"
import type { Fabric, Question } from "../../../../src/model/net/fabric.ts"
import { putPart, setOpenConnections, takeMoved } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import { fabricOf, instance, nat, region, route, small, subnetwork, to, toInternet, via } from "./asking.ts"

const redraw = (fabric: Fabric, topology: GcpTopology): void => {
  for (const part of compileGcp(topology).parts) putPart(fabric, part)
}

/** Opened on one topology, carried on another. */
const kept = (before: GcpTopology, after: GcpTopology, question: Question): ReadonlyArray<string> => {
  const fabric = fabricOf(before)
  const { connections } = openConnections(fabric, question)
  // A fabric of its own would have forgotten everything: only what changes is put anew.
  redraw(fabric, { ...after, instances: [] })
  for (const part of compileGcp(after).parts) if (part._tag === "Port") putPart(fabric, part)
  return connections.map((connection) => {
    const { failure } = carryConnection(fabric, connection)
    return failure === undefined ? "lives" : (failure.code ?? failure.reason)
  })
}

describe("a kept connection", () => {
  test("outlives the rule that let it in: every filter remembers", () => {
    const open = small()
    expect(kept(open, { ...open, firewallRules: [] }, to("10.0.1.11"))).toEqual(["lives"])
  })

  test("lives on a port of Cloud NAT when no further one is free, and dies with the default route", () => {
    const topology = small({ cloudNats: [nat()] })
    const fabric = fabricOf(topology)
    const [connection] = openConnections(fabric, to("198.51.100.7", 443)).connections
    setOpenConnections(fabric, "nat", "vm", "198.51.100.7:tcp:443", 64)
    expect(traceFlow(fabric, to("198.51.100.7", 443)).branches[0]?.forward.end.code).toBe("OUT_OF_RESOURCES")
    expect(carryConnection(fabric, connection!).failure).toBeUndefined()
    expect(kept(topology, { ...topology, routes: [] }, to("198.51.100.7", 443))).toEqual(["NO_ROUTE"])
  })

  test("goes by the same of several equal routes", () => {
    const topology = small({
      subnetworks: [subnetwork("sub", "10.0.1.0/24")],
      sites: [{ id: "office", prefixes: ["192.168.0.0/16"] }],
      siteConnections: ["one", "two"].map((id) => ({
        id,
        kind: "vpn-tunnel",
        network: "net",
        region,
        site: "office",
        bgp: { priority: 1 }
      }))
    })
    const fabric = fabricOf(topology)
    const { connections } = openConnections(fabric, to("192.168.1.1"))
    for (const { question, sessions } of connections) {
      const ways = traceFlow(fabric, question, { hops: true, kept: sessions }).branches.map(({ forward }) => forward.hops[3]?.component)
      expect(new Set(ways).size).toBe(1)
    }
  })
})

describe("an answer is asked for again", () => {
  const topology = small({ cloudNats: [nat()], routes: [toInternet, route("aside", "10.9.0.0/16", via("other"))] })
  const moved = (asked: Question, change: (fabric: Fabric) => void): boolean => {
    const fabric = fabricOf(topology)
    const { touched } = traceFlow(fabric, asked)
    takeMoved(fabric)
    change(fabric)
    return takeMoved(fabric).some((key) => touched.includes(key))
  }
  const fill = (fabric: Fabric) => setOpenConnections(fabric, "nat", "vm", "198.51.100.7:tcp:443", 64)
  const cutRoutes = (fabric: Fabric) => {
    const table = compileGcp({ ...topology, routes: [] }).parts.find(({ id }) => id === "net routes")
    if (table !== undefined) putPart(fabric, table)
  }

  test("when ports of its sender move, and not for another's", () => {
    expect(moved(to("198.51.100.7", 443), fill)).toBe(true)
    expect(moved(to("198.51.100.7", 443, { from: "other" }), fill)).toBe(false)
    expect(moved(to("10.0.1.11"), fill)).toBe(false)
  })

  test("when the routes change, but between neighbours", () => {
    expect(moved(to("198.51.100.7", 443), cutRoutes)).toBe(true)
    expect(moved(to("10.0.1.11"), cutRoutes)).toBe(false)
  })

  test("an instance that comes late takes its ports from the pool", () => {
    const fabric = fabricOf(topology)
    const late = compileGcp({ ...topology, instances: [instance("late", "10.0.1.99")] }).parts.filter(({ id }) => id.startsWith("late"))
    for (const part of late) putPart(fabric, part)
    expect([...(fabric.holdings.get("nat")?.blocks ?? [])]).toEqual([
      ["vm", [{ from: 0, to: 64 }]],
      ["other", [{ from: 64, to: 128 }]],
      ["late", [{ from: 128, to: 192 }]]
    ])
  })
})

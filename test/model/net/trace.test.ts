import { describe, expect, test } from "vitest"
import { setCondition } from "../../../src/model/net/fabric-change.ts"
import { internetClient } from "../../../src/model/net/session-affinity.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import { formatRatio } from "../../../src/model/value/ratio.ts"
import { byName, endOf, filter, hopsOf, host, name, network, only, pod, rule, segment, tcp } from "./small-network.ts"

const one = host("one", "a", "10.0.1.1")
const closed = filter("closed", [])
const edge = { edgeInward: [filter("acl in", [], { stateful: false })], edgeOutward: [filter("acl out", [], { stateful: false })] }

describe("a flow inside a network", () => {
  test("goes through both segments and back", () => {
    const branch = only(network(one, host("two", "b", "10.0.2.1")), tcp("one", "10.0.2.1"))
    expect(branch).toMatchObject({ ok: true, reached: "two", share: { of: 1, over: 1 }, members: 1 })
    expect(hopsOf(branch)).toEqual(["one", "a", "net", "b", "two"])
    expect(branch.reply?.hops.map(({ component }) => component)).toEqual(["two", "b", "net", "a", "one"])
  })
  test("to a neighbour in the same segment asks neither route nor edge", () => {
    const branch = only(network(one, host("two", "a", "10.0.1.2"), segment("a", edge)), tcp("one", "10.0.1.2"))
    expect(branch.ok).toBe(true)
    expect(hopsOf(branch)).toEqual(["one", "a", "two"])
  })
  test("to a neighbour in the same segment still asks both ports", () => {
    const fabric = network(one, host("two", "a", "10.0.1.2", { port: { inward: [closed] } }))
    expect(endOf(only(fabric, tcp("one", "10.0.1.2")))).toMatchObject({ fate: "deny", at: "two" })
    const own = network(host("one", "a", "10.0.1.1", { port: { outward: [closed] } }), host("two", "a", "10.0.1.2"))
    expect(endOf(only(own, tcp("one", "10.0.1.2")))).toMatchObject({ fate: "deny", at: "one" })
  })
  test("between pods of one host, and between a pod and its host, passes no filter and no segment", () => {
    const shut = { port: { inward: [closed], outward: [closed] } }
    const fabric = network(
      host("one", "a", "10.0.1.1", shut),
      pod("p", "one", "a", "10.0.1.2", shut),
      pod("q", "one", "a", "10.0.1.3", shut),
      segment("a", edge)
    )
    for (const [from, to] of [
      ["p", "10.0.1.3"],
      ["p", "10.0.1.1"],
      ["one", "10.0.1.2"]
    ] as const) {
      const branch = only(fabric, tcp(from, to))
      expect(branch.ok).toBe(true)
      expect(hopsOf(branch)).toHaveLength(2)
    }
  })
  test("between pods of two hosts passes the filters of both", () => {
    const fabric = network(
      one,
      host("two", "a", "10.0.1.9"),
      pod("p", "one", "a", "10.0.1.2"),
      pod("q", "two", "a", "10.0.1.3", { port: { inward: [closed] } })
    )
    expect(endOf(only(fabric, tcp("p", "10.0.1.3")))).toMatchObject({ fate: "deny", at: "q" })
  })
  test("asks the edge of either segment, each in its direction", () => {
    const [inward, outward] = [{ edgeInward: edge.edgeInward }, { edgeOutward: edge.edgeOutward }]
    const ended = (which: "a" | "b", more: Parameters<typeof segment>[1]) =>
      endOf(only(network(one, host("two", "b", "10.0.2.1"), segment(which, more)), tcp("one", "10.0.2.1")))
    expect(ended("a", outward)).toMatchObject({ fate: "deny", at: "a", origin: { resource: "acl out" } })
    expect(ended("b", inward)).toMatchObject({ fate: "deny", at: "b", origin: { resource: "acl in" } })
    const replyCut = only(network(one, host("two", "b", "10.0.2.1"), segment("b", outward)), tcp("one", "10.0.2.1"))
    expect(replyCut.forward.end.fate).toBe("delivered")
    expect(replyCut.reply?.end).toMatchObject({ fate: "deny", at: "b", origin: { resource: "acl out" } })
  })
})

describe("who is not reached", () => {
  test("an address in a segment that nobody owns, told apart from one in no segment", () => {
    expect(endOf(only(network(one), tcp("one", "10.0.2.77")))).toMatchObject({
      fate: "drop",
      at: "b",
      reason: "NeighbourUnreachable",
      fails: "timeout"
    })
    expect(endOf(only(network(one), tcp("one", "10.0.99.1")))).toMatchObject({
      fate: "drop",
      at: "net",
      reason: "AddressUnowned",
      fails: "timeout"
    })
  })
  test("a port that nothing listens on is refused at once, whoever else listens", () => {
    const fabric = network(one, host("two", "b", "10.0.2.1"))
    expect(endOf(only(fabric, tcp("one", "10.0.2.1", 81)))).toMatchObject({
      fate: "drop",
      at: "two",
      reason: "NoListener",
      fails: "refused",
      origin: { resource: "two", part: "tcp 81" }
    })
    expect(only(fabric, { ...tcp("one", "10.0.2.1"), protocol: "udp" }).ok).toBe(false)
  })
  test("a silent component gives a timeout, a refusing one a refusal", () => {
    const fabric = network(one, host("two", "b", "10.0.2.1"))
    setCondition(fabric, "two", "silent")
    expect(endOf(only(fabric, tcp("one", "10.0.2.1")))).toMatchObject({
      at: "two",
      reason: "ComponentSilent",
      fails: "timeout",
      origin: { resource: "two", part: "west" }
    })
    setCondition(fabric, "two", "refusing")
    expect(endOf(only(fabric, tcp("one", "10.0.2.1")))).toMatchObject({ at: "two", reason: "ComponentRefusing", fails: "refused" })
  })
  test("a pod on a silent host: the host is named, not the pod", () => {
    const fabric = network(one, host("two", "b", "10.0.2.1"), pod("p", "two", "b", "10.0.2.2"))
    setCondition(fabric, "two", "silent")
    expect(endOf(only(fabric, tcp("one", "10.0.2.2")))).toMatchObject({ at: "two", reason: "ComponentSilent" })
  })
  test("a silent pod on a living host: the pod is named", () => {
    const fabric = network(one, host("two", "b", "10.0.2.1"), pod("p", "two", "b", "10.0.2.2"))
    setCondition(fabric, "p", "silent")
    expect(endOf(only(fabric, tcp("one", "10.0.2.2")))).toMatchObject({ at: "p" })
    expect(only(fabric, tcp("one", "10.0.2.1")).ok).toBe(true)
  })
  test("anybody, for one who is silent himself", () => {
    const fabric = network(one, host("two", "b", "10.0.2.1"))
    setCondition(fabric, "one", "silent")
    expect(endOf(only(fabric, tcp("one", "10.0.2.1")))).toMatchObject({ at: "one", reason: "ComponentSilent" })
  })
})

describe("the internet", () => {
  const open = host("open", "a", "10.0.1.5", { port: { publicAddress: "203.0.113.5", publicVia: "igw" } })
  test("reaches a public address by the gateway that translates it, and is answered from it", () => {
    const branch = only(network(open), tcp("internet", "203.0.113.5"))
    expect(branch.ok).toBe(true)
    expect(hopsOf(branch)).toEqual(["internet", "igw", "net", "a", "open"])
    expect(branch.forward.flow).toMatchObject({ source: internetClient, destination: "10.0.1.5" })
    expect(branch.reply?.end).toEqual({ fate: "delivered", at: "internet" })
  })
  test("reaches no private address and no public one that nobody here has", () => {
    expect(endOf(only(network(open), tcp("internet", "10.0.1.5")))).toMatchObject({ at: "internet", reason: "NoRoute" })
    expect(endOf(only(network(open), tcp("internet", "203.0.113.77")))).toMatchObject({ at: "internet", reason: "AddressUnowned" })
  })
  test("is reached with a public address, and not without one", () => {
    expect(only(network(open), tcp("open", "8.8.8.8")).ok).toBe(true)
    expect(endOf(only(network(one), tcp("one", "8.8.8.8")))).toMatchObject({ at: "igw", reason: "NoPublicAddress" })
  })
  test("is told of no private destination by the gateway", () => {
    expect(endOf(only(network(open), tcp("open", "172.16.0.9")))).toMatchObject({ at: "igw", reason: "GateClosed" })
  })
  test("filters see the private address, after the gateway has translated", () => {
    const byPrivate = filter("group", [rule("accept", { destination: ["10.0.1.5/32"] })])
    const byPublic = filter("group", [rule("accept", { destination: ["203.0.113.5/32"] })])
    const guarded = (guard: typeof byPrivate) =>
      network(host("open", "a", "10.0.1.5", { port: { publicAddress: "203.0.113.5", publicVia: "igw", inward: [guard] } }))
    expect(only(guarded(byPrivate), tcp("internet", "203.0.113.5")).ok).toBe(true)
    expect(endOf(only(guarded(byPublic), tcp("internet", "203.0.113.5")))).toMatchObject({ fate: "deny", at: "open" })
  })
  test("a silent gateway cuts both ways", () => {
    const fabric = network(open)
    setCondition(fabric, "igw", "silent")
    expect(endOf(only(fabric, tcp("internet", "203.0.113.5")))).toMatchObject({ at: "igw", reason: "ComponentSilent" })
    expect(endOf(only(fabric, tcp("open", "8.8.8.8")))).toMatchObject({ at: "igw", reason: "ComponentSilent" })
  })
  test("a group of its sender is forgotten at the gateway", () => {
    const members = filter("members", [rule("accept", { sourceSets: ["web"] })])
    const fabric = network(
      host("open", "a", "10.0.1.5", { port: { publicAddress: "203.0.113.5", publicVia: "igw", sets: ["web"] } }),
      host("two", "b", "10.0.2.1", { port: { publicAddress: "203.0.113.6", publicVia: "igw", inward: [members] } })
    )
    expect(only(fabric, tcp("open", "10.0.2.1")).ok).toBe(true)
    expect(endOf(only(fabric, tcp("open", "203.0.113.6")))).toMatchObject({ fate: "deny", at: "two", origin: { resource: "members" } })
  })
})

describe("a name", () => {
  const fabric = network(
    one,
    host("two", "b", "10.0.2.1"),
    host("three", "b", "10.0.2.2"),
    name("shop.example", ["10.0.2.1", "10.0.2.2"]),
    name("none.example", [])
  )
  test("is asked before the first hop, and each answer has an equal share", () => {
    const { branches, success } = traceFlow(fabric, byName("one", "shop.example"))
    expect(branches.map((branch) => [branch.reached, formatRatio(branch.share)])).toEqual([
      ["two", "1/2"],
      ["three", "1/2"]
    ])
    expect(branches[0]?.forward.hops[0]).toMatchObject({
      component: "one",
      steps: [{ _tag: "Resolved", name: "shop.example", address: "10.0.2.1", share: { of: 1, over: 2 } }]
    })
    expect(success).toEqual({ of: 1, over: 1 })
  })
  test("is what clients hold, not what its authority lists", () => {
    const stale = network(one, host("two", "b", "10.0.2.1"), { ...name("shop.example", ["10.0.2.1"]), listed: [] })
    expect(only(stale, byName("one", "shop.example")).ok).toBe(true)
  })
  test.each(["none.example", "unknown.example"])("without an answer is an error of its own: %s", (id) => {
    expect(endOf(only(fabric, byName("one", id)))).toMatchObject({
      fate: "drop",
      at: "one",
      reason: "NameWithoutAnswer",
      fails: "error",
      origin: { resource: id }
    })
  })
})

describe("a question", () => {
  test("may name its own source and ports", () => {
    const branch = only(network(host("open", "a", "10.0.1.5", { port: { publicAddress: "203.0.113.5", publicVia: "igw" } })), {
      ...tcp("internet", "203.0.113.5"),
      source: "8.8.4.4",
      sourcePorts: { from: 40_000, to: 40_000 }
    })
    expect(branch.forward.flow).toMatchObject({ source: "8.8.4.4", sourcePorts: { from: 40_000, to: 40_000 } })
    expect(branch.ok).toBe(true)
  })
  test("by nobody is a defect that says who is missing", () => {
    expect(() => traceFlow(network(), tcp("nobody", "10.0.2.1"))).toThrow('component "nobody" is not in the fabric')
  })
})

/** Policies before routes, machines behind a next hop, equal routes, and what stands on every host. */
import { describe, expect, test } from "vitest"
import type { PolicyRoute } from "../../../src/model/net/exit-terms.ts"
import type { Fabric, Part } from "../../../src/model/net/fabric.ts"
import { choosePolicy } from "../../../src/model/net/policy-route.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import {
  component,
  endOf,
  filter,
  hopsOf,
  host,
  local,
  network,
  only,
  origin,
  refusal,
  route,
  segment,
  table,
  tcp
} from "./small-network.ts"

const policy = (id: string, preference: number, more: Partial<PolicyRoute> = {}): PolicyRoute => ({
  match: {},
  preference,
  target: { _tag: "Via", component: "spread" },
  origin: origin(id),
  ...more
})

const packet = {
  protocol: "tcp" as const,
  source: "10.0.1.1",
  destination: "10.0.2.1",
  sourcePorts: { from: 40_000, to: 40_000 },
  destinationPorts: { from: 80, to: 80 },
  sourceSets: []
}

describe("the choice of a policy", () => {
  const chosen = (policies: ReadonlyArray<PolicyRoute>, sets: ReadonlyArray<string> = []) =>
    choosePolicy({ ...table("t", []), policies }, packet, sets)?.origin.resource

  test("is the lowest preference that matches, then the lowest name; none is none", () => {
    expect(chosen([policy("b", 1), policy("a", 2)])).toBe("b")
    expect(chosen([policy("b", 1), policy("a", 1)])).toBe("a")
    expect(chosen([policy("b", 1, { match: { protocol: "udp" } }), policy("a", 2)])).toBe("a")
    expect(chosen([policy("a", 1, { match: { destination: ["10.9.0.0/16"] } })])).toBeUndefined()
    expect([chosen([policy("a", 1, { senders: ["x"] })]), chosen([policy("a", 1, { senders: ["x"] })], ["x"])]).toEqual([undefined, "a"])
  })
})

const spread = (...components: ReadonlyArray<string>): Part =>
  component("spread", { kind: "frontEnd", nextHops: { origin: origin("spread"), components, empty: refusal("NoTarget", "nobody") } })
const router = (id: string, address: string, port = {}): ReadonlyArray<Part> =>
  host(id, "a", address, { component: { forwards: true }, port })
const steered = (policies: ReadonlyArray<PolicyRoute>, ...parts: ReadonlyArray<Part | ReadonlyArray<Part>>): Fabric =>
  network(
    segment("a", { steers: true }),
    segment("b"),
    { ...table("table", [local]), policies },
    host("h", "a", "10.0.1.1", { port: { sets: ["sender"] } }),
    host("t", "b", "10.0.2.1"),
    ...parts
  )
const forSender = { senders: ["sender"] }

describe("a policy's next hop", () => {
  test("shares what it takes; a reply goes by the machine of its request, where a policy leads it there", () => {
    const back = policy("back", 1, { match: { source: ["10.0.2.0/24"] } })
    const fabric = network(
      segment("a", { steers: true }),
      segment("b", { steers: true }),
      { ...table("table", [local]), policies: [policy("there", 1, forSender), { ...back, senders: ["target"] }] },
      host("h", "a", "10.0.1.1", { port: { sets: ["sender"] } }),
      host("t", "b", "10.0.2.1", { port: { sets: ["target"] } }),
      spread("r1", "r2"),
      router("r1", "10.0.1.11"),
      router("r2", "10.0.1.12")
    )
    const { branches } = traceFlow(fabric, tcp("h", "10.0.2.1"))
    const ways = branches.map(({ share, ok, forward, reply }) => [
      `${ok} ${share.of}/${share.over}`,
      ...[forward, reply].map((leg) => leg?.hops.map(({ component: id }) => id).filter((id) => id.startsWith("r")))
    ])
    expect(ways).toEqual([
      ["true 1/2", ["r1"], ["r1"]],
      ["true 1/2", ["r2"], ["r2"]]
    ])
  })

  test("goes before neighbours, unless a policy says that the routes decide", () => {
    const passing = policy("passing", 0, { ...forSender, target: { _tag: "Table" } })
    const parts = [spread("r1"), router("r1", "10.0.1.11"), host("n", "a", "10.0.1.2")]
    expect(hopsOf(only(steered([policy("p", 1, forSender)], ...parts), tcp("h", "10.0.1.2")))).toEqual([
      "h",
      "a",
      "net",
      "spread",
      "r1",
      "a",
      "n"
    ])
    expect(hopsOf(only(steered([policy("p", 1, forSender), passing], ...parts), tcp("h", "10.0.1.2")))).toEqual(["h", "a", "n"])
  })

  test("with nobody behind it, or one that discards, drops", () => {
    expect(endOf(only(steered([policy("p", 1, forSender)], spread()), tcp("h", "10.0.2.1"))).reason).toBe("NoTarget")
    const discards = policy("p", 1, { ...forSender, target: { _tag: "Discard" } })
    expect(endOf(only(steered([discards]), tcp("h", "10.0.2.1"))).reason).toBe("RouteDiscards")
  })

  test("a segment that does not steer has none", () => {
    const fabric = network(
      segment("a"),
      segment("b"),
      { ...table("table", [local]), policies: [policy("p", 1)] },
      host("h", "a", "10.0.1.1"),
      host("t", "b", "10.0.2.1"),
      spread()
    )
    expect(only(fabric, tcp("h", "10.0.2.1")).ok).toBe(true)
  })
})

test("equal routes share where the table says so, and carry nothing twice", () => {
  const equal = ["r1", "r2"].map((id) => route("192.168.0.0/16", { _tag: "Via", component: id }, { origin: origin(id) }))
  const fabric = (spreads: boolean) =>
    network(
      segment("a"),
      { ...table("table", [local, ...equal]), spreads },
      host("h", "a", "10.0.1.1"),
      router("r1", "10.0.1.11"),
      router("r2", "10.0.1.12")
    )
  const shares = (spreads: boolean) =>
    traceFlow(fabric(spreads), tcp("h", "192.168.0.1")).branches.map(({ share, forward }) => [share, forward.end.reason])
  expect(shares(false)).toEqual([[{ of: 1, over: 1 }, "LoopFound"]])
  expect(shares(true)).toEqual([
    [{ of: 1, over: 2 }, "LoopFound"],
    [{ of: 1, over: 2 }, "LoopFound"]
  ])
})

test("what stands on every host is reached past filters and routes, and answers who asked", () => {
  const shut = { port: { inward: [filter("shut", [])], outward: [filter("shut", [])] } }
  const everywhere: ReadonlyArray<Part> = [
    component("names", { kind: "service", addresses: ["169.254.1.1"], listening: "any", onEveryHost: true }),
    { _tag: "Port", id: "names/port", component: "names", addresses: ["169.254.1.1"], sets: [], inward: [], outward: [] }
  ]
  const fabric = network(segment("a"), table("table", []), host("h", "a", "10.0.1.1", shut), host("n", "a", "10.0.1.2", shut), everywhere)
  const branch = only(fabric, tcp("h", "169.254.1.1", 53))
  expect([branch.ok, hopsOf(branch)]).toEqual([true, ["h", "names"]])
  expect(endOf(only(fabric, tcp("h", "10.0.1.2"))).at).toBe("h")
})

/** A way out without a machine: the first rule that fits decides, shared ports are counted, and only what is known comes back. */
import { describe, expect, test } from "vitest"
import type { Exit, ExitRule, PortPool } from "../../../src/model/net/exit-terms.ts"
import type { Component, Fabric, Part, Question } from "../../../src/model/net/fabric.ts"
import { setCondition, setOpenConnections } from "../../../src/model/net/fabric-change.ts"
import { component, endOf, hopsOf, host, local, network, only, origin, pod, refusal, route, segment, table, tcp } from "./small-network.ts"

const outside = "198.51.100.7"
const shared = "203.0.113.100"

const pool: PortPool = {
  _tag: "PortPool",
  id: "pool",
  origin: origin("pool"),
  addresses: [shared],
  portFirst: 1_024,
  portsPerAddress: 100,
  portsPerSender: 50,
  oneDestinationPerPort: false,
  codes: { exhausted: "FULL", protocol: "NO_PORTS" }
}

const fromPool: ExitRule = { source: ["10.0.1.0/24"], origin: origin("hiding"), action: { _tag: "Pool", pool: "pool" } }
const own: ExitRule = { isPublic: true, origin: origin("own"), action: { _tag: "OwnAddress" } }

const way = (rules: ReadonlyArray<ExitRule>): Component => {
  const exit: Exit = {
    network: "net",
    rules,
    otherwise: refusal("NoPublicAddress", "nothing fits"),
    unknown: refusal("SessionUnknown", "unknown"),
    foreign: refusal("SourceNotOwn", "foreign")
  }
  return component("exit", { kind: "gateway", exit })
}

const wire: Part = {
  _tag: "Port",
  id: "exit/port",
  component: "exit",
  peer: "internet",
  addresses: [shared],
  sets: [],
  inward: [],
  outward: []
}
const out = route("0.0.0.0/0", { _tag: "Via", component: "exit" })
const pooled = { port: { pools: ["pool"] } }

const drawn = (rules: ReadonlyArray<ExitRule>, ...more: ReadonlyArray<Part | ReadonlyArray<Part>>): Fabric =>
  network(
    pool,
    way(rules),
    wire,
    segment("a"),
    segment("b"),
    table("table", [local, out]),
    host("h", "a", "10.0.1.1", pooled),
    host("far", "b", "10.0.2.1"),
    ...more
  )
const ask = (fabric: Fabric, question: Question = tcp("h", outside)) => {
  const branch = only(fabric, question)
  return branch.ok ? branch.forward.flow.source : (endOf(branch).code ?? endOf(branch).reason)
}

describe("the rules of an exit", () => {
  test("decide in their order, by sender and destination", () => {
    const keepOut: ExitRule = {
      destination: ["198.51.0.0/16"],
      origin: origin("no"),
      action: { _tag: "Refuse", refusal: refusal("GateClosed", "no") }
    }
    expect(ask(drawn([fromPool, keepOut]))).toBe(shared)
    expect(ask(drawn([keepOut, fromPool]))).toBe("GateClosed")
    expect(ask(drawn([fromPool]), tcp("far", outside))).toBe("NoPublicAddress")
  })

  test("a public address by this way is one; by another it is none", () => {
    const withAddress = (publicVia: string) => host("p", "a", "10.0.1.9", { port: { publicAddress: "203.0.113.9", publicVia } })
    expect(ask(drawn([own], withAddress("exit")), tcp("p", outside))).toBe("203.0.113.9")
    expect(ask(drawn([own], withAddress("elsewhere")), tcp("p", outside))).toBe("NoPublicAddress")
  })

  test("what a router passes on is not its own", () => {
    const routed = [route("0.0.0.0/0", { _tag: "Via", component: "router" }, { senders: ["sent"], preference: 0 })]
    const fabric = network(
      pool,
      way([fromPool]),
      wire,
      segment("a"),
      table("table", [local, out, ...routed]),
      host("h", "a", "10.0.1.1", { port: { sets: ["sent"], pools: ["pool"] } }),
      host("router", "a", "10.0.1.2", { component: { forwards: true } })
    )
    expect(ask(fabric)).toBe("SourceNotOwn")
  })

  test("a pool that is not there, and a relay that is not, refuse", () => {
    expect(ask(drawn([{ origin: origin("x"), action: { _tag: "Pool", pool: "gone" } }]))).toBe("NoPublicAddress")
    expect(ask(drawn([{ origin: origin("x"), action: { _tag: "Relay", relay: "gone" } }]))).toBe("NoRoute")
  })
})

describe("shared ports", () => {
  test("a host's are its own and its pods'; a third host finds none", () => {
    const fabric = drawn(
      [fromPool],
      pod("p", "h", "a", "10.0.1.5", pooled),
      host("h2", "a", "10.0.1.2", pooled),
      host("h3", "a", "10.0.1.3", pooled)
    )
    expect([ask(fabric), ask(fabric, tcp("p", outside)), ask(fabric, tcp("h2", outside)), ask(fabric, tcp("h3", outside))]).toEqual([
      shared,
      shared,
      shared,
      "FULL"
    ])
    setOpenConnections(fabric, "pool", "h", `${outside}:tcp:80`, 50)
    expect([ask(fabric), ask(fabric, tcp("p", outside)), ask(fabric, tcp("h", outside, 443))]).toEqual(["FULL", "FULL", shared])
  })

  test("connections of a pool that nobody knows are a defect", () => {
    expect(() => setOpenConnections(drawn([]), "gone", "h", "x", 1)).toThrow('pool "gone" is not in the fabric')
  })

  test("nothing comes in but replies, and neither while the gateway is down", () => {
    const fabric = drawn([fromPool])
    expect(ask(fabric, tcp("internet", shared))).toBe("SessionUnknown")
    expect(hopsOf(only(fabric, tcp("h", outside)))).toEqual(["h", "a", "net", "exit", "internet"])
    setCondition(fabric, "exit", "silent")
    expect([ask(fabric), ask(fabric, tcp("internet", shared))]).toEqual(["ComponentSilent", "ComponentSilent"])
  })
})

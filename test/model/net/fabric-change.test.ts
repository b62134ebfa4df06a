import { describe, expect, test } from "vitest"
import type { Fabric, Part } from "../../../src/model/net/fabric.ts"
import {
  copyListenerTable,
  putListener,
  putPart,
  removeComponent,
  removeListenerTable,
  setCondition,
  setListeners,
  setName,
  startListening,
  takeMoved
} from "../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import {
  byName,
  endOf,
  host,
  listener,
  listenerTable,
  name,
  network,
  only,
  pod,
  route,
  segment,
  table,
  target,
  tcp
} from "./small-network.ts"

const peopled = (): Fabric =>
  network(
    host("one", "a", "10.0.1.1", { component: { listeners: "live" }, port: { publicAddress: "203.0.113.1", publicVia: "igw" } }),
    pod("web", "one", "a", "10.0.1.2"),
    listenerTable("live", { "172.20.0.1:tcp:80": listener([target("web", "10.0.1.2")]) }),
    name("shop.example", ["203.0.113.1"])
  )
const movedBy = (fabric: Fabric, change: (fabric: Fabric) => void): ReadonlyArray<string> => {
  change(fabric)
  return takeMoved(fabric)
}
const putAll = (fabric: Fabric, parts: ReadonlyArray<Part>) => {
  for (const part of parts) putPart(fabric, part)
}

describe("what moved", () => {
  test("is told once and then forgotten", () => {
    const fabric = peopled()
    setCondition(fabric, "one", "silent")
    setCondition(fabric, "one", "up")
    expect(takeMoved(fabric)).toEqual(["component/one"])
    expect(takeMoved(fabric)).toEqual([])
  })
  test.each<[string, (fabric: Fabric) => void, ReadonlyArray<string>]>([
    ["a condition", (fabric) => setCondition(fabric, "web", "refusing"), ["component/web"]],
    ["what it listens on", (fabric) => startListening(fabric, "web", "any"), ["component/web"]],
    ["who listens, on the same as before", (fabric) => startListening(fabric, "web", [{ protocol: "tcp", port: 80 }]), ["component/web"]],
    ["the table a host balances by", (fabric) => setListeners(fabric, "one", "kept"), ["component/one"]],
    ["a listener", (fabric) => putListener(fabric, "live", "172.20.0.1:tcp:80", listener([])), ["listener/live/172.20.0.1:tcp:80"]],
    [
      "a listener that was not there",
      (fabric) => putListener(fabric, "live", "172.20.0.9:tcp:80", listener([])),
      ["listener/live/172.20.0.9:tcp:80"]
    ],
    ["a copied table", (fabric) => copyListenerTable(fabric, "live", "kept"), ["listener/kept/172.20.0.1:tcp:80"]],
    ["a removed table", (fabric) => removeListenerTable(fabric, "live"), ["listener/live/172.20.0.1:tcp:80"]],
    ["what a name answers", (fabric) => setName(fabric, "shop.example", { listed: [] }), ["name/shop.example"]],
    ["what its clients hold", (fabric) => setName(fabric, "shop.example", { held: [] }), ["name/shop.example"]],
    ["a table", (fabric) => putPart(fabric, table("table", [])), ["table/table"]],
    ["a segment, and with it its network", (fabric) => putPart(fabric, segment("a")), ["component/net", "segment/a"]],
    [
      "a component that comes, with its address",
      (fabric) => putAll(fabric, host("two", "b", "10.0.2.1")),
      ["address/10.0.2.1", "component/two", "port/two/port"]
    ],
    [
      "one that goes, with all its addresses",
      (fabric) => removeComponent(fabric, "one"),
      ["address/10.0.1.1", "address/203.0.113.1", "component/one", "port/one/port"]
    ]
  ])("is %s", (_what, change, keys) => {
    expect([...movedBy(peopled(), change)].sort()).toEqual(keys)
  })
  test.each<[string, (fabric: Fabric) => void]>([
    ["a condition", (fabric) => setCondition(fabric, "one", "up")],
    ["its table", (fabric) => setListeners(fabric, "one", "live")],
    ["a listener", (fabric) => putListener(fabric, "live", "172.20.0.1:tcp:80", listener([target("web", "10.0.1.2")]))],
    ["a name", (fabric) => setName(fabric, "shop.example", { listed: ["203.0.113.1"], held: ["203.0.113.1"] })]
  ])("is nothing when %s is set to what it was", (_what, change) => {
    expect(movedBy(peopled(), change)).toEqual([])
  })
})

describe("a change", () => {
  test.each<[string, (fabric: Fabric) => void]>([
    ['component "none"', (fabric) => setCondition(fabric, "none", "up")],
    ['component "none"', (fabric) => removeComponent(fabric, "none")],
    ['listener table "none"', (fabric) => putListener(fabric, "none", "k", listener([]))],
    ['listener table "none"', (fabric) => copyListenerTable(fabric, "none", "x")],
    ['name "none"', (fabric) => setName(fabric, "none", { held: [] })]
  ])("of what is not there says what is missing: %s", (what, change) => {
    expect(() => change(peopled())).toThrow(`${what} is not in the fabric`)
  })

  test("of a copied table leaves the other alone: a host that stopped watching keeps what it knew", () => {
    const fabric = peopled()
    copyListenerTable(fabric, "live", "kept")
    setListeners(fabric, "one", "kept")
    putListener(fabric, "live", "172.20.0.1:tcp:80", listener([]))
    expect(only(fabric, tcp("one", "172.20.0.1")).ok).toBe(true)
    setListeners(fabric, "one", "live")
    expect(endOf(only(fabric, tcp("one", "172.20.0.1")))).toMatchObject({ reason: "NoTarget", fails: "refused" })
  })
  test("that takes a component out leaves its address to nobody", () => {
    const fabric = peopled()
    removeComponent(fabric, "web")
    expect(endOf(only(fabric, tcp("one", "10.0.1.2")))).toMatchObject({ at: "a", reason: "NeighbourUnreachable" })
  })
  test("that takes a component out does not take away an address that another has got since", () => {
    const fabric = peopled()
    putAll(fabric, pod("heir", "one", "a", "10.0.1.2"))
    removeComponent(fabric, "web")
    expect(only(fabric, tcp("one", "10.0.1.2")).reached).toBe("heir")
  })
  test("does not reach back into the part that was put in", () => {
    const parts = host("two", "b", "10.0.2.1")
    const fabric = network(parts)
    setCondition(fabric, "two", "silent")
    expect(parts[0]).toMatchObject({ condition: "up" })
    const live = listenerTable("live", {})
    putPart(fabric, live)
    putListener(fabric, "live", "k", listener([]))
    expect(live.listeners.size).toBe(0)
  })
  test("of an address moves it from the port that had it", () => {
    const fabric = network(host("one", "a", "10.0.1.1"), host("two", "b", "10.0.2.1"))
    const moved = movedBy(fabric, (changed) => putAll(changed, host("two", "b", "10.0.2.9")))
    expect(moved).toEqual(expect.arrayContaining(["address/10.0.2.1", "address/10.0.2.9", "port/two/port"]))
    expect(endOf(only(fabric, tcp("one", "10.0.2.1"))).reason).toBe("NeighbourUnreachable")
    expect(only(fabric, tcp("one", "10.0.2.9")).reached).toBe("two")
  })
})

describe("a trace reads", () => {
  const touchedBy = (fabric: Fabric, question: Parameters<typeof traceFlow>[1]) => traceFlow(fabric, question).touched
  test("an address that nobody owns, so that its owner's coming is noticed", () => {
    const fabric = network(host("one", "a", "10.0.1.1"))
    const touched = touchedBy(fabric, tcp("one", "10.0.2.1"))
    expect(movedBy(fabric, (changed) => putAll(changed, host("two", "b", "10.0.2.1"))).some((key) => touched.includes(key))).toBe(true)
  })
  test("a listener that is not there, on the way out and at the door", () => {
    const fabric = network(
      host("one", "a", "10.0.1.1", { component: { listeners: "out" } }),
      host("two", "b", "10.0.2.1", { component: { listeners: "in" } }),
      listenerTable("out", {}),
      listenerTable("in", {})
    )
    expect(touchedBy(fabric, tcp("one", "10.0.2.1", 443))).toEqual(
      expect.arrayContaining(["listener/out/10.0.2.1:tcp:443", "listener/in/self:tcp:443"])
    )
  })
  test("the condition of the host a pod is at home on", () => {
    const fabric = network(host("one", "a", "10.0.1.1"), host("two", "b", "10.0.2.1"), pod("web", "two", "b", "10.0.2.2"))
    expect(touchedBy(fabric, tcp("one", "10.0.2.2"))).toContain("component/two")
  })
  test("a name without answers, and a gateway that is not there", () => {
    expect(touchedBy(network(host("one", "a", "10.0.1.1")), byName("one", "none.example"))).toContain("name/none.example")
    const fabric = network(host("one", "a", "10.0.1.1"), table("table", [route("0.0.0.0/0", { _tag: "Via", component: "gone" })]))
    expect(touchedBy(fabric, tcp("one", "8.8.8.8"))).toContain("component/gone")
  })
  test("each part once, in order", () => {
    const touched = touchedBy(peopled(), tcp("internet", "203.0.113.1"))
    expect(touched).toEqual([...new Set(touched)].sort())
  })
})

import { describe, expect, test } from "vitest"
import type { Part } from "../../../src/model/net/fabric.ts"
import { setCondition } from "../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import { depthMax } from "../../../src/model/net/walk.ts"
import { formatRatio } from "../../../src/model/value/ratio.ts"
import { endOf, filter, hopsOf, host, local, nat, network, only, route, rule, segment, table, tcp, toInternet } from "./small-network.ts"

/** Hosts of `b` leave by the gateway `out`, which stands in `a`. */
const hidden = (...more: ReadonlyArray<Part | ReadonlyArray<Part>>) =>
  network(
    host("client", "b", "10.0.2.1"),
    nat("out", "a", "10.0.1.200", "203.0.113.200"),
    segment("b", { table: "behind" }),
    table("behind", [local, route("0.0.0.0/0", { _tag: "Via", component: "out" })]),
    ...more
  )

describe("a gateway that hides many behind one address", () => {
  test("carries a flow out and its reply home to the one who opened it", () => {
    const branch = only(hidden(), tcp("client", "8.8.8.8", 443))
    expect(branch.ok).toBe(true)
    expect(hopsOf(branch)).toEqual(["client", "b", "net", "out", "a", "net", "igw", "internet"])
    expect(branch.reply?.end).toMatchObject({ fate: "delivered", at: "client" })
  })
  test("shows each translation with what it was and what it became, and the ports it uses", () => {
    const branch = only(hidden(), tcp("client", "8.8.8.8", 443))
    expect(branch.forward.hops.flatMap(({ steps }) => steps).filter(({ _tag }) => _tag === "Translated")).toMatchObject([
      { field: "source", from: "10.0.2.1", to: "10.0.1.200" },
      { field: "source", from: "10.0.1.200", to: "203.0.113.200" }
    ])
    expect(branch.forward.flow.sourcePorts).toEqual({ from: 1_024, to: 65_535 })
    expect(branch.reply?.flow).toMatchObject({ source: "8.8.8.8", destination: "10.0.2.1", destinationPorts: { from: 32_768, to: 60_999 } })
  })
  test.each(["udp", "icmp"] as const)("carries %s", (protocol) => {
    expect(only(hidden(), { ...tcp("client", "8.8.8.8"), protocol }).ok).toBe(true)
  })
  test("carries no protocol besides", () => {
    expect(endOf(only(hidden(), { ...tcp("client", "8.8.8.8"), protocol: "other" }))).toMatchObject({
      fate: "drop",
      at: "out",
      reason: "ProtocolNotCarried"
    })
  })
  test("lets nothing in that nobody inside has asked for, from the internet or from inside", () => {
    expect(endOf(only(hidden(), tcp("internet", "203.0.113.200")))).toMatchObject({
      fate: "drop",
      at: "out",
      reason: "SessionUnknown",
      fails: "timeout"
    })
    expect(endOf(only(hidden(), tcp("client", "10.0.1.200")))).toMatchObject({ at: "out", reason: "SessionUnknown" })
  })
  test("that is silent drops what still leads to it: routes do not heal themselves", () => {
    const fabric = hidden()
    setCondition(fabric, "out", "silent")
    expect(endOf(only(fabric, tcp("client", "8.8.8.8")))).toMatchObject({
      at: "out",
      reason: "ComponentSilent",
      fails: "timeout",
      origin: { resource: "out", part: "east" }
    })
  })
  test("without a public address is stopped at the gateway to the internet", () => {
    expect(
      endOf(
        only(
          hidden(
            nat("inner", "a", "10.0.1.201", undefined),
            table("behind", [local, route("0.0.0.0/0", { _tag: "Via", component: "inner" })])
          ),
          tcp("client", "8.8.8.8")
        )
      )
    ).toMatchObject({ at: "igw", reason: "NoPublicAddress" })
  })
  test("whose own segment leads back to it is found to be a loop, and the walk ends", () => {
    const fabric = network(
      host("client", "a", "10.0.1.1"),
      nat("out", "a", "10.0.1.200", "203.0.113.200"),
      table("table", [local, route("0.0.0.0/0", { _tag: "Via", component: "out" })])
    )
    const branch = only(fabric, tcp("client", "8.8.8.8"))
    expect(endOf(branch)).toMatchObject({ fate: "drop", at: "out", reason: "LoopFound", fails: "timeout" })
    expect(hopsOf(branch).length).toBeLessThan(depthMax + 8)
  })
  test("takes the sender's group away: a filter behind it sees the gateway alone", () => {
    const members = filter("members", [rule("accept", { sourceSets: ["web"] })])
    const fabric = hidden(
      host("client", "b", "10.0.2.1", { port: { sets: ["web"] } }),
      host("shop", "a", "10.0.1.9", { port: { publicAddress: "203.0.113.9", publicVia: "igw", inward: [members] } })
    )
    expect(only(fabric, tcp("client", "10.0.1.9")).ok).toBe(true)
    expect(endOf(only(fabric, tcp("client", "203.0.113.9")))).toMatchObject({ fate: "deny", at: "shop" })
  })
})

describe("filters without memory on the way of a hidden flow", () => {
  const acl = (id: string, from: number, to: number) =>
    filter(id, [rule("accept", { destinationPorts: [{ from, to }] })], { stateful: false })
  test("are asked four times: out of the client's segment, into and out of the gateway's, and back", () => {
    const logged = (id: string) => filter(id, [rule("accept")], { stateful: false })
    const fabric = hidden(
      segment("a", { edgeInward: [logged("a in")], edgeOutward: [logged("a out")] }),
      segment("b", { table: "behind", edgeInward: [logged("b in")], edgeOutward: [logged("b out")] })
    )
    const branch = only(fabric, tcp("client", "8.8.8.8", 443))
    const asked = (hops: typeof branch.forward.hops) =>
      hops.flatMap(({ steps }) => steps.flatMap((step) => (step._tag === "Filtered" ? [step.filter.resource] : [])))
    expect(asked(branch.forward.hops)).toEqual(["b out", "a in", "a out"])
    expect(asked(branch.reply?.hops ?? [])).toEqual(["a in", "a out", "b in"])
  })
  test("that admit the client's own ports but not the gateway's lose the rest of the replies", () => {
    const inward = filter(
      "acl",
      [
        rule("accept", { destinationPorts: [{ from: 443, to: 443 }] }),
        rule("accept", { destinationPorts: [{ from: 32_768, to: 65_535 }] })
      ],
      { stateful: false }
    )
    const trace = traceFlow(hidden(segment("a", { edgeInward: [inward] })), tcp("client", "8.8.8.8", 443))
    expect(formatRatio(trace.success)).toBe("32/63")
    const lost = trace.branches.find((branch) => !branch.ok)
    expect(lost?.forward.end.fate).toBe("delivered")
    expect(lost?.reply?.end).toMatchObject({ fate: "deny", at: "a", origin: { resource: "acl" } })
  })
  test("that admit no reply at all cut the flow on its way back", () => {
    expect(
      endOf(only(hidden(segment("b", { table: "behind", edgeInward: [acl("acl", 80, 80)] })), tcp("client", "8.8.8.8", 443)))
    ).toMatchObject({ fate: "deny", at: "b" })
  })
  test("of the gateway's own segment do not hinder the way inside, which does not pass it", () => {
    expect(
      only(
        hidden(segment("a", { edgeInward: [acl("acl", 1, 1)] }), host("two", "b", "10.0.2.2"), table("behind", [local, toInternet])),
        tcp("client", "10.0.2.2")
      ).ok
    ).toBe(true)
  })
})

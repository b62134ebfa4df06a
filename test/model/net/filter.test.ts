import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Filter, FilterRule } from "../../../src/model/net/fabric.ts"
import { decideFilter, type Packet } from "../../../src/model/net/filter.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import { formatRatio, plus, type Ratio, zero } from "../../../src/model/value/ratio.ts"
import { endOf, filter, host, network, only, rule, segment, tcp } from "./small-network.ts"

const packet: Packet = {
  protocol: "tcp",
  source: "10.0.1.1",
  destination: "10.0.2.1",
  sourcePorts: { from: 32_768, to: 60_999 },
  destinationPorts: { from: 80, to: 80 },
  sourceSets: ["web"]
}
const verdictsOf = (written: Filter, asked: Packet = packet, sets: ReadonlyArray<string> = []) =>
  decideFilter(written, asked, sets).map(({ verdict, share, rule: won }) => `${verdict} ${formatRatio(share)} ${won?.origin.part ?? "end"}`)

describe("the rules of a filter", () => {
  test("decide in their order: the first that matches", () => {
    expect(verdictsOf(filter("f", [rule("deny", { source: ["10.0.1.1/32"] }, "one"), rule("accept", {}, "two")]))).toEqual(["deny 1 one"])
    expect(verdictsOf(filter("f", [rule("accept", {}, "two"), rule("deny", { source: ["10.0.1.1/32"] }, "one")]))).toEqual(["accept 1 two"])
  })
  test("of several stages: what is passed goes on with the first of a later one, port by port", () => {
    const staged = (stage: number, written: FilterRule): FilterRule => ({ ...written, stage })
    const web = { destinationPorts: [{ from: 80, to: 80 }] }
    const rules = [
      staged(0, rule("pass", web, "passed")),
      staged(0, rule("deny", {}, "never for 80")),
      staged(1, rule("accept", {}, "second"))
    ]
    expect(verdictsOf(filter("f", rules))).toEqual(["accept 1 second"])
    expect(verdictsOf(filter("f", rules), { ...packet, destinationPorts: { from: 79, to: 80 } })).toEqual([
      "deny 1/2 never for 80",
      "accept 1/2 second"
    ])
    expect(verdictsOf(filter("f", rules.slice(0, 2)))).toEqual(["deny 1 end"])
  })
  test("leave to the filter's end what none matches", () => {
    expect(verdictsOf(filter("f", []))).toEqual(["deny 1 end"])
    expect(verdictsOf(filter("f", [], { otherwise: "accept" }))).toEqual(["accept 1 end"])
  })
  test.each([
    ["protocol", { protocol: "udp" }, false],
    ["any protocol", { protocol: "any" }, true],
    ["source", { source: ["10.0.2.0/24"] }, false],
    ["one of several sources", { source: ["10.9.0.0/16", "10.0.1.0/24"] }, true],
    ["destination", { destination: ["10.0.1.0/24"] }, false],
    ["the sender's group", { sourceSets: ["web"] }, true],
    ["another group", { sourceSets: ["db"] }, false],
    ["the receiver's group", { destinationSets: ["db"] }, true],
    ["destination port", { destinationPorts: [{ from: 81, to: 90 }] }, false],
    ["the edge of a port range", { destinationPorts: [{ from: 80, to: 80 }] }, true]
  ] as const)("match by %s", (_what, match, matches) => {
    expect(verdictsOf(filter("f", [rule("accept", match)]), packet, ["db"])).toEqual([matches ? "accept 1 accept" : "deny 1 end"])
  })
  test("need every part of a match, not one of them", () => {
    expect(verdictsOf(filter("f", [rule("accept", { protocol: "tcp", source: ["10.9.0.0/16"] })]))).toEqual(["deny 1 end"])
  })
  test("do not look at ports of a protocol that has none", () => {
    const asked: Packet = { ...packet, protocol: "icmp", destinationPorts: { from: 0, to: 0 } }
    expect(verdictsOf(filter("f", [rule("accept", { protocol: "icmp" })]), asked)).toEqual(["accept 1 accept"])
  })
})

describe("a range of ports", () => {
  test("is split where a rule draws a line, by number of ports", () => {
    const reply: Packet = { ...packet, destinationPorts: { from: 1_024, to: 65_535 } }
    const half = filter("f", [rule("accept", { destinationPorts: [{ from: 32_768, to: 65_535 }] })], { stateful: false })
    expect(verdictsOf(half, reply)).toEqual(["deny 31/63 end", "accept 32/63 accept"])
    expect(decideFilter(half, reply, []).map((piece) => piece.packet.destinationPorts)).toEqual([
      { from: 1_024, to: 32_767 },
      { from: 32_768, to: 65_535 }
    ])
  })
  test("is split at both ends of a rule that lies inside it", () => {
    const inner = filter("f", [rule("deny", { sourcePorts: [{ from: 40_000, to: 40_000 }] }, "one port")], { otherwise: "accept" })
    expect(verdictsOf(inner)).toEqual(["accept 904/3529 end", "deny 1/28232 one port", "accept 20999/28232 end"])
  })
  test("stays whole when one rule decides all of it", () => {
    const pieces = decideFilter(filter("f", [rule("accept", { sourcePorts: [{ from: 1_024, to: 65_535 }] })]), packet, [])
    expect(pieces).toHaveLength(1)
    expect(pieces[0]?.packet).toBe(packet)
  })
  test("is not split by rules that cannot match for other reasons", () => {
    expect(
      verdictsOf(filter("f", [rule("deny", { protocol: "udp", sourcePorts: [{ from: 40_000, to: 41_000 }] }), rule("accept")]))
    ).toEqual(["accept 1 accept"])
  })

  const anyRange = fc
    .tuple(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 65_535 }))
    .map(([left, right]) => ({ from: Math.min(left, right), to: Math.max(left, right) }))
  const anyRules: fc.Arbitrary<ReadonlyArray<FilterRule>> = fc
    .array(
      fc.record({
        verdict: fc.constantFrom("accept" as const, "deny" as const),
        source: anyRange,
        destination: anyRange,
        uses: fc.integer({ min: 0, max: 3 })
      }),
      { maxLength: 6 }
    )
    .map((drawn) =>
      drawn.map(({ verdict, source, destination, uses }, index) =>
        rule(
          verdict,
          { ...(uses % 2 === 1 ? { sourcePorts: [source] } : {}), ...(uses > 1 ? { destinationPorts: [destination] } : {}) },
          String(index)
        )
      )
    )

  test("has shares that sum to 1 in pieces that cover it without overlap", () => {
    fc.assert(
      fc.property(anyRules, anyRange, anyRange, (rules, sourcePorts, destinationPorts) => {
        const pieces = decideFilter(filter("f", rules), { ...packet, sourcePorts, destinationPorts }, [])
        expect(pieces.reduce<Ratio>((sum, { share }) => plus(sum, share), zero)).toEqual({ of: 1, over: 1 })
      })
    )
  })
  test("is decided port by port as a plain reading of the rules says", () => {
    const probe = (range: { from: number; to: number }, at: number): number => range.from + (at % (range.to - range.from + 1))
    fc.assert(
      fc.property(anyRules, anyRange, anyRange, fc.nat(), fc.nat(), (rules, sourcePorts, destinationPorts, one, two) => {
        const source = probe(sourcePorts, one)
        const destination = probe(destinationPorts, two)
        const covers = (ranges: ReadonlyArray<{ from: number; to: number }> | undefined, port: number) =>
          ranges === undefined || ranges.some(({ from, to }) => port >= from && port <= to)
        const plain = rules.find(({ match }) => covers(match.sourcePorts, source) && covers(match.destinationPorts, destination))
        const piece = decideFilter(filter("f", rules), { ...packet, sourcePorts, destinationPorts }, []).find(
          (candidate) => covers([candidate.packet.sourcePorts], source) && covers([candidate.packet.destinationPorts], destination)
        )
        expect(piece?.verdict).toBe(plain === undefined ? "deny" : plain.verdict)
      })
    )
  })
})

describe("memory", () => {
  const client = host("client", "a", "10.0.1.1")
  const accepting = [rule("accept", { protocol: "tcp", destinationPorts: [{ from: 80, to: 80 }] })]
  test("a filter that remembers lets the reply out although no rule would", () => {
    const fabric = network(
      client,
      host("server", "b", "10.0.2.1", { port: { inward: [filter("group", accepting)], outward: [filter("group", [])] } })
    )
    const branch = only(fabric, tcp("client", "10.0.2.1"))
    expect(branch.ok).toBe(true)
    expect(branch.reply?.hops[0]?.steps).toContainEqual(expect.objectContaining({ _tag: "Filtered", session: true, verdict: "accept" }))
  })
  test("a filter without memory judges the reply by its own rules", () => {
    const fabric = network(
      client,
      host("server", "b", "10.0.2.1"),
      segment("b", { edgeInward: [filter("acl", accepting, { stateful: false })], edgeOutward: [filter("acl", [], { stateful: false })] })
    )
    const branch = only(fabric, tcp("client", "10.0.2.1"))
    expect(branch.forward.end.fate).toBe("delivered")
    expect(endOf(branch)).toMatchObject({ fate: "deny", at: "b", reason: "DeniedByFilter", origin: { resource: "acl" } })
  })
  test("a filter on another port has not seen the flow and knows nothing of it", () => {
    const fabric = network(
      client,
      host("server", "b", "10.0.2.1", { port: { inward: [filter("one", accepting)], outward: [filter("other", [])] } })
    )
    expect(endOf(only(fabric, tcp("client", "10.0.2.1")))).toMatchObject({ fate: "deny", at: "server", origin: { resource: "other" } })
  })
  test("a reply that a filter without memory admits only in part succeeds for just that part of the ports", () => {
    const some = filter("acl", [rule("accept", { protocol: "tcp", destinationPorts: [{ from: 32_768, to: 40_000 }] })], { stateful: false })
    const trace = traceFlow(
      network(client, host("server", "b", "10.0.2.1"), segment("a", { edgeInward: [some] })),
      tcp("client", "10.0.2.1")
    )
    expect(formatRatio(trace.success)).toBe("7233/28232")
    expect(trace.branches.filter((branch) => branch.ok)).toHaveLength(1)
    expect(trace.branches.filter((branch) => !branch.ok).map((branch) => endOf(branch).at)).toEqual(["a"])
  })
  test("a denial names the rule that denied, else the filter's end", () => {
    const denying = filter("acl", [rule("deny", { source: ["10.0.1.0/24"] }, "rule 90")])
    const by = (rules: Filter) =>
      endOf(only(network(client, host("server", "b", "10.0.2.1", { port: { inward: [rules] } })), tcp("client", "10.0.2.1"))).origin
    expect(by(denying)).toEqual({ resource: "rule", part: "rule 90" })
    expect(by(filter("acl", []))).toEqual({ resource: "acl" })
  })
})

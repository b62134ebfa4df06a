/** What holds of every trace, over small clusters drawn at random: shares, purity, copies, and that nothing read goes unsaid. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Condition, Fabric, Filter, Question, Segment } from "../../../src/model/net/fabric.ts"
import {
  copyListenerTable,
  putListener,
  putPart,
  removeComponent,
  setCondition,
  setListeners,
  setName,
  startListening,
  takeMoved
} from "../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import type { Trace } from "../../../src/model/net/verdict.ts"
import { one, plus, type Ratio, zero } from "../../../src/model/value/ratio.ts"
import {
  byName,
  filter,
  host,
  listener,
  listenerTable,
  local,
  name,
  nat,
  network,
  pod,
  refusal,
  route,
  rule,
  segment,
  table,
  target,
  tcp,
  toInternet
} from "./small-network.ts"

const service = "172.20.0.10:tcp:80"
const endpoints = [target("p1", "10.0.1.11"), target("p2", "10.0.2.12", { weight: 2 }), target("p3", "10.0.2.13")]
const nodes = [target("h1", "10.0.1.1", { port: 30_080, zone: "east" }), target("h2", "10.0.2.1", { port: 30_080, zone: "west" })]
const answers = ["203.0.113.1", "203.0.113.2", "203.0.113.9"]

const filters: Readonly<Record<string, Filter>> = {
  all: filter("all", [rule("accept")]),
  none: filter("none", []),
  web: filter("web", [
    rule("accept", {
      protocol: "tcp",
      destinationPorts: [
        { from: 80, to: 80 },
        { from: 30_080, to: 30_080 }
      ]
    })
  ]),
  members: filter("members", [rule("accept", { sourceSets: ["lb"] })]),
  high: filter(
    "high",
    [rule("accept", { destinationPorts: [{ from: 40_000, to: 65_535 }] }), rule("accept", { destinationPorts: [{ from: 80, to: 443 }] })],
    { stateful: false }
  )
}
const anyFilter = fc.constantFrom(...Object.keys(filters)).map((key) => [filters[key] as Filter])
const anyCondition: fc.Arbitrary<Condition> = fc.constantFrom("up", "up", "up", "silent", "refusing")
const anySegment = (id: "a" | "b"): fc.Arbitrary<Segment> =>
  fc.record({ edge: fc.option(fc.constantFrom("high", "all"), { nil: undefined }), behind: fc.boolean() }).map(({ edge, behind }) => {
    const edges = edge === undefined ? [] : [{ ...(filters[edge] as Filter), stateful: false }]
    return segment(id, { edgeInward: edges, edgeOutward: edges, ...(behind ? { table: "behind" } : {}) })
  })
const podsOf: Readonly<Record<string, readonly [home: string, on: "a" | "b", address: string]>> = {
  p1: ["h1", "a", "10.0.1.11"],
  p2: ["h2", "b", "10.0.2.12"],
  p3: ["h2", "b", "10.0.2.13"]
}

const anyFabric: fc.Arbitrary<Fabric> = fc
  .record({
    a: anySegment("a"),
    b: anySegment("b"),
    h1: anyFilter,
    h2: anyFilter,
    front: anyFilter,
    pods: fc.subarray(["p1", "p2", "p3"]),
    targets: fc.subarray(endpoints),
    kept: fc.subarray(endpoints),
    registered: fc.subarray(nodes),
    held: fc.subarray(answers),
    sameZoneOnly: fc.boolean(),
    conditions: fc.record({ h1: anyCondition, h2: anyCondition, f1: anyCondition, out: anyCondition, igw: anyCondition }),
    h2Keeps: fc.boolean()
  })
  .map((drawn) => {
    const guard = (kept: ReadonlyArray<Filter>) => ({ inward: kept, outward: [filters["all"] as Filter] })
    const tableFor = (targets: typeof endpoints) => ({
      [service]: listener(targets),
      "self:tcp:30080": listener(targets, { source: "replaced" })
    })
    const fabric = network(
      drawn.a,
      drawn.b,
      table("behind", [local, route("0.0.0.0/0", { _tag: "Via", component: "out" })]),
      nat("out", "a", "10.0.1.200", "203.0.113.200"),
      host("h1", "a", "10.0.1.1", {
        component: { listeners: "live" },
        port: { ...guard(drawn.h1), publicAddress: "203.0.113.9", publicVia: "igw" }
      }),
      host("h2", "b", "10.0.2.1", { component: { listeners: drawn.h2Keeps ? "kept" : "live" }, port: guard(drawn.h2) }),
      ...["f1", "f2"].map((id, index) =>
        host(id, index === 0 ? "a" : "b", `10.0.${index + 1}.50`, {
          component: { kind: "frontEnd", listeners: "lb" },
          port: { ...guard(drawn.front), sets: ["lb"], publicAddress: `203.0.113.${index + 1}`, publicVia: "igw" }
        })
      ),
      ...drawn.pods.map((id) => {
        const [home, on, address] = podsOf[id] as (typeof podsOf)[string]
        return pod(id, home, on, address, { port: guard(home === "h1" ? drawn.h1 : drawn.h2) })
      }),
      listenerTable("live", tableFor(drawn.targets)),
      listenerTable("kept", tableFor(drawn.kept)),
      listenerTable("lb", {
        "self:tcp:80": listener(drawn.registered, {
          proxy: true,
          sameZoneOnly: drawn.sameZoneOnly,
          empty: refusal("NoTarget", "lb", "error")
        })
      }),
      name("shop", drawn.held)
    )
    for (const [id, condition] of Object.entries(drawn.conditions)) setCondition(fabric, id, condition)
    takeMoved(fabric)
    return fabric
  })

const anyQuestion: fc.Arbitrary<Question> = fc.constantFrom(
  byName("internet", "shop"),
  tcp("internet", "203.0.113.9", 30_080),
  tcp("h1", "172.20.0.10"),
  tcp("h2", "172.20.0.10"),
  tcp("h2", "10.0.1.1", 30_080),
  tcp("h2", "8.8.8.8", 443),
  tcp("h1", "8.8.8.8", 443),
  tcp("h1", "10.0.2.13"),
  tcp("h2", "203.0.113.1"),
  tcp("f1", "10.0.2.1", 30_080),
  tcp("h1", "10.0.9.9")
)

type Change = readonly [what: string, make: (fabric: Fabric) => void]
const has = (fabric: Fabric, id: string) => fabric.components.has(id)
const components = ["h1", "h2", "f1", "f2", "out", "igw", "net", "internet", "p1", "p2", "p3"]
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.constantFrom(...components), fc.constantFrom<Condition>("up", "silent", "refusing")).map(
    ([id, condition]): Change => [
      `${id} is ${condition}`,
      (fabric) => {
        if (has(fabric, id)) setCondition(fabric, id, condition)
      }
    ]
  ),
  fc.tuple(fc.constantFrom("h1", "h2", "p1", "p2", "p3"), fc.constantFrom<"any" | "none">("any", "none")).map(
    ([id, what]): Change => [
      `${id} listens on ${what}`,
      (fabric) => {
        if (has(fabric, id)) startListening(fabric, id, what === "any" ? "any" : [])
      }
    ]
  ),
  fc
    .tuple(fc.constantFrom("h1", "h2"), fc.constantFrom("live", "kept"))
    .map(([id, to]): Change => [`${id} follows ${to}`, (fabric) => setListeners(fabric, id, to)]),
  fc
    .tuple(fc.constantFrom("live", "kept"), fc.constantFrom(service, "self:tcp:30080", "10.0.2.13:tcp:80"), fc.subarray(endpoints))
    .map(
      ([id, key, targets]): Change => [
        `${id} ${key}`,
        (fabric) => putListener(fabric, id, key, listener(targets, { source: key.startsWith("self") ? "replaced" : "kept" }))
      ]
    ),
  fc
    .subarray(nodes)
    .map((targets): Change => ["registered", (fabric) => putListener(fabric, "lb", "self:tcp:80", listener(targets, { proxy: true }))]),
  fc.constant<Change>(["kept copies live", (fabric) => copyListenerTable(fabric, "live", "kept")]),
  fc.subarray(answers).map((held): Change => ["held", (fabric) => setName(fabric, "shop", { held })]),
  fc.constantFrom("p1", "p2", "p3").map(
    (id): Change => [
      `${id} goes`,
      (fabric) => {
        if (has(fabric, id)) removeComponent(fabric, id)
      }
    ]
  ),
  fc.constantFrom("p1", "p2", "p3").map(
    (id): Change => [
      `${id} comes`,
      (fabric) => {
        const [home, on, address] = podsOf[id] as (typeof podsOf)[string]
        for (const part of pod(id, home, on, address)) putPart(fabric, part)
      }
    ]
  ),
  fc.constant<Change>([
    "somebody comes",
    (fabric) => {
      for (const part of host("late", "b", "10.0.2.99")) putPart(fabric, part)
    }
  ]),
  fc.constantFrom("table", "behind").map((id): Change => [`${id} loses its default`, (fabric) => putPart(fabric, table(id, [local]))]),
  fc
    .constantFrom("table", "behind")
    .map((id): Change => [`${id} leads to the internet`, (fabric) => putPart(fabric, table(id, [local, toInternet]))]),
  fc.oneof(anySegment("a"), anySegment("b")).map((part): Change => [`segment ${part.id}`, (fabric) => putPart(fabric, part)])
)

const answerOf = ({ branches, success }: Trace) => ({ branches, success })
const shown = fc.tuple(anyFabric, anyQuestion)

describe("every trace", () => {
  test("has shares that sum to 1, and succeeds by those that are ok", () => {
    fc.assert(
      fc.property(shown, ([fabric, question]) => {
        const { branches, success } = traceFlow(fabric, question)
        expect(branches.reduce<Ratio>((sum, { share }) => plus(sum, share), zero)).toEqual(one)
        expect(branches.reduce<Ratio>((sum, { ok, share }) => (ok ? plus(sum, share) : sum), zero)).toEqual(success)
      }),
      { numRuns: 300 }
    )
  })
  test("says of every branch that is not ok where it ended, why, by whom and how it fails", () => {
    fc.assert(
      fc.property(shown, ([fabric, question]) => {
        for (const branch of traceFlow(fabric, question).branches) {
          const end = branch.forward.end.fate === "delivered" ? branch.reply?.end : branch.forward.end
          if (branch.ok) expect(end).toMatchObject({ fate: "delivered", at: question.from })
          else
            expect([
              end?.fate === "deny" || end?.fate === "drop",
              typeof end?.reason,
              typeof end?.origin?.resource,
              typeof end?.fails
            ]).toEqual([true, "string", "string", "string"])
        }
      }),
      { numRuns: 300 }
    )
  })
  test("changes nothing, and is the same again, and the same of a copy", () => {
    fc.assert(
      fc.property(shown, ([fabric, question]) => {
        const copy = structuredClone(fabric)
        const trace = traceFlow(fabric, question)
        expect(fabric).toEqual(copy)
        expect(traceFlow(fabric, question)).toEqual(trace)
        expect(traceFlow(copy, question)).toEqual(trace)
      }),
      { numRuns: 100 }
    )
  })
  test("stays as it was after any change of parts that it did not read", () => {
    fc.assert(
      fc.property(shown, fc.array(anyChange, { minLength: 1, maxLength: 3 }), ([fabric, question], changes) => {
        const before = traceFlow(fabric, question)
        for (const [, make] of changes) make(fabric)
        const moved = takeMoved(fabric)
        if (moved.some((key) => before.touched.includes(key))) return
        expect(answerOf(traceFlow(fabric, question))).toEqual(answerOf(before))
      }),
      { numRuns: 2_000 }
    )
  })
  test("that turns was told to by a part it had read: both cases do occur", () => {
    const seen = { turned: 0, unread: 0 }
    fc.assert(
      fc.property(shown, anyChange, ([fabric, question], [, make]) => {
        const before = traceFlow(fabric, question)
        make(fabric)
        const moved = takeMoved(fabric)
        if (!moved.some((key) => before.touched.includes(key))) seen.unread += moved.length > 0 ? 1 : 0
        if (JSON.stringify(answerOf(traceFlow(fabric, question))) !== JSON.stringify(answerOf(before))) seen.turned++
      }),
      { numRuns: 400, seed: 7 }
    )
    expect(seen.turned).toBeGreaterThan(20)
    expect(seen.unread).toBeGreaterThan(20)
  })
})

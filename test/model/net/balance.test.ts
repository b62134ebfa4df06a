import { describe, expect, test } from "vitest"
import type { Listener, Part } from "../../../src/model/net/fabric.ts"
import { putListener, setCondition, setListeners } from "../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import { branchesMax } from "../../../src/model/net/walk.ts"
import { formatRatio } from "../../../src/model/value/ratio.ts"
import {
  byName,
  endOf,
  filter,
  hopsOf,
  host,
  listener,
  listenerTable,
  name,
  network,
  only,
  pod,
  refusal,
  rule,
  segment,
  target,
  tcp
} from "./small-network.ts"

const service = "172.20.0.10"
const pods = [target("p1", "10.0.1.11"), target("p2", "10.0.2.12")]
const nodePort = "self:tcp:30080"

/** Two hosts with a pod each; both balance by the table `live`. */
const cluster = (listeners: Readonly<Record<string, Listener>>, ...more: ReadonlyArray<Part | ReadonlyArray<Part>>) =>
  network(
    host("h1", "a", "10.0.1.1", { component: { listeners: "live", listening: [] } }),
    host("h2", "b", "10.0.2.1", { component: { listeners: "live", listening: [] } }),
    pod("p1", "h1", "a", "10.0.1.11"),
    pod("p2", "h2", "b", "10.0.2.12"),
    listenerTable("live", listeners),
    host("client", "a", "10.0.1.99"),
    ...more
  )
const withService = (targets = pods, ...more: ReadonlyArray<Part | ReadonlyArray<Part>>) =>
  cluster({ [`${service}:tcp:80`]: listener(targets) }, ...more)
const sharesOf = (trace: ReturnType<typeof traceFlow>) =>
  trace.branches.map(({ ok, reached, share }) => `${reached ?? "nobody"} ${formatRatio(share)} ${ok ? "ok" : "lost"}`)

describe("a service's address", () => {
  test("is turned into an endpoint before the packet leaves its pod, each with its share", () => {
    const trace = traceFlow(withService(), tcp("p1", service))
    expect(sharesOf(trace)).toEqual(["p1 1/2 ok", "p2 1/2 ok"])
    expect(trace.branches[1]?.forward.hops[0]?.steps).toMatchObject([
      { _tag: "Balanced", target: "p2", share: { of: 1, over: 2 }, among: 2 },
      { _tag: "Translated", field: "destination", from: service, to: "10.0.2.12", port: 80 }
    ])
  })
  test("answers under its own name: the endpoint's address is turned back at the one who asked", () => {
    const branch = traceFlow(withService(), tcp("p1", service)).branches[1]
    expect(branch?.reply?.flow).toMatchObject({ source: service, destination: "10.0.1.11" })
  })
  test("shares by weight", () => {
    expect(
      sharesOf(traceFlow(withService([target("p1", "10.0.1.11", { weight: 3 }), target("p2", "10.0.2.12")]), tcp("h1", service)))
    ).toEqual(["p1 3/4 ok", "p2 1/4 ok"])
  })
  test("may send to another port than was asked", () => {
    const fabric = withService(
      [target("p2", "10.0.2.12", { port: 8_080 })],
      pod("p2", "h2", "b", "10.0.2.12", { component: { listening: [{ protocol: "tcp", port: 8_080 }] } })
    )
    expect(only(fabric, tcp("p1", service))).toMatchObject({
      ok: true,
      forward: { flow: { destinationPorts: { from: 8_080, to: 8_080 } } }
    })
  })
  test("is known by protocol and port: a neighbour's port is not a service", () => {
    expect(endOf(only(withService(), tcp("p1", service, 81)))).toMatchObject({ at: "igw" })
    expect(endOf(only(withService(), { ...tcp("p1", service), protocol: "udp" }))).toMatchObject({ at: "igw" })
  })
  test("without endpoints refuses as its owner says, on the host that asks", () => {
    expect(endOf(only(withService([]), tcp("p1", service)))).toMatchObject({ fate: "drop", at: "p1", reason: "NoTarget", fails: "refused" })
  })
  test("goes on to a silent endpoint until it is told: that share times out there", () => {
    const fabric = withService()
    setCondition(fabric, "h2", "silent")
    const trace = traceFlow(fabric, tcp("p1", service))
    expect(formatRatio(trace.success)).toBe("1/2")
    expect(trace.branches.map(endOf)[1]).toMatchObject({ at: "h2", reason: "ComponentSilent", fails: "timeout" })
  })
  test("goes to the endpoints that its host knows: a host with an old table keeps to it, another does not", () => {
    const fabric = withService(pods, listenerTable("old", { [`${service}:tcp:80`]: listener([target("gone", "10.0.2.77")]) }))
    setListeners(fabric, "h1", "old")
    expect(endOf(only(fabric, tcp("p1", service)))).toMatchObject({ at: "b", reason: "NeighbourUnreachable" })
    expect(formatRatio(traceFlow(fabric, tcp("p2", service)).success)).toBe("1")
  })
  test("is asked by the filters under the endpoint's address, not its own", () => {
    const toEndpoints = filter("group", [rule("accept", { destination: ["10.0.0.0/16"] })])
    const fabric = withService([target("p2", "10.0.2.12")], pod("p1", "h1", "a", "10.0.1.11", { port: { outward: [toEndpoints] } }))
    expect(only(fabric, tcp("p1", service)).ok).toBe(true)
  })
  test("may come back to the pod that asks", () => {
    expect(only(withService([target("p1", "10.0.1.11")]), tcp("p1", service))).toMatchObject({ ok: true, reached: "p1" })
  })
})

describe("a node port", () => {
  const open = { [nodePort]: listener(pods, { source: "replaced" }) }
  test("is answered by any host, also for pods on others, and the reply comes back by it", () => {
    const trace = traceFlow(cluster(open), tcp("client", "10.0.1.1", 30_080))
    expect(sharesOf(trace)).toEqual(["p1 1/2 ok", "p2 1/2 ok"])
    const [, far] = trace.branches
    expect(hopsOf(far as never)).toEqual(["client", "a", "h1", "a", "net", "b", "p2"])
    expect(far?.reply?.hops.map(({ component }) => component)).toEqual(["p2", "b", "net", "a", "h1", "a", "client"])
    expect(far?.reply?.flow).toMatchObject({ source: "10.0.1.1", destination: "10.0.1.99" })
  })
  test("shows the pod its host as the sender", () => {
    expect(traceFlow(cluster(open), tcp("client", "10.0.1.1", 30_080)).branches.map((branch) => branch.forward.flow.source)).toEqual([
      "10.0.1.1",
      "10.0.1.1"
    ])
  })
  test("is reached by a pod on its own host as well", () => {
    expect(formatRatio(traceFlow(cluster(open), tcp("p1", "10.0.1.1", 30_080)).success)).toBe("1")
  })
  test("without endpoints is refused at the host that was asked", () => {
    const fabric = cluster({ [nodePort]: listener([], { source: "replaced" }) })
    expect(endOf(only(fabric, tcp("client", "10.0.1.1", 30_080)))).toMatchObject({ at: "h1", reason: "NoTarget", fails: "refused" })
  })
  test("passes the host's filter first, and on the way to another host that pod's filter as well", () => {
    const shut = { port: { inward: [filter("group", [])] } }
    const atHost = cluster(open, host("h1", "a", "10.0.1.1", { ...shut, component: { listeners: "live" } }))
    expect(endOf(only(atHost, tcp("client", "10.0.1.1", 30_080)))).toMatchObject({ fate: "deny", at: "h1" })
    const atPods = cluster(open, pod("p1", "h1", "a", "10.0.1.11", shut), pod("p2", "h2", "b", "10.0.2.12", shut))
    expect(sharesOf(traceFlow(atPods, tcp("client", "10.0.1.1", 30_080)))).toEqual(["p1 1/2 ok", "nobody 1/2 lost"])
  })
  test("stands before what the host itself listens on", () => {
    const fabric = cluster(
      { "self:tcp:80": listener([target("p2", "10.0.2.12")], { source: "replaced" }) },
      host("h1", "a", "10.0.1.1", { component: { listeners: "live" } })
    )
    expect(only(fabric, tcp("client", "10.0.1.1")).reached).toBe("p2")
  })
})

describe("a front end", () => {
  const empty = refusal("NoTarget", "lb", "error")
  const nodes = [target("h1", "10.0.1.1", { port: 30_080, zone: "east" }), target("h2", "10.0.2.1", { port: 30_080, zone: "west" })]
  const front = (id: string, on: "a" | "b", address: string, publicAddress: string) =>
    host(id, on, address, {
      component: { kind: "frontEnd", listeners: "lb", listening: [{ protocol: "tcp", port: 443 }] },
      port: { publicAddress, publicVia: "igw" }
    })
  const fronts = [...front("f1", "a", "10.0.1.50", "203.0.113.1"), ...front("f2", "b", "10.0.2.50", "203.0.113.2")]
  const balanced = (sameZoneOnly: boolean, targets = nodes, endpoints = pods) =>
    cluster(
      { [nodePort]: listener(endpoints, { source: "replaced" }) },
      fronts,
      name("lb.example", ["203.0.113.1", "203.0.113.2"]),
      listenerTable("lb", { "self:tcp:443": listener(targets, { proxy: true, sameZoneOnly, source: "replaced", empty }) })
    )
  const fromOutside = byName("internet", "lb.example", 443)

  test("opens its own connection, and answers the client itself", () => {
    const trace = traceFlow(balanced(true), fromOutside)
    expect(formatRatio(trace.success)).toBe("1")
    const [first] = trace.branches
    expect(first?.forward.flow.source).toBe("10.0.1.1")
    expect(hopsOf(first as never).slice(0, 6)).toEqual(["internet", "igw", "net", "a", "f1", "f1"])
    expect(first?.reply?.hops.map(({ component }) => component).slice(-4)).toEqual(["a", "net", "igw", "internet"])
  })
  test("sends to its own zone alone, or to all, as its owner chose", () => {
    const hostsOf = (sameZoneOnly: boolean) =>
      traceFlow(balanced(sameZoneOnly), { ...tcp("client", "10.0.1.50", 443) }).branches.flatMap(({ forward }) =>
        forward.hops.flatMap(({ steps }) =>
          steps.flatMap((step) =>
            step._tag === "Balanced" && step.by.resource === "service" && step.target.startsWith("h") ? [step.target] : []
          )
        )
      )
    expect(new Set(hostsOf(true))).toEqual(new Set(["h1"]))
    expect(new Set(hostsOf(false))).toEqual(new Set(["h1", "h2"]))
  })
  test("whose zone has no target answers as its owner says, while the other serves", () => {
    const trace = traceFlow(balanced(true, nodes.slice(0, 1)), fromOutside)
    expect(formatRatio(trace.success)).toBe("1/2")
    expect(trace.branches.filter((branch) => !branch.ok).map(endOf)).toMatchObject([{ at: "f2", reason: "NoTarget", fails: "error" }])
  })
  test("that is silent loses the clients that still hold its address", () => {
    const fabric = balanced(true)
    setCondition(fabric, "f1", "silent")
    const trace = traceFlow(fabric, fromOutside)
    expect(formatRatio(trace.success)).toBe("1/2")
    expect(trace.branches.filter((branch) => !branch.ok).map(endOf)).toMatchObject([
      { at: "f1", reason: "ComponentSilent", fails: "timeout" }
    ])
  })
  test("and kube-proxy behind it each take their share: half of the doors, half of the pods", () => {
    const fabric = balanced(true)
    for (const id of ["f2", "h2"]) setCondition(fabric, id, "silent")
    expect(formatRatio(traceFlow(fabric, fromOutside).success)).toBe("1/4")
  })
  test("is let in by a target's filter as itself, by its own group, whoever the client is", () => {
    const members = filter("members", [rule("accept", { sourceSets: ["lb"] })])
    const guarded = (sets: ReadonlyArray<string>) =>
      network(
        host("h1", "a", "10.0.1.1", { port: { inward: [members] } }),
        host("f1", "a", "10.0.1.50", {
          component: { kind: "frontEnd", listeners: "lb" },
          port: { publicAddress: "203.0.113.1", publicVia: "igw", sets }
        }),
        listenerTable("lb", { "self:tcp:443": listener([target("h1", "10.0.1.1")], { proxy: true }) })
      )
    expect(only(guarded(["lb"]), tcp("internet", "203.0.113.1", 443)).ok).toBe(true)
    expect(endOf(only(guarded(["other"]), tcp("internet", "203.0.113.1", 443)))).toMatchObject({ fate: "deny", at: "h1" })
  })
  test("whose target's answer is cut gives its client nothing", () => {
    const cut = { edgeOutward: [filter("acl", [], { stateful: false })] }
    const fabric = network(
      host("h2", "b", "10.0.2.1"),
      host("f1", "a", "10.0.1.50", {
        component: { kind: "frontEnd", listeners: "lb" },
        port: { publicAddress: "203.0.113.1", publicVia: "igw" }
      }),
      listenerTable("lb", { "self:tcp:443": listener([target("h2", "10.0.2.1")], { proxy: true }) }),
      segment("b", cut)
    )
    expect(endOf(only(fabric, tcp("internet", "203.0.113.1", 443)))).toMatchObject({ fate: "deny", at: "b", origin: { resource: "acl" } })
  })
  test("follows its list of targets as it changes", () => {
    const fabric = balanced(true)
    putListener(fabric, "lb", "self:tcp:443", listener(nodes.slice(1), { proxy: true, sameZoneOnly: false, empty }))
    expect(formatRatio(traceFlow(fabric, fromOutside).success)).toBe("1")
  })
})

test("a trace that would branch without bound ends in an error that names the place", () => {
  const many = Array.from({ length: branchesMax + 2 }, (_, index) => target(`t${index}`, "10.0.2.12"))
  expect(() => traceFlow(withService(many), tcp("p1", service))).toThrow(`more than ${branchesMax} branches at service`)
})

describe("a front end that keeps its clients' addresses", () => {
  const client = "203.0.113.77"
  const kept = (inward: Parameters<typeof filter>[1], ...more: ReadonlyArray<Part>) =>
    network(
      host("h1", "b", "10.0.2.1", { port: { inward: [filter("target", inward)] } }),
      host("f1", "a", "10.0.1.50", {
        component: { kind: "frontEnd", listeners: "lb" },
        port: { publicAddress: "203.0.113.1", publicVia: "igw", sets: ["lb"] }
      }),
      listenerTable("lb", { "self:tcp:443": listener([target("h1", "10.0.2.1")], { proxy: true, keepsClient: true }) }),
      ...more
    )
  const asked = { ...tcp("internet", "203.0.113.1", 443), source: client }

  test("is let in by its client's address, and by its own group; not by its own address", () => {
    expect(only(kept([rule("accept", { source: [`${client}/32`] })]), asked).ok).toBe(true)
    expect(only(kept([rule("accept", { sourceSets: ["lb"] })]), asked).ok).toBe(true)
    expect(endOf(only(kept([rule("accept", { source: ["10.0.1.0/24"] })]), asked))).toMatchObject({ fate: "deny", at: "h1" })
  })
  test("has the reply come back by itself, through the edge of the target's subnet as to the client", () => {
    const open = rule("accept", {})
    const acl = (destination: string) =>
      segment("b", { edgeOutward: [filter("acl", [rule("accept", { destination: [destination] })], { stateful: false })] })
    expect(only(kept([open], acl(`${client}/32`)), asked).ok).toBe(true)
    expect(endOf(only(kept([open], acl("10.0.0.0/16")), asked))).toMatchObject({ fate: "deny", at: "b", origin: { resource: "acl" } })
  })
})

describe("a listener that reads requests", () => {
  const forward = (path: string, exact: boolean, to: string, host_?: string) => ({
    origin: { resource: "alb", part: path },
    path,
    exact,
    ...(host_ === undefined ? {} : { host: host_ }),
    action: { _tag: "Forward" as const, targets: [target(to, to === "h1" ? "10.0.1.1" : "10.0.2.1")], empty: refusal("NoTarget", "alb") }
  })
  const answers = (path: string, status: number) => ({
    origin: { resource: "alb", part: path },
    path,
    exact: true,
    action: { _tag: "Answer" as const, status }
  })
  const rules = [
    answers("/old", 301),
    answers("/closed", 503),
    forward("/data", true, "h2"),
    forward("/", false, "h2", "shop.example"),
    forward("/host", false, "h1")
  ]
  const fabric = network(
    host("h1", "a", "10.0.1.1"),
    host("h2", "b", "10.0.2.1"),
    host("f1", "a", "10.0.1.50", {
      component: { kind: "frontEnd", listeners: "lb" },
      port: { publicAddress: "203.0.113.1", publicVia: "igw" }
    }),
    listenerTable("lb", { "self:tcp:443": listener([], { proxy: true, rules }) })
  )
  const asking = (path: string, host_?: string) =>
    only(fabric, { ...tcp("internet", "203.0.113.1", 443), request: { path, ...(host_ === undefined ? {} : { host: host_ }) } })

  test.each([
    ["/data", undefined, "h2"],
    ["/host", undefined, "h1"],
    ["/host/7", undefined, "h1"],
    ["/host", "shop.example", "h2"],
    ["/old", undefined, "f1"]
  ])("sends %s of host %s to %s: the first rule that matches", (path, host_, reached) => {
    expect(asking(path, host_)).toMatchObject({ ok: true, reached })
  })
  test("answers by itself what a rule says, with an error if that is one", () => {
    expect(endOf(asking("/closed"))).toMatchObject({ at: "f1", reason: "AnsweredByRule", code: "HTTP 503", fails: "error" })
  })
  test.each(["/data/1", "/hostage", "/"])("has no rule for %s", (path) => {
    expect(asking(path).ok).toBe(false)
  })
})

/** Cases from a public test suite and from vendor documents. A case is either passed here or listed as waiting, by id. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import type { Question } from "../../../../src/model/net/fabric.ts"
import { setOpenConnections } from "../../../../src/model/net/fabric-change.ts"
import { formatAddress, parsePrefix } from "../../../../src/model/net/ip.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import {
  ask,
  askAll,
  decidedBy,
  endOf,
  fabricOf,
  hopNames,
  instance,
  nat,
  network,
  route,
  rule,
  small,
  stepsOf,
  subnetwork,
  to,
  toInternet,
  via
} from "./asking.ts"
import { topologyOf, type WrittenTopology } from "./reading.ts"

interface Written {
  readonly id: string
  readonly topo?: string
  readonly flow: {
    readonly src?: string
    readonly dport?: number
    readonly target_tags?: ReadonlyArray<string>
    readonly target_sa?: string
  }
  readonly expect: { readonly verdict?: string; readonly rule?: string; readonly reason?: string }
}
const file = parse(readFileSync(new URL("./reachability.yaml", import.meta.url), "utf8")) as {
  topologies: Record<string, WrittenTopology>
  cases: ReadonlyArray<Written>
}

/** A range stands for its first and its last address. */
const sourcesOf = (text: string): ReadonlyArray<string> => {
  const prefix = parsePrefix(text)
  return prefix === undefined ? [text] : [formatAddress(prefix.first), formatAddress(prefix.last)]
}

const drawn = file.cases.filter(({ topo }) => topo !== undefined)

describe("rules and policies decide as a public suite asserts", () => {
  for (const { id, topo, flow, expect: wanted } of drawn) {
    test(id, () => {
      const written = file.topologies[topo ?? ""]
      if (written === undefined) throw new Error(`no topology ${topo}`)
      const topology = topologyOf(written, flow.target_tags ?? [], flow.target_sa)
      for (const source of sourcesOf(flow.src ?? "")) {
        const isOutside = source.startsWith("203.")
        const from: Partial<Question> = isOutside ? { from: "internet", source } : { from: "site", source }
        const branch = ask(topology, to(isOutside ? "203.0.113.20" : "10.0.1.10", flow.dport, from))
        expect(endOf(branch)).toBe(wanted.verdict === "allow" ? "ok" : "deny at target: FIREWALL_RULE")
        expect(decidedBy(branch)).toBe(wanted.verdict === "allow" ? wanted.rule : "net")
      }
    })
  }
})

const noRules = { firewallRules: [] }

describe("what documents state", () => {
  test("gcp-15: without any rule everything goes out, and nothing comes in", () => {
    const branch = ask(small(noRules), to("10.0.1.11"))
    expect(branch.forward.hops[0]?.steps).toMatchObject([
      { _tag: "Filtered", verdict: "accept", rule: { resource: "net", part: "implied allow egress 65535" } }
    ])
    expect(endOf(branch)).toBe("deny at other: FIREWALL_RULE")
    expect(branch.forward.end.origin).toEqual({ resource: "net", part: "implied deny ingress 65535" })
    const outward = small({ ...noRules, instances: [instance("vm", "10.0.1.10", { externalAddress: "203.0.113.9" })] })
    expect(endOf(ask(outward, to("8.8.8.8", 443)))).toBe("ok")
  })

  test("gcp-16: the default route is not enough without an external address or Cloud NAT", () => {
    const branch = ask(small(), to("8.8.8.8", 443))
    expect(endOf(branch)).toBe("drop at net/default-internet-gateway: NO_EXTERNAL_ADDRESS")
    expect(hopNames(branch)).toEqual(["vm", "sub", "net", "net/default-internet-gateway"])
  })

  test("gcp-18: without the default route nothing leads out, Cloud NAT or not", () => {
    expect(endOf(ask(small({ routes: [] }), to("8.8.8.8", 443)))).toBe("drop at sub: NO_ROUTE")
    expect(endOf(ask(small({ routes: [], cloudNats: [nat()] }), to("8.8.8.8", 443)))).toBe("drop at sub: NO_ROUTE")
  })

  const routers = (first: number, second: number): GcpTopology =>
    small({
      routes: [route("A", "10.9.0.0/16", via("a"), { priority: first }), route("B", "10.9.0.0/16", via("b"), { priority: second })],
      instances: [
        instance("vm", "10.0.1.10"),
        instance("a", "10.0.1.21", { canIpForward: true }),
        instance("b", "10.0.1.22", { canIpForward: true })
      ]
    })

  test("gcp-20: of equal ranges the lower priority number wins", () => {
    const [first, ...rest] = askAll(routers(1_000, 500), to("10.9.1.1"))
    expect(rest).toEqual([])
    expect(stepsOf(first!, "Routed")[0]).toMatchObject({
      won: { resource: "B" },
      losers: [{ route: { resource: "A" }, why: "equal prefix, lower preference" }]
    })
  })

  test("gcp-21: equal priorities share the flows by hash, half each", () => {
    const taken = askAll(routers(500, 500), to("10.9.1.1")).map(
      (branch) => `${stepsOf(branch, "Routed")[0]?.won.resource} ${branch.share.of}/${branch.share.over}`
    )
    expect(taken).toEqual(["A 1/2", "B 1/2"])
  })

  test("gcp-24: policies of the network stand behind its rules, or before them", () => {
    const ordered = (firewallOrder: "AFTER_CLASSIC_FIREWALL" | "BEFORE_CLASSIC_FIREWALL"): GcpTopology =>
      small({
        networks: [network("net", { firewallOrder })],
        firewallRules: [rule("deny-https", { action: "deny", layer4: [{ protocol: "tcp", ports: ["443"] }] })],
        firewallPolicies: [
          {
            id: "policy",
            attachedTo: { _tag: "Global", networks: ["net"] },
            rules: [{ priority: 100, direction: "ingress", action: "allow", layer4: [{ protocol: "tcp", ports: ["443"] }] }]
          }
        ],
        instances: [instance("vm", "10.0.1.10"), instance("other", "10.0.1.11", { listening: [{ protocol: "tcp", port: 443 }] })]
      })
    const [after, before] = [ordered("AFTER_CLASSIC_FIREWALL"), ordered("BEFORE_CLASSIC_FIREWALL")].map((each) =>
      ask(each, to("10.0.1.11", 443))
    )
    expect([endOf(after!), decidedBy(after!)]).toEqual(["deny at other: FIREWALL_RULE", "deny-https"])
    expect([endOf(before!), decidedBy(before!)]).toEqual(["ok", "policy"])
  })

  test("gcp-26: a health check that no rule lets in leaves a load balancer without a backend", () => {
    const balanced = (ranges: ReadonlyArray<string>): GcpTopology =>
      small({
        firewallRules: [rule("checks", { sourceRanges: ranges, layer4: [{ protocol: "tcp", ports: ["80"] }] })],
        loadBalancers: [
          {
            _tag: "GlobalExternalApplication",
            id: "web",
            network: "net",
            address: "203.0.113.50",
            protocol: "tcp",
            port: 443,
            backendPort: 80,
            healthCheckPort: 80,
            backends: [{ id: "group", instances: ["vm"] }]
          }
        ]
      })
    const client = to("203.0.113.50", 443, { from: "internet" })
    expect(endOf(ask(balanced(["35.191.0.0/16", "130.211.0.0/22"]), client))).toBe("ok")
    expect(endOf(ask(balanced(["10.0.0.0/8"]), client))).toBe("drop at web: FIREWALL_BLOCKING_LOAD_BALANCER_BACKEND_HEALTH_CHECK")
  })

  test("gcp-28: a peer's peer is not reached", () => {
    const peering = (id: string, from: string, peer: string) => ({
      id,
      network: from,
      peer,
      exportsCustomRoutes: true,
      importsCustomRoutes: true
    })
    const three = small({
      networks: ["A", "B", "C"].map((id) => network(id)),
      subnetworks: ["A", "B", "C"].map((id, index) => subnetwork(id.toLowerCase(), `10.${index + 1}.0.0/24`, { network: id })),
      routes: [],
      firewallRules: ["A", "B", "C"].map((id) => rule(`let-in-${id}`, { network: id })),
      instances: ["A", "B", "C"].map((id, index) => instance(`in-${id}`, `10.${index + 1}.0.10`, { subnetwork: id.toLowerCase() })),
      peerings: [peering("a-b", "A", "B"), peering("b-a", "B", "A"), peering("b-c", "B", "C"), peering("c-b", "C", "B")]
    })
    const near = ask(three, to("10.2.0.10", 80, { from: "in-A" }))
    expect([endOf(near), hopNames(near)]).toEqual(["ok", ["in-A", "a", "A", "a-b", "B", "b", "in-B"]])
    expect(endOf(ask(three, to("10.3.0.10", 80, { from: "in-A" })))).toBe("drop at a: NO_ROUTE")
    const withDefault = { ...three, routes: [{ ...toInternet, network: "A" }] }
    expect(endOf(ask(withDefault, to("10.3.0.10", 80, { from: "in-A" })))).toBe(
      "drop at A/default-internet-gateway: PRIVATE_TRAFFIC_TO_INTERNET"
    )
  })

  test("gcp-29: sixty-four ports carry sixty-four connections to one destination", () => {
    const fabric = fabricOf(small({ cloudNats: [nat()] }))
    const asked = () => traceFlow(fabric, to("198.51.100.7", 443)).branches[0]!
    setOpenConnections(fabric, "nat", "vm", "198.51.100.7:tcp:443", 63)
    expect(endOf(asked())).toBe("ok")
    setOpenConnections(fabric, "nat", "vm", "198.51.100.7:tcp:443", 64)
    expect(asked().forward.end).toMatchObject({
      fate: "drop",
      at: "net/default-internet-gateway",
      reason: "PortsExhausted",
      code: "OUT_OF_RESOURCES",
      origin: { resource: "nat", part: "vm: 64 of 64 ports" }
    })
    // Ports are per destination: another is still reached.
    expect(endOf(traceFlow(fabric, to("198.51.100.8", 443)).branches[0]!)).toBe("ok")
  })

  test("gcp-31: a route to a stopped instance drops, and gives way where the network says so", () => {
    const routed = (stoppedNextHop: "drops" | "gives-way", routes: GcpTopology["routes"]): GcpTopology =>
      small({
        networks: [network("net", { stoppedNextHop })],
        routes,
        instances: [
          instance("vm", "10.0.1.10", { externalAddress: "203.0.113.9" }),
          instance("router", "10.0.1.20", { canIpForward: true, running: false })
        ]
      })
    const stopped = route("through-router", "0.0.0.0/0", via("router"), { priority: 900 })
    const ends = [
      routed("drops", [stopped]),
      routed("drops", [stopped, toInternet]),
      routed("gives-way", [stopped]),
      routed("gives-way", [stopped, toInternet])
    ].map((topology) => endOf(ask(topology, to("8.8.8.8", 443))))
    expect(ends).toEqual(["drop at sub: ROUTE_BLACKHOLE", "drop at sub: ROUTE_BLACKHOLE", "drop at sub: ROUTE_BLACKHOLE", "ok"])
  })
})

/** Nothing of the network waits. */
const waiting: Readonly<Record<string, string>> = {}
const documented = ["gcp-15", "gcp-16", "gcp-18", "gcp-20", "gcp-21", "gcp-24", "gcp-26", "gcp-28", "gcp-29", "gcp-31"]

test("every case is either passed or named as waiting, and none is both", () => {
  expect([...drawn.map(({ id }) => id), ...documented, ...Object.keys(waiting)].sort()).toEqual(file.cases.map(({ id }) => id).sort())
})

/** Cases from public test suites, golden files and vendor documents. A case is either passed here or listed as waiting, by id. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { compileAws } from "../../../../src/model/cloud/aws/compile.ts"
import type { AwsTopology } from "../../../../src/model/cloud/aws/topology.ts"
import type { Question } from "../../../../src/model/net/fabric.ts"
import { putPart } from "../../../../src/model/net/fabric-change.ts"
import { chooseRoute } from "../../../../src/model/net/route.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import type { Branch, Step } from "../../../../src/model/net/verdict.ts"
import { ask, endOf, fabricOf, hopNames } from "./asking.ts"
import { type More, topologyOf, type WrittenTopology } from "./reading.ts"

interface Written {
  readonly id: string
  readonly topo?: string
  readonly flow: {
    readonly from?: string
    readonly src?: string
    readonly sport?: number
    readonly dst?: string
    readonly proto?: string | number
    readonly dport?: number
  }
  readonly expect: {
    readonly verdict?: string
    readonly at?: string
    readonly reason?: string
    readonly hops?: ReadonlyArray<string>
    readonly reply?: string
    readonly nat?: unknown
  }
}
const file = parse(readFileSync(new URL("./reachability.yaml", import.meta.url), "utf8")) as {
  topologies: Record<string, WrittenTopology>
  cases: ReadonlyArray<Written>
}

const questionOf = (written: Written, topology: WrittenTopology): Question => {
  const { flow } = written
  const eni = topology.enis?.[flow.dst ?? ""]
  const address = (flow.from === "internet" ? eni?.public : eni?.ip) ?? flow.dst ?? ""
  const protocol = flow.proto === "tcp" || flow.proto === "udp" || flow.proto === "icmp" ? flow.proto : "other"
  return {
    from: flow.from ?? "internet",
    to: { _tag: "Address", address },
    protocol,
    port: flow.dport ?? 0,
    ...(flow.src === undefined ? {} : { source: flow.src }),
    ...(flow.sport === undefined ? {} : { sourcePorts: { from: flow.sport, to: flow.sport } })
  }
}

/** What the cases' notes say in words: a site behind two VPN tunnels. */
const additions: Readonly<Record<string, More>> = {
  "aws.bf.public-private": {
    sites: [{ id: "office", prefixes: ["19.168.0.0/16"] }],
    siteConnections: [{ id: "vpn", kind: "vpn-static", gateway: "vgw", site: "office", tunnels: 2 }]
  }
}

/** A note of the transit topology gives every instance one group. */
const grouped = (written: WrittenTopology): WrittenTopology =>
  written.note?.startsWith("every instance SG is ssh-only in / all out") !== true
    ? written
    : {
        ...written,
        sgs: { ssh: { in: ["tcp 22 0.0.0.0/0"], out: ["all 0.0.0.0/0"] } },
        enis: Object.fromEntries(Object.entries(written.enis ?? {}).map(([id, eni]) => [id, { ...eni, sg: ["ssh"] }]))
      }

const traces = (written: Written): ReadonlyArray<Branch> => {
  const topology = grouped(file.topologies[written.topo ?? ""] ?? {})
  return traceFlow(fabricOf(topologyOf(topology, additions[written.topo ?? ""])), questionOf(written, topology)).branches
}

const trace = (written: Written): Branch => {
  const branches = traces(written)
  expect(branches).toHaveLength(1)
  return branches[0] as Branch
}

const translations = (branch: Branch): ReadonlyArray<Step> =>
  branch.forward.hops.flatMap(({ steps }) => steps).filter(({ _tag }) => _tag === "Translated")

const caseOf = (id: string): Written => {
  const found = file.cases.find((written) => written.id === id)
  if (found === undefined) throw new Error(`no case ${id}`)
  return found
}

/** Traced as written; verdict and vendor code, and the way where it is given in full. */
const traced: Readonly<Record<string, { readonly end: string; readonly code?: string; readonly hops?: ReadonlyArray<string> }>> = {
  "aws-02": { end: "ok" },
  "aws-03": { end: "drop at vpc", code: "UNKNOWN_DESTINATION", hops: ["i1", "s", "vpc"] },
  "aws-04": { end: "deny at web", code: "ENI_SG_RULES_MISMATCH", hops: ["internet", "igw", "vpc", "pub", "web"] },
  "aws-06": { end: "drop at internet", code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" },
  "aws-07": { end: "drop at internet", code: "NO_ROUTE_TO_DESTINATION" },
  "aws-08": { end: "ok", hops: ["web", "pub", "vpc", "igw", "internet"] },
  "aws-11": { end: "deny at pubi", code: "ENI_SG_RULES_MISMATCH", hops: ["privi", "priv", "vpc", "pub", "pubi"] },
  "aws-12": { end: "deny at privi", code: "ENI_SG_RULES_MISMATCH" },
  "aws-14": { end: "ok" },
  "aws-17": { end: "ok", hops: ["i1", "s1", "vpc", "nat1", "nats", "vpc", "igw", "internet"] },
  "aws-18": { end: "drop at nat1", code: "PROTOCOL_RESTRICTION" },
  "aws-19": { end: "drop at nat1", hops: ["internet", "igw", "vpc", "nats", "nat1"] },
  "aws-20": { end: "drop at nat1" },
  "aws-21": { end: "drop at s2", code: "NO_ROUTE_TO_DESTINATION" },
  "aws-10": { end: "drop at vgw", hops: ["privi", "priv", "vpc", "vgw"] },
  "aws-22": { end: "deny at ib", code: "ENI_SG_RULES_MISMATCH", hops: ["ia", "a", "A", "B", "b", "ib"] },
  "aws-24": { end: "drop at A", hops: ["ib", "b", "B", "A"] },
  "aws-25": { end: "drop at a", hops: ["ib", "b", "B", "A", "a"] },
  "aws-29": { end: "deny at ib", hops: ["ia", "a", "A", "tgw", "B", "b", "ib"] },
  "aws-30": { end: "drop at a2", code: "TGW_ROUTE_AZ_RESTRICTION", hops: ["ia2", "a2"] },
  "aws-31": { end: "deny at ia2", hops: ["ib", "b", "B", "tgw", "A", "a2", "ia2"] },
  "aws-26": { end: "drop at b", code: "BAD_STATE_ROUTE" },
  "aws-27": { end: "drop at B" },
  "aws-51": { end: "reply deny at public", code: "SUBNET_ACL_RESTRICTION" },
  "aws-52": { end: "deny at private1", code: "SUBNET_ACL_RESTRICTION" },
  "aws-53": { end: "deny at p1", code: "ENI_SG_RULES_MISMATCH" },
  "aws-56": { end: "ok" },
  "aws-57": { end: "deny at q1" }
}

describe("a flow through AWS fares as public suites and documents state", () => {
  for (const [id, wanted] of Object.entries(traced)) {
    test(id, () => {
      const branch = trace(caseOf(id))
      expect(endOf(branch)).toBe(wanted.end)
      const end = branch.forward.end.fate === "delivered" ? branch.reply?.end : branch.forward.end
      if (wanted.code !== undefined) expect(end?.code).toBe(wanted.code)
      if (wanted.hops !== undefined) expect(hopNames(branch)).toEqual(wanted.hops)
    })
  }

  test("aws-08 and aws-17: what the gateways make of the source address", () => {
    expect(translations(trace(caseOf("aws-08")))).toMatchObject([{ field: "source", from: "10.0.0.91", to: "18.216.80.133" }])
    expect(translations(trace(caseOf("aws-17")))).toMatchObject([
      { field: "source", to: "10.1.250.210" },
      { field: "source", from: "10.1.250.210", to: "3.135.127.225" }
    ])
  })

  test("aws-15: a site behind two tunnels is reached by either, half each", () => {
    const branches = traces(caseOf("aws-15"))
    expect(branches.every(({ ok, reached }) => ok && reached === "office")).toBe(true)
    const tunnels = branches.map(({ share, forward }) => {
      const routed = forward.hops.find(({ component }) => component === "vgw")?.steps.find(({ _tag }) => _tag === "Routed")
      return `${routed?._tag === "Routed" ? routed.won.part : ""} ${share.of}/${share.over}`
    })
    // Each way there may come back by either.
    expect(tunnels).toEqual([1, 1, 2, 2].map((tunnel) => `19.168.0.0/16 → vpn tunnel ${tunnel} 1/4`))
  })

  test("aws-09: a route to the internet gateway is not enough without a public address", () => {
    const topology = file.topologies["aws.bf.public-subnet"] as WrittenTopology
    const bare = { ...topology, enis: { ...topology.enis, bare: { ip: "10.0.0.92", subnet: "pub", sg: ["ssh-only"] } } }
    const [branch] = traceFlow(fabricOf(topologyOf(bare)), {
      from: "bare",
      to: { _tag: "Address", address: "8.8.8.8" },
      protocol: "tcp",
      port: 80
    }).branches
    expect(branch?.forward.end).toMatchObject({ fate: "drop", at: "igw", code: "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" })
    expect(hopNames(branch as Branch)).toEqual(["bare", "pub", "vpc", "igw"])
  })
})

/** One VPC, one or two instances, groups and ACLs as a case words them. */
const small = (parts: Partial<AwsTopology>): AwsTopology => ({
  ...topologyOf({
    vpc: ["10.0.0.0/16"],
    igw: "igw",
    subnets: { a: { cidr: "10.0.1.0/24", rt: "public" }, b: { cidr: "10.0.2.0/24" } },
    rts: { public: [{ dst: "0.0.0.0/0", to: "igw" }] },
    enis: { one: { ip: "10.0.1.10", public: "203.0.113.9", subnet: "a" }, two: { ip: "10.0.2.10", subnet: "b" } }
  }),
  ...parts
})

const group = (
  id: string,
  ingress: ReadonlyArray<[string, number, number, string]>,
  egress: ReadonlyArray<[string, number, number, string]>
): AwsTopology["securityGroups"][number] => {
  const rules = (written: typeof ingress) =>
    written.map(([protocol, fromPort, toPort, peer]) => ({ protocol: protocol as "tcp", fromPort, toPort, peer }))
  return { id, vpc: "vpc", ingress: rules(ingress), egress: rules(egress) }
}

const all = (peer: string): [string, number, number, string] => ["all", 0, 65_535, peer]

describe("documents on groups, ACLs and gateways", () => {
  test("aws-61 and aws-63: without a matching rule of a group nothing passes", () => {
    const none = small({ securityGroups: [group("open", [], [])] })
    const udp = small({ securityGroups: [group("open", [["udp", 53, 53, "0.0.0.0/0"]], [all("0.0.0.0/0")])] })
    expect(endOf(ask(none, { from: "one", to: { _tag: "Address", address: "10.0.2.10" }, protocol: "tcp", port: 80 }))).toBe("deny at one")
    expect(endOf(ask(udp, { from: "one", to: { _tag: "Address", address: "10.0.2.10" }, protocol: "udp", port: 54 }))).toBe("deny at two")
  })
  test("aws-65: ACLs opened for one port one way and all the other carry request and reply", () => {
    const acl = (id: string, out: [number, number], within: [number, number]) => ({
      id,
      vpc: "vpc",
      outbound: [{ number: 100, action: "allow" as const, protocol: "tcp" as const, cidr: "0.0.0.0/0", fromPort: out[0], toPort: out[1] }],
      inbound: [
        { number: 100, action: "allow" as const, protocol: "tcp" as const, cidr: "0.0.0.0/0", fromPort: within[0], toPort: within[1] }
      ]
    })
    const base = small({ networkAcls: [acl("source", [5_432, 5_432], [0, 65_535]), acl("target", [0, 65_535], [5_432, 5_432])] })
    const topology: AwsTopology = {
      ...base,
      subnets: base.subnets.map((subnet) => ({ ...subnet, networkAcl: subnet.id === "a" ? "source" : "target" })),
      instances: base.instances.map((instance) => ({ ...instance, listening: [{ protocol: "tcp", port: 5_432 }] }))
    }
    expect(ask(topology, { from: "one", to: { _tag: "Address", address: "10.0.2.10" }, protocol: "tcp", port: 5_432 }).ok).toBe(true)
  })
  test("aws-76 and aws-77: a reply to a ping needs the ACL outbound, not the group", () => {
    const acl = (id: string, outbound: "allow" | "deny") => ({
      id,
      vpc: "vpc",
      inbound: [{ number: 100, action: "allow" as const, protocol: "icmp" as const, cidr: "0.0.0.0/0", fromPort: 0, toPort: 65_535 }],
      outbound: [{ number: 100, action: outbound, protocol: "icmp" as const, cidr: "0.0.0.0/0", fromPort: 0, toPort: 65_535 }]
    })
    const topology = (outbound: "allow" | "deny"): AwsTopology => {
      const base = small({ securityGroups: [group("open", [["icmp", 0, 65_535, "0.0.0.0/0"]], [])], networkAcls: [acl("acl", outbound)] })
      return { ...base, subnets: base.subnets.map((subnet) => ({ ...subnet, networkAcl: "acl" })) }
    }
    const ping: Question = {
      from: "internet",
      source: "203.0.113.12",
      to: { _tag: "Address", address: "203.0.113.9" },
      protocol: "icmp",
      port: 0
    }
    expect(endOf(ask(topology("deny"), ping))).toBe("reply deny at a")
    expect(endOf(ask(topology("allow"), ping))).toBe("ok")
  })
  test("aws-80: the default group admits its own members and nobody from the internet", () => {
    const topology = small({ securityGroups: [group("open", [all("open")], [all("0.0.0.0/0")])] })
    expect(endOf(ask(topology, { from: "internet", to: { _tag: "Address", address: "203.0.113.9" }, protocol: "tcp", port: 80 }))).toBe(
      "deny at one"
    )
    expect(endOf(ask(topology, { from: "one", to: { _tag: "Address", address: "10.0.2.10" }, protocol: "tcp", port: 80 }))).toBe("ok")
  })
  test("aws-81: a public address in a subnet without the route reaches nothing", () => {
    const base = small({})
    const topology: AwsTopology = {
      ...base,
      instances: base.instances.map((instance) => (instance.id === "two" ? { ...instance, publicAddress: "203.0.113.20" } : instance))
    }
    const branch = ask(topology, { from: "two", to: { _tag: "Address", address: "8.8.8.8" }, protocol: "tcp", port: 443 })
    expect(branch.forward.end).toMatchObject({ at: "b", code: "NO_ROUTE_TO_DESTINATION" })
  })
  test("aws-82: what a private NAT gateway sends to the internet gateway is dropped there", () => {
    const base = small({ natGateways: [{ id: "nat", subnet: "a", privateAddress: "10.0.1.20" }] })
    const main = {
      id: "main",
      vpc: "vpc",
      main: true,
      routes: [{ destination: "0.0.0.0/0", target: "nat", state: "active" as const, propagated: false }]
    }
    const branch = ask(
      { ...base, routeTables: [...base.routeTables, main] },
      { from: "two", to: { _tag: "Address", address: "8.8.8.8" }, protocol: "tcp", port: 443 }
    )
    expect(endOf(branch)).toBe("drop at igw")
  })
  test("aws-71: a static route beats an equal propagated one; aws-70: the longest prefix wins", () => {
    const base = small({})
    const routes = [
      { destination: "172.31.0.0/24", target: "one", state: "active" as const, propagated: true },
      { destination: "172.31.0.0/24", target: "igw", state: "active" as const, propagated: false },
      { destination: "172.31.0.0/16", target: "two", state: "active" as const, propagated: false }
    ]
    const fabric = fabricOf({ ...base, routeTables: [{ id: "t", vpc: "vpc", main: true, routes }] })
    const table = fabric.tables.get("t")
    if (table === undefined) throw new Error("no table")
    expect(chooseRoute(table, "172.31.0.9").won?.target).toEqual({ _tag: "Via", component: "igw" })
    expect(chooseRoute(table, "172.31.0.9").losers.map(({ why }) => why)).toEqual(["equal prefix, lower preference", "less specific"])
    expect(chooseRoute(table, "172.31.4.4").won?.target).toEqual({ _tag: "Via", component: "two" })
  })
})

describe("a network balancer's node", () => {
  test("aws-38: drops what comes to a port that it has no listener for, and says so", () => {
    const subnet = (id: string, zone: string, cidr: string) => ({ id, vpc: "vpc", zone, cidr })
    const topology: AwsTopology = {
      ...topologyOf({}),
      vpcs: [{ id: "vpc", cidrs: ["10.1.0.0/16"] }],
      zones: ["us-east-2b", "us-east-2c"],
      subnets: [subnet("cl", "us-east-2c", "10.1.250.0/24"), subnet("s1", "us-east-2b", "10.1.1.0/24")],
      securityGroups: [
        { id: "open", vpc: "vpc", ingress: [], egress: [{ protocol: "all", fromPort: 0, toPort: 65_535, peer: "0.0.0.0/0" }] }
      ],
      instances: [{ id: "client", subnet: "cl", address: "10.1.250.112", securityGroups: ["open"], sourceDestCheck: true, listening: [] }]
    }
    const fabric = fabricOf(topology)
    const node = compileAws(topology).attach({
      id: "n1",
      kind: "frontEnd",
      place: "s1",
      address: "10.1.1.237",
      groups: [],
      origin: { resource: "n1" },
      listening: [{ protocol: "tcp", port: 80 }]
    })
    for (const part of node) putPart(fabric, part)
    const [branch] = traceFlow(fabric, {
      from: "client",
      to: { _tag: "Address", address: "10.1.1.237" },
      protocol: "tcp",
      port: 81
    }).branches
    expect(branch?.forward.end).toMatchObject({
      fate: "drop",
      at: "n1",
      code: "ELBV2_LISTENERS_MISMATCH",
      fails: "timeout"
    })
  })
})

/** Mechanisms that are not modelled yet: other balancers, connections over time. */
const waiting: Readonly<Record<string, string>> = {}
/** Those that `interconnect.test.ts` passes, and those with a test of their own above. */
const elsewhere = [
  // Connections over time: `connections.test.ts`.
  "aws-86",
  // `central-egress.test.ts`.
  "aws-91",
  "aws-87",
  // The worked example of target group health: `test/model/balance/eligible.test.ts`.
  "aws-89",
  "aws-38",
  "aws-15",
  "aws-32",
  "aws-33",
  "aws-34",
  "aws-36",
  "aws-39",
  "aws-40",
  "aws-42",
  "aws-43",
  "aws-75",
  "aws-83",
  "aws-84",
  "aws-09",
  "aws-61",
  "aws-63",
  "aws-65",
  "aws-70",
  "aws-71",
  "aws-76",
  "aws-77",
  "aws-80",
  "aws-81",
  "aws-82"
]

test("every case is either passed or named as waiting, and none is both", () => {
  const passed = [...Object.keys(traced), ...elsewhere]
  expect([...passed, ...Object.keys(waiting)].sort()).toEqual(file.cases.map(({ id }) => id).sort())
})

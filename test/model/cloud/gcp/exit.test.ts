/** Ways out: external addresses, Cloud NAT and its ports, Private Google Access, and what no rule can let through. */
import { describe, expect, test } from "vitest"
import { compileGcp } from "../../../../src/model/cloud/gcp/compile.ts"
import { putPart, removeComponent, setOpenConnections, takeMoved } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import { ask, endOf, fabricOf, hopNames, instance, type Nat, nat, network, route, rule, small, stepsOf, subnetwork, to } from "./asking.ts"

const outside = "198.51.100.7"
const gateway = "net/default-internet-gateway"
const external = instance("vm", "10.0.1.10", { externalAddress: "203.0.113.9" })

describe("an external address", () => {
  test("is one to one, both ways, and in nobody's path but the gateway's", () => {
    const topology = small({ instances: [external] })
    const branch = ask(topology, to(outside, 443))
    expect([endOf(branch), hopNames(branch)]).toEqual(["ok", ["vm", "sub", "net", gateway, "internet"]])
    expect(stepsOf(branch, "Translated")).toMatchObject([{ field: "source", from: "10.0.1.10", to: "203.0.113.9" }])
    expect(endOf(ask(topology, to("203.0.113.9", 80, { from: "internet" })))).toBe("ok")
  })

  test("one that nobody has is unknown, a private one unreachable", () => {
    expect(endOf(ask(small(), to("203.0.113.77", 80, { from: "internet" })))).toBe("drop at internet: UNKNOWN_EXTERNAL_ADDRESS")
    expect(endOf(ask(small(), to("10.0.1.10", 80, { from: "internet" })))).toBe(
      "drop at internet: NO_ROUTE_FROM_INTERNET_TO_PRIVATE_IPV4_ADDRESS"
    )
  })

  test("goes before Cloud NAT", () => {
    const branch = ask(small({ instances: [external], cloudNats: [nat()] }), to(outside, 443))
    expect(stepsOf(branch, "Translated")[0]?.to).toBe("203.0.113.9")
  })
})

describe("Cloud NAT", () => {
  test("translates without a machine in the path, and takes replies back", () => {
    const branch = ask(small({ cloudNats: [nat()] }), to(outside, 443))
    expect([endOf(branch), hopNames(branch)]).toEqual(["ok", ["vm", "sub", "net", gateway, "internet"]])
    expect(branch.forward.flow).toMatchObject({ source: "203.0.113.100", sourcePorts: { from: 1_024, to: 1_087 } })
    expect(branch.reply?.hops.map(({ component }) => component)).toEqual(["internet", gateway, "net", "sub", "vm"])
  })

  test("takes nothing in unasked", () => {
    const branch = ask(small({ cloudNats: [nat()] }), to("203.0.113.100", 80, { from: "internet" }))
    expect(branch.forward.end).toMatchObject({ fate: "drop", at: gateway, reason: "SessionUnknown" })
  })

  test("serves the ranges of its list alone", () => {
    const ranges = (subnetworks: Nat["subnetworks"]) =>
      small({
        subnetworks: [
          subnetwork("sub", "10.0.1.0/24", { secondaryRanges: [{ name: "pods", cidr: "10.4.0.0/24" }] }),
          subnetwork("far", "10.0.2.0/24", { region: "us-east1" })
        ],
        instances: [
          instance("vm", "10.0.1.10", { aliasRanges: ["10.4.0.16/30"] }),
          instance("far-vm", "10.0.2.10", { subnetwork: "far", zone: "us-east1-b" })
        ],
        cloudNats: [nat({ subnetworks })]
      })
    const ends = (subnetworks: Nat["subnetworks"]): ReadonlyArray<boolean> => {
      const fabric = fabricOf(ranges(subnetworks))
      const ok = (from: string, source: string): boolean => traceFlow(fabric, to(outside, 443, { from, source })).branches[0]?.ok === true
      return [ok("vm", "10.0.1.10"), ok("vm", "10.4.0.17"), ok("far-vm", "10.0.2.10")]
    }
    expect(ends("all")).toEqual([true, true, false])
    expect(ends("all-primary")).toEqual([true, false, false])
    expect(ends([{ subnetwork: "sub", ranges: ["pods"] }])).toEqual([false, true, false])
    expect(ends([{ subnetwork: "sub", ranges: "all" }])).toEqual([true, true, false])
    expect(ends([])).toEqual([false, false, false])
  })

  test("fifteen nodes at 4,096 ports fill an address: the sixteenth gets out nowhere until one goes", () => {
    const topology = small({
      instances: [],
      cloudNats: [nat({ ports: { _tag: "Static", perVm: 4_096, endpointIndependentMapping: false } })]
    })
    const fabric = fabricOf(topology)
    const { attach } = compileGcp(topology)
    for (let node = 1; node <= 16; node++) {
      const parts = attach({
        id: `node-${node}`,
        kind: "host",
        place: "sub",
        zone: "europe-west1-b",
        address: `10.0.1.${10 + node}`,
        groups: [],
        origin: { resource: `node-${node}` },
        listening: []
      })
      for (const part of parts) putPart(fabric, part)
    }
    const reason = (node: number) => traceFlow(fabric, to(outside, 443, { from: `node-${node}` })).branches[0]?.forward.end.code ?? "ok"
    expect(Array.from({ length: 16 }, (_, index) => reason(index + 1))).toEqual([
      ...Array.from({ length: 15 }, () => "ok"),
      "OUT_OF_RESOURCES"
    ])
    takeMoved(fabric)
    removeComponent(fabric, "node-3")
    expect(takeMoved(fabric)).toContain("pool/nat/node-16")
    expect(reason(16)).toBe("ok")
  })

  test("what lives on a node uses the node's ports", () => {
    const topology = small({
      subnetworks: [subnetwork("sub", "10.0.1.0/24", { secondaryRanges: [{ name: "pods", cidr: "10.4.0.0/24" }] })],
      cloudNats: [nat()]
    })
    const fabric = fabricOf(topology)
    const pod = compileGcp(topology).attach({
      id: "pod",
      kind: "pod",
      place: "sub",
      address: "10.4.0.5",
      home: "vm",
      groups: [],
      origin: { resource: "pod" },
      listening: []
    })
    for (const part of pod) putPart(fabric, part)
    setOpenConnections(fabric, "nat", "vm", `${outside}:tcp:443`, 64)
    const end = traceFlow(fabric, to(outside, 443, { from: "pod" })).branches[0]?.forward.end
    expect(end).toMatchObject({ code: "OUT_OF_RESOURCES", origin: { part: "vm: 64 of 64 ports" } })
  })

  test("dynamic ports double while there are any, up to their most", () => {
    const fabric = fabricOf(
      small({ instances: [instance("vm", "10.0.1.10")], cloudNats: [nat({ ports: { _tag: "Dynamic", min: 32, max: 128 } })] })
    )
    const after = (open: number): string | undefined => {
      setOpenConnections(fabric, "nat", "vm", `${outside}:tcp:443`, open)
      return traceFlow(fabric, to(outside, 443)).branches[0]?.forward.end.origin?.part
    }
    expect([after(31), after(32), after(127), after(128)]).toEqual([undefined, undefined, undefined, "vm: 128 of 128 ports"])
  })

  test("endpoint-independent mappings count over all destinations", () => {
    const fabric = fabricOf(small({ cloudNats: [nat({ ports: { _tag: "Static", perVm: 64, endpointIndependentMapping: true } })] }))
    setOpenConnections(fabric, "nat", "vm", "198.51.100.8:tcp:443", 64)
    expect(traceFlow(fabric, to(outside, 443)).branches[0]?.forward.end.code).toBe("OUT_OF_RESOURCES")
  })

  test("a protocol without ports is not carried", () => {
    const branch = ask(small({ cloudNats: [nat()] }), to(outside, 0, { protocol: "other" }))
    expect(branch.forward.end).toMatchObject({ reason: "ProtocolNotCarried" })
    expect(endOf(ask(small({ cloudNats: [nat()] }), to(outside, 0, { protocol: "icmp" })))).toBe("ok")
  })
})

describe("Google's APIs", () => {
  const api = "199.36.153.8"
  const granted = [subnetwork("sub", "10.0.1.0/24", { privateGoogleAccess: true })]

  test("need Private Google Access, an external address or Cloud NAT", () => {
    expect(endOf(ask(small(), to(api, 443)))).toBe(`drop at ${gateway}: PRIVATE_GOOGLE_ACCESS_DISALLOWED`)
    expect(endOf(ask(small({ subnetworks: granted }), to(api, 443)))).toBe("ok")
    expect(endOf(ask(small({ cloudNats: [nat()] }), to("142.250.1.95", 443)))).toBe("ok")
    expect(endOf(ask(small({ instances: [external] }), to("142.250.1.95", 443)))).toBe("ok")
  })

  test("keep the private address, and need a route: the default one, or one to their range", () => {
    const branch = ask(small({ subnetworks: granted }), to(api, 443))
    expect([branch.reached, stepsOf(branch, "Translated")]).toEqual(["net/google-apis", []])
    expect(endOf(ask(small({ subnetworks: granted, routes: [] }), to(api, 443)))).toBe("drop at sub: NO_ROUTE")
    const routes = [route("to-apis", "199.36.153.8/30", { _tag: "DefaultInternetGateway" })]
    expect(endOf(ask(small({ subnetworks: granted, routes }), to(api, 443)))).toBe("ok")
    expect(endOf(ask(small({ subnetworks: granted, routes, cloudNats: [nat()] }), to(outside, 443)))).toBe("drop at sub: NO_ROUTE")
  })
})

describe("no rule decides", () => {
  const closed = [rule("nothing-out", { direction: "egress", action: "deny" }), rule("nothing-in", { action: "deny", priority: 0 })]
  test("what goes to the metadata server: it is on every host", () => {
    const branch = ask(small({ firewallRules: closed, routes: [] }), to("169.254.169.254"))
    expect([endOf(branch), hopNames(branch)]).toEqual(["ok", ["vm", "metadata-server"]])
    expect(endOf(ask(small({ firewallRules: closed }), to("10.0.1.11")))).toBe("deny at vm: FIREWALL_RULE")
  })

  test("mail to the outside: it is stopped, unless the project may", () => {
    const mail = to(outside, 25)
    expect(endOf(ask(small({ instances: [external] }), mail))).toBe(`deny at ${gateway}: TRAFFIC_TYPE_BLOCKED`)
    expect(endOf(ask(small({ cloudNats: [nat()] }), mail))).toBe(`deny at ${gateway}: TRAFFIC_TYPE_BLOCKED`)
    expect(endOf(ask(small({ instances: [external], networks: [network("net", { sendsMail: true })] }), mail))).toBe("ok")
  })
})

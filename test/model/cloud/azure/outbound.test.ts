/** Ways out and their order, and the host's own address, which no route and no rule of an owner's is about. */
import { describe, expect, test } from "vitest"
import {
  appliance,
  ask,
  endOf,
  hopNames,
  instance,
  nat,
  route,
  routeOf,
  rule,
  seenAs,
  small,
  stepsOf,
  subnet,
  table,
  to,
  via
} from "./asking.ts"

const outside = { from: "internet" } as const
const web = rule("web", 100, { protocol: "Tcp", sources: ["Internet"], destinationPorts: ["80"] })

describe("ways out", () => {
  const served = { subnets: [subnet("sub", "10.0.0.0/24", { natGateway: "nat" })], natGateways: [nat()] }
  const withPublic = instance("vm", "10.0.0.4", { publicAddress: { address: "203.0.113.9", sku: "Standard" } })

  test("az-39: a NAT gateway goes before an instance's own public address", () => {
    const branch = ask(small({ ...served, instances: [withPublic] }), to("8.8.8.8", 443))
    expect([endOf(branch), seenAs(branch)]).toEqual(["ok", "203.0.113.100"])
    expect(hopNames(branch)).toEqual(["vm", "sub", "vnet", "vnet/internet", "nat", "internet"])
    expect(seenAs(ask(small({ instances: [withPublic] }), to("8.8.8.8", 443)))).toBe("203.0.113.9")
  })

  test("answers to connections from outside bear the address that was asked, NAT gateway or not", () => {
    const topology = small({
      subnets: [subnet("sub", "10.0.0.0/24", { natGateway: "nat", securityGroup: "open" })],
      natGateways: [nat()],
      securityGroups: [{ id: "open", rules: [web] }],
      instances: [withPublic]
    })
    expect(endOf(ask(topology, to("203.0.113.9", 80, outside)))).toBe("ok")
  })

  test("az-41: a NAT gateway carries TCP and UDP alone", () => {
    expect(endOf(ask(small(served), to("8.8.8.8", 0, { protocol: "icmp" })))).toBe("drop at vnet/internet: ProtocolNotCarried")
    expect(endOf(ask(small(served), to("8.8.8.8", 53, { protocol: "udp" })))).toBe("ok")
  })

  test("az-42: a new network's instance without a way out has a route and no address", () => {
    const branch = ask(small(), to("8.8.8.8", 443))
    expect([endOf(branch), routeOf(branch)]).toEqual(["drop at vnet/internet: NoPublicAddress", "Default 0.0.0.0/0 Internet"])
    const old = small({ subnets: [subnet("sub", "10.0.0.0/24", { defaultOutboundAccess: true })] })
    expect(endOf(ask(old, to("8.8.8.8", 443)))).toBe("ok")
  })

  test("az-52: from behind a NAT gateway to the public address of another", () => {
    const topology = small({
      subnets: [subnet("sub", "10.0.0.0/24", { natGateway: "nat" }), subnet("sub2", "10.0.1.0/24")],
      natGateways: [nat({ publicAddresses: ["40.91.194.198"] })],
      instances: [
        instance("vm", "10.0.0.4"),
        instance("vm2", "10.0.1.5", { subnet: "sub2", publicAddress: { address: "80.41.19.20", sku: "Basic" } })
      ]
    })
    const branch = ask(topology, to("80.41.19.20"))
    expect(endOf(branch)).toBe("ok")
    expect(stepsOf(branch, "Translated").map(({ field, to: become }) => `${field} ${become}`)).toEqual([
      "source 40.91.194.198",
      "destination 10.0.1.5"
    ])
  })
})

describe("the host's address", () => {
  const dead = small({
    subnets: [subnet("sub", "10.0.0.0/24", { routeTable: "forced", securityGroup: "nsg" }), subnet("hub", "10.0.9.0/24")],
    routeTables: [table("forced", route("0.0.0.0/0", via("10.0.9.4")))],
    securityGroups: [{ id: "nsg", rules: [] }],
    appliances: [appliance("nva", "10.0.9.4", { running: false })]
  })
  const probe = { from: "vnet/168.63.129.16" } as const

  test("az-43: probes are outside the routes: a dead appliance leaves them green", () => {
    expect(endOf(ask(dead, to("10.0.0.4", 80, probe)))).toBe("ok")
    expect(endOf(ask(dead, to("8.8.8.8", 443)))).toBe("drop at nva: ComponentSilent")
    expect(endOf(ask(dead, to("168.63.129.16", 53, { protocol: "udp" })))).toBe("ok")
  })

  test("az-44: a rule above the default ones keeps probes out", () => {
    const closed = {
      ...dead,
      securityGroups: [{ id: "nsg", rules: [rule("no-probes", 200, { access: "Deny", sources: ["AzureLoadBalancer"] })] }]
    }
    expect(endOf(ask(closed, to("10.0.0.4", 80, probe)))).toBe("deny at vm: DeniedByFilter")
  })
})

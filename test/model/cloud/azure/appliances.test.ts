/** Balancers and appliances: who sees which address, and where answers go. */
import { describe, expect, test } from "vitest"
import type { AzureTopology } from "../../../../src/model/cloud/azure/topology.ts"
import {
  appliance,
  ask,
  askAll,
  endOf,
  hopNames,
  instance,
  nat,
  network,
  route,
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

/** Two members behind a public front end with outbound rules; a firewall in a subnet of its own. */
const balanced = (parts: Partial<AzureTopology> = {}): AzureTopology =>
  small({
    subnets: [subnet("sub", "10.0.0.0/24", { securityGroup: "nsg" }), subnet("hub", "10.0.9.0/24"), subnet("gateways", "10.0.8.0/24")],
    securityGroups: [{ id: "nsg", rules: [web] }],
    instances: [instance("vm", "10.0.0.4", { groups: ["pool"] }), instance("other", "10.0.0.5", { groups: ["pool"] })],
    loadBalancers: [
      {
        id: "lb",
        network: "vnet",
        frontEnds: [
          { id: "public", address: "203.0.113.80" },
          { id: "inside", address: "10.0.0.200", subnet: "sub" }
        ],
        pools: [{ id: "pool", members: ["vm", "other"] }],
        rules: ["public", "inside"].map((frontEnd) => ({
          id: `web ${frontEnd}`,
          frontEnd,
          pool: "pool",
          protocol: "tcp" as const,
          port: 8_080,
          backendPort: 80,
          probePort: 80
        })),
        outboundRules: [{ id: "out", pool: "pool", frontEnds: ["public"] }]
      }
    ],
    appliances: [appliance("firewall", "10.0.9.4", { publicAddress: "203.0.113.40" })],
    ...parts
  })

const forced = {
  subnets: [
    subnet("sub", "10.0.0.0/24", { securityGroup: "nsg", routeTable: "forced" }),
    subnet("hub", "10.0.9.0/24"),
    subnet("gateways", "10.0.8.0/24")
  ],
  routeTables: [table("forced", route("0.0.0.0/0", via("10.0.9.4")))]
}

describe("Standard Load Balancer", () => {
  test("members see the client, half each, and answer by their own routes", () => {
    const branches = askAll(balanced(), to("203.0.113.80", 8_080, outside))
    expect(branches.map(({ ok, share, reached }) => `${ok} ${share.of}/${share.over} ${reached}`)).toEqual([
      "true 1/2 vm",
      "true 1/2 other"
    ])
    expect(seenAs(branches[0]!)).toBeUndefined()
    expect(branches[0]!.reply?.hops.map(({ component }) => component)).toEqual(["vm", "sub", "vnet", "vnet/internet", "internet"])
  })

  test("a default route to a firewall lets the request in, and the answer die there", () => {
    for (const branch of askAll(balanced(forced), to("203.0.113.80", 8_080, outside)))
      expect(endOf(branch)).toBe("reply drop at firewall: SessionUnknown")
    expect(endOf(ask(balanced(forced), to("10.0.0.4", 80, { from: "vnet/168.63.129.16" })))).toBe("ok")
  })

  test("its front end inside is reached from near, and answers come back", () => {
    const topology = balanced({
      instances: [...balanced().instances, instance("client", "10.0.8.4", { subnet: "gateways" })]
    })
    expect(askAll(topology, to("10.0.0.200", 8_080, { from: "client" })).map(endOf)).toEqual(["ok", "ok"])
    expect(askAll({ ...topology, ...forced }, to("10.0.0.200", 8_080, { from: "client" })).map(endOf)).toEqual(["ok", "ok"])
  })

  test("whom probes do not reach gets nothing; without any member a front end is silent", () => {
    const deaf = balanced({ instances: [instance("vm", "10.0.0.4"), instance("other", "10.0.0.5", { listening: [] })] })
    expect(askAll(deaf, to("203.0.113.80", 8_080, outside)).map(({ reached }) => reached)).toEqual(["vm"])
    const closed = balanced({ securityGroups: [{ id: "nsg", rules: [web, rule("none", 200, { access: "Deny" })] }] })
    // Whoever is outside may ask, but the probe may not.
    const shut = balanced({
      securityGroups: [{ id: "nsg", rules: [web, rule("no-probes", 110, { access: "Deny", sources: ["AzureLoadBalancer"] })] }]
    })
    expect(askAll(closed, to("203.0.113.80", 8_080, outside)).map(endOf)).toEqual(["drop at lb/public: NoTarget"])
    expect(askAll(shut, to("203.0.113.80", 8_080, outside)).map(endOf)).toEqual(["drop at lb/public: NoTarget"])
  })

  test("members leave with its address, by outbound rules; a NAT gateway of the subnet goes before", () => {
    const out = ask(balanced(), to("8.8.8.8", 443))
    expect([endOf(out), seenAs(out)]).toEqual(["ok", "203.0.113.80"])
    const behind = balanced({
      subnets: [subnet("sub", "10.0.0.0/24", { securityGroup: "nsg", natGateway: "nat" }), subnet("hub", "10.0.9.0/24")],
      natGateways: [nat()]
    })
    expect(seenAs(ask(behind, to("8.8.8.8", 443)))).toBe("203.0.113.100")
  })
})

describe("a firewall", () => {
  const allowing = (destinations: ReadonlyArray<string>) =>
    balanced({
      ...forced,
      names: [{ id: "mcr.microsoft.com", addresses: ["198.51.100.10"] }],
      appliances: [
        appliance("firewall", "10.0.9.4", {
          publicAddress: "203.0.113.40",
          rules: [{ id: "images", action: "Allow", protocol: "tcp", sources: ["10.0.0.0/24"], destinations, ports: ["443"] }]
        })
      ]
    })

  test("lets out what a rule allows, with its own address, and nothing else", () => {
    const named = ask(allowing(["mcr.microsoft.com"]), to("198.51.100.10", 443))
    expect([endOf(named), stepsOf(named, "Translated").map(({ to: become }) => become)]).toEqual(["ok", ["10.0.9.4", "203.0.113.40"]])
    expect(endOf(ask(allowing(["mcr.microsoft.com"]), to("8.8.8.8", 443)))).toBe("deny at firewall: DeniedByFilter")
    expect(endOf(ask(allowing(["*"]), to("8.8.8.8", 80)))).toBe("deny at firewall: DeniedByFilter")
  })

  test("keeps private addresses as they are, unless it translates always", () => {
    const both = (sourceTranslation: "outside" | "always"): AzureTopology =>
      balanced({
        subnets: [
          subnet("sub", "10.0.0.0/24", { securityGroup: "nsg", routeTable: "forced" }),
          subnet("hub", "10.0.9.0/24"),
          subnet("gateways", "10.0.8.0/24", { routeTable: "back" })
        ],
        routeTables: [table("forced", route("10.0.8.0/24", via("10.0.9.4"))), table("back", route("10.0.0.0/24", via("10.0.9.4")))],
        instances: [...balanced().instances, instance("far", "10.0.8.4", { subnet: "gateways" })],
        appliances: [appliance("firewall", "10.0.9.4", { sourceTranslation })]
      })
    const seen = (["outside", "always"] as const).map((mode) => {
      const branch = ask(both(mode), to("10.0.8.4"))
      return [endOf(branch), seenAs(branch)]
    })
    expect(seen).toEqual([
      ["ok", undefined],
      ["ok", "10.0.9.4"]
    ])
  })

  test("a destination rule brings clients in through it, both ways", () => {
    const through = balanced({
      ...forced,
      appliances: [
        appliance("firewall", "10.0.9.4", {
          publicAddress: "203.0.113.40",
          destinationRules: [{ id: "web", protocol: "tcp", port: 8_080, to: "10.0.0.200", toPort: 8_080 }]
        })
      ]
    })
    expect(askAll(through, to("203.0.113.40", 8_080, outside)).map(endOf)).toEqual(["ok", "ok"])
    expect(askAll(through, to("203.0.113.80", 8_080, outside)).map(endOf)).toEqual(
      Array.from({ length: 2 }, () => "reply drop at firewall: SessionUnknown")
    )
  })

  test("in a peered hub it is reached by a relay of its own, and its answers where forwarded traffic is allowed", () => {
    const hubbed = (allowsForwardedTraffic: boolean): AzureTopology => {
      const side = (id: string, from: string, remote: string) => ({
        id,
        network: from,
        remote,
        allowsVirtualNetworkAccess: true,
        allowsForwardedTraffic,
        allowsGatewayTransit: false,
        usesRemoteGateways: false
      })
      return small({
        networks: [network("vnet", "10.0.0.0/16"), network("hubnet", "10.9.0.0/16")],
        subnets: [subnet("sub", "10.0.0.0/24", { routeTable: "forced" }), subnet("hub", "10.9.0.0/24", { network: "hubnet" })],
        routeTables: [table("forced", route("0.0.0.0/0", via("10.9.0.4")))],
        peerings: [side("spoke-to-hub", "vnet", "hubnet"), side("hub-to-spoke", "hubnet", "vnet")],
        appliances: [appliance("firewall", "10.9.0.4", { publicAddress: "203.0.113.40" })]
      })
    }
    const branch = ask(hubbed(true), to("8.8.8.8", 443))
    expect(endOf(branch)).toBe("ok")
    expect(hopNames(branch)).toContain("spoke-to-hub to firewall")
    expect(endOf(ask(hubbed(false), to("8.8.8.8", 443)))).toBe("reply deny at hub-to-spoke: GateClosed")
  })
})

test("an Application Gateway's answers go by its own subnet's routes", () => {
  const gateway = { id: "agw", subnet: "gateways", address: "10.0.8.10", publicAddress: "203.0.113.88" }
  const fronted = (routeTable?: string): AzureTopology =>
    balanced({
      subnets: [
        subnet("sub", "10.0.0.0/24", { securityGroup: "nsg" }),
        subnet("hub", "10.0.9.0/24"),
        subnet("gateways", "10.0.8.0/24", routeTable === undefined ? {} : { routeTable })
      ],
      routeTables: [table("forced", route("0.0.0.0/0", via("10.0.9.4")))],
      applicationGateways: [{ ...gateway, listeners: [{ port: 80, backends: ["10.0.0.4", "10.0.0.5"], backendPort: 80 }] }]
    })
  expect(askAll(fronted(), to("203.0.113.88", 80, outside)).map(endOf)).toEqual(["ok", "ok"])
  expect(askAll(fronted("forced"), to("203.0.113.88", 80, outside)).map(endOf)).toEqual(
    Array.from({ length: 2 }, () => "reply drop at firewall: SessionUnknown")
  )
})

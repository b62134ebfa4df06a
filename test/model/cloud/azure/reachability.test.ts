/** Cases from vendor documents and a public test suite. A case is either passed here or listed as waiting, by id. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { effectiveRoutes } from "../../../../src/model/cloud/azure/routes.ts"
import type { AzureTopology } from "../../../../src/model/cloud/azure/topology.ts"
import { subnetOf } from "../../../../src/model/cloud/azure/topology-lookup.ts"
import type { Question } from "../../../../src/model/net/fabric.ts"
import {
  appliance,
  ask,
  decidedBy,
  endOf,
  hopNames,
  instance,
  network,
  route,
  routeOf,
  rule,
  small,
  stepsOf,
  subnet,
  table,
  to,
  via
} from "./asking.ts"

const file = parse(readFileSync(new URL("./reachability.yaml", import.meta.url), "utf8")) as {
  cases: ReadonlyArray<{ readonly id: string }>
}

/** `azure.udr-doc`: Subnet1 with its table, Subnet2 without one, a peered network, a site behind a gateway. */
const udrDoc = (parts: Partial<AzureTopology> = {}): AzureTopology =>
  small({
    networks: [network("vnet", "10.0.0.0/16"), network("vnet2", "10.1.0.0/16", "10.2.0.0/16")],
    subnets: [
      subnet("Subnet1", "10.0.0.0/24", {
        routeTable: "table",
        serviceEndpoints: [{ service: "Microsoft.Storage", prefixes: ["20.150.0.0/17"] }]
      }),
      subnet("Subnet2", "10.0.1.0/24"),
      subnet("hub", "10.0.100.0/24"),
      subnet("far", "10.1.0.0/24", { network: "vnet2" })
    ],
    routeTables: [
      table(
        "table",
        route("10.0.0.0/16", via("10.0.100.4")),
        route("10.0.0.0/24", { _tag: "VnetLocal" }),
        route("10.1.0.0/16", { _tag: "None" }),
        route("10.2.0.0/16", { _tag: "None" }),
        route("10.10.0.0/16", via("10.0.100.4")),
        route("0.0.0.0/0", via("10.0.100.4"))
      )
    ],
    peerings: [peering("vnet-to-vnet2", "vnet", "vnet2"), peering("vnet2-to-vnet", "vnet2", "vnet")],
    sites: [{ id: "on-premises", prefixes: ["10.10.0.0/16"] }],
    gateways: [{ id: "vpn", network: "vnet", site: "on-premises", type: "Vpn", learned: ["10.10.0.0/16"] }],
    appliances: [appliance("nva", "10.0.100.4")],
    instances: [
      instance("one", "10.0.0.4", { subnet: "Subnet1" }),
      instance("near", "10.0.0.9", { subnet: "Subnet1" }),
      instance("two", "10.0.1.4", { subnet: "Subnet2" }),
      instance("there", "10.1.0.4", { subnet: "far" })
    ],
    ...parts
  })

const peering = (id: string, from: string, remote: string) => ({
  id,
  network: from,
  remote,
  allowsVirtualNetworkAccess: true,
  allowsForwardedTraffic: true,
  allowsGatewayTransit: false,
  usesRemoteGateways: false
})

const one = { from: "one" } as const
const two = { from: "two" } as const

describe("the routing example of the documents", () => {
  const firstHop = (address: string, from: Partial<Question>): string | undefined => routeOf(ask(udrDoc(), to(address, 80, from)))

  test("az-01: the subnet's own range is reached by the route that says so", () => {
    const branch = ask(udrDoc(), to("10.0.0.9", 80, one))
    expect(endOf(branch)).toBe("ok")
    expect(routeOf(branch)).toBe("User 10.0.0.0/24 VnetLocal")
    expect(stepsOf(branch, "Routed")[0]?.losers.map(({ route: lost, why }) => `${lost.part}: ${why}`)).toContain(
      "User 10.0.0.0/16 VirtualAppliance 10.0.100.4: less specific"
    )
  })

  test("az-03: a peered range that is set to None is dropped", () => {
    expect(firstHop("10.1.0.4", one)).toBe("User 10.1.0.0/16 None")
    expect(endOf(ask(udrDoc(), to("10.1.0.4", 80, one)))).toBe("drop at Subnet1: RouteDiscards")
  })

  test("az-05: on premises through the appliance, and the appliance goes on by the gateway", () => {
    expect(firstHop("10.10.0.5", one)).toBe("User 10.10.0.0/16 VirtualAppliance 10.0.100.4")
    expect(hopNames(ask(udrDoc(), to("10.10.0.5", 80, one)))).toEqual([
      "one",
      "Subnet1",
      "vnet",
      "nva",
      "hub",
      "vnet",
      "vpn",
      "on-premises"
    ])
  })

  test("az-07: the internet through the appliance", () => {
    expect(firstHop("8.8.8.8", one)).toBe("User 0.0.0.0/0 VirtualAppliance 10.0.100.4")
  })

  test("az-08: private space is not dropped any more once everything is led elsewhere", () => {
    expect(firstHop("192.168.9.9", one)).toBe("User 0.0.0.0/0 VirtualAppliance 10.0.100.4")
    expect(firstHop("192.168.9.9", two)).toBe("Default 192.168.0.0/16 None")
  })

  test("az-09: without a table the peered network is near", () => {
    expect(firstHop("10.1.0.4", two)).toBe("Default 10.1.0.0/16 VNetPeering")
    expect(endOf(ask(udrDoc(), to("10.1.0.4", 80, two)))).toBe("ok")
  })

  test("az-10: on premises by the gateway", () => {
    expect(firstHop("10.10.0.5", two)).toBe("VirtualNetworkGateway 10.10.0.0/16 VirtualNetworkGateway")
    expect(endOf(ask(udrDoc(), to("10.10.0.5", 80, two)))).toBe("ok")
  })

  test("az-11: the internet straight", () => {
    expect(firstHop("8.8.8.8", two)).toBe("Default 0.0.0.0/0 Internet")
  })

  test("a service endpoint is not captured by a default route", () => {
    const branch = ask(udrDoc(), to("20.150.1.1", 443, one))
    expect(routeOf(branch)).toBe("Default 20.150.0.0/17 VirtualNetworkServiceEndpoint")
    expect(endOf(branch)).toBe("ok")
  })

  test("effective routes: winners are Active, losers Invalid", () => {
    const topology = udrDoc()
    const shown = effectiveRoutes(topology, subnetOf(topology, "Subnet1")).map(
      ({ source, state, prefix, nextHopType }) => `${source} ${state} ${prefix} ${nextHopType}`
    )
    expect(shown).toContain("Default Invalid 10.0.0.0/16 VnetLocal")
    expect(shown).toContain("User Active 10.0.0.0/16 VirtualAppliance")
    expect(shown).toContain("Default Invalid 0.0.0.0/0 Internet")
    expect(shown).toContain("Default Invalid 10.1.0.0/16 VNetPeering")
    expect(shown).toContain("VirtualNetworkGateway Invalid 10.10.0.0/16 VirtualNetworkGateway")
    expect(shown.filter((line) => line.endsWith(" None") && line.startsWith("Default"))).toEqual([])
  })
})

describe("which route wins", () => {
  test("az-15: of equal ranges the owner's", () => {
    const topology = udrDoc({ routeTables: [table("table", route("0.0.0.0/0", { _tag: "VirtualNetworkGateway" }))] })
    expect(routeOf(ask(topology, to("8.8.8.8", 80, one)))).toBe("User 0.0.0.0/0 VirtualNetworkGateway")
  })

  test("az-16: a peering beats a more specific range that a gateway has learned", () => {
    const topology = udrDoc({
      gateways: [{ id: "vpn", network: "vnet", site: "on-premises", type: "Vpn", learned: ["10.10.0.0/16", "10.1.4.0/24"] }]
    })
    expect(routeOf(ask(topology, to("10.1.4.4", 80, two)))).toBe("Default 10.1.0.0/16 VNetPeering")
  })

  test("az-20: without a table the system route leads to the internet", () => {
    const branch = ask(small(), to("13.107.21.200"))
    expect(routeOf(branch)).toBe("Default 0.0.0.0/0 Internet")
    expect(stepsOf(branch, "Routed")[0]?.table.resource).toBe("System Route")
  })

  test("az-22: a range of the network's own takes the place of the one that is dropped", () => {
    const topology = small({ networks: [network("vnet", "10.0.0.0/16", "172.16.0.0/12")] })
    expect(routeOf(ask(topology, to("172.31.0.100")))).toBe("Default 172.16.0.0/12 VnetLocal")
    expect(routeOf(ask(small(), to("172.31.0.100")))).toBe("Default 172.16.0.0/12 None")
  })

  test("a default route that a gateway learns takes the internet away, unless the table lets none in", () => {
    const learned = { gateways: [{ id: "vpn", network: "vnet", site: "on-premises", type: "Vpn" as const, learned: ["0.0.0.0/0"] }] }
    expect(routeOf(ask(udrDoc(learned), to("8.8.8.8", 80, two)))).toBe("VirtualNetworkGateway 0.0.0.0/0 VirtualNetworkGateway")
    const shielded = udrDoc({ ...learned, routeTables: [{ ...table("table"), disablesGatewayRoutePropagation: true }] })
    expect(routeOf(ask(shielded, to("8.8.8.8", 80, one)))).toBe("Default 0.0.0.0/0 Internet")
  })
})

/** `azure.nsg-doc`, with public addresses of both kinds. */
const nsgDoc = (first: ReadonlyArray<ReturnType<typeof rule>>, second: ReadonlyArray<ReturnType<typeof rule>>): AzureTopology => {
  const open = (address: string) => ({ publicAddress: { address, sku: "Standard" as const } })
  return small({
    subnets: [
      subnet("Subnet1", "10.0.1.0/24", { securityGroup: "NSG1" }),
      subnet("Subnet2", "10.0.2.0/24"),
      subnet("Subnet3", "10.0.3.0/24")
    ],
    securityGroups: [
      { id: "NSG1", rules: first },
      { id: "NSG2", rules: second }
    ],
    instances: [
      instance("VM1", "10.0.1.4", { subnet: "Subnet1", securityGroup: "NSG2", ...open("203.0.113.1") }),
      instance("VM2", "10.0.1.5", { subnet: "Subnet1", ...open("203.0.113.2") }),
      instance("VM3", "10.0.2.4", { subnet: "Subnet2", securityGroup: "NSG2", ...open("203.0.113.3") }),
      instance("VM4", "10.0.3.4", { subnet: "Subnet3", ...open("203.0.113.4") })
    ]
  })
}
const web = rule("web", 100, { protocol: "Tcp", sources: ["Internet"], destinationPorts: ["80"] })
const outside = { from: "internet" } as const

describe("security groups of subnets and interfaces", () => {
  test("az-23: the subnet's group is asked first, and denies", () => {
    const branch = ask(nsgDoc([], [web]), to("203.0.113.1", 80, outside))
    expect([endOf(branch), decidedBy(branch)]).toEqual(["deny at VM1: DeniedByFilter", "NSG1 DenyAllInBound 65500"])
  })

  test("both groups must allow", () => {
    expect(endOf(ask(nsgDoc([web], [web]), to("203.0.113.1", 80, outside)))).toBe("ok")
    const branch = ask(nsgDoc([web], []), to("203.0.113.1", 80, outside))
    expect([endOf(branch), decidedBy(branch)]).toEqual(["deny at VM1: DeniedByFilter", "NSG2 DenyAllInBound 65500"])
  })

  test("az-25: an interface without a group of its own has its subnet's", () => {
    expect(endOf(ask(nsgDoc([web], []), to("203.0.113.2", 80, outside)))).toBe("ok")
  })

  test("az-26: a group of the interface alone denies what it does not allow", () => {
    const branch = ask(nsgDoc([], []), to("203.0.113.3", 80, outside))
    expect([endOf(branch), decidedBy(branch)]).toEqual(["deny at VM3: DeniedByFilter", "NSG2 DenyAllInBound 65500"])
  })

  test("without any group a Standard public address is closed to the internet, a Basic one open; neighbours pass", () => {
    const topology = nsgDoc([], [])
    expect(endOf(ask(topology, to("203.0.113.4", 80, outside)))).toBe("deny at VM4: DeniedByFilter")
    const basic = topology.instances.map((vm) =>
      vm.publicAddress ? { ...vm, publicAddress: { ...vm.publicAddress, sku: "Basic" as const } } : vm
    )
    expect(endOf(ask({ ...topology, instances: basic }, to("203.0.113.4", 80, outside)))).toBe("ok")
    expect(endOf(ask(topology, to("10.0.3.4", 80, { from: "VM2" })))).toBe("ok")
    expect(endOf(ask(topology, to("8.8.8.8", 443, { from: "VM4" })))).toBe("ok")
  })

  test("az-29: a group holds between neighbours of one subnet", () => {
    const closed = [rule("none-in", 100, { access: "Deny" }), rule("none-out", 100, { access: "Deny", direction: "Outbound" })]
    expect(endOf(ask(nsgDoc([], []), to("10.0.1.5", 80, { from: "VM1" })))).toBe("ok")
    const branch = ask(nsgDoc(closed, []), to("10.0.1.5", 80, { from: "VM1" }))
    expect([endOf(branch), decidedBy(branch)]).toEqual(["deny at VM1: DeniedByFilter", "NSG1 none-out 100"])
  })

  test("az-17: the default rule lets everything out to the internet", () => {
    const topology = small({
      subnets: [subnet("sub", "10.0.0.0/24", { securityGroup: "nsg", defaultOutboundAccess: true })],
      securityGroups: [{ id: "nsg", rules: [] }]
    })
    const branch = ask(topology, to("13.107.21.200", 80, { sourcePorts: { from: 60_000, to: 60_000 } }))
    expect(endOf(branch)).toBe("ok")
    expect(stepsOf(branch, "Filtered")[0]?.rule).toEqual({ resource: "nsg", part: "AllowInternetOutBound 65001" })
    // Private space that nobody here has is not the internet.
    const beyond = ask(topology, to("172.31.0.100", 80))
    expect([endOf(beyond), decidedBy(beyond)]).toEqual(["deny at vm: DeniedByFilter", "nsg DenyAllOutBound 65500"])
  })

  /** `azure.asg-doc`. */
  const asgDoc = small({
    applicationSecurityGroups: ["AsgWeb", "AsgLogic", "AsgDb"],
    subnets: [subnet("sub", "10.0.0.0/24", { securityGroup: "NSG1" }), subnet("sub2", "10.0.1.0/24", { securityGroup: "NSG1" })],
    securityGroups: [
      {
        id: "NSG1",
        rules: [
          rule("Allow-HTTP", 100, { protocol: "Tcp", sources: ["Internet"], destinations: ["AsgWeb"], destinationPorts: ["80"] }),
          rule("Allow-Database", 110, { protocol: "Tcp", sources: ["AsgLogic"], destinations: ["AsgDb"], destinationPorts: ["1433"] }),
          rule("Deny-Database", 120, { access: "Deny", destinations: ["AsgDb"], destinationPorts: ["1433"] })
        ]
      }
    ],
    instances: [
      instance("web", "10.0.0.4", { groups: ["AsgWeb"] }),
      instance("logic", "10.0.0.5", { groups: ["AsgLogic"], listening: [{ protocol: "tcp", port: 8_080 }] }),
      instance("db", "10.0.1.4", { subnet: "sub2", groups: ["AsgDb"], listening: [{ protocol: "tcp", port: 1_433 }] })
    ]
  })

  test("az-32, az-33: a group of applications is let in, another is not", () => {
    const logic = ask(asgDoc, to("10.0.1.4", 1_433, { from: "logic" }))
    expect([endOf(logic), decidedBy(logic)]).toEqual(["ok", "NSG1 Allow-Database 110"])
    const front = ask(asgDoc, to("10.0.1.4", 1_433, { from: "web" }))
    expect([endOf(front), decidedBy(front)]).toEqual(["deny at db: DeniedByFilter", "NSG1 Deny-Database 120"])
  })

  test("az-34: whatever else is of the network comes in by the default rule", () => {
    const branch = ask(asgDoc, to("10.0.0.5", 8_080, { from: "web" }))
    expect([endOf(branch), decidedBy(branch)]).toEqual(["ok", "NSG1 AllowVnetInBound 65000"])
  })

  /** `azure.bf.nsg`, with priorities that Azure takes. */
  const suite = small({
    subnets: [subnet("default", "10.0.0.0/24"), subnet("private", "10.0.1.0/24", { securityGroup: "subnet2" })],
    securityGroups: [
      {
        id: "subnet2",
        rules: [
          rule("ssh", 100, {
            access: "Deny",
            protocol: "Tcp",
            sources: ["10.0.1.6/32"],
            destinations: ["10.0.1.5/32"],
            destinationPorts: ["22"]
          })
        ]
      },
      {
        id: "vm2nic",
        rules: [
          rule("ssh-in", 100, { protocol: "Tcp", destinationPorts: ["22"] }),
          rule("no-8080", 110, { access: "Deny", protocol: "Tcp", destinationPorts: ["8080"] }),
          rule("no-dns", 110, {
            access: "Deny",
            direction: "Outbound",
            protocol: "Udp",
            destinations: ["1.1.1.1/32"],
            destinationPorts: ["53"]
          })
        ]
      }
    ],
    instances: [
      instance("vm1", "10.0.0.4", { subnet: "default" }),
      instance("vm2", "10.0.1.5", {
        subnet: "private",
        securityGroup: "vm2nic",
        listening: [
          { protocol: "tcp", port: 22 },
          { protocol: "tcp", port: 8_080 }
        ]
      }),
      instance("vm3", "10.0.1.6", { subnet: "private", listening: [{ protocol: "tcp", port: 22 }] })
    ]
  })

  test("az-45: a ping of the public suite, hop by hop", () => {
    const branch = ask(suite, to("10.0.1.5", 0, { from: "vm1", protocol: "icmp" }))
    expect(endOf(branch)).toBe("ok")
    expect(hopNames(branch)).toEqual(["vm1", "default", "vnet", "private", "vm2"])
  })

  test("az-46, az-49: ssh from elsewhere and back; the neighbour that is named is kept out", () => {
    expect(endOf(ask(suite, to("10.0.1.5", 22, { from: "vm1" })))).toBe("ok")
    expect(endOf(ask(suite, to("10.0.1.6", 22, { from: "vm2" })))).toBe("ok")
    const named = ask(suite, to("10.0.1.5", 22, { from: "vm3" }))
    expect([endOf(named), decidedBy(named)]).toEqual(["deny at vm2: DeniedByFilter", "subnet2 ssh 100"])
    expect(endOf(ask(suite, to("10.0.1.5", 8_080, { from: "vm1" })))).toBe("deny at vm2: DeniedByFilter")
    expect(endOf(ask(suite, to("1.1.1.1", 53, { from: "vm2", protocol: "udp" })))).toBe("deny at vm2: DeniedByFilter")
  })
})

/** They stand in connections.test.ts and outbound.test.ts. */
const elsewhere = ["az-35", "az-39", "az-41", "az-42", "az-43", "az-44", "az-52"]
const waiting: Readonly<Record<string, string>> = {}
const here = [
  "az-01",
  "az-03",
  "az-05",
  "az-07",
  "az-08",
  "az-09",
  "az-10",
  "az-11",
  "az-15",
  "az-16",
  "az-17",
  "az-20",
  "az-22",
  "az-23",
  "az-25",
  "az-26",
  "az-29",
  "az-32",
  "az-33",
  "az-34",
  "az-45",
  "az-46",
  "az-49"
]

test("every case is either passed or named as waiting, and none is both", () => {
  expect([...here, ...elsewhere, ...Object.keys(waiting)].sort()).toEqual(file.cases.map(({ id }) => id).sort())
})

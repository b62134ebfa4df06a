/** Azure's words: what they lay out, and what a network at Azure that does not stand up is told. */
import { describe, expect, test } from "vitest"
import type { AzureTopology } from "../../src/model/cloud/azure/topology.ts"
import { checkAzure } from "../../src/scenario/check-azure.ts"
import { aksSecurityGroup, aksVnet } from "../../src/scenario/word/azure-network.ts"
import { instance, network, route, rule, small, subnet, table, via } from "../model/cloud/azure/asking.ts"

const told = (parts: Partial<AzureTopology>): ReadonlyArray<string> => checkAzure(small(parts), undefined).map(({ headline }) => headline)

describe("bad input", () => {
  test("a network that stands up is told nothing", () => {
    expect(told({})).toEqual([])
  })

  test("two rules of one priority and direction", () => {
    const rules = [rule("one", 100), rule("two", 100), rule("out", 100, { direction: "Outbound" })]
    expect(told({ securityGroups: [{ id: "nsg", rules }] })).toEqual(["network security group nsg: one and two have priority 100 Inbound"])
  })

  test("a route to an address that is nobody's", () => {
    expect(told({ routeTables: [table("table", route("0.0.0.0/0", via("10.7.0.4")))] })).toEqual([
      "route table table: route to 0.0.0.0/0 leads to 10.7.0.4, which is in no subnet"
    ])
  })

  test("overlapping ranges in a peering", () => {
    const side = { allowsVirtualNetworkAccess: true, allowsForwardedTraffic: true, allowsGatewayTransit: false, usesRemoteGateways: false }
    expect(
      told({
        networks: [network("vnet", "10.0.0.0/16"), network("other", "10.0.128.0/17")],
        peerings: [{ id: "peering", network: "vnet", remote: "other", ...side }]
      })
    ).toEqual(["peering peering: 10.0.0.0/16 of vnet overlaps 10.0.128.0/17 of other"])
  })

  test("names that nothing bears, subnets outside their network or over one another", () => {
    expect(
      told({
        subnets: [
          subnet("sub", "10.0.0.0/24", { routeTable: "tabel", securityGroup: "nsg" }),
          subnet("over", "10.0.0.128/25"),
          subnet("far", "10.9.0.0/24")
        ],
        routeTables: [table("table", route("AzureCloud.westus", { _tag: "Internet" }))],
        instances: [instance("vm", "10.0.0.4", { subnet: "sab" })]
      }).map((message) => message.replace(/,.*/, ""))
    ).toEqual([
      'subnet sub: unknown route table "tabel"',
      'subnet sub: unknown network security group "nsg"',
      'route table table: unknown service tag "AzureCloud.westus"',
      'instance vm: unknown subnet "sab"',
      "subnet sub 10.0.0.0/24 overlaps subnet over 10.0.0.128/25",
      "subnet far 10.9.0.0/24 lies outside its virtual network"
    ])
  })

  test("what balancers, machines and gateways name, and nothing bears", () => {
    const balancer = {
      id: "lb",
      network: "vnet",
      frontEnds: [{ id: "front", address: "203.0.113.1", subnet: "sup" }],
      pools: [{ id: "pool", members: ["vmm"] }],
      rules: [{ id: "http", frontEnd: "frunt", pool: "pol", protocol: "tcp" as const, port: 80, backendPort: 80 }],
      outboundRules: [{ id: "out", pool: "pole", frontEnds: ["fronts"] }]
    }
    const instances = [instance("vm", "10.0.0.4", { zone: "9", securityGroup: "nsx", groups: ["web"] })]
    expect(
      told({ instances, loadBalancers: [balancer], natGateways: [{ id: "nat", sku: "Standard", zone: "8", publicAddresses: [] }] })
    ).toEqual([
      'instance vm: unknown network security group "nsx"',
      'instance vm: unknown zone "9"',
      'instance vm: unknown application security group or backend pool "web"',
      'NAT gateway nat: unknown zone "8"',
      'load balancer lb: unknown subnet "sup"',
      'load balancer lb: unknown instance "vmm"',
      'rule http of lb: unknown front end "frunt"',
      'rule http of lb: unknown backend pool "pol"',
      'outbound rule out of lb: unknown front end "fronts"',
      'outbound rule out of lb: unknown backend pool "pole"'
    ])
  })
})

describe("aksVnet", () => {
  const options = { name: "shop", region: "westeurope", cidr: "10.0.0.0/16", nodeSubnet: { id: "aks", cidr: "10.0.1.0/24" } }

  test("nodes leave by the load balancer's outbound rule", () => {
    const { topology } = aksVnet(options)
    expect(topology.subnets.map(({ id, securityGroup }) => `${id} ${securityGroup}`)).toEqual([`aks ${aksSecurityGroup("shop")}`])
    expect(topology.loadBalancers?.[0]?.outboundRules).toEqual([
      { id: "aksOutboundRule", pool: "aksOutboundBackendPool", frontEnds: ["outbound-1"] }
    ])
    expect(checkAzure(topology, undefined)).toEqual([])
  })

  test("with user-defined routing AKS makes no way out", () => {
    const routed = { ...options.nodeSubnet, routeTable: "out" }
    const routeTables = [table("out", route("0.0.0.0/0", via("10.0.0.4")))]
    const { topology } = aksVnet({ ...options, nodeSubnet: routed, routeTables, outboundType: "userDefinedRouting" })
    expect([topology.loadBalancers?.[0]?.frontEnds, topology.loadBalancers?.[0]?.outboundRules]).toEqual([[], []])
  })

  test("with a NAT gateway the node subnet uses it, and the load balancer has no outbound rule", () => {
    const { topology } = aksVnet({ ...options, outboundType: "managedNATGateway", natGateway: { sku: "StandardV2" } })
    expect(topology.natGateways).toMatchObject([{ id: topology.subnets[0]?.natGateway, sku: "StandardV2" }])
    expect(topology.loadBalancers?.[0]?.outboundRules).toEqual([])
    expect(checkAzure(topology, undefined)).toEqual([])
  })

  const refusals: ReadonlyArray<readonly [string, Partial<Parameters<typeof aksVnet>[0]>, string]> = [
    ["no route at all", { outboundType: "userDefinedRouting" }, "RouteTableInvalidNextHop"],
    [
      "a default route to the internet",
      {
        outboundType: "userDefinedRouting",
        nodeSubnet: { ...options.nodeSubnet, routeTable: "out" },
        routeTables: [table("out", route("0.0.0.0/0", { _tag: "Internet" }))]
      },
      "RouteTableInvalidNextHop"
    ],
    ["ports of a load balancer that is not asked", { outboundType: "managedNATGateway", allocatedOutboundPorts: 1024 }, "outboundType is"],
    ["a NAT gateway that is not asked", { natGateway: {} }, "outboundType is loadBalancer"],
    ["addresses of nothing", { outboundType: "none", outboundAddresses: ["192.0.2.1"] }, "AKS makes no public address"]
  ]
  for (const [what, more, expected] of refusals) {
    test(`${what} is refused`, () => {
      expect(() => aksVnet({ ...options, ...more })).toThrow(expected)
    })
  }
})

/** What joins networks, mistyped: one sentence each, with what exists. */
import { describe, expect, test } from "vitest"
import type { AwsTopology } from "../../src/model/cloud/aws/topology.ts"
import { checkTopology } from "../../src/scenario/check-topology.ts"

const route = (destination: string, target: string) => ({ destination, target, state: "active", propagated: false }) as const
const start: AwsTopology = {
  _tag: "AwsTopology",
  id: "t",
  region: "r",
  zones: ["a"],
  vpcs: [
    { id: "left", cidrs: ["10.0.0.0/16"] },
    { id: "right", cidrs: ["10.1.0.0/16"] }
  ],
  internetGateways: [],
  subnets: [
    { id: "l1", vpc: "left", zone: "a", cidr: "10.0.0.0/24" },
    { id: "r1", vpc: "right", zone: "a", cidr: "10.1.0.0/24" }
  ],
  routeTables: [{ id: "rt", vpc: "left", main: true, routes: [route("10.1.0.0/16", "pcx"), route("pl-s3", "vpce")] }],
  natGateways: [],
  securityGroups: [
    { id: "sg-l", vpc: "left", ingress: [{ protocol: "all", fromPort: 0, toPort: 65_535, peer: "sg-r" }], egress: [] },
    { id: "sg-r", vpc: "right", ingress: [], egress: [] }
  ],
  networkAcls: [],
  instances: [],
  prefixLists: [{ id: "pl-s3", cidrs: ["52.216.0.0/15"] }],
  peerings: [{ id: "pcx", vpcs: ["left", "right"] }],
  gatewayEndpoints: [{ id: "vpce", vpc: "left", prefixList: "pl-s3" }],
  interfaceEndpoints: [
    { id: "vpce-ecr", vpc: "left", service: "ecr", interfaces: [{ subnet: "l1", address: "10.0.0.20" }], securityGroups: ["sg-l"] }
  ],
  vpnGateways: [{ id: "vgw", vpc: "left" }],
  sites: [{ id: "office", prefixes: ["172.20.0.0/16"] }],
  siteConnections: [{ id: "vpn", kind: "vpn-static", gateway: "vgw", site: "office", tunnels: 2 }],
  transitGateways: [
    {
      id: "tgw",
      referencesGroups: false,
      routeTables: [{ id: "tgw-rt", routes: [{ destination: "10.9.0.0/16", target: "blackhole" }] }],
      attachments: [{ id: "att-l", leadsTo: { _tag: "Vpc", vpc: "left", subnets: ["l1"] }, routeTable: "tgw-rt", propagatesTo: ["tgw-rt"] }]
    }
  ]
}
const [peering] = start.peerings ?? []
const [transit] = start.transitGateways ?? []
const headlines = (change: Partial<AwsTopology>): ReadonlyArray<string> =>
  checkTopology({ ...start, ...change }, undefined).map(({ headline }) => headline)

test("a topology that stands up has no mistakes", () => {
  expect(headlines({})).toEqual([])
})

describe("mistakes", () => {
  test.each<readonly [string, Partial<AwsTopology>, string]>([
    ["a peering with an unknown VPC", { peerings: [{ id: "pcx", vpcs: ["left", "rihgt"] }] }, 'peering pcx: unknown VPC "rihgt"'],
    [
      "a database without its group",
      {
        databases: [
          {
            id: "orders",
            dnsName: "orders.example",
            port: 5_432,
            interfaces: [{ subnet: "l1", address: "10.0.0.30" }],
            securityGroups: ["sg-x"]
          }
        ]
      },
      'database orders: unknown security group "sg-x"'
    ],
    [
      "a database's address elsewhere",
      {
        databases: [
          { id: "orders", dnsName: "orders.example", port: 5_432, interfaces: [{ subnet: "l1", address: "10.7.0.30" }], securityGroups: [] }
        ]
      },
      "database orders: 10.7.0.30 is not of l1"
    ],
    ["a peering with itself", { peerings: [{ id: "pcx", vpcs: ["left", "left"] }] }, "peering pcx: left with itself"],
    [
      "peered VPCs that overlap",
      { vpcs: [...start.vpcs.slice(0, 1), { id: "right", cidrs: ["10.1.0.0/16", "10.0.128.0/17"] }] },
      "peering pcx: 10.0.0.0/16 of left and 10.0.128.0/17 of right overlap"
    ],
    [
      "a group across VPCs that are not peered",
      { peerings: [] },
      "security group sg-l of left names sg-r of right, which is not peered with it"
    ],
    ["a route to a missing target", { peerings: [] }, 'route table rt: 10.1.0.0/16 →: unknown gateway "pcx"'],
    ["a route to an unknown list", { prefixLists: [] }, 'route table rt: unknown prefix list or range "pl-s3"'],
    ["an endpoint for an unknown list", { prefixLists: [] }, 'gateway endpoint vpce: unknown prefix list "pl-s3"'],
    [
      "an interface outside its subnet",
      {
        interfaceEndpoints: [
          { id: "e", vpc: "left", service: "s", interfaces: [{ subnet: "l1", address: "10.0.7.1" }], securityGroups: [] }
        ]
      },
      "interface endpoint e: 10.0.7.1 is not of l1"
    ],
    ["a connection to an unknown site", { sites: [] }, 'connection vpn: unknown site "office"'],
    [
      "an attachment by another VPC's subnet",
      {
        transitGateways:
          transit === undefined
            ? []
            : [
                {
                  ...transit,
                  attachments: transit.attachments.map((each) => ({
                    ...each,
                    leadsTo: { _tag: "Vpc" as const, vpc: "left", subnets: ["r1"] }
                  }))
                }
              ]
      },
      'attachment att-l of tgw: unknown subnet of left "r1"'
    ],
    [
      "a transit route to an unknown attachment",
      {
        transitGateways:
          transit === undefined
            ? []
            : [{ ...transit, routeTables: [{ id: "tgw-rt", routes: [{ destination: "10.9.0.0/16", target: "att-x" }] }] }]
      },
      'transit route table tgw-rt: unknown attachment "att-x"'
    ],
    [
      "a regional NAT gateway in a zone that is not there",
      { regionalNatGateways: [{ id: "nat", vpc: "left", addresses: [{ zone: "z", publicAddress: "192.0.2.1" }], routes: [] }] },
      'regional NAT gateway nat: unknown zone "z"'
    ],
    ["two joints of one name", { vpnGateways: [{ id: "pcx", vpc: "left" }] }, 'two gateway or instances are called "pcx"']
  ])("%s", (_what, change, headline) => {
    expect(headlines(change)).toContain(headline)
  })

  test("a transit gateway that references groups joins its VPCs", () => {
    expect(peering).toBeDefined()
    const attachments = ["left", "right"].map((vpc) => ({
      id: `att-${vpc}`,
      leadsTo: { _tag: "Vpc" as const, vpc, subnets: [vpc === "left" ? "l1" : "r1"] },
      propagatesTo: []
    }))
    const joined = { id: "tgw", referencesGroups: true, routeTables: [{ id: "tgw-rt", routes: [] }], attachments }
    expect(headlines({ peerings: [], transitGateways: [joined] })).toEqual(['route table rt: 10.1.0.0/16 →: unknown gateway "pcx"'])
  })
})

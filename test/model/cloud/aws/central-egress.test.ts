/**
 * Egress of many VPCs through one: a transit gateway leads to its hub, where NAT gateways stand, behind firewalls of each zone or not.
 * Source: Transit Gateway guide, centralized outbound routing; case aws-91.
 */
import { describe, expect, test } from "vitest"
import type { AwsTopology } from "../../../../src/model/cloud/aws/topology.ts"
import type { Branch } from "../../../../src/model/net/verdict.ts"
import { ask, endOf, hopNames } from "./asking.ts"

const zones = ["a", "b"] as const
const anywhere = "0.0.0.0/0"
const route = (destination: string, target: string) => ({ destination, target, state: "active", propagated: false }) as const
const open = { protocol: "all", fromPort: 0, toPort: 65_535, peer: anywhere } as const
const host = (id: string, subnet: string, address: string) =>
  ({
    id,
    subnet,
    address,
    securityGroups: [subnet.startsWith("spoke") ? "spoke-sg" : "hub-sg"],
    sourceDestCheck: true,
    listening: []
  }) as const

const perZone = <Thing>(make: (zone: "a" | "b", index: number) => ReadonlyArray<Thing>): ReadonlyArray<Thing> =>
  zones.flatMap((zone, index) => make(zone, index))

/** `transit`: the table of the hub's attachment subnets; `regional`: the regional gateway's own routes beside the one to the internet. */
const lab = (transit: (zone: string) => string, regional: ReadonlyArray<{ destination: string; target: string }>): AwsTopology => ({
  _tag: "AwsTopology",
  id: "lab",
  region: "r",
  zones,
  vpcs: [
    { id: "hub", cidrs: ["10.0.0.0/16"] },
    { id: "spoke", cidrs: ["10.1.0.0/16"] }
  ],
  internetGateways: [{ id: "igw", vpc: "hub" }],
  subnets: [
    ...perZone((zone, index) => [
      { id: `tgw-${zone}`, vpc: "hub", zone, cidr: `10.0.${index}.0/28`, routeTable: `tgw-rt-${zone}` },
      { id: `fw-${zone}`, vpc: "hub", zone, cidr: `10.0.1${index}.0/24`, routeTable: "fw-rt" },
      { id: `spoke-${zone}`, vpc: "spoke", zone, cidr: `10.1.${index}.0/24`, routeTable: "spoke-rt" }
    ])
  ],
  routeTables: [
    ...perZone((zone) => [{ id: `tgw-rt-${zone}`, vpc: "hub", main: false, routes: [route(anywhere, transit(zone))] }]),
    { id: "fw-rt", vpc: "hub", main: true, routes: [route(anywhere, "rnat"), route("10.1.0.0/16", "tgw")] },
    { id: "spoke-rt", vpc: "spoke", main: true, routes: [route(anywhere, "tgw")] }
  ],
  natGateways: [{ id: "nat", subnet: "fw-a", privateAddress: "10.0.10.9", publicAddress: "192.0.2.9" }],
  regionalNatGateways: [
    {
      id: "rnat",
      vpc: "hub",
      addresses: perZone((zone, index) => [{ zone, publicAddress: `192.0.2.1${index}` }]),
      routes: [...regional]
    }
  ],
  securityGroups: [
    { id: "hub-sg", vpc: "hub", ingress: [open], egress: [open] },
    { id: "spoke-sg", vpc: "spoke", ingress: [], egress: [open] }
  ],
  networkAcls: [],
  instances: perZone((zone, index) => [
    { ...host(`fw-host-${zone}`, `fw-${zone}`, `10.0.1${index}.5`), sourceDestCheck: false },
    host(`app-${zone}`, `spoke-${zone}`, `10.1.${index}.7`)
  ]),
  transitGateways: [
    {
      id: "tgw",
      referencesGroups: false,
      routeTables: [{ id: "tgw-main", routes: [{ destination: anywhere, target: "to-hub" }] }],
      attachments: [
        { id: "to-hub", leadsTo: { _tag: "Vpc", vpc: "hub", subnets: ["tgw-a", "tgw-b"] }, routeTable: "tgw-main", propagatesTo: [] },
        {
          id: "to-spoke",
          leadsTo: { _tag: "Vpc", vpc: "spoke", subnets: ["spoke-a", "spoke-b"] },
          routeTable: "tgw-main",
          propagatesTo: ["tgw-main"]
        }
      ]
    }
  ]
})
const outward = (topology: AwsTopology, from: string): Branch =>
  ask(topology, { from, to: { _tag: "Address", address: "198.51.100.1" }, protocol: "tcp", port: 443 })
const egressAddress = (branch: Branch): string => branch.forward.flow.source

describe("a hub with one NAT gateway", () => {
  const withBack = (topology: AwsTopology): AwsTopology => ({
    ...topology,
    subnets: topology.subnets.map((subnet) => (subnet.id === "fw-a" ? { ...subnet, routeTable: "nat-rt" } : subnet)),
    routeTables: [
      ...topology.routeTables,
      { id: "nat-rt", vpc: "hub", main: false, routes: [route(anywhere, "igw"), route("10.1.0.0/16", "tgw")] }
    ]
  })
  const hub = withBack(lab(() => "nat", []))
  // The gateway's subnet sends back by the transit gateway, which must stand in its zone: fw-a is of zone a.
  test("a spoke leaves by its attachment's subnet, the NAT gateway and the internet gateway, and hears the reply", () => {
    const branch = outward(hub, "app-b")
    expect(endOf(branch)).toBe("ok")
    expect(hopNames(branch)).toEqual(["app-b", "spoke-b", "spoke", "tgw", "hub", "tgw-b", "hub", "nat", "fw-a", "hub", "igw", "internet"])
    expect(egressAddress(branch)).toBe("192.0.2.9")
  })

  test("without a route back to the spokes the reply has nowhere to go", () => {
    const forgotten = {
      ...hub,
      routeTables: hub.routeTables.map((table) => (table.id === "nat-rt" ? { ...table, routes: [route(anywhere, "igw")] } : table))
    }
    expect(endOf(outward(forgotten, "app-a"))).toMatch(/^reply drop at/)
  })

  test("into the hub itself nothing is led astray by that table", () => {
    const branch = ask(hub, { from: "app-a", to: { _tag: "Address", address: "10.0.11.5" }, protocol: "icmp", port: 0 })
    expect(hopNames(branch)).toEqual(["app-a", "spoke-a", "spoke", "tgw", "hub", "fw-b", "fw-host-b"])
  })
})

describe("aws-91: a regional NAT gateway behind a firewall in each zone", () => {
  const back = perZone((zone, index) => [{ destination: `10.1.${index}.0/24`, target: `fw-host-${zone}` }])

  test("with a route to the firewall of its own zone for each spoke subnet, both ways work, and each zone has its own address", () => {
    const topology = lab((zone) => `fw-host-${zone}`, back)
    expect(zones.map((zone) => endOf(outward(topology, `app-${zone}`)))).toEqual(["ok", "ok"])
    expect(zones.map((zone) => egressAddress(outward(topology, `app-${zone}`)))).toEqual(["192.0.2.10", "192.0.2.11"])
  })

  test("without them replies are lost at the gateway", () => {
    const lost = lab((zone) => `fw-host-${zone}`, [])
    expect(endOf(outward(lost, "app-a"))).toMatch(/^reply drop at/)
  })
})

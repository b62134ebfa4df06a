/** Peerings, transit and VPN gateways, endpoints and middleboxes, as public suites and documents state them. */
import { describe, expect, test } from "vitest"
import type { Branch } from "../../../../src/model/net/verdict.ts"
import { ask, endOf, hopNames } from "./asking.ts"
import { topologyOf, type WrittenTopology } from "./reading.ts"

const twoVpcs = {
  vpcs: { A: ["10.1.0.0/16"], B: ["10.2.0.0/16"] },
  subnets: { a: { vpc: "A", cidr: "10.1.1.0/24", az: "z1" }, b: { vpc: "B", cidr: "10.2.1.0/24", az: "z1" } },
  enis: { one: { ip: "10.1.1.100", subnet: "a" }, two: { ip: "10.2.1.183", subnet: "b" } }
} as const satisfies WrittenTopology

describe("what joins networks", () => {
  test("aws-32: a transit gateway joins VPCs of two accounts", () => {
    const topology = topologyOf({
      ...twoVpcs,
      tgw: { attach: { A: ["a"], B: ["b"] } },
      rts: { A: [{ dst: "10.2.0.0/16", to: "tgw" }], B: [{ dst: "10.1.0.0/16", to: "tgw" }] }
    })
    const branch = ask(topology, { from: "one", to: { _tag: "Address", address: "10.2.1.183" }, protocol: "tcp", port: 22 })
    expect(endOf(branch)).toBe("ok")
    expect(hopNames(branch)).toEqual(["one", "a", "A", "tgw", "B", "b", "two"])
  })

  describe("aws-33, aws-34, aws-36: transit gateways peered, each attachment with its own association and propagation", () => {
    const vpc = (id: string, cidr: string, subnet: string, tgw: string) => ({ id, cidr, subnet, tgw })
    const vpcs = [
      vpc("vpcBat", "10.10.0.0/16", "10.10.1.0/24", "tgwBat"),
      vpc("vpcBat2", "10.20.0.0/16", "10.20.1.0/24", "tgwBat"),
      vpc("vpcFish", "192.168.0.0/16", "192.168.1.0/24", "tgwFish")
    ]
    const ssh = { in: ["tcp 22 0.0.0.0/0"], out: ["all 0.0.0.0/0"] }
    const attach = (id: string, to: string, routeTable: string, propagatesTo: ReadonlyArray<string>) => ({
      id,
      leadsTo: { _tag: "Vpc" as const, vpc: to, subnets: [`sub${to.slice(3)}`] },
      routeTable,
      propagatesTo
    })
    const peering = (gateway: string, routeTable: string) => ({
      id: "peering",
      leadsTo: { _tag: "Peering" as const, gateway, attachment: "peering" },
      routeTable,
      propagatesTo: []
    })
    const topology = topologyOf(
      {
        vpcs: Object.fromEntries(vpcs.map(({ id, cidr }) => [id, [cidr]])),
        subnets: Object.fromEntries(vpcs.map(({ id, subnet }) => [`sub${id.slice(3)}`, { vpc: id, cidr: subnet }])),
        rts: Object.fromEntries(vpcs.map(({ id, tgw }) => [id, [{ dst: "0.0.0.0/0", to: tgw }]])),
        sgs: { ssh },
        enis: {
          bat: { ip: "10.10.1.100", subnet: "subBat", sg: ["ssh"] },
          bat2: { ip: "10.20.1.100", subnet: "subBat2", sg: ["ssh"] },
          fish: { ip: "192.168.1.100", subnet: "subFish", sg: ["ssh"] }
        }
      },
      {
        transitGateways: [
          {
            id: "tgwBat",
            referencesGroups: false,
            routeTables: [
              { id: "rt_default", routes: [] },
              { id: "rt_bat2", routes: [{ destination: "192.168.0.0/16", target: "peering" }] }
            ],
            attachments: [
              attach("bat", "vpcBat", "rt_default", ["rt_default"]),
              attach("bat2", "vpcBat2", "rt_bat2", ["rt_bat2"]),
              peering("tgwFish", "rt_default")
            ]
          },
          {
            id: "tgwFish",
            referencesGroups: false,
            routeTables: [{ id: "rt_fish", routes: [{ destination: "10.20.0.0/16", target: "peering" }] }],
            attachments: [attach("fish", "vpcFish", "rt_fish", ["rt_fish"]), peering("tgwBat", "rt_fish")]
          }
        ]
      }
    )
    const from = (start: string, address: string): Branch =>
      ask(topology, { from: start, to: { _tag: "Address", address }, protocol: "other", port: 0 })

    test("aws-33: no route in the table that the attachment is associated with", () => {
      expect(from("bat", "192.168.1.100").forward.end).toMatchObject({ at: "tgwBat", code: "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT" })
    })
    test("aws-34: by a static route over the peering, and refused by the group at the end", () => {
      const branch = from("bat2", "192.168.1.100")
      expect(endOf(branch)).toBe("deny at fish")
      expect(hopNames(branch)).toEqual(["bat2", "subBat2", "vpcBat2", "tgwBat", "tgwFish", "vpcFish", "subFish", "fish"])
    })
    test("aws-36: association is not propagation", () => {
      expect(endOf(from("fish", "10.20.1.100"))).toBe("drop at tgwBat")
    })
  })

  describe("aws-39, aws-40, aws-75: a gateway endpoint is a route by prefix list", () => {
    const topology = topologyOf(
      {
        vpc: ["10.1.0.0/16"],
        igw: "igw",
        subnets: { pub: { cidr: "10.1.1.0/24", rt: "pub" }, privSubnet: { cidr: "10.1.101.0/24", rt: "priv" } },
        rts: {
          priv: [{ dst: "pl-s3", to: "vpce" }],
          pub: [
            { dst: "0.0.0.0/0", to: "igw" },
            { dst: "pl-s3", to: "vpce" }
          ]
        },
        enis: {
          priv: { ip: "10.1.101.36", subnet: "privSubnet" },
          pub1: { ip: "10.1.1.169", public: "18.206.223.222", subnet: "pub" }
        }
      },
      {
        prefixLists: [{ id: "pl-s3", cidrs: ["52.216.0.0/15"] }],
        gatewayEndpoints: [{ id: "vpce", vpc: "vpc", prefixList: "pl-s3" }]
      }
    )
    const https = (from: string, address: string, protocol: "tcp" | "udp" = "tcp"): Branch =>
      ask(topology, { from, to: { _tag: "Address", address }, protocol, port: 443 })
    test("aws-39: without any other way out", () => {
      const branch = https("priv", "52.216.237.77")
      expect(endOf(branch)).toBe("ok")
      expect(branch.reached).toBe("vpce")
    })
    test("aws-40: nothing else is reached by it", () => {
      expect(https("priv", "54.222.57.1").forward.end).toMatchObject({ at: "privSubnet", code: "NO_ROUTE_TO_DESTINATION" })
    })
    test("aws-75: its route is more specific than the default one", () => {
      expect(https("pub1", "52.216.237.77").reached).toBe("vpce")
      expect(https("pub1", "54.222.57.1").reached).toBe("internet")
    })
    test("it carries TCP only", () => {
      expect(https("priv", "52.216.237.77", "udp").forward.end).toMatchObject({ at: "vpce", code: "VPCE_GATEWAY_PROTOCOL_RESTRICTION" })
    })
  })

  test("aws-42: an interface endpoint is reached by the local route, from another subnet too", () => {
    const topology = topologyOf(
      {
        vpc: ["10.1.0.0/16"],
        subnets: { one: { cidr: "10.1.1.0/24" }, two: { cidr: "10.1.101.0/24" } },
        enis: { client: { ip: "10.1.1.88", subnet: "one" } }
      },
      {
        interfaceEndpoints: [
          { id: "vpce", vpc: "vpc", service: "sts", interfaces: [{ subnet: "two", address: "10.1.101.97" }], securityGroups: ["open"] }
        ]
      }
    )
    const branch = ask(topology, { from: "client", to: { _tag: "Address", address: "10.1.101.97" }, protocol: "tcp", port: 443 })
    expect(endOf(branch)).toBe("ok")
    expect(branch.reached).toBe("vpce/two")
  })

  test("aws-43: a VPC's CIDR is told to a site whole, and where no subnet is, the VPC drops", () => {
    const topology = topologyOf(
      { vpc: ["10.0.0.0/16"], vgw: "vgw", subnets: { one: { cidr: "10.0.1.0/24" } }, enis: { server: { ip: "10.0.1.5", subnet: "one" } } },
      {
        sites: [{ id: "onprem", prefixes: ["172.16.0.0/16"] }],
        siteConnections: [{ id: "vpn", kind: "vpn-bgp", gateway: "vgw", site: "onprem", tunnels: 1 }]
      }
    )
    const branch = ask(topology, { from: "onprem", to: { _tag: "Address", address: "10.0.2.1" }, protocol: "tcp", port: 80 })
    expect(endOf(branch)).toBe("drop at vpc")
  })

  test("aws-83: a peering is not used to go on to the internet", () => {
    const topology = topologyOf({
      ...twoVpcs,
      peerings: { pcx: ["A", "B"] },
      rts: { A: [{ dst: "0.0.0.0/0", to: "pcx" }], B: [{ dst: "10.1.0.0/16", to: "pcx" }] }
    })
    const branch = ask(topology, { from: "one", to: { _tag: "Address", address: "8.8.8.8" }, protocol: "tcp", port: 443 })
    expect(branch.forward.end).toMatchObject({ fate: "drop", code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" })
  })

  describe("aws-84: a middlebox between two subnets", () => {
    const base = topologyOf({
      vpc: ["10.0.0.0/16"],
      subnets: {
        a: { cidr: "10.0.1.0/24", rt: "ta" },
        m: { cidr: "10.0.9.0/24", rt: "tm" },
        b: { cidr: "10.0.2.0/24", rt: "tb" }
      },
      rts: { ta: [{ dst: "10.0.2.0/24", to: "box" }], tm: [], tb: [{ dst: "10.0.1.0/24", to: "box" }] },
      sgs: { sgA: { in: [], out: ["all 0.0.0.0/0"] }, sgB: { in: ["tcp 80 sgA"], out: ["all 0.0.0.0/0"] } },
      enis: {
        one: { ip: "10.0.1.10", subnet: "a", sg: ["sgA"] },
        box: { ip: "10.0.9.5", subnet: "m" },
        two: { ip: "10.0.2.10", subnet: "b", sg: ["sgB"] }
      }
    })
    const through = (checked: boolean, peer: string): Branch =>
      ask(
        {
          ...base,
          instances: base.instances.map((instance) => (instance.id === "box" ? { ...instance, sourceDestCheck: checked } : instance)),
          securityGroups: base.securityGroups.map((each) =>
            each.id === "sgB" ? { ...each, ingress: each.ingress.map((rule) => ({ ...rule, peer })) } : each
          )
        },
        { from: "one", to: { _tag: "Address", address: "10.0.2.10" }, protocol: "tcp", port: 80 }
      )
    test("takes the sender's group away", () => {
      expect(through(false, "sgA").forward.end).toMatchObject({ fate: "deny", at: "two", code: "SG_REFERENCES_NOT_PRESERVED" })
    })
    test("passes what is admitted by address, there and back", () => {
      expect(endOf(through(false, "10.0.1.0/24"))).toBe("ok")
    })
    test("drops everything while its source/destination check is on", () => {
      expect(through(true, "10.0.1.0/24").forward.end).toMatchObject({ at: "box", code: "ENI_SOURCE_DEST_CHECK_RESTRICTION" })
    })
  })
})

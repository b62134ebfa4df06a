/** Parts of a network that the shop does not have, each read from an answer: what becomes of it, and what is said of it. */
import { afterAll, describe, expect, test } from "vitest"
import { notesOf, openFolders, replacing, writing } from "./folders.ts"

const folders = openFolders()
afterAll(folders.remove)

const about = (notes: ReadonlyArray<string>, file: string) =>
  notes.flatMap((note) => (note.includes(`${file}:`) ? [note.replace(`${file}: `, "")] : []))

const transit = {
  "describe-transit-gateways.json": writing({
    TransitGateways: [
      { TransitGatewayId: "tgw-0", State: "available", OwnerId: "111122223333", Options: { SecurityGroupReferencingSupport: "enable" } }
    ]
  }),
  "describe-transit-gateway-attachments.json": writing({
    TransitGatewayAttachments: [
      {
        TransitGatewayAttachmentId: "tgw-attach-0b",
        TransitGatewayId: "tgw-0",
        ResourceType: "vpc",
        ResourceId: "vpc-0b1",
        ResourceOwnerId: "111122223333",
        State: "available",
        Association: { TransitGatewayRouteTableId: "tgw-rtb-0", State: "associated" }
      },
      {
        TransitGatewayAttachmentId: "tgw-attach-0p",
        TransitGatewayId: "tgw-0",
        ResourceType: "peering",
        ResourceId: "tgw-9",
        State: "available"
      },
      {
        TransitGatewayAttachmentId: "tgw-attach-0v",
        TransitGatewayId: "tgw-0",
        ResourceType: "vpn",
        ResourceId: "vpn-0t",
        State: "available",
        Association: { TransitGatewayRouteTableId: "tgw-rtb-0", State: "associated" }
      }
    ]
  }),
  "describe-transit-gateway-vpc-attachments.json": writing({
    TransitGatewayVpcAttachments: [{ TransitGatewayAttachmentId: "tgw-attach-0b", SubnetIds: ["subnet-0dat"] }]
  }),
  "describe-transit-gateway-route-tables.json": writing({
    TransitGatewayRouteTables: [{ TransitGatewayRouteTableId: "tgw-rtb-0", TransitGatewayId: "tgw-0" }]
  }),
  "search-transit-gateway-routes-tgw-rtb-0.json": writing({
    Routes: [
      {
        DestinationCidrBlock: "10.8.0.0/16",
        TransitGatewayAttachments: [{ TransitGatewayAttachmentId: "tgw-attach-0b" }],
        Type: "propagated",
        State: "active"
      },
      {
        DestinationCidrBlock: "172.16.0.0/12",
        TransitGatewayAttachments: [{ TransitGatewayAttachmentId: "tgw-attach-0v" }],
        Type: "propagated",
        State: "active"
      },
      {
        DestinationCidrBlock: "10.50.0.0/16",
        TransitGatewayAttachments: [{ TransitGatewayAttachmentId: "tgw-attach-0p" }],
        Type: "static",
        State: "active"
      },
      { DestinationCidrBlock: "10.8.9.0/24", Type: "static", State: "blackhole" }
    ],
    AdditionalRoutesAvailable: false
  }),
  "describe-vpn-connections.json": writing({
    VpnConnections: [
      {
        VpnConnectionId: "vpn-0t",
        State: "available",
        CustomerGatewayId: "cgw-0",
        TransitGatewayId: "tgw-0",
        VgwTelemetry: [{ Status: "UP" }, { Status: "DOWN" }]
      },
      {
        VpnConnectionId: "vpn-0s",
        State: "available",
        CustomerGatewayId: "cgw-1",
        VpnGatewayId: "vgw-0",
        Options: { StaticRoutesOnly: true },
        Routes: [{ DestinationCidrBlock: "192.168.0.0/16", State: "available" }]
      },
      { VpnConnectionId: "vpn-0x", State: "deleted", CustomerGatewayId: "cgw-1", VpnGatewayId: "vgw-0" }
    ]
  }),
  "describe-vpn-gateways.json": writing({
    VpnGateways: [{ VpnGatewayId: "vgw-0", State: "available", VpcAttachments: [{ VpcId: "vpc-0b1", State: "attached" }] }]
  })
}

describe("transit gateways, VPNs and sites", () => {
  test("stand as their answers have them; what leads out of the folder is a blackhole", () => {
    const { topology, ...aws } = folders.imported(transit)
    expect(topology.transitGateways).toEqual([
      {
        id: "tgw-0",
        referencesGroups: true,
        routeTables: [
          {
            id: "tgw-rtb-0",
            routes: [
              { destination: "10.50.0.0/16", target: "blackhole" },
              { destination: "10.8.9.0/24", target: "blackhole" }
            ]
          }
        ],
        attachments: [
          {
            id: "tgw-attach-0b",
            leadsTo: { _tag: "Vpc", vpc: "vpc-0b1", subnets: ["subnet-0dat"] },
            routeTable: "tgw-rtb-0",
            propagatesTo: ["tgw-rtb-0"]
          },
          {
            id: "tgw-attach-0v",
            leadsTo: { _tag: "Connection", connection: "vpn-0t" },
            routeTable: "tgw-rtb-0",
            propagatesTo: ["tgw-rtb-0"]
          }
        ]
      }
    ])
    expect(topology.vpnGateways).toEqual([{ id: "vgw-0", vpc: "vpc-0b1" }])
    expect(topology.sites).toEqual([
      { id: "cgw-0", prefixes: ["172.16.0.0/12"] },
      { id: "cgw-1", prefixes: ["192.168.0.0/16"] }
    ])
    expect(topology.siteConnections).toEqual([
      { id: "vpn-0s", kind: "vpn-static", gateway: "vgw-0", site: "cgw-1", tunnels: 2 },
      { id: "vpn-0t", kind: "vpn-bgp", gateway: "tgw-0", site: "cgw-0", tunnels: 1 }
    ])
    const notes = notesOf({ topology, ...aws })
    expect(about(notes, "describe-transit-gateway-attachments.json")).toEqual([
      "D026 transit gateway attachments of type peering: tgw-attach-0p"
    ])
    expect(about(notes, "describe-vpn-connections.json")).toEqual([
      "D024 a site's prefixes are those that were learned from it: vpn-0t",
      "D024 no answer says how the tunnels are: two that are up: vpn-0s",
      "D026 VPN connections that are deleted: vpn-0x",
      "D026 tunnels that are down: 1 of vpn-0t"
    ])
  })

  test("of another account are left out, for it alone sees their tables; routes to them stay as blackholes", () => {
    const shared = {
      "describe-transit-gateways.json": writing({
        TransitGateways: [{ TransitGatewayId: "tgw-0", State: "available", OwnerId: "999988887777" }]
      })
    }
    const aws = folders.imported({
      ...shared,
      ...table({ DestinationCidrBlock: "10.0.0.0/8", TransitGatewayId: "tgw-0", State: "active" })
    })
    expect(aws.topology.transitGateways).toEqual([])
    expect(routesOf(aws)).toEqual([{ destination: "10.0.0.0/8", target: "tgw-0", state: "blackhole", propagated: false }])
    expect(notesOf(aws).some((note) => note.endsWith("rtb-0pric: 10.0.0.0/8 → tgw-0 (of account 999988887777)"))).toBe(true)
  })

  test("that end at what is left out are left out themselves", () => {
    const down = (text: string): string => text.replace('"available"', '"deleting"')
    const gone = {
      ...transit,
      "describe-transit-gateways.json": (text: string) => down(transit["describe-transit-gateways.json"](text) ?? "")
    }
    const { topology } = folders.imported(gone)
    expect([topology.transitGateways, topology.siteConnections?.map(({ id }) => id)]).toEqual([[], ["vpn-0s"]])
    const lost = {
      ...transit,
      "describe-vpn-connections.json": (text: string) => down(transit["describe-vpn-connections.json"](text) ?? "")
    }
    expect(folders.imported(lost).topology.transitGateways?.[0]?.attachments.map(({ id }) => id)).toEqual(["tgw-attach-0b"])
  })

  test("need the routes of every table", () => {
    const { "search-transit-gateway-routes-tgw-rtb-0.json": _routes, ...routeless } = transit
    const [diagnostic] = folders.refused(routeless)
    expect(diagnostic?.headline).toBe("dump/describe-transit-gateway-route-tables.json: the routes of tgw-rtb-0 are missing")
    expect(diagnostic?.help).toContain(
      "--transit-gateway-route-table-id tgw-rtb-0 --output json > dump/search-transit-gateway-routes-tgw-rtb-0.json"
    )
    expect(
      folders.refused({ "describe-transit-gateways.json": transit["describe-transit-gateways.json"] }).map(({ headline }) => headline)
    ).toEqual([
      "dump/describe-transit-gateway-attachments.json is missing: tgw-0 is there, and who is attached to it is not",
      "dump/describe-transit-gateway-route-tables.json is missing: tgw-0 is there, and its route tables are not"
    ])
  })
})

const table = (route: object, more: object = {}) => ({
  "describe-route-tables.json": (text: string) => {
    const answer = JSON.parse(text) as {
      readonly RouteTables: ReadonlyArray<{ readonly RouteTableId: string; readonly Routes: ReadonlyArray<object> }>
    }
    return JSON.stringify({
      RouteTables: answer.RouteTables.map((each) =>
        each.RouteTableId === "rtb-0pric" ? { ...each, Routes: [...each.Routes, route], ...more } : each
      )
    })
  }
})
const routesOf = (aws: ReturnType<typeof folders.imported>) =>
  aws.topology.routeTables.find(({ id }) => id === "rtb-0pric")?.routes.slice(2)

describe("routes", () => {
  test.each([
    [
      "learned from a VPN gateway",
      { DestinationCidrBlock: "10.40.0.0/16", GatewayId: "vgw-0", Origin: "EnableVgwRoutePropagation", State: "active" },
      "vgw-0",
      "active",
      true
    ],
    [
      "to an instance, by its interface",
      { DestinationCidrBlock: "10.40.0.0/16", NetworkInterfaceId: "eni-0bas", Origin: "CreateRoute", State: "active" },
      "i-0bas",
      "active",
      false
    ],
    [
      "to a node",
      { DestinationCidrBlock: "10.40.0.0/16", InstanceId: "i-0na", NetworkInterfaceId: "eni-0na", State: "active" },
      "i-0na",
      "blackhole",
      false
    ],
    [
      "to an interface of nobody",
      { DestinationCidrBlock: "10.40.0.0/16", NetworkInterfaceId: "eni-0pre", State: "active" },
      "eni-0pre",
      "blackhole",
      false
    ],
    ["to a local gateway", { DestinationCidrBlock: "10.40.0.0/16", LocalGatewayId: "lgw-0", State: "active" }, "lgw-0", "blackhole", false]
  ])("%s", (_what, route, target, state, propagated) => {
    const aws = folders.imported({ ...transit, ...table(route) })
    expect(routesOf(aws)).toEqual([{ destination: "10.40.0.0/16", target, state, propagated }])
    expect(notesOf(aws).some((note) => note.includes(`rtb-0pric: 10.40.0.0/16 → ${target}`))).toBe(state === "blackhole")
  })

  test("of a gateway's edge, and none of another gateway", () => {
    const aws = folders.imported(
      table(
        {},
        {
          Routes: [],
          Associations: [
            { Main: false, GatewayId: "igw-0a1" },
            { Main: false, GatewayId: "vgw-0" }
          ]
        }
      )
    )
    expect(aws.topology.internetGateways).toEqual([{ id: "igw-0a1", vpc: "vpc-0a1", routeTable: "rtb-0pric" }])
    expect(notesOf(aws).some((note) => note.includes("gateways other than internet gateways: rtb-0pric → vgw-0"))).toBe(true)
  })
})

test("a subnet that has IPv6 alone is left out", () => {
  const aws = folders.imported({ "subnets.json": replacing('"CidrBlock": "10.0.2.0/24",', '"Ipv6Native": true,') })
  expect(aws.topology.subnets.map(({ id }) => id)).not.toContain("subnet-0pubc")
  expect(about(notesOf(aws), "subnets.json")).toEqual(["D026 subnets that have IPv6 alone: subnet-0pubc"])
})

test("a rule or a route by prefix list: its ranges come from either answer", () => {
  const list = (cidr: string) => writing({ Entries: [{ Cidr: cidr, Description: "office" }, { Cidr: "2001:db8::/32" }] })
  const aws = folders.imported({
    "get-managed-prefix-list-entries-pl-0office.json": list("198.51.100.0/24"),
    "get-managed-prefix-list-entries-pl-6da54004.json": list("52.218.0.0/17"),
    ...table({ DestinationPrefixListId: "pl-0office", NatGatewayId: "nat-0a", State: "active" })
  })
  expect(aws.topology.prefixLists).toEqual([
    { id: "pl-0office", cidrs: ["198.51.100.0/24"] },
    { id: "pl-6da54004", cidrs: ["52.218.0.0/17", "3.5.64.0/21"] }
  ])
  expect(routesOf(aws)).toEqual([{ destination: "pl-0office", target: "nat-0a", state: "active", propagated: false }])
  expect(aws.topology.securityGroups.find(({ id }) => id === "sg-0sts")?.egress.map(({ peer }) => peer)).toEqual([
    "52.218.0.0/17",
    "3.5.64.0/21"
  ])
})

describe("gateways and endpoints", () => {
  test("a regional NAT gateway has an address a zone, and its own table", () => {
    const aws = folders.imported({
      "nat-gateways.json": writing({
        NatGateways: [
          {
            NatGatewayId: "nat-0reg",
            VpcId: "vpc-0a1",
            State: "available",
            AvailabilityMode: "regional",
            RouteTableId: "rtb-0main",
            NatGatewayAddresses: [
              { PublicIp: "203.0.113.51", AvailabilityZone: "eu-west-1a" },
              { PublicIp: "203.0.113.52", AvailabilityZone: "eu-west-1b" }
            ]
          },
          {
            NatGatewayId: "nat-0prv",
            VpcId: "vpc-0a1",
            SubnetId: "subnet-0pria",
            State: "pending",
            ConnectivityType: "private",
            NatGatewayAddresses: [{ PrivateIp: "10.0.32.99" }]
          },
          { NatGatewayId: "nat-0bad", VpcId: "vpc-0a1", SubnetId: "subnet-0pria", State: "failed" }
        ]
      })
    })
    expect(aws.topology.regionalNatGateways).toEqual([
      {
        id: "nat-0reg",
        vpc: "vpc-0a1",
        addresses: [
          { zone: "eu-west-1a", publicAddress: "203.0.113.51" },
          { zone: "eu-west-1b", publicAddress: "203.0.113.52" }
        ],
        routes: []
      }
    ])
    expect(aws.topology.natGateways.map(({ id, publicAddress }) => [id, publicAddress])).toContainEqual(["nat-0prv", undefined])
    expect(about(notesOf(aws), "nat-gateways.json")).toEqual([
      "D024 NAT gateways that are pending are taken as available: nat-0prv",
      "D026 NAT gateways that are failed: nat-0bad"
    ])
  })

  test("a public NAT gateway without a public address is a mistake", () => {
    const [diagnostic] = folders.refused({ "describe-nat-gateways.json": replacing('"PublicIp": "203.0.113.22",', "") })
    expect(diagnostic?.headline).toBe(
      "dump/describe-nat-gateways.json: NAT gateway nat-0b has no NatGatewayAddresses[].PublicIp, and is public"
    )
  })

  test("an endpoint of a gateway balancer is left out; Block Public Access and reservations are not", () => {
    const aws = folders.imported({
      "describe-vpc-endpoints.json": replacing('"VpcEndpointType": "Interface"', '"VpcEndpointType": "GatewayLoadBalancer"'),
      "describe-vpcs.json": replacing('"InternetGatewayBlockMode": "off"', '"InternetGatewayBlockMode": "block-ingress"'),
      "get-subnet-cidr-reservations.json": writing({
        SubnetIpv4CidrReservations: [
          {
            SubnetCidrReservationId: "scr-0",
            SubnetId: "subnet-0pria",
            Cidr: "10.0.33.0/24",
            ReservationType: "prefix",
            OwnerId: "111122223333"
          }
        ]
      })
    })
    expect(aws.topology.interfaceEndpoints).toEqual([])
    expect(about(notesOf(aws), "describe-vpc-endpoints.json")).toEqual(["D026 endpoints of type GatewayLoadBalancer: vpce-0sts"])
    expect(aws.topology.vpcs[0]?.blockPublicAccess).toBe("ingress")
    expect(aws.topology.subnets[1]?.reservations).toEqual([{ cidr: "10.0.33.0/24", type: "prefix" }])
    // Its interface keeps its address.
    expect(aws.topology.networkInterfaces?.map(({ id }) => id)).toContain("eni-0sts")
  })
})

describe("instances", () => {
  test("that forward, and that a default route leads to, translate", () => {
    const aws = folders.imported({
      ...table({ DestinationCidrBlock: "0.0.0.0/0", InstanceId: "i-0bas", State: "active" }),
      "describe-instances.json": (text) => text.replace(/("PublicIpAddress": "203.0.113.40",[\s\S]*?"SourceDestCheck": )true/, "$1false")
    })
    expect(aws.topology.instances[0]).toMatchObject({ id: "i-0bas", sourceDestCheck: false, translates: true })
  })

  test("that are stopped keep their addresses, and are no hosts", () => {
    const aws = folders.imported({ "describe-instances.json": (text) => text.replace(/"running"(?![\s\S]*"running")/, '"stopped"') })
    expect(aws.topology.instances.map(({ id }) => id)).toEqual(["i-0bas"])
    expect(aws.topology.networkInterfaces).toContainEqual({ id: "eni-0db", subnet: "subnet-0dat", addresses: ["10.8.0.10"] })
    expect(about(notesOf(aws), "describe-instances.json")).toContain(
      "D026 instances that are stopped; their interfaces keep their addresses: i-0db"
    )
  })
})

/** Changes of a topology: what becomes of it, and every refusal with the limit it meets. */
import { describe, expect, test } from "vitest"
import { type AwsChange, changeAws, tellAws } from "../../../../src/model/cloud/aws/change.ts"
import type { AwsTopology } from "../../../../src/model/cloud/aws/topology.ts"

const rule = { protocol: "tcp", fromPort: 443, toPort: 443, peer: "0.0.0.0/0" } as const
const entry = { number: 100, action: "allow", protocol: "all", cidr: "0.0.0.0/0", fromPort: 0, toPort: 65_535 } as const
const route = (destination: string, target = "igw") => ({ destination, target, state: "active", propagated: false }) as const
const start: AwsTopology = {
  _tag: "AwsTopology",
  id: "t",
  region: "r",
  zones: ["a"],
  vpcs: [
    { id: "vpc", cidrs: ["10.0.0.0/16"] },
    { id: "other", cidrs: ["10.1.0.0/16"] }
  ],
  internetGateways: [{ id: "igw", vpc: "vpc" }],
  subnets: [{ id: "s", vpc: "vpc", zone: "a", cidr: "10.0.0.0/24", routeTable: "rt" }],
  routeTables: [
    { id: "rt", vpc: "vpc", main: true, routes: [route("0.0.0.0/0"), { ...route("172.16.0.0/12", "vgw"), propagated: true }] },
    { id: "rt2", vpc: "vpc", main: false, routes: [] },
    { id: "foreign", vpc: "other", main: true, routes: [] }
  ],
  natGateways: [{ id: "nat", subnet: "s", privateAddress: "10.0.0.9", publicAddress: "192.0.2.1" }],
  securityGroups: [{ id: "sg", vpc: "vpc", ingress: [rule], egress: [] }],
  networkAcls: [{ id: "acl", vpc: "vpc", inbound: [entry], outbound: [entry] }],
  instances: []
}
const after = (change: AwsChange, topology = start): AwsTopology => {
  const changed = changeAws(topology, change)
  if ("refused" in changed) throw new Error(changed.refused)
  return changed.topology
}
const refusal = (change: AwsChange, topology = start): string => {
  const changed = changeAws(topology, change)
  return "refused" in changed ? changed.refused : "done"
}
const nat = (more: Partial<Extract<AwsChange, { readonly _tag: "CreateNatGateway" }>> = {}): AwsChange => ({
  _tag: "CreateNatGateway",
  id: "spare",
  subnet: "s",
  privateAddress: "10.0.0.10",
  publicAddress: "192.0.2.2",
  ...more
})

describe("routes", () => {
  test("a static one replaces the one to its destination, and leaves a propagated one", () => {
    const { routes } = after({ _tag: "SetRoute", table: "rt", destination: "0.0.0.0/0", target: "nat" }).routeTables[0] ?? { routes: [] }
    expect(routes.map(({ destination, target }) => `${destination} ${target}`)).toEqual(["172.16.0.0/12 vgw", "0.0.0.0/0 nat"])
  })

  test("a propagated one cannot be deleted by hand", () => {
    expect(refusal({ _tag: "DeleteRoute", table: "rt", destination: "172.16.0.0/12" })).toBe("rt has no static route to 172.16.0.0/12")
  })

  test("the 51st static route of a table is refused, the 50th is not; a raised quota counts", () => {
    const many = (count: number): AwsTopology => ({
      ...start,
      routeTables: [{ id: "rt", vpc: "vpc", main: true, routes: Array.from({ length: count }, (_, index) => route(`10.9.${index}.0/24`)) }]
    })
    const one: AwsChange = { _tag: "SetRoute", table: "rt", destination: "10.8.0.0/24", target: "igw" }
    expect(refusal(one, many(49))).toBe("done")
    expect(refusal(one, many(50))).toBe("RouteLimitExceeded: rt has 50 routes, the quota is 50 a table")
    expect(refusal(one, { ...many(50), quotas: { routesPerTable: 1_000 } })).toBe("done")
  })

  test("a subnet takes a table of its own VPC only", () => {
    expect(after({ _tag: "AssociateRouteTable", subnet: "s", table: "rt2" }).subnets[0]?.routeTable).toBe("rt2")
    expect(refusal({ _tag: "AssociateRouteTable", subnet: "s", table: "foreign" })).toBe("foreign is of other, s of vpc")
  })
})

describe("NAT gateways", () => {
  test("come with an address of their own", () => {
    expect(after(nat()).natGateways.map(({ id }) => id)).toEqual(["nat", "spare"])
  })

  test.each([
    [{ id: "nat" }, 'there is a NAT gateway "nat" already'],
    [{ subnet: "nowhere" }, 'there is no subnet "nowhere"'],
    [{ publicAddress: "192.0.2.1" }, "Resource.AlreadyAssociated: 192.0.2.1 is nat's"]
  ] as const)("%o: %s", (more, why) => {
    expect(refusal(nat(more))).toBe(why)
  })

  test("the sixth elastic address of a region is refused, a private gateway is not", () => {
    const five = {
      ...start,
      natGateways: [1, 2, 3, 4, 5].map((nth) => ({
        id: `n${nth}`,
        subnet: "s",
        privateAddress: `10.0.0.${nth}0`,
        publicAddress: `192.0.2.${nth}0`
      }))
    }
    expect(refusal(nat(), five)).toBe("AddressLimitExceeded: 5 elastic addresses are held, the quota is 5 a region")
    const { publicAddress: _none, ...isPrivate } = nat() as Extract<AwsChange, { readonly _tag: "CreateNatGateway" }>
    expect(refusal(isPrivate, five)).toBe("done")
  })

  test("leave the routes to them where they are", () => {
    const { natGateways, routeTables } = after({ _tag: "DeleteNatGateway", id: "nat" })
    expect([natGateways, routeTables]).toEqual([[], start.routeTables])
  })
})

describe("filters", () => {
  test("an ACL's entry takes the place of the one with its number", () => {
    const acls = after({ _tag: "SetAclEntry", acl: "acl", direction: "inbound", entry: { ...entry, action: "deny" } }).networkAcls
    expect(acls[0]?.inbound.map(({ number, action }) => `${number} ${action}`)).toEqual(["100 deny"])
    expect(acls[0]?.outbound).toEqual([entry])
  })

  test.each([
    [{ _tag: "AuthorizeRule", group: "sg", direction: "ingress", rule }, "InvalidPermission.Duplicate: sg has this rule"],
    [{ _tag: "RevokeRule", group: "sg", direction: "egress", rule }, "InvalidPermission.NotFound: sg has no such rule"],
    [{ _tag: "DeleteAclEntry", acl: "acl", direction: "inbound", number: 7 }, "acl has no inbound rule 7"],
    [{ _tag: "BlockPublicAccess", vpc: "nowhere", mode: "ingress" }, 'there is no VPC "nowhere"'],
    [{ _tag: "DetachInternetGateway", id: "nowhere" }, 'there is no internet gateway "nowhere"'],
    [{ _tag: "DeletePeering", id: "nowhere" }, 'there is no peering "nowhere"']
  ] as const)("%o: %s", (change, why) => {
    expect(refusal(change)).toBe(why)
  })

  test("Block Public Access comes and goes without a trace", () => {
    const blocked = after({ _tag: "BlockPublicAccess", vpc: "vpc", mode: "bidirectional" })
    expect(blocked.vpcs[0]?.blockPublicAccess).toBe("bidirectional")
    expect(after({ _tag: "BlockPublicAccess", vpc: "vpc", mode: "off" }, blocked)).toEqual(start)
  })
})

test("every change is told in half a sentence", () => {
  expect(tellAws({ _tag: "RevokeRule", group: "sg", direction: "ingress", rule })).toBe("ingress tcp 443 from 0.0.0.0/0 revoked")
  expect(tellAws({ _tag: "AssociateNetworkAcl", subnet: "s", acl: "acl" })).toBe("network ACL acl")
  expect(tellAws({ _tag: "DeleteNatGateway", id: "nat" })).toBe("NAT gateway deleted: routes to it are blackholes")
})

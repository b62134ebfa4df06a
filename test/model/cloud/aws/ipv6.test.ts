/** IPv6 at AWS: no translation, an internet gateway both ways, an egress-only one outward, and families that stay apart. */
import { describe, expect, test } from "vitest"
import type { AwsTopology } from "../../../../src/model/cloud/aws/topology.ts"
import type { Branch } from "../../../../src/model/net/verdict.ts"
import { checkTopology } from "../../../../src/scenario/check-topology.ts"
import { ask, endOf, hopNames } from "./asking.ts"

const route = (destination: string, target: string) => ({ destination, target, state: "active", propagated: false }) as const
const all = (peer: string) => ({ protocol: "all", fromPort: 0, toPort: 65_535, peer }) as const
const web = (peer: string) => ({ protocol: "tcp", fromPort: 443, toPort: 443, peer }) as const
const listening = [{ protocol: "tcp", port: 443 }] as const

const dual: AwsTopology = {
  _tag: "AwsTopology",
  id: "dual",
  region: "r",
  zones: ["a"],
  vpcs: [{ id: "vpc", cidrs: ["10.0.0.0/16"], ipv6Cidrs: ["2600:1f18:1::/56"] }],
  internetGateways: [{ id: "igw", vpc: "vpc" }],
  egressOnlyGateways: [{ id: "eigw", vpc: "vpc" }],
  subnets: [
    { id: "public", vpc: "vpc", zone: "a", cidr: "10.0.0.0/24", ipv6Cidr: "2600:1f18:1::/64", routeTable: "out" },
    { id: "private", vpc: "vpc", zone: "a", cidr: "10.0.1.0/24", ipv6Cidr: "2600:1f18:1:1::/64", routeTable: "inner" }
  ],
  routeTables: [
    { id: "out", vpc: "vpc", main: true, routes: [route("0.0.0.0/0", "igw"), route("::/0", "igw")] },
    { id: "inner", vpc: "vpc", main: false, routes: [route("0.0.0.0/0", "nat"), route("::/0", "eigw")] }
  ],
  natGateways: [{ id: "nat", subnet: "public", privateAddress: "10.0.0.9", publicAddress: "192.0.2.9" }],
  securityGroups: [
    { id: "open", vpc: "vpc", ingress: [web("::/0"), web("0.0.0.0/0")], egress: [all("::/0"), all("0.0.0.0/0")] },
    { id: "four", vpc: "vpc", ingress: [web("0.0.0.0/0")], egress: [all("0.0.0.0/0")] }
  ],
  networkAcls: [],
  instances: [
    {
      id: "web",
      subnet: "public",
      address: "10.0.0.10",
      ipv6Address: "2600:1f18:1::10",
      securityGroups: ["open"],
      sourceDestCheck: true,
      listening
    },
    {
      id: "app",
      subnet: "private",
      address: "10.0.1.10",
      ipv6Address: "2600:1f18:1:1::10",
      securityGroups: ["open"],
      sourceDestCheck: true,
      listening
    },
    {
      id: "old",
      subnet: "public",
      address: "10.0.0.11",
      ipv6Address: "2600:1f18:1::11",
      securityGroups: ["four"],
      sourceDestCheck: true,
      listening
    }
  ]
}
const far = "2001:db8:9::1"
const flow = (topology: AwsTopology, from: string, address: string): Branch =>
  ask(topology, { from, to: { _tag: "Address", address }, protocol: "tcp", port: 443 })
const translations = ({ forward }: Branch) => forward.hops.flatMap(({ steps }) => steps).filter(({ _tag }) => _tag === "Translated")

describe("by the internet gateway", () => {
  test("out as it is, and back", () => {
    const branch = flow(dual, "web", far)
    expect(endOf(branch)).toBe("ok")
    expect(hopNames(branch)).toEqual(["web", "public", "vpc", "igw", "internet"])
    expect(translations(branch)).toEqual([])
    expect(branch.forward.flow.source).toBe("2600:1f18:1::10")
  })

  test("in from anywhere, where a rule for IPv6 admits it", () => {
    expect(endOf(flow(dual, "internet", "2600:1f18:1::10"))).toBe("ok")
    expect(endOf(flow(dual, "internet", "2600:1f18:1::11"))).toBe("deny at old")
  })

  test("not with a local address", () => {
    const local = {
      ...dual,
      vpcs: [{ id: "vpc", cidrs: ["10.0.0.0/16"], ipv6Cidrs: ["fd00:1::/56"] }],
      subnets: [{ ...dual.subnets[0], ipv6Cidr: "fd00:1::/64" } as AwsTopology["subnets"][number], ...dual.subnets.slice(1)],
      instances: [{ ...dual.instances[0], ipv6Address: "fd00:1::10" } as AwsTopology["instances"][number]]
    }
    expect(endOf(flow(local, "web", far))).toBe("drop at igw")
  })
})

describe("by the egress-only gateway", () => {
  test("out, and the reply comes back", () => {
    const branch = flow(dual, "app", far)
    expect(endOf(branch)).toBe("ok")
    expect(hopNames(branch)).toEqual(["app", "private", "vpc", "eigw", "internet"])
    expect(translations(branch)).toEqual([])
  })

  test("nothing comes in unasked", () => {
    expect(endOf(flow(dual, "internet", "2600:1f18:1:1::10"))).toBe("deny at eigw")
  })

  test("Block Public Access stops it in both directions only when both are blocked", () => {
    const blocked = (mode: "ingress" | "bidirectional"): AwsTopology => ({
      ...dual,
      vpcs: [{ id: "vpc", cidrs: ["10.0.0.0/16"], ipv6Cidrs: ["2600:1f18:1::/56"], blockPublicAccess: mode }]
    })
    expect(endOf(flow(blocked("ingress"), "app", far))).toBe("ok")
    expect(endOf(flow(blocked("bidirectional"), "app", far))).toBe("deny at eigw")
  })
})

describe("inside the VPC", () => {
  test("the families go by routes of their own", () => {
    expect(endOf(flow(dual, "web", "2600:1f18:1:1::10"))).toBe("ok")
    expect(endOf(flow(dual, "app", "198.51.100.1"))).toBe("ok")
    expect(translations(flow(dual, "app", "198.51.100.1")).length).toBeGreaterThan(0)
  })
})

describe("mistakes", () => {
  const headlines = (change: Partial<AwsTopology>) => checkTopology({ ...dual, ...change }, undefined).map(({ headline }) => headline)
  const withSubnet = (ipv6Cidr: string): Partial<AwsTopology> => ({
    subnets: [{ ...dual.subnets[0], ipv6Cidr } as AwsTopology["subnets"][number], ...dual.subnets.slice(1)],
    instances: []
  })

  test("a topology that stands up has none", () => {
    expect(headlines({})).toEqual([])
  })

  test.each<readonly [Partial<AwsTopology>, string]>([
    [withSubnet("2600:1f18:2::/64"), "subnet public 2600:1f18:2::/64 lies outside its VPC"],
    [withSubnet("2600:1f18:1::/65"), "subnet public: /65 is no length of a subnet"],
    [withSubnet("2600:1f18:1::5/64"), 'subnet public: "2600:1f18:1::5/64" is no IPv6 range'],
    [{ egressOnlyGateways: [{ id: "eigw", vpc: "vcp" }] }, 'egress-only gateway eigw: unknown VPC "vcp"'],
    [
      { routeTables: dual.routeTables.map((table) => ({ ...table, routes: [route("0.0.0.0/0", "eigw")] })) },
      "route table out: 0.0.0.0/0 → eigw"
    ],
    [{ routeTables: dual.routeTables.map((table) => ({ ...table, routes: [route("::/0", "nat")] })) }, "route table out: ::/0 → nat"],
    [
      { instances: [{ ...dual.instances[0], ipv6Address: "2600:1f18:1:1::10" } as AwsTopology["instances"][number]] },
      "instance web: 2600:1f18:1:1::10 is not of public"
    ]
  ])("%#: %s", (change, headline) => {
    expect(headlines(change)).toContain(headline)
  })
})

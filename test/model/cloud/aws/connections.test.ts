/** Connections over time: what was open before a change of the network lives on, or does not. Cases aws-86 and aws-87 among them. */
import { describe, expect, test } from "vitest"
import { compileAws } from "../../../../src/model/cloud/aws/compile.ts"
import type { AwsTopology } from "../../../../src/model/cloud/aws/topology.ts"
import { carryConnection, openConnections } from "../../../../src/model/net/connection.ts"
import type { Fabric, Question } from "../../../../src/model/net/fabric.ts"
import { putPart, removeComponent, setCondition, startListening } from "../../../../src/model/net/fabric-change.ts"
import { fabricOf } from "./asking.ts"

const anywhere = "0.0.0.0/0"
const everything = { protocol: "all", fromPort: 0, toPort: 65_535, peer: anywhere } as const
const ssh = (peer: string) => ({ protocol: "tcp", fromPort: 22, toPort: 22, peer }) as const
const admit = { action: "allow", protocol: "all", cidr: anywhere, fromPort: 0, toPort: 65_535 } as const
const route = (target: string) => ({ destination: anywhere, target, state: "active", propagated: false }) as const

const web: AwsTopology = {
  _tag: "AwsTopology",
  id: "t",
  region: "r",
  zones: ["a"],
  vpcs: [{ id: "vpc", cidrs: ["10.0.0.0/16"] }],
  internetGateways: [{ id: "igw", vpc: "vpc" }],
  subnets: [
    { id: "public", vpc: "vpc", zone: "a", cidr: "10.0.0.0/24", routeTable: "rt", networkAcl: "acl" },
    { id: "private", vpc: "vpc", zone: "a", cidr: "10.0.1.0/24", routeTable: "inner" }
  ],
  routeTables: [
    { id: "rt", vpc: "vpc", main: true, routes: [route("igw")] },
    { id: "inner", vpc: "vpc", main: false, routes: [route("nat")] }
  ],
  natGateways: [{ id: "nat", subnet: "public", privateAddress: "10.0.0.9", publicAddress: "192.0.2.9" }],
  securityGroups: [
    { id: "sg", vpc: "vpc", ingress: [ssh(anywhere)], egress: [everything] },
    { id: "inside", vpc: "vpc", ingress: [], egress: [everything] }
  ],
  networkAcls: [{ id: "acl", vpc: "vpc", inbound: [{ number: 100, ...admit }], outbound: [{ number: 100, ...admit }] }],
  instances: [
    {
      id: "web",
      subnet: "public",
      address: "10.0.0.10",
      publicAddress: "192.0.2.1",
      securityGroups: ["sg"],
      sourceDestCheck: true,
      listening: [{ protocol: "tcp", port: 22 }]
    },
    { id: "app", subnet: "private", address: "10.0.1.10", securityGroups: ["inside"], sourceDestCheck: true, listening: [] }
  ]
}
const toWeb: Question = {
  from: "internet",
  source: "203.0.113.7",
  to: { _tag: "Address", address: "192.0.2.1" },
  protocol: "tcp",
  port: 22
}
const outward: Question = { from: "app", to: { _tag: "Address", address: "198.51.100.1" }, protocol: "tcp", port: 443 }

/** The network as it becomes, part by part. */
const become = (fabric: Fabric, topology: AwsTopology): void => {
  for (const part of compileAws(topology).parts) putPart(fabric, part)
}
const ruled = (ingress: AwsTopology["securityGroups"][number]["ingress"], egress = [everything] as ReadonlyArray<typeof everything>) => ({
  ...web,
  securityGroups: [{ id: "sg", vpc: "vpc", ingress, egress }, ...web.securityGroups.slice(1)]
})

/** What becomes of a connection that was open before, and of a new one, once something has happened. */
const fates = (before: AwsTopology, question: Question, happens: (fabric: Fabric) => void): { existing: string; fresh: string } => {
  const fabric = fabricOf(before)
  const { connections, refused } = openConnections(fabric, question)
  expect(refused).toEqual([])
  expect(connections).toHaveLength(1)
  const [connection] = connections
  if (connection === undefined) throw new Error("nothing was opened")
  expect(carryConnection(fabric, connection).failure).toBeUndefined()
  happens(fabric)
  const { failure } = carryConnection(fabric, connection)
  const after = openConnections(fabric, question)
  const word = (lost: { readonly fails: string; readonly reason: string } | undefined): string =>
    lost === undefined ? "kept" : `${lost.reason} ${lost.fails}`
  return { existing: word(failure), fresh: after.refused.length === 0 ? "opened" : word(after.refused[0]?.failure) }
}

describe("security groups", () => {
  test("aws-86: a rule open to anywhere, and everything let out, is not tracked: taking it away cuts at once", () => {
    expect(fates(web, toWeb, (fabric) => become(fabric, ruled([])))).toEqual({
      existing: "DeniedByFilter timeout",
      fresh: "DeniedByFilter timeout"
    })
  })

  test("aws-87: a rule that names its source is tracked: what was open stays open when it is narrowed", () => {
    expect(fates(ruled([ssh("203.0.113.0/24")]), toWeb, (fabric) => become(fabric, ruled([ssh("203.0.113.128/25")])))).toEqual({
      existing: "kept",
      fresh: "DeniedByFilter timeout"
    })
  })

  test("a rule open to anywhere is tracked where not everything is let out", () => {
    expect(fates(ruled([ssh(anywhere)], []), toWeb, (fabric) => become(fabric, ruled([], []))).existing).toBe("kept")
  })

  test("whatever passes a NAT gateway is tracked, though its rule is open to anywhere", () => {
    const open = {
      ...web,
      securityGroups: [...web.securityGroups.slice(0, 1), { id: "inside", vpc: "vpc", ingress: [everything], egress: [everything] }]
    }
    const closed = { ...web, securityGroups: [...web.securityGroups.slice(0, 1), { id: "inside", vpc: "vpc", ingress: [], egress: [] }] }
    expect(fates(open, outward, (fabric) => become(fabric, closed))).toEqual({ existing: "kept", fresh: "DeniedByFilter timeout" })
  })
})

describe("what has no memory, and what loses it", () => {
  test("an ACL that denies cuts at once", () => {
    const denies = { ...web, networkAcls: [{ id: "acl", vpc: "vpc", inbound: [], outbound: [{ number: 100, ...admit }] }] }
    const fate = fates(ruled([ssh("203.0.113.0/24")]), toWeb, (fabric) => become(fabric, denies))
    expect(fate.existing).toBe("DeniedByFilter timeout")
  })

  test("a NAT gateway that was silent for a while still knows it; another one in its place does not, and resets", () => {
    const silent = (fabric: Fabric): void => setCondition(fabric, "nat", "silent")
    expect(fates(web, outward, silent)).toEqual({ existing: "ComponentSilent timeout", fresh: "ComponentSilent timeout" })
    const again = (fabric: Fabric): void => {
      silent(fabric)
      setCondition(fabric, "nat", "up")
    }
    expect(fates(web, outward, again)).toEqual({ existing: "kept", fresh: "opened" })
    const anew = (fabric: Fabric): void => {
      removeComponent(fabric, "nat")
      become(fabric, web)
    }
    expect(fates(web, outward, anew)).toEqual({ existing: "SessionUnknown reset", fresh: "opened" })
  })

  test("a route by another gateway resets it: that one never heard of it", () => {
    const two = {
      ...web,
      natGateways: [...web.natGateways, { id: "spare", subnet: "public", privateAddress: "10.0.0.8", publicAddress: "192.0.2.8" }]
    }
    const moved = {
      ...two,
      routeTables: web.routeTables.map((table) => (table.id === "inner" ? { ...table, routes: [route("spare")] } : table))
    }
    expect(fates(two, outward, (fabric) => become(fabric, moved))).toEqual({ existing: "SessionUnknown reset", fresh: "opened" })
  })

  test("a process that began anew knows none of the connections of the one before", () => {
    const restarts = (fabric: Fabric): void => startListening(fabric, "web", [{ protocol: "tcp", port: 22 }])
    expect(fates(web, toWeb, restarts)).toEqual({ existing: "SessionUnknown reset", fresh: "opened" })
  })
})

test("a connection keeps to the ports that a stateless filter let it have", () => {
  const some = { ...admit, protocol: "tcp", fromPort: 32_768, toPort: 45_000 } as const
  const half = {
    ...web,
    networkAcls: [{ id: "acl", vpc: "vpc", inbound: [{ number: 100, ...admit }], outbound: [{ number: 100, ...some }] }]
  }
  const fabric = fabricOf(half)
  const { connections, refused } = openConnections(fabric, toWeb)
  expect(refused).toHaveLength(1)
  expect(connections).toHaveLength(1)
  for (const connection of connections) expect(carryConnection(fabric, connection).failure).toBeUndefined()
})

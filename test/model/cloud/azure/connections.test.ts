/** Connections that are kept while the network changes: what remembers, and what is asked again. */
import { expect, test } from "vitest"
import { compileAzure } from "../../../../src/model/cloud/azure/compile.ts"
import type { AzureTopology } from "../../../../src/model/cloud/azure/topology.ts"
import { carryConnection, openConnections } from "../../../../src/model/net/connection.ts"
import type { Question } from "../../../../src/model/net/fabric.ts"
import { putPart, setCondition, setOpenConnections } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import { fabricOf, instance, nat, route, rule, small, subnet, table, to, via } from "./asking.ts"

const ssh: Question = to("10.0.0.5", 22)
const guarded = (...rules: ReadonlyArray<ReturnType<typeof rule>>): AzureTopology =>
  small({
    subnets: [subnet("sub", "10.0.0.0/24", { securityGroup: "nsg" })],
    securityGroups: [{ id: "nsg", rules }],
    instances: [instance("vm", "10.0.0.4"), instance("other", "10.0.0.5", { listening: [{ protocol: "tcp", port: 22 }] })]
  })
const allowed = rule("ssh", 100, { protocol: "Tcp", destinationPorts: ["22"] })
const denied = rule("rest", 200, { access: "Deny" })

/** Opened on one topology, carried on another. */
const kept = (before: AzureTopology, after: AzureTopology, question: Question): ReadonlyArray<string> => {
  const fabric = fabricOf(before)
  const { connections } = openConnections(fabric, question)
  for (const part of compileAzure(after).parts) if (part._tag !== "Component") putPart(fabric, part)
  return connections.map((connection) => {
    const { failure } = carryConnection(fabric, connection)
    return failure === undefined ? "lives" : failure.reason
  })
}

test("az-35: a connection outlives the rule that let it in; a new one is denied", () => {
  expect(kept(guarded(allowed, denied), guarded(denied), ssh)).toEqual(["lives"])
  expect(traceFlow(fabricOf(guarded(denied)), ssh).branches[0]?.forward.end.reason).toBe("DeniedByFilter")
})

test("a route to an address that nobody has cuts what is open", () => {
  const before = small({ subnets: [subnet("sub", "10.0.0.0/24", { defaultOutboundAccess: true })] })
  const after = small({
    subnets: [subnet("sub", "10.0.0.0/24", { defaultOutboundAccess: true, routeTable: "forced" })],
    routeTables: [table("forced", route("0.0.0.0/0", via("10.0.0.99")))]
  })
  expect(kept(before, after, to("8.8.8.8", 443))).toEqual(["NeighbourUnreachable"])
})

test("all of a NAT gateway's senders draw on the same ports toward a destination; its zone takes all of them along", () => {
  const topology = small({
    subnets: [subnet("sub", "10.0.0.0/24", { natGateway: "nat" })],
    natGateways: [nat({ zone: "westeurope-1" })]
  })
  const fabric = fabricOf(topology)
  const ends = (from: string, address = "198.51.100.7"): string | undefined =>
    traceFlow(fabric, to(address, 443, { from })).branches[0]?.forward.end.reason
  setOpenConnections(fabric, "nat", "vm", "198.51.100.7:tcp:443", 64_511)
  expect(ends("other")).toBeUndefined()
  setOpenConnections(fabric, "nat", "vm", "198.51.100.7:tcp:443", 64_512)
  expect([ends("other"), ends("other", "198.51.100.8")]).toEqual(["PortsExhausted", undefined])
  setCondition(fabric, "nat", "silent")
  expect(ends("other", "198.51.100.8")).toBe("ComponentSilent")
})

/** Pods of an overlay: a routing domain of their own over the network, which only the cluster's machines and pods know. */
import { describe, expect, test } from "vitest"
import { compileAzure } from "../../../../src/model/cloud/azure/compile.ts"
import type { AzureTopology } from "../../../../src/model/cloud/azure/topology.ts"
import { putPart } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import { endOf, fabricOf, network, route, rule, small, subnet, table, to, via } from "./asking.ts"

const overlay = "10.244.0.0/16"
const overlaid = (parts: Partial<AzureTopology> = {}): AzureTopology =>
  small({
    networks: [{ ...network("vnet", "10.0.0.0/16"), overlays: [overlay] }],
    subnets: [subnet("sub", "10.0.0.0/24"), subnet("more", "10.0.1.0/24")],
    ...parts
  })

/** Two nodes in two subnets with a pod each, beside the instances. */
const asked = (topology: AzureTopology, from: string, address: string): string => {
  const fabric = fabricOf(topology)
  const cloud = compileAzure(topology)
  const shared = { groups: [], listening: [{ protocol: "tcp" as const, port: 80 }], overlays: [overlay] }
  const places = [
    ["a", "sub", "10.0.0.10", "10.244.0.5"],
    ["b", "more", "10.0.1.10", "10.244.1.5"]
  ] as const
  for (const [name, place, node, pod] of places) {
    const host = { id: `node-${name}`, kind: "host", place, address: node, origin: { resource: name }, ownToward: [overlay] } as const
    const guest = { id: `pod-${name}`, kind: "pod", place, address: pod, home: host.id, origin: { resource: name } } as const
    for (const part of [...cloud.attach({ ...host, ...shared, masquerades: true }), ...cloud.attach({ ...guest, ...shared })])
      putPart(fabric, part)
  }
  const [branch] = traceFlow(fabric, to(address, 80, { from })).branches
  return branch === undefined ? "nothing" : endOf(branch)
}

describe("an overlay", () => {
  test("pods of two subnets reach each other, whatever the owner's routes say", () => {
    expect(asked(overlaid(), "pod-a", "10.244.1.5")).toBe("ok")
    const routed = table("out", route("0.0.0.0/0", via("10.0.0.99")))
    expect(
      asked(
        overlaid({ subnets: [subnet("sub", "10.0.0.0/24", { routeTable: "out" }), subnet("more", "10.0.1.0/24")], routeTables: [routed] }),
        "pod-a",
        "10.244.1.5"
      )
    ).toBe("ok")
  })

  test("nodes reach pods of others; other machines of the same subnet do not", () => {
    expect(asked(overlaid(), "node-a", "10.244.1.5")).toBe("ok")
    expect(asked(overlaid(), "vm", "10.244.1.5")).not.toBe("ok")
  })

  test("pods reach machines of the network, with their node's address", () => {
    expect(asked(overlaid(), "pod-a", "10.0.0.4")).toBe("ok")
  })

  test("security groups hold for pods: a rule for their range is asked", () => {
    const securityGroups = [{ id: "nsg", rules: [rule("no pods", 200, { access: "Deny", sources: [overlay], destinations: [overlay] })] }]
    const subnets = [subnet("sub", "10.0.0.0/24"), subnet("more", "10.0.1.0/24", { securityGroup: "nsg" })]
    expect(asked(overlaid({ subnets, securityGroups }), "pod-a", "10.244.1.5")).toContain("DeniedByFilter")
    expect(asked(overlaid({ subnets, securityGroups: [{ id: "nsg", rules: [] }] }), "pod-a", "10.244.1.5")).toBe("ok")
  })
})

/** Rules with floating addresses: a member sees the packet as it came, and filters do too. */
import { describe, expect, test } from "vitest"
import type { AzureTopology } from "../../../../src/model/cloud/azure/topology.ts"
import { ask, endOf, instance, rule, small, subnet, to } from "./asking.ts"

const front = "203.0.113.80"
const balanced = (floating: boolean, loopbacks: ReadonlyArray<string>, destinationPort: string): AzureTopology =>
  small({
    subnets: [subnet("sub", "10.0.0.0/24", { securityGroup: "nsg" })],
    securityGroups: [
      { id: "nsg", rules: [rule("in", 200, { sources: ["Internet"], destinations: ["*"], destinationPorts: [destinationPort] })] }
    ],
    instances: [
      instance("web", "10.0.0.4", {
        loopbacks,
        listening: [
          { protocol: "tcp", port: 80 },
          { protocol: "tcp", port: 8080 }
        ]
      })
    ],
    loadBalancers: [
      {
        id: "lb",
        network: "vnet",
        frontEnds: [{ id: "front", address: front }],
        pools: [{ id: "pool", members: ["web"] }],
        rules: [{ id: "http", frontEnd: "front", pool: "pool", protocol: "tcp", port: 80, backendPort: 8080, floating }],
        outboundRules: []
      }
    ]
  })
const asked = (...given: Parameters<typeof balanced>): string => endOf(ask(balanced(...given), to(front, 80, { from: "internet" })))

describe("a floating rule", () => {
  test("filters see the front end's port, not the member's", () => {
    expect(asked(true, [front], "80")).toBe("ok")
    expect(asked(true, [front], "8080")).toContain("DeniedByFilter")
    expect(asked(false, [], "8080")).toBe("ok")
    expect(asked(false, [], "80")).toContain("DeniedByFilter")
  })

  test("a member that does not have the address drops what is for it", () => {
    expect(asked(true, [], "80")).not.toBe("ok")
  })
})

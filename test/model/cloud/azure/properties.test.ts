/** What holds of routes, rules and ports whatever an owner writes. */
import fc from "fast-check"
import { expect, test } from "vitest"
import { effectiveRoutes } from "../../../../src/model/cloud/azure/routes.ts"
import type { AzureTopology } from "../../../../src/model/cloud/azure/topology.ts"
import { formatAddress, isIn } from "../../../../src/model/net/ip.ts"
import { portsHeld, portsOfPool } from "../../../../src/model/net/port-pool.ts"
import { ask, endOf, fabricOf, instance, route, routeOf, rule, small, subnet, table, to, type UserRoute, via } from "./asking.ts"

const prefix = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([length, number]) => `${formatAddress(number - (number % 2 ** (32 - length)))}/${length}`)
const nextHop: fc.Arbitrary<UserRoute["nextHop"]> = fc.constantFrom(
  { _tag: "None" as const },
  { _tag: "Internet" as const },
  { _tag: "VnetLocal" as const },
  via("10.0.0.5"),
  via("10.0.0.99")
)
const routes = fc.uniqueArray(fc.tuple(prefix, nextHop), { maxLength: 8, selector: ([destination]) => destination })
const address = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(formatAddress)

const withRoutes = (written: ReadonlyArray<readonly [string, UserRoute["nextHop"]]>): AzureTopology =>
  small({
    subnets: [subnet("sub", "10.0.0.0/24", { routeTable: "table" })],
    routeTables: [table("table", ...written.map(([destination, hop]) => route(destination, hop)))]
  })

test("of every range exactly one route is Active", () => {
  fc.assert(
    fc.property(routes, (written) => {
      const topology = withRoutes(written)
      const shown = effectiveRoutes(topology, topology.subnets[0]!)
      for (const { prefix: range } of shown)
        expect(shown.filter((each) => each.prefix === range && each.state === "Active")).toHaveLength(1)
    })
  )
})

test("a further route changes only what lies inside it", () => {
  fc.assert(
    fc.property(routes, prefix, nextHop, address, (written, range, hop, destination) => {
      // A default route also takes away the ranges that are dropped.
      fc.pre(range !== "0.0.0.0/0" && !isIn(destination, range) && !written.some(([known]) => known === range))
      const [before, after] = [withRoutes(written), withRoutes([...written, [range, hop]])].map((topology) =>
        routeOf(ask(topology, to(destination)))
      )
      expect(after).toBe(before)
    })
  )
})

const anyRule = fc
  .record({
    priority: fc.integer({ min: 101, max: 4_096 }),
    access: fc.constantFrom("Allow" as const, "Deny" as const),
    direction: fc.constantFrom("Inbound" as const, "Outbound" as const),
    protocol: fc.constantFrom("Tcp" as const, "Udp" as const, "*" as const),
    source: fc.constantFrom("*", "VirtualNetwork", "Internet", "10.0.0.4", "10.0.0.0/30"),
    port: fc.constantFrom("*", "80", "1-79", "80-90")
  })
  .map(({ source, port, priority, ...more }) =>
    rule(`rule-${priority}`, priority, { ...more, sources: [source], destinationPorts: [port] })
  )
const rules = fc.uniqueArray(anyRule, { maxLength: 6, selector: ({ priority }) => priority })

const withRules = (written: ReadonlyArray<ReturnType<typeof rule>>): AzureTopology =>
  small({
    subnets: [subnet("sub", "10.0.0.0/24", { securityGroup: "nsg" })],
    securityGroups: [{ id: "nsg", rules: written }]
  })

test("a rule that allows never closes anything, and whatever is let in is answered", () => {
  fc.assert(
    fc.property(rules, anyRule, fc.constantFrom(22, 80, 85), (written, added, port) => {
      const ends = [withRules(written), withRules([...written, { ...added, id: "added", access: "Allow", priority: 100 }])].map(
        (topology) => endOf(ask(topology, to("10.0.0.5", port)))
      )
      if (!ends[0]!.startsWith("deny")) expect(ends[1]).toBe(ends[0])
      for (const end of ends) expect(end).not.toMatch(/^reply/)
    })
  )
})

test("ports that are handed out never exceed the front ends', and crossing a tier halves everybody's", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 1, max: 3 }), (members, frontEnds) => {
      const fronts = Array.from({ length: frontEnds }, (_, index) => ({ id: `f${index}`, address: `203.0.113.${index + 1}` }))
      const fabric = fabricOf(
        small({
          instances: Array.from({ length: members }, (_, index) => instance(`vm-${index}`, `10.0.0.${index + 4}`, { groups: ["pool"] })),
          loadBalancers: [
            {
              id: "lb",
              network: "vnet",
              frontEnds: fronts,
              pools: [{ id: "pool", members: [] }],
              rules: [],
              outboundRules: [{ id: "out", pool: "pool", frontEnds: fronts.map(({ id }) => id) }]
            }
          ]
        })
      )
      const [pool, holdings] = [fabric.pools.get("lb/out")!, fabric.holdings.get("lb/out")!]
      const held = Array.from({ length: members }, (_, index) => portsHeld(holdings, `vm-${index}`))
      expect(held.reduce((sum, ports) => sum + ports, 0)).toBeLessThanOrEqual(portsOfPool(pool))
      expect(new Set(held)).toEqual(new Set([members <= 50 ? 1_024 : members <= 100 ? 512 : 256]))
    }),
    { numRuns: 30 }
  )
})

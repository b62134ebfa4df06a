/**
 * Route tables as neutral tables. The local route of every CIDR of the VPC is in every table and beats propagated routes even when
 * they are more specific; static routes come before propagated ones; a blackhole keeps its place and drops.
 * Source: VPC guide, How route priority works; Route table concepts.
 */
import type { Route, Table } from "../../net/fabric.ts"
import type { AwsTopology } from "./topology.ts"

type RouteTable = AwsTopology["routeTables"][number]

/** Lower wins among equal prefixes. */
const preference = { local: 0, static: 10, propagated: 20 } as const

const localRoute = (table: RouteTable, cidr: string): Route => ({
  prefix: cidr,
  class: "connected",
  preference: preference.local,
  dismisses: ["learned"],
  target: { _tag: "Connected" },
  origin: { resource: table.id, part: `${cidr} → local` }
})

/** A table of a VPC with these CIDRs. `componentOf` names the component behind a target; an unknown one is a blackhole. */
export const tableOf = (table: RouteTable, cidrs: ReadonlyArray<string>, componentOf: (target: string) => string | undefined): Table => ({
  _tag: "Table",
  id: table.id,
  origin: { resource: table.id },
  routes: [
    ...cidrs.map((cidr) => localRoute(table, cidr)),
    ...table.routes
      .filter(({ target }) => target !== "local")
      .map((route): Route => {
        const component = componentOf(route.target)
        return {
          prefix: route.destination,
          class: route.propagated ? "learned" : "static",
          preference: route.propagated ? preference.propagated : preference.static,
          target: component === undefined ? { _tag: "Discard" } : { _tag: "Via", component },
          ...(route.state === "blackhole" || component === undefined ? { blackhole: true } : {}),
          origin: { resource: table.id, part: `${route.destination} → ${route.target}` }
        }
      })
  ],
  otherwise: {
    reason: "NoRoute",
    code: "NO_ROUTE_TO_DESTINATION",
    origin: { resource: table.id, part: "no route matches" },
    fails: "timeout"
  }
})

/** A VPC's main table where the owner wrote none: local routes only. */
export const impliedMain = (vpc: string): RouteTable => ({ id: `${vpc} main`, vpc, main: true, routes: [] })

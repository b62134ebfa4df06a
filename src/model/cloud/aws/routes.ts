/**
 * Route tables as neutral tables. The local route of every CIDR of the VPC is in every table and beats propagated routes even when
 * they are more specific; static routes come before those of prefix lists, and these before propagated ones; a blackhole keeps its
 * place and drops.
 * Source: VPC guide, How route priority works; Route table concepts.
 */
import type { Route, RouteTarget, Table } from "../../net/fabric.ts"
import type { AwsTopology } from "./topology.ts"

type RouteTable = AwsTopology["routeTables"][number]

/** Lower wins among equal prefixes. */
const preference = { local: 0, static: 10, prefixList: 15, propagated: 20 } as const

const localRoute = (table: RouteTable, cidr: string): Route => ({
  prefix: cidr,
  class: "connected",
  preference: preference.local,
  dismisses: ["learned"],
  target: { _tag: "Connected" },
  origin: { resource: table.id, part: `${cidr} → local` }
})

/** What a table needs to know of the topology around it. */
export interface RouteGround {
  /** CIDRs of its VPC. */
  readonly cidrs: ReadonlyArray<string>
  /** The component behind a target; an unknown one is a blackhole. */
  readonly targetOf: (target: string) => RouteTarget | undefined
  /** CIDRs of a prefix list; `undefined` for anything else. */
  readonly listed: (destination: string) => ReadonlyArray<string> | undefined
}

const routesOf = (table: RouteTable, route: RouteTable["routes"][number], { targetOf, listed }: RouteGround): ReadonlyArray<Route> => {
  const cidrs = listed(route.destination)
  const target = targetOf(route.target)
  const byKind = route.propagated ? preference.propagated : cidrs === undefined ? preference.static : preference.prefixList
  return (cidrs ?? [route.destination]).map((prefix) => ({
    prefix,
    class: route.propagated ? "learned" : "static",
    preference: byKind,
    target: target ?? { _tag: "Discard" },
    ...(route.state === "blackhole" || target === undefined ? { blackhole: true } : {}),
    origin: { resource: table.id, part: `${route.destination} → ${route.target}` }
  }))
}

/** A route to a whole CIDR of the VPC with a target of its own replaces the local one. */
export const tableOf = (table: RouteTable, ground: RouteGround): Table => {
  const written = table.routes.filter(({ target }) => target !== "local")
  const isReplaced = (cidr: string): boolean => written.some(({ destination, propagated }) => destination === cidr && !propagated)
  return {
    _tag: "Table",
    id: table.id,
    origin: { resource: table.id },
    routes: [
      ...ground.cidrs.filter((cidr) => !isReplaced(cidr)).map((cidr) => localRoute(table, cidr)),
      ...written.flatMap((route) => routesOf(table, route, ground))
    ],
    otherwise: {
      reason: "NoRoute",
      code: "NO_ROUTE_TO_DESTINATION",
      origin: { resource: table.id, part: "no route matches" },
      fails: "timeout"
    }
  }
}

/** A VPC's main table where the owner wrote none: local routes only. */
export const impliedMain = (vpc: string): RouteTable => ({ id: `${vpc} main`, vpc, main: true, routes: [] })

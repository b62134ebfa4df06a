/**
 * Relays between networks: a packet that comes in by one end goes on by that end's table, into a network, to another relay, or to the
 * ranges that the relay itself stands for (a site, a provider's service). Nothing is transitive unless a table says so.
 * Not modelled: packets in flight while an end changes, multicast.
 */
import { ratio, times } from "../value/ratio.ts"
import type { Component, RelayEnd, Route, Segment, Table } from "./fabric.ts"
import { crossGateway } from "./gateway.ts"
import { home } from "./home.ts"
import { isIn } from "./ip.ts"
import { type Choice, chooseRoute } from "./route.ts"
import { passFilters } from "./stages.ts"
import type { Step } from "./verdict.ts"
import {
  delivered,
  depthMax,
  dropped,
  type Ended,
  obstacleOf,
  plainRefusal,
  readComponent,
  readTable,
  stepAt,
  type Walk,
  type Way,
  withoutIdentity
} from "./walk.ts"

/** What the answer tells of a choice of routes. */
export const routedStep = (table: Table, won: Route, losers: Choice["losers"]): Step => ({
  _tag: "Routed",
  table: table.origin,
  won: won.origin,
  prefix: won.prefix,
  losers: losers.map(({ route, why }) => ({ route: route.origin, prefix: route.prefix, why }))
})

export const endToward = (relay: Component, network: string): RelayEnd | undefined =>
  relay.relay?.ends.find(({ leadsTo }) => leadsTo._tag === "Network" && leadsTo.network === network)

/** From a segment of a network into a relay that one of its routes names. Ends that stand in zones serve only those. */
export const enterRelay = (walk: Walk, way: Way, relay: Component, segment: Segment): ReadonlyArray<Ended> => {
  const end = endToward(relay, segment.network)
  if (end === undefined) return [dropped(way, segment.id, plainRefusal("RouteBlackholed", relay.origin, "BAD_STATE_ROUTE"))]
  if (end.zones !== undefined && segment.zone !== undefined && !end.zones.names.includes(segment.zone))
    return [dropped(way, segment.id, plainRefusal("GateClosed", end.origin, end.zones.code))]
  return crossRelay(walk, stepAt(way, segment.network), relay, end)
}

export const crossRelay = (walk: Walk, way: Way, relay: Component, cameBy: RelayEnd): ReadonlyArray<Ended> => {
  const here = stepAt(way, relay.id)
  const obstacle = obstacleOf(walk, relay)
  if (obstacle !== undefined) return [dropped(here, obstacle.at.id, obstacle.refusal)]
  const { on, ended } = passFilters(walk, here, relay.gate === undefined ? [] : [relay.gate], relay.id, relay.id)
  return [...ended, ...on.flatMap((next) => relayOn(walk, next, relay, cameBy.table))]
}

/** By a table of the relay, or delivered to what it stands for itself. */
export const relayOn = (walk: Walk, way: Way, relay: Component, tableId: string): ReadonlyArray<Ended> => {
  const { destination } = way.packet
  if (relay.prefixes?.some((prefix) => isIn(destination, prefix)))
    return [walk.reply === undefined ? delivered(way, relay.id, "") : home(walk, way, relay, undefined)]
  if (way.depth > depthMax) return [dropped(way, relay.id, plainRefusal("LoopFound", relay.origin))]
  const table = readTable(walk, tableId)
  if (table === undefined) return [dropped(way, relay.id, plainRefusal("NoRoute", relay.origin))]
  const choice = chooseRoute(table, destination)
  if (choice.won === undefined) return [dropped(way, relay.id, table.otherwise)]
  const taken = table.spreads === true ? choice.tied : [choice.won]
  const share = ratio(1, taken.length)
  return taken.flatMap((route) => {
    const part = { ...way, share: times(way.share, share) }
    return follow(walk, stepAt(part, relay.id, routedStep(table, route, choice.losers)), relay, route)
  })
}

const follow = (walk: Walk, way: Way, relay: Component, route: Route): ReadonlyArray<Ended> => {
  if (route.blackhole === true) return [dropped(way, relay.id, plainRefusal("RouteBlackholed", route.origin, "BAD_STATE_ROUTE"))]
  const { target } = route
  const end = target._tag === "End" ? relay.relay?.ends.find(({ id }) => id === target.end) : undefined
  if (end === undefined) return [dropped(way, relay.id, plainRefusal("RouteDiscards", route.origin))]
  const on = relay.relay?.keepsIdentity === true ? way : { ...way, packet: withoutIdentity(way.packet) }
  const { leadsTo } = end
  if (leadsTo._tag === "Network") return enterNetwork(walk, on, end, leadsTo)
  if (leadsTo._tag === "NextHop") return toNextHop(walk, stepAt(on, leadsTo.network), leadsTo.component, leadsTo.network)
  const other = readComponent(walk, leadsTo.component)
  const otherEnd = other?.relay?.ends.find(({ id }) => id === leadsTo.end)
  if (other === undefined || otherEnd === undefined) return [dropped(on, relay.id, plainRefusal("NoRoute", end.origin))]
  return crossRelay(walk, on, other, otherEnd)
}

/** From a network to a relay or a gateway of it. */
export const toNextHop = (walk: Walk, way: Way, id: string, network: string): ReadonlyArray<Ended> => {
  const component = readComponent(walk, id)
  if (component?.relay === undefined) return crossGateway(walk, way, id)
  const end = endToward(component, network)
  return end === undefined
    ? [dropped(way, network, plainRefusal("RouteBlackholed", component.origin, "BAD_STATE_ROUTE"))]
    : crossRelay(walk, way, component, end)
}

/** Into a network: by the table that the end names, or by that of the segment where it stands, if it stands in one. */
const enterNetwork = (
  walk: Walk,
  way: Way,
  end: RelayEnd,
  { network, table }: Extract<RelayEnd["leadsTo"], { readonly _tag: "Network" }>
): ReadonlyArray<Ended> => {
  if (table !== undefined) return walk.moves.routeIn(walk, way, table, network)
  const landing = end.landings?.find(({ zone }) => zone === way.zone) ?? end.landings?.[0]
  return landing === undefined
    ? walk.moves.connect(walk, stepAt(way, network), network)
    : walk.moves.land(walk, way, landing.segment, network)
}

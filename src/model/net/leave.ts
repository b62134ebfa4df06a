/**
 * A packet leaves a component: kube-proxy's table of its host first, then neighbours on the same host, then the port's filters,
 * then its segment: on link, or by the segment's table through its edge filters to a connected segment or a gateway.
 */

import { ratio, times } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import { arrive, arriveInSegment } from "./arrive.ts"
import { balanceOut, sessionAt } from "./balance.ts"
import type { Component, Port, Route, RouteTarget, Segment } from "./fabric.ts"
import { crossGateway, crossInternet } from "./gateway.ts"
import { home } from "./home.ts"
import { isIn } from "./ip.ts"
import { choosePolicy } from "./policy-route.ts"
import { enterRelay, relayOn, routedStep, toNextHop } from "./relay.ts"
import { chooseRoute, routeText } from "./route.ts"
import { passFilters } from "./stages.ts"
import {
  belongsTo,
  depthMax,
  dropped,
  type Ended,
  flowOf,
  hasPassed,
  headedFor,
  obstacleOf,
  passed,
  plainRefusal,
  readComponent,
  readOwner,
  readPort,
  readSegment,
  readTable,
  reversed,
  stepAt,
  type Walk,
  type Way,
  withoutIdentity
} from "./walk.ts"

/** From a component by one of its ports. `port` undefined: the internet, which has none. */
export const leave = (walk: Walk, way: Way, component: Component, port: string | undefined): ReadonlyArray<Ended> => {
  const here = stepAt(sentFrom(way, component.zone), component.id)
  const obstacle = obstacleOf(walk, component)
  if (obstacle !== undefined) return [dropped(here, obstacle.at.id, obstacle.refusal)]
  if (way.depth > depthMax) return [dropped(here, component.id, plainRefusal("LoopFound", component.origin))]
  if (component.kind === "internet") return crossInternet(walk, here, component)
  if (component.relay !== undefined) return relayOut(walk, here, component)
  const turned = turnAtHome(walk, here, component)
  if (turned !== undefined && port !== undefined) return leaveBy(walk, turned, component, port)
  const balanced = balanceOut(walk, here, component)
  return [...balanced.ended, ...balanced.on.flatMap((next) => leaveHidden(walk, next, component) ?? leaveBy(walk, next, component, port))]
}

const sentFrom = ({ zone: _before, ...way }: Way, zone: string | undefined): Way => (zone === undefined ? way : { ...way, zone })

/** By its host, with the host's address, where the host hides what lives on it. A reply goes out as it came. */
const leaveHidden = (walk: Walk, way: Way, component: Component): ReadonlyArray<Ended> | undefined => {
  const host = component.home === undefined || walk.reply !== undefined ? undefined : readComponent(walk, component.home)
  const [address] = host === undefined || host.addresses === "any" ? [] : host.addresses
  const { destination } = way.packet
  if (host?.masquerade === undefined || address === undefined || host.masquerade.within.some((prefix) => isIn(destination, prefix)))
    return undefined
  const packet = { ...way.packet, source: address, sourceSets: [] }
  const session = { place: host.id, before: flowOf(way.packet), after: flowOf(packet) }
  const hidden = stepAt({ ...way, packet, sessions: [...way.sessions, session] }, host.id, {
    _tag: "Translated",
    by: host.masquerade.origin,
    field: "source",
    from: way.packet.source,
    to: address
  })
  return leaveBy(walk, hidden, host, walk.fabric.portsOf.get(host.id)?.[0])
}

/** What a relay itself says: a site's own packets, a service's replies. By its own table, or by that of its one end. */
const relayOut = (walk: Walk, way: Way, component: Component): ReadonlyArray<Ended> => {
  const table = component.table ?? component.relay?.ends[0]?.table
  return table === undefined
    ? [dropped(way, component.id, plainRefusal("NoRoute", component.origin))]
    : relayOn(walk, way, component, table)
}

/** A pod's reply passes its host: what kube-proxy there sent to the pod without changing the sender is turned back there. */
const turnAtHome = (walk: Walk, way: Way, component: Component): Way | undefined => {
  const session = component.home === undefined ? undefined : sessionAt(walk, component.home, way.packet)
  const host = component.home === undefined ? undefined : readComponent(walk, component.home)
  if (session === undefined || host === undefined || session.before.source !== session.after.source) return undefined
  const packet = { ...way.packet, source: session.before.destination, sourcePorts: session.before.destinationPorts }
  return stepAt({ ...way, packet }, host.id, {
    _tag: "Translated",
    by: host.origin,
    field: "source",
    from: way.packet.source,
    to: packet.source
  })
}

/** As `leave`, when the host's table has been asked already. Identity is the port's own: what it passes on for others has none. */
export const leaveBy = (walk: Walk, way: Way, component: Component, portId: string | undefined): ReadonlyArray<Ended> => {
  const port = portId === undefined ? undefined : readPort(walk, portId)
  if (port === undefined) return [dropped(way, component.id, plainRefusal("NoRoute", component.origin))]
  // What a front end sends is its own, whosever address it bears.
  const isOwn = port.addresses.includes(way.packet.source) || component.kind === "frontEnd"
  const packet = isOwn ? { ...way.packet, sourceSets: port.sets } : withoutIdentity(way.packet)
  const named = { ...way, packet, leftBy: port.id }
  const neighbour = readOwner(walk, headedFor(way), (owner) => sameHost(walk, component, owner))
  if (neighbour !== undefined) {
    const guarded = passFilters(walk, named, port.guardsOut ?? [], component.id, port.id)
    return [...guarded.ended, ...guarded.on.flatMap((next) => arrive(walk, next, neighbour, true))]
  }
  const { on, ended } = passFilters(walk, named, [...(port.guardsOut ?? []), ...port.outward], component.id, port.id)
  return [...ended, ...on.flatMap((next) => leaveSegment(walk, turnDirect(walk, next, component), port))]
}

/** The answer to what a balancer sent here without waiting for it: its host gives it the balancer's address on its way out. */
const turnDirect = (walk: Walk, way: Way, component: Component): Way => {
  // What was handed on as it came is answered as from there already.
  const session = walk.reply?.sessions.findLast(({ direct, after }) => direct === true && belongsTo(way.packet, reversed(after)))
  if (session === undefined || session.before.destination === way.packet.source) return way
  const { destination, destinationPorts } = session.before
  return stepAt({ ...way, packet: { ...way.packet, source: destination, sourcePorts: destinationPorts } }, component.id, {
    _tag: "Translated",
    by: component.origin,
    field: "source",
    from: way.packet.source,
    to: destination
  })
}

const sameHost = (walk: Walk, component: Component, neighbour: Port): boolean => {
  const other = readComponent(walk, neighbour.component)
  // What stands on every host is a neighbour of all; its reply is for who asked.
  if (other?.onEveryHost === true || (component.onEveryHost === true && other?.id === walk.reply?.opener)) return true
  return (
    other !== undefined &&
    (other.home ?? other.id) === (component.home ?? component.id) &&
    walk.fabric.components.get(other.id)?.kind !== "network"
  )
}

const leaveSegment = (walk: Walk, way: Way, port: Port): ReadonlyArray<Ended> => {
  const beyond = port.peer === undefined ? undefined : readComponent(walk, port.peer)
  if (beyond !== undefined) return crossInternet(walk, stepAt(way, beyond.id), beyond)
  const segment = port.segment === undefined ? undefined : readSegment(walk, port.segment)
  if (segment === undefined) return [dropped(way, port.component, plainRefusal("NoRoute", { resource: port.id }))]
  const inSegment = stepAt(way, segment.id)
  const keeper = keeperOf(walk, way)
  if (keeper !== undefined) return returnToKeeper(walk, inSegment, segment, keeper)
  const steered = steer(walk, inSegment, segment, port)
  if (steered !== undefined) return steered
  const isNear = segment.routesNeighbours !== true && segment.prefixes.some((prefix) => isIn(headedFor(way), prefix))
  if (isNear) return arriveInSegment(walk, inSegment, segment)
  const { on, ended } = passFilters(walk, inSegment, segment.edgeOutward, segment.id, `${segment.id} out`)
  return [...ended, ...on.flatMap((next) => routeFrom(walk, next, segment, port.table ?? segment.table, port.sets))]
}

/** Where a policy goes before the routes, and before neighbours. */
const steer = (walk: Walk, way: Way, segment: Segment, port: Port): ReadonlyArray<Ended> | undefined => {
  const table = segment.steers === true ? readTable(walk, port.table ?? segment.table) : undefined
  const policy = table === undefined ? undefined : choosePolicy(table, way.packet, port.sets)
  if (table === undefined || policy === undefined || policy.target._tag === "Table") return undefined
  const { target, origin } = policy
  const routed = stepAt(way, segment.id, { _tag: "Routed", table: table.origin, won: origin, prefix: "policy", losers: [] })
  return target._tag === "Via"
    ? toNextHop(walk, stepAt(routed, segment.network), target.component, segment.network)
    : [dropped(routed, segment.id, plainRefusal("RouteDiscards", origin))]
}

/** A reply to the client of a front end that keeps its clients' addresses: the front end waits for it, not the client. */
const keeperOf = (walk: Walk, way: Way): Component | undefined => {
  if (walk.reply === undefined) return undefined
  const opener = walk.fabric.components.get(walk.reply.opener)
  const { expected } = walk.reply
  const opens = opener?.opensFrom === undefined ? undefined : walk.fabric.ports.get(opener.opensFrom)
  const isOwn = opener?.addresses === "any" || [...(opener?.addresses ?? []), ...(opens?.addresses ?? [])].includes(expected.source)
  const keeps = opener?.kind === "frontEnd" && !isOwn
  return keeps && belongsTo(way.packet, reversed(expected)) ? opener : undefined
}

/** The reply leaves the subnet as one to the client, and needs no route to it. Source: Network Load Balancer guide, client IP preservation. */
const returnToKeeper = (walk: Walk, way: Way, segment: Segment, keeper: Component): ReadonlyArray<Ended> => {
  const isNear = segment.prefixes.some((prefix) => isIn(way.packet.destination, prefix))
  const { on, ended } = passFilters(walk, way, isNear ? [] : segment.edgeOutward, segment.id, `${segment.id} out`)
  return [...ended, ...on.map((next) => home(walk, stepAt(next, keeper.id), keeper, undefined))]
}

/** By a table, from a segment of a network. */
const routeFrom = (walk: Walk, way: Way, segment: Segment, tableId: string, sets: ReadonlyArray<string>): ReadonlyArray<Ended> => {
  const table = readTable(walk, tableId)
  if (table === undefined) return [dropped(way, segment.id, plainRefusal("NoRoute", segment.origin))]
  const { won, tied, losers } = chooseRoute(table, headedFor(way), sets)
  if (won === undefined) return [dropped(way, segment.id, table.otherwise)]
  if (table.spreads !== true || tied.length === 1)
    return followRoute(walk, stepAt(way, segment.id, routedStep(table, won, losers)), segment, won)
  const before = tied.find((route) => hasPassed(walk, way, routePlace(route)))
  const taken = before === undefined ? tied : [before]
  const share = ratio(1, taken.length)
  return taken.flatMap((route) => {
    const part = { ...passed(way, routePlace(route)), share: times(way.share, share) }
    return followRoute(walk, stepAt(part, segment.id, routedStep(table, route, losers)), segment, route)
  })
}

/** One of several equal routes, as what a flow remembers: it takes the same each time. */
const routePlace = (route: Route): string => `route ${routeText(route)}`

const followRoute = (walk: Walk, routed: Way, segment: Segment, won: Route): ReadonlyArray<Ended> => {
  if (won.blackhole === true) {
    const code = walk.fabric.components.get(segment.network)?.codes?.RouteBlackholed ?? "BAD_STATE_ROUTE"
    return [dropped(routed, segment.id, plainRefusal("RouteBlackholed", won.origin, code))]
  }
  const { target } = won
  if (target._tag === "Connected") return connect(walk, stepAt(routed, segment.network), segment.network)
  if (target._tag === "ViaAddress") return viaAddress(walk, routed, segment.network, target.address)
  if (target._tag !== "Via") return [dropped(routed, segment.id, plainRefusal("RouteDiscards", won.origin))]
  const id = componentToward(walk, target, segment.zone)
  const component = readComponent(walk, id)
  return component?.relay === undefined
    ? crossGateway(walk, stepAt(routed, segment.network), id)
    : enterRelay(walk, routed, component, segment)
}

/** A next hop that nobody has takes everything along. A host that is its own next hop would have the address on itself, and has not. */
const viaAddress = (walk: Walk, way: Way, network: string, address: string): ReadonlyArray<Ended> => {
  const inside = stepAt(way, network)
  const owner = readOwner(walk, address, ({ segment }) => segment !== undefined && readSegment(walk, segment)?.network === network)
  const code = walk.fabric.components.get(network)?.codes?.NeighbourUnreachable
  if (owner !== undefined && owner.id === way.leftBy && walk.fabric.components.get(owner.component)?.listeners !== undefined)
    return [dropped(inside, owner.component, plainRefusal("AddressUnowned", { resource: owner.component, part: way.packet.destination }))]
  return owner === undefined
    ? [dropped(inside, network, plainRefusal("NeighbourUnreachable", { resource: network, part: address }, code))]
    : crossGateway(walk, inside, owner.component)
}

/** Whatever stands in the sender's zone, unless it is down and one of another zone is not. */
const componentToward = (
  walk: Walk,
  { component, byZone }: Extract<RouteTarget, { readonly _tag: "Via" }>,
  zone: string | undefined
): string => {
  if (byZone === undefined) return component
  const own = byZone[zone ?? ""] ?? component
  const isUp = (id: string): boolean => readComponent(walk, id)?.condition === "up"
  return isUp(own)
    ? own
    : (Object.keys(byZone)
        .sort(compareText)
        .map((each) => byZone[each] ?? own)
        .find(isUp) ?? own)
}

/** What comes into a network by a relay's end in a segment: by that segment's table, which may lead it on elsewhere. */
export const land = (walk: Walk, way: Way, segmentId: string, network: string): ReadonlyArray<Ended> => {
  const segment = readSegment(walk, segmentId)
  const table = segment === undefined ? undefined : readTable(walk, segment.table)
  const won = table === undefined ? undefined : chooseRoute(table, way.packet.destination).won
  if (segment === undefined || won === undefined || won.target._tag === "Connected") return connect(walk, stepAt(way, network), network)
  return routeFrom(walk, stepAt(stepAt(way, network), segment.id), segment, segment.table, [])
}

/** By a gateway's own table, what comes into a network from outside: to the network itself, or to a machine that looks at it first. */
export const routeIn = (walk: Walk, way: Way, tableId: string, network: string): ReadonlyArray<Ended> => {
  const table = readTable(walk, tableId)
  const choice = table === undefined ? undefined : chooseRoute(table, way.packet.destination)
  if (table === undefined || choice?.won === undefined) return connect(walk, stepAt(way, network), network)
  const routed = stepAt(way, way.at, routedStep(table, choice.won, choice.losers))
  const { target, blackhole, origin } = choice.won
  if (blackhole === true) return [dropped(routed, way.at, plainRefusal("RouteBlackholed", origin, "BAD_STATE_ROUTE"))]
  const inside = stepAt(routed, network)
  return target._tag === "Via" ? toNextHop(walk, inside, target.component, network) : connect(walk, inside, network)
}

/** Ranges that several segments share, beside one of their own each, are wherever their owner stands. */
const segmentToward = (walk: Walk, network: string, destination: string): Segment | undefined => {
  const all = (walk.fabric.segmentsOf.get(network) ?? []).flatMap((id) => walk.fabric.segments.get(id) ?? [])
  const holds = ({ prefixes }: Segment): boolean => prefixes.some((prefix) => isIn(destination, prefix))
  const first = all.find(holds)
  if (first === undefined || first.prefixes.length === 1) return first
  const candidates = all.filter(holds)
  const owner =
    candidates.length === 1 ? undefined : readOwner(walk, destination, ({ segment }) => candidates.some(({ id }) => id === segment))
  return candidates.find(({ id }) => id === owner?.segment) ?? first
}

/** Inside a network: to the segment that holds the destination, through its edge. */
export const connect = (walk: Walk, way: Way, network: string): ReadonlyArray<Ended> => {
  const component = readComponent(walk, network)
  const segment = segmentToward(walk, network, headedFor(way))
  if (segment === undefined) {
    return [
      dropped(
        way,
        network,
        plainRefusal(
          "AddressUnowned",
          component?.origin ?? { resource: network },
          component?.codes?.AddressUnowned ?? "UNKNOWN_DESTINATION"
        )
      )
    ]
  }
  readSegment(walk, segment.id)
  const { on, ended } = passFilters(walk, stepAt(way, segment.id), segment.edgeInward, segment.id, `${segment.id} in`)
  return [...ended, ...on.flatMap((next) => arriveInSegment(walk, next, segment))]
}

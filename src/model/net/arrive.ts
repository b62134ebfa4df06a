/**
 * A packet arrives: at the owner of its address in a segment, through that port's filters, at a listener; or at a translation or
 * balancer that sends it on.
 */

import { minus, one, times, zero } from "../value/ratio.ts"
import { balanceIn } from "./balance.ts"
import type { Component, Port, Segment } from "./fabric.ts"
import { lossKey } from "./fabric-change.ts"
import { home } from "./home.ts"
import { type Passed, passFilters } from "./stages.ts"
import { translateBack, translateOut } from "./translate.ts"
import {
  delivered,
  dropped,
  type Ended,
  headedFor,
  obstacleOf,
  plainRefusal,
  readComponent,
  readOwner,
  stepAt,
  type Walk,
  type Way
} from "./walk.ts"

/** The member of a segment that owns the destination. */
export const arriveInSegment = (walk: Walk, way: Way, segment: Segment): ReadonlyArray<Ended> => {
  const port = readOwner(walk, headedFor(way), (owner) => owner.segment === segment.id)
  if (port === undefined) {
    return [
      dropped(
        way,
        segment.id,
        plainRefusal(
          "NeighbourUnreachable",
          { resource: segment.origin.resource, part: headedFor(way) },
          walk.fabric.components.get(segment.network)?.codes?.NeighbourUnreachable ?? "NEIGHBOR_UNREACHABLE"
        )
      )
    ]
  }
  return arrive(walk, way, port, false)
}

/** At a port. `isLocal`: from the same host, past the port's filters. */
export const arrive = (walk: Walk, way: Way, port: Port, isLocal: boolean): ReadonlyArray<Ended> => {
  const component = readComponent(walk, port.component)
  if (component === undefined) return [dropped(way, port.component, plainRefusal("AddressUnowned", { resource: port.component }))]
  const crossed = crossZones(walk, way, component)
  return [...crossed.ended, ...crossed.on.flatMap((next) => enter(walk, next, component, port, isLocal))]
}

/** From another zone: a share is lost where the link of either is bad. Packets of what is open already are sent again. */
const crossZones = (walk: Walk, way: Way, { id, zone }: Component): Passed => {
  if (way.zone === undefined || zone === undefined || way.zone === zone || walk.reply !== undefined) return { on: [way], ended: [] }
  walk.touched.add(lossKey)
  const bad = [way.zone, zone].filter((each) => walk.fabric.losses.has(each))
  if (bad.length === 0 || walk.kept !== undefined) return { on: [way], ended: [] }
  const through = bad.reduce((share, each) => times(share, minus(one, walk.fabric.losses.get(each) ?? zero)), one)
  const lost = { ...way, share: times(way.share, minus(one, through)) }
  const refusal = plainRefusal("PacketsLost", { resource: `the link between ${way.zone} and ${zone}` })
  return { on: through.of === 0 ? [] : [{ ...way, share: times(way.share, through) }], ended: [dropped(lost, id, refusal)] }
}

const enter = (walk: Walk, { toward: _there, ...way }: Way, component: Component, port: Port, isLocal: boolean): ReadonlyArray<Ended> => {
  const here = stepAt(way, component.id)
  const obstacle = obstacleOf(walk, component)
  if (obstacle !== undefined) return [dropped(here, obstacle.at.id, obstacle.refusal)]
  const filters = [...(isLocal ? [] : port.inward), ...(port.guardsIn ?? [])]
  const { on, ended } = passFilters(walk, here, filters, component.id, port.id)
  return [
    ...ended,
    ...on.flatMap((next) => (walk.reply === undefined ? receive(walk, next, component, port) : receiveReply(walk, next, component, port)))
  ]
}

/** A host may answer for addresses that none of its ports has. */
const isOnLoopback = ({ kind, addresses }: Component, destination: string): boolean =>
  kind === "host" && addresses !== "any" && addresses.includes(destination)

const receive = (walk: Walk, way: Way, component: Component, port: Port): ReadonlyArray<Ended> => {
  const isOwn = port.addresses.includes(way.packet.destination) || isOnLoopback(component, way.packet.destination)
  if (component.translation !== undefined && !(isOwn && component.kind === "host")) return translateOut(walk, way, component, port)
  const balanced = balanceIn(walk, way, component, port)
  if (balanced !== undefined) return balanced
  if (!isOwn) return passOn(walk, way, component, port)
  const { protocol, destinationPorts } = way.packet
  const listens =
    component.listening === "any" ||
    component.listening.some(
      (open) => open.protocol === protocol && open.port >= destinationPorts.from && open.port <= destinationPorts.to
    ) ||
    (protocol !== "tcp" && protocol !== "udp")
  if (listens) return [delivered(way, component.id, port.id)]
  return [
    dropped(
      way,
      component.id,
      plainRefusal(
        "NoListener",
        { resource: component.origin.resource, part: `${protocol} ${destinationPorts.from}` },
        component.deafCode,
        component.deafCode === undefined ? "refused" : "timeout"
      )
    )
  ]
}

/** A packet for somebody else: a middlebox sends it on by its own segment's table, anybody else drops it. */
const passOn = (walk: Walk, way: Way, component: Component, port: Port): ReadonlyArray<Ended> =>
  component.forwards
    ? walk.moves.leave(walk, { ...way, depth: way.depth + 1 }, component, port.id)
    : [dropped(way, component.id, component.unowned ?? plainRefusal("NotForwarding", component.origin))]

/** A reply is home when it comes as its opener expects it; on the way a component may turn it back as it turned the request. */
const receiveReply = (walk: Walk, way: Way, component: Component, port: Port): ReadonlyArray<Ended> => {
  const turned = translateBack(walk, way, component, port)
  if (turned !== undefined) return turned
  if (component.forwards && !port.addresses.includes(way.packet.destination)) return passOn(walk, way, component, port)
  return [home(walk, way, component, port)]
}

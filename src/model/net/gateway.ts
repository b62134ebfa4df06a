/**
 * Gateways: into a NAT gateway by its port; through an internet gateway, which translates public addresses one to one and admits
 * only what has one; and the internet beyond, which owns every address that nobody here does.
 */
import { arrive } from "./arrive.ts"
import type { Component, Port } from "./fabric.ts"
import { componentKey } from "./fabric-change.ts"
import type { Address } from "./flow.ts"
import { home } from "./home.ts"
import { isPrivate } from "./ip.ts"
import { isV6 } from "./ip6.ts"
import { spreadOver } from "./policy-route.ts"
import { passFilters } from "./stages.ts"
import {
  belongsTo,
  delivered,
  dropped,
  type Ended,
  obstacleOf,
  plainRefusal,
  readComponent,
  readOwner,
  readPort,
  readSegment,
  reversed,
  stepAt,
  type Walk,
  type Way
} from "./walk.ts"

/** Toward a gateway that a route names. */
export const crossGateway = (walk: Walk, way: Way, id: string): ReadonlyArray<Ended> => {
  const gateway = readComponent(walk, id)
  if (gateway === undefined) return [dropped(way, id, plainRefusal("RouteBlackholed", { resource: id }, "BAD_STATE_ROUTE"))]
  if (gateway.exit !== undefined) return walk.moves.leaveByExit(walk, stepAt(way, gateway.id), gateway)
  if (gateway.nextHops !== undefined && !ownsIt(gateway, way)) {
    const { on, ended } = spreadOver(walk, stepAt(way, gateway.id), gateway)
    return [...ended, ...on.flatMap((next) => crossGateway(walk, next.way, next.to))]
  }
  if (gateway.translation?.rule._tag === "Pairs") return goOut(walk, stepAt(way, gateway.id), gateway)
  const port = readPort(walk, walk.fabric.portsOf.get(id)?.[0] ?? "")
  if (port === undefined) return [dropped(way, id, plainRefusal("NotForwarding", gateway.origin))]
  const isSame = readOwner(walk, way.packet.source, (owner) => owner.segment === port.segment) !== undefined
  const segment = port.segment === undefined || isSame ? undefined : readSegment(walk, port.segment)
  const { on, ended } = passFilters(walk, stepAt(way, id), segment?.edgeInward ?? [], id, `${port.segment} in`)
  return [...ended, ...on.flatMap((next) => arrive(walk, next, port, false))]
}

const ownsIt = ({ addresses }: Component, { packet }: Way): boolean => addresses !== "any" && addresses.includes(packet.destination)

/** Out through an internet gateway: the source must have a public address there, the destination must be public. */
const goOut = (walk: Walk, way: Way, gateway: Component): ReadonlyArray<Ended> => {
  const obstacle = obstacleOf(walk, gateway)
  if (obstacle !== undefined) return [dropped(way, gateway.id, obstacle.refusal)]
  if (isV6(way.packet.source)) return goOut6(walk, way, gateway)
  const port = readOwner(walk, way.packet.source, ({ publicVia }) => publicVia === gateway.id)
  if (port?.publicAddress === undefined || port.addresses[0] !== way.packet.source) {
    return [dropped(way, gateway.id, plainRefusal("NoPublicAddress", gateway.origin, "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"))]
  }
  if (isPrivate(way.packet.destination)) {
    return [dropped(way, gateway.id, plainRefusal("GateClosed", gateway.origin, "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"))]
  }
  const { publicAddress } = port
  const { on, ended } = passFilters(walk, way, gateway.gate === undefined ? [] : [gateway.gate], gateway.id, gateway.id)
  return [...ended, ...on.flatMap((next) => goPublic(walk, next, gateway, publicAddress))]
}

/** IPv6 goes as it is: a global address is public, a local one is not. */
const goOut6 = (walk: Walk, way: Way, gateway: Component): ReadonlyArray<Ended> => {
  const { source, destination } = way.packet
  if (isPrivate(source)) return [dropped(way, gateway.id, plainRefusal("NoPublicAddress", gateway.origin))]
  if (isPrivate(destination)) return [dropped(way, gateway.id, plainRefusal("GateClosed", gateway.origin))]
  const internet = readComponent(walk, walk.fabric.internet)
  if (internet === undefined) return [dropped(way, gateway.id, plainRefusal("NoRoute", gateway.origin))]
  const { on, ended } = passFilters(walk, way, gateway.gate === undefined ? [] : [gateway.gate], gateway.id, gateway.id)
  return [...ended, ...on.flatMap((next) => crossInternet(walk, stepAt(withoutIdentity(next), internet.id), internet))]
}

const withoutIdentity = (way: Way): Way => ({ ...way, packet: { ...way.packet, sourceSets: [] } })

/** On to the internet with the sender's own public address. */
export const goPublic = (walk: Walk, way: Way, gateway: Component, publicAddress: Address): ReadonlyArray<Ended> => {
  const translated = stepAt({ ...way, packet: { ...way.packet, source: publicAddress, sourceSets: [] } }, gateway.id, {
    _tag: "Translated",
    by: gateway.origin,
    field: "source",
    from: way.packet.source,
    to: publicAddress
  })
  const internet = readComponent(walk, walk.fabric.internet)
  if (internet === undefined) return [dropped(translated, gateway.id, plainRefusal("NoRoute", gateway.origin))]
  return crossInternet(walk, stepAt(translated, internet.id), internet)
}

/** On the internet: in again where somebody here owns the address, else delivered to whoever is out there. */
export const crossInternet = (walk: Walk, way: Way, internet: Component): ReadonlyArray<Ended> => {
  const obstacle = obstacleOf(walk, internet)
  if (obstacle !== undefined) return [dropped(way, internet.id, obstacle.refusal)]
  const { destination } = way.packet
  const owner = readOwner(walk, destination, ({ publicAddress }) => publicAddress === destination)
  if (owner?.publicVia !== undefined) return comeIn(walk, way, owner, owner.publicVia)
  const owner6 = isV6(destination) ? readOwner(walk, destination, ({ via6 }) => via6 !== undefined) : undefined
  if (owner6?.via6 !== undefined) return comeIn(walk, way, owner6, owner6.via6)
  if (walk.reply !== undefined && walk.reply.opener === internet.id) return [home(walk, way, internet, undefined)]
  const hidden = hiddenBy(walk, way)
  if (hidden !== undefined) return walk.moves.comeBack(walk, way, hidden)
  const wired = readOwner(walk, destination, ({ peer }) => peer === internet.id)
  const shared = wired === undefined ? undefined : readComponent(walk, wired.component)
  if (shared?.exit !== undefined) return walk.moves.comeBack(walk, way, shared)
  if (wired !== undefined) return arrive(walk, way, wired, false)
  const cameFromHere = way.depth <= 1
  if (isPrivate(destination))
    return [dropped(way, internet.id, plainRefusal("NoRoute", internet.origin, internet.codes?.NoRoute ?? "NO_ROUTE_TO_DESTINATION"))]
  if (cameFromHere)
    return [
      dropped(
        way,
        internet.id,
        plainRefusal(
          "AddressUnowned",
          { resource: destination },
          internet.codes?.AddressUnowned ?? "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
        )
      )
    ]
  return [delivered(way, internet.id, "")]
}

/** The exit that gave a request the address its answer goes to, which a front end may take connections on as well. */
const hiddenBy = (walk: Walk, { packet }: Way): Component | undefined => {
  const session = walk.reply?.sessions.findLast(
    ({ place, after }) => walk.fabric.components.get(place)?.exit !== undefined && belongsTo(packet, reversed(after))
  )
  return session === undefined ? undefined : readComponent(walk, session.place)
}

/** In through the gateway that the owner of a public address has it from. */
const comeIn = (walk: Walk, way: Way, owner: Port, gatewayId: string): ReadonlyArray<Ended> => {
  const gateway = readComponent(walk, gatewayId)
  const segment = owner.segment === undefined ? undefined : readSegment(walk, owner.segment)
  const { destination } = way.packet
  const inside = isV6(destination) ? destination : owner.addresses[0]
  if (gateway === undefined || segment === undefined || inside === undefined) {
    return [dropped(way, gatewayId, plainRefusal("AddressUnowned", { resource: destination }, "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"))]
  }
  walk.touched.add(componentKey(segment.network))
  const obstacle = obstacleOf(walk, gateway)
  if (obstacle !== undefined) return [dropped(stepAt(way, gateway.id), gateway.id, obstacle.refusal)]
  const translated =
    inside === destination
      ? stepAt(withoutIdentity(way), gateway.id)
      : stepAt({ ...way, packet: { ...way.packet, destination: inside, sourceSets: [] } }, gateway.id, {
          _tag: "Translated",
          by: gateway.origin,
          field: "destination",
          from: destination,
          to: inside
        })
  const gate = gateway.gateIn === undefined ? [] : [gateway.gateIn]
  const { on, ended } = passFilters(walk, translated, gate, gateway.id, gateway.id)
  return [
    ...ended,
    ...on.flatMap((next) =>
      gateway.table === undefined
        ? walk.moves.connect(walk, stepAt(next, segment.network), segment.network)
        : walk.moves.routeIn(walk, next, gateway.table, segment.network)
    )
  ]
}

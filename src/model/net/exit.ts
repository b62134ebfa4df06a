/**
 * Out of a network by a gateway without a machine, and back in: with the sender's own public address, with a port of a shared one, or
 * past it to a relay; by the first rule that fits. A reply to a shared address comes in by the session that its request has left.
 * Terms: `exit-terms.ts`.
 */
import { sessionAt } from "./balance.ts"
import type { ExitRule } from "./exit-terms.ts"
import type { Component, Port, Refusal } from "./fabric.ts"
import { everybody, poolKey } from "./fabric-change.ts"
import type { Packet } from "./filter.ts"
import { crossInternet, goPublic } from "./gateway.ts"
import { isIn } from "./ip.ts"
import { portsHeld, portsTaken, seenAs } from "./port-pool.ts"
import { crossRelay, endToward } from "./relay.ts"
import { passFilters } from "./stages.ts"
import {
  dropped,
  type Ended,
  flowOf,
  forgotten,
  keptAt,
  obstacleOf,
  plainRefusal,
  readComponent,
  readPort,
  stepAt,
  type Walk,
  type Way
} from "./walk.ts"

/** Toward an exit that a route names. */
export const leaveByExit = (walk: Walk, way: Way, gateway: Component): ReadonlyArray<Ended> => {
  const { exit } = gateway
  const obstacle = obstacleOf(walk, gateway)
  if (obstacle !== undefined) return [dropped(way, gateway.id, obstacle.refusal)]
  const sender = way.leftBy === undefined ? undefined : readPort(walk, way.leftBy)
  if (exit === undefined || sender === undefined) return [dropped(way, gateway.id, plainRefusal("NotForwarding", gateway.origin))]
  if (isTurned(walk, way)) return onTheInternet(walk, way, gateway)
  if (!sender.addresses.includes(way.packet.source)) return [dropped(way, gateway.id, exit.foreign)]
  const isPublic = sender.publicVia === gateway.id && sender.publicAddress !== undefined && sender.addresses[0] === way.packet.source
  const home = readComponent(walk, sender.component)?.home
  const host = home === undefined ? undefined : readPort(walk, walk.fabric.portsOf.get(home)?.[0] ?? "")
  const sets = [...sender.sets, ...(host?.sets ?? [])]
  // An answer to its public address bears it, whichever way its own connections take.
  if (isPublic && walk.reply?.expected.destination === sender.publicAddress && sender.publicAddress !== undefined)
    return goPublic(walk, way, gateway, sender.publicAddress)
  const rule = exit.rules.find((each) => fits(each, way.packet, isPublic, sets))
  if (rule === undefined) return [dropped(way, gateway.id, exit.otherwise)]
  return follow(walk, way, gateway, sender, rule)
}

/** A reply that already bears the address its opener knows. */
const isTurned = ({ reply }: Walk, { packet }: Way): boolean =>
  reply?.sessions.some(
    ({ direct, before }) => direct === true && before.destination === packet.source && before.source === packet.destination
  ) === true

const onTheInternet = (walk: Walk, way: Way, gateway: Component): ReadonlyArray<Ended> => {
  const internet = readComponent(walk, walk.fabric.internet)
  if (internet === undefined) return [dropped(way, gateway.id, plainRefusal("NoRoute", gateway.origin))]
  return crossInternet(walk, stepAt(way, internet.id), internet)
}

const fits = (rule: ExitRule, packet: Packet, isPublic: boolean, sets: ReadonlyArray<string>): boolean =>
  (rule.isPublic === undefined || rule.isPublic === isPublic) &&
  (rule.senders === undefined || rule.senders.some((set) => sets.includes(set))) &&
  (rule.source === undefined || rule.source.some((prefix) => isIn(packet.source, prefix))) &&
  (rule.destination === undefined || rule.destination.some((prefix) => isIn(packet.destination, prefix)))

const follow = (walk: Walk, way: Way, gateway: Component, sender: Port, { action, origin }: ExitRule): ReadonlyArray<Ended> => {
  if (action._tag === "Refuse") return [dropped(way, gateway.id, action.refusal)]
  if (action._tag === "Relay") return enter(walk, way, gateway, action.relay)
  const { on, ended } = passFilters(walk, way, gateway.gate === undefined ? [] : [gateway.gate], gateway.id, gateway.id)
  const { publicAddress } = sender
  const gone = on.flatMap((next) => {
    if (action._tag === "Pool") return hideBehind(walk, next, gateway, sender, action)
    return publicAddress === undefined
      ? [dropped(next, gateway.id, plainRefusal("NoPublicAddress", origin))]
      : goPublic(walk, next, gateway, publicAddress)
  })
  return [...ended, ...gone]
}

const enter = (walk: Walk, way: Way, gateway: Component, id: string): ReadonlyArray<Ended> => {
  const relay = readComponent(walk, id)
  const end = relay === undefined ? undefined : endToward(relay, gateway.exit?.network ?? "")
  if (relay === undefined || end === undefined) return [dropped(way, gateway.id, plainRefusal("NoRoute", { resource: id }))]
  return crossRelay(walk, way, relay, end)
}

/** By the thing that carries the pool, where one does. */
const hideBehind = (
  walk: Walk,
  way: Way,
  gateway: Component,
  sender: Port,
  { pool, through }: Extract<ExitRule["action"], { readonly _tag: "Pool" }>
): ReadonlyArray<Ended> => {
  const carrier = through === undefined ? undefined : readComponent(walk, through)
  if (carrier === undefined) return hide(walk, way, gateway, sender, pool)
  const here = stepAt(way, carrier.id)
  const obstacle = obstacleOf(walk, carrier)
  return obstacle === undefined ? hide(walk, here, gateway, sender, pool) : [dropped(here, carrier.id, obstacle.refusal)]
}

/**
 * Behind a shared address, by the ports that the sender, or its host, holds. A session that is known keeps its port. It is told where
 * the way stands: at the gateway, or at what carries the pool.
 */
const hide = (walk: Walk, way: Way, gateway: Component, sender: Port, poolId: string): ReadonlyArray<Ended> => {
  const [pool, holdings] = [walk.fabric.pools.get(poolId), walk.fabric.holdings.get(poolId)]
  const host = readComponent(walk, sender.component)?.home ?? sender.component
  walk.touched.add(poolKey(poolId, host))
  if (pool?.shared === true) walk.touched.add(poolKey(poolId, everybody))
  if (pool === undefined || holdings === undefined) return [dropped(way, gateway.id, plainRefusal("NoPublicAddress", { resource: poolId }))]
  const { packet } = way
  const kept = keptAt(walk, gateway.id, packet)?.after
  if (walk.kept !== undefined && (kept === undefined || !pool.addresses.includes(kept.source))) return [forgotten(way, gateway)]
  if (packet.protocol === "other" || pool.protocols?.includes(packet.protocol) === false)
    return [dropped(way, gateway.id, plainRefusal("ProtocolNotCarried", pool.origin, pool.codes.protocol))]
  const held = portsHeld(holdings, host)
  const taken = portsTaken(pool, holdings, host, `${packet.destination}:${packet.protocol}:${packet.destinationPorts.from}`)
  const seen = kept === undefined ? seenAs(pool, holdings, host) : { address: kept.source, ports: kept.sourcePorts }
  if (seen === undefined || (kept === undefined && taken >= held))
    return [dropped(way, gateway.id, exhausted(pool.origin.resource, host, taken, held, pool.codes))]
  const after: Packet = { ...packet, source: seen.address, sourcePorts: seen.ports, sourceSets: [] }
  const session = { place: gateway.id, before: flowOf(packet), after: flowOf(after) }
  const translated = stepAt({ ...way, packet: after, sessions: [...way.sessions, session] }, way.at, {
    _tag: "Translated",
    by: pool.origin,
    field: "source",
    from: packet.source,
    to: seen.address
  })
  return onTheInternet(walk, translated, gateway)
}

const exhausted = (resource: string, host: string, taken: number, held: number, codes: { readonly exhausted: string }): Refusal => ({
  reason: "PortsExhausted",
  code: codes.exhausted,
  origin: { resource, part: `${host}: ${taken} of ${held} ports` },
  fails: "timeout"
})

/** From outside to a shared address. */
export const comeBack = (walk: Walk, way: Way, gateway: Component): ReadonlyArray<Ended> => {
  const { exit } = gateway
  const here = stepAt(way, gateway.id)
  const obstacle = obstacleOf(walk, gateway)
  if (obstacle !== undefined) return [dropped(here, gateway.id, obstacle.refusal)]
  const session = sessionAt(walk, gateway.id, way.packet)
  if (exit === undefined || session === undefined)
    return [dropped(here, gateway.id, exit?.unknown ?? plainRefusal("SessionUnknown", gateway.origin))]
  const { before } = session
  const turned = stepAt(
    { ...here, packet: { ...way.packet, destination: before.source, destinationPorts: before.sourcePorts } },
    gateway.id,
    {
      _tag: "Translated",
      by: gateway.origin,
      field: "destination",
      from: way.packet.destination,
      to: before.source
    }
  )
  return walk.moves.connect(walk, stepAt(turned, exit.network), exit.network)
}

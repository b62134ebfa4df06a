/**
 * Source translation at a NAT gateway, and the turning back of replies wherever a packet was rewritten on its way there.
 * Not modelled yet: how many ports are in use over time; a gateway's ports are a term that the trace shows and does not count.
 */
import { sessionAt } from "./balance.ts"
import type { Component, Port, Translation } from "./fabric.ts"
import type { Packet } from "./filter.ts"
import type { Address } from "./flow.ts"
import { home } from "./home.ts"
import { isIn } from "./ip.ts"
import { isV6 } from "./ip6.ts"
import { passFilters } from "./stages.ts"
import { dropped, type Ended, flowOf, forgotten, keptAt, plainRefusal, stepAt, type Walk, type Way } from "./walk.ts"

/** Ports a NAT gateway translates to. Source: AWS VPC guide, NAT gateway basics. */
const gatewayPorts = { from: 1_024, to: 65_535 }

/** A packet at a gateway that hides many sources behind its own address. One that opens nothing the gateway knows is refused. */
export const translateOut = (walk: Walk, way: Way, component: Component, port: Port): ReadonlyArray<Ended> => {
  const { translation } = component
  if (translation === undefined || translation.rule._tag !== "Masquerade")
    return [dropped(way, component.id, plainRefusal("NotForwarding", component.origin))]
  if (port.addresses.includes(way.packet.destination)) return [dropped(way, component.id, translation.unknown)]
  if (way.packet.protocol === "other" || isV6(way.packet.source))
    return [dropped(way, component.id, plainRefusal("ProtocolNotCarried", component.origin, "PROTOCOL_RESTRICTION"))]
  const gates =
    component.gate === undefined ? { on: [way], ended: [] } : passFilters(walk, way, [component.gate], component.id, component.id)
  const { address } = translation.rule
  if (isExcepted(translation, way.packet.destination)) return walk.moves.leave(walk, way, component, port.id)
  return [
    ...gates.ended,
    ...gates.on.flatMap((next) => {
      const kept = keptAt(walk, component.id, next.packet)?.after
      if (walk.kept !== undefined && kept?.source !== address) return [forgotten(next, component)]
      if (walk.kept === undefined && component.exhausted === true)
        return [dropped(next, component.id, plainRefusal("PortsExhausted", translation.origin, "ErrorPortAllocation"))]
      const packet: Packet = { ...next.packet, source: address, sourcePorts: kept?.sourcePorts ?? gatewayPorts, sourceSets: [] }
      const session = { place: component.id, before: flowOf(next.packet), after: flowOf(packet) }
      const stepped = stepAt({ ...next, packet, sessions: [...next.sessions, session] }, component.id, {
        _tag: "Translated",
        by: translation.origin,
        field: "source",
        from: next.packet.source,
        to: address
      })
      return walk.moves.leave(walk, stepped, component, port.id)
    })
  ]
}

/** Who is there sees senders as they are. */
const isExcepted = ({ rule }: Translation, address: Address): boolean =>
  rule._tag === "Masquerade" && rule.except?.some((prefix) => isIn(address, prefix)) === true

/** A reply at a component that rewrote the request: turned back and sent on, or home. `undefined` when it rewrote nothing of it. */
export const translateBack = (walk: Walk, way: Way, component: Component, port: Port): ReadonlyArray<Ended> | undefined => {
  const session = sessionAt(walk, component.id, way.packet)
  if (session === undefined) {
    // A machine that hides others also speaks for itself.
    const isOwn = component.kind === "host" && port.addresses.includes(way.packet.destination)
    return component.translation === undefined || isOwn || isExcepted(component.translation, way.packet.source)
      ? undefined
      : [dropped(way, component.id, component.translation.unknown)]
  }
  const { before } = session
  const packet: Packet = {
    ...way.packet,
    source: before.destination,
    destination: before.source,
    sourcePorts: before.destinationPorts,
    destinationPorts: before.sourcePorts
  }
  const field = packet.source === way.packet.source ? "destination" : "source"
  const turned = stepAt({ ...way, packet }, component.id, {
    _tag: "Translated",
    by: component.origin,
    field,
    from: way.packet[field],
    to: packet[field]
  })
  const own = component.addresses !== "any" && component.addresses.includes(packet.destination)
  return own ? [home(walk, turned, component, port)] : walk.moves.leaveBy(walk, turned, component, port.id)
}

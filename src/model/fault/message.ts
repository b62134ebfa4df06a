/** What came to be of faults. `components`: how many stopped or resumed; 0 means that the fault touched nothing. */
import { Schema } from "effect"

export const ZoneLost = Schema.TaggedStruct("fault/ZoneLost", { zone: Schema.String, components: Schema.Int })
export const ZoneReturned = Schema.TaggedStruct("fault/ZoneReturned", { zone: Schema.String, components: Schema.Int })
/** The zone's link to the others loses a share of the flows that it carries, an exact ratio; `0`: none any more. */
export const ZoneLinkTurned = Schema.TaggedStruct("fault/ZoneLinkTurned", { zone: Schema.String, loss: Schema.String })
export const NodeLost = Schema.TaggedStruct("fault/NodeLost", { node: Schema.String, components: Schema.Int })
export const NodeReturned = Schema.TaggedStruct("fault/NodeReturned", { node: Schema.String, components: Schema.Int })
/** A gateway, a peering or an endpoint that stops carrying traffic while it goes on existing, and its end. */
export const GatewayLost = Schema.TaggedStruct("fault/GatewayLost", { gateway: Schema.String, components: Schema.Int })
export const GatewayReturned = Schema.TaggedStruct("fault/GatewayReturned", { gateway: Schema.String, components: Schema.Int })
/** Ports of a NAT gateway ran out for new connections, or are to be had again. */
export const PortsTurned = Schema.TaggedStruct("fault/PortsTurned", { gateway: Schema.String, exhausted: Schema.Boolean })
/** A node has so many connections open to a destination, `address:protocol:port`; `ports`: those that it has for them. */
export const ConnectionsHeld = Schema.TaggedStruct("fault/ConnectionsHeld", {
  node: Schema.String,
  pool: Schema.String,
  destination: Schema.String,
  count: Schema.Int,
  ports: Schema.Int
})
/** Its ports became fewer than its connections: so many of them are cut. */
export const ConnectionsCut = Schema.TaggedStruct("fault/ConnectionsCut", {
  node: Schema.String,
  pool: Schema.String,
  destination: Schema.String,
  cut: Schema.Int,
  ports: Schema.Int
})
/** The cloud gave notice of taking an instance back. */
export const ReclaimNoticed = Schema.TaggedStruct("fault/ReclaimNoticed", { node: Schema.String, untilMs: Schema.Int })
/** An operator's move that found nothing to act on, with why. */
export const MoveFailed = Schema.TaggedStruct("fault/MoveFailed", { subject: Schema.String, why: Schema.String })

export const faultEvents = [
  ZoneLost,
  ZoneReturned,
  ZoneLinkTurned,
  NodeLost,
  NodeReturned,
  GatewayLost,
  GatewayReturned,
  PortsTurned,
  ConnectionsHeld,
  ConnectionsCut,
  ReclaimNoticed,
  MoveFailed
] as const
export const FaultEvent = Schema.Union(faultEvents)
export type FaultEvent = typeof FaultEvent.Type

/**
 * Connections that a probe keeps: opened when they can be, carried while nothing cuts them, opened anew when their client has given
 * up. A client gives up at once when it is refused or reset, and after a while when it hears nothing.
 */
import { Schema } from "effect"

const Ratio = Schema.Struct({ of: Schema.Int, over: Schema.Int })
const Ports = Schema.Struct({ from: Schema.Int, to: Schema.Int })
const Protocol = Schema.Literals(["tcp", "udp", "icmp", "other"])
const Flow = Schema.Struct({
  protocol: Protocol,
  source: Schema.String,
  destination: Schema.String,
  sourcePorts: Ports,
  destinationPorts: Ports
})
const Question = Schema.Struct({
  from: Schema.String,
  source: Schema.optionalKey(Schema.String),
  sourcePorts: Schema.optionalKey(Ports),
  to: Schema.Union([Schema.TaggedStruct("Address", { address: Schema.String }), Schema.TaggedStruct("Name", { name: Schema.String })]),
  protocol: Protocol,
  port: Schema.Int,
  request: Schema.optionalKey(Schema.Struct({ host: Schema.optionalKey(Schema.String), path: Schema.optionalKey(Schema.String) }))
})

/** `silentSince`: when its packets began to go unanswered. */
export const KeptConnection = Schema.Struct({
  share: Ratio,
  question: Question,
  arrived: Flow,
  reached: Schema.String,
  home: Schema.optionalKey(Schema.String),
  sessions: Schema.Array(Schema.Struct({ place: Schema.String, before: Flow, after: Flow })),
  epochs: Schema.Record(Schema.String, Schema.Int),
  isPart: Schema.optionalKey(Schema.Literal(true)),
  silentSince: Schema.optionalKey(Schema.Int)
})
export type KeptConnection = typeof KeptConnection.Type

/** All connections of a probe from this instant on; `opened` and `closed` count those that came and went now. */
export const ConnectionsTurned = Schema.TaggedStruct("probe/ConnectionsTurned", {
  probe: Schema.String,
  opened: Schema.Int,
  closed: Schema.Int,
  connections: Schema.Array(KeptConnection)
})

export type ConnectionTimer = { readonly _tag: "probe/ConnectionDue"; readonly probe: string }

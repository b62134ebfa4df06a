/** Where a reply comes to rest. */
import type { Component, Port } from "./fabric.ts"
import { belongsTo, delivered, dropped, type Ended, plainRefusal, reversed, type Walk, type Way } from "./walk.ts"

/** At its opener and as expected, or astray. */
export const home = (walk: Walk, way: Way, component: Component, port: Port | undefined): Ended => {
  const { reply } = walk
  const expected = reply !== undefined && component.id === reply.opener && belongsTo(way.packet, reversed(reply.expected))
  return expected
    ? delivered(way, component.id, port?.id ?? "")
    : dropped(way, component.id, plainRefusal("ReplyStrayed", component.origin))
}

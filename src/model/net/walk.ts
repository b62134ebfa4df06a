/**
 * What a walk over the fabric carries: the packet, the share of the flow it stands for, the hops behind it, the sessions it leaves
 * in stateful filters and translations, and the keys of every part it read. Branches are arrays; nothing is decided by chance.
 */

import type { Ratio } from "../value/ratio.ts"
import type { Component, Fabric, Listener, Port, Refusal, Request, Segment, Table } from "./fabric.ts"
import { addressKey, componentKey, listenerKey, portKey, segmentKey, tableKey } from "./fabric-change.ts"
import type { Packet } from "./filter.ts"
import type { Address, Flow } from "./flow.ts"
import type { Origin } from "./origin.ts"
import type { Session } from "./session.ts"
import type { End, Hop, Step } from "./verdict.ts"

export interface Way {
  readonly share: Ratio
  readonly packet: Packet
  /** The component it is at, and how many it has met. */
  readonly at: string
  readonly depth: number
  /** The zone of whoever sent it last, where that stands in one. */
  readonly zone?: string
  /** What happened at each; `undefined` when nobody asked. */
  readonly hops: ReadonlyArray<Hop> | undefined
  readonly sessions: ReadonlyArray<Session>
  /** The port it left a component by, at last. */
  readonly leftBy?: string
  /** Whom it is handed to, where that is not whom it is for: until it arrives there. */
  readonly toward?: string
}

/** The address by which the next one is found. */
export const headedFor = ({ toward, packet }: Way): string => toward ?? packet.destination

/** The beginning of a way. `keepsHops`: remember every step of it. */
export const beginWay = (packet: Packet, share: Ratio, at: string, keepsHops: boolean): Way => ({
  share,
  packet,
  at,
  depth: 0,
  hops: keepsHops ? [] : undefined,
  sessions: []
})

/** A way that has ended. `port`: where it was delivered. */
export interface Ended extends Way {
  readonly end: End
  readonly port?: string
  /** A proxy's own way on to its target, and back, when the delivery was to a proxy. */
  readonly proxied?: ReadonlyArray<{ readonly forward: Ended; readonly reply: Ended; readonly ok: boolean }>
}

/** The moves that lead to one another in a ring; the trace hands them to the walk, so that no file needs one that needs it. */
export interface Moves {
  readonly leave: (walk: Walk, way: Way, component: Component, port: string | undefined) => ReadonlyArray<Ended>
  readonly leaveBy: (walk: Walk, way: Way, component: Component, port: string | undefined) => ReadonlyArray<Ended>
  readonly connect: (walk: Walk, way: Way, network: string) => ReadonlyArray<Ended>
  readonly routeIn: (walk: Walk, way: Way, table: string, network: string) => ReadonlyArray<Ended>
  readonly leaveByExit: (walk: Walk, way: Way, gateway: Component) => ReadonlyArray<Ended>
  readonly comeBack: (walk: Walk, way: Way, gateway: Component) => ReadonlyArray<Ended>
  readonly land: (walk: Walk, way: Way, segment: string, network: string) => ReadonlyArray<Ended>
  readonly walkBack: (walk: Walk, way: Ended, opener: string, opening: Flow) => ReadonlyArray<Ended>
}

/** What all branches of one trace share. `reply` is present while the reply is walked: sessions of the way there, and who waits. */
export interface Walk {
  readonly moves: Moves
  readonly fabric: Fabric
  readonly touched: Set<string>
  readonly reply?: { readonly sessions: ReadonlyArray<Session>; readonly opener: string; readonly expected: Flow }
  /** Sessions of a connection that was opened before: its packets open nothing anew. */
  readonly kept?: ReadonlyArray<Session>
  readonly count: { branches: number }
  /** What the opener asks for, where a balancer looks into it. */
  readonly request?: Request
}

/** Components a packet may meet before the walk calls it a loop. */
export const depthMax = 64
/** Branches one trace may have. Chosen: a service of more endpoints than this needs its own folding. */
export const branchesMax = 65_536

export const flowOf = ({ protocol, source, destination, sourcePorts, destinationPorts }: Packet): Flow => ({
  protocol,
  source,
  destination,
  sourcePorts,
  destinationPorts
})

export const reversed = (flow: Flow): Flow => ({
  protocol: flow.protocol,
  source: flow.destination,
  destination: flow.source,
  sourcePorts: flow.destinationPorts,
  destinationPorts: flow.sourcePorts
})

/** Whether a packet belongs to a flow: same ends and protocol, its ports within the flow's. */
export const belongsTo = (packet: Packet, flow: Flow): boolean =>
  packet.protocol === flow.protocol &&
  packet.source === flow.source &&
  packet.destination === flow.destination &&
  packet.sourcePorts.from >= flow.sourcePorts.from &&
  packet.sourcePorts.to <= flow.sourcePorts.to &&
  packet.destinationPorts.from >= flow.destinationPorts.from &&
  packet.destinationPorts.to <= flow.destinationPorts.to

/** What a place that rewrites packets keeps of this connection. */
export const keptAt = ({ kept, reply }: Walk, place: string, packet: Packet): Session | undefined =>
  reply === undefined ? kept?.find((session) => session.place === place && belongsTo(packet, session.before)) : undefined

/** Whether a flow has passed a place before: on this way, as an older packet of its connection, or as what this one answers. */
export const hasPassed = (walk: Walk, { packet, sessions }: Way, place: string): boolean =>
  keptAt(walk, place, packet) !== undefined ||
  sessions.some((session) => session.place === place && belongsTo(packet, session.after)) ||
  walk.reply?.sessions.some((session) => session.place === place && belongsTo(packet, reversed(session.after))) === true

/** A way that is remembered to have passed a place as it is. */
export const passed = (way: Way, place: string): Way => {
  const flow = flowOf(way.packet)
  return { ...way, sessions: [...way.sessions, { place, before: flow, after: flow }] }
}

/** A packet of a connection that its place does not know any more. */
export const forgotten = (way: Way, component: Component): Ended =>
  dropped(way, component.id, plainRefusal("SessionUnknown", component.origin, undefined, "reset"))

export const readComponent = (walk: Walk, id: string): Component | undefined => {
  walk.touched.add(componentKey(id))
  return walk.fabric.components.get(id)
}

export const readPort = (walk: Walk, id: string): Port | undefined => {
  walk.touched.add(portKey(id))
  return walk.fabric.ports.get(id)
}

export const readSegment = (walk: Walk, id: string): Segment | undefined => {
  walk.touched.add(segmentKey(id))
  return walk.fabric.segments.get(id)
}

export const readTable = (walk: Walk, id: string): Table | undefined => {
  walk.touched.add(tableKey(id))
  return walk.fabric.tables.get(id)
}

/** The ports that own an address; that nobody does is read as well. */
export const readOwners = (walk: Walk, address: Address): ReadonlyArray<Port> => {
  walk.touched.add(addressKey(address))
  return (walk.fabric.owners.get(address) ?? []).flatMap((id) => readPort(walk, id) ?? [])
}

/** The first of them that is meant; of overlapping networks each has its own. */
export const readOwner = (walk: Walk, address: Address, isMeant: (port: Port) => boolean = () => true): Port | undefined =>
  readOwners(walk, address).find(isMeant)

/** A sender whose groups are not known any more. */
export const withoutIdentity = (packet: Packet): Packet =>
  packet.sourceSets.length === 0 ? packet : { ...packet, sourceSets: [], lostSets: packet.sourceSets }

export const readListener = (walk: Walk, table: string, key: string): Listener | undefined => {
  walk.touched.add(listenerKey(table, key))
  return walk.fabric.listenerTables.get(table)?.listeners.get(key)
}

/** A component that stands in the way itself: its own condition, or its home's. */
export const obstacleOf = (walk: Walk, component: Component): { readonly at: Component; readonly refusal: Refusal } | undefined => {
  const home = component.home === undefined ? undefined : readComponent(walk, component.home)
  const at = home !== undefined && home.condition !== "up" ? home : component
  if (at.condition === "up") return undefined
  const silent = at.condition === "silent"
  const part = at.zone === undefined ? {} : { part: at.zone }
  return {
    at,
    refusal: {
      reason: silent ? "ComponentSilent" : "ComponentRefusing",
      origin: { resource: at.origin.resource, ...part },
      fails: silent ? "timeout" : "refused"
    }
  }
}

/** A step taken at a component: on its hop if it is the last one, else on a new hop. */
export const stepAt = (way: Way, component: string, ...steps: ReadonlyArray<Step>): Way => {
  const { hops } = way
  if (hops === undefined) return way.at === component ? way : { ...way, at: component, depth: way.depth + 1 }
  const last = hops.at(-1)
  return last?.component === component
    ? { ...way, hops: [...hops.slice(0, -1), { component, steps: [...last.steps, ...steps] }] }
    : { ...way, at: component, depth: way.depth + 1, hops: [...hops, { component, steps }] }
}

export const dropped = (way: Way, at: string, refusal: Refusal, fate: "drop" | "deny" = "drop"): Ended => {
  const { reason, code, origin, fails } = refusal
  return { ...way, end: { fate, at, reason, origin, fails, ...(code === undefined ? {} : { code }) } }
}

export const delivered = (way: Way, at: string, port: string): Ended => ({ ...way, end: { fate: "delivered", at }, port })

/** A refusal that no rule of the owner's stands behind. */
export const plainRefusal = (reason: Refusal["reason"], origin: Origin, code?: string, fails: Refusal["fails"] = "timeout"): Refusal => ({
  reason,
  origin,
  fails,
  ...(code === undefined ? {} : { code })
})

/**
 * Balancers: kube-proxy on a host, for what its pods and itself send to a Service and for what arrives at a node port; and front
 * ends that end the client's connection and open their own. Every eligible target has its share by weight; an empty listener
 * answers as its owner does.
 */

import { one, ratio, times } from "../value/ratio.ts"
import type { Component, Listener, Port, Refusal, Target } from "./fabric.ts"
import type { Packet } from "./filter.ts"
import type { Flow } from "./flow.ts"
import { isAnswered, ruleFor } from "./listener-rules.ts"
import type { Session } from "./session.ts"
import { stuckTo } from "./session-affinity.ts"
import type { Passed } from "./stages.ts"
import {
  beginWay,
  belongsTo,
  branchesMax,
  delivered,
  dropped,
  type Ended,
  flowOf,
  forgotten,
  keptAt,
  plainRefusal,
  readComponent,
  readListener,
  readPort,
  reversed,
  stepAt,
  type Walk,
  type Way
} from "./walk.ts"

const keyOf = (address: string, packet: Packet): string => `${address}:${packet.protocol}:${packet.destinationPorts.from}`

/** The table a component's own packets go by: its own, or its home's. */
const tableOf = (walk: Walk, component: Component): string | undefined => {
  if (component.kind === "frontEnd") return undefined
  return component.home === undefined ? component.listeners : readComponent(walk, component.home)?.listeners
}

/** The same target as before, whatever the listener has now. */
const asKept = (way: Way, component: Component, session: Session): Way => {
  const { source, destination, sourcePorts, destinationPorts } = session.after
  const packet = { ...way.packet, source, destination, sourcePorts, destinationPorts }
  return stepAt({ ...way, packet, sessions: [...way.sessions, session] }, component.id, {
    _tag: "Translated",
    by: component.origin,
    field: "destination",
    from: way.packet.destination,
    to: destination,
    port: destinationPorts.from
  })
}

/** Where a proxy remembers which of its own connections belongs to which of its clients'. */
const proxyPlace = ({ id }: Component): string => `${id} proxy`

/** What leaves a pod or host for a Service's address is sent to an endpoint. Replies are turned back on arrival, not here. */
export const balanceOut = (walk: Walk, way: Way, component: Component): Passed => {
  const table = tableOf(walk, component)
  if (table === undefined || walk.reply !== undefined) return { on: [way], ended: [] }
  const kept = keptAt(walk, component.id, way.packet)
  if (kept !== undefined) return { on: [asKept(way, component, kept)], ended: [] }
  const listener = readListener(walk, table, keyOf(way.packet.destination, way.packet))
  if (listener === undefined) return { on: [way], ended: [] }
  if (walk.kept !== undefined) return { on: [], ended: [forgotten(way, component)] }
  const host = component.home ?? component.id
  const targets = near(listener, component, host)
  if (targets.length === 0) return { on: [], ended: [dropped(way, component.id, emptyOf(listener))] }
  return { on: branches(walk, way, component, listener, stuckTo(listener, targets, host, way.packet.source)), ended: [] }
}

/** What arrives at a listener of this component; `undefined` when it has none for this port. */
export const balanceIn = (walk: Walk, way: Way, component: Component, port: Port): ReadonlyArray<Ended> | undefined => {
  if (component.listeners === undefined) return undefined
  const kept = keptAt(walk, component.id, way.packet)
  const proxied = keptAt(walk, proxyPlace(component), way.packet)
  const listener =
    readListener(walk, component.listeners, keyOf("self", way.packet)) ??
    readListener(walk, component.listeners, keyOf(way.packet.destination, way.packet))
  if (proxied !== undefined) {
    const spent = listener === undefined ? undefined : spentFor(walk, listener)
    if (spent !== undefined) return [dropped(way, component.id, spent)]
    return [{ ...delivered(way, component.id, port.id), proxied: proxyOn(walk, way, component, port, proxied.after) }]
  }
  if (kept !== undefined) return walk.moves.leave(walk, asKept(way, component, kept), component, openingPort(walk, component, port).id)
  if (listener === undefined) return undefined
  if (walk.kept !== undefined) return [forgotten(way, component)]
  if (listener.rules !== undefined) return balanceRequest(walk, way, component, port, listener)
  return balanceTo(walk, way, component, port, listener)
}

/** What a proxy that reads requests answers on an open connection as well, when it has nobody left to send the next request to. */
const spentFor = (walk: Walk, listener: Listener): Refusal | undefined => {
  const action = listener.rules === undefined ? undefined : ruleFor(listener, walk.request)?.action
  return action?._tag === "Forward" && action.targets.length === 0 ? action.empty : undefined
}

/** A listener that reads requests: by its rules, in their order. */
const balanceRequest = (walk: Walk, way: Way, component: Component, port: Port, listener: Listener): ReadonlyArray<Ended> => {
  const rule = ruleFor(listener, walk.request)
  if (rule === undefined) return [dropped(way, component.id, listener.empty)]
  const { action, origin } = rule
  if (action._tag === "Forward")
    return balanceTo(walk, way, component, port, { ...listener, origin, targets: action.targets, empty: action.empty })
  if (isAnswered(action.status)) return [delivered(way, component.id, port.id)]
  return [dropped(way, component.id, plainRefusal("AnsweredByRule", origin, `HTTP ${action.status}`, "error"))]
}

const balanceTo = (walk: Walk, way: Way, component: Component, port: Port, listener: Listener): ReadonlyArray<Ended> => {
  const nearby = near(listener, component, component.id)
  const targets = listener.sameZoneOnly ? nearby.filter((target) => target.zone === component.zone) : nearby
  if (targets.length === 0) return [dropped(way, component.id, emptyOf(listener))]
  if (listener.proxy) return [{ ...delivered(way, component.id, port.id), proxied: proxy(walk, way, component, port, listener, targets) }]
  const stuck = stuckTo(listener, targets, component.id, way.packet.source)
  const out = openingPort(walk, component, port).id
  return branches(walk, way, component, listener, stuck).flatMap((next) => walk.moves.leave(walk, next, component, out))
}

/** Targets that a sender on this host may be sent to. */
const near = (listener: Listener, sender: Component, host: string): ReadonlyArray<Target> => {
  if (listener.locality === "host") return listener.targets.filter((target) => target.host === host)
  if (listener.locality !== "zone") return listener.targets
  const own = listener.targets.filter((target) => target.zone !== undefined && target.zone === sender.zone)
  return own.length === 0 ? listener.targets : own
}

/** Targets elsewhere only: kube-proxy drops, it does not refuse. Source: kubernetes pkg/proxy, traffic policy Local. */
const emptyOf = (listener: Listener): Refusal =>
  listener.locality === "host" && listener.targets.length > 0
    ? { ...listener.empty, code: "no local endpoints", fails: "timeout" }
    : listener.empty

const countBranches = (walk: Walk, listener: Listener, more: number): void => {
  walk.count.branches += more
  if (walk.count.branches > branchesMax) throw new Error(`trace: more than ${branchesMax} branches at ${listener.origin.resource}`)
}

const weightOf = (targets: ReadonlyArray<Target>): number => targets.reduce((sum, { weight }) => sum + weight, 0)

/** The packet rewritten to each target, with the session that turns its reply back. */
const branches = (walk: Walk, way: Way, component: Component, listener: Listener, targets: ReadonlyArray<Target>): ReadonlyArray<Way> => {
  countBranches(walk, listener, targets.length - 1)
  const weight = weightOf(targets)
  return targets.map((target) => {
    const share = ratio(target.weight, weight)
    const replaced = listener.source === "replaced" && component.addresses !== "any" ? component.addresses[0] : undefined
    const packet: Packet = {
      ...way.packet,
      ...(listener.floating === true ? {} : { destination: target.address, destinationPorts: { from: target.port, to: target.port } }),
      ...(replaced === undefined ? {} : { source: replaced, sourceSets: [] })
    }
    const direct = listener.direct === true ? ({ direct: true } as const) : {}
    const session: Session = { place: component.id, before: flowOf(way.packet), after: flowOf(packet), ...direct }
    const balanced = { _tag: "Balanced", by: listener.origin, target: target.id, share, among: targets.length } as const
    const on = { ...way, packet, share: times(way.share, share), sessions: [...way.sessions, session] }
    return listener.floating === true
      ? stepAt({ ...on, toward: target.address }, component.id, balanced)
      : stepAt(on, component.id, balanced, {
          _tag: "Translated",
          by: listener.origin,
          field: "destination",
          from: way.packet.destination,
          to: target.address,
          port: target.port
        })
  })
}

/**
 * A front end's own connection to each target, there and back. With the client's own address where the listener keeps it: filters and
 * routes of the target then see the client, and the reply comes back by the front end (`leave.ts`).
 */
const proxy = (
  walk: Walk,
  way: Way,
  component: Component,
  port: Port,
  listener: Listener,
  targets: ReadonlyArray<Target>
): NonNullable<Ended["proxied"]> => {
  countBranches(walk, listener, targets.length - 1)
  const opens = openingPort(walk, component, port)
  const own = opens === port ? (component.addresses === "any" ? "" : (component.addresses[0] ?? "")) : (opens.addresses[0] ?? "")
  const source = listener.keepsClient === true ? way.packet.source : own
  const weight = weightOf(targets)
  return targets.flatMap((target) => {
    const share = ratio(target.weight, weight)
    const packet: Packet = {
      protocol: way.packet.protocol,
      source,
      destination: target.address,
      sourcePorts: way.packet.sourcePorts,
      destinationPorts: { from: target.port, to: target.port },
      sourceSets: opens.sets
    }
    const session: Session = { place: proxyPlace(component), before: flowOf(way.packet), after: flowOf(packet) }
    const begun = stepAt({ ...beginWay(packet, share, component.id, way.hops !== undefined), sessions: [session] }, component.id, {
      _tag: "Balanced",
      by: listener.origin,
      target: target.id,
      share,
      among: targets.length
    })
    return carried(walk, begun, component, opens)
  })
}

/** The same connection of its own as before. */
const proxyOn = (walk: Walk, way: Way, component: Component, port: Port, flow: Flow): NonNullable<Ended["proxied"]> => {
  const session: Session = { place: proxyPlace(component), before: flowOf(way.packet), after: flow }
  const opens = openingPort(walk, component, port)
  const begun = beginWay({ ...flow, sourceSets: opens.sets }, one, component.id, way.hops !== undefined)
  return carried(walk, { ...begun, sessions: [session] }, component, opens)
}

/** The port that a front end opens its own connections by, where it was reached on another. */
const openingPort = (walk: Walk, { opensFrom }: Component, reached: Port): Port =>
  (opensFrom === undefined ? undefined : readPort(walk, opensFrom)) ?? reached

/** There and back again between a front end and its target. */
const carried = (walk: Walk, begun: Way, component: Component, port: Port): NonNullable<Ended["proxied"]> =>
  walk.moves.leave(walk, begun, component, port.id).flatMap((forward) => {
    if (forward.end.fate !== "delivered") return [{ forward, reply: { ...forward, share: one }, ok: false }]
    return walk.moves
      .walkBack(walk, forward, component.id, flowOf(begun.packet))
      .map((reply) => ({ forward, reply, ok: reply.end.fate === "delivered" }))
  })

/** The session of this component that a reply belongs to. */
export const sessionAt = (walk: Walk, component: string, packet: Packet): Session | undefined =>
  walk.reply?.sessions.findLast((session) => session.place === component && belongsTo(packet, reversed(session.after)))

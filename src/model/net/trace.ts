/**
 * A flow traced there and back over the fabric: filters, routes, gateways, translations, balancers; then the reply with the
 * sessions that the way there has left. Through names, balancers and kube-proxy the trace branches; shares are exact.
 * Contract and pitfalls: FABRIC in docs/model.md. Not modelled: packet sizes, loss.
 */

import { one, plus, type Ratio, ratio, times, zero } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import { comeBack, leaveByExit } from "./exit.ts"
import type { Component, Fabric, Question } from "./fabric.ts"
import { nameKey } from "./fabric-change.ts"
import type { Packet } from "./filter.ts"
import { type Address, ephemeralPorts, type Flow } from "./flow.ts"
import { isV6 } from "./ip6.ts"
import { connect, land, leave, leaveBy, routeIn } from "./leave.ts"
import type { Session } from "./session.ts"
import { internetClient, internetClient6 } from "./session-affinity.ts"
import type { Branch, End, Hop, Leg, Trace } from "./verdict.ts"
import {
  beginWay,
  dropped,
  type Ended,
  flowOf,
  type Moves,
  plainRefusal,
  readComponent,
  readPort,
  stepAt,
  type Walk,
  type Way
} from "./walk.ts"

/** `kept`: the flow is a connection that was opened before and left these sessions; its packets open nothing anew. */
interface TraceOptions {
  readonly hops: boolean
  readonly kept?: ReadonlyArray<Session>
}

/**
 * Traces one question. Pure: the same fabric gives the same trace. `hops` false leaves out what happened on the way: half the cost,
 * the same ends and shares. Throws when `from` is no component: a defect of the caller.
 */
export const traceFlow = (fabric: Fabric, question: Question, options: TraceOptions = { hops: true }): Trace => {
  const request = question.request === undefined ? {} : { request: question.request }
  const kept = options.kept === undefined ? {} : { kept: options.kept }
  const walk: Walk = { moves, fabric, touched: new Set(), count: { branches: 1 }, ...request, ...kept }
  const from = readComponent(walk, question.from)
  if (from === undefined) throw new Error(`trace: component "${question.from}" is not in the fabric`)
  const port = fabric.portsOf.get(from.id)?.[0]
  const source = question.source ?? ownAddress(from, question)
  if (source === undefined) throw new Error(`trace: component "${question.from}" has no address to speak from`)
  const sourceSets = port === undefined ? [] : (readPort(walk, port)?.sets ?? [])
  const sourcePorts = question.sourcePorts ?? ephemeralPorts
  const opening = {
    protocol: question.protocol,
    source,
    sourcePorts,
    destinationPorts: { from: question.port, to: question.port },
    sourceSets
  }
  const branches: Array<Branch> = []
  for (const { address, share, hop } of destinationsOf(walk, question)) {
    const packet: Packet = { ...opening, destination: address ?? "" }
    const begun = beginWay(packet, share, from.id, options.hops)
    const way: Way = hop === undefined || !options.hops ? begun : { ...begun, hops: [hop] }
    const ended = address === undefined ? [nameless(way, question)] : leave(walk, way, from, port)
    for (const way of ended) branches.push(...answered(walk, way, from.id, packet))
  }
  return {
    branches,
    success: branches.reduce<Ratio>((sum, branch) => (branch.ok ? plus(sum, branch.share) : sum), zero),
    touched: [...walk.touched].sort(compareText)
  }
}

/** Of the family that is asked for. */
const ownAddress = ({ addresses }: Component, { to }: Question): Address | undefined => {
  const wants6 = to._tag === "Address" && isV6(to.address)
  if (addresses === "any") return wants6 ? internetClient6 : internetClient
  return addresses.find((address) => isV6(address) === wants6) ?? addresses[0]
}

interface Destination {
  readonly address: Address | undefined
  readonly share: Ratio
  readonly hop?: Hop
}

/** A client that holds several answers uses each as often as the others. */
const destinationsOf = (walk: Walk, question: Question): ReadonlyArray<Destination> => {
  if (question.to._tag === "Address") return [{ address: question.to.address, share: one }]
  const { name } = question.to
  walk.touched.add(nameKey(name))
  const held = walk.fabric.names.get(name)?.held ?? []
  if (held.length === 0) return [{ address: undefined, share: one }]
  const share = ratio(1, held.length)
  return held.map((address) => ({ address, share, hop: { component: question.from, steps: [{ _tag: "Resolved", name, address, share }] } }))
}

const nameless = (way: Way, question: Question): Ended => {
  const name = question.to._tag === "Name" ? question.to.name : ""
  return dropped(stepAt(way, question.from), question.from, plainRefusal("NameWithoutAnswer", { resource: name }, "NXDOMAIN", "error"))
}

const legOf = (flow: Flow, hops: ReadonlyArray<Hop> | undefined, end: End): Leg => ({ flow, hops: hops ?? [], end })

/** A way that ended at a listener is answered, or not; one that ended before has no reply. */
const answered = (walk: Walk, way: Ended, opener: string, opening: Packet): ReadonlyArray<Branch> => {
  const forward = legOf(flowOf(way.packet), way.hops, way.end)
  const { sessions } = way
  if (way.end.fate !== "delivered") return [{ share: way.share, members: 1, ok: false, forward, sessions }]
  if (way.proxied !== undefined) {
    // The proxy's answer to its client is the same whichever target it heard.
    let known: ReadonlyArray<Reply> | undefined
    const outer = (): ReadonlyArray<Reply> => (known ??= replies(walk, way, opener, opening))
    return way.proxied.flatMap((inner) => proxiedBranches(way, inner, outer))
  }
  return replies(walk, way, opener, opening).map((reply) => ({
    share: times(way.share, reply.share),
    members: 1,
    ok: reply.ok,
    forward,
    reply: reply.leg,
    reached: way.end.at,
    sessions
  }))
}

const proxiedBranches = (
  way: Ended,
  inner: NonNullable<Ended["proxied"]>[number],
  outer: () => ReadonlyArray<Reply>
): ReadonlyArray<Branch> => {
  const forward = legOf(flowOf(inner.forward.packet), [...(way.hops ?? []), ...(inner.forward.hops ?? [])], inner.forward.end)
  const share = times(way.share, inner.forward.share)
  const sessions = [...way.sessions, ...inner.forward.sessions]
  if (inner.forward.end.fate !== "delivered") return [{ share, members: 1, ok: false, forward, sessions }]
  const reached = inner.forward.end.at
  const whole = times(share, inner.reply.share)
  if (!inner.ok)
    return [
      {
        share: whole,
        members: 1,
        ok: false,
        forward,
        reply: legOf(flowOf(inner.reply.packet), inner.reply.hops, inner.reply.end),
        reached,
        sessions
      }
    ]
  return outer().map((reply) => ({
    share: times(whole, reply.share),
    members: 1,
    ok: reply.ok,
    forward,
    reached,
    sessions,
    reply: { ...reply.leg, hops: [...(inner.reply.hops ?? []), ...reply.leg.hops] }
  }))
}

interface Reply {
  readonly share: Ratio
  readonly ok: boolean
  readonly leg: Leg
}

const replies = (walk: Walk, way: Ended, opener: string, opening: Packet): ReadonlyArray<Reply> =>
  walkBack(walk, way, opener, flowOf(opening)).map((ended) => ({
    share: ended.share,
    ok: ended.end.fate === "delivered",
    leg: legOf(flowOf(ended.packet), ended.hops, ended.end)
  }))

/**
 * The reply of a delivered way, walked from where it was delivered. Shares are of this way. A reply that arrives anywhere but at
 * its opener, or not from the address that was asked, has strayed.
 */
const walkBack = (walk: Walk, way: Ended, opener: string, opening: Flow): ReadonlyArray<Ended> => {
  const component = readComponent(walk, way.end.at)
  if (component === undefined) throw new Error(`trace: component "${way.end.at}" vanished during a trace`)
  const { packet } = way
  const back: Packet = {
    protocol: packet.protocol,
    source: packet.destination,
    destination: packet.source,
    sourcePorts: packet.destinationPorts,
    destinationPorts: packet.sourcePorts,
    sourceSets: readPort(walk, way.port ?? "")?.sets ?? []
  }
  const replying: Walk = { ...walk, reply: { sessions: way.sessions, opener, expected: opening } }
  return leave(replying, beginWay(back, one, component.id, way.hops !== undefined), component, way.port)
}

const moves: Moves = { leave, leaveBy, connect, routeIn, land, leaveByExit, comeBack, walkBack }

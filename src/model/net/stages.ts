/**
 * A packet at a row of filters: each in its order; a stateful one first asks its sessions, then its rules. What it accepts of an
 * opening packet it remembers. A denial names the filter, the rule, and the vendor's code.
 */

import { times } from "../value/ratio.ts"
import type { Filter, Refusal } from "./fabric.ts"
import { admitsByLostIdentity, type Decision, decideFilter } from "./filter.ts"
import type { Session } from "./session.ts"
import { belongsTo, dropped, type Ended, flowOf, keptAt, readOwners, reversed, stepAt, type Walk, type Way } from "./walk.ts"

/** Those parts of a way that pass, and those that end here. `place` names the port or segment edge for its sessions. */
export interface Passed {
  readonly on: ReadonlyArray<Way>
  readonly ended: ReadonlyArray<Ended>
}

export const passFilters = (walk: Walk, way: Way, filters: ReadonlyArray<Filter>, component: string, place: string): Passed => {
  let on: ReadonlyArray<Way> = [way]
  const ended: Array<Ended> = []
  for (const filter of filters) {
    const next: Array<Way> = []
    for (const part of on) {
      const passed = passFilter(walk, part, filter, component, `${place} ${filter.id}`)
      next.push(...passed.on)
      ended.push(...passed.ended)
    }
    on = next
  }
  return { on, ended }
}

const passFilter = (walk: Walk, way: Way, filter: Filter, component: string, place: string): Passed => {
  const known = walk.reply?.sessions.some((session) => session.place === place && belongsTo(way.packet, reversed(session.after)))
  const kept = filter.stateful ? keptAt(walk, place, way.packet) : undefined
  if (filter.stateful && (known || kept !== undefined)) {
    const remembered = kept === undefined ? way : { ...way, sessions: [...way.sessions, kept] }
    return { on: [stepAt(remembered, component, { _tag: "Filtered", filter: filter.origin, verdict: "accept", session: true })], ended: [] }
  }
  if (walk.reply !== undefined && filter.unknown !== undefined) return { on: [], ended: [dropped(way, component, filter.unknown)] }
  const sets = readOwners(walk, way.packet.destination).flatMap((owner) => owner.sets)
  const on: Array<Way> = []
  const ended: Array<Ended> = []
  for (const piece of decideFilter(filter, way.packet, sets)) {
    const rule = piece.rule === undefined ? {} : { rule: piece.rule.origin }
    const narrowed = { ...way, packet: piece.packet, share: times(way.share, piece.share) }
    const stepped = stepAt(narrowed, component, {
      _tag: "Filtered",
      filter: filter.origin,
      ...rule,
      verdict: piece.verdict,
      session: false
    })
    if (piece.verdict === "deny") ended.push(dropped(stepped, component, refusalOf(filter, piece, sets), "deny"))
    else if (!filter.stateful || walk.kept !== undefined) on.push(stepped)
    else {
      const flow = flowOf(piece.packet)
      const session: Session = { place, before: flow, after: flow, ...(isUntracked(piece) ? { untracked: true } : {}) }
      on.push({ ...stepped, sessions: [...stepped.sessions, session] })
    }
  }
  return { on, ended }
}

/** What has no ports is always remembered. */
const isUntracked = ({ rule, packet }: Decision): boolean =>
  rule?.untracked === true && (packet.protocol === "tcp" || packet.protocol === "udp")

const refusalOf = (filter: Filter, { packet, rule }: Decision, destinationSets: ReadonlyArray<string>): Refusal => {
  if (rule !== undefined) return { ...filter.refusal, origin: rule.origin }
  const { lostIdentityCode } = filter
  return lostIdentityCode !== undefined && admitsByLostIdentity(filter, packet, destinationSets)
    ? { ...filter.refusal, code: lostIdentityCode }
    : filter.refusal
}

/**
 * A packet at a row of filters: each in its order; a stateful one first asks its sessions, then its rules. What it accepts of an
 * opening packet it remembers. A denial names the filter, the rule, and the vendor's code.
 */

import { times } from "../value/ratio.ts"
import type { Filter } from "./fabric.ts"
import { decideFilter } from "./filter.ts"
import { belongsTo, dropped, type Ended, flowOf, readOwner, reversed, stepAt, type Walk, type Way } from "./walk.ts"

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
  if (filter.stateful && known)
    return { on: [stepAt(way, component, { _tag: "Filtered", filter: filter.origin, verdict: "accept", session: true })], ended: [] }
  const owner = readOwner(walk, way.packet.destination)
  const on: Array<Way> = []
  const ended: Array<Ended> = []
  for (const piece of decideFilter(filter, way.packet, owner?.sets ?? [])) {
    const rule = piece.rule === undefined ? {} : { rule: piece.rule.origin }
    const narrowed = { ...way, packet: piece.packet, share: times(way.share, piece.share) }
    const stepped = stepAt(narrowed, component, {
      _tag: "Filtered",
      filter: filter.origin,
      ...rule,
      verdict: piece.verdict,
      session: false
    })
    if (piece.verdict === "deny")
      ended.push(dropped(stepped, component, { ...filter.refusal, origin: piece.rule?.origin ?? filter.refusal.origin }, "deny"))
    else if (!filter.stateful) on.push(stepped)
    else on.push({ ...stepped, sessions: [...stepped.sessions, { place, before: flowOf(piece.packet), after: flowOf(piece.packet) }] })
  }
  return { on, ended }
}

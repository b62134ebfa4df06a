/**
 * Routes that go before all others: of those that match a packet and its sender only the best is asked, whatever the length of any
 * prefix; one may say that the routes decide after all. And machines behind a route's next hop: each takes its share, and a flow that
 * comes again, or its reply, goes by the same one.
 */
import { ratio, times } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import type { PolicyRoute } from "./exit-terms.ts"
import type { Component, Table } from "./fabric.ts"
import { matchesEnds, type Packet } from "./filter.ts"
import { dropped, type Ended, hasPassed, passed, stepAt, type Walk, type Way } from "./walk.ts"

const isFor = (senders: ReadonlyArray<string> | undefined, sets: ReadonlyArray<string>): boolean =>
  senders === undefined || senders.some((sender) => sets.includes(sender))

const nameOf = ({ origin }: PolicyRoute): string => `${origin.resource}\u0000${origin.part ?? ""}`

/** The policy that a packet goes by, of several the lowest preference, then the lowest origin. `sets`: of the port it leaves by. */
export const choosePolicy = (table: Table, packet: Packet, sets: ReadonlyArray<string>): PolicyRoute | undefined =>
  (table.policies ?? [])
    .filter(({ senders, match }) => isFor(senders, sets) && matchesEnds(match, packet, []))
    .sort((left, right) => left.preference - right.preference || compareText(nameOf(left), nameOf(right)))[0]

/** A way for each machine behind a next hop, with the component it goes on to. */
export const spreadOver = (
  walk: Walk,
  way: Way,
  component: Component
): { readonly on: ReadonlyArray<{ readonly way: Way; readonly to: string }>; readonly ended: ReadonlyArray<Ended> } => {
  const { nextHops } = component
  if (nextHops === undefined || nextHops.components.length === 0)
    return { on: [], ended: nextHops === undefined ? [] : [dropped(way, component.id, nextHops.empty)] }
  const placeOf = (to: string): string => `${component.id} to ${to}`
  const known = nextHops.components.filter((to) => hasPassed(walk, way, placeOf(to)))
  const taken = known.length > 0 ? known : nextHops.components
  const share = ratio(1, taken.length)
  return {
    ended: [],
    on: taken.map((to) => {
      const step = { _tag: "Balanced" as const, by: nextHops.origin, target: to, share, among: taken.length }
      return { way: stepAt({ ...passed(way, placeOf(to)), share: times(way.share, share) }, component.id, step), to }
    })
  }
}

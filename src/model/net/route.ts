/**
 * Choosing a route: longest prefix, then preference, then the lowest origin; a class that dismisses another beats it even when it
 * is less specific. Losers stay in the answer with why they lost.
 */

import { compareText } from "../value/text.ts"
import type { Route, Table } from "./fabric.ts"
import { isIn, lengthOf } from "./ip.ts"

export interface Choice {
  readonly won: Route | undefined
  /** Those that nothing but their names tells from the one that won, itself among them. */
  readonly tied: ReadonlyArray<Route>
  readonly losers: ReadonlyArray<{ readonly route: Route; readonly why: string }>
}

const specificityOf = (route: Route): number => lengthOf(route.prefix) ?? -1

/** The text that equal routes are told apart by. */
export const routeText = (route: Route): string => `${route.origin.resource}\u0000${route.origin.part ?? ""}`

/**
 * The route a destination takes. Routes in any order give the same choice. A blackhole wins like any other. `sets`: those of the port
 * that sends, for routes that only some senders have.
 */
export const chooseRoute = (table: Table, destination: string, sets: ReadonlyArray<string> = []): Choice => {
  const isFor = ({ senders }: Route): boolean => senders === undefined || senders.some((sender) => sets.includes(sender))
  const matching = table.routes.filter((route) => isFor(route) && isIn(destination, route.prefix))
  const dismissed = new Set(matching.flatMap((route) => route.dismisses ?? []))
  const standing = matching.filter((route) => !dismissed.has(route.class))
  const ordered = [...standing].sort(
    (left, right) =>
      specificityOf(right) - specificityOf(left) || left.preference - right.preference || compareText(routeText(left), routeText(right))
  )
  const won = ordered[0]
  if (won === undefined) return { won, tied: [], losers: [] }
  const tied = ordered.filter((route) => specificityOf(route) === specificityOf(won) && route.preference === won.preference)
  const why = (route: Route): string => {
    if (dismissed.has(route.class)) return `${route.class} routes give way to ${won.class} ones here`
    if (specificityOf(route) < specificityOf(won)) return "less specific"
    return route.preference > won.preference ? "equal prefix, lower preference" : "equal prefix and preference, later id"
  }
  return { won, tied, losers: matching.filter((route) => route !== won).map((route) => ({ route, why: why(route) })) }
}

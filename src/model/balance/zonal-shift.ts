/**
 * Zonal shift of a balancer: somebody asks to move away from a zone for a while; soon after, the zone's address leaves DNS and its
 * targets get nothing; when the time is up, or it is ended by hand, all comes back. Connections that stand go on.
 * Not modelled: zonal autoshift and its practice runs. Source: Amazon Application Recovery Controller guide, zonal shift.
 */
import { minute } from "../value/instant.ts"
import type { BalanceTurn } from "./health-checks.ts"
import type { BalanceEventOf, BalanceTimer } from "./message.ts"
import type { DnsWorld } from "./zonal-dns.ts"

/** How long a shift may be asked for. Source: ARC guide: between one minute and three days. */
export const shiftAtLeastMs = minute
export const shiftAtMostMs = 3 * 24 * 60 * minute

/** Why a balancer cannot be shifted away from a zone for so long; `undefined` when it can. */
export const shiftRefusal = (world: DnsWorld, balancer: string, zone: string, forMs: number): string | undefined => {
  const made = world.balancers.made.get(balancer)
  const spec = world.balancers.specs.get(made?.service ?? "")
  if (made === undefined || spec === undefined) return "no such balancer"
  if (spec.kind === "classic") return "a classic balancer cannot be shifted"
  if (!made.frontEnds.has(zone)) return `it has no front end in ${zone}`
  if (forMs < shiftAtLeastMs || forMs > shiftAtMostMs) return "a shift lasts between one minute and three days"
  const other = [...made.frontEnds].find(([, { shiftUntil }]) => shiftUntil !== undefined)?.[0]
  return other === undefined ? undefined : `it is shifted away from ${other} already`
}

/** A shift was asked for: it comes into effect a little later, and ends when its time is up. */
export const beginShift = (world: DnsWorld, event: BalanceEventOf<"balance/ZonalShiftStarted">, turn: BalanceTurn): void => {
  const { balancer, zone, until } = event
  const due = { _tag: "balance/ZonalShiftDue", balancer, zone, until } as const
  turn.ask({ ...due, away: true }, turn.now + Number(world.settings.values["zonalShiftMs"]))
  turn.ask({ ...due, away: false }, until)
}

export const turnShift = (
  world: DnsWorld,
  timer: Extract<BalanceTimer, { readonly _tag: "balance/ZonalShiftDue" }>,
  turn: BalanceTurn
): void => {
  const { balancer, zone, away, until } = timer
  const frontEnd = world.balancers.made.get(balancer)?.frontEnds.get(zone)
  if (frontEnd === undefined || frontEnd.shiftUntil !== until) return
  turn.emit({ _tag: "balance/ZonalShiftTurned", balancer, zone, away })
}

/** DNS follows at once: the delay was the shift's own. */
export const followShift = (_world: DnsWorld, event: BalanceEventOf<"balance/ZonalShiftTurned">, turn: BalanceTurn): void =>
  turn.askOnce(event.balancer, { _tag: "balance/ListingDue", balancer: event.balancer }, turn.now)

/**
 * Zonal DNS of a balancer: an address is listed while its front end is well and, where the balancer keeps to its zone, the zone
 * has a healthy target; DNS follows each of the two after a delay of its own, and clients follow DNS one time-to-live later.
 * Not modelled: weights, and clients that drop an answer early. Source: AWS Elastic Load Balancing, zonal DNS health.
 */
import type { SettingValues } from "../value/setting.ts"
import { sortedKeys } from "../value/text.ts"
import type { BalanceTurn, BalanceWorld } from "./health-checks.ts"
import type { BalanceEventOf, BalanceTimer } from "./message.ts"

export interface DnsWorld extends BalanceWorld {
  readonly settings: { readonly values: SettingValues }
}

const span = (world: DnsWorld, name: string): number => Number(world.settings.values[name])

/** Targets turned, or drain: which zones have lost their last healthy target, or regained the first? */
export const noteTargets = (world: DnsWorld, event: { readonly balancer: string }, turn: BalanceTurn): void => {
  const frontEnds = world.balancers.made.get(event.balancer)?.frontEnds
  if (frontEnds === undefined) return
  for (const zone of sortedKeys(frontEnds.keys())) {
    const frontEnd = frontEnds.get(zone)
    if (frontEnd === undefined || frontEnd.servedChangedAt !== turn.now || frontEnd.served === frontEnd.believedServed) continue
    const due = { balancer: event.balancer, zone, of: "targets", well: frontEnd.served, since: frontEnd.servedChangedAt } as const
    turn.askOnce(
      `${event.balancer}/${zone}/${String(frontEnd.served)}`,
      { _tag: "balance/ZonalHealthDue", ...due },
      turn.now + span(world, "lbTargetDnsMs")
    )
  }
}

/** A front end was made, died or returned. */
export const noteFrontEnd = (world: DnsWorld, balancer: string, zone: string, turn: BalanceTurn): void => {
  const frontEnd = world.balancers.made.get(balancer)?.frontEnds.get(zone)
  if (frontEnd === undefined || frontEnd.upChangedAt !== turn.now) return
  const due = { balancer, zone, of: "front end", well: frontEnd.up, since: frontEnd.upChangedAt } as const
  turn.ask({ _tag: "balance/ZonalHealthDue", ...due }, turn.now + span(world, "lbFrontEndDnsMs"))
}

/** All front ends of a zone died or returned. */
export const noteZone = (world: DnsWorld, event: { readonly zone: string }, turn: BalanceTurn): void => {
  for (const balancer of sortedKeys(world.balancers.made.keys())) noteFrontEnd(world, balancer, event.zone, turn)
}

/** DNS takes note. What has changed again since then is not taken note of. */
export const followHealth = (
  world: DnsWorld,
  timer: Extract<BalanceTimer, { readonly _tag: "balance/ZonalHealthDue" }>,
  turn: BalanceTurn
): void => {
  const frontEnd = world.balancers.made.get(timer.balancer)?.frontEnds.get(timer.zone)
  if (frontEnd === undefined) return
  const [is, since] = timer.of === "front end" ? [frontEnd.up, frontEnd.upChangedAt] : [frontEnd.served, frontEnd.servedChangedAt]
  const believed = timer.of === "front end" ? frontEnd.believedUp : frontEnd.believedServed
  if (is !== timer.well || since !== timer.since || believed === timer.well) return
  turn.emit({ _tag: "balance/ZonalHealthTurned", balancer: timer.balancer, zone: timer.zone, of: timer.of, well: timer.well })
}

/** The address enters DNS when both are well, and leaves when one is not. Other kinds than classic wait for what else turns now. */
export const listAddress = (world: DnsWorld, event: BalanceEventOf<"balance/ZonalHealthTurned">, turn: BalanceTurn): void => {
  const balancer = world.balancers.made.get(event.balancer)
  const frontEnd = balancer?.frontEnds.get(event.zone)
  const spec = world.balancers.specs.get(balancer?.service ?? "")
  if (frontEnd === undefined || spec === undefined) return
  if (spec.kind !== "classic") return turn.askOnce(event.balancer, { _tag: "balance/ListingDue", balancer: event.balancer }, turn.now)
  const listed = frontEnd.believedUp && (frontEnd.believedServed || spec.crossZone)
  if (listed === frontEnd.listed) return
  const zonal = { balancer: event.balancer, zone: event.zone, address: frontEnd.publicAddress }
  turn.emit(listed ? { _tag: "balance/AddressListed", ...zonal } : { _tag: "balance/AddressWithdrawn", ...zonal, why: event.of })
}

/**
 * DNS answers the zones that are well; where none is, all but those that somebody shifted away from: it fails open.
 * Source: Network Load Balancer user guide, target group health.
 */
export const turnListing = (
  world: DnsWorld,
  timer: Extract<BalanceTimer, { readonly _tag: "balance/ListingDue" }>,
  turn: BalanceTurn
): void => {
  const frontEnds = world.balancers.made.get(timer.balancer)?.frontEnds
  if (frontEnds === undefined) return
  const zones = sortedKeys(frontEnds.keys()).flatMap((zone) => {
    const frontEnd = frontEnds.get(zone)
    return frontEnd === undefined ? [] : [{ zone, frontEnd, isWell: frontEnd.believedUp && frontEnd.believedServed && !frontEnd.shifted }]
  })
  const isOpen = zones.every(({ isWell }) => !isWell)
  for (const { zone, frontEnd, isWell } of zones) {
    const listed = isWell || (isOpen && !frontEnd.shifted)
    if (listed === frontEnd.listed) continue
    const zonal = { balancer: timer.balancer, zone, address: frontEnd.publicAddress }
    if (listed) turn.emit({ _tag: "balance/AddressListed", ...zonal, ...(isOpen ? { failOpen: true } : {}) })
    else turn.emit({ _tag: "balance/AddressWithdrawn", ...zonal, why: whyOut(frontEnd) })
  }
}

const whyOut = (frontEnd: { readonly shifted: boolean; readonly believedUp: boolean }): "zonal shift" | "front end" | "targets" =>
  frontEnd.shifted ? "zonal shift" : frontEnd.believedUp ? "targets" : "front end"

/** Clients keep the old answer to its end. */
export const keepAnswer = (
  world: DnsWorld,
  event: BalanceEventOf<"balance/AddressListed" | "balance/AddressWithdrawn">,
  turn: BalanceTurn
): void => {
  const balancer = world.balancers.made.get(event.balancer)
  if (balancer === undefined) return
  turn.ask(
    { _tag: "balance/CachesDue", balancer: event.balancer, addresses: listedAddresses(balancer.frontEnds) },
    turn.now + span(world, "dnsTtlMs")
  )
}

export const followAnswer = (
  _world: DnsWorld,
  timer: Extract<BalanceTimer, { readonly _tag: "balance/CachesDue" }>,
  turn: BalanceTurn
): void => {
  turn.emit({ _tag: "balance/CachesFollowed", balancer: timer.balancer, addresses: timer.addresses })
}

/** Public addresses that DNS answers, in order of their zones. */
export const listedAddresses = (
  frontEnds: ReadonlyMap<string, { readonly listed: boolean; readonly publicAddress: string }>
): ReadonlyArray<string> =>
  sortedKeys(frontEnds.keys()).flatMap((zone) => {
    const frontEnd = frontEnds.get(zone)
    return frontEnd?.listed ? [frontEnd.publicAddress] : []
  })

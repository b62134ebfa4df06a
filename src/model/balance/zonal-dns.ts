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

/** A target was registered, or turned: has its zone lost its last healthy target, or regained the first? */
export const noteTargets = (
  world: DnsWorld,
  event: BalanceEventOf<"balance/TargetTurnedHealthy" | "balance/TargetTurnedUnhealthy">,
  turn: BalanceTurn
): void => {
  const zone = world.balancers.zoneOf.get(event.target)
  const balancer = world.balancers.made.get(event.balancer)
  const frontEnd = zone === undefined ? undefined : balancer?.frontEnds.get(zone)
  if (zone === undefined || frontEnd === undefined || frontEnd.servedChangedAt !== turn.now || frontEnd.served === frontEnd.believedServed)
    return
  const due = { balancer: event.balancer, zone, of: "targets", well: frontEnd.served, since: frontEnd.servedChangedAt } as const
  turn.ask({ _tag: "balance/ZonalHealthDue", ...due }, turn.now + span(world, "lbTargetDnsMs"))
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

/** The address enters DNS when both are well, and leaves when one is not. */
export const listAddress = (world: DnsWorld, event: BalanceEventOf<"balance/ZonalHealthTurned">, turn: BalanceTurn): void => {
  const balancer = world.balancers.made.get(event.balancer)
  const frontEnd = balancer?.frontEnds.get(event.zone)
  if (balancer === undefined || frontEnd === undefined) return
  const keepsToZone = world.balancers.specs.get(balancer.service)?.crossZone === false
  const listed = frontEnd.believedUp && (frontEnd.believedServed || !keepsToZone)
  if (listed === frontEnd.listed) return
  const zonal = { balancer: event.balancer, zone: event.zone, address: frontEnd.publicAddress }
  turn.emit(listed ? { _tag: "balance/AddressListed", ...zonal } : { _tag: "balance/AddressWithdrawn", ...zonal, why: event.of })
}

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

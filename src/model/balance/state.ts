/** How what comes to be of balancers changes what is known of them: `evolveBalancers` alone does. */

import type { Instant } from "../value/instant.ts"
import type { Balancer, Balancers } from "./balancer.ts"
import { countsEverywhere, isServed } from "./eligible.ts"
import type { BalanceEvent } from "./message.ts"

/** Folds a balancer event, in place. `seq` names the run of checks that a turn of the path begins. */
export const evolveBalancers = (balancers: Balancers, event: BalanceEvent, at: Instant, seq: number): void => {
  if (event._tag === "balance/BalancerCreated") {
    balancers.made.set(event.balancer, { id: event.balancer, service: event.service, frontEnds: new Map(), targets: new Map() })
    return
  }
  const balancer = balancers.made.get(event.balancer)
  if (balancer === undefined) throw new Error(`${event._tag}: balancer "${event.balancer}" was never made`)
  if ("target" in event) evolveTarget(balancers, balancer, event, at, seq)
  else if ("zone" in event) evolveFrontEnd(balancer, event, at)
}

type TargetEvent = Extract<BalanceEvent, { readonly target: string }>

const evolveTarget = (balancers: Balancers, balancer: Balancer, event: TargetEvent, at: Instant, seq: number): void => {
  if (event._tag === "balance/TargetRegistered") {
    const { member = event.target, group = "", node = event.target } = event
    const zone = balancers.zoneOf.get(node) ?? ""
    const begun = { healthy: false, initial: true, streak: 0, path: { ok: false, fails: "timeout" }, chain: 0 }
    balancer.targets.set(event.target, { member, group, zone, ...begun })
    return
  }
  const target = balancer.targets.get(event.target)
  if (target === undefined) throw new Error(`${event._tag}: target "${event.target}" was never registered`)
  switch (event._tag) {
    case "balance/CheckPathTurned":
      target.path = { ok: event.ok, fails: event.fails }
      target.chain = seq
      return
    case "balance/HealthCheckFailed":
    case "balance/HealthCheckPassed":
      target.streak = event.streak
      return
    case "balance/TargetDraining":
      target.draining = event.until
      target.healthy = false
      return evolveServed(balancers, balancer, target.zone, at)
    case "balance/TargetDeregistered":
      balancer.targets.delete(event.target)
      return
    default:
      target.healthy = event._tag === "balance/TargetTurnedHealthy"
      target.initial = false
      target.streak = 0
      evolveServed(balancers, balancer, target.zone, at)
  }
}

/** The target's own zone, or every zone where all count everywhere. */
const evolveServed = (balancers: Balancers, balancer: Balancer, own: string, at: Instant): void => {
  const spec = balancers.specs.get(balancer.service)
  if (spec === undefined) return
  for (const [zone, frontEnd] of balancer.frontEnds) {
    if (zone !== own && !countsEverywhere(spec)) continue
    const served = isServed(balancer, spec, zone)
    if (served === frontEnd.served) continue
    frontEnd.served = served
    frontEnd.servedChangedAt = at
  }
}

type ZonalEvent = Extract<BalanceEvent, { readonly zone: string }>

const evolveFrontEnd = (balancer: Balancer, event: ZonalEvent, at: Instant): void => {
  if (event._tag === "balance/FrontEndPlaced") {
    balancer.frontEnds.set(event.zone, {
      subnet: event.subnet,
      address: event.address,
      publicAddress: event.publicAddress,
      up: true,
      upChangedAt: at,
      served: false,
      servedChangedAt: at,
      believedUp: false,
      believedServed: false,
      listed: false,
      checkerBroken: false,
      shifted: false
    })
    return
  }
  const frontEnd = balancer.frontEnds.get(event.zone)
  if (frontEnd === undefined) throw new Error(`${event._tag}: balancer "${balancer.id}" has no front end in "${event.zone}"`)
  switch (event._tag) {
    case "balance/AddressListed":
    case "balance/AddressWithdrawn":
      frontEnd.listed = event._tag === "balance/AddressListed"
      return
    case "balance/CheckerTurned":
      frontEnd.checkerBroken = event.broken
      return
    case "balance/ZonalShiftStarted":
      frontEnd.shiftUntil = event.until
      return
    case "balance/ZonalShiftTurned":
      frontEnd.shifted = event.away
      if (!event.away) delete frontEnd.shiftUntil
      return
    default:
      if (event.of === "front end") frontEnd.believedUp = event.well
      else frontEnd.believedServed = event.well
  }
}

/** A zone stopped or resumed: its front ends with it. */
export const evolveFrontEndsOfZone = (balancers: Balancers, zone: string, up: boolean, at: Instant): void => {
  for (const balancer of balancers.made.values()) {
    const frontEnd = balancer.frontEnds.get(zone)
    if (frontEnd === undefined || frontEnd.up === up) continue
    frontEnd.up = up
    frontEnd.upChangedAt = at
  }
}

/**
 * What is known of balancers: per target whether it is in service and how many checks tell against that; per zone its front end
 * and what DNS believes of it. Plain data, changed by `evolveBalancers` alone.
 */

import type { Instant } from "../value/instant.ts"
import { countsEverywhere, isServed } from "./eligible.ts"
import type { BalanceEvent } from "./message.ts"
import type { LoadBalancerSpec } from "./spec.ts"

export interface BalancerTarget {
  /** The node or pod it is, the group it is in (of one balancer that has several), the zone it counts in. */
  readonly member: string
  readonly group: string
  readonly zone: string
  /** It has not been healthy yet. */
  initial: boolean
  /** Deregistered: until when what it has may end. */
  draining?: Instant
  healthy: boolean
  /** Checks in a row that tell against `healthy`. */
  streak: number
  /** What a check would meet now. */
  path: { readonly ok: boolean; readonly fails: string }
  /** `seq` of the turn of the path; the run of checks that belongs to it. */
  chain: number
}

export interface FrontEnd {
  readonly subnet: string
  readonly address: string
  readonly publicAddress: string
  /** The thing itself answers. */
  up: boolean
  upChangedAt: Instant
  /** The zone has a healthy target. */
  served: boolean
  servedChangedAt: Instant
  /** What DNS believes of the two. */
  believedUp: boolean
  believedServed: boolean
  listed: boolean
  /** Its health checker fails every check. */
  checkerBroken: boolean
  /** A shift away from the zone was asked for until then; `shifted` while it is in effect. */
  shiftUntil?: Instant
  shifted: boolean
}

export interface Balancer {
  readonly id: string
  readonly service: string
  readonly frontEnds: Map<string, FrontEnd>
  readonly targets: Map<string, BalancerTarget>
}

/** By balancer id. `specs` come from the plan, keyed by Service id. */
export interface Balancers {
  readonly specs: ReadonlyMap<string, LoadBalancerSpec>
  /** Zone of a node, by node name: where a target counts. */
  readonly zoneOf: Map<string, string>
  readonly made: Map<string, Balancer>
}

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

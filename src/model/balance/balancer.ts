/** What is known of balancers, as plain data: per target whether it is in service, per zone its front end and what DNS believes of it. */
import type { Instant } from "../value/instant.ts"
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

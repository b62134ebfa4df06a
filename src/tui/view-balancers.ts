/**
 * Balancers for the eye: which targets are in service, in which zone they stand, and which zonal addresses their name answers.
 */
import type { WorldEvent } from "../model/world/message.ts"

export interface BalancerView {
  readonly id: string
  readonly service: string
  /** Targets (nodes by name): in service or not. */
  readonly targets: Map<string, boolean>
  /** Zones with a front end: its address is in DNS or not. */
  readonly listed: Map<string, boolean>
}

/** By balancer id, in the order they were made. */
export type BalancersView = Map<string, BalancerView>

const balancerOf = (balancers: BalancersView, id: string, service = ""): BalancerView => {
  const known = balancers.get(id)
  if (known !== undefined) return known
  const balancer: BalancerView = { id, service, targets: new Map(), listed: new Map() }
  balancers.set(id, balancer)
  return balancer
}

/** Folds one event in. */
export const foldBalancers = (balancers: BalancersView, event: WorldEvent): void => {
  switch (event._tag) {
    case "balance/BalancerCreated":
      balancerOf(balancers, event.balancer, event.service)
      return
    case "balance/TargetRegistered":
    case "balance/TargetTurnedUnhealthy":
      balancerOf(balancers, event.balancer).targets.set(event.target, false)
      return
    case "balance/TargetTurnedHealthy":
      balancerOf(balancers, event.balancer).targets.set(event.target, true)
      return
    case "balance/FrontEndPlaced":
    case "balance/AddressWithdrawn":
      balancerOf(balancers, event.balancer).listed.set(event.zone, false)
      return
    case "balance/AddressListed":
      balancerOf(balancers, event.balancer).listed.set(event.zone, true)
      return
  }
}

/** Targets of all balancers among these nodes, and how many are in service. */
export const targetsAmong = (
  balancers: BalancersView,
  nodes: ReadonlyArray<string>
): { readonly healthy: number; readonly total: number } => {
  let [healthy, total] = [0, 0]
  for (const balancer of balancers.values()) {
    for (const node of nodes) {
      const isHealthy = balancer.targets.get(node)
      if (isHealthy === undefined) continue
      total += 1
      if (isHealthy) healthy += 1
    }
  }
  return { healthy, total }
}

/** Whether the zone has front ends, and whether all of them are in DNS. `undefined`: it has none. */
export const isListed = (balancers: BalancersView, zone: string): boolean | undefined => {
  let listed: boolean | undefined
  for (const balancer of balancers.values()) {
    const here = balancer.listed.get(zone)
    if (here !== undefined) listed = here && listed !== false
  }
  return listed
}

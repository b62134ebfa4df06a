/**
 * Which targets a front end sends to, and whether its zone is served. Classic and passthrough balancers, and proxies at a cloud's edge,
 * send to healthy targets alone. The others fail open: where fewer are healthy than the least that routing wants, all registered targets get traffic, healthy or not. What
 * counts is the front end's own zone, or all zones where the balancer crosses them. Draining targets, and those of a zone that was
 * shifted away from, count nowhere. Source: Elastic Load Balancing user guides, target group health.
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { Balancer } from "./balancer.ts"
import type { LoadBalancerSpec, Minimum } from "./spec.ts"

type Named = readonly [name: string, target: { readonly healthy: boolean; readonly zone: string }]

/** Whether so many healthy targets of so many are enough. Without a threshold one is. */
export const isEnough = (healthy: number, registered: number, minimum: View<Minimum> = {}): boolean =>
  healthy >= (minimum.count ?? 1) && healthy * 100 >= (minimum.percent ?? 0) * registered

/** Targets of a group that take part, in order of their names. */
const partsOf = (balancer: View<Balancer>, group: string): ReadonlyArray<Named> =>
  sortedKeys(balancer.targets.keys()).flatMap((name): ReadonlyArray<Named> => {
    const target = balancer.targets.get(name)
    if (target === undefined || target.group !== group || target.draining) return []
    return balancer.frontEnds.get(target.zone)?.shifted === true ? [] : [[name, target]]
  })

const failsOpen = ({ kind, frontEnd }: View<LoadBalancerSpec>): boolean =>
  kind === "network" || (kind === "application" && frontEnd === undefined)

/** Names of the targets that front ends send new connections to; each front end of one that keeps to its zone takes its zone's. */
export const eligibleTargets = (balancer: View<Balancer>, spec: View<LoadBalancerSpec>, group: string): ReadonlyArray<string> => {
  const parts = partsOf(balancer, group)
  const healthyOf = (some: ReadonlyArray<Named>) => some.filter(([, { healthy }]) => healthy)
  if (!failsOpen(spec)) return healthyOf(parts).map(([name]) => name)
  const chosen = (some: ReadonlyArray<Named>): ReadonlyArray<Named> => {
    const healthy = healthyOf(some)
    return isEnough(healthy.length, some.length, spec.minimumHealthy?.routing) ? healthy : some
  }
  if (spec.crossZone) return chosen(parts).map(([name]) => name)
  const zones = sortedKeys(new Set(parts.map(([, { zone }]) => zone)))
  return zones.flatMap((zone) => chosen(parts.filter(([, target]) => target.zone === zone)).map(([name]) => name))
}

/** Whether healthy targets of all zones serve each; the DNS of a classic balancer looks at each zone for itself. */
export const countsEverywhere = (spec: View<LoadBalancerSpec>): boolean => spec.crossZone && spec.kind !== "classic"

/** Whether a zone has the healthy targets that DNS wants of it: of every group that has any. */
export const isServed = (balancer: View<Balancer>, spec: View<LoadBalancerSpec>, zone: string): boolean => {
  const crosses = countsEverywhere(spec)
  const groups = new Set<string>()
  for (const { group, draining } of balancer.targets.values()) if (!draining) groups.add(group)
  return (
    groups.size > 0 &&
    [...groups].every((group) => {
      const scope = [...balancer.targets.values()].filter(
        (target) => target.group === group && !target.draining && (crosses || target.zone === zone)
      )
      return isEnough(scope.filter(({ healthy }) => healthy).length, scope.length, spec.minimumHealthy?.dns)
    })
  )
}

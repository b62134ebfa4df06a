/**
 * Health checks: a balancer asks every target at multiples of its interval and turns it after so many answers in a row. Checks
 * that agree with the target's state are computed, not stepped: the run of checks begins when the path to the target turns and
 * ends when state and answers agree. A check that gets no answer fails one timeout after it was sent, a refused one at once.
 * Source: kubernetes/cloud-provider-aws aws.go (classic: TCP, 10 s, 5 s, 6 failures, 2 passes).
 */

import { nextBeatAfter } from "../value/instant.ts"
import type { Turn } from "../value/turn.ts"
import type { View } from "../value/view.ts"
import type { Balancers, BalancerTarget } from "./balancer.ts"
import type { BalanceEvent, BalanceEventOf, BalanceTimer } from "./message.ts"
import type { LoadBalancerSpec } from "./spec.ts"

export interface BalanceWorld {
  readonly balancers: View<Balancers>
}
export type BalanceTurn = Turn<BalanceEvent, BalanceTimer>

const found = (
  world: BalanceWorld,
  balancer: string,
  target: string
): { readonly spec: View<LoadBalancerSpec>; readonly target: View<BalancerTarget> } | undefined => {
  const made = world.balancers.made.get(balancer)
  const spec = made && world.balancers.specs.get(made.service)
  const state = made?.targets.get(target)
  return spec && state ? { spec, target: state } : undefined
}

/** The path to a target turned: a new run of checks begins at the next beat. */
export const beginChecks = (world: BalanceWorld, event: BalanceEventOf<"balance/CheckPathTurned">, turn: BalanceTurn): void => {
  const known = found(world, event.balancer, event.target)
  if (known === undefined) return
  const at = nextBeatAfter(turn.now, known.spec.healthCheck.intervalMs, 0)
  turn.ask({ _tag: "balance/HealthCheckDue", balancer: event.balancer, target: event.target, chain: known.target.chain }, at)
}

/** A check is sent. */
export const check = (
  world: BalanceWorld,
  timer: Extract<BalanceTimer, { readonly _tag: "balance/HealthCheckDue" }>,
  turn: BalanceTurn
): void => {
  const known = found(world, timer.balancer, timer.target)
  if (known === undefined || known.target.chain !== timer.chain || known.target.draining !== undefined) return
  const { healthCheck } = known.spec
  const { path, healthy, streak } = known.target
  if (path.ok === healthy && streak === 0) return
  if (path.ok) conclude(world, timer.balancer, timer.target, true, turn)
  else if (path.fails === "timeout")
    turn.ask({ _tag: "balance/HealthCheckTimeoutDue", balancer: timer.balancer, target: timer.target }, turn.now + healthCheck.timeoutMs)
  else conclude(world, timer.balancer, timer.target, false, turn)
  turn.ask(timer, turn.now + healthCheck.intervalMs)
}

/** A check that was sent one timeout ago got no answer. */
export const failCheck = (
  world: BalanceWorld,
  timer: Extract<BalanceTimer, { readonly _tag: "balance/HealthCheckTimeoutDue" }>,
  turn: BalanceTurn
): void => conclude(world, timer.balancer, timer.target, false, turn)

const conclude = (world: BalanceWorld, balancer: string, name: string, ok: boolean, turn: BalanceTurn): void => {
  const known = found(world, balancer, name)
  if (known === undefined || known.target.draining !== undefined) return
  const { healthCheck } = known.spec
  const { target } = known
  const threshold = target.healthy ? healthCheck.unhealthyThreshold : passesWanted(known.spec, target)
  if (ok === target.healthy && target.streak === 0) return
  const streak = ok === target.healthy ? 0 : target.streak + 1
  const answered = { balancer, target: name, streak, threshold }
  const cause = target.chain
  turn.emit(
    ok ? { _tag: "balance/HealthCheckPassed", ...answered } : { _tag: "balance/HealthCheckFailed", ...answered, fails: target.path.fails },
    cause
  )
  if (streak < threshold) return
  turn.emit({ _tag: ok ? "balance/TargetTurnedHealthy" : "balance/TargetTurnedUnhealthy", balancer, target: name }, cause)
}

/** A new target of an application balancer is in service after one good check. Source: Application Load Balancer user guide. */
const passesWanted = (spec: View<LoadBalancerSpec>, target: View<BalancerTarget>): number =>
  spec.kind === "application" && target.initial ? 1 : spec.healthCheck.healthyThreshold

/**
 * Deregistration: the target gets no new connection at once, and drains for the delay of its group before it is gone. A target that
 * is registered again in that time begins anew. Source: Elastic Load Balancing user guides, deregistration delay.
 */
import type { BalanceTurn, BalanceWorld } from "./health-checks.ts"
import type { BalanceTimer } from "./message.ts"

export const deregister = (world: BalanceWorld, balancer: string, target: string, turn: BalanceTurn): void => {
  const made = world.balancers.made.get(balancer)
  if (made === undefined || made.targets.get(target)?.draining !== undefined) return
  const until = turn.now + (world.balancers.specs.get(made.service)?.deregistrationDelayMs ?? 0)
  turn.emit({ _tag: "balance/TargetDraining", balancer, target, until })
  turn.ask({ _tag: "balance/DrainDue", balancer, target, until }, until)
}

export const endDraining = (
  world: BalanceWorld,
  timer: Extract<BalanceTimer, { readonly _tag: "balance/DrainDue" }>,
  turn: BalanceTurn
): void => {
  const { balancer, target, until } = timer
  if (world.balancers.made.get(balancer)?.targets.get(target)?.draining === until)
    turn.emit({ _tag: "balance/TargetDeregistered", balancer, target })
}

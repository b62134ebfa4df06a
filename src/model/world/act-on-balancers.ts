/** Moves that concern balancers: zonal shifts, of the cluster as well, and health checkers that fail what is well. */
import { shiftAtLeastMs, shiftAtMostMs, shiftRefusal } from "../balance/zonal-shift.ts"
import type { Action } from "../fault/action.ts"
import { sortedKeys } from "../value/text.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export type BalanceMove = Extract<Action, { readonly _tag: "ShiftZone" | "EndShift" | "BreakChecks" | "MendChecks" }>

export const actOnBalancers = (world: World, move: BalanceMove, turn: WorldTurn): void => {
  switch (move._tag) {
    case "ShiftZone":
      return shift(world, move, turn)
    case "EndShift":
      return endShift(world, move, turn)
    default:
      return turnCheckers(world, move.balancer, move.zones, move._tag === "BreakChecks", turn)
  }
}

const fail = (turn: WorldTurn, subject: string, why: string): void => void turn.emit({ _tag: "fault/MoveFailed", subject, why })

const shift = (
  world: World,
  { zone, balancers, cluster, forMs }: Extract<BalanceMove, { readonly _tag: "ShiftZone" }>,
  turn: WorldTurn
): void => {
  const until = turn.now + forMs
  for (const balancer of balancers) {
    const refusal = shiftRefusal(world, balancer, zone, forMs)
    if (refusal === undefined) turn.emit({ _tag: "balance/ZonalShiftStarted", balancer, zone, until })
    else fail(turn, balancer, refusal)
  }
  if (!cluster) return
  const other = sortedKeys(world.cluster.shifts.keys())[0]
  if (other !== undefined) fail(turn, "cluster", `it is shifted away from ${other} already`)
  else if (forMs < shiftAtLeastMs || forMs > shiftAtMostMs) fail(turn, "cluster", "a shift lasts between one minute and three days")
  else turn.emit({ _tag: "kube/ZonalShiftStarted", zone, from: turn.now + Number(world.settings.values["zonalShiftMs"]), until })
}

/** The appointment that its expiry has is met now instead. */
const endShift = (
  world: World,
  { zone, balancers, cluster }: Extract<BalanceMove, { readonly _tag: "EndShift" }>,
  turn: WorldTurn
): void => {
  for (const balancer of balancers) {
    const until = world.balancers.made.get(balancer)?.frontEnds.get(zone)?.shiftUntil
    if (until === undefined) fail(turn, balancer, `it is not shifted away from ${zone}`)
    else turn.ask({ _tag: "balance/ZonalShiftDue", balancer, zone, away: false, until }, turn.now)
  }
  const until = world.cluster.shifts.get(zone)?.until
  if (!cluster) return
  if (until === undefined) fail(turn, "cluster", `it is not shifted away from ${zone}`)
  else turn.ask({ _tag: "kube/ZonalShiftDue", zone, away: false, until }, turn.now)
}

const turnCheckers = (world: World, balancer: string, zones: ReadonlyArray<string>, broken: boolean, turn: WorldTurn): void => {
  const made = world.balancers.made.get(balancer)
  if (made === undefined) return fail(turn, balancer, "no such balancer")
  for (const zone of zones.length === 0 ? sortedKeys(made.frontEnds.keys()) : zones) {
    const frontEnd = made.frontEnds.get(zone)
    const targets = [...made.targets.values()].filter((target) => target.zone === zone && target.draining === undefined).length
    if (frontEnd === undefined) fail(turn, balancer, `it has no front end in ${zone}`)
    else if (frontEnd.checkerBroken !== broken) turn.emit({ _tag: "balance/CheckerTurned", balancer, zone, broken, targets })
  }
}

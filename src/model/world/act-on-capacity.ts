/** Moves on what can run out, and the upgrade that needs it. Each says so when it finds nothing. */
import { freeCountOf } from "../capacity/addresses.ts"
import { rangesToFill } from "../capacity/subnet-book.ts"
import type { CapacityAction } from "../fault/action-capacity.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const actOnCapacity = (world: World, action: CapacityAction, turn: WorldTurn): void => {
  const { lost, isFrozen } = world.addresses.launches
  const fail = (subject: string, why: string): void => void turn.emit({ _tag: "fault/MoveFailed", subject, why })
  switch (action._tag) {
    case "FreezeLaunches":
    case "ResumeLaunches": {
      const frozen = action._tag === "FreezeLaunches"
      if (frozen === isFrozen) return fail("launches", frozen ? "they are frozen already" : "they are not frozen")
      turn.emit({ _tag: "capacity/LaunchesFrozen", frozen })
      return
    }
    case "CutCapacity":
    case "RestoreCapacity": {
      const { zone, instanceType } = action
      const offering = instanceType === undefined ? zone : `${zone} ${instanceType}`
      const isCut = action._tag === "CutCapacity"
      if (isCut === lost.has(offering)) return fail(offering, isCut ? "its capacity is gone already" : "its capacity was never gone")
      const event = { zone, ...(instanceType === undefined ? {} : { instanceType }) }
      turn.emit({ _tag: isCut ? "capacity/OfferingLost" : "capacity/OfferingReturned", ...event })
      return
    }
    case "SetAddressing":
      turn.emit({ _tag: "capacity/PoolRulesTurned", changes: action.changes })
      return
    case "FillSubnet": {
      const book = world.addresses.subnets.get(action.subnet)
      const ranges = book === undefined ? [] : rangesToFill(book, action.leaving)
      const free = freeCountOf(world.addresses, action.subnet)
      if (ranges.length === 0) return fail(action.subnet, `it has ${free} free addresses`)
      turn.emit({ _tag: "capacity/SubnetFilled", subnet: action.subnet, ranges, left: action.leaving })
      return
    }
    case "EmptySubnet": {
      const ranges = world.addresses.filled.get(action.subnet) ?? []
      if (ranges.length === 0) return fail(action.subnet, "nobody filled it")
      const back = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
      const left = freeCountOf(world.addresses, action.subnet) + back
      turn.emit({ _tag: "capacity/SubnetEmptied", subnet: action.subnet, left })
      return
    }
    case "ResizeGroup":
      return resize(world, action, turn)
    case "UpgradeControlPlane":
      return upgrade(world, action.version, turn)
    case "UpgradePool":
      return upgradePool(world, action, turn)
  }
}

const upgradePool = (world: World, move: Extract<CapacityAction, { readonly _tag: "UpgradePool" }>, turn: WorldTurn): void => {
  const { pool: group, version, surge, unavailable, drainTimeoutMs, forces } = move
  const known = world.cluster.groups.get(group)
  const fail = (why: string): void => void turn.emit({ _tag: "fault/MoveFailed", subject: group, why })
  if (known === undefined) return fail("it has no scaling: its nodes are those that were named")
  if (known.upgrade !== undefined) return fail("it is being upgraded already")
  const nodes = world.cluster.nodeNames.filter((name) => {
    const node = world.cluster.nodes.get(name)
    return node?.spec.nodeGroup === group && !node.ending
  })
  if (nodes.length === 0) return fail("it has no nodes")
  turn.emit({ _tag: "kube/PoolUpgradeBegan", group, version, surge, unavailable, drainTimeoutMs, forces, nodes })
}

/** Only up: which nodes an owner takes away, and how, is said with `drain` and `deleteNodes`. */
const resize = (world: World, { group, desired }: Extract<CapacityAction, { readonly _tag: "ResizeGroup" }>, turn: WorldTurn): void => {
  const known = world.cluster.groups.get(group)
  const fail = (why: string): void => void turn.emit({ _tag: "fault/MoveFailed", subject: group, why })
  if (known === undefined) return fail("it has no scaling: its nodes are those that were named")
  if (desired > known.spec.max) return fail(`its maximum is ${known.spec.max}`)
  if (desired <= known.desired) return fail(`it wants ${known.desired} already`)
  turn.emit({ _tag: "kube/GroupGrown", group, by: "operator", from: known.desired, to: desired, reason: "asked for" })
}

/** An upgrade makes new interfaces in the cluster's subnets before the old ones go. Source: EKS user guide, Update a cluster. */
const upgrade = (world: World, version: string, turn: WorldTurn): void => {
  const { controlPlaneSubnets: subnets = [] } = world.ground.plan.cluster
  const asked = world.settings.upgradeAddresses
  const free = subnets.reduce((sum, subnet) => sum + freeCountOf(world.addresses, subnet), 0)
  if (subnets.length > 0 && free < asked) turn.emit({ _tag: "kube/UpgradeRefused", version, subnets, asked, free })
  else turn.emit({ _tag: "kube/ControlPlaneUpgraded", version })
}

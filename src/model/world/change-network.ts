/**
 * Somebody changes the network: a change that cannot be made says why, one that takes time is told when it begins, and is looked at
 * again when it is due.
 */
import { freeAddressOf } from "../capacity/addresses.ts"
import { changeTopology, type NetworkChange, paceOf, subjectOfChange } from "../cloud/change.ts"
import type { CloudTimer } from "../cloud/message.ts"
import { networkNow } from "./network-now.ts"
import { numberSetting } from "./settings.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const beginChange = (world: World, change: NetworkChange, turn: WorldTurn): void => {
  const lasts = spanOf(world, change)
  if (lasts === 0) return makeChange(world, { _tag: "cloud/ChangeDue", change }, turn)
  const refusal = refusalOf(world, change)
  if (refusal !== undefined) return refuse(change, refusal, turn)
  const cause = turn.emit({ _tag: "cloud/ChangeBegan", subject: subjectOfChange(change), change })
  turn.ask({ _tag: "cloud/ChangeDue", change }, turn.now + lasts, cause)
}

export const makeChange = (world: World, timer: CloudTimer, turn: WorldTurn): void => {
  const refusal = refusalOf(world, timer.change)
  if (refusal !== undefined) return refuse(timer.change, refusal, turn)
  turn.emit({ _tag: "cloud/ResourceChanged", subject: subjectOfChange(timer.change), change: addressed(world, timer.change) })
}

const settingOf = { create: "natCreateMs", edit: "routeEditMs", propagate: "udrPropagationMs" } as const

const spanOf = (world: World, change: NetworkChange): number => {
  const pace = paceOf(change)
  return pace === "at once" ? 0 : numberSetting(world.settings.values, settingOf[pace])
}

const refusalOf = (world: World, change: NetworkChange): string | undefined => {
  const changed = changeTopology(networkNow(world).topology, addressed(world, change))
  return "refused" in changed ? changed.refused : undefined
}

const refuse = (change: NetworkChange, why: string, turn: WorldTurn): void =>
  void turn.emit({ _tag: "fault/MoveFailed", subject: subjectOfChange(change), why })

/** With the address that it takes, where the owner named none. */
const addressed = (world: World, change: NetworkChange): NetworkChange => {
  if (change._tag !== "CreateNatGateway" || change.privateAddress !== undefined) return change
  const privateAddress = freeAddressOf(world.addresses, change.subnet)
  return privateAddress === undefined ? change : { ...change, privateAddress }
}

/**
 * Names that follow whatever of several is well: when the one that serves has been silent for a while, the next takes over, and stays.
 * Not modelled: what is lost between them; that the one that failed becomes the standby again.
 */
import { networkNow } from "./network-now.ts"
import { numberSetting } from "./settings.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export type FailoverTimer = { readonly _tag: "cloud/FailoverDue"; readonly id: string; readonly from: string }

/** Something went dark: whoever serves under a name and is silent now is given a while. */
export const noteServing = (world: World, _event: unknown, turn: WorldTurn): void => {
  for (const { id, members } of networkNow(world).cloud.failovers ?? []) {
    const from = world.serving.get(id) ?? members[0]?.component ?? ""
    if (world.fabric.components.get(from)?.condition === "silent")
      turn.askOnce(id, { _tag: "cloud/FailoverDue", id, from }, turn.now + numberSetting(world.settings.values, "dbFailoverMs"))
  }
}

export const failOver = (world: World, { id, from }: FailoverTimer, turn: WorldTurn): void => {
  const failover = networkNow(world).cloud.failovers?.find((known) => known.id === id)
  const isUp = (component: string): boolean => world.fabric.components.get(component)?.condition === "up"
  if (failover === undefined || isUp(from) || (world.serving.get(id) ?? failover.members[0]?.component) !== from) return
  const next = failover.members.find(({ component }) => isUp(component))
  if (next !== undefined)
    turn.emit({ _tag: "cloud/FailedOver", subject: id, from, to: next.component, name: failover.name, address: next.address })
}

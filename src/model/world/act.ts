/**
 * What an action of the timeline does at once. A fault that finds nothing is recorded with 0 components: the run is then
 * inconclusive, never green.
 */
import type { Action } from "../fault/action.ts"
import { componentsOfZone } from "./fabric-of-zones.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const act = (world: World, action: Action, turn: WorldTurn): void => {
  const condition = action._tag === "CutZone" ? "up" : "silent"
  const components = componentsOfZone(world.fabric.components, action.zone).filter(
    (id) => world.fabric.components.get(id)?.condition === condition
  ).length
  turn.emit({ _tag: action._tag === "CutZone" ? "fault/ZoneLost" : "fault/ZoneReturned", zone: action.zone, components })
}

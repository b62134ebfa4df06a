/** How the loss and the return of a zone show in the fabric: everything in it that is not at home on something else. */
import type { Component } from "../net/fabric.ts"
import { setCondition } from "../net/fabric-change.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { World } from "./world.ts"

/** Component ids of a zone that stop and resume with it, sorted. Pods follow their hosts. */
export const componentsOfZone = (components: ReadonlyMap<string, View<Component>>, zone: string): ReadonlyArray<string> =>
  sortedKeys(components.keys()).filter((id) => {
    const component = components.get(id)
    return component?.zone === zone && component.home === undefined
  })

export const evolveConditions = (world: World, zone: string, up: boolean): void => {
  if (up) world.zonesDown.delete(zone)
  else world.zonesDown.add(zone)
  for (const id of componentsOfZone(world.fabric.components, zone)) setCondition(world.fabric, id, up ? "up" : "silent")
}

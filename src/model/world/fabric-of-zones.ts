/** How the loss and the return of a zone show in the fabric: everything in it that is not at home on something else. */
import type { Component } from "../net/fabric.ts"
import { setCondition } from "../net/fabric-change.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { nodeComponent } from "./ids.ts"
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
  for (const id of componentsOfZone(world.fabric.components, zone)) {
    if (!up || !world.nodesDown.has(nodeOfComponent(id))) setCondition(world.fabric, id, up ? "up" : "silent")
  }
}

const nodeOfComponent = (id: string): string => (id.startsWith("node/") ? id.slice("node/".length) : "")

/** A node's own loss and return; one whose zone is dark stays silent. */
export const evolveNodeCondition = (world: World, node: string, up: boolean): void => {
  if (up) world.nodesDown.delete(node)
  else world.nodesDown.add(node)
  const component = world.fabric.components.get(nodeComponent(node))
  if (component === undefined) return
  const isDark = component.zone !== undefined && world.zonesDown.has(component.zone)
  setCondition(world.fabric, component.id, up && !isDark ? "up" : "silent")
}

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
  follow(world, componentsOfZone(world.fabric.components, zone))
}

/** A node's own loss and return. */
export const evolveNodeCondition = (world: World, node: string, up: boolean): void => {
  if (up) world.nodesDown.delete(node)
  else world.nodesDown.add(node)
  if (world.fabric.components.has(nodeComponent(node))) follow(world, [nodeComponent(node)])
}

/** What stands for a gateway, a peering or an endpoint: one component, or one a zone; or that of one zone, by `gateway/zone`. */
export const componentsOfGateway = (components: ReadonlyMap<string, View<Component>>, gateway: string): ReadonlyArray<string> =>
  sortedKeys(components.keys()).filter((id) => {
    const component = components.get(id)
    return (component?.origin.resource === gateway || id === gateway) && component?.home === undefined
  })

/** A gateway's own impairment, which its routes do not show, and its end. */
export const evolveGatewayCondition = (world: World, gateway: string, up: boolean): void => {
  if (up) world.gatewaysDown.delete(gateway)
  else world.gatewaysDown.add(gateway)
  follow(world, componentsOfGateway(world.fabric.components, gateway))
}

const nodeOfComponent = (id: string): string => (id.startsWith("node/") ? id.slice("node/".length) : "")

/** Whatever stops it: its zone, its own loss. What is stopped twice stays stopped until both are over. */
export const isStopped = (world: World, component: Pick<Component, "id" | "zone" | "origin">): boolean =>
  (component.zone !== undefined && world.zonesDown.has(component.zone)) ||
  world.nodesDown.has(nodeOfComponent(component.id)) ||
  world.gatewaysDown.has(component.origin.resource) ||
  world.gatewaysDown.has(component.id)

const follow = (world: World, ids: ReadonlyArray<string>): void => {
  for (const id of ids) {
    const component = world.fabric.components.get(id)
    if (component !== undefined) setCondition(world.fabric, id, isStopped(world, component) ? "silent" : "up")
  }
}

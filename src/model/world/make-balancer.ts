/**
 * The cloud's service controller: a Service of type LoadBalancer gets a balancer with a front end in each of its subnets and
 * every node as a target; nodes that are not ready stay among them (`lbNodeSet`).
 * Not modelled yet: the time and the API calls this takes. Source: kubernetes/cloud-provider controllers/service.
 */
import { freeAddressOf } from "../capacity/addresses.ts"
import { sortedKeys } from "../value/text.ts"
import { serviceKey } from "./ids.ts"
import type { EventOf } from "./message.ts"
import { networkNow } from "./network-now.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const makeBalancer = (world: World, event: EventOf<"kube/ServiceApplied">, turn: WorldTurn): void => {
  const spec = world.ground.plan.cluster.services.find((service) => serviceKey(service) === event.service)?.loadBalancer
  if (spec === undefined) return
  turn.emit({ _tag: "balance/BalancerCreated", balancer: spec.id, service: event.service })
  for (const subnet of spec.subnets) {
    const zone = networkNow(world).cloud.subnets.get(subnet)?.zone
    const address = freeAddressOf(world.addresses, subnet)
    if (zone === undefined || address === undefined) continue
    turn.emit({ _tag: "balance/FrontEndPlaced", balancer: spec.id, zone, subnet, address, publicAddress: standInAddress(world) })
  }
  for (const node of sortedKeys(world.cluster.nodes.keys())) {
    if (world.cluster.nodes.get(node)?.joined) turn.emit({ _tag: "balance/TargetRegistered", balancer: spec.id, target: node })
  }
}

/** The cloud chooses a public address; ours stands in for it, from the documentation range 198.51.100.0/24 (RFC 5737), counted up. */
const standInAddress = (world: World): string => {
  let placed = 0
  for (const balancer of world.balancers.made.values()) placed += balancer.frontEnds.size
  return `198.51.100.${100 + placed}`
}

/** A node that joins later becomes a target of every balancer. */
export const registerNode = (world: World, event: EventOf<"kube/NodeJoined">, turn: WorldTurn): void => {
  for (const balancer of sortedKeys(world.balancers.made.keys())) {
    if (!world.balancers.made.get(balancer)?.targets.has(event.node))
      turn.emit({ _tag: "balance/TargetRegistered", balancer, target: event.node })
  }
}

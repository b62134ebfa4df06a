/**
 * The controllers that make balancers: a Service of type LoadBalancer, or an Ingress, gets one with a front end in each of its
 * subnets. Not modelled: the time and the API calls this takes. Source: kubernetes/cloud-provider controllers/service;
 * aws-load-balancer-controller.
 */
import type { LoadBalancerSpec } from "../balance/spec.ts"
import { freeAddressOf } from "../capacity/addresses.ts"
import { ownerOf } from "./balancer-owner.ts"
import { serviceKey } from "./ids.ts"
import type { EventOf } from "./message.ts"
import { networkNow } from "./network-now.ts"
import { registerAll } from "./register-targets.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const makeBalancer = (world: World, event: EventOf<"kube/ServiceApplied">, turn: WorldTurn): void => {
  const spec = world.ground.plan.cluster.services.find((service) => serviceKey(service) === event.service)?.loadBalancer
  if (spec !== undefined) make(world, spec.id, turn)
}

/** An Ingress comes after the Services that it names. */
export const makeIngresses = (world: World, turn: WorldTurn): void => {
  for (const { loadBalancer } of world.ground.plan.cluster.ingresses ?? []) make(world, loadBalancer.id, turn)
}

const make = (world: World, balancer: string, turn: WorldTurn): void => {
  const { key, loadBalancer } = ownerOf(world, balancer)
  turn.emit({ _tag: "balance/BalancerCreated", balancer, service: key })
  if (loadBalancer.kind === "passthrough" || loadBalancer.frontEnd !== undefined) placeForAll(world, loadBalancer, turn)
  else placeByZone(world, loadBalancer, turn)
  registerAll(world, balancer, turn)
}

/** The key of a front end that stands in no zone. */
const allZones = "all zones"

const placeForAll = (world: World, { id: balancer, subnets, address: said, frontEnd }: LoadBalancerSpec, turn: WorldTurn): void => {
  const [subnet = ""] = subnets
  const own = frontEnd === "inside" || frontEnd === "both" ? freeAddressOf(world.addresses, subnet) : undefined
  const publicAddress = said ?? (frontEnd === "inside" ? own : standInAddress(world))
  const address = frontEnd === "both" ? own : publicAddress
  if (address === undefined || publicAddress === undefined) return
  turn.emit({ _tag: "balance/FrontEndPlaced", balancer, zone: allZones, subnet, address, publicAddress })
}

const placeByZone = (world: World, { id: balancer, subnets }: LoadBalancerSpec, turn: WorldTurn): void => {
  for (const subnet of subnets) {
    const zone = networkNow(world).cloud.subnets.get(subnet)?.zone
    const address = freeAddressOf(world.addresses, subnet)
    if (zone === undefined || address === undefined) continue
    turn.emit({ _tag: "balance/FrontEndPlaced", balancer, zone, subnet, address, publicAddress: standInAddress(world) })
  }
}

/** The cloud chooses a public address; ours stands in for it, from the documentation range 198.51.100.0/24 (RFC 5737), counted up. */
const standInAddress = (world: World): string => {
  let placed = 0
  for (const balancer of world.balancers.made.values()) placed += balancer.frontEnds.size
  return `198.51.100.${100 + placed}`
}

/**
 * The cloud's route controller, where the network knows pods by routes: one a node that joins, and none for a node that is gone. Until
 * its route is in force a node is tainted, and takes no pod that needs it. What stands when the run begins has the owner's routes.
 * Not modelled: that it looks every ten seconds, and mends routes that others took away.
 * Source: kubernetes cloud-provider controllers/route (taint network-unavailable); cloud-provider-azure, cloud-provider-gcp.
 */
import { changeTopology, type NetworkChange } from "../cloud/change.ts"
import { networkUnavailableTaint } from "../kube/tolerations.ts"
import { formatAddress } from "../net/ip.ts"
import { beginChange } from "./change-network.ts"
import type { EventOf } from "./message.ts"
import { networkNow } from "./network-now.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

/** `10.244.3.0/24` of a node, where it has a block and the network knows it by a route. */
const blockOf = (world: World, node: string): string | undefined => {
  const { podRange } = world.ground.plan.cluster
  const block = world.addresses.pools.get(node)?.block
  return podRange === undefined || podRange.known !== undefined || block === undefined
    ? undefined
    : `${formatAddress(block)}/${podRange.blockLength}`
}

export const writeRoute = (world: World, { node }: EventOf<"kube/NodeJoined">, turn: WorldTurn): void => {
  const spec = world.cluster.nodes.get(node)?.spec
  const block = blockOf(world, node)
  const { cloud, topology } = networkNow(world)
  if (turn.settling || spec === undefined || block === undefined) return
  const change = cloud.podRoute?.(spec, block)
  if (change === undefined) return
  const cause = turn.emit({ _tag: "kube/NodeTainted", node, ...networkUnavailableTaint })
  const changed = changeTopology(topology, change)
  if ("refused" in changed) turn.emit({ _tag: "kube/NodeRouteRefused", node, block, why: changed.refused }, cause)
  else beginChange(world, change, turn)
}

/** Nobody's pods are behind it any more. */
export const dropRoute = (world: World, { node }: EventOf<"kube/NodeDeleted">, turn: WorldTurn): void => {
  const change = networkNow(world).cloud.podRouteGone?.(node)
  if (!turn.settling && world.ground.plan.cluster.podRange?.known === undefined && change !== undefined) beginChange(world, change, turn)
}

/** The route of a node is in force. */
export const noteRoute = (world: World, { change }: { readonly change: NetworkChange }, turn: WorldTurn): void => {
  const node = networkNow(world).cloud.nodeOfRoute?.(change) ?? ""
  const isTainted = world.cluster.nodes.get(node)?.taints.some(({ key }) => key === networkUnavailableTaint.key) === true
  if (isTainted) turn.emit({ _tag: "kube/NodeUntainted", node, ...networkUnavailableTaint })
}

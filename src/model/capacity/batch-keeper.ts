/**
 * A node that draws addresses of a pod subnet in batches, ahead of need: it asks for more when its pods leave less than half a batch
 * free, gives whole batches back, and asks for single addresses once the subnet has none of the size any more.
 * Not modelled: when the asked controller answers within the loop; addresses that cool down.
 * Source: Azure/azure-container-networking cns/ipampool (scaler, monitor); AKS docs, pod subnets with dynamic allocation.
 */
import { formatAddress } from "../net/ip.ts"
import type { Turn } from "../value/turn.ts"
import type { View } from "../value/view.ts"
import type { AddressBook } from "./address-book.ts"
import { batchSize, dynamicTarget } from "./holding.ts"
import type { CapacityEvent, CapacityTimer } from "./message.ts"
import { type NodePool, totalIn } from "./pool.ts"
import { freeIn, lowestFree } from "./subnet-book.ts"

interface AddressWorld {
  readonly addresses: View<AddressBook>
}
type BatchTurn = Turn<CapacityEvent, CapacityTimer>

const bufferPerCent = 50

const targetOf = ({ held, podsMax }: View<NodePool>, batch: number): number =>
  dynamicTarget(held.size, { batch, bufferPerCent, max: podsMax })

/** Pods came or went: it asks at its next look. While the cluster settles it has asked already. */
export const followDemand = (world: AddressWorld, node: string, pool: View<NodePool>, turn: BatchTurn): void => {
  if (targetOf(pool, batchSize) === totalIn(pool)) return
  if (turn.settling) ask(world, node, turn)
  else if (!pool.cutOff) turn.askOnce(node, { _tag: "capacity/BatchDue", node }, turn.now + world.addresses.rules.podBatchMs)
}

export const drawBatch = (world: AddressWorld, timer: { readonly node: string }, turn: BatchTurn): void => {
  if (world.addresses.pools.get(timer.node)?.cutOff === false) ask(world, timer.node, turn)
}

const ask = (world: AddressWorld, node: string, turn: BatchTurn): void => {
  const pool = world.addresses.pools.get(node)
  const [holding] = pool?.interfaces ?? []
  const subnet = world.addresses.subnets.get(holding?.subnet ?? "")
  if (pool === undefined || holding === undefined || subnet === undefined) return
  const more = targetOf(pool, batchSize) - totalIn(pool)
  const change = { node, index: holding.index }
  if (more < 0) {
    const spare = [...pool.spare].sort((left, right) => left - right).slice(more)
    turn.emit({ _tag: "capacity/AddressesReleased", ...change, slots: spare.map(formatAddress) })
    return
  }
  const free = freeIn(subnet)
  // One by one, when there is no whole batch.
  const wanted = free >= more ? more : Math.min(free, targetOf(pool, 1) - totalIn(pool))
  if (wanted > 0) turn.emit({ _tag: "capacity/AddressesAdded", ...change, slots: lowestFree(subnet, wanted).map(formatAddress) })
  else if (more > 0) refuse(world, { node, subnet: holding.subnet, asked: more, free }, pool.refusal, turn)
}

interface Refused {
  readonly node: string
  readonly subnet: string
  readonly asked: number
  readonly free: number
}

/** Told once; it goes on asking. */
const refuse = (world: AddressWorld, refused: Refused, told: string | undefined, turn: BatchTurn): void => {
  const code = "SubnetIsFull"
  const message = `Subnet ${refused.subnet} has ${refused.free} free addresses, ${refused.asked} asked for`
  if (told !== code) turn.emit({ _tag: "capacity/GrowthRefused", ...refused, code, message, pauses: false })
  const { rules } = world.addresses
  turn.askOnce(refused.node, { _tag: "capacity/BatchDue", node: refused.node }, Math.max(turn.now, 0) + rules.podBatchMs)
}

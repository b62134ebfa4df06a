/**
 * The agent on every node that keeps addresses ready for its pods (ipamd). It looks at its pool in a loop and makes one call a look:
 * fills an interface, attaches another, or gives back what is too much. Looks that would find nothing to do are not held. While the
 * cluster settles, interfaces come at once: what is found at the start is the steady state.
 * Not modelled: reconciling with what the cloud knows, leaked interfaces, calls that fail for other reasons.
 * Source: amazon-vpc-cni-k8s pkg/ipamd/ipamd.go (nodeInit, StartNodeIPPoolManager, increaseDatastorePool).
 */
import { formatAddress } from "../net/ip.ts"
import type { Instant } from "../value/instant.ts"
import { sortedKeys } from "../value/text.ts"
import type { Turn } from "../value/turn.ts"
import type { View } from "../value/view.ts"
import type { AddressBook } from "./address-book.ts"
import { followDemand } from "./batch-keeper.ts"
import { waitOfCall } from "./cloud-calls.ts"
import type { CapacityEvent, CapacityTimer } from "./message.ts"
import { idleInterface, isBusy, isTooLow, mayGrow, type NodePool, nextLook, surplusOf } from "./pool.ts"
import { fillFirst, grow } from "./pool-growth.ts"
import { notBegun, prefixText } from "./pool-state.ts"

interface AddressWorld {
  readonly addresses: View<AddressBook>
}
export type AddressTurn = Turn<CapacityEvent, CapacityTimer>

/** A launched instance starts its agent a little before it is a node. */
export const awaitInit = (
  world: AddressWorld,
  event: { readonly instance: string; readonly readyAt: Instant },
  turn: AddressTurn
): void => {
  const { poolInitLeadMs } = world.addresses.rules
  turn.ask({ _tag: "capacity/PoolInitDue", node: event.instance }, Math.max(turn.now, event.readyAt - poolInitLeadMs))
}

/** The agent starts: the first interface, whose own address is the node's, is filled. */
export const beginPool = (world: AddressWorld, event: { readonly node: string }, turn: AddressTurn): void => {
  const pool = world.addresses.pools.get(event.node)
  if (pool === undefined || pool.interfacesMax === 0 || pool.interfaces.length > 0) return
  fillFirst(world.addresses, event.node, pool, turn)
  keepPool(world, event, turn)
}

/** Something turned in a node's pool: its agent will see it when it looks next. */
export const keepPool = (world: AddressWorld, event: { readonly node: string }, turn: AddressTurn): void => {
  const book = world.addresses
  const pool = book.pools.get(event.node)
  if (pool?.drawsBatches === true) return followDemand(world, event.node, pool, turn)
  if (pool === undefined || pool.interfacesMax === 0 || pool.looksAt === notBegun) return
  if (turn.settling) {
    while (pool.refusal === undefined && isGrowing(book, pool) && grow(book, event.node, pool, turn));
    // What could not be had while settling is asked for again once time runs.
    if (pool.refusal !== undefined)
      turn.askOnce(event.node, { _tag: "capacity/PoolLookDue", node: event.node }, nextLook(pool, -1, book.rules.poolLoopMs))
    return
  }
  if (isBusy(pool, turn.now) || pool.cordoned || pool.cutOff) return
  const from = needsLookFrom(book, pool, turn.now)
  if (from !== undefined)
    turn.askOnce(event.node, { _tag: "capacity/PoolLookDue", node: event.node }, nextLook(pool, turn.now, book.rules.poolLoopMs, from))
}

/** The pod gave its address back. */
export const keepPoolOfPod = (world: AddressWorld, event: { readonly pod: string }, turn: AddressTurn): void => {
  const node = world.addresses.assigned.get(event.pod)
  if (node !== undefined) keepPool(world, { node }, turn)
}

/** The rules turned for all. */
export const keepPools = (world: AddressWorld, _event: unknown, turn: AddressTurn): void => {
  for (const node of sortedKeys(world.addresses.pools.keys())) keepPool(world, { node }, turn)
}

const isGrowing = (book: View<AddressBook>, pool: View<NodePool>): boolean => isTooLow(pool, book.rules) && mayGrow(pool, book.rules)

/** The instant after which a look has something to do; `undefined`: none has. */
const needsLookFrom = (book: View<AddressBook>, pool: View<NodePool>, now: Instant): Instant | undefined => {
  const { rules } = book
  if (isGrowing(book, pool)) return pool.refusedAt === undefined ? now : pool.refusedAt + rules.addressRefusalPauseMs
  const instants: Array<Instant> = []
  if (surplusOf(pool, rules, now) !== undefined) instants.push(pool.shrunkAt + rules.addressShrinkMs - 1)
  else if (surplusOf(pool, rules, Number.MAX_SAFE_INTEGER) !== undefined)
    for (const { since } of pool.cooling.values()) instants.push(since + rules.addressCoolingMs - 1)
  const idle = idleInterface(pool, rules)
  if (idle !== undefined) instants.push(idle.from - 1)
  return instants.length === 0 ? undefined : Math.max(now, Math.min(...instants))
}

/** One look of the agent's loop. */
export const look = (world: AddressWorld, timer: { readonly node: string }, turn: AddressTurn): void => {
  const book = world.addresses
  const pool = book.pools.get(timer.node)
  if (pool === undefined || isBusy(pool, turn.now) || pool.cordoned || pool.cutOff || !isLookingAt(book, pool, turn.now)) return
  if (!hasWork(book, pool, turn.now)) return keepPool(world, timer, turn)
  const wait = waitOfCall(book, turn.now)
  if (wait > 0) {
    turn.emit({ _tag: "capacity/CallThrottled", node: timer.node, untilMs: turn.now + wait })
    turn.ask({ _tag: "capacity/CallDue", node: timer.node }, turn.now + wait)
    return
  }
  work(world, timer.node, turn)
}

const isLookingAt = (book: View<AddressBook>, pool: View<NodePool>, now: Instant): boolean =>
  now >= pool.looksAt && (now - pool.looksAt) % book.rules.poolLoopMs === 0

const isPausing = (book: View<AddressBook>, pool: View<NodePool>, now: Instant): boolean =>
  pool.refusedAt !== undefined && now - pool.refusedAt <= book.rules.addressRefusalPauseMs

const mayShrink = (book: View<AddressBook>, pool: View<NodePool>, now: Instant): boolean =>
  now - pool.shrunkAt >= book.rules.addressShrinkMs && surplusOf(pool, book.rules, now) !== undefined

const mayDetach = (book: View<AddressBook>, pool: View<NodePool>, now: Instant): boolean =>
  (idleInterface(pool, book.rules)?.from ?? now + 1) <= now

const hasWork = (book: View<AddressBook>, pool: View<NodePool>, now: Instant): boolean =>
  isGrowing(book, pool) ? !isPausing(book, pool, now) : mayShrink(book, pool, now) || mayDetach(book, pool, now)

/** A call that waited for its turn is made; what it is for is decided now. */
export const makeCall = (world: AddressWorld, timer: { readonly node: string }, turn: AddressTurn): void => {
  if (world.addresses.pools.get(timer.node)?.callsAt === turn.now) work(world, timer.node, turn)
}

const work = (world: AddressWorld, node: string, turn: AddressTurn): void => {
  const book = world.addresses
  const pool = book.pools.get(node)
  if (pool === undefined) return
  if (isGrowing(book, pool)) {
    if (!isPausing(book, pool, turn.now)) grow(book, node, pool, turn)
  } else shrink(book, node, pool, turn)
  keepPool(world, { node }, turn)
}

const shrink = (book: View<AddressBook>, node: string, pool: View<NodePool>, turn: AddressTurn): void => {
  const surplus = mayShrink(book, pool, turn.now) ? surplusOf(pool, book.rules, turn.now) : undefined
  if (surplus !== undefined) {
    const prefixes = [...surplus.prefixes].sort((left, right) => left - right).map(prefixText)
    const slots = [...surplus.slots].sort((left, right) => left - right).map(formatAddress)
    turn.emit({ _tag: "capacity/AddressesReleased", node, index: surplus.index, slots, ...(prefixes.length === 0 ? {} : { prefixes }) })
  }
  const idle = idleInterface(pool, book.rules)
  if (idle !== undefined && idle.from <= turn.now) turn.emit({ _tag: "capacity/InterfaceReleased", node, index: idle.index })
}

/** The interface is there: its addresses can be used. */
export const attach = (world: AddressWorld, timer: { readonly node: string; readonly index: number }, turn: AddressTurn): void => {
  const coming = world.addresses.pools.get(timer.node)?.interfaces.find(({ index }) => index === timer.index)
  if (coming === undefined || coming.attachedAt !== undefined) return
  const prefixes = [...coming.prefixes].sort((left, right) => left - right).map(prefixText)
  turn.emit({
    _tag: "capacity/InterfaceAttached",
    node: timer.node,
    index: timer.index,
    subnet: coming.subnet,
    own: formatAddress(coming.own),
    slots: [...coming.slots].sort((left, right) => left - right).map(formatAddress),
    ...(prefixes.length === 0 ? {} : { prefixes })
  })
}

/** A pod with an interface of its own is gone: its address cools down before it is free. */
export const coolPodInterface = (world: AddressWorld, event: { readonly pod: string }, turn: AddressTurn): void => {
  const book = world.addresses
  if (book.branches.size === 0) return
  for (const [address, { pod, subnet }] of book.branches)
    if (pod === event.pod && book.branchOf.get(pod) !== address)
      turn.ask(
        { _tag: "capacity/PodInterfaceCoolDue", subnet, address: formatAddress(address) },
        turn.now + book.rules.podInterfaceCoolingMs
      )
}

export const freePodInterface = (
  world: AddressWorld,
  timer: { readonly subnet: string; readonly address: string },
  turn: AddressTurn
): void => {
  if (world.addresses.subnets.has(timer.subnet)) turn.emit({ ...timer, _tag: "capacity/PodInterfaceReleased" })
}

/** A node's pool as it begins, and how what comes to be of its interfaces folds into it and into the subnets. */
import { formatAddress, parsePrefix } from "../net/ip.ts"
import type { Instant } from "../value/instant.ts"
import type { AddressBook, PoolSpec } from "./address-book.ts"
import type { CapacityEvent, CapacityEventOf } from "./message.ts"
import { addressesOf, type Interface, type NodePool } from "./pool.ts"
import { give, numberOf, take } from "./subnet-book.ts"
import type { InstanceTerms } from "./terms.ts"

/** Before its first look: it has not begun. */
export const notBegun = -1

/** Where a node's pods have their addresses from. */
export interface PodGround {
  /** The first address of the node's own block, where it has one; that one is the node's bridge. */
  readonly block?: number
  /** The subnet of its pods' interfaces, when it is not its own. */
  readonly podSubnet?: string
  /** What it takes of a subnet from the beginning, and whether more is drawn in batches. */
  readonly holding?: Interface
  readonly drawsBatches?: true
}

export const poolFor = (node: PoolSpec, terms: InstanceTerms, { block, podSubnet, holding, drawsBatches }: PodGround): NodePool => ({
  subnet: node.subnet,
  own: node.address,
  instanceType: node.instanceType,
  // A machine for one pod has no agent: its pod bears its own address.
  interfacesMax: terms.ownBlock === true || terms.forOnePod === true ? 0 : terms.interfacesMax,
  slotsPerInterface: terms.slotsPerInterface,
  takesPrefixes: terms.takesPrefixes ?? false,
  podsMax: node.maxPods ?? Number.MAX_SAFE_INTEGER,
  ...(podSubnet === undefined ? {} : { podSubnet }),
  pinned: node.pinned,
  interfaces: holding === undefined ? [] : [holding],
  ...(drawsBatches === undefined ? {} : { drawsBatches }),
  ...(block === undefined ? {} : { block }),
  spare: new Set(block === undefined ? spareOf(holding) : Array.from({ length: terms.slotsPerInterface }, (_, slot) => block + 1 + slot)),
  cooling: new Map(),
  held: new Map(),
  looksAt: notBegun,
  isNode: false,
  cordoned: false,
  cutOff: false,
  shrunkAt: Number.MIN_SAFE_INTEGER
})

/** Of blocks the first address is the node's. Source: AKS docs, static block allocation. */
const spareOf = (holding: Interface | undefined): ReadonlyArray<number> => {
  if (holding === undefined) return []
  const lowest = Math.min(...holding.prefixes)
  return addressesOf(holding).filter((address) => address !== lowest)
}

const firstOf = (prefix: string): number => {
  const known = parsePrefix(prefix)
  if (known === undefined) throw new Error(`"${prefix}" is no prefix`)
  return known.first
}

export const prefixText = (first: number): string => `${formatAddress(first)}/28`

type Held = Pick<Interface, "slots" | "prefixes">

const heldOf = (event: { readonly slots: ReadonlyArray<string>; readonly prefixes?: ReadonlyArray<string> }): Held => ({
  slots: new Set(event.slots.map(numberOf)),
  prefixes: new Set((event.prefixes ?? []).map(firstOf))
})

type PoolEvent = Extract<CapacityEvent, { readonly node: string }>

export const evolvePool = (book: AddressBook, pool: NodePool, event: PoolEvent, at: Instant): void => {
  switch (event._tag) {
    case "capacity/InterfaceCreated":
      hold(book, pool, event)
      return
    case "capacity/InterfaceAttached":
      return attach(book, pool, event, at)
    case "capacity/AddressesAdded": {
      const added = pool.interfaces.find(({ index }) => index === event.index)
      if (added === undefined) return
      const more = heldOf(event)
      for (const address of addressesOf({ ...added, ...more })) {
        const subnet = book.subnets.get(added.subnet)
        if (subnet !== undefined) take(subnet, address)
        pool.spare.add(address)
      }
      for (const slot of more.slots) added.slots.add(slot)
      for (const prefix of more.prefixes) added.prefixes.add(prefix)
      delete pool.refusal
      return
    }
    case "capacity/AddressesReleased": {
      const lessened = pool.interfaces.find(({ index }) => index === event.index)
      if (lessened === undefined) return
      const less = heldOf(event)
      for (const address of addressesOf({ ...lessened, ...less })) giveBack(book, pool, lessened.subnet, address)
      for (const slot of less.slots) lessened.slots.delete(slot)
      for (const prefix of less.prefixes) lessened.prefixes.delete(prefix)
      pool.shrunkAt = at
      return
    }
    case "capacity/InterfaceReleased": {
      const gone = pool.interfaces.findIndex(({ index }) => index === event.index)
      const released = pool.interfaces[gone]
      if (released === undefined) return
      releaseInterface(book, pool, released)
      pool.interfaces.splice(gone, 1)
      return
    }
    case "capacity/GrowthRefused":
      pool.refusal = event.code
      if (event.pauses) pool.refusedAt = at
      return
    case "capacity/CallThrottled":
      pool.callsAt = event.untilMs
      pool.looksAt = event.untilMs + book.rules.poolLoopMs
  }
}

const hold = (
  book: AddressBook,
  pool: NodePool,
  event: CapacityEventOf<"capacity/InterfaceCreated" | "capacity/InterfaceAttached">
): Interface => {
  const made: Interface = { index: event.index, subnet: event.subnet, own: numberOf(event.own), ...heldOf(event) }
  const subnet = book.subnets.get(event.subnet)
  if (subnet === undefined) throw new Error(`${event._tag}: subnet "${event.subnet}" is unknown`)
  for (const address of [made.own, ...addressesOf(made)]) take(subnet, address)
  pool.interfaces.push(made)
  delete pool.refusal
  return made
}

const attach = (book: AddressBook, pool: NodePool, event: CapacityEventOf<"capacity/InterfaceAttached">, at: Instant): void => {
  const waited = pool.interfaces.find(({ index }) => index === event.index)
  const attached = waited ?? hold(book, pool, event)
  attached.attachedAt = at
  for (const address of addressesOf(attached)) pool.spare.add(address)
  // The agent sleeps half a loop before its first look; a loop that waited for an interface sleeps a whole one.
  if (pool.looksAt === notBegun) pool.looksAt = at + Math.floor(book.rules.poolLoopMs / 2)
  else if (waited !== undefined) pool.looksAt = at + book.rules.poolLoopMs
}

const giveBack = (book: AddressBook, pool: NodePool, subnet: string, address: number): void => {
  const known = book.subnets.get(subnet)
  if (known !== undefined) give(known, address)
  pool.spare.delete(address)
  pool.cooling.delete(address)
}

const releaseInterface = (book: AddressBook, pool: NodePool, released: Interface): void => {
  for (const address of [released.own, ...addressesOf(released)]) giveBack(book, pool, released.subnet, address)
}

/** With its machine go its interfaces, all their addresses, and those of pods' own interfaces on it. */
export const releasePool = (book: AddressBook, node: string): void => {
  const pool = book.pools.get(node)
  if (pool === undefined) return
  for (const each of pool.interfaces) releaseInterface(book, pool, each)
  const own = book.subnets.get(pool.subnet)
  const forPods = book.subnets.get(pool.podSubnet ?? pool.subnet)
  if (own !== undefined) give(own, numberOf(pool.own))
  for (const pinned of pool.pinned) if (forPods !== undefined) give(forPods, numberOf(pinned))
  for (const pod of pool.held.keys()) book.assigned.delete(pod)
  for (const { pod } of pool.cooling.values()) if (book.assigned.get(pod) === node) book.assigned.delete(pod)
  for (const [address, branch] of book.branches) if (branch.node === node) releaseBranch(book, address)
  if (pool.block !== undefined) book.blocks.delete(pool.block)
  book.pools.delete(node)
}

export const releaseBranch = (book: AddressBook, address: number): void => {
  const branch = book.branches.get(address)
  const subnet = book.subnets.get(branch?.subnet ?? "")
  if (branch === undefined || subnet === undefined) return
  give(subnet, address)
  book.branches.delete(address)
  if (book.branchOf.get(branch.pod) === address) book.branchOf.delete(branch.pod)
}

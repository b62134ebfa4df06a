/**
 * What one node's interfaces hold for its pods, and the rules by which its agent finds that too little or too much. Addresses that
 * cool down count as available, though no pod gets them; a prefix counts whole.
 * Source: amazon-vpc-cni-k8s pkg/ipamd/ipamd.go (isDatastorePoolTooLow, decreaseDatastorePool), pkg/ipamd/datastore.
 */
import type { Address } from "../net/flow.ts"
import type { Instant, Millis } from "../value/instant.ts"
import type { View } from "../value/view.ts"
import type { PoolRules } from "./settings.ts"
import { blockSize, firstOfBlock } from "./subnet-book.ts"

export interface Interface {
  readonly index: number
  readonly subnet: string
  readonly own: number
  /** Absent while it is on its way. */
  attachedAt?: Instant
  /** Single addresses, and prefixes by their first address: each takes a slot. */
  readonly slots: Set<number>
  readonly prefixes: Set<number>
}

export interface NodePool {
  readonly subnet: string
  readonly own: Address
  readonly instanceType: string
  readonly interfacesMax: number
  readonly slotsPerInterface: number
  readonly takesPrefixes: boolean
  readonly podsMax: number
  /** Where its pods' interfaces stand, when not in its own subnet: the first interface then carries no pod. */
  readonly podSubnet?: string
  /** Addresses that the owner knows pods of this node to have. */
  readonly pinned: ReadonlyArray<Address>
  readonly interfaces: Array<Interface>
  /** Held ready and not assigned, as numbers. */
  readonly spare: Set<number>
  /** Given back not long ago: when, and by which pod. In the order of `since`. */
  readonly cooling: Map<number, { readonly since: Instant; readonly pod: string }>
  /** Address by pod. */
  readonly held: Map<string, number>
  /** Its agent looks at this instant, and every `poolLoopMs` after. */
  looksAt: Instant
  /** Its instance is a node of the cluster's: until then it is only launched. */
  isNode: boolean
  /** It draws addresses of its pods' subnet in batches. */
  readonly drawsBatches?: true
  /** The first address of the block that it has of its pods' range. */
  readonly block?: number
  /** The agent cannot act, or will not: its node is cordoned, or cut off. */
  cordoned: boolean
  cutOff: boolean
  /** The last refusal that makes it pause. */
  refusedAt?: Instant
  shrunkAt: Instant
  /** A call that waits for its turn, until then. */
  callsAt?: Instant
  /** Why the last growth was refused, while that has not changed. */
  refusal?: string
}

const usesTargets = (rules: View<PoolRules>): boolean => rules.warmAddresses > 0 || rules.addressesMin > 0

export const delegates = (pool: View<NodePool>, rules: View<PoolRules>): boolean => rules.prefixDelegation && pool.takesPrefixes

export const availableIn = (pool: View<NodePool>): number => pool.spare.size + pool.cooling.size
export const totalIn = (pool: View<NodePool>): number => availableIn(pool) + pool.held.size

/** Interfaces that carry pods: with a subnet of their own for pods, all but the first. */
const carrying = (pool: View<NodePool>): ReadonlyArray<View<Interface>> =>
  pool.podSubnet === undefined ? pool.interfaces : pool.interfaces.filter(({ index }) => index > 0)

const room = (pool: View<NodePool>, each: View<Interface>): number => pool.slotsPerInterface - each.slots.size - each.prefixes.size

/** Attached interfaces with free slots, in order. */
export const openInterfaces = (
  pool: View<NodePool>
): ReadonlyArray<{ readonly index: number; readonly subnet: string; readonly room: number }> =>
  carrying(pool).flatMap((each) =>
    each.attachedAt !== undefined && room(pool, each) > 0 ? [{ index: each.index, subnet: each.subnet, room: room(pool, each) }] : []
  )

/** Interfaces it may have, its trunk's place left free. */
export const interfacesMaxOf = (pool: View<NodePool>, rules: View<PoolRules>): number => {
  const most = rules.interfacesMax === 0 ? pool.interfacesMax : Math.min(rules.interfacesMax, pool.interfacesMax)
  return Math.max(Math.min(1, pool.interfacesMax), most - (rules.podInterfaces ? 1 : 0))
}

/** An interface is being attached, or a call waits: the loop stands still. */
export const isBusy = (pool: View<NodePool>, now: Instant): boolean =>
  (pool.callsAt !== undefined && pool.callsAt > now) || pool.interfaces.some(({ attachedAt }) => attachedAt === undefined)

/** Addresses short of the targets. */
const shortOf = (pool: View<NodePool>, rules: View<PoolRules>): number =>
  Math.max(rules.warmAddresses - availableIn(pool), rules.addressesMin - totalIn(pool), 0)

/** Whether the agent finds its pool too low. Never once it holds an address for every pod the node may have. */
export const isTooLow = (pool: View<NodePool>, rules: View<PoolRules>): boolean => {
  if (totalIn(pool) >= pool.podsMax) return false
  if (usesTargets(rules)) return shortOf(pool, rules) > 0
  const available = availableIn(pool)
  const [target, unit] = delegates(pool, rules) ? [rules.warmPrefixes, blockSize] : [rules.warmInterfaces, pool.slotsPerInterface]
  return target === 0 ? available === 0 : available < target * unit
}

/** Whether there is a place for more: a free slot, or a free interface. */
export const mayGrow = (pool: View<NodePool>, rules: View<PoolRules>): boolean =>
  pool.interfaces.length < interfacesMaxOf(pool, rules) || openInterfaces(pool).length > 0

/** Slots it asks for at once, before the interface's room bounds it. */
export const wantedSlots = (pool: View<NodePool>, rules: View<PoolRules>): number => {
  if (usesTargets(rules)) {
    const short = shortOf(pool, rules)
    return delegates(pool, rules) ? Math.ceil(short / blockSize) : short
  }
  return delegates(pool, rules)
    ? Math.max(rules.warmPrefixes - freePrefixes(pool, Number.MAX_SAFE_INTEGER).length, 1)
    : pool.slotsPerInterface
}

/** Held ready, and not cooling down. */
const isReady = (pool: View<NodePool>, address: number, cooledBy: Instant): boolean =>
  pool.spare.has(address) || (pool.cooling.get(address)?.since ?? cooledBy + 1) <= cooledBy

const isFree = (pool: View<NodePool>, prefix: number, cooledBy: Instant): boolean => {
  for (let address = prefix; address < prefix + blockSize; address++) if (!isReady(pool, address, cooledBy)) return false
  return true
}

/** Prefixes of which no pod has an address, the last interface's first. */
const freePrefixes = (pool: View<NodePool>, cooledBy: Instant): ReadonlyArray<{ readonly index: number; readonly prefix: number }> =>
  carrying(pool)
    .flatMap(({ index, prefixes }) => [...prefixes].filter((prefix) => isFree(pool, prefix, cooledBy)).map((prefix) => ({ index, prefix })))
    .reverse()

/** What the agent gives back from one interface. */
export interface Surplus {
  readonly index: number
  readonly slots: ReadonlyArray<number>
  readonly prefixes: ReadonlyArray<number>
}

/** Addresses or prefixes beyond the targets, on one interface. Only with targets for addresses or prefixes is any given back. */
export const surplusOf = (pool: View<NodePool>, rules: View<PoolRules>, now: Instant): Surplus | undefined => {
  const cooledBy = now - rules.addressCoolingMs
  const over = usesTargets(rules) ? Math.min(availableIn(pool) - rules.warmAddresses, totalIn(pool) - rules.addressesMin) : 0
  if (delegates(pool, rules)) {
    const free = freePrefixes(pool, cooledBy)
    const count = usesTargets(rules) ? Math.floor(over / blockSize) : free.length - rules.warmPrefixes
    const index = free[0]?.index
    const prefixes = free.filter((each) => each.index === index).map(({ prefix }) => prefix)
    return index === undefined || count <= 0 ? undefined : { index, slots: [], prefixes: prefixes.slice(0, count) }
  }
  if (over <= 0) return undefined
  for (const { index, slots: held } of [...carrying(pool)].reverse()) {
    const slots = [...held].filter((address) => isReady(pool, address, cooledBy)).sort((left, right) => right - left)
    if (slots.length > 0) return { index, slots: slots.slice(0, over), prefixes: [] }
  }
  return undefined
}

/** An interface that could go when it is old enough and cool, and from when on. */
export const idleInterface = (
  pool: View<NodePool>,
  rules: View<PoolRules>
): { readonly index: number; readonly from: Instant } | undefined => {
  if (pool.interfaces.length < 2 || !isSpareWithout(pool, rules, pool.slotsPerInterface)) return undefined
  for (const each of [...pool.interfaces].reverse()) {
    if (each.index === 0 || each.attachedAt === undefined) continue
    const addresses = addressesOf(each)
    if (!addresses.every((address) => pool.spare.has(address) || pool.cooling.has(address))) continue
    if (!isSpareWithout(pool, rules, addresses.length)) continue
    const cool = addresses.reduce(
      (latest, address) => Math.max(latest, (pool.cooling.get(address)?.since ?? 0) + rules.addressCoolingMs),
      0
    )
    return { index: each.index, from: Math.max(each.attachedAt + rules.interfaceAgeMinMs, cool) }
  }
  return undefined
}

/** Whether the pool keeps its targets when so many addresses go. */
const isSpareWithout = (pool: View<NodePool>, rules: View<PoolRules>, addresses: number): boolean => {
  const left = availableIn(pool) - addresses
  if (usesTargets(rules)) return left >= rules.warmAddresses && totalIn(pool) - addresses >= rules.addressesMin
  return delegates(pool, rules)
    ? left >= Math.max(rules.warmPrefixes, 1) * blockSize
    : availableIn(pool) >= (rules.warmInterfaces + 1) * pool.slotsPerInterface
}

/** Every pod address of an interface. */
export const addressesOf = ({ slots, prefixes }: View<Interface>): ReadonlyArray<number> => [
  ...slots,
  ...[...prefixes].flatMap((first) => Array.from({ length: blockSize }, (_, index) => first + index))
]

/** The agent's first look after `now`; after `from`, strictly, when that is later. */
export const nextLook = (pool: View<NodePool>, now: Instant, loop: Millis, from = now): Instant => {
  const after = Math.max(now, from)
  return pool.looksAt > after ? pool.looksAt : pool.looksAt + (Math.floor((after - pool.looksAt) / loop) + 1) * loop
}

/** The interface that holds an address, if one does. */
export const holderOf = (pool: View<NodePool>, address: number): View<Interface> | undefined =>
  pool.interfaces.find(({ slots, prefixes }) => slots.has(address) || prefixes.has(firstOfBlock(address)))

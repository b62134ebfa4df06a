/**
 * How a node's pool grows: by filling an interface it has, else by another one, in its own subnet or, of those its agent discovers,
 * in the one with most free addresses. A new interface is all or nothing; a batch for one that is there falls back to a single
 * address. What the subnet cannot give is refused in the cloud's own words.
 * Source: amazon-vpc-cni-k8s pkg/ipamd/ipamd.go (tryAllocateENI, tryAssignIPs, tryAssignPrefixes).
 */
import { formatAddress } from "../net/ip.ts"
import { compareText } from "../value/text.ts"
import type { Turn } from "../value/turn.ts"
import type { View } from "../value/view.ts"
import type { AddressBook } from "./address-book.ts"
import type { CapacityEvent, CapacityEventOf, CapacityTimer } from "./message.ts"
import { delegates, interfacesMaxOf, type NodePool, openInterfaces, wantedSlots } from "./pool.ts"
import { prefixText } from "./pool-state.ts"
import { freeBlocks, freeBlocksIn, freeIn, lowestFree, numberOf, type SubnetBook } from "./subnet-book.ts"

type GrowthTurn = Turn<CapacityEvent, CapacityTimer>

/** What a subnet gives for so many slots. */
interface Given {
  readonly slots: ReadonlyArray<string>
  readonly prefixes?: ReadonlyArray<string>
}

const slotsGiven = (numbers: ReadonlyArray<number>): Given => ({ slots: numbers.map(formatAddress) })
const prefixesGiven = (blocks: ReadonlyArray<number>): Given => ({ slots: [], prefixes: blocks.map(prefixText) })

/** So many slots, or `undefined` when the subnet has not as many. */
const give = (subnet: View<SubnetBook>, isDelegated: boolean, count: number): Given | undefined => {
  const found = isDelegated ? freeBlocks(subnet, count) : lowestFree(subnet, count)
  if (found.length < count) return undefined
  return isDelegated ? prefixesGiven(found) : slotsGiven(found)
}

/** The first interface of a node whose agent starts. The owner's pins come first. */
export const fillFirst = (book: View<AddressBook>, node: string, pool: View<NodePool>, turn: GrowthTurn): void => {
  const subnet = book.subnets.get(pool.subnet)
  if (subnet === undefined) return
  const carries = pool.podSubnet === undefined && isForNode(subnet)
  const pinned = carries ? pinsOf(pool, 0) : []
  const isDelegated = delegates(pool, book.rules)
  const wanted = carries ? Math.max(0, Math.min(pool.slotsPerInterface, wantedSlots(pool, book.rules)) - pinned.length) : 0
  const given = wanted === 0 ? slotsGiven([]) : (give(subnet, isDelegated, wanted) ?? give(subnet, isDelegated, 1))
  const held = withPins(given ?? slotsGiven([]), pinned)
  turn.emit({ _tag: "capacity/InterfaceAttached", node, index: 0, subnet: pool.subnet, own: pool.own, ...held })
  if (given === undefined) turn.emit(refusalOf(book, node, pool.subnet, isDelegated, wanted, false))
}

const isForNode = (subnet: View<SubnetBook>): boolean => subnet.forPods !== false

const pinsOf = (pool: View<NodePool>, index: number): ReadonlyArray<string> => {
  const from = (index - (pool.podSubnet === undefined ? 0 : 1)) * pool.slotsPerInterface
  return pool.pinned.slice(from, from + pool.slotsPerInterface)
}

const withPins = ({ slots, ...rest }: Given, pinned: ReadonlyArray<string>): Given => ({
  slots: [...pinned, ...slots]
    .map(numberOf)
    .sort((left, right) => left - right)
    .map(formatAddress),
  ...rest
})

/** One call for more. Whether the pool grew. */
export const grow = (book: View<AddressBook>, node: string, pool: View<NodePool>, turn: GrowthTurn): boolean => {
  const isDelegated = delegates(pool, book.rules)
  const wanted = wantedSlots(pool, book.rules)
  let refused: { readonly subnet: string; readonly asked: number } | undefined
  for (const { index, subnet: id, room } of openInterfaces(pool)) {
    const subnet = book.subnets.get(id)
    const asked = Math.min(room, wanted)
    const given = subnet === undefined ? undefined : (give(subnet, isDelegated, asked) ?? give(subnet, isDelegated, 1))
    if (given !== undefined) {
      turn.emit({ _tag: "capacity/AddressesAdded", node, index, ...given })
      return true
    }
    refused = { subnet: id, asked }
    if (!book.rules.subnetDiscovery) break
  }
  const mayAttach = pool.interfaces.length < interfacesMaxOf(pool, book.rules)
  if (mayAttach && (refused === undefined || book.rules.subnetDiscovery))
    return attachOne(book, node, pool, Math.min(wanted, pool.slotsPerInterface), turn)
  // With discovery and no interface left to try, the agent takes this for no error: it does not pause, and we tell it once.
  const pauses = !book.rules.subnetDiscovery
  if (refused !== undefined && (pauses || pool.refusal === undefined))
    turn.emit(refusalOf(book, node, refused.subnet, isDelegated, refused.asked, pauses))
  return false
}

const attachOne = (book: View<AddressBook>, node: string, pool: View<NodePool>, slots: number, turn: GrowthTurn): boolean => {
  const isDelegated = delegates(pool, book.rules)
  const index = pool.interfaces.reduce((most, each) => Math.max(most, each.index), -1) + 1
  const candidates = subnetsFor(book, pool)
  for (const id of candidates) {
    const made = makeInterface(book, pool, id, index, slots, turn.settling)
    if (made === undefined) continue
    const event = { node, index, subnet: id, ...made }
    if (turn.settling) turn.emit({ _tag: "capacity/InterfaceAttached", ...event })
    else {
      turn.emit({ _tag: "capacity/InterfaceCreated", ...event })
      turn.ask({ _tag: "capacity/AttachDue", node, index }, turn.now + book.rules.interfaceAttachMs)
    }
    return true
  }
  const asked = isDelegated ? slots : slots + 1
  turn.emit(refusalOf(book, node, candidates[0] ?? pool.subnet, isDelegated, asked, true))
  return false
}

/** An interface's own address and its slots: all of them, or nothing. Pins count only while the cluster settles. */
const makeInterface = (
  book: View<AddressBook>,
  pool: View<NodePool>,
  id: string,
  index: number,
  slots: number,
  settling: boolean
): (Given & { readonly own: string }) | undefined => {
  const subnet = book.subnets.get(id)
  if (subnet === undefined) return undefined
  const pinned = settling ? pinsOf(pool, index) : []
  const wanted = Math.max(0, slots - pinned.length)
  if (delegates(pool, book.rules)) {
    const blocks = wanted === 0 ? slotsGiven([]) : give(subnet, true, wanted)
    const own = blocks === undefined ? undefined : ownBeside(subnet, blocks)
    return blocks === undefined || own === undefined ? undefined : { own, ...withPins(blocks, pinned) }
  }
  const free = lowestFree(subnet, wanted + 1)
  const [own, ...rest] = free
  return own === undefined || free.length < wanted + 1 ? undefined : { own: formatAddress(own), ...withPins(slotsGiven(rest), pinned) }
}

/** The lowest free address outside the blocks that are being taken. */
const ownBeside = (subnet: View<SubnetBook>, { prefixes = [] }: Given): string | undefined => {
  const taken = new Set(prefixes)
  const free = lowestFree(subnet, (prefixes.length + 1) * 16).find((address) => !taken.has(prefixText(address - (address % 16))))
  return free === undefined ? undefined : formatAddress(free)
}

/** Where an interface for pods may stand: most free addresses first, a tie to the node's own subnet, then by name. */
const subnetsFor = (book: View<AddressBook>, pool: View<NodePool>): ReadonlyArray<string> => {
  if (pool.podSubnet !== undefined) return [pool.podSubnet]
  const own = book.subnets.get(pool.subnet)
  if (own === undefined) return []
  if (!book.rules.subnetDiscovery) return [pool.subnet]
  const found = [...book.subnets].flatMap(([id, subnet]) => {
    const isOwn = id === pool.subnet
    const isOpen = isOwn ? isForNode(subnet) : subnet.forPods === true && subnet.zone === own.zone && subnet.network === own.network
    return isOpen ? [{ id, isOwn, free: freeIn(subnet) }] : []
  })
  return found
    .sort((left, right) => right.free - left.free || Number(right.isOwn) - Number(left.isOwn) || compareText(left.id, right.id))
    .map(({ id }) => id)
}

const refusalOf = (
  book: View<AddressBook>,
  node: string,
  id: string,
  isDelegated: boolean,
  asked: number,
  pauses: boolean
): CapacityEventOf<"capacity/GrowthRefused"> => {
  const subnet = book.subnets.get(id)
  const free = subnet === undefined ? 0 : isDelegated ? freeBlocksIn(subnet) : freeIn(subnet)
  return {
    _tag: "capacity/GrowthRefused",
    node,
    subnet: id,
    ...(isDelegated
      ? {
          code: "InsufficientCidrBlocks",
          message: "There are not enough free cidr blocks in the specified subnet to satisfy the request."
        }
      : {
          code: "InsufficientFreeAddressesInSubnet",
          message: "The specified subnet does not have enough free addresses to satisfy the request."
        }),
    asked,
    free,
    pauses
  }
}

/**
 * Which addresses of a subnet are taken, and which of them a node's interfaces hold ready for its pods. An interface is filled
 * whole: its own address and every slot. The pool grows by one interface when fewer addresses are spare than one interface
 * holds (one warm interface). Where EC2 would choose freely, the owner's pins come first, then the lowest free address.
 * Not modelled yet: the time an interface takes, prefixes, warm targets, cool-down of a freed address, refusals of the API.
 * Source: amazon-vpc-cni-k8s docs/eni-and-ip-target.md, WARM_ENI_TARGET=1.
 */
import type { Address } from "../net/flow.ts"
import { formatAddress, parseAddress, parsePrefix } from "../net/ip.ts"
import type { Turn } from "../value/turn.ts"
import type { View } from "../value/view.ts"
import type { CapacityEvent } from "./message.ts"
import type { InstanceTerms, SubnetTerms } from "./terms.ts"

/** A subnet's addresses as numbers; `taken` holds what is in use or reserved. */
export interface SubnetBook {
  readonly zone?: string
  readonly first: number
  readonly last: number
  readonly taken: Set<number>
}

export interface NodePool {
  readonly subnet: string
  readonly own: Address
  readonly interfacesMax: number
  readonly slotsPerInterface: number
  /** Addresses that the owner knows pods of this node to have. */
  readonly pinned: ReadonlyArray<Address>
  interfaces: number
  /** The interfaces' own addresses beside the node's, as numbers. */
  readonly primaries: Array<number>
  /** Held ready and not assigned, as numbers. */
  readonly spare: Set<number>
}

export interface AddressBook {
  readonly subnets: Map<string, SubnetBook>
  readonly pools: Map<string, NodePool>
  /** Blocks of pod addresses given out so far. */
  blocks: number
  /** Terms of the instance types that nodes are, or may come to be, of. */
  readonly types: Map<string, InstanceTerms>
  /** Pod by assigned address, so that it goes back to the pool it came from. */
  readonly assigned: Map<string, { readonly node: string; readonly address: number }>
}

export interface AddressGround {
  readonly subnets: ReadonlyMap<string, SubnetTerms>
  readonly instanceTypes: ReadonlyMap<string, InstanceTerms>
}

/** A node as this room needs it. */
export interface PoolSpec {
  readonly name: string
  readonly subnet: string
  readonly instanceType: string
  readonly address: Address
  readonly pinned: ReadonlyArray<Address>
}

const numberOf = (address: Address): number => {
  const number = parseAddress(address)
  if (number === undefined) throw new Error(`"${address}" is no IPv4 address`)
  return number
}

/** The book before any node joined: reserved addresses, the nodes' own and the pinned ones are spoken for. */
export const startAddresses = (nodes: ReadonlyArray<PoolSpec>, ground: AddressGround, types: ReadonlyArray<string> = []): AddressBook => {
  const book: AddressBook = { subnets: new Map(), pools: new Map(), types: new Map(), blocks: 0, assigned: new Map() }
  for (const type of types) {
    const terms = ground.instanceTypes.get(type)
    if (terms !== undefined) book.types.set(type, terms)
  }
  for (const [id, terms] of ground.subnets) {
    const prefix = parsePrefix(terms.cidr)
    if (prefix === undefined) throw new Error(`subnet "${id}": "${terms.cidr}" is no prefix`)
    book.subnets.set(id, {
      first: prefix.first,
      last: prefix.last,
      taken: new Set(terms.reserved.map(numberOf)),
      ...(terms.zone === undefined ? {} : { zone: terms.zone })
    })
  }
  for (const node of nodes) {
    const terms = ground.instanceTypes.get(node.instanceType)
    if (terms === undefined) throw new Error(`node "${node.name}": instance type "${node.instanceType}" is unknown`)
    const taken = book.subnets.get(node.subnet)?.taken
    for (const address of [node.address, ...node.pinned]) taken?.add(numberOf(address))
    book.pools.set(node.name, poolOf(node, terms, book.blocks++))
  }
  return book
}

/** Blocks of nodes whose pods have a range of their own: a /24 each, from 100.64.0.0 on (RFC 6598). */
const blockSize = 256
const firstBlock = 0x64400000

const poolOf = (node: Pick<PoolSpec, "subnet" | "address" | "pinned">, terms: InstanceTerms, block: number): NodePool => ({
  subnet: node.subnet,
  own: node.address,
  interfacesMax: terms.ownBlock === true ? 0 : terms.interfacesMax,
  slotsPerInterface: terms.slotsPerInterface,
  pinned: node.pinned,
  interfaces: 0,
  primaries: [],
  spare:
    terms.ownBlock === true
      ? new Set(Array.from({ length: terms.slotsPerInterface }, (_, index) => firstBlock + block * blockSize + 1 + index))
      : new Set()
})

type AddressEvent =
  | CapacityEvent
  | { readonly _tag: "kube/PodAddressAssigned"; readonly pod: string; readonly node: string; readonly address: Address }
  | { readonly _tag: "kube/PodRemoved"; readonly pod: string }
  | { readonly _tag: "balance/FrontEndPlaced"; readonly subnet: string; readonly address: Address }
  | { readonly _tag: "kube/InstanceLaunched"; readonly subnet: string; readonly address: Address }
  | { readonly _tag: "kube/NodeCreated"; readonly node: string; readonly spec: Pick<PoolSpec, "subnet" | "address" | "instanceType"> }
  | { readonly _tag: "kube/NodeDeleted"; readonly node: string }

export const evolveAddresses = (book: AddressBook, event: AddressEvent): void => {
  switch (event._tag) {
    case "capacity/InterfaceAttached": {
      const pool = book.pools.get(event.node)
      const subnet = book.subnets.get(event.subnet)
      if (pool === undefined || subnet === undefined)
        throw new Error(`${event._tag}: node "${event.node}" or subnet "${event.subnet}" is unknown`)
      pool.interfaces++
      pool.primaries.push(numberOf(event.own))
      subnet.taken.add(numberOf(event.own))
      for (const slot of event.slots) {
        subnet.taken.add(numberOf(slot))
        pool.spare.add(numberOf(slot))
      }
      return
    }
    case "kube/PodAddressAssigned": {
      const address = numberOf(event.address)
      if (book.pools.get(event.node)?.spare.delete(address)) book.assigned.set(event.pod, { node: event.node, address })
      return
    }
    case "kube/PodRemoved": {
      const held = book.assigned.get(event.pod)
      if (held === undefined) return
      book.assigned.delete(event.pod)
      book.pools.get(held.node)?.spare.add(held.address)
      return
    }
    case "kube/NodeCreated": {
      const terms = book.types.get(event.spec.instanceType)
      if (terms === undefined) throw new Error(`${event._tag}: instance type "${event.spec.instanceType}" is unknown`)
      book.subnets.get(event.spec.subnet)?.taken.add(numberOf(event.spec.address))
      book.pools.set(event.node, poolOf({ ...event.spec, pinned: [] }, terms, book.blocks++))
      return
    }
    case "kube/NodeDeleted":
      return releaseNode(book, event.node)
    case "kube/InstanceLaunched":
    case "balance/FrontEndPlaced":
      book.subnets.get(event.subnet)?.taken.add(numberOf(event.address))
  }
}

/** Addresses of a subnet that somebody else takes and gives back: a gateway, an endpoint. */
export const holdAddresses = (book: AddressBook, subnet: string, taken: ReadonlyArray<Address>, freed: ReadonlyArray<Address>): void => {
  const known = book.subnets.get(subnet)?.taken
  for (const address of taken) known?.add(numberOf(address))
  for (const address of freed) known?.delete(numberOf(address))
}

/** With its machine go its interfaces and all their addresses. */
const releaseNode = (book: AddressBook, node: string): void => {
  const pool = book.pools.get(node)
  if (pool === undefined) return
  const taken = book.subnets.get(pool.subnet)?.taken
  taken?.delete(numberOf(pool.own))
  for (const address of pool.spare) taken?.delete(address)
  for (const own of pool.primaries) taken?.delete(own)
  for (const [pod, held] of book.assigned) {
    if (held.node !== node) continue
    taken?.delete(held.address)
    book.assigned.delete(pod)
  }
  book.pools.delete(node)
}

/** The address a new pod of a node gets: the pinned one if it is spare, else the lowest spare one that no one is pinned to. */
export const pickPodAddress = (
  book: View<AddressBook>,
  node: string,
  pinned?: Address
): { readonly address: Address } | { readonly refusal: string } => {
  const pool = book.pools.get(node)
  if (pool === undefined) return { refusal: `node ${node} has no address pool` }
  if (pinned !== undefined) {
    return pool.spare.has(numberOf(pinned)) ? { address: pinned } : { refusal: `address ${pinned} is not spare on node ${node}` }
  }
  const kept = new Set(pool.pinned.map(numberOf))
  const spare = [...pool.spare].sort((left, right) => left - right)
  const lowest = spare.find((address) => !kept.has(address)) ?? spare[0]
  return lowest === undefined
    ? {
        refusal: `add cmd: failed to assign an IP address to container (node ${node}: ${pool.interfaces} of ${pool.interfacesMax} interfaces, none spare)`
      }
    : { address: formatAddress(lowest) }
}

/** The lowest free address of a subnet, or `undefined` when it is full. */
export const freeAddressOf = (book: View<AddressBook>, subnet: string): Address | undefined => freeAddresses(book, subnet, 1)[0]

/** How many addresses of a subnet are free. */
export const freeCountOf = (book: View<AddressBook>, subnet: string): number => {
  const known = book.subnets.get(subnet)
  return known === undefined ? 0 : known.last - known.first + 1 - known.taken.size
}

const freeAddresses = (book: View<AddressBook>, subnet: string, count: number): ReadonlyArray<Address> => {
  const known = book.subnets.get(subnet)
  const free: Array<Address> = []
  for (let address = known?.first ?? 0; known !== undefined && address <= known.last && free.length < count; address++) {
    if (!known.taken.has(address)) free.push(formatAddress(address))
  }
  return free
}

interface AddressWorld {
  readonly addresses: View<AddressBook>
}
type AddressTurn = Turn<CapacityEvent, never>

/** A node joined: its first interface, whose own address is the node's, is filled. */
export const fillNode = (world: AddressWorld, event: { readonly node: string }, turn: AddressTurn): void => attach(world, event.node, turn)

/** A pod took an address: keep one interface's worth spare. */
export const growPool = (world: AddressWorld, event: { readonly node: string }, turn: AddressTurn): void => {
  const pool = world.addresses.pools.get(event.node)
  if (pool !== undefined && pool.spare.size < pool.slotsPerInterface && pool.interfaces < pool.interfacesMax)
    attach(world, event.node, turn)
}

const attach = (world: AddressWorld, node: string, turn: AddressTurn): void => {
  const pool = world.addresses.pools.get(node)
  if (pool === undefined || pool.interfaces >= pool.interfacesMax) return
  const first = pool.interfaces === 0
  const pinned = first
    ? pool.pinned.slice(0, pool.slotsPerInterface)
    : pool.pinned.slice(pool.interfaces * pool.slotsPerInterface, (pool.interfaces + 1) * pool.slotsPerInterface)
  const own = first ? pool.own : undefined
  const free = freeAddresses(world.addresses, pool.subnet, pool.slotsPerInterface - pinned.length + (first ? 0 : 1))
  const [primary, rest] = own === undefined ? [free[0], free.slice(1)] : [own, free]
  if (primary === undefined) return
  const slots = [...pinned, ...rest]
    .map(numberOf)
    .sort((left, right) => left - right)
    .map(formatAddress)
  turn.emit({ _tag: "capacity/InterfaceAttached", node, index: pool.interfaces, subnet: pool.subnet, own: primary, slots })
}

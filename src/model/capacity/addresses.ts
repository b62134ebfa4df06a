/**
 * The book of addresses: which of every subnet are taken, which of them a node's interfaces hold ready, and which pod has which.
 * Folds what comes to be of them. Pods of nodes without interfaces have a range of their own.
 * Not modelled: IPv6, which address EC2 would choose (ours is the lowest free one), interfaces beyond the first network card.
 */
import type { Address } from "../net/flow.ts"
import { formatAddress, parsePrefix } from "../net/ip.ts"
import type { Instant } from "../value/instant.ts"
import type { SettingValues } from "../value/setting.ts"
import type { View } from "../value/view.ts"
import type { AddressBook, PodBlocks, PoolSpec } from "./address-book.ts"
import { evolveCalls } from "./cloud-calls.ts"
import { needOfHolding } from "./holding.ts"
import type { Quotas } from "./launch-limits.ts"
import type { LaunchWords } from "./launch-words.ts"
import { evolveLaunches } from "./launches.ts"
import type { CapacityEvent, CapacityEventOf } from "./message.ts"
import { addressesOf, type Interface, type NodePool } from "./pool.ts"
import { evolvePool, type PodGround, poolFor, releaseBranch, releasePool } from "./pool-state.ts"
import { poolRulesOf } from "./settings.ts"
import { freeBlocks, freeIn, give, lowestFree, numberOf, subnetBookOf, take } from "./subnet-book.ts"
import type { HoldingTerms, InstanceTerms, SubnetTerms } from "./terms.ts"

export interface AddressGround {
  readonly subnets: ReadonlyMap<string, SubnetTerms>
  readonly instanceTypes: ReadonlyMap<string, InstanceTerms>
  readonly launchWords: LaunchWords
}

export interface AddressOptions {
  /** Types that nodes may come to be of. */
  readonly types?: ReadonlyArray<string>
  readonly settings?: SettingValues
  readonly podSubnets?: Readonly<Record<string, string>>
  readonly podRange?: {
    readonly cidr: string
    readonly blockLength: number
    readonly kept?: string
    /** Of node groups that have one of their own. */
    readonly groups?: Readonly<Record<string, string>>
  }
  readonly podHoldings?: Readonly<Record<string, HoldingTerms>>
  readonly quotas?: Quotas
}

/** The book before any node joined: reserved addresses, the nodes' own and the pinned ones are spoken for. */
export const startAddresses = (nodes: ReadonlyArray<PoolSpec>, ground: AddressGround, options: AddressOptions = {}): AddressBook => {
  const rules = poolRulesOf(options.settings)
  const book: AddressBook = {
    subnets: new Map(),
    pools: new Map(),
    rules,
    calls: { milli: rules.cloudCallsBurst * 1_000, at: 0 },
    launches: { quotas: options.quotas ?? {}, words: ground.launchWords, isFrozen: false, lost: new Set() },
    podSubnets: new Map(Object.entries(options.podSubnets ?? {})),
    ...(options.podRange === undefined ? {} : { podRange: rangeOf(options.podRange) }),
    podRanges: new Map(
      Object.entries(options.podRange?.groups ?? {}).map(([group, cidr]) => [
        group,
        rangeOf({ cidr, blockLength: options.podRange?.blockLength ?? usualPodRange.blockLength })
      ])
    ),
    types: new Map(),
    assigned: new Map(),
    branches: new Map(),
    branchOf: new Map(),
    filled: new Map(),
    blocks: new Set(),
    holdings: new Map(Object.entries(options.podHoldings ?? {}))
  }
  for (const type of [...(options.types ?? []), ...nodes.map(({ instanceType }) => instanceType)]) {
    const terms = ground.instanceTypes.get(type)
    if (terms !== undefined) book.types.set(type, terms)
  }
  for (const [id, terms] of ground.subnets) book.subnets.set(id, subnetBookOf(terms))
  // Nobody takes for its pods what another node has as its own.
  for (const node of nodes) takeNamed(book, node)
  for (const node of nodes) {
    const terms = ground.instanceTypes.get(node.instanceType)
    if (terms === undefined) throw new Error(`node "${node.name}": instance type "${node.instanceType}" is unknown`)
    addPool(book, node, terms)
  }
  return book
}

/** Where nobody says: a /24 each, from 100.64.0.0/10 (RFC 6598). */
const usualPodRange = { cidr: "100.64.0.0/10", blockLength: 24 }

const rangeOf = ({ cidr, blockLength, kept: part }: NonNullable<AddressOptions["podRange"]>): PodBlocks => {
  const [range, kept] = [parsePrefix(cidr), parsePrefix(part ?? "")]
  if (range === undefined) throw new Error(`pods' range "${cidr}" is no prefix`)
  const bounds = { first: range.first, last: range.last, blockSize: 2 ** (32 - blockLength) }
  return kept === undefined ? bounds : { ...bounds, kept: { first: kept.first, last: kept.last } }
}

/** Where a node's pods' interfaces stand, when not in its own subnet. */
const podSubnetOf = (book: AddressBook, { subnet, nodeGroup = "" }: PoolSpec, terms: InstanceTerms | undefined): string | undefined => {
  if (book.holdings.has(nodeGroup)) return book.holdings.get(nodeGroup)?.subnet
  return terms === undefined || terms.ownBlock === true || terms.forOnePod === true
    ? undefined
    : book.podSubnets.get(book.subnets.get(subnet)?.zone ?? "")
}

const takeNamed = (book: AddressBook, node: PoolSpec): void => {
  const subnet = book.subnets.get(node.subnet)
  const forPins = book.subnets.get(podSubnetOf(book, node, book.types.get(node.instanceType)) ?? node.subnet)
  if (subnet !== undefined) take(subnet, numberOf(node.address))
  for (const address of node.pinned) if (forPins !== undefined) take(forPins, numberOf(address))
}

/** Its own address and its pins are taken by then. */
const addPool = (book: AddressBook, node: PoolSpec, terms: InstanceTerms): void => {
  const holding = book.holdings.get(node.nodeGroup ?? "")
  const podSubnet = podSubnetOf(book, node, terms)
  const ground: PodGround = {
    ...(podSubnet === undefined ? {} : { podSubnet }),
    ...(holding === undefined ? {} : { holding: holdingOf(book, node, holding) }),
    ...(holding?.by === "batches" ? { drawsBatches: true as const } : {}),
    ...(holding === undefined && terms.ownBlock === true ? { block: blockOf(book, node.nodeGroup) } : {})
  }
  book.pools.set(node.name, poolFor(node, terms, ground))
}

/** What a node takes for its pods when it is created: the owner's pins first, then the lowest that are free. */
const holdingOf = (book: AddressBook, node: PoolSpec, terms: HoldingTerms): Interface => {
  const subnet = terms.subnet ?? node.subnet
  const known = book.subnets.get(subnet)
  const { addresses, blocks } = needOfHolding(terms, node.maxPods ?? 0)
  const pinned = node.pinned.map(numberOf)
  const slots = known === undefined || addresses === 0 ? [] : [...pinned, ...lowestFree(known, addresses - pinned.length)]
  const prefixes = known === undefined ? [] : freeBlocks(known, blocks)
  const holding = { index: 0, subnet, own: numberOf(node.address), attachedAt: 0, slots: new Set(slots), prefixes: new Set(prefixes) }
  for (const address of addressesOf(holding)) if (known !== undefined) take(known, address)
  return holding
}

/** The lowest block of a node's range that nobody has. */
const blockOf = (book: AddressBook, group = ""): number => {
  const { first, blockSize, kept } = book.podRanges.get(group) ?? book.podRange ?? rangeOf(usualPodRange)
  let block = first
  while (book.blocks.has(block) || isKept(block, kept)) block += blockSize
  book.blocks.add(block)
  return block
}

const isKept = (block: number, kept: PodBlocks["kept"]): boolean => kept !== undefined && block >= kept.first && block <= kept.last

type AddressEvent =
  | CapacityEvent
  | {
      readonly _tag: "kube/PodAddressAssigned"
      readonly pod: string
      readonly node: string
      readonly address: Address
      /** The subnet of the pod's own interface. */
      readonly subnet?: string
    }
  | { readonly _tag: "kube/PodRemoved"; readonly pod: string }
  | { readonly _tag: "balance/FrontEndPlaced"; readonly subnet: string; readonly address: Address }
  | {
      readonly _tag: "kube/InstanceLaunched"
      readonly group: string
      readonly instance: string
      readonly subnet: string
      readonly address: Address
      readonly instanceType: string
      readonly maxPods: number
    }
  | { readonly _tag: "kube/InstanceTerminated"; readonly instance: string }
  | { readonly _tag: "kube/NodeCreated"; readonly node: string }
  | { readonly _tag: "kube/NodeDeleted"; readonly node: string }
  | { readonly _tag: "kube/NodeCordoned"; readonly node: string; readonly cordoned: boolean }
  | { readonly _tag: "kube/NodeCutOff" | "kube/NodePathRestored"; readonly node: string }

export const evolveAddresses = (book: AddressBook, event: AddressEvent, at: Instant): void => {
  switch (event._tag) {
    case "kube/PodAddressAssigned":
      return assign(book, event)
    case "kube/PodRemoved":
      return unassign(book, event.pod, at)
    case "kube/InstanceLaunched": {
      const terms = book.types.get(event.instanceType)
      if (terms === undefined) throw new Error(`${event._tag}: instance type "${event.instanceType}" is unknown`)
      const node: PoolSpec = { ...event, name: event.instance, nodeGroup: event.group, pinned: [] }
      takeNamed(book, node)
      return addPool(book, node, terms)
    }
    case "kube/InstanceTerminated": {
      const pool = book.pools.get(event.instance)
      if (pool?.isNode === false) releasePool(book, event.instance)
      return
    }
    case "kube/NodeCreated": {
      const pool = book.pools.get(event.node)
      if (pool !== undefined) pool.isNode = true
      return
    }
    case "kube/NodeDeleted":
      return releasePool(book, event.node)
    case "balance/FrontEndPlaced": {
      const subnet = book.subnets.get(event.subnet)
      if (subnet !== undefined) take(subnet, numberOf(event.address))
      return
    }
    case "kube/NodeCordoned":
    case "kube/NodeCutOff":
    case "kube/NodePathRestored": {
      const pool = book.pools.get(event.node)
      if (pool === undefined) return
      if (event._tag === "kube/NodeCordoned") pool.cordoned = event.cordoned
      else pool.cutOff = event._tag === "kube/NodeCutOff"
      return
    }
    case "capacity/PoolRulesTurned":
      Object.assign(book.rules, event.changes)
      for (const pool of book.pools.values()) delete pool.refusal
      return
    case "capacity/SubnetFilled":
    case "capacity/SubnetEmptied":
      return fill(book, event)
    case "capacity/LaunchesFrozen":
    case "capacity/OfferingLost":
    case "capacity/OfferingReturned":
      return evolveLaunches(book.launches, event)
    case "capacity/PodInterfaceReleased":
      return releaseBranch(book, numberOf(event.address))
    default: {
      const pool = book.pools.get(event.node)
      if (pool === undefined) throw new Error(`${event._tag}: node "${event.node}" has no pool`)
      evolveCalls(book, pool, event, at)
      return evolvePool(book, pool, event, at)
    }
  }
}

const fill = (book: AddressBook, event: CapacityEventOf<"capacity/SubnetFilled" | "capacity/SubnetEmptied">): void => {
  const subnet = book.subnets.get(event.subnet)
  if (subnet === undefined) return
  const before = book.filled.get(event.subnet) ?? []
  const isFilled = event._tag === "capacity/SubnetFilled"
  for (const { first, last } of isFilled ? event.ranges : before)
    for (let address = first; address <= last; address++)
      if (isFilled) take(subnet, address)
      else give(subnet, address)
  if (isFilled) book.filled.set(event.subnet, [...before, ...event.ranges])
  else book.filled.delete(event.subnet)
}

/** Addresses of a subnet that somebody else takes and gives back: a gateway, an endpoint. */
export const holdAddresses = (book: AddressBook, subnet: string, taken: ReadonlyArray<Address>, freed: ReadonlyArray<Address>): void => {
  const known = book.subnets.get(subnet)
  if (known === undefined) return
  for (const address of taken) take(known, numberOf(address))
  for (const address of freed) give(known, numberOf(address))
}

const assign = (book: AddressBook, event: Extract<AddressEvent, { readonly _tag: "kube/PodAddressAssigned" }>): void => {
  const address = numberOf(event.address)
  const subnet = event.subnet === undefined ? undefined : book.subnets.get(event.subnet)
  if (subnet !== undefined && event.subnet !== undefined) {
    take(subnet, address)
    book.branches.set(address, { pod: event.pod, node: event.node, subnet: event.subnet })
    book.branchOf.set(event.pod, address)
    return
  }
  const pool = book.pools.get(event.node)
  if (pool === undefined) return
  if (!pool.spare.delete(address) && !endCooling(book, event.node, pool, address)) return
  pool.held.set(event.pod, address)
  book.assigned.set(event.pod, event.node)
}

/** Whether the address cooled down there. The pod that had it is forgotten, unless it has another by now. */
const endCooling = (book: AddressBook, node: string, pool: NodePool, address: number): boolean => {
  const cooled = pool.cooling.get(address)
  if (cooled === undefined) return false
  pool.cooling.delete(address)
  if (book.assigned.get(cooled.pod) === node && !pool.held.has(cooled.pod)) book.assigned.delete(cooled.pod)
  return true
}

const unassign = (book: AddressBook, pod: string, at: Instant): void => {
  book.branchOf.delete(pod)
  const node = book.assigned.get(pod) ?? ""
  const pool = book.pools.get(node)
  const address = pool?.held.get(pod)
  if (pool === undefined || address === undefined) return
  pool.held.delete(pod)
  if (at >= 0 && pool.interfacesMax > 0) pool.cooling.set(address, { since: at, pod })
  else {
    pool.spare.add(address)
    book.assigned.delete(pod)
  }
  for (const [cooled, { since }] of pool.cooling) {
    if (at - since < book.rules.addressCoolingMs) break
    endCooling(book, node, pool, cooled)
    pool.spare.add(cooled)
  }
}

/** The address a new pod of a node gets: the pinned one if it is spare, else the lowest spare one that no one is pinned to. */
export const pickPodAddress = (
  book: View<AddressBook>,
  node: string,
  now: Instant,
  pinned?: Address
): { readonly address: Address } | { readonly refusal: string } => {
  const pool = book.pools.get(node)
  if (pool === undefined) return { refusal: `node ${node} has no address pool` }
  if (pinned !== undefined) {
    return pool.spare.has(numberOf(pinned)) ? { address: pinned } : { refusal: `address ${pinned} is not spare on node ${node}` }
  }
  const lowest = lowestSpare(pool, now - book.rules.addressCoolingMs)
  return lowest === undefined
    ? {
        refusal: `add cmd: failed to assign an IP address to container (node ${node}: ${pool.interfaces.length} of ${pool.interfacesMax} interfaces, none spare)`
      }
    : { address: formatAddress(lowest) }
}

const lowestSpare = (pool: View<NodePool>, cooledBy: Instant): number | undefined => {
  const kept = new Set(pool.pinned.map(numberOf))
  let [free, best]: [number | undefined, number | undefined] = [undefined, undefined]
  const consider = (address: number): void => {
    if (best === undefined || address < best) best = address
    if (!kept.has(address) && (free === undefined || address < free)) free = address
  }
  for (const address of pool.spare) consider(address)
  for (const [address, { since }] of pool.cooling) if (since <= cooledBy) consider(address)
  return free ?? best
}

/** The lowest free address of a subnet, or `undefined` when it is full. */
export const freeAddressOf = (book: View<AddressBook>, subnet: string): Address | undefined => {
  const known = book.subnets.get(subnet)
  const lowest = known === undefined ? undefined : lowestFree(known, 1)[0]
  return lowest === undefined ? undefined : formatAddress(lowest)
}

/** How many addresses of a subnet are free for whoever asks. */
export const freeCountOf = (book: View<AddressBook>, subnet: string): number => {
  const known = book.subnets.get(subnet)
  return known === undefined ? 0 : freeIn(known)
}

/** With a subnet of their own for pods, a node is not Ready before it has an interface there. Source: amazon-vpc-cni-k8s nodeInit. */
export const isWithoutPods = (book: View<AddressBook>, node: string): boolean => {
  const pool = book.pools.get(node)
  return pool?.podSubnet !== undefined && pool.spare.size === 0
}

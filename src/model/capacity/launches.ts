/**
 * Whether the cloud launches an instance: its own trouble, offerings without capacity, the account's quotas, and an address in the
 * subnet. Every refusal names the limit that was met. Not modelled: capacity that runs out by what is launched, quotas per family.
 * Source: EC2 API reference, error codes; EC2 user guide, Troubleshoot instance launch.
 */
import type { View } from "../value/view.ts"
import type { AddressBook } from "./address-book.ts"
import { needOfHolding } from "./holding.ts"
import type { LaunchLimits } from "./launch-limits.ts"
import { worded } from "./launch-words.ts"
import type { CapacityEvent } from "./message.ts"
import { blockSize, freeBlocksIn, freeIn } from "./subnet-book.ts"

const offeringOf = (zone: string, instanceType: string | undefined): string =>
  instanceType === undefined ? zone : `${zone} ${instanceType}`

/** All sizes of machines for one pod together, as a lost offering names them. */
export const onePodOffering = "fargate"

export const evolveLaunches = (limits: LaunchLimits, event: CapacityEvent): void => {
  if (event._tag === "capacity/LaunchesFrozen") limits.isFrozen = event.frozen
  if (event._tag === "capacity/OfferingLost") limits.lost.add(offeringOf(event.zone, event.instanceType))
  if (event._tag === "capacity/OfferingReturned") limits.lost.delete(offeringOf(event.zone, event.instanceType))
}

/** `limit`: what was met, with its figures; `message`: the cloud's own words, its code first. */
export interface LaunchRefusal {
  readonly limit: string
  readonly message: string
}

export interface LaunchWish {
  readonly zone: string
  readonly subnet: string
  readonly instanceType: string
  readonly group?: string
  /** Of a node of the group. */
  readonly maxPods?: number
}

/** Why so many instances are not launched, or `undefined` when they are. `zonesDown`: dark zones have no capacity. */
export const launchRefusalOf = (
  book: View<AddressBook>,
  zonesDown: ReadonlySet<string>,
  wish: LaunchWish,
  count = 1
): LaunchRefusal | undefined => {
  const { zone, instanceType } = wish
  const { lost, isFrozen, words } = book.launches
  const isForOnePod = book.types.get(instanceType)?.forOnePod === true
  if (isFrozen) return { limit: "launches are frozen", message: words.frozen }
  if (isForOnePod && (zonesDown.has(zone) || lost.has(zone) || lost.has(offeringOf(zone, onePodOffering))))
    return { limit: `Fargate capacity in ${zone}`, message: "Fargate capacity is unavailable at this time." }
  if (zonesDown.has(zone) || lost.has(zone) || lost.has(offeringOf(zone, instanceType)))
    return { limit: `capacity of ${instanceType} in ${zone}`, message: worded(words.capacity, { type: instanceType, zone }) }
  const quota = (isForOnePod ? onePodQuotaMet(book, instanceType) : cpuQuotaMet(book, instanceType, count)) ?? interfaceQuotaMet(book)
  if (quota !== undefined) return quota
  const blocks = hasBlocks(book, instanceType, wish.group) ? blocksOf(book, wish.group) : undefined
  if (blocks !== undefined && blocks.all - blocks.given < count)
    return {
      limit: `pod ranges (${blocks.given} of ${blocks.all} blocks given)`,
      message: words.blocks
    }
  return addressesMet(book, wish, count)
}

/** Whether nodes of a group have blocks of the pods' range. */
export const hasBlocks = (book: View<AddressBook>, instanceType: string, group = ""): boolean =>
  book.types.get(instanceType)?.ownBlock === true && !book.holdings.has(group)

/** Its own address, and what it takes for its pods from the beginning. */
const addressesMet = (
  book: View<AddressBook>,
  { subnet, group = "", maxPods = 0 }: LaunchWish,
  count: number
): LaunchRefusal | undefined => {
  const holding = book.holdings.get(group)
  const forPods = holding === undefined ? { addresses: 0, blocks: 0 } : needOfHolding(holding, maxPods)
  const podSubnet = holding?.subnet ?? subnet
  const own = count * (podSubnet === subnet ? 1 + forPods.addresses : 1)
  return (
    shortOf(book, subnet, own) ??
    (podSubnet === subnet ? undefined : shortOf(book, podSubnet, count * forPods.addresses)) ??
    shortOfBlocks(book, podSubnet, count * forPods.blocks)
  )
}

const shortOf = (book: View<AddressBook>, subnet: string, asked: number): LaunchRefusal | undefined => {
  const known = book.subnets.get(subnet)
  const free = known === undefined ? 0 : freeIn(known)
  return free >= asked
    ? undefined
    : addressRefusal(book, subnet, asked, `free addresses of ${subnet} (${free} left${asked > 1 ? `, ${asked} asked for` : ""})`)
}

const shortOfBlocks = (book: View<AddressBook>, subnet: string, asked: number): LaunchRefusal | undefined => {
  const known = book.subnets.get(subnet)
  const free = asked === 0 || known === undefined ? 0 : freeBlocksIn(known)
  return free >= asked
    ? undefined
    : addressRefusal(book, subnet, asked * blockSize, `free blocks of 16 in ${subnet} (${free} left, ${asked} asked for)`)
}

const addressRefusal = (book: View<AddressBook>, subnet: string, asked: number, limit: string): LaunchRefusal => ({
  limit,
  message: worded(book.launches.words.addresses, { subnet, cidr: book.subnets.get(subnet)?.cidr ?? "", asked })
})

/** Blocks of a node group's range: all, and those that nodes have; `undefined` where there is no such range. */
export const blocksOf = (
  { podRange, podRanges, blocks }: View<AddressBook>,
  group = ""
): { readonly all: number; readonly given: number } | undefined => {
  const range = podRanges.get(group) ?? podRange
  if (range === undefined) return undefined
  const { first, last, blockSize, kept } = range
  let given = 0
  for (const block of blocks) if (block >= first && block <= last) given++
  const own = last - first + 1 - (kept === undefined ? 0 : kept.last - kept.first + 1)
  return { all: Math.floor(own / blockSize), given }
}

const cpuQuotaMet = (book: View<AddressBook>, instanceType: string, count: number): LaunchRefusal | undefined => {
  const { cpus } = book.launches.quotas
  if (cpus === undefined) return undefined
  const used = cpusIn(book)
  const more = count * (book.types.get(instanceType)?.cpus ?? 0)
  return used + more <= cpus
    ? undefined
    : {
        limit: `vCPU quota (${used} of ${cpus} used, ${more} more asked for)`,
        message: worded(book.launches.words.cpus, { limit: cpus, used, more })
      }
}

/** Source of its words: aws/containers-roadmap, events of the fargate-scheduler. */
const onePodQuotaMet = (book: View<AddressBook>, instanceType: string): LaunchRefusal | undefined => {
  const { onePodMilliCpu } = book.launches.quotas
  if (onePodMilliCpu === undefined) return undefined
  const used = onePodMilliCpuIn(book)
  const more = book.types.get(instanceType)?.allocatableMilliCpu ?? 0
  return used + more <= onePodMilliCpu
    ? undefined
    : {
        limit: `Fargate vCPU quota (${used}m of ${onePodMilliCpu}m used, ${more}m more asked for)`,
        message: "Your AWS account has reached the limit on the number of Fargate pods it can run concurrently"
      }
}

const interfaceQuotaMet = (book: View<AddressBook>): LaunchRefusal | undefined => {
  const { interfaces } = book.launches.quotas
  if (interfaces === undefined) return undefined
  const used = interfacesIn(book)
  return used < interfaces
    ? undefined
    : {
        limit: `network interface quota (${used} of ${interfaces} used)`,
        message: book.launches.words.interfaces
      }
}

export const cpusIn = (book: View<AddressBook>): number =>
  [...book.pools.values()].reduce((sum, { instanceType }) => sum + (book.types.get(instanceType)?.cpus ?? 0), 0)

/** CPU of all machines for one pod, in thousandths of a core. */
export const onePodMilliCpuIn = (book: View<AddressBook>): number =>
  [...book.pools.values()].reduce((sum, { instanceType }) => {
    const terms = book.types.get(instanceType)
    return sum + (terms?.forOnePod === true ? terms.allocatableMilliCpu : 0)
  }, 0)

/** An instance has one from its launch on. */
export const interfacesIn = (book: View<AddressBook>): number =>
  [...book.pools.values()].reduce((sum, { interfaces, interfacesMax, instanceType }) => {
    const least = book.types.get(instanceType)?.forOnePod === true ? 1 : Math.min(1, interfacesMax)
    return sum + Math.max(interfaces.length, least)
  }, 0)

/**
 * One subnet's addresses: which are taken, counted by block of sixteen too, because a prefix needs a whole free block however many
 * single addresses are free. Where EC2 would choose freely, the lowest free address or block is taken.
 * Source: VPC user guide, Subnet sizing and Subnet CIDR reservations; EC2 user guide, Assign prefixes to network interfaces.
 */
import type { Address } from "../net/flow.ts"
import { parseAddress, parsePrefix } from "../net/ip.ts"
import type { View } from "../value/view.ts"
import type { SubnetTerms } from "./terms.ts"

/** Addresses of a prefix, /28. Its first is a multiple of them. */
export const blockSize = 16

/** A range that is kept: for prefixes alone, or for who asks for an address of it by name. */
interface KeptRange {
  readonly first: number
  readonly last: number
  readonly use: "prefixes" | "named"
}

export interface SubnetBook {
  readonly cidr: string
  readonly zone?: string
  readonly network?: string
  readonly forPods?: boolean
  readonly first: number
  readonly last: number
  readonly kept: ReadonlyArray<KeptRange>
  /** In use or reserved, as numbers. */
  readonly taken: Set<number>
  /** How many are taken of a block, by its first address; untouched blocks are left out. */
  readonly blocks: Map<number, number>
  /** No free address is lower than this. */
  lowest: number
}

export const numberOf = (address: Address): number => {
  const number = parseAddress(address)
  if (number === undefined) throw new Error(`"${address}" is no IPv4 address`)
  return number
}

const rangeOf = (subnet: string, cidr: string): { readonly first: number; readonly last: number } => {
  const prefix = parsePrefix(cidr)
  if (prefix === undefined) throw new Error(`subnet "${subnet}": "${cidr}" is no prefix`)
  return prefix
}

/** A subnet before anything of the cluster's stands in it. Throws on a range that is no prefix. */
export const subnetBookOf = (terms: SubnetTerms): SubnetBook => {
  const { first, last } = rangeOf(terms.id, terms.cidr)
  const book: SubnetBook = {
    cidr: terms.cidr,
    first,
    last,
    kept: (terms.kept ?? []).map(({ cidr, use }) => ({ ...rangeOf(terms.id, cidr), use })),
    taken: new Set(),
    blocks: new Map(),
    lowest: first,
    ...(terms.zone === undefined ? {} : { zone: terms.zone }),
    ...(terms.network === undefined ? {} : { network: terms.network }),
    ...(terms.forPods === undefined ? {} : { forPods: terms.forPods })
  }
  for (const address of terms.reserved) take(book, numberOf(address))
  return book
}

export const firstOfBlock = (address: number): number => address - (address % blockSize)

/** Taking what is taken already changes nothing. */
export const take = (book: SubnetBook, address: number): void => {
  if (address < book.first || address > book.last || book.taken.has(address)) return
  book.taken.add(address)
  const block = firstOfBlock(address)
  book.blocks.set(block, (book.blocks.get(block) ?? 0) + 1)
  while (book.taken.has(book.lowest)) book.lowest++
}

export const give = (book: SubnetBook, address: number): void => {
  if (!book.taken.delete(address)) return
  const block = firstOfBlock(address)
  const left = (book.blocks.get(block) ?? 1) - 1
  if (left === 0) book.blocks.delete(block)
  else book.blocks.set(block, left)
  if (address < book.lowest) book.lowest = address
}

/** Free for whoever asks for any address: kept ranges are not. */
export const freeIn = (book: View<SubnetBook>): number => {
  const kept = book.kept.reduce((sum, range) => sum + freeBetween(book, range), 0)
  return book.last - book.first + 1 - book.taken.size - kept
}

const freeBetween = (book: View<SubnetBook>, { first, last }: { readonly first: number; readonly last: number }): number => {
  let free = 0
  for (let address = first; address <= last; address++) if (!book.taken.has(address)) free++
  return free
}

/** The lowest free addresses, at most `count`. */
export const lowestFree = (book: View<SubnetBook>, count: number): ReadonlyArray<number> => {
  const free: Array<number> = []
  for (let address = book.lowest; address <= book.last && free.length < count; address++) {
    const kept = book.kept.find((range) => address >= range.first && address <= range.last)
    if (kept !== undefined) address = kept.last
    else if (!book.taken.has(address)) free.push(address)
  }
  return free
}

/** All free addresses but the highest `leaving`, as ranges. */
export const rangesToFill = (book: View<SubnetBook>, leaving: number): ReadonlyArray<{ readonly first: number; readonly last: number }> => {
  const ranges: Array<{ first: number; last: number }> = []
  for (const address of lowestFree(book, Math.max(0, freeIn(book) - leaving))) {
    const range = ranges.at(-1)
    if (range !== undefined && range.last + 1 === address) range.last = address
    else ranges.push({ first: address, last: address })
  }
  return ranges
}

/** Whole free blocks, by first address, at most `count`: those kept for prefixes first, then the lowest. */
export const freeBlocks = (book: View<SubnetBook>, count: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  const search = (first: number, last: number, isOpen: (block: number) => boolean): void => {
    for (let block = firstOfBlock(first + blockSize - 1); block + blockSize - 1 <= last && found.length < count; block += blockSize)
      if (!book.blocks.has(block) && isOpen(block)) found.push(block)
  }
  for (const range of book.kept) if (range.use === "prefixes") search(range.first, range.last, () => true)
  search(book.first, book.last, (block) => !book.kept.some(({ first, last }) => block + blockSize > first && block <= last))
  return found
}

/** How many whole blocks are free. */
export const freeBlocksIn = (book: View<SubnetBook>): number => freeBlocks(book, Number.MAX_SAFE_INTEGER).length

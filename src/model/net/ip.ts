/**
 * IPv4 addresses and prefixes as whole numbers. Bad text is `undefined`, never a guess. Not modelled yet: IPv6.
 */
import type { Address } from "./flow.ts"

/** A prefix with its first and last address as numbers; `first` has no host bits. */
export interface Prefix {
  readonly first: number
  readonly last: number
  readonly length: number
}

const octet = /^(?:0|[1-9]\d{0,2})$/

/** An address as a number in [0, 2^32), or `undefined`. Leading zeros are refused: some readers take them for octal. */
export const parseAddress = (text: string): number | undefined => {
  const parts = text.split(".")
  if (parts.length !== 4) return undefined
  let number = 0
  for (const part of parts) {
    if (!octet.test(part) || Number(part) > 255) return undefined
    number = number * 256 + Number(part)
  }
  return number
}

export const formatAddress = (number: number): Address =>
  `${Math.floor(number / 16_777_216)}.${Math.floor(number / 65_536) % 256}.${Math.floor(number / 256) % 256}.${number % 256}`

const sizeOf = (length: number): number => 2 ** (32 - length)

/** `10.0.0.0/8`. `undefined` on bad text and on host bits (`10.0.0.1/8`): write the network's own address. */
export const parsePrefix = (text: string): Prefix | undefined => {
  const [address, length, ...rest] = text.split("/")
  if (address === undefined || length === undefined || rest.length > 0 || !/^(?:\d|[12]\d|3[0-2])$/.test(length)) return undefined
  const first = parseAddress(address)
  const size = sizeOf(Number(length))
  if (first === undefined || first % size !== 0) return undefined
  return { first, last: first + size - 1, length: Number(length) }
}

export const formatPrefix = (prefix: Prefix): string => `${formatAddress(prefix.first)}/${prefix.length}`

export const containsAddress = (prefix: Prefix, address: number): boolean => address >= prefix.first && address <= prefix.last

export const containsPrefix = (outer: Prefix, inner: Prefix): boolean => inner.first >= outer.first && inner.last <= outer.last

/** Two prefixes either nest or are disjoint. */
export const overlaps = (left: Prefix, right: Prefix): boolean => left.first <= right.last && right.first <= left.last

/** The first block of `length` inside `within` that overlaps none of `taken`, or `undefined` when there is none. */
export const firstFreeBlock = (within: Prefix, taken: ReadonlyArray<Prefix>, length: number): Prefix | undefined => {
  const size = sizeOf(length)
  for (let first = within.first; first + size - 1 <= within.last; first += size) {
    const block = { first, last: first + size - 1, length }
    if (!taken.some((other) => overlaps(other, block))) return block
  }
  return undefined
}

/** Whether an address lies in a prefix, both as text. A text that is no prefix contains nothing. */
export const isIn = (address: Address, prefix: string): boolean => {
  const number = parseAddress(address)
  const known = parsePrefix(prefix)
  return known !== undefined && number !== undefined && containsAddress(known, number)
}

/** Private and shared space. Source: RFC 1918, RFC 6598. */
export const privatePrefixes: ReadonlyArray<string> = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]

export const isPrivate = (address: Address): boolean => privatePrefixes.some((prefix) => isIn(address, prefix))

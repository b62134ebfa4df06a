/**
 * IPv4 addresses and prefixes as whole numbers, and the questions that are asked of both families. Bad text is `undefined`, never a guess.
 */
import type { Address } from "./flow.ts"
import { isIn6, isLocal6, isV6, parsePrefix6 } from "./ip6.ts"

/** A prefix with its first and last address as numbers; `first` has no host bits. */
export interface Prefix {
  readonly first: number
  readonly last: number
  readonly length: number
}

const [zeroCode, nineCode, dotCode] = [48, 57, 46]

/** Reads an address from `text` between two places of it; -1 when it is none. By character, because it is read a million times. */
const readAddress = (text: string, end: number): number => {
  let [number, octet, digits, octets] = [0, 0, 0, 1]
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code === dotCode) {
      if (digits === 0 || octets === 4) return -1
      number = number * 256 + octet
      octets++
      octet = 0
      digits = 0
    } else {
      if (code < zeroCode || code > nineCode || (digits > 0 && octet === 0)) return -1
      octet = octet * 10 + code - zeroCode
      digits++
      if (octet > 255) return -1
    }
  }
  return octets === 4 && digits > 0 ? number * 256 + octet : -1
}

/** An address as a number in [0, 2^32), or `undefined`. Leading zeros are refused: some readers take them for octal. */
export const parseAddress = (text: string): number | undefined => {
  const number = readAddress(text, text.length)
  return number < 0 ? undefined : number
}

export const formatAddress = (number: number): Address =>
  `${Math.floor(number / 16_777_216)}.${Math.floor(number / 65_536) % 256}.${Math.floor(number / 256) % 256}.${number % 256}`

const sizeOf = (length: number): number => 2 ** (32 - length)

/** `10.0.0.0/8`. `undefined` on bad text and on host bits (`10.0.0.1/8`): write the network's own address. */
export const parsePrefix = (text: string): Prefix | undefined => {
  const stroke = text.indexOf("/")
  const digits = text.length - stroke - 1
  if (stroke < 0 || digits < 1 || digits > 2) return undefined
  const [tens, ones] = digits === 1 ? [zeroCode, text.charCodeAt(stroke + 1)] : [text.charCodeAt(stroke + 1), text.charCodeAt(stroke + 2)]
  if (tens < zeroCode || tens > nineCode || ones < zeroCode || ones > nineCode || (digits === 2 && tens === zeroCode)) return undefined
  const length = (tens - zeroCode) * 10 + ones - zeroCode
  const first = readAddress(text, stroke)
  if (length > 32 || first < 0) return undefined
  const size = sizeOf(length)
  return first % size === 0 ? { first, last: first + size - 1, length } : undefined
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

/** How specific a prefix of either family is. */
export const lengthOf = (prefix: string): number | undefined => (parsePrefix(prefix) ?? parsePrefix6(prefix))?.length

/** Whether an address lies in a prefix, both as text. A text that is no prefix, or of the other family, contains nothing. */
export const isIn = (address: Address, prefix: string): boolean => {
  const number = parseAddress(address)
  if (number === undefined) return isV6(address) && isIn6(address, prefix)
  const known = parsePrefix(prefix)
  return known !== undefined && containsAddress(known, number)
}

/** Private and shared space. Source: RFC 1918, RFC 6598. */
export const privatePrefixes: ReadonlyArray<string> = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]

export const isPrivate = (address: Address): boolean =>
  isV6(address) ? isLocal6(address) : privatePrefixes.some((prefix) => isIn(address, prefix))

/** A prefix less some others, as prefixes. Texts that are no prefixes take nothing away. */
export const withoutPrefixes = (from: string, others: ReadonlyArray<string>): ReadonlyArray<string> => {
  const whole = parsePrefix(from)
  const taken = others.flatMap((text) => parsePrefix(text) ?? [])
  return whole === undefined ? [] : cut(whole, taken).map(formatPrefix)
}

const cut = (prefix: Prefix, taken: ReadonlyArray<Prefix>): ReadonlyArray<Prefix> => {
  const touching = taken.filter((other) => overlaps(other, prefix))
  if (touching.length === 0) return [prefix]
  if (touching.some((other) => containsPrefix(other, prefix))) return []
  const length = prefix.length + 1
  const middle = prefix.first + sizeOf(length)
  return [
    ...cut({ first: prefix.first, last: middle - 1, length }, touching),
    ...cut({ first: middle, last: prefix.last, length }, touching)
  ]
}

/** IPv6 addresses and prefixes. Bad text is `undefined`, never a guess. Source: RFC 4291, RFC 5952. */
import type { Address } from "./flow.ts"

/** `first` has no host bits. */
export interface Prefix6 {
  readonly first: bigint
  readonly last: bigint
  readonly length: number
}

const groupsMax = 8
const groupBits = 16n
const bitsMax = 128

/** What is written with colons is meant for IPv6, well written or not. */
export const isV6 = (text: string): boolean => text.includes(":")

const groupsOf = (text: string): ReadonlyArray<bigint> | undefined => {
  if (text === "") return []
  const groups = text.split(":")
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => BigInt(`0x${group}`)) : undefined
}

/** An address as a number below 2^128. An embedded IPv4 address and a zone are refused. */
export const parseAddress6 = (text: string): bigint | undefined => {
  const halves = text.split("::")
  if (!isV6(text) || halves.length > 2) return undefined
  const [before, after] = [groupsOf(halves[0] ?? ""), groupsOf(halves[1] ?? "")]
  if (before === undefined || after === undefined) return undefined
  const missing = groupsMax - before.length - after.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...before, ...Array.from({ length: missing }, () => 0n), ...after].reduce((number, group) => (number << groupBits) | group, 0n)
}

/** Canonical text: lower case, no leading zeros, the first longest run of two zero groups or more left out. */
export const formatAddress6 = (number: bigint): Address => {
  const groups = Array.from({ length: groupsMax }, (_, index) =>
    ((number >> (groupBits * BigInt(groupsMax - 1 - index))) & 0xffffn).toString(16)
  )
  let [start, length] = [0, 0]
  for (let from = 0; from < groupsMax; from++) {
    let to = from
    while (groups[to] === "0") to++
    if (to - from > length) [start, length] = [from, to - from]
  }
  if (length < 2) return groups.join(":")
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`
}

/** `2001:db8::/32`. `undefined` on bad text and on host bits. */
export const parsePrefix6 = (text: string): Prefix6 | undefined => {
  const [address = "", digits = "", ...more] = text.split("/")
  const first = parseAddress6(address)
  if (first === undefined || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined
  const length = Number(digits)
  if (length > bitsMax) return undefined
  const size = 1n << BigInt(bitsMax - length)
  return first % size === 0n ? { first, last: first + size - 1n, length } : undefined
}

export const isIn6 = (address: Address, prefix: string): boolean => {
  const known = parsePrefix6(prefix)
  const number = known === undefined ? undefined : parseAddress6(address)
  return known !== undefined && number !== undefined && number >= known.first && number <= known.last
}

/** Not for the internet: unique local and link-local. Source: RFC 4193, RFC 4291. */
const localPrefixes: ReadonlyArray<string> = ["fc00::/7", "fe80::/10"]

export const isLocal6 = (address: Address): boolean => localPrefixes.some((prefix) => isIn6(address, prefix))

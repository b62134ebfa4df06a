/**
 * Keyed chance: a draw is a function of (seed, purpose, subject, nth) and of nothing else, so that one node more does not
 * change another node's fate and a diff of two runs shows consequences only. Whole numbers all the way: a 32-bit
 * FNV-1a over the key, finished with the murmur3 mixer. A run that follows a recording is told the draws that were recorded.
 * Not for secrets.
 */

export interface Chance {
  readonly seed: number
  /** What is known of draws that something real has made, as whole numbers; the seed decides where nothing is known. */
  readonly known?: (purpose: string, subject: string, nth: number) => number | undefined
}

export const chanceOf = (seed: number): Chance => ({ seed })

const keyed = (chance: Chance, purpose: string, subject: string, nth: number): number => {
  const key = `${chance.seed}\u0000${purpose}\u0000${subject}\u0000${nth}`
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A whole number in [0, limit). `limit` from 1 to 2^32. The bias of the modulo is below limit / 2^32. */
export const drawBelow = (chance: Chance, limit: number, purpose: string, subject: string, nth = 0): number =>
  (chance.known?.(purpose, subject, nth) ?? keyed(chance, purpose, subject, nth)) % limit

/** Kubernetes' own alphabet for generated names: no vowels, no look-alikes (apimachinery pkg/util/rand). */
const nameAlphabet = "bcdfghjklmnpqrstvwxz2456789"

/** A generated name suffix of `length` letters, as Kubernetes writes them: `5mzfb`. */
export const drawSuffix = (chance: Chance, length: number, purpose: string, subject: string, nth = 0): string => {
  let text = ""
  for (let index = 0; index < length; index++) {
    text += nameAlphabet[drawBelow(chance, nameAlphabet.length, `${purpose}/${index}`, subject, nth)]
  }
  return text
}

/**
 * Natural logarithms of whole numbers, as whole numbers: the scheduler's topology spread weighs domains by ln(domains + 2), and
 * engines may round `Math.log` differently. Worked out by the series of atanh in fixed point, exact to the last digit given.
 */

/** Scale of `scaledLog`: a thousand-millionth. */
export const logScale = 1_000_000_000

const digits = 10n ** 18n
/** Terms of the series; with an argument below 1/3 the next one is beyond the digits. */
const terms = 20n

/** atanh(of / over) in fixed point: the sum of odd powers over their exponents. */
const atanh = (of: bigint, over: bigint): bigint => {
  const square = (of * of * digits) / (over * over)
  let power = (of * digits) / over
  let sum = 0n
  for (let term = 0n; term < terms; term++) {
    sum += power / (2n * term + 1n)
    power = (power * square) / digits
  }
  return sum
}

/** ln(`value`) × `logScale`, rounded down. `value` ≥ 1, whole. */
export const scaledLog = (value: number): number => {
  let doublings = 0n
  const rest = BigInt(value)
  let over = 1n
  while (rest >= 2n * over) {
    over *= 2n
    doublings++
  }
  const ln2 = 2n * atanh(1n, 3n)
  const ln = 2n * atanh(rest - over, rest + over) + doublings * ln2
  return Number((ln * BigInt(logScale)) / digits)
}

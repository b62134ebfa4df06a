/**
 * Exact shares of traffic: 4/9 stays 4/9. Always reduced, the denominator positive, both safe integers.
 * Not modelled: numbers beyond 2^53; an operation that would leave the safe integers is a defect and throws.
 */

/** A reduced fraction; `over` > 0. */
export interface Ratio {
  readonly of: number
  readonly over: number
}

export const zero: Ratio = { of: 0, over: 1 }
export const one: Ratio = { of: 1, over: 1 }

const greatestDivisor = (left: number, right: number): number => {
  let [a, b] = [left < 0 ? -left : left, right]
  while (b !== 0) [a, b] = [b, a % b]
  return a
}

/** `of / over`, reduced. `over` must not be 0. */
export const ratio = (of: number, over: number): Ratio => {
  if (!Number.isSafeInteger(of) || !Number.isSafeInteger(over) || over === 0) {
    throw new Error(`ratio ${of}/${over}: both must be safe integers and the second not 0`)
  }
  const sign = over < 0 ? -1 : 1
  const divisor = greatestDivisor(of, over * sign) || 1
  return { of: (of * sign) / divisor, over: (over * sign) / divisor }
}

export const plus = (left: Ratio, right: Ratio): Ratio => {
  const divisor = greatestDivisor(left.over, right.over)
  return ratio(left.of * (right.over / divisor) + right.of * (left.over / divisor), left.over * (right.over / divisor))
}

export const times = (left: Ratio, right: Ratio): Ratio => {
  const a = ratio(left.of, right.over)
  const b = ratio(right.of, left.over)
  return ratio(a.of * b.of, a.over * b.over)
}

export const minus = (left: Ratio, right: Ratio): Ratio => plus(left, { of: -right.of, over: right.over })

/** Negative when `left` is smaller, 0 when equal, positive when larger. */
export const compareRatio = (left: Ratio, right: Ratio): number => minus(left, right).of

export const isZero = (value: Ratio): boolean => value.of === 0

/** `4/9`; whole numbers without the stroke: `0`, `1`. Read back by `parseRatio`. */
export const formatRatio = (value: Ratio): string => (value.over === 1 ? String(value.of) : `${value.of}/${value.over}`)

/** Reads `4/9`, `1`, `0`, `99%`, `99.5%`. `undefined` when the text is none of these. */
export const parseRatio = (text: string): Ratio | undefined => {
  const fraction = /^(\d{1,15})(?:\/(\d{1,15}))?$/.exec(text)
  if (fraction)
    return fraction[2] === undefined
      ? ratio(Number(fraction[1]), 1)
      : Number(fraction[2]) === 0
        ? undefined
        : ratio(Number(fraction[1]), Number(fraction[2]))
  const percent = /^(\d{1,3})(?:\.(\d{1,6}))?%$/.exec(text)
  if (!percent) return undefined
  const decimals = percent[2] ?? ""
  const scale = 10 ** decimals.length
  return ratio(Number(percent[1]) * scale + Number(decimals || "0"), 100 * scale)
}

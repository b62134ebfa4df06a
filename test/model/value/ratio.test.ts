import fc from "fast-check"
import { expect, test } from "vitest"
import { compareRatio, formatRatio, isZero, minus, one, parseRatio, plus, ratio, times, zero } from "../../../src/model/value/ratio.ts"

const shares = fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 500 })).map(([of, over]) => ratio(of, over))

test("two thirds of two thirds are four ninths, exactly", () => {
  expect(formatRatio(times(ratio(2, 3), ratio(2, 3)))).toBe("4/9")
})
test("shares are reduced, and whole numbers lose their stroke", () => {
  expect(formatRatio(ratio(6, 9))).toBe("2/3")
  expect(formatRatio(plus(ratio(1, 3), ratio(2, 3)))).toBe("1")
  expect(isZero(minus(one, one))).toBe(true)
})
test("text and share are the same thing", () => {
  fc.assert(fc.property(shares, (share) => compareRatio(parseRatio(formatRatio(share)) ?? zero, share) === 0))
  expect(parseRatio("99.5%")).toEqual(ratio(199, 200))
  for (const text of ["", "1/0", "-1", "0.5", "a", "1/2/3"]) expect(parseRatio(text)).toBeUndefined()
})
test("addition is associative and subtraction undoes it", () => {
  fc.assert(fc.property(shares, shares, shares, (a, b, c) => compareRatio(plus(plus(a, b), c), plus(a, plus(b, c))) === 0))
  fc.assert(fc.property(shares, shares, (a, b) => compareRatio(minus(plus(a, b), b), a) === 0))
})
test("a share of nothing is a defect, not a result", () => {
  expect(() => ratio(1, 0)).toThrow("1/0")
  expect(() => ratio(0.5, 1)).toThrow("safe integers")
})

/** `maxUnavailable: 25%` as controllers turn it into pods. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isAmount, scaled } from "../../../src/model/kube/amount.ts"

describe("a number of pods or a share of them", () => {
  test.each([
    ["25%", 10, 3, 2],
    ["25%", 4, 1, 1],
    ["25%", 1, 1, 0],
    ["50%", 3, 2, 1],
    ["100%", 7, 7, 7],
    ["0%", 7, 0, 0],
    ["1%", 0, 0, 0],
    ["150%", 2, 3, 3],
    ["29%", 100, 29, 29]
  ])("%s of %i is %i as a surge and %i as what may be missing", (amount, of, up, down) => {
    expect([scaled(amount, of, "up"), scaled(amount, of, "down")]).toEqual([up, down])
  })

  test("a plain number is itself, however many there are", () => {
    expect([scaled(3, 1, "up"), scaled(3, 100, "down"), scaled(0, 5, "up")]).toEqual([3, 3, 0])
  })

  test.each(["25", "%", "-5%", "2.5%", "25 %", "", "all"])("%j is neither", (text) => {
    expect(isAmount(text)).toBe(false)
    expect(() => scaled(text, 10, "up")).toThrow(`"${text}" is no number of pods and no share of them`)
  })

  test("whole numbers from 0 on and shares are amounts; fractions and negatives are not", () => {
    expect([0, 7, "0%", "25%", "150%"].map(isAmount)).toEqual([true, true, true, true, true])
    expect([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map(isAmount)).toEqual([false, false, false, false])
  })

  test("rounding up and down are less than one pod apart, around the exact share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 5_000 }), (percent, of) => {
        const [up, down] = [scaled(`${percent}%`, of, "up"), scaled(`${percent}%`, of, "down")]
        expect(up * 100).toBeGreaterThanOrEqual(percent * of)
        expect(down * 100).toBeLessThanOrEqual(percent * of)
        expect(up - down).toBe((percent * of) % 100 === 0 ? 0 : 1)
      })
    )
  })
})

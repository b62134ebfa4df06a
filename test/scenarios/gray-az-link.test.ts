/** A link that loses a little, against the arithmetic of who has to pass it. */
import { play } from "drill/testing"
import { describe, expect, test } from "vitest"
import scenario from "../../scenarios/gray-az-link.ts"
import { formatRatio, plus, type Ratio, ratio, times, zero } from "../../src/model/value/ratio.ts"

const answers = (run: Awaited<ReturnType<typeof play>>): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) => (event._tag === "probe/AnswerTurned" && at > 0 ? [`${at / 1_000} ${event.success}`] : []))

const zones = [0, 1, 2]
/** Zone 1 is the bad one: what passes between it and another comes through so often. */
const across = (from: number, to: number, through: Ratio): Ratio => (from !== to && (from === 1 || to === 1) ? through : { of: 1, over: 1 })

/** Web in any zone; from each service a lookup and a call, each answered in any zone: worked out by going through all of it. */
const expected = (through: Ratio): Ratio => {
  let sum = zero
  for (const web of zones)
    for (const first of zones)
      for (const cart of zones)
        for (const second of zones)
          for (const stock of zones) {
            const legs = [
              across(web, first, through),
              across(web, cart, through),
              across(cart, second, through),
              across(cart, stock, through)
            ]
            sum = plus(sum, legs.reduce(times, ratio(1, 243)))
          }
  return sum
}

describe("gray-az-link", async () => {
  const run = await play(scenario)

  test("as many requests are lost as pass the bad link, and nothing acts on it", () => {
    expect(answers(run)).toEqual([`60 ${formatRatio(expected(ratio(49, 50)))}`])
    expect(run).toBreak("buyers get through")
    const acted = run.events.filter(({ at, event }) => at > 60_000 && !event._tag.startsWith("probe/"))
    expect(acted).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("calls that stay in their zone never meet it", async () => {
    const close = await play(scenario, { variant: "close" })
    expect(answers(close)).toEqual([])
    expect(close).toHoldExpectations()
  })

  test("with the zone shifted away, everybody gets through once caches have followed", async () => {
    const shifted = await play(scenario, { variant: "shifted" })
    expect(answers(shifted).at(-1)).toBe("305 1")
  })

  test("of three hops 1 - (2/3)³ touch the zone, and with a lookup for each call 1 - (2/3)⁵: seen by losing all of it", async () => {
    const dark = await play(scenario, { variant: "dark" })
    expect(answers(dark)[0]).toBe("60 32/243")
  })
})

/** Drills of balancers, against the figures that engineers worked out for them. Times are seconds since the first trouble, at 2:00. */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import flap from "../../scenarios/nlb-health-flap.ts"

const beganMs = 120_000
const kinds = ["TargetTurnedUnhealthy", "TargetTurnedHealthy", "AddressWithdrawn", "AddressListed"]
/** `30 TargetTurnedUnhealthy`, by second and kind, equal ones once. */
const turnsOf = (run: PlayedRun): ReadonlyArray<string> => [
  ...new Set(
    run.events.flatMap(({ at, event }) => {
      const kind = event._tag.slice("balance/".length)
      return at >= beganMs && kinds.includes(kind) ? [`${(at - beganMs) / 1_000} ${kind}`] : []
    })
  )
]

describe("nlb-health-flap", async () => {
  const run = await play(flap)

  test("35 seconds of failed checks: out at 30, in at 60, and again every minute; the zone's address goes along", () => {
    const minute = (start: number) => [
      `${start + 30} TargetTurnedUnhealthy`,
      `${start + 30} AddressWithdrawn`,
      `${start + 60} TargetTurnedHealthy`,
      `${start + 60} AddressListed`
    ]
    expect(turnsOf(run)).toEqual([0, 60, 120, 180, 240].flatMap(minute))
  })

  test("nobody is lost: the zone that is out of DNS still serves whoever comes", () => {
    expect(run).toHoldExpectations()
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test.each(["25 seconds", "threshold 6"])("%s: no transition at all", async (variant) => {
    expect(turnsOf(await play(flap, { variant }))).toEqual([])
  })

  test("all zones at once: every target is out, no address leaves DNS, and everybody gets through", async () => {
    const open = await play(flap, { variant: "all zones" })
    expect(turnsOf(open).slice(0, 2)).toEqual(["30 TargetTurnedUnhealthy", "60 TargetTurnedHealthy"])
    expect(turnsOf(open).some((turn) => turn.includes("Address"))).toBe(false)
    expect(open).toDeliver("shop", "1")
  })
})

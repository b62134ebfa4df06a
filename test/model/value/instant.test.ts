import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { formatClock, formatDuration, lastBeatUpTo, nextBeatAfter, nextBeatFrom, parseDuration } from "../../../src/model/value/instant.ts"

describe("durations", () => {
  test("are read as people write them", () => {
    expect(parseDuration("90s")).toBe(90_000)
    expect(parseDuration("1h30m")).toBe(5_400_000)
    expect(parseDuration("3m39.8s")).toBe(219_800)
    expect(parseDuration("250ms")).toBe(250)
    expect(parseDuration("0s")).toBe(0)
  })
  test("without a unit, with a sign, or finer than a millisecond are none", () => {
    for (const text of ["30", "", "-5s", "5 s", "1.0005s", "0.5ms", "5d", "s"]) expect(parseDuration(text)).toBeUndefined()
  })
  test("survive being written and read", () => {
    fc.assert(fc.property(fc.nat(1_000_000_000), (span) => parseDuration(formatDuration(span)) === span))
  })
})

describe("clocks", () => {
  test("show hours only when there are some, and settling with a minus", () => {
    expect(formatClock(160_000)).toBe("2:40.000")
    expect(formatClock(3_723_400)).toBe("1:02:03.400")
    expect(formatClock(-600_000)).toBe("-10:00.000")
    expect(formatClock(120_000, { millis: false })).toBe("2:00")
  })
})

describe("beats of a periodic loop", () => {
  test("fall on its multiples, also before the start", () => {
    expect(nextBeatFrom(120_000, 10_000, 0)).toBe(120_000)
    expect(nextBeatAfter(120_000, 10_000, 0)).toBe(130_000)
    expect(lastBeatUpTo(129_999, 10_000, 0)).toBe(120_000)
    expect(nextBeatAfter(-1, 10_000, 0)).toBe(0)
    expect(lastBeatUpTo(-1, 10_000, 3_000)).toBe(-7_000)
  })
})

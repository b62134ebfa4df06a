import { describe, expect, it } from "vitest"
import type { Outcome } from "../../src/analysis/outcome.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import { breaks, delivers, happensWithin, holdsExpectations, type Observed } from "../../src/testing/matchers.ts"

const outcome: Outcome = {
  results: [
    { expectation: "web answers", result: "held", evidence: "1 from 0:00 to 10:00, expected at least 2/3" },
    { expectation: "database answers", result: "broken", evidence: "0 from 2:00 to 8:00, expected at least 1", atMs: 120_000, event: 7 }
  ],
  probes: [
    {
      probe: "host",
      windows: [
        { fromMs: 0, toMs: 120_000, success: "1", timeout: "0", refused: "0" },
        { fromMs: 120_000, toMs: 300_000, success: "4/9", timeout: "5/9", refused: "0" },
        { fromMs: 300_000, toMs: 600_000, success: "1", timeout: "0", refused: "0" }
      ]
    }
  ],
  figures: {},
  warnings: []
}
const lost = (seq: number, at: number, zone: string): RecordedEvent => ({
  seq,
  at,
  cause: -1,
  event: { _tag: "fault/ZoneLost", zone, components: 3 }
})
const run: Observed = { outcome, endMs: 600_000, events: [lost(1, 120_000, "az-a"), lost(2, 180_000, "az-b")] }
const held: Observed = { ...run, outcome: { ...outcome, results: outcome.results.slice(0, 1) } }

describe("expectations held", () => {
  it("passes when every one held", () => expect(holdsExpectations(held).pass).toBe(true))

  it("fails with the ones that did not, and their evidence", () => {
    const finding = holdsExpectations(run)
    expect(finding.pass).toBe(false)
    expect(finding.message()).toBe(
      "1 of 2 expectations did not hold:\n  database answers: broken. 0 from 2:00 to 8:00, expected at least 1"
    )
  })

  it("a scenario without expectations has not held them", () => {
    expect(holdsExpectations({ ...run, outcome: { ...outcome, results: [] } }).pass).toBe(false)
  })
})

describe("an expectation broke", () => {
  it("passes for the one that broke and fails for the one that held", () => {
    expect(breaks(run, "database answers").pass).toBe(true)
    expect(breaks(run, "web answers").pass).toBe(false)
  })

  it("a name that does not exist is a mistake of the test, with the names there are", () => {
    expect(() => breaks(run, "databse answers")).toThrow('the run has "web answers", "database answers"')
  })
})

describe("a probe's share of success in a window", () => {
  it("is exact, and the window half-open", () => {
    expect(delivers(run, "host", "4/9", { from: "2m", until: "5m" }).pass).toBe(true)
    expect(delivers(run, "host", "4/9", { from: "2m", until: "5m1ms" }).pass).toBe(false)
    expect(delivers(run, "host", "1", { until: "2m" }).pass).toBe(true)
    expect(delivers(run, "host", "1", { from: "5m" }).pass).toBe(true)
  })

  it("may be a bound", () => {
    expect(delivers(run, "host", ">=4/9").pass).toBe(true)
    expect(delivers(run, "host", ">= 45%").pass).toBe(false)
    expect(delivers(run, "host", "<=1/2", { from: "2m", until: "3m" }).pass).toBe(true)
  })

  it("fails with the windows that were otherwise", () => {
    expect(delivers(run, "host", "1").message()).toBe(
      'probe "host" was to succeed exactly 1 from 0:00 to 10:00, but:\n  2:00 to 5:00: 4/9 (timeout 5/9, refused 0)'
    )
  })

  it("time that the run did not reach is not delivered", () => {
    const finding = delivers(run, "host", "1", { from: "6m", until: "11m" })
    expect(finding.pass).toBe(false)
    expect(finding.message()).toContain("do not cover that time; the run ended at 10:00")
  })

  it.each([
    ["a probe that does not exist", () => delivers(run, "hots", "1"), 'the run has "host"'],
    ["a share without meaning", () => delivers(run, "host", "most"), '"most" is no share of success'],
    ["a time without unit", () => delivers(run, "host", "1", { from: "30" }), '"30" is not a time'],
    ["an empty window", () => delivers(run, "host", "1", { from: "3m", until: "3m" }), "is empty"]
  ])("%s is a mistake of the test", (_, ask, sentence) => {
    expect(ask).toThrow(sentence)
  })
})

describe("an event within a span", () => {
  it("passes on the deadline itself and fails after it", () => {
    expect(happensWithin(run, "fault/ZoneLost", "2m").pass).toBe(true)
    expect(happensWithin(run, "fault/ZoneLost", "1m59s").pass).toBe(false)
  })

  it("looks only at what came after, and at the subject asked for", () => {
    expect(happensWithin(run, "fault/ZoneLost", "1m", { after: "2m1ms" }).pass).toBe(true)
    expect(happensWithin(run, "fault/ZoneLost", "1m", { after: "2m", of: "az-b" }).pass).toBe(true)
    expect(happensWithin(run, "fault/ZoneLost", "1m", { after: "4m" }).message()).toContain("it never did after that; the last was at 3:00")
  })
})

import { describe, expect, it } from "vitest"
import {
  changesOutcome,
  compareGolden,
  type Golden,
  goldenFileName,
  goldenOf,
  goldenText,
  parseGolden
} from "../../src/analysis/goldens.ts"
import type { Outcome } from "../../src/analysis/outcome.ts"

const outcome: Outcome = {
  results: [
    { expectation: "host holds", result: "held", evidence: "at least 4/9" },
    { expectation: "data holds", result: "broken", evidence: "0 from 2:00", atMs: 120_000, event: 7 }
  ],
  probes: [
    {
      probe: "data",
      windows: [
        { fromMs: 0, toMs: 120_000, success: "1", timeout: "0", refused: "0" },
        { fromMs: 120_000, toMs: 600_000, success: "0", timeout: "1/3", refused: "2/3" }
      ]
    }
  ],
  figures: { evictions: 2, "readyMin/default/app": 2 },
  warnings: []
}
const golden = goldenOf({ scenario: "az-outage", seed: 42, engine: "0.1.0", digest: "77ab02e1", lesson: "one zone, one disk" }, outcome)

const text = `{
  "format": 1,
  "scenario": "az-outage",
  "seed": 42,
  "engine": "0.1.0",
  "digest": "77ab02e1",
  "lesson": "one zone, one disk",
  "results": [
    { "expectation": "host holds", "result": "held" },
    { "expectation": "data holds", "result": "broken", "atMs": 120000 }
  ],
  "probes": [
    { "probe": "data", "fromMs": 0, "toMs": 120000, "success": "1", "timeout": "0", "refused": "0" },
    { "probe": "data", "fromMs": 120000, "toMs": 600000, "success": "0", "timeout": "1/3", "refused": "2/3" }
  ],
  "figures": {
    "evictions": 2,
    "readyMin/default/app": 2
  }
}
`

describe("a golden", () => {
  it("is JSON with one fact a line", () => {
    expect(goldenText(golden)).toBe(text)
    expect(goldenFileName("az-outage", 42)).toBe("az-outage.seed42.json")
  })

  it("is read back as it was written", () => {
    expect(parseGolden(text)).toEqual(golden)
    const empty: Golden = { ...golden, results: [], probes: [], figures: {} }
    expect(parseGolden(goldenText(empty))).toEqual(empty)
  })

  it("that cannot be read says why and what to do", () => {
    for (const broken of ["", "{}", text.replace('"format": 1', '"format": 2'), text.replace('"held"', '"green"')]) {
      expect(parseGolden(broken)).toMatchObject({ _tag: "GoldenUnreadable", why: expect.stringContaining("drill golden accept") })
    }
  })

  it("equal to what was found has no differences", () => {
    expect(compareGolden(golden, golden)).toEqual([])
  })

  it("names every fact that differs, digest first", () => {
    const found = goldenOf(
      { ...golden, digest: "9c41e07b" },
      {
        ...outcome,
        results: [{ expectation: "host holds", result: "broken", evidence: "", atMs: 5_000 }],
        figures: { evictions: 3, "readyMin/default/app": 2, pendingPodsMax: 1 }
      }
    )
    const differences = compareGolden(golden, found)
    expect(differences).toEqual([
      { fact: "digest", subject: "digest", expected: "77ab02e1", found: "9c41e07b" },
      { fact: "result", subject: "data holds", expected: "broken at 120000 ms" },
      { fact: "result", subject: "host holds", expected: "held", found: "broken at 5000 ms" },
      { fact: "figure", subject: "evictions", expected: "2", found: "3" },
      { fact: "figure", subject: "pendingPodsMax", found: "1" }
    ])
    expect(changesOutcome(differences)).toBe(true)
  })

  it("of another engine version does not count the digest, which must differ", () => {
    const differences = compareGolden(golden, { ...golden, engine: "0.2.0", digest: "ffff" })
    expect(differences).toEqual([{ fact: "engine", subject: "engine", expected: "0.1.0", found: "0.2.0" }])
    expect(changesOutcome(differences)).toBe(false)
  })
})

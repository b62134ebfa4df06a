import { describe, expect, it } from "vitest"
import { effectsOf, eventsInMemory, type Why, whyExpectation } from "../../src/analysis/causes.ts"
import { compareRuns } from "../../src/analysis/compare.ts"
import {
  diffDocument,
  documentText,
  explainDocument,
  goldenDocument,
  listDocument,
  refusalDocument,
  runDocument,
  validateDocument,
  whyDocument
} from "../../src/report/json.ts"
import { eventsWith, places, plan, played, runFacts } from "./played.ts"

const run = played(plan)
const source = eventsInMemory(eventsWith(40_000))

describe("documents for programs", () => {
  it("run bears run, results with their line, probes and warnings", () => {
    expect(runDocument("run", 1, { run: runFacts, outcome: run.outcome, places, golden: undefined })).toEqual({
      format: 1,
      command: "run",
      exit: 1,
      run: {
        id: "k7d2q9mx",
        name: null,
        path: "recordings/x.drill",
        scenario: "az-outage",
        variant: null,
        seed: 42,
        engine: "0.1.0",
        digest: "9c41e07b00",
        status: "complete",
        endMs: 2_700_000,
        events: 14
      },
      results: [
        {
          expectation: "/host is whole again within 2m",
          result: "held",
          line: null,
          atMs: 240_000,
          event: null,
          evidence: "at least 1 since 4:00, 2m after 2:00; allowed 2m"
        },
        {
          expectation: "/data never fails",
          result: "broken",
          line: 41,
          atMs: 120_000,
          event: 6,
          evidence: "0 from 2:00 to 42:35, expected at least 1"
        }
      ],
      probes: run.outcome.probes,
      figures: run.outcome.figures,
      warnings: [],
      golden: null
    })
  })

  it("why bears the chain nearest first, its root with the entry and place, and effects in order", () => {
    const why: Why = {
      ...(whyExpectation(plan, run.outcome, source, "/data never fails") as Why),
      effects: effectsOf(source, 3) as NonNullable<Why["effects"]>
    }
    const document = whyDocument(0, runFacts, why, plan, places)
    expect(document).toMatchObject({
      command: "why",
      root: { entry: 0, atMs: 120_000, action: { _tag: "CutZone", zone: "c" }, place: { line: 30 } },
      chain: [
        { seq: 6, kind: "probe/AnswerTurned", subject: "data" },
        { seq: 3, cause: -1 }
      ],
      answer: { failures: [{ at: "lb/c", reason: "ComponentSilent" }] }
    })
    expect((document.effects as ReadonlyArray<{ seq: number }>).map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it("diff bears divergence, outcome and events", () => {
    const document = diffDocument(1, runFacts, runFacts, compareRuns(run, played(plan, 50_000)))
    expect(document).toMatchObject({
      format: 1,
      command: "diff",
      exit: 1,
      divergence: { a: { seq: 7, atMs: 160_000 }, b: { seq: 7, atMs: 170_000 } },
      events: { shifts: [{ shiftMs: 10_000, count: 5 }] }
    })
    expect(diffDocument(0, runFacts, runFacts, compareRuns(run, run))).toMatchObject({ divergence: null })
  })

  it("every document names its format, command and exit, and survives being written and read", () => {
    const documents = [
      goldenDocument(1, runFacts, "x.json", []),
      listDocument(0, [{ run: { ...runFacts, id: undefined }, prefix: 2, broken: 0, inconclusive: 0, expectations: 0 }]),
      validateDocument(3, 0, [{ code: "D004", severity: "error", headline: "x", notes: [] }]),
      explainDocument(2, [], ["graceMs"]),
      refusalDocument("show", 2, "no run k7")
    ]
    expect(documents.map(({ command, exit }) => [command, exit])).toEqual([
      ["diff", 1],
      ["list", 0],
      ["validate", 3],
      ["explain", 2],
      ["show", 2]
    ])
    for (const document of documents) {
      expect(document.format).toBe(1)
      expect(JSON.parse(documentText(document))).toEqual(document)
      expect(documentText(document).endsWith("}\n")).toBe(true)
    }
  })
})

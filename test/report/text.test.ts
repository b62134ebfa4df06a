import { describe, expect, it } from "vitest"
import { effectsOf, eventsInMemory, type Why, whyEvent, whyExpectation, whyProbe } from "../../src/analysis/causes.ts"
import { compareRuns } from "../../src/analysis/compare.ts"
import { settingDefinitions } from "../../src/model/world/settings.ts"
import { plainStyle } from "../../src/report/style.ts"
import { diffText, goldenTableText } from "../../src/report/text-diff.ts"
import { milestoneText, progressText, runHeader } from "../../src/report/text-run.ts"
import { bytesText, listText, listTsv, showText } from "../../src/report/text-show.ts"
import { becauseText, headline, runSummary, type SummaryFacts, shellWord } from "../../src/report/text-summary.ts"
import { whyText } from "../../src/report/text-why.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { eventsWith, places, plan, played, runFacts } from "./played.ts"

const run = played(plan)
const source = eventsInMemory(eventsWith(40_000))
const whyData = whyExpectation(plan, run.outcome, source, "/data never fails") as Why
const slower: Plan = { ...plan, settings: { ...plan.settings, graceMs: 50_000 } }
const definitions = settingDefinitions.filter(({ name }) => name === "graceMs" || name === "nodeLifecycle")

describe("the header of a run", () => {
  it("says that the node lifecycle is not the cluster's version, and which settings are not at default", () => {
    expect(runHeader(plainStyle, { plan: slower, variant: "grace 50", seed: 7, engine: "0.1.0", definitions })).toBe(
      [
        "az-outage (grace 50)  seed 7  aws · 3 zones · 0 nodes · 2 expectations                  engine 0.1.0",
        "  One zone goes dark.",
        "  cluster 1.20 · node lifecycle as upstream-1.31, which is not the cluster's version",
        "  grace 50s (default 40s) · 1 setting at default (drill explain settings)"
      ].join("\n")
    )
  })
})

describe("milestones", () => {
  it("are told in order, a turn of an expectation before what comes after its instant", () => {
    expect(run.milestones.map((milestone) => milestoneText(plainStyle, milestone, places)).join("\n")).toBe(
      [
        "  2:00.000 ▓ fault                  zone c down: 7 components stop                   az-outage.ts:30",
        "  2:00.000 ▲ host                   success 4/9; 5/9 times out at lb/c: gives no answer at all (lb, front end c)",
        "  2:00.000 ✖ data                   success 0; everything times out when calling default/postgres:5432 at lb/c: gives no answer at all (lb, front end c)",
        "  2:00.000 ✖ expect                 /data never fails: broken                        az-outage.ts:41",
        "  2:40.000 ✖ n-c                    node NotReady (Unknown): NodeStatusUnknown",
        "  2:41.000 · host                   success 2/3; 1/3 times out at lb/c: gives no answer at all (lb, front end c)",
        "  4:00.000 · host                   success 1",
        "  4:00.000 · expect                 /host is whole again within 2m: held so far",
        "  7:45.000 ▲ postgres-0             pod evicted from n-c: Terminating until its kubelet confirms",
        "  7:45.000 · app-4                  pod bound to n-a",
        " 42:00.000 ▓ fault                  zone c back: 7 components resume",
        " 42:35.000 · data                   success 1"
      ].join("\n")
    )
  })

  it("in ASCII have no sign beyond it", () => {
    for (const milestone of run.milestones)
      expect(milestoneText({ ...plainStyle, ascii: true }, milestone, places)).toMatch(/^[\x20-\x7e]+$/)
  })

  it("progress is one short line", () => {
    expect(progressText(plainStyle, { atMs: 240_000, untilMs: 600_000, events: 48_211, broken: 1 })).toBe("progress t=4:00/10:00 48k ev 1✖")
    expect(progressText(plainStyle, { atMs: 0, untilMs: 600_000, events: 999, broken: 0 })).toBe("progress t=0:00/10:00 999 ev 0✖")
  })
})

describe("the summary", () => {
  const facts: SummaryFacts = {
    run: runFacts,
    plan,
    places,
    outcome: run.outcome,
    whys: new Map([["/data never fails", whyData]]),
    hasEarlier: true,
    golden: { digest: "77ab02e1ff", differences: [{ fact: "digest", subject: "digest", expected: "77ab02e1ff", found: "9c41e07b00" }] }
  }

  it("tells each expectation, why the broken one broke, the run, its golden, and what to do next", () => {
    expect(runSummary(plainStyle, facts)).toBe(
      [
        "✖ 1 of 2 expectations broken",
        "  ✔ /host is whole again within 2m  at least 1 since 4:00, 2m after 2:00; allowed 2m",
        "  ✖ /data never fails               0 from 2:00 to 42:35, expected at least 1        az-outage.ts:41",
        "      because everything times out when calling default/postgres:5432 at lb/c: gives no answer at",
        '              all (lb, front end c); from timeline[0] at 2m: cutZone("c") (az-outage.ts:30)',
        "  the lesson: a database bound to one zone is down with it",
        "run k7d2q9mx  45:00 virtual in 0.4s (×6,428)  14 events  digest 9c41e07b ≠ golden 77ab02e1, same\noutcome as golden",
        "next: drill replay latest@2m · drill why latest '/data never fails' · drill diff latest~1 latest"
      ].join("\n")
    )
  })

  it("of a run that was not recorded offers nothing to replay", () => {
    const lines = runSummary(plainStyle, {
      ...facts,
      run: { ...runFacts, id: undefined, end: "interrupted" },
      golden: { digest: "", differences: [] }
    }).split("\n")
    expect(lines.at(-1)).toBe("not recorded  45:00 virtual in 0.4s (×6,428)  14 events  digest 9c41e07b = golden  interrupted")
  })

  it("never calls what was not tested held", () => {
    const outcome = {
      ...run.outcome,
      warnings: [],
      results: [{ expectation: "x", result: "inconclusive" as const, evidence: "never tested" }]
    }
    expect(
      runSummary(plainStyle, { ...facts, outcome, golden: undefined })
        .split("\n")
        .slice(0, 2)
    ).toEqual(["· 1 of 1 expectation inconclusive, none broken", "  · x  never tested"])
    expect(headline(plainStyle, { ...outcome, results: [] })).toBe("no expectations: nothing was judged")
    expect(
      headline(plainStyle, {
        ...outcome,
        results: [
          { expectation: "x", result: "held", evidence: "" },
          { expectation: "y", result: "held", evidence: "" }
        ]
      })
    ).toBe("✔ all 2 expectations held")
  })

  it("names the event itself when no probe saw a failure", () => {
    expect(becauseText(whyEvent(source, 10) as Why, plan, places)).toBe(
      'default/postgres-0: pod evicted from n-c: Terminating until its kubelet confirms; from timeline[0] at 2m: cutZone("c") (az-outage.ts:30)'
    )
    expect(becauseText({ subject: "x" }, plan, places)).toBeUndefined()
  })

  it("quotes for the shell only what needs it", () => {
    expect([shellWord("host@2m"), shellWord("it's down")]).toEqual(["host@2m", `'it'\\''s down'`])
  })
})

describe("why", () => {
  const sources = new Map([["scenarios/az-outage.ts", `${"\n".repeat(29)}  .at("2m", cutZone("c"))\n`]])

  it("leads from the broken expectation over the hop that lost the packet to the line of the scenario", () => {
    expect(whyText(plainStyle, whyData, { plan, places, sources })).toBe(
      [
        "✖ /data never fails: broken                                                scenarios/az-outage.ts:41",
        "  0 from 2:00 to 42:35, expected at least 1",
        "data: success 0, 1 timeout, 0 refused",
        "  ✖ everything times out when calling default/postgres:5432 at lb/c: gives no answer at all",
        "      by lb, front end c",
        "why, nearest first",
        "└ #6 2:00.000 data  success 0; everything times out when calling default/postgres:5432 at lb/c:",
        "                    gives no answer at all (lb, front end c)",
        "  └ #3 2:00.000 c  zone c down: 7 components stop",
        '    └ timeline[0] at 2m: cutZone("c")',
        "        ╭─ scenarios/az-outage.ts:30:13",
        '      30│   .at("2m", cutZone("c"))',
        "        │             ^^^^^^^^^^^^"
      ].join("\n")
    )
  })

  it("shows the tree of effects when asked, and the place alone when the file is gone", () => {
    const why: Why = {
      subject: "event 7",
      chain: { events: [], root: { _tag: "Timeline", index: 0 } },
      effects: effectsOf(source, 7) as NonNullable<Why["effects"]>
    }
    expect(whyText(plainStyle, why, { plan, places, sources: new Map() }).split("\n")).toEqual([
      "event 7",
      "why, nearest first",
      '└ timeline[0] at 2m: cutZone("c")',
      "  scenarios/az-outage.ts:30",
      "effects: 5 events",
      "├ #8 2:41.000 host  success 2/3; 1/3 times out at lb/c: gives no answer at all (lb, front end c)",
      "│ └ #9 4:00.000 host  success 1",
      "├ #10 7:45.000 default/postgres-0  pod evicted from n-c: Terminating until its kubelet confirms",
      "└ #11 7:45.000 default/app-4  pod created for default/app",
      "  └ #12 7:45.000 default/app-4  pod bound to n-a"
    ])
  })

  it("says so when the cause is settling, or when nothing is known", () => {
    expect(whyText(plainStyle, whyProbe(source, "host", 0), { plan, places, sources })).toContain("settling: the cluster's own beginning")
    expect(whyText(plainStyle, whyProbe(source, "hots", 0), { plan, places, sources })).toBe(
      "hots@0:00\n  probe hots had not answered by 0:00"
    )
  })
})

describe("diff", () => {
  it("tells inputs, the place where the runs part, and what only moved in time", () => {
    const comparison = compareRuns(run, played(slower, 50_000))
    expect(diffText(plainStyle, { a: runFacts, b: { ...runFacts, id: "3fw8h1zc", digest: "77ab02e1ff" }, comparison })).toBe(
      [
        "A k7d2q9mx 9c41e07b   B 3fw8h1zc 77ab02e1   seed =  engine =  settings ≠ (grace 40s → 50s)  scenario =",
        "first divergence  A #7 2:40.000 n-c: node NotReady (Unknown): NodeStatusUnknown",
        "                  B #7 2:50.000 n-c: node NotReady (Unknown): NodeStatusUnknown",
        "outcomes          2 unchanged",
        "probes            host moved only in time: 2/3, 1/3 timeout from 2:41 → 2:51 (+10s)",
        "                  1 unchanged",
        "series            11 unchanged",
        "events            12 → 12",
        "in time           +10s for 5 events · 7 events in place"
      ].join("\n")
    )
  })

  it("tells outcomes that turned, changed windows and kinds of events", () => {
    const other = { ...played(plan), events: eventsWith(40_000).slice(0, 13) }
    const outcome = {
      ...other.outcome,
      results: other.outcome.results.map((result) => ({ ...result, result: "held" as const, evidence: "well" }))
    }
    const text = diffText(plainStyle, { a: runFacts, b: runFacts, comparison: compareRuns(run, { ...other, outcome }) })
    expect(text).toContain("outcomes          ✖→✔ /data never fails: 0 from 2:00 to 42:35, expected at least 1 → well")
    expect(text).toContain("                  B has ended")
    expect(text).toContain("-1 probe/AnswerTurned")
    expect(text).toContain("only in A         A #14 42:35.000 data: success 1")
  })

  it("of equal runs says so", () => {
    expect(diffText(plainStyle, { a: runFacts, b: runFacts, comparison: compareRuns(run, run) })).toContain(
      "divergence        none: equal to the last event"
    )
  })

  it("against a golden is a table of facts", () => {
    expect(
      goldenTableText(plainStyle, "az-outage.seed42.json", [
        { fact: "figure", subject: "evictions", expected: "2", found: "3" },
        { fact: "digest", subject: "digest", expected: "77", found: "9c" }
      ])
    ).toBe(
      [
        "✖ 2 facts other than in az-outage.seed42.json",
        "fact    of         golden  this run",
        "figure  evictions  2       3",
        "digest             77      9c"
      ].join("\n")
    )
    expect(goldenTableText(plainStyle, "x.json", [])).toBe("✔ as its golden x.json")
  })
})

describe("show and list", () => {
  it("show tells facts, results, windows and figures", () => {
    const lines = showText(plainStyle, {
      run: { ...runFacts, name: "first", variant: "grace 50" },
      plan,
      outcome: run.outcome,
      definitions
    }).split("\n")
    expect(lines.slice(0, 12)).toEqual([
      "run       k7d2q9mx (first)",
      "scenario  az-outage, variant grace 50",
      "file      recordings/x.drill",
      "played    2026-11-22T21:47:02Z",
      "ended     complete at 45:00 of 45:00",
      "seed      42",
      "engine    0.1.0",
      "digest    9c41e07b00",
      "events    14, 88 KiB, 6500 bytes an event",
      "settings  all at default",
      'timeline  timeline[0] at 2m: cutZone("c")',
      'timeline  timeline[1] at 42m: healZone("c")'
    ])
    expect(lines).toContain("probe   from     to     for  success  timeout  refused")
    expect(lines).toContain("        2:41   4:00   1m19s      2/3      1/3        0")
    expect(lines).toContain("  data down for 40m35s")
    expect([bytesText(100), bytesText(2_048), bytesText(4_404_019)]).toEqual(["100 B", "2 KiB", "4.1 MiB"])
  })

  const listed = { run: runFacts, prefix: 2, broken: 0, inconclusive: 0, expectations: 2 }

  it("list gives a line a run, the prefix that is enough in bold, a partial run marked", () => {
    const lines = listText(plainStyle, [
      { ...listed, broken: 1 },
      listed,
      { ...listed, inconclusive: 1 },
      { ...listed, run: { ...runFacts, end: "partial" } },
      { ...listed, run: { ...runFacts, end: "interrupted" } }
    ]).split("\n")
    expect(lines[0]).toBe("run       scenario   seed  result         events  digest    played")
    expect(lines.slice(1).map((line) => line.slice(27, 40).trim())).toEqual(["✖ 1/2", "✔ 2/2", "· 1/2", "? partial", "· interrupted"])
    expect(listText({ ...plainStyle, colour: true }, [listed])).toContain("\u001b[1mk7\u001b[0md2q9mx")
    expect(listText(plainStyle, [])).toBe("no runs here: drill run <file>")
  })

  it("list for programs parts cells by tabs, and a name cannot break a row", () => {
    const lines = listTsv([{ ...listed, run: { ...runFacts, name: "a\tb\nc" } }]).split("\n")
    expect(lines).toHaveLength(2)
    expect(lines[1]?.split("\t").slice(0, 3)).toEqual(["k7d2q9mx", "a b c", "az-outage"])
  })
})

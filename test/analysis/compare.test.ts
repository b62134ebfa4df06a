import { describe, expect, it } from "vitest"
import { type ComparedRun, compareRuns, isSameRun } from "../../src/analysis/compare.ts"
import { firstDivergence, pairEvents } from "../../src/analysis/divergence.ts"
import { endJudge, judgeEvent, startJudge } from "../../src/analysis/judge.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { answer, planWith, podEvicted, recordedOf } from "./runs.ts"

const runOf = (plan: Plan, events: ReadonlyArray<RecordedEvent>): ComparedRun => {
  const judge = startJudge(plan)
  for (const recorded of events) judgeEvent(judge, recorded)
  return { plan, seed: 42, engine: "0.1.0", outcome: endJudge(judge, plan.untilMs, "complete"), events }
}
const plan = planWith([
  { _tag: "Sustained", id: "host", claim: { _tag: "Delivered", probe: "host", atLeast: "1/2" }, fromMs: 0, untilMs: 2_700_000 }
])
const events = (graceMs: number, during = "2/3") =>
  recordedOf([
    [0, answer("host", "1")],
    [0, answer("data", "1")],
    [120_000, { _tag: "fault/ZoneLost", zone: "c", components: 3 }, -1],
    [120_000, answer("host", during, "1/3"), 3],
    [120_000 + graceMs, { _tag: "kube/NodeReadinessTurned", node: "n1", ready: "Unknown", reason: "NodeStatusUnknown" }, 3],
    [120_000 + graceMs + 1_000, answer("host", "1"), 5],
    [465_000 + graceMs - 40_000, podEvicted("default/app-1"), 5]
  ])

describe("two runs", () => {
  it("that are equal have no difference", () => {
    const comparison = compareRuns(runOf(plan, events(40_000)), runOf(plan, events(40_000)))
    expect(isSameRun(comparison)).toBe(true)
    expect(comparison.events.unmoved).toBe(7)
  })

  it("part at the first event that differs, and what only moved in time is told as such", () => {
    const slower: Plan = { ...plan, settings: { ...plan.settings, graceMs: 50_000 } }
    const comparison = compareRuns(runOf(plan, events(40_000)), runOf(slower, events(50_000)))
    expect(comparison.inputs).toEqual({
      seedSame: true,
      engineSame: true,
      settings: [{ name: "graceMs", a: 40_000, b: 50_000 }],
      parts: []
    })
    expect(comparison.divergence?.a?.seq).toBe(5)
    expect(comparison.divergence?.b?.at).toBe(170_000)
    expect(comparison.outcome.turned).toEqual([])
    expect(comparison.outcome.probes.map((change) => [change.probe, change.change])).toEqual([["host", "moved"]])
    expect(comparison.events.shifts).toEqual([{ shiftMs: 10_000, count: 3 }])
    expect(comparison.events).toMatchObject({ unmoved: 4, kinds: [], onlyA: [], onlyB: [] })
    expect(comparison.outcome.figures).toEqual([{ name: "degradedMs/host", a: 41_000, b: 51_000 }])
    expect(isSameRun(comparison)).toBe(false)
  })

  it("with other answers have changed windows, and an expectation that turned", () => {
    const comparison = compareRuns(runOf(plan, events(40_000)), runOf(plan, events(40_000, "1/3")))
    expect(comparison.outcome.probes[0]?.change).toBe("changed")
    expect(comparison.outcome.turned.map((turn) => [turn.a?.result, turn.b?.result])).toEqual([["held", "broken"]])
    expect(comparison.events.onlyA.map((recorded) => recorded.seq)).toEqual([4])
    expect(comparison.events.onlyB.map((recorded) => recorded.seq)).toEqual([4])
  })

  it("of different length part where the shorter ends", () => {
    const all = events(40_000)
    expect(firstDivergence(all, all.slice(0, 6))).toEqual({ a: all[6] })
    expect(firstDivergence(all.slice(0, 6), all)).toEqual({ b: all[6] })
    expect(pairEvents(all, all.slice(0, 6)).kinds).toEqual([{ kind: "kube/PodEvicted", a: 1, b: 0 }])
  })

  it("that differ in the cause alone part there", () => {
    const all = events(40_000)
    const other = all.map((recorded) => (recorded.seq === 6 ? { ...recorded, cause: 3 } : recorded))
    expect(firstDivergence(all, other)?.a?.seq).toBe(6)
  })

  it("the instant of the last lease moves with the event and is no difference of its own", () => {
    const cut = (at: number): ReadonlyArray<RecordedEvent> =>
      recordedOf([[at, { _tag: "kube/NodeCutOff", node: "n", lastRenewalAt: at, reason: "ComponentSilent", at: "n" }]])
    expect(pairEvents(cut(10_000), cut(30_000)).shifts).toEqual([{ shiftMs: 20_000, count: 1 }])
  })

  it("settling is left out of the counts", () => {
    expect(pairEvents(recordedOf([[-1_000, answer("host", "1")]]), []).onlyA).toEqual([])
  })
})

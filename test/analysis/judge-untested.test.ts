import { describe, expect, it } from "vitest"
import { endJudge, judgeEvent, startJudge, type Turned } from "../../src/analysis/judge.ts"
import { exitOf, type Outcome, type RunEnd } from "../../src/analysis/outcome.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import type { Expectation } from "../../src/scenario/expectation.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { answer, planWith, podEvicted, recordedOf, settledPod } from "./runs.ts"

const judged = (
  plan: Plan,
  events: ReadonlyArray<RecordedEvent>,
  endMs = plan.untilMs,
  end: RunEnd = "complete"
): { outcome: Outcome; turns: Array<Turned> } => {
  const judge = startJudge(plan)
  const turns = events.flatMap((recorded) => [...judgeEvent(judge, recorded)])
  return { outcome: endJudge(judge, endMs, end), turns }
}

const hostSustained = (fromMs: number, untilMs: number, atLeast = "1"): Expectation => ({
  _tag: "Sustained",
  id: "host holds",
  claim: { _tag: "Delivered", probe: "host", atLeast },
  fromMs,
  untilMs
})
const hostRecovered = (afterMs: number, withinMs: number): Expectation => ({
  _tag: "Recovered",
  id: "host recovers",
  claim: { _tag: "Delivered", probe: "host", atLeast: "1" },
  afterMs,
  withinMs
})
const resultOf = (outcome: Outcome, index = 0) => outcome.results[index]

describe("what was not tested is inconclusive, never held", () => {
  const whole = planWith([hostSustained(0, 2_700_000)])
  const allWell = recordedOf([
    [0, answer("host", "1")],
    [0, answer("data", "1")]
  ])

  it("a run that was stopped before the end of a window", () => {
    const { outcome } = judged(whole, allWell, 600_000, "interrupted")
    expect(resultOf(outcome)).toMatchObject({ result: "inconclusive", evidence: "not tested to its end: 45:00; the run ended at 10:00" })
    expect(outcome.warnings).toEqual(["the run ended at 10:00 of 45:00: later windows were not tested."])
    expect(exitOf(outcome, "interrupted")).toBe(7)
  })

  it("a window that begins at the end of the run or after it", () => {
    expect(resultOf(judged(planWith([hostSustained(2_700_000, 2_800_000)]), allWell).outcome)?.evidence).toBe(
      "never tested: begins at 45:00, the run ended at 45:00"
    )
    expect(resultOf(judged(planWith([hostSustained(5_000, 5_000)]), allWell).outcome)?.evidence).toBe("its window is empty: 0:05 to 0:05")
  })

  it("a recovery that an interruption kept from lasting to the end", () => {
    expect(resultOf(judged(planWith([hostRecovered(0, 60_000)]), allWell, 600_000, "interrupted").outcome)?.result).toBe("inconclusive")
    expect(resultOf(judged(planWith([hostRecovered(0, 60_000)]), allWell, 600_000, "complete").outcome)?.result).toBe("held")
  })

  it("a recovery whose deadline lies beyond the end of the run", () => {
    const down = recordedOf([[0, answer("host", "0", "1")]])
    expect(resultOf(judged(planWith([hostRecovered(0, 9_000_000)]), down).outcome)).toMatchObject({
      result: "inconclusive",
      evidence: "not yet true when the run ended at 45:00; its deadline is 2:30:00"
    })
  })

  it("a probe that the plan does not have, and one that never answered", () => {
    const unknown: Expectation = {
      _tag: "Sustained",
      id: "x",
      claim: { _tag: "Delivered", probe: "hots", atLeast: "1" },
      fromMs: 0,
      untilMs: 1_000
    }
    expect(resultOf(judged(planWith([unknown]), allWell).outcome)?.evidence).toBe('no probe is named "hots"')
    const { outcome } = judged(whole, recordedOf([[0, answer("data", "1")]]))
    expect(resultOf(outcome)).toMatchObject({ result: "inconclusive", evidence: "probe host never answered" })
    expect(outcome.warnings).toEqual(["probe host never answered."])
  })

  it("a probe that answered only after its window had begun", () => {
    expect(
      resultOf(
        judged(
          whole,
          recordedOf([
            [0, answer("data", "1")],
            [1_000, answer("host", "1")]
          ])
        ).outcome
      )
    ).toMatchObject({
      result: "inconclusive",
      evidence: "no figure for 1000 ms of its window"
    })
  })

  it("a fault that touched nothing makes what is judged after it inconclusive, but not what broke", () => {
    const events = recordedOf([
      [0, answer("host", "1")],
      [0, answer("data", "0", "1")],
      [120_000, { _tag: "fault/ZoneLost", zone: "d", components: 0 }, -1]
    ])
    const early: Expectation = { ...hostSustained(0, 120_000), id: "early" }
    const data: Expectation = {
      _tag: "Sustained",
      id: "data",
      claim: { _tag: "Delivered", probe: "data", atLeast: "1" },
      fromMs: 0,
      untilMs: 60_000
    }
    const { outcome } = judged(planWith([hostSustained(0, 2_700_000), early]), events)
    expect(outcome.results.map((result) => result.result)).toEqual(["inconclusive", "held"])
    expect(resultOf(outcome)).toMatchObject({
      atMs: 120_000,
      event: 3,
      evidence: "the fault at 2:00 touched nothing: zone d, nothing stood in it to be lost"
    })
    expect(outcome.figures.faultsEmpty).toBe(1)
    expect(outcome.warnings[0]).toContain("the fault at 2:00 touched nothing")
    expect(exitOf(outcome, "complete")).toBe(7)
    expect(exitOf(judged(planWith([]), events).outcome, "complete")).toBe(7)
    expect(exitOf(judged(planWith([hostSustained(0, 2_700_000), data]), events).outcome, "complete")).toBe(1)
  })

  it("something unmodelled, from its instant on and for its subject alone", () => {
    const unmodelled = (subject: string): WorldEvent => ({ _tag: "world/Unmodelled", subject, what: "a path over UDP" })
    const events = (subject: string) =>
      recordedOf([
        [0, answer("host", "1")],
        [0, answer("data", "1")],
        [60_000, unmodelled(subject)],
        [61_000, answer("host", "0", "1")]
      ])
    const { outcome } = judged(planWith([hostSustained(0, 2_700_000), { ...hostSustained(0, 60_000), id: "early" }]), events("host"))
    expect(outcome.results.map((result) => result.result)).toEqual(["inconclusive", "held"])
    expect(resultOf(outcome)).toMatchObject({ evidence: "not modelled: a path over UDP (host)", atMs: 60_000, event: 3 })
    expect(resultOf(judged(whole, events("data")).outcome)?.result).toBe("broken")
    expect(resultOf(judged(whole, events("cluster")).outcome)?.result).toBe("inconclusive")
  })

  it("something unmodelled of a pod tells against its workload", () => {
    const twoReady: Expectation = {
      _tag: "Sustained",
      id: "one",
      claim: { _tag: "ReadyReplicas", workload: "default/app", atLeast: 1 },
      fromMs: 0,
      untilMs: 2_700_000
    }
    const list = (subject: string) =>
      recordedOf([...settledPod("default/app-1"), [1_000, { _tag: "world/Unmodelled", subject, what: "x" }]])
    expect(resultOf(judged(planWith([twoReady]), list("default/app-1")).outcome)?.result).toBe("inconclusive")
    expect(resultOf(judged(planWith([twoReady]), list("default/other-1")).outcome)?.result).toBe("held")
  })
})

describe("windows and figures", () => {
  it("windows run without gaps from 0 to the end, and equal answers are one window", () => {
    const events = recordedOf([
      [-1_000, answer("host", "1")],
      [0, answer("data", "1")],
      [1_000, answer("host", "1")],
      [2_000, answer("host", "1/2", "1/2")],
      [2_000, answer("host", "0", "0", "1")]
    ])
    const { outcome } = judged(planWith([]), events, 10_000)
    expect(outcome.probes).toEqual([
      {
        probe: "host",
        windows: [
          { fromMs: 0, toMs: 2_000, success: "1", timeout: "0", refused: "0" },
          { fromMs: 2_000, toMs: 10_000, success: "0", timeout: "0", refused: "1" }
        ]
      },
      { probe: "data", windows: [{ fromMs: 0, toMs: 10_000, success: "1", timeout: "0", refused: "0" }] }
    ])
  })

  it("figures count from 0 on, and time that a probe was degraded or down", () => {
    const events = recordedOf([
      ...settledPod("default/app-1"),
      [0, answer("host", "1")],
      [0, answer("data", "1")],
      [1_000, answer("host", "4/9", "5/9")],
      [3_000, answer("host", "0", "1")],
      [4_000, podEvicted("default/app-1")],
      [6_000, answer("host", "1")]
    ])
    expect(judged(planWith([]), events, 10_000).outcome.figures).toEqual({
      "degradedMs/data": 0,
      "degradedMs/host": 5_000,
      "downMs/data": 0,
      "downMs/host": 3_000,
      events: 6,
      evictions: 1,
      faultsEmpty: 0,
      notReadyNodesMax: 0,
      pendingPodsMax: 0,
      "readyMin/default/app": 0,
      unmodelled: 0
    })
  })

  it("an instant at the very end leaves no window", () => {
    const { outcome } = judged(
      planWith([]),
      recordedOf([
        [0, answer("host", "1")],
        [10_000, answer("host", "0", "1")]
      ]),
      10_000
    )
    expect(outcome.probes[0]?.windows).toHaveLength(1)
  })
})

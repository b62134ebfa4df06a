import { describe, expect, it } from "vitest"
import { endJudge, judgeEvent, standingsOf, startJudge, type Turned } from "../../src/analysis/judge.ts"
import type { Outcome, RunEnd } from "../../src/analysis/outcome.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import type { Expectation } from "../../src/scenario/expectation.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { answer, planWith, podCreated, podEvicted, podReady, podScheduled, recordedOf, settledPod } from "./runs.ts"

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

const goldenHost = recordedOf([
  [0, answer("host", "1")],
  [0, answer("data", "1")],
  [120_000, answer("host", "4/9", "5/9"), -1],
  [161_000, answer("host", "2/3", "1/3")],
  [240_000, answer("host", "1")]
])

describe("a sustained claim", () => {
  it("breaks at the first instant at which it does not hold, and names the event", () => {
    const { outcome } = judged(planWith([hostSustained(0, 2_700_000)]), goldenHost)
    expect(resultOf(outcome)).toEqual({
      expectation: "host holds",
      result: "broken",
      atMs: 120_000,
      event: 3,
      evidence: "worst 4/9 at 2:00, not so for 2m from 2:00 on, expected at least 1"
    })
  })

  it("is told with one figure and one stretch when there is no more", () => {
    const { outcome } = judged(planWith([hostSustained(0, 2_700_000, "1/2")]), goldenHost)
    expect(resultOf(outcome)?.evidence).toBe("4/9 from 2:00 to 2:41, expected at least 1/2")
  })

  it("holds when the figure is exactly the limit", () => {
    const { outcome } = judged(planWith([hostSustained(0, 2_700_000, "4/9")]), goldenHost)
    expect(resultOf(outcome)).toEqual({ expectation: "host holds", result: "held", evidence: "at least 4/9 from 0:00 to 45:00 throughout" })
  })

  it("does not look at the instant its half-open window ends", () => {
    expect(resultOf(judged(planWith([hostSustained(0, 120_000)]), goldenHost).outcome)?.result).toBe("held")
    expect(resultOf(judged(planWith([hostSustained(0, 120_001)]), goldenHost).outcome)?.result).toBe("broken")
  })

  it("looks at the instant its window begins, where an older event may have broken it", () => {
    const { outcome } = judged(planWith([hostSustained(130_000, 140_000)]), goldenHost)
    expect(resultOf(outcome)).toMatchObject({ result: "broken", atMs: 130_000, event: 3 })
    expect(resultOf(judged(planWith([hostSustained(240_000, 2_700_000)]), goldenHost).outcome)?.result).toBe("held")
  })

  it("turns while the run goes on: broken as soon as the instant is over, held at the end of its window", () => {
    const { turns } = judged(planWith([hostSustained(0, 130_000), { ...hostSustained(0, 60_000), id: "early" }]), goldenHost)
    expect(turns).toEqual([
      { expectation: "early", result: "held", provisional: false, atMs: 60_000, event: undefined },
      { expectation: "host holds", result: "broken", provisional: false, atMs: 120_000, event: 3 }
    ])
  })
})

describe("a claim is judged on the state at the end of an instant", () => {
  const twoReady: Expectation = {
    _tag: "Sustained",
    id: "two",
    claim: { _tag: "ReadyReplicas", workload: "default/app", atLeast: 2 },
    fromMs: 0,
    untilMs: 2_700_000
  }
  const settled = [...settledPod("default/app-1"), ...settledPod("default/app-2")]

  it("so that a dip within one instant breaks nothing", () => {
    const { outcome } = judged(
      planWith([twoReady]),
      recordedOf([...settled, [5_000, podReady("default/app-1", false)], [5_000, podReady("default/app-1")]])
    )
    expect(resultOf(outcome)?.result).toBe("held")
    expect(outcome.figures["readyMin/default/app"]).toBe(2)
  })

  it("and the event that last turned it false is the one named", () => {
    const events = recordedOf([
      ...settled,
      [5_000, podReady("default/app-1", false)],
      [5_000, podReady("default/app-1")],
      [5_000, podReady("default/app-2", false)]
    ])
    expect(resultOf(judged(planWith([twoReady]), events).outcome)).toMatchObject({ result: "broken", atMs: 5_000, event: 9 })
  })
})

describe("a recovered claim", () => {
  it("holds when it is true by the deadline and stays true", () => {
    const { outcome, turns } = judged(planWith([hostRecovered(120_000, 120_000)]), goldenHost)
    expect(resultOf(outcome)).toEqual({
      expectation: "host recovers",
      result: "held",
      atMs: 240_000,
      evidence: "at least 1 since 4:00, 2m after 2:00; allowed 2m"
    })
    expect(turns).toEqual([])
  })

  it("breaks at its deadline when it is false there, and tells when it was true again", () => {
    const { outcome } = judged(planWith([hostRecovered(120_000, 119_999)]), goldenHost)
    expect(resultOf(outcome)).toEqual({
      expectation: "host recovers",
      result: "broken",
      atMs: 239_999,
      event: 3,
      evidence: "not by 3:59.999, 1m59s999ms after 2:00; true since 4:00; worst 4/9, expected at least 1"
    })
  })

  it("may fall back before the deadline, but not after it", () => {
    const events = (lastFall: number) =>
      recordedOf([
        [0, answer("host", "0", "1")],
        [10_000, answer("host", "1")],
        [20_000, answer("host", "0", "1")],
        [30_000, answer("host", "1")],
        [lastFall, answer("host", "1/2", "1/2")],
        [lastFall + 1_000, answer("host", "1")]
      ])
    const plan = planWith([hostRecovered(0, 60_000)])
    expect(resultOf(judged(plan, events(59_000)).outcome)).toMatchObject({ result: "held", atMs: 60_000 })
    expect(resultOf(judged(plan, events(61_000)).outcome)).toMatchObject({
      result: "broken",
      atMs: 61_000,
      event: 5,
      evidence: "lost again at 1:01; true since 1:02; worst 0, expected at least 1"
    })
  })

  it("that was never false counts from its entry on", () => {
    const { outcome } = judged(planWith([hostRecovered(60_000, 30_000)]), recordedOf([[0, answer("host", "1")]]))
    expect(resultOf(outcome)).toMatchObject({ result: "held", atMs: 60_000 })
  })

  it("still looks at the last instant of the run", () => {
    const plan = planWith([hostRecovered(0, 2_700_000)])
    const late = recordedOf([
      [0, answer("host", "0", "1")],
      [2_700_000, answer("host", "1")]
    ])
    expect(resultOf(judged(plan, late).outcome)).toMatchObject({ result: "held", atMs: 2_700_000 })
    expect(resultOf(judged(plan, late.slice(0, 1)).outcome)).toMatchObject({ result: "broken", atMs: 2_700_000 })
  })

  it("is reported as it comes true, provisionally, and once more after falling back", () => {
    const events = recordedOf([
      [0, answer("host", "0", "1")],
      [10_000, answer("host", "1")],
      [20_000, answer("host", "0", "1")],
      [30_000, answer("host", "1")],
      [40_000, answer("data", "1")]
    ])
    expect(judged(planWith([hostRecovered(0, 60_000)]), events).turns.map((turn) => [turn.result, turn.provisional, turn.atMs])).toEqual([
      ["held", true, 10_000],
      ["held", true, 30_000]
    ])
  })
})

describe("claims about the cluster", () => {
  const atMost = (claim: Expectation["claim"]): Plan => planWith([{ _tag: "Sustained", id: "x", claim, fromMs: 0, untilMs: 2_700_000 }])
  const verdict = (claim: Expectation["claim"], list: ReadonlyArray<readonly [number, WorldEvent]>) =>
    resultOf(judged(atMost(claim), recordedOf(list)).outcome)

  it("a terminating pod is not ready, and being removed later changes no count", () => {
    const list = [
      ...settledPod("default/app-1"),
      [1_000, podEvicted("default/app-1")] as const,
      [9_000, { _tag: "kube/PodRemoved", pod: "default/app-1" } as const] as const
    ]
    expect(verdict({ _tag: "ReadyReplicas", workload: "default/app", atLeast: 1 }, list)).toMatchObject({
      result: "broken",
      atMs: 1_000,
      event: 4
    })
  })

  it("a pod is pending from its creation to its binding", () => {
    const list = [[1_000, podCreated("default/app-9")] as const, [2_000, podScheduled("default/app-9")] as const]
    expect(verdict({ _tag: "PendingPods", atMost: 0 }, list)).toMatchObject({
      result: "broken",
      atMs: 1_000,
      evidence: "1 from 0:01 to 0:02, expected at most 0"
    })
    expect(
      verdict({ _tag: "PendingPods", atMost: 0 }, [
        [1_000, podCreated("p")],
        [1_000, podScheduled("p")]
      ])
    ).toMatchObject({ result: "held" })
  })

  it("a pending pod that is removed is pending no more", () => {
    const list = [[1_000, podCreated("p")] as const, [2_000, { _tag: "kube/PodRemoved", pod: "p" } as const] as const]
    expect(verdict({ _tag: "PendingPods", atMost: 0 }, list)?.evidence).toBe("1 from 0:01 to 0:02, expected at most 0")
  })

  it("a node is NotReady from Unknown to True", () => {
    const turned = (ready: "True" | "Unknown"): WorldEvent => ({ _tag: "kube/NodeReadinessTurned", node: "n1", ready, reason: "" })
    const list = [
      [-5_000, { _tag: "kube/NodeJoined", node: "n1", zone: "c" } as const] as const,
      [1_000, turned("Unknown")] as const,
      [3_000, turned("True")] as const
    ]
    expect(verdict({ _tag: "NotReadyNodes", atMost: 0 }, list)?.evidence).toBe("1 from 0:01 to 0:03, expected at most 0")
  })

  it("evictions of settling do not count", () => {
    const list = [
      ...settledPod("p"),
      [-500, podEvicted("p")] as const,
      ...settledPod("q").map(([, event]) => [0, event] as const),
      [1_000, podEvicted("q")] as const
    ]
    expect(verdict({ _tag: "Evictions", atMost: 1 }, list)?.result).toBe("held")
    expect(verdict({ _tag: "Evictions", atMost: 0 }, list)).toMatchObject({ result: "broken", atMs: 1_000 })
  })
})

it("standings tell waiting, well and ill before anything is decided", () => {
  const judge = startJudge(
    planWith([hostSustained(0, 2_000_000), { ...hostRecovered(120_000, 600_000) }, { ...hostSustained(2_000_000, 2_100_000), id: "later" }])
  )
  const standings = () => standingsOf(judge).map((known) => known.standing)
  for (const recorded of goldenHost.slice(0, 2)) judgeEvent(judge, recorded)
  expect(standings()).toEqual(["waiting", "waiting", "waiting"])
  for (const recorded of goldenHost.slice(2, 4)) judgeEvent(judge, recorded)
  expect(standings()).toEqual(["broken", "ill", "waiting"])
  judgeEvent(judge, goldenHost[4] as RecordedEvent)
  expect(standings()).toEqual(["broken", "well", "waiting"])
})

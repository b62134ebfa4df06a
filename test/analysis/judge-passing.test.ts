import { expect, test } from "vitest"
import { endJudge, judgeEvent, passTime, startJudge, type Turned } from "../../src/analysis/judge.ts"
import { play } from "../../src/testing/testing.ts"

/** Plays the shipped scenario and judges it again, told of every step of time between its events. */
const judged = async (stepMs: number | undefined) => {
  const { plan, events, endMs } = await play("az-outage")
  const judge = startJudge(plan)
  const turns: Array<Turned> = []
  let now = 0
  for (const recorded of events) {
    while (stepMs !== undefined && now + stepMs <= recorded.at) {
      now += stepMs
      turns.push(...passTime(judge, now))
    }
    turns.push(...judgeEvent(judge, recorded))
  }
  return { outcome: endJudge(judge, endMs, "complete"), turns }
}

test.each([1_000, 7_000, 60_000])("time told in steps of %i ms changes no outcome, and tells what broke when it broke", async (stepMs) => {
  const [silent, told] = [await judged(undefined), await judged(stepMs)]
  expect(told.outcome).toEqual(silent.outcome)
  expect(told.turns.filter(({ result }) => result === "broken")).toEqual(silent.turns.filter(({ result }) => result === "broken"))
})

test("nothing passes before the first event, backwards, or after the end", async () => {
  const { plan, events, endMs } = await play("az-outage")
  const judge = startJudge(plan)
  expect(passTime(judge, 1_000)).toEqual([])
  for (const recorded of events) judgeEvent(judge, recorded)
  expect(passTime(judge, 0)).toEqual([])
  endJudge(judge, endMs, "complete")
  expect(passTime(judge, endMs + 1)).toEqual([])
})

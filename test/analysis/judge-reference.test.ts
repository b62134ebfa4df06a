import * as fc from "fast-check"
import { expect, it } from "vitest"
import { endJudge, judgeEvent, startJudge } from "../../src/analysis/judge.ts"
import type { Outcome } from "../../src/analysis/outcome.ts"
import type { Expectation } from "../../src/scenario/expectation.ts"
import { answer, planWith, recordedOf } from "./runs.ts"

/** Answers of `host` from 0 on, at most one instant a millisecond; several answers at one instant count as the last. */
const answers = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom("0", "1/2", "1")), { maxLength: 30 })
  .map((list) => [[0, "1"] as const, ...[...list].sort((left, right) => left[0] - right[0])])

const endMs = 40
const judged = (expectation: Expectation, list: ReadonlyArray<readonly [number, string]>): Outcome => {
  const judge = startJudge(planWith([expectation], { untilMs: endMs }))
  for (const recorded of recordedOf(list.map(([at, success]) => [at, answer("host", success)] as const))) judgeEvent(judge, recorded)
  return endJudge(judge, endMs, "complete")
}
/** The answer at the end of an instant, the slow way. */
const at = (list: ReadonlyArray<readonly [number, string]>, instant: number): boolean =>
  list.filter(([when]) => when <= instant).at(-1)?.[1] === "1"
const claim = { _tag: "Delivered", probe: "host", atLeast: "1" } as const
const span = (from: number, to: number): Array<number> => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

it("a sustained claim is judged as if every millisecond of its window had been looked at", () => {
  fc.assert(
    fc.property(answers, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 10 }), (list, fromMs, length) => {
      const [result] = judged({ _tag: "Sustained", id: "x", claim, fromMs, untilMs: fromMs + length }, list).results
      const first = span(fromMs, fromMs + length).find((instant) => !at(list, instant))
      expect(result?.result).toBe(first === undefined ? "held" : "broken")
      expect(result?.atMs).toBe(first)
    })
  )
})

it("a recovered claim is judged as if every millisecond from its entry on had been looked at", () => {
  fc.assert(
    fc.property(answers, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 10 }), (list, afterMs, withinMs) => {
      const [result] = judged({ _tag: "Recovered", id: "x", claim, afterMs, withinMs }, list).results
      const bad = span(afterMs + withinMs, endMs + 1).find((instant) => !at(list, instant))
      expect(result?.result).toBe(bad === undefined ? "held" : "broken")
      if (bad !== undefined) expect(result?.atMs).toBe(bad)
      else
        expect(result?.atMs).toBe(
          span(afterMs, endMs + 1).findLast((instant) => !at(list, instant)) === undefined
            ? afterMs
            : (span(afterMs, endMs + 1).findLast((instant) => !at(list, instant)) as number) + 1
        )
    })
  )
})

it("windows cover the run from 0 to its end without gaps, and neighbours differ", () => {
  fc.assert(
    fc.property(answers, (list) => {
      const windows = judged({ _tag: "Sustained", id: "x", claim, fromMs: 0, untilMs: 1 }, list).probes[0]?.windows ?? []
      expect([windows[0]?.fromMs, windows.at(-1)?.toMs]).toEqual([0, endMs])
      windows.slice(1).forEach((window, index) => {
        expect(window.fromMs).toBe(windows[index]?.toMs)
        expect(window.success).not.toBe(windows[index]?.success)
      })
    })
  )
})

import { describe, expect, it } from "vitest"
import { causesOf, effectCount, effectsOf, eventsInMemory, whyEvent, whyExpectation, whyProbe } from "../../src/analysis/causes.ts"
import { endJudge, judgeEvent, startJudge } from "../../src/analysis/judge.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import { answer, planWith, podEvicted, recordedOf } from "./runs.ts"

const failing: WorldEvent = {
  _tag: "probe/AnswerTurned",
  probe: "host",
  success: "2/3",
  timeout: "1/3",
  refused: "0",
  other: "0",
  failures: [{ share: "1/3", fails: "timeout", at: "lb/c", reason: "ComponentSilent", origin: "lb (us-west-2c)" }]
}
const events = recordedOf([
  [-1_000, { _tag: "kube/NodeJoined", node: "n1", zone: "c" }],
  [0, answer("host", "1"), 1],
  [120_000, { _tag: "fault/ZoneLost", zone: "c", components: 3 }, -1],
  [120_000, { _tag: "kube/NodeCutOff", node: "n1", lastRenewalAt: 120_000, reason: "ComponentSilent", at: "n1" }, 3],
  [120_000, failing, 3],
  [160_000, { _tag: "kube/NodeReadinessTurned", node: "n1", ready: "Unknown", reason: "NodeStatusUnknown" }, 4],
  [465_000, podEvicted("default/app-1"), 6]
])
const source = eventsInMemory(events)

describe("causes", () => {
  it("lead back to the entry of the timeline, nearest first", () => {
    const chain = causesOf(source, 7)
    expect(chain?.events.map((recorded) => recorded.seq)).toEqual([7, 6, 4, 3])
    expect(chain?.root).toEqual({ _tag: "Timeline", index: 0 })
  })

  it("lead back to settling for what was there before", () => {
    expect(causesOf(source, 2)).toMatchObject({ root: { _tag: "Settling" } })
  })

  it("stop at the depth asked for, and say so", () => {
    expect(causesOf(source, 7, 2)).toMatchObject({ events: [{ seq: 7 }, { seq: 6 }], root: { _tag: "Cut", cause: 4 } })
  })

  it("are unknown for an event that is not there", () => {
    expect(causesOf(source, 99)).toBeUndefined()
    expect(whyEvent(source, 0)).toBeUndefined()
  })

  it("that point forward do not loop", () => {
    expect(causesOf(eventsInMemory(recordedOf([[0, answer("host", "1"), 1]])), 1)?.root).toEqual({ _tag: "Cut", cause: 1 })
  })
})

describe("effects", () => {
  it("are all that followed, as a tree", () => {
    const tree = effectsOf(source, 3)
    expect(tree?.effects.map((effect) => effect.recorded.seq)).toEqual([4, 5])
    expect(tree === undefined ? 0 : effectCount(tree)).toBe(4)
  })

  it("stop at the depth asked for", () => {
    const tree = effectsOf(source, 3, 1)
    expect(tree === undefined ? 0 : effectCount(tree)).toBe(2)
    expect(effectsOf(source, 99)).toBeUndefined()
  })
})

describe("why", () => {
  const plan = planWith([
    { _tag: "Sustained", id: "host holds", claim: { _tag: "Delivered", probe: "host", atLeast: "1" }, fromMs: 0, untilMs: 2_700_000 },
    { _tag: "Sustained", id: "few evictions", claim: { _tag: "Evictions", atMost: 5 }, fromMs: 0, untilMs: 2_700_000 }
  ])
  const judge = startJudge(plan)
  for (const recorded of events) judgeEvent(judge, recorded)
  const outcome = endJudge(judge, plan.untilMs, "complete")

  it("of an expectation: the event that broke it, its causes, and the hop that lost the packet", () => {
    const why = whyExpectation(plan, outcome, source, "host holds")
    expect(why?.chain?.events.map((recorded) => recorded.seq)).toEqual([5, 3])
    expect(why?.answer?.failures[0]).toMatchObject({ at: "lb/c", reason: "ComponentSilent" })
  })

  it("of one that held: nothing broke it", () => {
    expect(whyExpectation(plan, outcome, source, "few evictions")).toMatchObject({ remark: "it held: nothing broke it" })
    expect(whyExpectation(plan, outcome, source, "unknown")).toBeUndefined()
  })

  it("of a probe at an instant: the answer that stood at its end", () => {
    expect(whyProbe(source, "host", 119_999).answer?.recorded.seq).toBe(2)
    expect(whyProbe(source, "host", 120_000)).toMatchObject({
      subject: "host@2:00",
      answer: { recorded: { seq: 5 } },
      chain: { root: { _tag: "Timeline", index: 0 } }
    })
    expect(whyProbe(source, "host", -1).remark).toBe("probe host had not answered by -0:00.001")
  })
})

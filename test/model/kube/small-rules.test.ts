/** Rules that only show at the edge: a first rollout that fails, a DaemonSet's pod whose node goes, who is youngest, whose budget it is. */
import { describe, expect, test } from "vitest"
import type { RecordedEvent } from "../../../src/event/event.ts"
import { appOf, type FlatWish, flatPlan } from "../../flat-plan.ts"
import { played } from "../../played.ts"

const eventsOf = (wish: FlatWish): ReadonlyArray<RecordedEvent> => played(flatPlan(wish)).events.filter(({ at }) => at >= 0)
const secondsOf = (events: ReadonlyArray<RecordedEvent>, tag: string): ReadonlyArray<number> =>
  events.filter(({ event }) => event._tag === tag).map(({ at }) => at / 1_000)

describe("the first rollout of a Deployment", () => {
  const huge = { milliCpu: 64_000, memoryMiB: 64 }

  test("that never has all its pods tells so 600 s after its last progress", () => {
    const events = played(flatPlan({ perZone: 1, workloads: [appOf("app", 2, { requests: huge })], untilSeconds: 900 })).events
    const [late] = events.filter(({ event }) => event._tag === "kube/ProgressDeadlineExceeded")
    expect(late?.at).toBe(0)
  })

  test("that had them is over, and what is lost later is no matter of it", () => {
    const events = eventsOf({
      perZone: 1,
      workloads: [appOf("app", 3)],
      timeline: [[5, { _tag: "CutNodes", nodes: ["a1", "b1", "c1"] }]],
      untilSeconds: 1_800
    })
    expect(secondsOf(events, "kube/ProgressDeadlineExceeded")).toEqual([])
    expect(secondsOf(events, "kube/RolloutCompleted")).toEqual([])
  })
})

test("a DaemonSet's pod that waits for its node goes with it", () => {
  const events = eventsOf({
    zones: ["a"],
    perZone: 2,
    workloads: [{ ...appOf("agent", 0, { requests: { milliCpu: 5_000, memoryMiB: 0 } }), kind: "DaemonSet" }],
    timeline: [[60, { _tag: "DeleteNodes", nodes: ["a2"] }]],
    untilSeconds: 120
  })
  expect(events.filter(({ event }) => event._tag === "kube/PodRemoved").map(({ at }) => at / 1_000)).toEqual([60])
})

/** Disruption budgets: what they want, whom the eviction API refuses and in which words, and drains that ask again. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import { statusOf } from "../../../src/model/kube/budget.ts"
import type { BudgetSpec } from "../../../src/model/kube/spec.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { appOf, type FlatWish } from "../../flat-plan.ts"
import { countsOver, type Flat, playFlat, quick, secondsOf, told } from "./flat.ts"

const budget = (rest: Partial<BudgetSpec>): BudgetSpec => ({
  name: "web",
  namespace: "default",
  selector: { labels: { app: "web" }, requirements: [] },
  ...rest
})
const evictAll: Action = { _tag: "EvictWorkload", workload: "default/web" }
const evicted = (flat: Flat): ReadonlyArray<number> =>
  told(flat, "kube/PodDeleted").flatMap(({ by, second }) => (by === "eviction" ? [second] : []))
const refused = (flat: Flat): ReadonlyArray<number> => secondsOf(flat, "kube/EvictionRefused")
const wordsOf = (flat: Flat): ReadonlyArray<string> => [...new Set(told(flat, "kube/EvictionRefused").map(({ message }) => message))]

const play = (rest: Partial<BudgetSpec>, wish: Partial<FlatWish> = {}): Flat =>
  playFlat({
    workloads: [appOf("web", 4, quick)],
    budgets: [budget(rest)],
    timeline: [[10, evictAll]],
    untilSeconds: 100,
    ...wish
  })

describe("four pods, all to be evicted at once, asked for again every five seconds", () => {
  test("three must be available: one goes a round, the rest hear 429 and the cause", () => {
    const flat = play({ minAvailable: 3 })
    expect(evicted(flat)).toEqual([10, 15, 20, 25])
    expect(refused(flat)).toEqual([10, 10, 10, 15, 15, 20])
    expect(wordsOf(flat)).toEqual(["The disruption budget web needs 3 healthy pods and has 3 currently"])
    expect(Math.min(...countsOver(flat).map(({ available }) => available))).toBe(3)
  })

  test("all must be available: nobody ever goes", () => {
    const flat = play({ minAvailable: "100%" })
    expect(evicted(flat)).toEqual([])
    expect(refused(flat)).toHaveLength(4 * 18)
    expect(wordsOf(flat)).toEqual(["The disruption budget web needs 4 healthy pods and has 4 currently"])
  })

  test("half may be missing: two go, two wait for their replacements", () => {
    const flat = play({ maxUnavailable: "50%" })
    expect(evicted(flat)).toEqual([10, 10, 15, 15])
    expect(refused(flat)).toEqual([10, 10])
    expect(wordsOf(flat)).toEqual(["The disruption budget web needs 2 healthy pods and has 2 currently"])
  })

  test("asked for once only, the refused are not asked for again", () => {
    const pins = [0, 1, 2, 3].map((index) => ({ name: `web-${index}` }))
    const pods = pins.map(({ name }) => `default/${name}`)
    const flat = play(
      { minAvailable: 3 },
      { workloads: [appOf("web", 4, quick, { pins })], timeline: [[10, { _tag: "EvictPods", pods, once: true }]] }
    )
    expect([evicted(flat), refused(flat)]).toEqual([[10], [10, 10, 10]])
  })

  test("no budget selects them: all go", () => {
    const other = play({ minAvailable: 3, selector: { labels: { app: "other" }, requirements: [] } })
    expect([evicted(other), refused(other)]).toEqual([[10, 10, 10, 10], []])
    const elsewhere = play({ minAvailable: 3, namespace: "elsewhere" })
    expect(refused(elsewhere)).toEqual([])
  })

  test("a plain deletion does not ask the budget", () => {
    const flat = play({ minAvailable: "100%" }, { timeline: [[10, { _tag: "DeleteWorkloadPods", workload: "default/web" }]] })
    expect(Math.min(...countsOver(flat).map(({ available }) => available))).toBe(0)
    expect(refused(flat)).toEqual([])
  })

  test("two budgets select the same pod: the API refuses that altogether", () => {
    const flat = play({}, { budgets: [budget({ minAvailable: 0 }), budget({ name: "more", minAvailable: 0 })] })
    expect(evicted(flat)).toEqual([])
    expect(wordsOf(flat)).toEqual(["This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."])
  })

  test("a budget that is put in force, or taken away, counts from then on", () => {
    const flat = playFlat({
      workloads: [appOf("web", 4, quick)],
      timeline: [
        [5, { _tag: "ApplyBudget", budget: budget({ minAvailable: 4 }) }],
        [10, evictAll],
        [28, { _tag: "RemoveBudget", budget: "default/web" }]
      ],
      untilSeconds: 100
    })
    expect(evicted(flat)).toEqual([30, 30, 30, 30])
  })
})

describe("what a budget wants", () => {
  const desiredOf = (replicas: number, rest: Partial<BudgetSpec>): number => {
    const { world } = playFlat({ workloads: [appOf("web", replicas)], budgets: [budget(rest)], untilSeconds: 1 })
    const state = world.cluster.budgets.get("default/web")
    return state === undefined ? Number.NaN : statusOf(world, state).desired
  }

  test.each([
    [3, { minAvailable: "50%" }, 2],
    [3, { minAvailable: "67%" }, 3],
    [3, { maxUnavailable: "50%" }, 1],
    [3, { maxUnavailable: "34%" }, 1],
    [3, { maxUnavailable: "33%" }, 2],
    [3, { maxUnavailable: 5 }, 0],
    [3, { minAvailable: 5 }, 5],
    [3, { maxUnavailable: 0 }, 3],
    [0, { minAvailable: "50%" }, 0]
  ])("of %i pods %o: %i healthy", (replicas, rest, desired) => {
    expect(desiredOf(replicas, rest)).toBe(desired)
  })

  test("shares round up, both of what must be there and of what may be missing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 100 }), (replicas, percent) => {
        const share = Math.ceil((percent * replicas) / 100)
        expect(desiredOf(replicas, { minAvailable: `${percent}%` })).toBe(share)
        expect(desiredOf(replicas, { maxUnavailable: `${percent}%` })).toBe(replicas - share)
      }),
      { numRuns: 30 }
    )
  })
})

describe("a pod that is not Ready", () => {
  const tier = { selector: { labels: { tier: "front" }, requirements: [] } }
  /** Three healthy pods and one of another kind under one budget; the other one is evicted. */
  const ask = (rest: Partial<BudgetSpec>, template: Partial<PodTemplate>, pod = "default/other"): Flat =>
    playFlat({
      workloads: [
        appOf("web", 3, { labels: { app: "web", tier: "front" } }),
        appOf("other", 1, { labels: { app: "other", tier: "front" }, ...template }, { kind: "Pod" })
      ],
      budgets: [budget({ ...tier, ...rest })],
      timeline: [[10, { _tag: "EvictPods", pods: [pod], once: true }]],
      untilSeconds: 60
    })
  const neverReady: Partial<PodTemplate> = { behaviour: { kind: "never-ready", afterMs: 0 } }
  const crashing: Partial<PodTemplate> = { startMs: 2_000, behaviour: { kind: "crashes", afterMs: 1_000 } }
  const tooBig: Partial<PodTemplate> = { requests: { milliCpu: 90_000, memoryMiB: 1 } }

  test("may go while the budget is kept", () => {
    expect(evicted(ask({ minAvailable: 3 }, neverReady))).toEqual([10])
  })

  test("may not go while it is not", () => {
    const flat = ask({ minAvailable: 4 }, neverReady)
    expect([evicted(flat), wordsOf(flat)]).toEqual([[], ["The disruption budget web needs 4 healthy pods and has 3 currently"]])
  })

  test("may go whatever the budget says where it always allows that", () => {
    expect(evicted(ask({ minAvailable: 4, alwaysAllowUnready: true }, neverReady))).toEqual([10])
  })

  test("that crashes again and again is Running still, and counts as not Ready", () => {
    expect(refused(ask({ minAvailable: 4 }, crashing))).toEqual([10])
    expect(evicted(ask({ minAvailable: 3 }, crashing))).toEqual([10])
  })

  test("that is Pending may always go", () => {
    expect(evicted(ask({ minAvailable: 4 }, tooBig))).toEqual([10])
  })
})

describe("a drain", () => {
  const agent = appOf("agent", 0, {}, { kind: "DaemonSet" })
  const pins = ["a1", "a1"].map((node, index) => ({ name: `web-${index}`, node }))
  const drain = (wish: Partial<FlatWish> = {}): Flat =>
    playFlat({
      workloads: [agent, appOf("web", 2, quick, { pins })],
      budgets: [budget({ minAvailable: 1 })],
      timeline: [[10, { _tag: "Drain", node: "a1" }]],
      untilSeconds: 100,
      ...wish
    })

  test("cordons the node, asks again every five seconds, and is done when the last pod is gone", () => {
    const flat = drain()
    expect(told(flat, "kube/NodeCordoned")).toMatchObject([{ second: 10, node: "a1", cordoned: true }])
    expect([evicted(flat), refused(flat)]).toEqual([[10, 15], [10]])
    expect(secondsOf(flat, "kube/NodeDrained")).toEqual([16])
    expect(told(flat, "kube/PodScheduled").map(({ node }) => node)).not.toContain("a1")
  })

  test("leaves the pods of DaemonSets where they are", () => {
    const flat = drain()
    const left = [...flat.world.cluster.pods.values()].filter(({ node }) => node === "a1")
    expect(left.map(({ workload }) => workload)).toEqual(["default/agent"])
  })

  test("of a node without pods is done at once", () => {
    expect(secondsOf(drain({ timeline: [[10, { _tag: "Drain", node: "b1" }]] }), "kube/NodeDrained")).toEqual([10])
  })

  test("against a budget that allows nothing never ends", () => {
    const flat = drain({ budgets: [budget({ minAvailable: 2 })] })
    expect([evicted(flat), secondsOf(flat, "kube/NodeDrained")]).toEqual([[], []])
    expect(told(flat, "kube/EvictionRefused").at(-1)).toMatchObject({ second: 95, by: "kubectl drain" })
  })

  test("asks no more once the node is uncordoned", () => {
    const flat = drain({
      budgets: [budget({ minAvailable: 2 })],
      timeline: [
        [10, { _tag: "Drain", node: "a1" }],
        [17, { _tag: "Cordon", node: "a1", cordoned: false }]
      ]
    })
    expect([...new Set(refused(flat))]).toEqual([10, 15])
  })
})

test("a taint's eviction does not ask the budget", () => {
  const flat = playFlat({
    workloads: [appOf("web", 3, quick)],
    budgets: [budget({ minAvailable: "100%" })],
    timeline: [[0, { _tag: "CutNodes", nodes: ["a1"] }]],
    untilSeconds: 400
  })
  expect([secondsOf(flat, "kube/PodEvicted").length, refused(flat)]).toEqual([1, []])
})

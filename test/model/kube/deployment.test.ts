/** Rolling updates: their bounds, their waves, what stands still, and what brings it back. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import type { Amount } from "../../../src/model/kube/spec.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { appOf } from "../../flat-plan.ts"
import { countsOver, type Flat, playFlat, quick, secondsOf, told } from "./flat.ts"

const rollout = (changes: Partial<PodTemplate> = {}): Action => ({ _tag: "Rollout", workload: "default/web", version: "2", changes })
const rollback: Action = { _tag: "Rollback", workload: "default/web" }
const neverReady: Partial<PodTemplate> = { behaviour: { kind: "never-ready", afterMs: 0 } }

const roll = (
  replicas: number,
  timeline: ReadonlyArray<readonly [seconds: number, action: Action]>,
  strategy?: { readonly maxSurge: Amount; readonly maxUnavailable: Amount; readonly progressDeadlineMs?: number },
  template: Partial<PodTemplate> = quick
): Flat =>
  playFlat({
    workloads: [appOf("web", replicas, template, { templateHash: "old", ...(strategy === undefined ? {} : { strategy }) })],
    timeline
  })

/** `10 new 0 2`: the new or the old set is wanted 2 strong, not 0. */
const scalings = (flat: Flat): ReadonlyArray<string> =>
  told(flat, "kube/ReplicaSetScaled").map(({ second, hash, from, to }) => `${second} ${hash === "old" ? "old" : "new"} ${from} ${to}`)

describe("a rollout of eight pods with a quarter of surge and a quarter unavailable", () => {
  const flat = roll(8, [[10, rollout()]])

  test("begins with two new, two old less, two new", () => {
    expect(scalings(flat).slice(0, 3)).toEqual(["10 new 0 2", "10 old 8 6", "10 new 2 4"])
  })

  test("comes in two waves of four, a start apart", () => {
    const ready = told(flat, "kube/PodReadinessTurned").map(({ second }) => second)
    expect(ready).toEqual([12, 12, 12, 12, 14, 14, 14, 14])
    expect(secondsOf(flat, "kube/RolloutCompleted")).toEqual([14])
  })

  test("gives up one old pod for every new one that is Ready", () => {
    expect(scalings(flat).filter((line) => line.startsWith("12"))).toEqual(
      [6, 5, 4, 3].flatMap((old) => [`12 old ${old} ${old - 1}`, `12 new ${10 - old} ${11 - old}`])
    )
  })

  test("never has fewer than six available nor more than ten that are not terminating", () => {
    const counts = countsOver(flat)
    expect(Math.min(...counts.map(({ available }) => available))).toBe(6)
    expect(Math.max(...counts.map(({ active }) => active))).toBe(10)
  })
})

describe("the bounds", () => {
  test.each([
    [1, "25%", "25%", 2, 1],
    [3, "25%", "25%", 4, 3],
    [4, "25%", "25%", 5, 3],
    [5, "25%", "25%", 7, 4],
    [10, "25%", "25%", 13, 8],
    [4, 1, 0, 5, 4],
    [4, 0, 1, 4, 3],
    [4, 0, "24%", 4, 3],
    [4, "0%", 0, 4, 3],
    [4, 10, 10, 8, 0]
  ] as const)(
    "of %i pods, surge %s (up), unavailable %s (down): at most %i, at least %i available",
    (replicas, maxSurge, maxUnavailable, most, least) => {
      const counts = countsOver(roll(replicas, [[10, rollout()]], { maxSurge, maxUnavailable }))
      expect([Math.max(...counts.map(({ active }) => active)), Math.min(...counts.map(({ available }) => available))]).toEqual([
        most,
        least
      ])
      expect(counts.at(-1)).toMatchObject({ active: replicas, available: replicas })
    }
  )

  test("hold through every rollout, and every rollout ends", () => {
    const amount = fc.oneof(
      fc.nat({ max: 4 }),
      fc.nat({ max: 100 }).map((percent): Amount => `${percent}%`)
    )
    const whole = (of: number, each: Amount, round: (value: number) => number): number =>
      typeof each === "number" ? each : round((Number.parseInt(each, 10) * of) / 100)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), amount, amount, (replicas, maxSurge, maxUnavailable) => {
        const flat = roll(replicas, [[10, rollout()]], { maxSurge, maxUnavailable })
        const surge = whole(replicas, maxSurge, Math.ceil)
        const unavailable = whole(replicas, maxUnavailable, Math.floor)
        for (const { active, available } of countsOver(flat)) {
          expect(active).toBeLessThanOrEqual(replicas + surge)
          expect(available).toBeGreaterThanOrEqual(replicas - (surge + unavailable === 0 ? 1 : unavailable))
        }
        expect(told(flat, "kube/RolloutCompleted")).toHaveLength(1)
      }),
      { numRuns: 25 }
    )
  })
})

describe("scaled while a rollout stands still", () => {
  const scale = (replicas: number): Action => ({ _tag: "Scale", workload: "default/web", replicas })

  test("down and up: every set keeps its share of what is allowed", () => {
    const flat = roll(8, [
      [10, rollout(neverReady)],
      [100, scale(4)],
      [200, scale(16)]
    ])
    expect(scalings(flat).slice(3)).toEqual(["100 old 6 3", "100 new 4 2", "200 old 3 12", "200 new 2 8"])
  })

  test("to nothing and back: the set in force has all", () => {
    const flat = roll(8, [
      [10, rollout(neverReady)],
      [100, scale(0)],
      [200, scale(3)]
    ])
    expect(scalings(flat).slice(3)).toEqual(["100 old 6 0", "100 new 4 0", "200 new 0 3"])
  })

  test("what rounding leaves over is the largest set's", () => {
    // 3 wanted of 10 allowed before: 4 allowed; 6 × 4/10 = 2.4, 4 × 4/10 = 1.6, and nothing is left.
    const flat = roll(8, [
      [10, rollout(neverReady)],
      [100, scale(3)],
      [200, scale(5)]
    ])
    // 7 allowed of 4: 2 × 7/4 = 3.5 and again 3.5, rounded up; of two sets alike the newer grows first.
    expect(scalings(flat).slice(3)).toEqual(["100 old 6 2", "100 new 4 2", "200 new 2 4", "200 old 2 3"])
  })
})

describe("a first rollout", () => {
  const first = (template: Partial<PodTemplate>, timeline: ReadonlyArray<readonly [seconds: number, action: Action]>): Flat =>
    roll(0, [[10, { _tag: "Scale", workload: "default/web", replicas: 2 }], ...timeline], undefined, template)

  test("of pods that are never Ready misses its deadline 600 s after its making", () => {
    const flat = playFlat({ workloads: [appOf("web", 2, neverReady)], untilSeconds: 60 })
    expect(flat.events.filter(({ event }) => event._tag === "kube/ProgressDeadlineExceeded").map(({ at }) => at)).toEqual([0])
  })

  test("that is complete has no deadline, and its end is not told", () => {
    const flat = first(quick, [[100, { _tag: "CutNodes", nodes: ["a1", "b1", "c1"] }]])
    expect([...told(flat, "kube/ProgressDeadlineExceeded"), ...told(flat, "kube/RolloutCompleted")]).toEqual([])
  })
})

describe("a new template whose pods are never Ready", () => {
  const stuck = roll(8, [[10, rollout(neverReady)]])

  test("stands still at six old pods and four new ones", () => {
    expect(scalings(stuck)).toEqual(["10 new 0 2", "10 old 8 6", "10 new 2 4"])
    expect(countsOver(stuck).at(-1)).toMatchObject({ active: 10, available: 6 })
    expect(told(stuck, "kube/RolloutCompleted")).toEqual([])
  })

  test("is told after 600 s without progress, once, and stays as it is", () => {
    expect(secondsOf(stuck, "kube/ProgressDeadlineExceeded")).toEqual([610])
    expect(told(stuck, "kube/PodDeleted").filter(({ second }) => second > 10)).toEqual([])
  })

  test("rolled back, loses its four and the old set is given its two again, under its own name", () => {
    const flat = roll(8, [
      [10, rollout(neverReady)],
      [60, rollback]
    ])
    const after = (tag: "kube/PodDeleted" | "kube/PodCreated") => told(flat, tag).filter(({ second }) => second === 60)
    expect(after("kube/PodDeleted").every(({ pod }) => !pod.startsWith("default/web-old-"))).toBe(true)
    expect(after("kube/PodDeleted")).toHaveLength(4)
    expect(after("kube/PodCreated").map(({ pod }) => pod.slice(0, "default/web-old-".length))).toEqual([
      "default/web-old-",
      "default/web-old-"
    ])
    expect(countsOver(flat).at(-1)).toMatchObject({ active: 8, available: 8 })
    expect(secondsOf(flat, "kube/RolloutCompleted")).toEqual([62])
    expect(told(flat, "kube/ProgressDeadlineExceeded")).toEqual([])
  })

  test("with old pods that are not Ready either, takes those first", () => {
    // Two of four are on a node that the API has lost sight of; the new template could have four, and none of them comes.
    const flat = playFlat({
      nodes: [
        { name: "a1", zone: "a" },
        { name: "b1", zone: "b" },
        { name: "c1", zone: "c" }
      ],
      workloads: [
        appOf("web", 4, quick, {
          templateHash: "old",
          strategy: { maxSurge: 0, maxUnavailable: 2 },
          pins: ["a1", "a1", "b1", "c1"].map((node, index) => ({ name: `web-old-${index}`, node }))
        })
      ],
      timeline: [
        [10, { _tag: "CutNodes", nodes: ["a1"] }],
        [100, rollout(neverReady)]
      ]
    })
    expect(told(flat, "kube/PodDeleted").map(({ pod }) => pod)).toEqual(["default/web-old-0", "default/web-old-1"])
  })
})

describe("the progress deadline", () => {
  test.each([
    [599_000, []],
    [601_000, [610]]
  ])("counts from the last progress: new pods that take %i ms", (startMs, exceeded) => {
    expect(secondsOf(roll(4, [[10, rollout({ startMs })]]), "kube/ProgressDeadlineExceeded")).toEqual(exceeded)
  })

  test("begins anew with each pod that turns Ready", () => {
    const flat = roll(2, [[10, rollout({ startMs: 400_000 })]], { maxSurge: 1, maxUnavailable: 0 })
    expect(secondsOf(flat, "kube/RolloutCompleted")).toEqual([810])
    expect(told(flat, "kube/ProgressDeadlineExceeded")).toEqual([])
  })

  test("is the owner's own where there is one", () => {
    const flat = roll(4, [[10, rollout(neverReady)]], { maxSurge: 1, maxUnavailable: 0, progressDeadlineMs: 30_000 })
    expect(secondsOf(flat, "kube/ProgressDeadlineExceeded")).toEqual([40])
  })

  test("missed, does not keep a rollout from being completed", () => {
    const flat = roll(4, [[10, rollout({ startMs: 50_000 })]], { maxSurge: 4, maxUnavailable: 0, progressDeadlineMs: 30_000 })
    expect(secondsOf(flat, "kube/ProgressDeadlineExceeded")).toEqual([40])
    expect(countsOver(flat).at(-1)).toMatchObject({ active: 4, available: 4 })
    expect(secondsOf(flat, "kube/RolloutCompleted")).toEqual([60])
  })
})

describe("the Recreate strategy", () => {
  const recreate = { maxSurge: "25%", maxUnavailable: "25%", recreate: true } as const
  const flat = roll(3, [[10, rollout()]], recreate)

  test("makes no new pod before the last old one is gone: a stop of 1 s, then a start of 2 s", () => {
    expect(scalings(flat)).toEqual(["10 old 3 0", "11 new 0 3"])
    expect(secondsOf(flat, "kube/PodRemoved")).toEqual([11, 11, 11])
    expect(secondsOf(flat, "kube/PodCreated")).toEqual([11, 11, 11])
    expect(secondsOf(flat, "kube/RolloutCompleted")).toEqual([13])
  })

  test("waits for an old pod on a dead node for as long as its object is there", () => {
    const stuck = roll(
      3,
      [
        [5, { _tag: "CutNodes", nodes: ["a1"] }],
        [100, rollout()],
        [200, { _tag: "DeleteNodes", nodes: ["a1"] }]
      ],
      recreate
    )
    const created = secondsOf(stuck, "kube/PodCreated").filter((second) => second >= 100)
    // Garbage collection: the sweep of 220 s finds the node gone, and lets it be for 40 s.
    expect(created).toEqual([260, 260, 260])
  })
})

describe("minReadySeconds of 10", () => {
  const play = (minReadyMs: number, timeline: Parameters<typeof roll>[1] = [[10, rollout()]]) =>
    playFlat({ workloads: [appOf("web", 4, quick, { templateHash: "old", minReadyMs })], timeline })

  test("a rollout counts on a new pod ten seconds after it is Ready", () => {
    expect(secondsOf(play(0), "kube/RolloutCompleted")).toEqual([14])
    const flat = play(10_000)
    expect(secondsOf(flat, "kube/PodBecameAvailable")).toEqual([22, 22, 34, 34])
    expect(secondsOf(flat, "kube/RolloutCompleted")).toEqual([34])
  })

  test("a pod that turned unready meanwhile begins anew", () => {
    const flat = play(10_000, [
      [10, rollout()],
      [12, { _tag: "CutNodes", nodes: ["a1", "b1", "c1"] }]
    ])
    expect(told(flat, "kube/PodReadinessTurned").some(({ ready }) => !ready)).toBe(true)
    expect(secondsOf(flat, "kube/RolloutCompleted")).toEqual([])
  })
})

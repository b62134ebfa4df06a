/** Autoscalers of nodes and pods, and node groups as a cloud keeps them. */
import { describe, expect, test } from "vitest"
import type { RecordedEvent } from "../../../src/event/event.ts"
import { isHealthy } from "../../../src/model/kube/cluster-autoscaler.ts"
import { crashBackOffMs } from "../../../src/model/kube/container.ts"
import { wishFor } from "../../../src/model/kube/pod-autoscaler.ts"
import { appOf, type FlatWish, flatPlan } from "../../flat-plan.ts"
import { played } from "../../played.ts"

const eventsOf = (wish: FlatWish): ReadonlyArray<RecordedEvent> => played(flatPlan(wish)).events.filter(({ at }) => at >= 0)
const seconds = (events: ReadonlyArray<RecordedEvent>, tag: string): ReadonlyArray<number> =>
  events.filter(({ event }) => event._tag === tag).map(({ at }) => at / 1_000)
const of = <Tag extends RecordedEvent["event"]["_tag"]>(events: ReadonlyArray<RecordedEvent>, tag: Tag) =>
  events.flatMap(({ event }) => (event._tag === tag ? [event as Extract<RecordedEvent["event"], { readonly _tag: Tag }>] : []))

describe("a HorizontalPodAutoscaler", () => {
  const app = appOf("app", 4, { requests: { milliCpu: 100, memoryMiB: 64 } })
  const wish = (load: ReadonlyArray<readonly [number, number]>): FlatWish => ({
    perZone: 2,
    workloads: [app],
    podAutoscalers: [{ workload: "default/app", minReplicas: 2, maxReplicas: 12, targetPercent: 100 }],
    timeline: load.map(([at, milliCpu]) => [at, { _tag: "SetLoad", workload: "default/app", milliCpu }])
  })
  test("wishes for what would bring usage back to the target, rounded up", () => {
    expect(wishFor(4, 200, 100)).toBe(8)
    expect(wishFor(3, 200, 50)).toBe(12)
    expect(wishFor(10, 111, 100)).toBe(12)
  })
  test("leaves ten percent alone; in doubles 1.1 is more than that, and 0.9 is not", () => {
    expect([wishFor(10, 109, 100), wishFor(10, 110, 100), wishFor(10, 90, 100), wishFor(10, 89, 100)]).toEqual([
      undefined,
      11,
      undefined,
      9
    ])
  })
  test("takes usage in whole per cent: 302 of 300 is 100 %", () => {
    const scaled = of(
      eventsOf({
        ...wish([[20, 302]]),
        podAutoscalers: [{ workload: "default/app", minReplicas: 2, maxReplicas: 12, targetPercent: 50 }],
        workloads: [{ ...app, replicas: 3 }]
      }),
      "kube/WorkloadScaled"
    )
    expect(scaled[0]?.replicas).toBe(6)
  })
  test("keeps to its bounds, whatever is used and before anything is known of that", () => {
    const [scaled] = of(
      eventsOf({
        ...wish([]),
        workloads: [{ ...app, replicas: 1 }],
        podAutoscalers: [{ workload: "default/app", minReplicas: 3, maxReplicas: 12, targetPercent: 100 }]
      }),
      "kube/WorkloadScaled"
    )
    expect(scaled?.replicas).toBe(3)
  })
  test("what was wished for until now holds its window, though nobody wrote it down", () => {
    const events = eventsOf({
      ...wish([
        [1, 1_000],
        [400, 200]
      ]),
      workloads: [{ ...app, replicas: 10 }],
      untilSeconds: 900
    })
    expect(seconds(events, "kube/WorkloadScaled")).toEqual([690])
  })
  test("goes down by those that are Ready, though others wait for room", () => {
    const events = eventsOf({
      ...wish([[30, 200]]),
      workloads: [{ ...app, replicas: 12, template: { ...app.template, requests: { milliCpu: 1_500, memoryMiB: 0 } } }],
      untilSeconds: 900
    })
    expect(of(events, "kube/WorkloadScaled").at(-1)?.replicas).toBe(2)
  })
  test("counts what it may add by its policy's period, however often it looks", () => {
    const events = eventsOf({
      ...wish([[20, 5_000]]),
      settings: { autoscalerPeriodMs: 5_000 },
      workloads: [{ ...app, replicas: 2 }],
      podAutoscalers: [{ workload: "default/app", minReplicas: 2, maxReplicas: 100, targetPercent: 100 }]
    })
    const within = events.flatMap(({ at, event }) => (event._tag === "kube/WorkloadScaled" && at < 35_000 ? [event.replicas] : []))
    expect(within).toEqual([6])
  })
  test("scales up at its next look", () => {
    const scaled = of(eventsOf(wish([[20, 800]])), "kube/WorkloadScaled")
    expect(scaled.map(({ replicas, by }) => `${replicas} ${by}`)).toEqual(["8 HorizontalPodAutoscaler"])
    expect(seconds(eventsOf(wish([[20, 800]])), "kube/WorkloadScaled")).toEqual([30])
  })
  test("at most doubles in one look, and keeps its maximum", () => {
    expect(of(eventsOf(wish([[20, 5_000]])), "kube/WorkloadScaled").map(({ replicas }) => replicas)).toEqual([8, 12])
  })
  test("scales down only to the highest wish of five minutes", () => {
    const events = eventsOf(
      wish([
        [20, 800],
        [60, 200]
      ])
    )
    expect(seconds(events, "kube/WorkloadScaled")).toEqual([30, 360])
    expect(of(events, "kube/WorkloadScaled").at(-1)?.replicas).toBe(2)
  })
})

describe("the cluster autoscaler", () => {
  test.each([
    [9, 3, true],
    [6, 3, true],
    [9, 4, true],
    [8, 4, false],
    [100, 45, true],
    [100, 46, false]
  ])("of %i nodes %i unready: acts %s", (nodes, unready, acts) => {
    expect(isHealthy(nodes, unready)).toBe(acts)
  })
  const full: FlatWish = {
    perZone: 1,
    maxPods: 10,
    workloads: [appOf("app", 30)],
    groups: [{ autoscaled: true, max: 6 }]
  }
  const more = (replicas: number): FlatWish => ({ ...full, timeline: [[5, { _tag: "Scale", workload: "default/app", replicas }]] })
  test("asks at its next scan for as many nodes as the waiting pods fill, and they come 80 s later", () => {
    const events = eventsOf(more(45))
    expect(of(events, "kube/GroupGrown")[0]).toMatchObject({ from: 3, to: 5, by: "cluster-autoscaler" })
    expect(seconds(events, "kube/GroupGrown")[0]).toBe(10)
    expect(seconds(events, "kube/NodeJoined")).toEqual([90, 90])
    expect(of(events, "kube/PodScheduled")).toHaveLength(15)
  })
  test("keeps the group's maximum", () => {
    expect(of(eventsOf(more(90)), "kube/GroupGrown")[0]).toMatchObject({ to: 6 })
  })
  test("halts while more than 45 % of the nodes, and more than three, are unready", () => {
    const events = eventsOf({
      ...full,
      perZone: 2,
      workloads: [appOf("app", 60)],
      groups: [{ autoscaled: true, max: 12 }],
      timeline: [
        [5, { _tag: "CutNodes", nodes: ["a1", "a2", "b1", "b2"] }],
        [60, { _tag: "Scale", workload: "default/app", replicas: 65 }],
        [300, { _tag: "HealNodes", nodes: ["a1", "a2", "b1", "b2"] }]
      ]
    })
    expect(of(events, "kube/AutoscalerHalted").map(({ halted }) => halted)).toEqual([true, false])
    expect(seconds(events, "kube/GroupGrown")[0]).toBeGreaterThanOrEqual(310)
  })
  test("takes a node away that was unneeded for ten minutes", () => {
    const events = eventsOf({
      ...full,
      workloads: [appOf("app", 30, { requests: { milliCpu: 300, memoryMiB: 64 } })],
      timeline: [[5, { _tag: "Scale", workload: "default/app", replicas: 3 }]],
      untilSeconds: 1_300
    })
    expect(of(events, "kube/InstanceTerminated")[0]).toMatchObject({ reason: "unneeded" })
    // Decided at 620; its pod takes five seconds to go.
    expect(seconds(events, "kube/InstanceTerminated")[0]).toBe(625)
  })
})

describe("a node group", () => {
  const wish: FlatWish = {
    perZone: 2,
    groups: [{ replacesImpaired: true, rebalances: true, max: 8 }],
    timeline: [
      [100, { _tag: "CutZone", zone: "c" }],
      [2_000, { _tag: "HealZone", zone: "c" }]
    ],
    untilSeconds: 2_400
  }
  const events = eventsOf(wish)
  test("replaces impaired instances after ten minutes, in zones that are well", () => {
    expect(seconds(events, "kube/InstanceTerminated").slice(0, 2)).toEqual([700, 700])
    expect(
      of(events, "kube/InstanceLaunched")
        .slice(0, 2)
        .map(({ zone }) => zone)
    ).toEqual(["a", "b"])
    expect(seconds(events, "kube/NodeJoined").slice(0, 2)).toEqual([780, 780])
  })
  test("levels its zones when one returns: launches first, ends then", () => {
    expect(
      of(events, "kube/InstanceLaunched")
        .slice(2)
        .map(({ zone }) => zone)
    ).toEqual(["c", "c"])
    expect(
      of(events, "kube/InstanceTerminated")
        .slice(2)
        .map(({ reason }) => reason)
    ).toEqual(["rebalanced", "rebalanced"])
    expect(seconds(events, "kube/InstanceTerminated").slice(2)).toEqual([2_080, 2_080])
  })
})

describe("Karpenter", () => {
  const wish = (more: Partial<FlatWish> = {}): FlatWish => ({
    perZone: 1,
    maxPods: 10,
    workloads: [appOf("app", 30)],
    groups: [{ karpenter: true, max: 20 }],
    timeline: [[5, { _tag: "Scale", workload: "default/app", replicas: 45 }]],
    ...more
  })
  test("launches what is missing a second after the last pod began to wait", () => {
    const events = eventsOf(wish())
    expect(seconds(events, "kube/InstanceLaunched")).toEqual([6, 6])
    expect(of(events, "kube/PodScheduled")).toHaveLength(15)
  })
  test("leaves a zone alone for three minutes after a launch failed there", () => {
    const events = eventsOf(
      wish({
        zones: ["a"],
        perZone: 3,
        timeline: [
          [1, { _tag: "CutZone", zone: "a" }],
          [5, { _tag: "Scale", workload: "default/app", replicas: 45 }]
        ],
        untilSeconds: 700
      })
    )
    expect(seconds(events, "kube/LaunchFailed")).toEqual([6, 186, 366, 546])
    expect(of(events, "kube/LaunchFailed")[0]?.message).toBe("no shape in a")
  })
  test("ends nodes that stand empty", () => {
    const events = eventsOf(
      wish({
        timeline: [
          [5, { _tag: "Scale", workload: "default/app", replicas: 45 }],
          [200, { _tag: "Scale", workload: "default/app", replicas: 0 }]
        ],
        groups: [{ karpenter: true, min: 3, max: 20 }],
        untilSeconds: 300
      })
    )
    expect(of(events, "kube/InstanceTerminated").map(({ reason }) => reason)).toEqual(["empty", "empty"])
  })
})

test("CrashLoopBackOff doubles from ten seconds to five minutes", () => {
  expect([1, 2, 3, 4, 5, 6].map((nth) => crashBackOffMs(nth) / 1_000)).toEqual([10, 20, 40, 80, 160, 300])
})

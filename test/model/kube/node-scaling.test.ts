/** The cluster autoscaler where things do not go as wished: late nodes, pods it cannot help, budgets, back-off and its end. */
import { describe, expect, test } from "vitest"
import type { RecordedEvent } from "../../../src/event/event.ts"
import { appOf, type FlatWish, flatPlan } from "../../flat-plan.ts"
import { played } from "../../played.ts"

const eventsOf = (wish: FlatWish): ReadonlyArray<RecordedEvent> => played(flatPlan(wish)).events.filter(({ at }) => at >= 0)
const seconds = (events: ReadonlyArray<RecordedEvent>, tag: string): ReadonlyArray<number> =>
  events.filter(({ event }) => event._tag === tag).map(({ at }) => at / 1_000)
const of = <Tag extends RecordedEvent["event"]["_tag"]>(events: ReadonlyArray<RecordedEvent>, tag: Tag) =>
  events.flatMap(({ at, event }) =>
    event._tag === tag ? [{ second: at / 1_000, ...(event as Extract<RecordedEvent["event"], { readonly _tag: Tag }>) }] : []
  )

const half = { milliCpu: 1_500, memoryMiB: 64 }

describe("nodes that do not come in time", () => {
  // Zone b dies while its node is on the way; nothing else has room.
  const late: FlatWish = {
    zones: ["b"],
    perZone: 1,
    workloads: [appOf("app", 2, { requests: half })],
    groups: [{ autoscaled: true, min: 1, max: 4 }],
    timeline: [
      [5, { _tag: "Scale", workload: "default/app", replicas: 3 }],
      [20, { _tag: "CutZone", zone: "b" }]
    ],
    untilSeconds: 3_600
  }

  test("are ended once, no longer wanted, and the group is left alone once for each time", () => {
    const events = eventsOf({ ...late, settings: { zoneFullDisruption: "evict" } })
    const ended = of(events, "kube/InstanceTerminated")
    expect(ended.filter(({ reason }) => reason === "nodes did not register in time")).toHaveLength(1)
    expect(of(events, "kube/GroupBackedOff").filter(({ reason }) => reason.includes("register"))).toHaveLength(1)
  })

  test("go on booting when their zone is back before that", () => {
    const back: FlatWish = { ...late, timeline: [...(late.timeline ?? []), [200, { _tag: "HealZone", zone: "b" }]] }
    expect(seconds(eventsOf(back), "kube/NodeJoined")).toEqual([275])
  })
})

describe("pods that no new node helps", () => {
  const tight = { perZone: 1, workloads: [appOf("app", 6, { requests: half })], untilSeconds: 1_500 }

  test("of a size that no node has: nothing grows, and unneeded nodes go all the same", () => {
    const events = eventsOf({
      ...tight,
      perZone: 2,
      workloads: [appOf("app", 1, { requests: half }), appOf("huge", 1, { requests: { milliCpu: 64_000, memoryMiB: 64 } })],
      groups: [{ autoscaled: true, min: 1, max: 12 }]
    })
    expect(of(events, "kube/GroupGrown").filter(({ from, to }) => to > from)).toEqual([])
    expect(of(events, "kube/InstanceTerminated").length).toBeGreaterThan(0)
  })

  test("that want a zone the template is not of: nothing grows; of its own zone: it does", () => {
    const wanting = (zone: string): FlatWish => ({
      ...tight,
      workloads: [
        appOf("app", 6, { requests: half }),
        appOf("picky", 0, { requests: half, nodeSelector: { "topology.kubernetes.io/zone": zone } })
      ],
      groups: [{ autoscaled: true, min: 3, max: 8 }],
      timeline: [[5, { _tag: "Scale", workload: "default/picky", replicas: 1 }]]
    })
    expect(seconds(eventsOf(wanting("b")), "kube/GroupGrown")).toEqual([])
    expect(seconds(eventsOf(wanting("a")), "kube/GroupGrown")[0]).toBe(10)
  })

  test("for Karpenter the zone that a pod wants is the zone it launches in", () => {
    const events = eventsOf({
      ...tight,
      workloads: [
        appOf("app", 6, { requests: half }),
        appOf("picky", 0, { requests: half, nodeSelector: { "topology.kubernetes.io/zone": "b" } })
      ],
      groups: [{ karpenter: true, max: 8 }],
      timeline: [[5, { _tag: "Scale", workload: "default/picky", replicas: 1 }]]
    })
    expect(of(events, "kube/InstanceLaunched").map(({ zone }) => zone)).toEqual(["b"])
  })
})

describe("a node that is unneeded", () => {
  const roomy = (minAvailable: number): FlatWish => ({
    zones: ["a"],
    perZone: 3,
    workloads: [appOf("app", 4, { requests: { milliCpu: 400, memoryMiB: 64 } })],
    budgets: [{ name: "app", namespace: "default", selector: { labels: { app: "app" }, requirements: [] }, minAvailable }],
    groups: [{ autoscaled: true, min: 1, max: 8 }],
    untilSeconds: 2_400
  })

  test("is emptied through the eviction API and ended when it is empty", () => {
    const events = eventsOf(roomy(2))
    const [cordoned, drained, ended] = [
      of(events, "kube/NodeCordoned")[0],
      of(events, "kube/NodeDrained")[0],
      of(events, "kube/InstanceTerminated")[0]
    ]
    expect(cordoned?.node).toBe(ended?.instance)
    expect([cordoned?.second, drained?.second]).toEqual([600, ended?.second])
    expect(of(events, "kube/PodDeleted").filter(({ by }) => by === "eviction").length).toBeGreaterThan(0)
    expect(of(events, "kube/PodDeleted").filter(({ by }) => by === "pod-gc")).toEqual([])
  })

  test("stays when its pods together would break a budget", () => {
    const events = eventsOf(roomy(4))
    const moving = of(events, "kube/PodDeleted").filter(({ by }) => by === "eviction")
    expect(moving).toEqual([])
  })

  test("is followed by the next at the next scan that finds none under way", () => {
    const ended = seconds(
      eventsOf({ ...roomy(1), perZone: 4, workloads: [appOf("app", 1, { requests: { milliCpu: 100, memoryMiB: 64 } })], budgets: [] }),
      "kube/InstanceTerminated"
    )
    expect(ended.length).toBe(3)
    expect((ended[2] ?? 0) - (ended[0] ?? 0)).toBeLessThanOrEqual(60)
  })
})

test("back-off begins anew once what was launched has come", () => {
  const events = eventsOf({
    zones: ["a"],
    perZone: 1,
    workloads: [appOf("app", 2, { requests: half })],
    groups: [{ autoscaled: true, min: 1, max: 8 }],
    timeline: [
      [1, { _tag: "FreezeLaunches" }],
      [5, { _tag: "Scale", workload: "default/app", replicas: 3 }],
      [200, { _tag: "ResumeLaunches" }],
      [1_000, { _tag: "FreezeLaunches" }],
      [1_005, { _tag: "Scale", workload: "default/app", replicas: 6 }]
    ],
    untilSeconds: 1_400
  })
  const spans = of(events, "kube/GroupBackedOff").map(({ second, untilMs }) => untilMs / 1_000 - second)
  expect(spans).toEqual([300, 300, 600])
})

test("a group returns to its minimum when its only zone is back", () => {
  const events = eventsOf({
    zones: ["a"],
    perZone: 3,
    groups: [{ autoscaled: true, min: 3, max: 6, replacesImpaired: true }],
    timeline: [
      [5, { _tag: "CutZone", zone: "a" }],
      [1_500, { _tag: "HealZone", zone: "a" }]
    ],
    untilSeconds: 2_400
  })
  expect(of(events, "kube/InstanceLaunched").filter(({ second }) => second >= 1_500)).toHaveLength(3)
})

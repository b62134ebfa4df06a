/** StatefulSets: pods in order, each name borne once, and nothing made while the old bearer's object is there. */
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import type { WorkloadSpec } from "../../../src/model/kube/spec.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { appOf } from "../../flat-plan.ts"
import { type Flat, playFlat, quick, told } from "./flat.ts"

const scale = (replicas: number): Action => ({ _tag: "Scale", workload: "default/db", replicas })
const play = (
  replicas: number,
  timeline: ReadonlyArray<readonly [number, Action]>,
  template: Partial<PodTemplate> = {},
  more: Partial<WorkloadSpec> = {}
): Flat =>
  playFlat({
    workloads: [appOf("db", replicas, { ...quick, ...template }, { kind: "StatefulSet", ...more })],
    timeline,
    untilSeconds: 700
  })

/** `10 + db-1`, `13 Ready db-1`, `20 - db-1`, `21 gone db-1`. */
const story = (flat: Flat): ReadonlyArray<string> =>
  flat.events.flatMap(({ at, event }) => {
    if (at < 0) return []
    const line = (what: string, pod: string) => [`${at / 1_000} ${what} ${pod.replace("default/", "")}`]
    if (event._tag === "kube/PodCreated") return line("+", event.pod)
    if (event._tag === "kube/PodReadinessTurned" && event.ready) return line("Ready", event.pod)
    if (event._tag === "kube/PodDeleted" || event._tag === "kube/PodEvicted") return line("-", event.pod)
    return event._tag === "kube/PodRemoved" ? line("gone", event.pod) : []
  })

describe("scaled up", () => {
  test("makes the next ordinals one by one, each when the one before is Ready", () => {
    expect(story(play(1, [[10, scale(3)]]))).toEqual(["10 + db-1", "12 Ready db-1", "12 + db-2", "14 Ready db-2"])
  })

  test("goes no further than a pod that does not become Ready", () => {
    expect(
      story(play(1, [[10, scale(3)]], { requests: { milliCpu: 3_000, memoryMiB: 1 }, nodeSelector: { "kubernetes.io/hostname": "a1" } }))
    ).toEqual(["10 + db-1"])
  })

  test("in parallel, makes all at once", () => {
    expect(story(play(1, [[10, scale(3)]], {}, { parallel: true }))).toEqual(["10 + db-1", "10 + db-2", "12 Ready db-1", "12 Ready db-2"])
  })
})

describe("scaled down", () => {
  test("ends the highest ordinal first, the next when its object is gone", () => {
    expect(story(play(4, [[10, scale(1)]]))).toEqual([
      "10 - db-3",
      "11 gone db-3",
      "11 - db-2",
      "12 gone db-2",
      "12 - db-1",
      "13 gone db-1"
    ])
  })

  test("in parallel, ends all at once, the highest first", () => {
    expect(story(play(3, [[10, scale(1)]], {}, { parallel: true }))).toEqual(["10 - db-2", "10 - db-1", "11 gone db-2", "11 gone db-1"])
  })

  test("to ten and below: ordinals count as numbers, not as text", () => {
    expect(story(play(12, [[10, scale(9)]])).filter((line) => line.includes(" - "))).toEqual(["10 - db-11", "11 - db-10", "12 - db-9"])
  })

  test("waits while a pod that stays is not Ready", () => {
    const pins = ["a1", "b1", "c1"].map((node, index) => ({ name: `db-${index}`, node }))
    const flat = play(
      3,
      [
        [0, { _tag: "CutNodes", nodes: ["a1"] }],
        [50, scale(2)],
        [100, { _tag: "HealNodes", nodes: ["a1"] }]
      ],
      {},
      { pins }
    )
    expect(story(flat)[0]).toBe("110 Ready db-0")
    expect(story(flat)[1]).toBe("110 - db-2")
  })

  test("and up again while the last pod still leaves: the name is given anew only when it is free", () => {
    const timeline = [
      [10, scale(1)],
      [12, scale(2)]
    ] as const
    expect(story(play(2, timeline, { stopMs: 8_000 }))).toEqual(["10 - db-1", "18 gone db-1", "18 + db-1", "20 Ready db-1"])
  })
})

describe("a rollout", () => {
  const rollout = (changes: Partial<PodTemplate> = {}, version = "2"): Action => ({
    _tag: "Rollout",
    workload: "default/db",
    version,
    changes
  })
  const neverReady: Partial<PodTemplate> = { behaviour: { kind: "never-ready", afterMs: 0 } }
  const isNew = (flat: Flat): ReadonlyArray<string> => {
    const hash = flat.world.cluster.workloads.get("default/db")?.hash
    return [...flat.world.cluster.pods.values()].flatMap((pod) => (pod.hash === hash ? [pod.id.replace("default/", "")] : [])).sort()
  }

  test("goes from the highest ordinal down, one at a time, each when the one above is Ready", () => {
    const flat = play(3, [[10, rollout()]])
    expect(story(flat)).toEqual([
      "10 - db-2",
      "11 gone db-2",
      "11 + db-2",
      "13 Ready db-2",
      "13 - db-1",
      "14 gone db-1",
      "14 + db-1",
      "16 Ready db-1",
      "16 - db-0",
      "17 gone db-0",
      "17 + db-0",
      "19 Ready db-0"
    ])
    expect(told(flat, "kube/RolloutCompleted").map(({ second }) => second)).toEqual([19])
    expect(isNew(flat)).toEqual(["db-0", "db-1", "db-2"])
  })

  test("in parallel is one at a time all the same", () => {
    expect(story(play(3, [[10, rollout()]], {}, { parallel: true })).filter((line) => line.includes(" - "))).toEqual([
      "10 - db-2",
      "13 - db-1",
      "16 - db-0"
    ])
  })

  test("stops above the partition; a pod below it is made anew of the old template, and one above of the new", () => {
    const flat = play(
      3,
      [
        [10, rollout()],
        [60, { _tag: "DeletePods", pods: ["default/db-0"] }],
        [120, { _tag: "DeletePods", pods: ["default/db-2"] }]
      ],
      {},
      { update: { partition: 2 } }
    )
    expect(isNew(flat)).toEqual(["db-2"])
    expect(told(flat, "kube/RolloutCompleted").map(({ second }) => second)).toEqual([13])
    expect(told(flat, "kube/PodCreated").map(({ pod }) => pod)).toEqual(["default/db-2", "default/db-0", "default/db-2"])
  })

  test("OnDelete waits for somebody to delete", () => {
    const flat = play(
      2,
      [
        [10, rollout()],
        [60, { _tag: "DeletePods", pods: ["default/db-0"] }]
      ],
      {},
      { update: { onDelete: true } }
    )
    expect(story(flat)[0]).toBe("60 - db-0")
    expect(isNew(flat)).toEqual(["db-0"])
    expect(told(flat, "kube/RolloutCompleted")).toEqual([])
  })

  test("of a template that is never Ready stands still, and a rollback does not free it: the broken pod is in its own way", () => {
    const flat = play(3, [
      [10, rollout(neverReady)],
      [100, { _tag: "Rollback", workload: "default/db" }],
      [300, { _tag: "DeletePods", pods: ["default/db-2"] }]
    ])
    expect(story(flat)).toEqual(["10 - db-2", "11 gone db-2", "11 + db-2", "300 - db-2", "301 gone db-2", "301 + db-2", "303 Ready db-2"])
    expect(told(flat, "kube/RolloutCompleted").map(({ second }) => second)).toEqual([303])
  })
})

describe("the identity of a pod", () => {
  test("is kept: the same name, made when the old object is gone, and never two of them", () => {
    const flat = play(2, [[10, { _tag: "DeletePods", pods: ["default/db-0"] }]])
    expect(story(flat)).toEqual(["10 - db-0", "11 gone db-0", "11 + db-0", "13 Ready db-0"])
  })

  test("an unreachable node keeps it: evicted at 345 s, its object stays and nobody takes its place", () => {
    const pins = [{ name: "db-0", node: "c1" }]
    expect(story(play(1, [[0, { _tag: "CutNodes", nodes: ["c1"] }]], {}, { pins }))).toEqual(["345 - db-0"])
  })

  test("is free when the node object is deleted and its orphan swept", () => {
    const pins = [{ name: "db-0", node: "c1" }]
    const timeline = [
      [0, { _tag: "CutNodes", nodes: ["c1"] }],
      [60, { _tag: "DeleteNodes", nodes: ["c1"] }]
    ] as const
    expect(story(play(1, timeline, {}, { pins }))).toEqual(["120 - db-0", "120 gone db-0", "120 + db-0", "122 Ready db-0"])
  })

  test("is free by the out-of-service taint at the next sweep", () => {
    const pins = [{ name: "db-0", node: "c1" }]
    const timeline = [
      [0, { _tag: "CutNodes", nodes: ["c1"] }],
      [90, { _tag: "TaintNode", node: "c1", key: "node.kubernetes.io/out-of-service", effect: "NoExecute" }]
    ] as const
    expect(story(play(1, timeline, {}, { pins }))).toEqual(["90 - db-0", "100 - db-0", "100 gone db-0", "100 + db-0", "102 Ready db-0"])
  })

  test("comes with its own volume, claimed by name, the same one each time", () => {
    const claim = { volumeClaim: { name: "data", kind: "disk", zonal: true, attaches: false } }
    const flat = play(2, [[10, { _tag: "DeletePods", pods: ["default/db-1"] }]], claim)
    const zone = flat.world.cluster.volumes.get("data-db-1")?.zone
    expect([...flat.world.cluster.volumes.keys()].sort()).toEqual(["data-db-0", "data-db-1"])
    expect(told(flat, "kube/PodScheduled").map(({ pod, node }) => `${pod} ${node}`)).toEqual([`default/db-1 ${zone}1`])
  })
})

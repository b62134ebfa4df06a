/** When a pending pod is tried again, and who goes first. */
import { describe, expect, test } from "vitest"
import type { KubeEvent } from "../../../src/model/kube/message.ts"
import { apply, bindings, cordon, join, messages, placesOf, play, remove, type StageWish, told, workload } from "./stage.ts"

const full = { name: "a-1", zone: "a", maxPods: 0 }
const late = (maxPods = 1) => ({ name: "b-1", zone: "b", maxPods, isLate: true })
const attempts = (wish: StageWish) => told(play(wish), "kube/SchedulingFailed").map(({ second }) => second)

/** A change of the cluster every half second, none of any help. */
const unrest = (from: number, to: number): ReadonlyArray<readonly [number, KubeEvent]> =>
  Array.from({ length: (to - from) * 2 }, (_, index) => [from + 0.25 + index / 2, cordon("a-1", index % 2 === 0)] as const)

describe("when a pod that fits nowhere is tried again", () => {
  test("while the cluster changes all the time: after 1, 2, 4, 8, and then every 10 s", () => {
    const tried = attempts({
      nodes: [full],
      workloads: [workload("Pod", "web")],
      steps: [[0, apply("web")], ...unrest(0, 50)],
      untilSeconds: 50
    })
    expect(tried).toEqual([0, 1, 3, 7, 15, 25, 35, 45])
  })

  test("the first wait and the longest can be set", () => {
    const settings = { schedulerBackoffMs: 500, schedulerBackoffMaxMs: 3_000 }
    const steps = [[0, apply("web")], ...unrest(0, 12)] as const
    expect(attempts({ nodes: [full], workloads: [workload("Pod", "web")], settings, steps, untilSeconds: 12 })).toEqual([
      0, 0.5, 1.5, 3.5, 6.5, 9.5
    ])
  })

  test("each pod has a back-off of its own: a new one is tried at once", () => {
    const steps = [[0, apply("old")], ...unrest(0, 16), [16, apply("new")], [16.5, cordon("a-1")], [17.5, cordon("a-1", false)]] as const
    const played = play({ nodes: [full], workloads: [workload("Pod", "old"), workload("Pod", "new")], steps, untilSeconds: 24 })
    const tried = told(played, "kube/SchedulingFailed", 15.5).map(({ pod, second }) => `${second} ${pod}`)
    expect(tried).toEqual(["16 default/new", "17 default/new", "19 default/new"])
  })

  test("nothing changes: only when the leftovers are flushed, after 5 min and at the next half minute", () => {
    const wish = { nodes: [full], workloads: [workload("Pod", "web")], steps: [[5, apply("web")]], untilSeconds: 700 } as const
    expect(attempts(wish)).toEqual([5, 330, 630])
    expect(attempts({ ...wish, settings: { schedulerFlushMs: 60_000 }, untilSeconds: 250 })).toEqual([5, 90, 150, 210])
    expect(attempts({ ...wish, settings: { nodeLifecycle: "upstream-1.20" }, untilSeconds: 100 })).toEqual([5, 90])
  })

  test("a change ends the wait for the flush, and the flush counts from the last attempt", () => {
    const steps = [
      [5, apply("web")],
      [200, cordon("a-1")]
    ] as const
    expect(attempts({ nodes: [full], workloads: [workload("Pod", "web")], steps, untilSeconds: 600 })).toEqual([5, 200, 510])
  })

  test("a pod that was deleted while it waited is not tried again", () => {
    const steps = [
      [0, apply("web")],
      [2, remove("web")],
      [3, join("b-1", "b")]
    ] as const
    const played = play({ nodes: [full, late()], workloads: [workload("Pod", "web")], steps, untilSeconds: 400 })
    expect(bindings(played)).toEqual([])
    expect(told(played, "kube/SchedulingFailed")).toHaveLength(1)
  })
})

describe("what brings a waiting pod back at once", () => {
  const tainted = { name: "a-1", zone: "a", taints: [{ key: "maintenance", effect: "NoSchedule" as const }] }

  test.each<readonly [string, StageWish["nodes"], KubeEvent]>([
    ["a node joins", [full, late(2)], join("b-1", "b")],
    ["a node is uncordoned", [{ ...full, maxPods: 2 }], cordon("a-1", false)],
    ["a taint goes", [tainted], { _tag: "kube/NodeUntainted", node: "a-1", key: "maintenance", effect: "NoSchedule" }],
    ["a pod goes", [{ ...full, maxPods: 1 }], remove("other")]
  ])("%s", (_name, nodes, change) => {
    const played = play({
      nodes,
      workloads: [workload("Pod", "other", { tolerations: [{ key: "", operator: "Exists" }] }), workload("Pod", "web")],
      steps: [...(change._tag === "kube/NodeCordoned" ? ([[0, cordon("a-1")]] as const) : []), [1, apply("web")], [40, change]],
      untilSeconds: 60
    })
    const node = change._tag === "kube/NodeJoined" ? "b-1" : "a-1"
    expect(bindings(played, 0)).toContain(`40 web ${node}`)
    expect(placesOf(played, "web")).toEqual([node])
  })

  test("not before its back-off: a node that joins 0.4 s after the first attempt gets the pod at 1 s", () => {
    const steps = [
      [0, apply("web")],
      [0.4, join("b-1", "b")]
    ] as const
    const played = play({ nodes: [full, late()], workloads: [workload("Pod", "web")], steps, untilSeconds: 20 })
    expect(bindings(played)).toEqual(["1 web b-1"])
  })

  test("a pod that is being deleted holds its place until it is gone", () => {
    const steps = [
      [0, apply("web")],
      [10, { _tag: "kube/PodDeleted", pod: "default/old", by: "operator", force: false }]
    ] as const
    const workloads = [workload("Pod", "old", { stopMs: 7_000 }), workload("Pod", "web")]
    const played = play({ nodes: [{ ...full, maxPods: 1 }], workloads, steps, untilSeconds: 60 })
    expect(told(played, "kube/SchedulingFailed").map(({ second }) => second)).toEqual([0, 10])
    expect(bindings(played, 0)).toEqual(["17 web a-1"])
  })
})

describe("who goes first", () => {
  const three = [workload("Pod", "low"), workload("Pod", "high", { priority: 1_000 }), workload("Pod", "middle", { priority: 10 })]

  test("the higher priority, however late it came", () => {
    const steps = [
      [0, apply("low"), apply("middle")],
      [2, apply("high")],
      [30, join("b-1", "b")]
    ] as const
    const played = play({ nodes: [full, late(2)], workloads: three, steps, untilSeconds: 60 })
    expect(bindings(played)).toEqual(["30 high b-1", "30 middle b-1"])
    expect(messages(played, "low").at(-1)).toBe(
      "0/2 nodes are available: 2 Too many pods. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
    )
  })

  test("a priority below zero comes after pods that say nothing", () => {
    const workloads = [workload("Pod", "filler", { priority: -10 }), workload("Pod", "plain")]
    const steps = [
      [0, apply("filler"), apply("plain")],
      [30, join("b-1", "b")]
    ] as const
    expect(bindings(play({ nodes: [full, late()], workloads, steps, untilSeconds: 60 }))).toEqual(["30 plain b-1"])
  })

  test("of equal priority, who was created first", () => {
    const workloads = ["c", "a", "b"].map((name) => workload("Pod", name))
    const steps = [
      [0, apply("b")],
      [1, apply("c")],
      [2, apply("a")],
      [30, join("b-1", "b")]
    ] as const
    expect(bindings(play({ nodes: [full, late(2)], workloads, steps, untilSeconds: 60 }))).toEqual(["30 b b-1", "30 c b-1"])
  })

  test("a pod in its back-off holds up nobody, whatever its priority", () => {
    const workloads = [workload("Pod", "low"), workload("Pod", "high", { priority: 1_000, preempts: false })]
    const steps = [
      [0, apply("low")],
      [29.5, apply("high")],
      [30, join("b-1", "b")]
    ] as const
    const played = play({ nodes: [full, late()], workloads, steps, untilSeconds: 60 })
    expect(bindings(played)).toEqual(["30 low b-1"])
    expect(placesOf(played, "high")).toEqual(["pending"])
  })
})

test("with a control plane's latency a replacement is made 10 ms after the deletion and bound 10 ms later", () => {
  const played = play({
    nodes: [{ name: "a-1", zone: "a" }],
    settings: { controllerLatencyMs: 10 },
    workloads: [workload("Deployment", "web", {}, { pins: [{ name: "web-first" }] })],
    steps: [[10, remove("web-first")]],
    untilSeconds: 60
  })
  expect(told(played, "kube/PodCreated", 0).map(({ second }) => second)).toEqual([10.01])
  expect(bindings(played, 0)).toEqual(["10.02 web a-1"])
})

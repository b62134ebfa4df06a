/** DaemonSets: on which nodes there is a pod, what its pods bear, and when one is made anew. */
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import type { WorkloadSpec } from "../../../src/model/kube/spec.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { appOf, type FlatWish } from "../../flat-plan.ts"
import { type Flat, playFlat, quick, told } from "./flat.ts"

const agent = (template: Partial<PodTemplate> = {}): WorkloadSpec => appOf("agent", 0, { ...quick, ...template }, { kind: "DaemonSet" })
const play = (wish: Partial<FlatWish>, template: Partial<PodTemplate> = {}): Flat =>
  playFlat({ workloads: [agent(template)], untilSeconds: 600, ...wish })
const nodesOf = (flat: Flat): ReadonlyArray<string> =>
  [...flat.world.cluster.pods.values()]
    .filter(({ terminating }) => !terminating)
    .map(({ node }) => node ?? "nowhere")
    .sort()
const dedicated = (effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute") => ({ key: "dedicated", value: "gpu", effect })
type Nodes = NonNullable<FlatWish["nodes"]>
const pairOf = (taint: ReturnType<typeof dedicated>): Nodes => [
  { name: "a1", zone: "a" },
  { name: "b1", zone: "b", taints: [taint] }
]
const late: Nodes = [
  { name: "a1", zone: "a" },
  { name: "b1", zone: "b", isLate: true }
]

describe("taints of the owner", () => {
  test.each([
    ["NoSchedule keeps it away", "NoSchedule", ["a1"]],
    ["NoExecute keeps it away", "NoExecute", ["a1"]],
    ["PreferNoSchedule does not", "PreferNoSchedule", ["a1", "b1"]]
  ] as const)("%s", (_name, effect, nodes) => {
    expect(nodesOf(play({ nodes: pairOf(dedicated(effect)) }))).toEqual(nodes)
  })

  test.each([
    ["the taint", { key: "dedicated", operator: "Exists" }, ["a1", "b1"]],
    ["everything", { key: "", operator: "Exists" }, ["a1", "b1"]],
    ["another value", { key: "dedicated", operator: "Equal", value: "cpu" }, ["a1"]]
  ] as const)("a pod that tolerates %s", (_name, toleration, nodes) => {
    expect(nodesOf(play({ nodes: pairOf(dedicated("NoSchedule")) }, { tolerations: [toleration] }))).toEqual(nodes)
  })

  test("NoSchedule that comes later leaves the pod where it is", () => {
    const flat = play({ timeline: [[10, { _tag: "TaintNode", node: "b1", ...dedicated("NoSchedule") }]] })
    expect(nodesOf(flat)).toEqual(["a1", "b1", "c1"])
  })

  test("NoExecute that comes later ends the pod, and it is made anew when the taint is taken off", () => {
    const timeline: FlatWish["timeline"] = [
      [10, { _tag: "TaintNode", node: "b1", ...dedicated("NoExecute") }],
      [60, { _tag: "UntaintNode", node: "b1", key: "dedicated", effect: "NoExecute" }]
    ]
    const flat = play({ timeline })
    expect(told(flat, "kube/PodEvicted").map(({ second, node }) => `${second} ${node}`)).toEqual(["10 b1"])
    expect(told(flat, "kube/PodCreated").map(({ second, node }) => `${second} ${node}`)).toEqual(["60 b1"])
  })
})

describe("what its pods bear without being told to", () => {
  test("an unreachable node, for ever", () => {
    const flat = play({ timeline: [[0, { _tag: "CutNodes", nodes: ["b1"] }]] })
    expect(told(flat, "kube/PodEvicted")).toEqual([])
    expect(told(flat, "kube/PodReadinessTurned")).toMatchObject([{ second: 40, ready: false, by: "node-lifecycle" }])
  })

  test("a node whose kubelet says that it is not ready, for ever", () => {
    const flat = play({ timeline: [[10, { _tag: "TurnKubelet", node: "b1", ready: false }]] })
    expect(told(flat, "kube/NodeTainted").map(({ effect }) => effect)).toEqual(["NoSchedule", "NoExecute"])
    expect(told(flat, "kube/PodEvicted")).toEqual([])
  })

  test.each(["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"])("%s, as a new node's taint", (name) => {
    const nodes: Nodes = [{ name: "a1", zone: "a", taints: [{ key: `node.kubernetes.io/${name}`, effect: "NoSchedule" }] }]
    expect(nodesOf(play({ nodes }))).toEqual(["a1"])
  })
})

describe("new nodes", () => {
  const join: readonly [number, Action] = [10, { _tag: "JoinNodes", nodes: ["b1"] }]

  test("each has its pod in the instant it joins", () => {
    const flat = play({ nodes: late, timeline: [join] })
    expect(told(flat, "kube/PodScheduled").map(({ second, node }) => `${second} ${node}`)).toEqual(["10 b1"])
  })

  test("one that is cordoned has it all the same", () => {
    const flat = play({ nodes: late, timeline: [[5, { _tag: "Cordon", node: "b1", cordoned: true }], join] })
    expect(nodesOf(flat)).toEqual(["a1", "b1"])
  })

  test("one that its node selector does not mean has none", () => {
    const nodes = late.map((node) => ({ ...node, labels: { disk: node.name === "a1" ? "ssd" : "hdd" } }))
    expect(nodesOf(play({ nodes, timeline: [join] }, { nodeSelector: { disk: "ssd" } }))).toEqual(["a1"])
  })
})

describe("a rollout", () => {
  const rollout: readonly [number, Action] = [10, { _tag: "Rollout", workload: "default/agent", version: "2", changes: {} }]
  const of = (more: Partial<WorkloadSpec> = {}, timeline: FlatWish["timeline"] = []): Flat =>
    playFlat({ workloads: [{ ...agent(), ...more }], timeline: [rollout, ...(timeline ?? [])], untilSeconds: 600 })
  const turns = (flat: Flat): ReadonlyArray<string> =>
    flat.events.flatMap(({ at, event }) => {
      if (at < 0) return []
      if (event._tag === "kube/PodDeleted") return [`${at / 1_000} -`]
      return event._tag === "kube/PodScheduled" ? [`${at / 1_000} + ${event.node}`] : []
    })

  test("goes node by node, the next when the new pod is Ready", () => {
    const flat = of()
    expect(turns(flat)).toEqual(["10 -", "11 + a1", "13 -", "14 + b1", "16 -", "17 + c1"])
    expect(told(flat, "kube/RolloutCompleted").map(({ second }) => second)).toEqual([19])
    const hash = flat.world.cluster.workloads.get("default/agent")?.hash
    expect([...flat.world.cluster.pods.values()].map((pod) => pod.hash)).toEqual([hash, hash, hash])
  })

  test("of two at once", () => {
    expect(turns(of({ update: { maxUnavailable: 2 } })).slice(0, 3)).toEqual(["10 -", "10 -", "11 + a1"])
  })

  test("of a share of its nodes, rounded up", () => {
    expect(turns(of({ update: { maxUnavailable: "40%" } })).filter((line) => line === "10 -")).toHaveLength(2)
  })

  test("OnDelete waits for somebody to delete", () => {
    expect(turns(of({ update: { onDelete: true } }))).toEqual([])
  })

  test("stands still while a node is lost: its pod is ended first, and never gone", () => {
    const flat = playFlat({
      workloads: [agent()],
      timeline: [
        [0, { _tag: "CutNodes", nodes: ["c1"] }],
        [100, rollout[1]],
        [300, { _tag: "HealNodes", nodes: ["c1"] }]
      ],
      untilSeconds: 600
    })
    expect(turns(flat).slice(0, 3)).toEqual(["100 -", "312 + c1", "314 -"])
    expect(told(flat, "kube/RolloutCompleted")).toHaveLength(1)
  })
})

test("a pod that waits for a node that is gone is deleted", () => {
  const flat = play(
    { timeline: [[10, { _tag: "DeleteNodes", nodes: ["b1"] }]], milliCpu: 1_000 },
    { requests: { milliCpu: 2_000, memoryMiB: 1 } }
  )
  expect(told(flat, "kube/PodDeleted").map(({ second, by }) => `${second} ${by}`)).toEqual(["10 controller"])
  expect([...flat.world.cluster.pods.values()].map(({ only }) => only)).toEqual(["a1", "c1"])
})

test("a pod that is deleted is made anew when it is gone, not before", () => {
  const pins = [{ name: "agent-b", node: "b1" }]
  const flat = playFlat({
    workloads: [{ ...agent(), pins }],
    timeline: [[10, { _tag: "DeletePods", pods: ["default/agent-b"] }]],
    untilSeconds: 60
  })
  expect(told(flat, "kube/PodRemoved").map(({ second }) => second)).toEqual([11])
  expect(told(flat, "kube/PodCreated").map(({ second, node }) => `${second} ${node}`)).toEqual(["11 b1"])
})

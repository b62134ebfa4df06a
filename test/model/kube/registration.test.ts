/** What a new node bears from its registration until its kubelet says Ready, and whom that holds off. */
import { describe, expect, test } from "vitest"
import type { KubeEvent } from "../../../src/model/kube/message.ts"
import { bindings, messages, play, type StageWish, told, workload } from "./stage.ts"

const registers = (node: string, zone: string): KubeEvent => ({ _tag: "kube/NodeJoined", node, zone, ready: false })
const full = { name: "a-1", zone: "a", maxPods: 0 }
const late = { name: "b-1", zone: "b", isLate: true }

const wish: StageWish = {
  nodes: [full, late],
  workloads: [workload("Deployment", "web", {}, { replicas: 2 })],
  settings: { nodeReadyMs: 20_000, schedulerTexts: "1.20" },
  steps: [[10, registers("b-1", "b")]],
  untilSeconds: 60
}

describe("a node that registers", () => {
  test("bears not-ready:NoSchedule until its kubelet says Ready, and nobody is placed on it until then", () => {
    const played = play(wish)
    expect(told(played, "kube/NodeTainted", 10).map(({ second, node, key, effect }) => `${second} ${node} ${key}:${effect}`)).toEqual([
      "10 b-1 node.kubernetes.io/not-ready:NoSchedule",
      "15 b-1 node.kubernetes.io/not-ready:NoExecute"
    ])
    expect(told(played, "kube/NodeReadinessTurned", 10).map(({ second, ready }) => `${second} ${ready}`)).toEqual(["30 True"])
    expect(told(played, "kube/NodeUntainted", 10).map(({ second, effect }) => `${second} ${effect}`)).toEqual([
      "30 NoSchedule",
      "35 NoExecute"
    ])
    expect(messages(played, "web", 10)[0]).toMatch(
      /1 node\(s\) had taint \{node.kubernetes.io\/not-ready: \}, that the pod didn't tolerate/
    )
    expect(bindings(played, 10)).toHaveLength(2)
    expect(told(played, "kube/PodScheduled", 10).every(({ second }) => second >= 35)).toBe(true)
  })

  test("of its own span, where the node has one", () => {
    const played = play({ ...wish, nodes: [full, { ...late, readyMs: 3_000 }] })
    expect(told(played, "kube/NodeReadinessTurned", 10).map(({ second }) => second)).toEqual([13])
  })

  test("that is Ready at once tells nothing of it", () => {
    const played = play({ ...wish, steps: [[10, { _tag: "kube/NodeJoined", node: "b-1", zone: "b" }]] })
    expect(told(played, "kube/NodeTainted", 10)).toEqual([])
    expect(told(played, "kube/PodScheduled", 10).map(({ second }) => second)).toEqual([10, 10])
  })

  test("that is cut off before it said Ready says so after its path is back", () => {
    const cut: KubeEvent = { _tag: "kube/NodeCutOff", node: "b-1", lastRenewalAt: 10_000, reason: "ComponentSilent", at: "b-1" }
    const played = play({
      ...wish,
      steps: [
        [10, registers("b-1", "b")],
        [15, cut],
        [33, { _tag: "kube/NodePathRestored", node: "b-1" }]
      ]
    })
    expect(told(played, "kube/NodeReadinessTurned", 10).map(({ second, ready }) => `${second} ${ready}`)).toEqual(["40 True"])
  })
})

describe("a node whose kubelet never reports", () => {
  const silent = (settings: StageWish["settings"] = {}, ...steps: NonNullable<StageWish["steps"]>) =>
    told(
      play({
        ...wish,
        settings,
        steps: [
          [
            13,
            { _tag: "kube/NodeJoined", node: "b-1", zone: "b" },
            { _tag: "kube/NodeCutOff", node: "b-1", lastRenewalAt: 10_000, reason: "NoRoute", at: "b" }
          ],
          ...steps
        ],
        untilSeconds: 400
      }),
      "kube/NodeReadinessTurned"
    ).map(({ second, ready, reason }) => `${second} ${ready} ${reason}`)

  test("is judged at the first pass 60 s after its registration, by its own reason", () => {
    expect(silent()).toEqual(["75 Unknown NodeStatusNeverUpdated"])
    expect(silent({ startupGraceMs: 120_000 })).toEqual(["135 Unknown NodeStatusNeverUpdated"])
  })

  test("has the usual grace once it has reported", () => {
    const steps: NonNullable<StageWish["steps"]> = [
      [20, { _tag: "kube/NodePathRestored", node: "b-1" }],
      [51, { _tag: "kube/NodeCutOff", node: "b-1", lastRenewalAt: 50_000, reason: "NoRoute", at: "b" }]
    ]
    expect(silent({}, ...steps)).toEqual(["90 Unknown NodeStatusUnknown"])
  })

  test("is tainted NoExecute in the pass that judges it", () => {
    const played = play({
      ...wish,
      settings: {},
      steps: [
        [
          13,
          { _tag: "kube/NodeJoined", node: "b-1", zone: "b" },
          { _tag: "kube/NodeCutOff", node: "b-1", lastRenewalAt: 10_000, reason: "NoRoute", at: "b" }
        ]
      ],
      untilSeconds: 100
    })
    expect(told(played, "kube/NodeTainted").map(({ second, effect }) => `${second} ${effect}`)).toEqual(["75 NoSchedule", "75 NoExecute"])
  })
})

describe("a scheduler that takes time over a failure", () => {
  const slow: StageWish = {
    nodes: [full, { ...late, maxPods: 3 }],
    workloads: [workload("Deployment", "web", {}, { replicas: 3 })],
    settings: { nodeReadyMs: 20, schedulerFailureMs: 16, schedulerTexts: "1.20", schedulerBackoffMs: 4_000, schedulerBackoffMaxMs: 4_000 },
    steps: [[10, registers("b-1", "b")]],
    untilSeconds: 30
  }

  test("takes one pod after another: only those it took before the taint went are refused", () => {
    expect(told(play(slow), "kube/SchedulingFailed", 10).map(({ second }) => second)).toEqual([10, 10.016])
  })

  test("takes the pod that it was writing of once more behind the others; the one before it backs off", () => {
    expect(told(play(slow), "kube/PodScheduled", 10).map(({ second }) => second)).toEqual([10.032, 10.033, 14])
  })
})

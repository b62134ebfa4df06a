import { describe, expect, test } from "vitest"
import { compareText } from "../../../src/model/value/text.ts"
import { type ClusterWish, linesOf, playCluster, type Step, workload } from "./play.ts"

const fault = 120_000
const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))

const play = (
  workloads: ClusterWish["workloads"],
  steps: ReadonlyArray<readonly [seconds: number, step: Step]> = [],
  rest: Partial<ClusterWish> = {}
) =>
  playCluster({
    nodes,
    workloads: workloads ?? [],
    steps: steps.map(([seconds, step]) => [fault + seconds * 1_000, step]),
    until: fault + 900_000,
    ...rest
  })
const podsOf = (played: ReturnType<typeof play>) => [...played.world.cluster.pods.keys()]

describe("a Deployment", () => {
  test("names its pods after itself, its template's hash and five letters, each once", () => {
    const pods = podsOf(
      play([
        workload("Deployment", "web", { replicas: 40, templateHash: "6bf97c555d", template: { requests: { milliCpu: 1, memoryMiB: 1 } } })
      ])
    )
    expect(new Set(pods).size).toBe(40)
    for (const pod of pods) expect(pod).toMatch(/^default\/web-6bf97c555d-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  test("draws a hash when none is given: the same for all its pods, another for another seed", () => {
    const { templateHash: _none, ...web } = workload("Deployment", "web", { replicas: 3 })
    const hashes = (seed: number) => podsOf(play([web], [], { seed })).map((pod) => /^default\/web-(\w+)-\w{5}$/.exec(pod)?.[1])
    expect(new Set(hashes(1)).size).toBe(1)
    expect(hashes(1)[0]).toHaveLength(10)
    expect(hashes(2)[0]).not.toBe(hashes(1)[0])
    expect(hashes(1)).toEqual(hashes(1))
  })

  test("another workload does not change the names of its pods", () => {
    const web = workload("Deployment", "web", { replicas: 3 })
    const alone = podsOf(play([web]))
    expect(podsOf(play([workload("Deployment", "other", { replicas: 2 }), web]))).toEqual(expect.arrayContaining(alone))
  })

  test("does not count a terminating pod: the replacement is made in the instant", () => {
    const played = play([workload("Deployment", "web", { pins: [{ name: "web-one", node: "c-1" }] })], [[0, { cut: ["c-1"] }]])
    expect(linesOf(played, ["PodEvicted", "PodCreated"], fault).map((line) => line.replace(/web-1234567890-\w+/, "web-two"))).toEqual([
      "345 PodEvicted default/web-one c-1",
      "345 PodCreated default/web-two"
    ])
  })

  test("uses its pins in order, and draws names for the rest", () => {
    const pods = podsOf(play([workload("Deployment", "web", { replicas: 3, pins: [{ name: "web-z" }, { name: "web-a" }] })]))
    expect(pods.slice(0, 2)).toEqual(["default/web-z", "default/web-a"])
    expect(pods[2]).toMatch(/^default\/web-1234567890-/)
  })

  test("of no replicas has no pods", () => {
    expect(podsOf(play([workload("Deployment", "web", { replicas: 0 })]))).toEqual([])
  })
})

describe("a StatefulSet", () => {
  test("makes its pods in order, each when the one before is ready", () => {
    const played = play([workload("StatefulSet", "db", { replicas: 3 })])
    expect(linesOf(played, ["PodCreated", "PodReadinessTurned"], -600_000)).toEqual([
      "0 PodCreated default/db-0",
      "3 PodReadinessTurned default/db-0 true kubelet",
      "3 PodCreated default/db-1",
      "6 PodReadinessTurned default/db-1 true kubelet",
      "6 PodCreated default/db-2",
      "9 PodReadinessTurned default/db-2 true kubelet"
    ])
  })

  test("waits for the old pod's object to go, then takes the same name", () => {
    const pins = [{ name: "db-0", node: "c-1" }]
    expect(linesOf(play([workload("StatefulSet", "db", { pins })], [[0, { cut: ["c-1"] }]]), ["PodCreated"], fault)).toEqual([])
    const back = play(
      [workload("StatefulSet", "db", { pins })],
      [
        [0, { cut: ["c-1"] }],
        [400, { restore: ["c-1"] }]
      ]
    )
    expect(linesOf(back, ["PodRemoved", "PodCreated"], fault)).toEqual(["416 PodRemoved default/db-0", "416 PodCreated default/db-0"])
  })

  test("does not go on to a missing ordinal while an earlier pod is unready", () => {
    const pins = [
      { name: "db-0", node: "b-1" },
      { name: "db-1", node: "c-1" }
    ]
    const steps = [
      [0, { cut: ["c-1"] }],
      [390, { cut: ["b-1"] }],
      [395, { restore: ["c-1"] }],
      [500, { restore: ["b-1"] }]
    ] as const
    const played = play([workload("StatefulSet", "db", { replicas: 2, pins })], steps)
    // db-1's object goes at 406 s; db-0 turns unready only at 430 s.
    expect(linesOf(played, ["PodRemoved", "PodCreated"], fault)).toEqual(["406 PodRemoved default/db-1", "406 PodCreated default/db-1"])
    const later = play(
      [workload("StatefulSet", "db", { replicas: 2, pins })],
      [
        [0, { cut: ["c-1"] }],
        [360, { cut: ["b-1"] }],
        [405, { restore: ["c-1"] }],
        [500, { restore: ["b-1"] }]
      ]
    )
    // db-0 is unready from 400 s to 510 s; db-1's object goes at 416 s and must wait.
    expect(linesOf(later, ["PodRemoved", "PodCreated"], fault)).toEqual(["416 PodRemoved default/db-1", "510 PodCreated default/db-1"])
  })
})

describe("a DaemonSet", () => {
  const agent = workload("DaemonSet", "agent", { replicas: 0 })

  test("has one pod a node, also on one that joins later", () => {
    const late = { name: "d-1", zone: "a", isLate: true }
    const played = play([agent], [[10, { join: ["d-1"] }]], { nodes: [...nodes, late] })
    expect(linesOf(played, ["PodScheduled"], fault).map((line) => line.replace(/agent-\w{5}/, "agent"))).toEqual([
      "10 PodScheduled default/agent d-1"
    ])
    expect([...played.world.cluster.pods.values()].map((pod) => pod.node ?? "").sort(compareText)).toEqual(["a-1", "b-1", "c-1", "d-1"])
  })

  test("takes the pin of a node for that node's pod", () => {
    const pins = [
      { name: "agent-c", node: "c-1" },
      { name: "agent-a", node: "a-1" }
    ]
    const played = play([{ ...agent, pins }])
    expect([...played.world.cluster.pods.values()].filter((pod) => /agent-[ac]$/.test(pod.id)).map((pod) => [pod.id, pod.node])).toEqual([
      ["default/agent-a", "a-1"],
      ["default/agent-c", "c-1"]
    ])
  })
})

test("a bare pod is made once and dies with its node", () => {
  const played = play(
    [workload("Pod", "tool", { pins: [{ name: "tool", node: "c-1" }] })],
    [
      [0, { cut: ["c-1"] }],
      [400, { restore: ["c-1"] }]
    ]
  )
  expect(linesOf(played, ["PodEvicted", "PodRemoved", "PodCreated"], fault)).toEqual([
    "345 PodEvicted default/tool c-1",
    "416 PodRemoved default/tool"
  ])
  expect(podsOf(played)).toEqual([])
})

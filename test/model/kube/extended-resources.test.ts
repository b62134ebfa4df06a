/** GPUs and whatever else nodes offer in whole units. */
import { describe, expect, test } from "vitest"
import { apply, bindings, messages, placesOf, play, remove, workload } from "./stage.ts"

const gpu = "nvidia.com/gpu"
const needs = (count: number) => ({ requests: { milliCpu: 10, memoryMiB: 10, extended: { [gpu]: count } } })
const nodes = [
  { name: "a-1", zone: "a" },
  { name: "b-1", zone: "b", extended: { [gpu]: 4 } }
]

describe("extended resources", () => {
  test("a pod goes where there are enough units, and takes them", () => {
    const played = play({ nodes, workloads: [workload("Deployment", "train", needs(2), { replicas: 3 })] })
    expect(placesOf(played, "train")).toEqual(["b-1", "b-1", "pending"])
    expect(messages(played, "train")).toEqual([
      `0/2 nodes are available: 2 Insufficient ${gpu}. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.`
    ])
  })

  test("exactly as many as there are fit; one more does not", () => {
    expect([4, 5].map((count) => placesOf(play({ nodes, workloads: [workload("Pod", "train", needs(count))] }), "train"))).toEqual([
      ["b-1"],
      ["pending"]
    ])
  })

  test("pods that ask for none stand anywhere", () => {
    const workloads = [workload("Pod", "train", needs(4)), workload("Deployment", "web", {}, { replicas: 2 })]
    expect(placesOf(play({ nodes, workloads }), "web")).toEqual(["a-1", "b-1"])
  })

  test("they are free again when the pod is gone", () => {
    const played = play({
      nodes,
      workloads: [workload("Pod", "old", needs(3)), workload("Pod", "new", needs(2))],
      steps: [
        [5, apply("new")],
        [40, remove("old")]
      ],
      untilSeconds: 60
    })
    expect(bindings(played, 0)).toEqual(["40 new b-1"])
  })

  test("a node short of several things says each of them", () => {
    const small = [{ name: "a-1", zone: "a", milliCpu: 5, memoryMiB: 5, maxPods: 0, extended: { [gpu]: 1, "example.com/disk": 1 } }]
    const template = { requests: { milliCpu: 10, memoryMiB: 10, extended: { [gpu]: 2, "example.com/disk": 1 } } }
    expect(messages(play({ nodes: small, workloads: [workload("Pod", "train", template)] }), "train")[0]?.split(" preemption:")[0]).toBe(
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Insufficient ${gpu}, 1 Too many pods.`
    )
  })
})

test("memory is counted to the MiB", () => {
  const one = (memoryMiB: number) =>
    play({
      nodes: [{ name: "a-1", zone: "a", memoryMiB: 1_000 }],
      workloads: [workload("Pod", "web", { requests: { milliCpu: 1, memoryMiB } })]
    })
  expect(placesOf(one(1_000), "web")).toEqual(["a-1"])
  expect(messages(one(1_001), "web")[0]).toContain("0/1 nodes are available: 1 Insufficient memory.")
})

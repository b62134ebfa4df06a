import { describe, expect, test } from "vitest"
import { logScale, scaledLog } from "../../../src/model/kube/logarithm.ts"
import { failureText } from "../../../src/model/kube/scheduler-filters.ts"
import { type ClusterWish, eventsOf, linesOf, placesOf, playCluster, type Step, workload } from "./play.ts"

const fault = 120_000
const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))
const tiny = { requests: { milliCpu: 1, memoryMiB: 1 } }

const play = (wish: Partial<ClusterWish>, steps: ReadonlyArray<readonly [seconds: number, step: Step]> = []) =>
  playCluster({ nodes, steps: steps.map(([seconds, step]) => [fault + seconds * 1_000, step]), until: fault + 900_000, ...wish })
/** What each pod is told, an attempt that brings nothing new left out. */
const messages = (played: ReturnType<typeof play>) => {
  const last = new Map<string, string>()
  return eventsOf(played, ["SchedulingFailed"]).flatMap(({ event }) => {
    if (event._tag !== "kube/SchedulingFailed" || last.get(event.pod) === event.message) return []
    last.set(event.pod, event.message)
    return [event.message]
  })
}
const scores = (played: ReturnType<typeof play>) =>
  eventsOf(played, ["PodScheduled"]).flatMap(({ event }) => (event._tag === "kube/PodScheduled" ? [event.scores] : []))

describe("why a pod fits nowhere, in the scheduler's words", () => {
  test("too many pods", () => {
    const played = play({
      nodes: nodes.map((node) => ({ ...node, maxPods: 2 })),
      workloads: [workload("Deployment", "web", { replicas: 7, template: tiny })]
    })
    expect(messages(played)).toEqual(["0/3 nodes are available: 3 Too many pods."])
    expect(placesOf(played, "web")).toEqual(["a-1", "a-1", "b-1", "b-1", "c-1", "c-1", "pending"])
  })

  test("pods of the host's network count against the node's limit too", () => {
    const played = play({
      nodes: [{ name: "a-1", zone: "a", maxPods: 2 }],
      workloads: [
        workload("DaemonSet", "agent", { replicas: 0, template: { ...tiny, hostNetwork: true } }),
        workload("Deployment", "web", { replicas: 2, template: tiny })
      ]
    })
    expect(placesOf(played, "web")).toEqual(["a-1", "pending"])
  })

  test("the last pod that fits, and one thousandth of a core too much", () => {
    const one = (milliCpu: number) =>
      play({
        nodes: [{ name: "a-1", zone: "a", milliCpu: 1_000, memoryMiB: 1_000 }],
        workloads: [workload("Pod", "web", { template: { requests: { milliCpu, memoryMiB: 1_000 } } })]
      })
    expect(placesOf(one(1_000), "web")).toEqual(["a-1"])
    expect(messages(one(1_001))).toEqual(["0/1 nodes are available: 1 Insufficient cpu."])
  })

  test("a node may be short of CPU and memory at once", () => {
    const played = play({
      nodes: [{ name: "a-1", zone: "a", milliCpu: 1_000, memoryMiB: 1_000 }],
      workloads: [workload("Pod", "web", { template: { requests: { milliCpu: 2_000, memoryMiB: 2_000 } } })]
    })
    expect(messages(played)).toEqual(["0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory."])
  })

  test("a volume of a zone that has no node", () => {
    const played = play({
      workloads: [workload("StatefulSet", "db", { template: { volume: "disk" } })],
      volumes: [{ name: "disk", kind: "gp2", zone: "d" }]
    })
    expect(messages(played)).toEqual(["0/3 nodes are available: 3 node(s) had volume node affinity conflict."])
  })

  test("a volume whose zone's node is full", () => {
    const played = play({
      nodes: nodes.map((node) => ({ ...node, maxPods: node.zone === "c" ? 0 : 9 })),
      workloads: [workload("StatefulSet", "db", { template: { volume: "disk" } })],
      volumes: [{ name: "disk", kind: "gp2", zone: "c" }]
    })
    expect(messages(played)).toEqual(["0/3 nodes are available: 1 Too many pods, 2 node(s) had volume node affinity conflict."])
  })

  test("a zone that is unreachable, the others full", () => {
    const played = play(
      {
        nodes: nodes.map((node) => ({ ...node, maxPods: 1 })),
        workloads: [workload("Deployment", "web", { replicas: 3, template: tiny })]
      },
      [[0, { cut: ["b-1"] }]]
    )
    expect(messages(played)).toEqual([
      "0/3 nodes are available: 1 node(s) had taint {node.kubernetes.io/unreachable: }, that the pod didn't tolerate, 2 Too many pods."
    ])
  })

  test("a DaemonSet's pod whose node is full: as recorded from a real scheduler", () => {
    const played = play({
      nodes: ["a", "b", "c", "d"].map((zone) => ({ name: `${zone}-1`, zone, maxPods: zone === "d" ? 0 : 1 })),
      workloads: [workload("DaemonSet", "agent", { replicas: 0, template: tiny })]
    })
    expect(messages(played)).toEqual(["0/4 nodes are available: 1 Too many pods, 3 node(s) didn't match Pod's node affinity."])
  })

  test("reasons are counted, and sorted as text", () => {
    expect(failureText(12, [...Array.from({ length: 10 }, () => "Too many pods"), "Insufficient memory", "Insufficient cpu"])).toBe(
      "0/12 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 10 Too many pods."
    )
  })
})

describe("waiting", () => {
  test("waiting pods are bound when a node joins, in order of creation", () => {
    const workloads = [
      workload("Deployment", "alpha", { template: tiny, pins: [{ name: "z-first" }] }),
      workload("Pod", "mid", { template: tiny }),
      workload("Pod", "n-last", { template: tiny })
    ]
    const played = play(
      {
        nodes: [
          { name: "a-1", zone: "a", maxPods: 0 },
          { name: "b-1", zone: "b", maxPods: 2, isLate: true }
        ],
        workloads
      },
      [[5, { join: ["b-1"] }]]
    )
    expect(linesOf(played, ["PodScheduled"], fault)).toEqual(["5 PodScheduled default/z-first b-1", "5 PodScheduled default/mid b-1"])
    expect(messages(played).at(-1)).toBe("0/2 nodes are available: 2 Too many pods.")
  })

  test("a waiting pod is bound when the taint goes", () => {
    const played = play(
      {
        nodes: nodes.map((node) => ({ ...node, maxPods: 1 })),
        workloads: [workload("Deployment", "web", { replicas: 2, template: tiny }), workload("Pod", "rest", { template: tiny })]
      },
      [
        [0, { cut: ["a-1", "b-1"] }],
        [400, { restore: ["b-1"] }]
      ]
    )
    const bound = linesOf(played, ["PodScheduled"], fault).map((line) => line.replace(/web-\S+/, "web"))
    expect(bound).toEqual(["416 PodScheduled default/web b-1"])
  })

  test("the same refusal is said once", () => {
    const played = play({ nodes: nodes.map((node) => ({ ...node, maxPods: 0 })), workloads: [workload("Pod", "web")] }, [
      [0, { cut: ["a-1"] }],
      [20, { restore: ["a-1"] }]
    ])
    expect(messages(played)).toEqual(["0/3 nodes are available: 3 Too many pods."])
  })
})

describe("pins", () => {
  test("a pin is kept when every filter allows it, even where the score is worse", () => {
    const pins = ["one", "two", "three"].map((name) => ({ name: `web-${name}`, node: "b-1" }))
    const played = play({ workloads: [workload("Deployment", "web", { replicas: 4, pins })] })
    expect(eventsOf(played, ["PodScheduled"]).map(({ event }) => "pinned" in event && event.pinned)).toEqual([true, true, true, false])
    expect(placesOf(played, "web").filter((node) => node === "b-1")).toHaveLength(3)
  })

  test("a pin that a filter forbids is refused and not written around", () => {
    const played = play({
      workloads: [workload("StatefulSet", "db", { template: { volume: "disk" }, pins: [{ name: "db-0", node: "a-1" }] })],
      volumes: [{ name: "disk", kind: "gp2", zone: "c" }],
      until: 0
    })
    expect(eventsOf(played, ["PodScheduled"])).toEqual([])
    expect(messages(played)[0]).toContain("node(s) had volume node affinity conflict")
    expect(placesOf(played, "db")).toEqual(["pending"])
  })

  test("a pinned node that is full is refused for the pod that came too late", () => {
    const pins = [
      { name: "web-one", node: "a-1" },
      { name: "web-two", node: "a-1" }
    ]
    const played = play({
      nodes: nodes.map((node) => ({ ...node, maxPods: 1 })),
      workloads: [workload("Deployment", "web", { replicas: 2, template: tiny, pins })],
      until: 0
    })
    expect(placesOf(played, "web")).toEqual(["a-1", "pending"])
    expect(messages(played)[0]).toContain("Too many pods")
  })

  test("after settling a pin says nothing", () => {
    const played = play({ nodes: nodes.slice(1), workloads: [workload("StatefulSet", "db", { pins: [{ name: "db-0", node: "c-1" }] })] }, [
      [0, { cut: ["c-1"] }],
      [345, { restore: ["c-1"] }],
      [358, { cut: ["c-1"] }]
    ])
    const again = eventsOf(played, ["PodScheduled"], fault).map(({ event }) => "pinned" in event && event.pinned)
    expect(again).toEqual([false])
  })
})

describe("scores", () => {
  const two = (other: string) => [
    { name: "a-1", zone: "a", milliCpu: 1_000, memoryMiB: 1_000 },
    { name: "b-1", zone: other, milliCpu: 1_000, memoryMiB: 1_000 }
  ]

  test("pods that say nothing count as 100m and 200 MiB; fewer of the same on node and in zone is better", () => {
    // Empty: least (90 + 80) / 2 = 85, balanced 100 - |10 - 20| = 90, spread 2 × 100. With one pod: 70 + 80 + 2 × 75
    // (spread: one pod × (ln 4 + ln 4) = 2.77, so 8 against 6; 100 × (8 + 6 - 8) / 8 = 75).
    expect(scores(play({ nodes: two("b"), workloads: [workload("Deployment", "web", { replicas: 2 })] }))).toEqual([
      ["a-1=375", "b-1=375"],
      ["b-1=375", "a-1=300"]
    ])
  })

  test("two nodes of one zone differ by the host alone", () => {
    // Host ln 4, zone ln 3 for one domain: a-1 int(1.386 + 1.099) + 6 = 8, b-1 int(1.099) + 6 = 7; 100 × 7/8 = 87 and 100.
    expect(scores(play({ nodes: two("a"), workloads: [workload("Deployment", "web", { replicas: 2 })] }))[1]).toEqual([
      "b-1=375",
      `a-1=${70 + 80 + 2 * 87}`
    ])
  })

  test("a tie goes to the lowest name", () => {
    const named = ["n-9", "n-10", "n-1"].map((name) => ({ name, zone: name }))
    expect(placesOf(play({ nodes: named, workloads: [workload("Pod", "web")] }), "web")).toEqual(["n-1"])
  })

  test("a node that alone is possible is not scored", () => {
    expect(scores(play({ nodes: nodes.slice(0, 1), workloads: [workload("Pod", "web")] }))).toEqual([[]])
  })

  test("at most three of the best nodes are named, best first", () => {
    const shown = scores(
      play({
        nodes: ["a", "b", "c", "d", "e"].map((zone) => ({ name: zone, zone })),
        workloads: [workload("Deployment", "web", { replicas: 3 })]
      })
    )
    expect(shown.map((list) => list.length)).toEqual([3, 3, 3])
    expect(shown[2]?.map((score) => score.split("=")[0])).toEqual(["c", "d", "e"])
  })

  test("six replicas on three zones of three nodes: two a zone, one a node, as recorded", () => {
    const nine = ["a", "b", "c"].flatMap((zone) => [1, 2, 3].map((index) => ({ name: `${zone}-${index}`, zone })))
    const places = placesOf(play({ nodes: nine, workloads: [workload("Deployment", "web", { replicas: 6 })] }), "web")
    expect(new Set(places).size).toBe(6)
    expect(places.map((node) => node.slice(0, 1))).toEqual(["a", "a", "b", "b", "c", "c"])
  })

  test("terminating pods do not count for the spread, and go on taking room", () => {
    const played = play(
      {
        nodes: nodes.map((node) => ({ ...node, maxPods: 2 })),
        workloads: [workload("Deployment", "web", { replicas: 3, template: tiny })]
      },
      [
        [0, { cut: ["c-1"] }],
        [400, { restore: ["c-1"] }]
      ]
    )
    expect(placesOf(played, "web")).toEqual(["a-1", "a-1", "b-1"])
  })
})

test("the logarithm is exact to a thousand-millionth for every count of domains", () => {
  for (let value = 1; value <= 5_002; value++) expect(Math.abs(scaledLog(value) - Math.log(value) * logScale)).toBeLessThan(1.01)
})

import { expect, test } from "vitest"
import { type ClusterWish, eventsOf, linesOf, playCluster, type Step, workload } from "./play.ts"

const fault = 120_000
const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))

const play = (steps: ReadonlyArray<readonly [seconds: number, step: Step]>, rest: Partial<ClusterWish>) =>
  playCluster({ nodes, steps: steps.map(([seconds, step]) => [fault + seconds * 1_000, step]), until: fault + 900_000, ...rest })
const told = ["PodAddressAssigned", "PodSandboxFailed", "VolumeAttached", "ContainerStarted", "PodReadinessTurned"]
const small = { requests: { milliCpu: 1, memoryMiB: 1 } }

test("an address at once, a volume after it, then the container, which is ready at start without a probe", () => {
  const workloads = [workload("StatefulSet", "db", { template: { volume: "disk" } })]
  const played = play([], { workloads, volumes: [{ name: "disk", kind: "gp2", zone: "b" }] })
  expect(linesOf(played, told, -600_000)).toEqual([
    "0 PodAddressAssigned default/db-0 b-1 10.1.0.2",
    "15 VolumeAttached default/db-0 disk b-1",
    "18 ContainerStarted default/db-0",
    "18 PodReadinessTurned default/db-0 true kubelet"
  ])
})

test("a readiness probe is first asked its delay after the start", () => {
  const workloads = [
    workload("Pod", "web", { template: { readinessProbe: { path: "/", port: 80, initialDelayMs: 7_500, periodMs: 5_000 } } })
  ]
  expect(linesOf(play([], { workloads }), ["ContainerStarted", "PodReadinessTurned"], -600_000)).toEqual([
    "3 ContainerStarted default/web",
    "10.5 PodReadinessTurned default/web true kubelet"
  ])
})

test("a pod on the host's network has the host's address and takes none from the pool", () => {
  const played = play([], {
    nodes: nodes.slice(0, 1),
    workloads: [workload("DaemonSet", "agent", { replicas: 0, template: { hostNetwork: true } })]
  })
  const node = played.world.spec.nodes[0]
  expect([...played.world.cluster.pods.values()].map((pod) => pod.address)).toEqual([node?.address])
  expect(played.world.addresses.assigned.size).toBe(0)
})

test("a node out of addresses: the sandbox fails and is tried again every ten seconds", () => {
  const workloads = [workload("Deployment", "web", { replicas: 28, template: small })]
  const played = play([], { nodes: [{ name: "a-1", zone: "a", maxPods: 60 }], workloads })
  // Three interfaces of nine addresses each: the 28th pod never gets one.
  const last = eventsOf(played, ["PodSandboxFailed"], fault)
  expect(new Set(last.map(({ event }) => ("pod" in event ? event.pod : ""))).size).toBe(1)
  expect(last.map(({ at }) => (at - fault) / 10_000)).toEqual(Array.from({ length: 90 }, (_, index) => index))
  expect(linesOf(played, ["PodSandboxFailed"], fault)[0]).toContain("failed to assign an IP address to container")
  expect([...played.world.cluster.pods.values()].filter((pod) => pod.ready)).toHaveLength(27)
})

test("an address that a leaving pod frees goes to the pod that waits for one", () => {
  const workloads = [workload("Pod", "first", { template: small }), workload("Deployment", "web", { replicas: 27, template: small })]
  const steps = [
    [0, { cut: ["a-1"] }],
    [700, { restore: ["a-1"] }]
  ] as const
  const played = play(steps, {
    nodes: [
      { name: "a-1", zone: "a", maxPods: 60 },
      { name: "b-1", zone: "b", maxPods: 0 }
    ],
    workloads,
    until: fault + 1_200_000
  })
  const waiting = eventsOf(played, ["PodSandboxFailed"], fault - 10_000).flatMap(({ at, event }) =>
    at < fault && "pod" in event ? [event.pod] : []
  )
  expect(waiting).toHaveLength(1)
  const given = eventsOf(played, ["PodAddressAssigned"], fault).flatMap(({ event }) => ("pod" in event ? [event.pod] : []))
  expect(given.length).toBeGreaterThan(0)
  expect([...played.world.cluster.pods.values()].filter((pod) => !pod.terminating && pod.ready)).toHaveLength(27)
})

test("a kubelet that is cut off starts nothing until it watches again", () => {
  // The pod of c-1 is bound anew at 345 s, to a-1; its container would start at 348 s.
  const workloads = [workload("Deployment", "web", { pins: [{ name: "web-one", node: "c-1" }] })]
  const played = play(
    [
      [0, { cut: ["c-1"] }],
      [346, { cut: ["a-1", "b-1"] }],
      [352, { restore: ["a-1", "b-1"] }]
    ],
    { workloads }
  )
  expect(
    linesOf(played, ["PodScheduled", "PodAddressAssigned", "ContainerStarted", "WatchResumed"], fault).map((line) =>
      line.replace(/default\/web-\S+/, "web")
    )
  ).toEqual([
    "345 PodScheduled web a-1",
    "345 PodAddressAssigned web a-1 10.0.0.2",
    "361 WatchResumed a-1",
    "361 WatchResumed b-1",
    "364 ContainerStarted web"
  ])
})

test("a pod bound while its kubelet is cut off gets its address when it watches again", () => {
  const workloads = [workload("Deployment", "web", { pins: [{ name: "web-one", node: "c-1" }] })]
  const played = play(
    [
      [0, { cut: ["c-1"] }],
      [344, { cut: ["a-1"] }],
      [352, { restore: ["a-1"] }]
    ],
    { nodes: nodes.filter(({ name }) => name !== "b-1"), workloads }
  )
  expect(
    linesOf(played, ["PodScheduled", "PodAddressAssigned", "ContainerStarted"], fault).map((line) =>
      line.replace(/default\/web-\S+/, "web")
    )
  ).toEqual(["345 PodScheduled web a-1", "361 PodAddressAssigned web a-1 10.0.0.2", "364 ContainerStarted web"])
})

test("a probe that was not asked during a cut is asked when the kubelet watches again", () => {
  const workloads = [
    workload("Deployment", "web", {
      pins: [{ name: "web-one", node: "c-1" }],
      template: { readinessProbe: { path: "/", port: 80, initialDelayMs: 10_000, periodMs: 5_000 } }
    })
  ]
  const played = play(
    [
      [0, { cut: ["c-1"] }],
      [350, { cut: ["a-1"] }],
      [365, { restore: ["a-1"] }]
    ],
    { workloads }
  )
  const ready = eventsOf(played, ["PodReadinessTurned"], fault + 345_000)
  expect(linesOf(played, ["ContainerStarted"], fault + 345_000).map((line) => line.split(" ")[0])).toEqual(["3"])
  expect(ready).toHaveLength(1)
  expect((ready[0]?.at ?? 0) - fault).toBeGreaterThanOrEqual(371_000)
})

test("the heartbeat after a cut puts the pods' readiness right in its instant, the watch comes later", () => {
  const workloads = [workload("Pod", "web", { pins: [{ name: "web", node: "c-1" }] })]
  const played = play(
    [
      [0, { cut: ["c-1"] }],
      [55, { restore: ["c-1"] }]
    ],
    { workloads, settings: { watchResumeMs: 2_500 } }
  )
  expect(linesOf(played, ["PodReadinessTurned", "WatchResumed"], fault)).toEqual([
    "40 PodReadinessTurned default/web false node-lifecycle",
    "60 PodReadinessTurned default/web true kubelet",
    "62.5 WatchResumed c-1"
  ])
})

import { expect, test } from "vitest"
import { type ClusterWish, eventsOf, linesOf, placesOf, playCluster, type Step, workload } from "./play.ts"

const fault = 120_000
const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))
const web = workload("Deployment", "web", { replicas: 3 })
const agent = workload("DaemonSet", "agent", { replicas: 0 })

const play = (steps: ReadonlyArray<readonly [seconds: number, step: Step]>, rest: Partial<ClusterWish> = {}) =>
  playCluster({
    nodes,
    workloads: [agent, web],
    steps: steps.map(([seconds, step]) => [fault + seconds * 1_000, step]),
    until: fault + 900_000,
    ...rest
  })
const evictions = (...args: Parameters<typeof play>) =>
  linesOf(play(...args), ["PodEvicted", "EvictionCancelled", "PodRemoved"], fault).map((line) => line.replace(/default\/(\w+)-\S+/, "$1"))

const cut = [0, { cut: ["c-1"] }] as const

test("a pod tolerates an unreachable node for 300 s, then is evicted; it stays Terminating while its kubelet is away", () => {
  expect(evictions([cut])).toEqual(["345 PodEvicted web c-1"])
  expect([...play([cut]).world.cluster.pods.values()].filter((pod) => pod.terminating)).toHaveLength(1)
})

test("a node that is back in time keeps its pods", () => {
  const played = play([cut, [280, { restore: ["c-1"] }]])
  expect(evictions([cut, [280, { restore: ["c-1"] }]])).toEqual(["290 EvictionCancelled web"])
  expect(placesOf(played, "web")).toEqual(["a-1", "b-1", "c-1"])
  expect(eventsOf(played, ["PodCreated"], fault)).toEqual([])
})

test("the taint gone in the very instant of the eviction is in time: the pass comes first", () => {
  expect(evictions([cut, [335, { restore: ["c-1"] }]], { settings: { tolerationMs: 295_000 } })).toEqual(["340 EvictionCancelled web"])
})

test("a path restored too late for a heartbeat before the eviction does not save the pod", () => {
  expect(evictions([cut, [340, { restore: ["c-1"] }]])).toEqual(["345 PodEvicted web c-1", "356 PodRemoved web"])
})

test("a second cut counts anew: the appointment of the first does nothing", () => {
  expect(evictions([cut, [80, { restore: ["c-1"] }], [100, { cut: ["c-1"] }]])).toEqual([
    "90 EvictionCancelled web",
    "445 PodEvicted web c-1"
  ])
})

test("without toleration a pod goes with the taint", () => {
  expect(evictions([cut], { settings: { tolerationMs: 0 } })).toEqual(["45 PodEvicted web c-1"])
})

test("a DaemonSet's pods are never evicted", () => {
  const agents = [...play([cut]).world.cluster.pods.values()].filter((pod) => pod.workload === "default/agent")
  expect(agents.map((pod) => [pod.node, pod.terminating])).toEqual(expect.arrayContaining([["c-1", false]]))
  expect(agents).toHaveLength(3)
})

test("the pods of a node go in one instant, in order of name", () => {
  const workloads = ["zeta", "alpha", "mid"].map((name) => workload("Pod", name, { pins: [{ name, node: "c-1" }] }))
  expect(linesOf(play([cut], { workloads }), ["PodEvicted"], fault)).toEqual(
    ["alpha", "mid", "zeta"].map((name) => `345 PodEvicted default/${name} c-1`)
  )
})

test("pods that are already terminating are not cancelled", () => {
  expect(evictions([cut, [400, { restore: ["c-1"] }]])).toEqual(["345 PodEvicted web c-1", "416 PodRemoved web"])
})

test("nodes of a zone lose their pods ten seconds apart", () => {
  const zone = [1, 2, 3].map((index) => ({ name: `c-${index}`, zone: "c" }))
  const workloads = zone.map(({ name }) => workload("Pod", `on-${name}`, { pins: [{ name: `on-${name}`, node: name }] }))
  const steps = [[0, { cut: ["c-1", "c-2", "c-3"] }]] as const
  expect(linesOf(play(steps, { nodes: [{ name: "a-1", zone: "a" }, ...zone], workloads }), ["PodEvicted"], fault)).toEqual([
    "345 PodEvicted default/on-c-1 c-1",
    "355 PodEvicted default/on-c-2 c-2",
    "365 PodEvicted default/on-c-3 c-3"
  ])
})

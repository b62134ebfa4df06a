import { expect, test } from "vitest"
import { type ClusterWish, linesOf, playCluster, type Step, service, workload } from "./play.ts"

const fault = 120_000
const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))
const pins = nodes.map(({ name }) => ({ name: `web-${name}`, node: name }))
const web = workload("Deployment", "web", { replicas: 3, pins })

const turns = (wish: Partial<ClusterWish>, since: number, steps: ReadonlyArray<readonly [seconds: number, step: Step]> = []) =>
  linesOf(
    playCluster({ nodes, steps: steps.map(([seconds, step]) => [fault + seconds * 1_000, step]), until: fault + 900_000, ...wish }),
    ["EndpointsTurned"],
    since
  ).map((line) => line.replace(/default\//g, "").replace(/web-1234567890-\w+/, "web-new"))

test("ready pods are listed one delay after they turned ready, sorted by name", () => {
  expect(turns({ workloads: [web], services: [service("web")] }, -600_000)).toEqual(["4 EndpointsTurned web web-a-1,web-b-1,web-c-1"])
})

test("a Service that selects nothing never turns", () => {
  expect(turns({ workloads: [web], services: [service("other")] }, -600_000)).toEqual([])
})

test("a Service of another namespace does not select the pods", () => {
  expect(turns({ workloads: [web], services: [{ ...service("web"), namespace: "elsewhere" }] }, -600_000)).toEqual([])
})

test("every label of the selector must match", () => {
  const narrow = { ...service("web"), selector: { app: "web", tier: "front" } }
  expect(turns({ workloads: [web], services: [narrow] }, -600_000)).toEqual([])
  const both = workload("Deployment", "web", {
    template: { labels: { app: "web", tier: "front", more: "yes" } },
    pins: [{ name: "web-x" }]
  })
  expect(turns({ workloads: [both], services: [narrow] }, -600_000)).toEqual(["4 EndpointsTurned web web-x"])
})

test("a Service may send to pods of two workloads", () => {
  const other = workload("Pod", "web-bare", { template: { labels: { app: "web" } } })
  expect(turns({ workloads: [web, other], services: [service("web")] }, -600_000)).toEqual([
    "4 EndpointsTurned web web-a-1,web-b-1,web-bare,web-c-1"
  ])
})

test("an unreachable node's pods leave one delay after it turned Unknown, and are back one delay after contact", () => {
  expect(
    turns({ workloads: [web], services: [service("web")] }, fault, [
      [0, { cut: ["c-1"] }],
      [100, { restore: ["c-1"] }]
    ])
  ).toEqual(["41 EndpointsTurned web web-a-1,web-b-1", "111 EndpointsTurned web web-a-1,web-b-1,web-c-1"])
})

test("a terminating pod is not sent to, although its kubelet says that it is ready", () => {
  const lone = workload("StatefulSet", "web", {
    template: { readinessProbe: { path: "/", port: 80, initialDelayMs: 100_000, periodMs: 5_000 } },
    pins: [{ name: "web-0", node: "c-1" }]
  })
  expect(
    turns({ workloads: [lone], services: [service("web")] }, fault, [
      [0, { cut: ["c-1"] }],
      [400, { restore: ["c-1"] }]
    ])
  ).toEqual(["41 EndpointsTurned web ", "520 EndpointsTurned web web-0"])
})

test("what is unready and ready again within the delay changes nothing", () => {
  const steps = [
    [0, { cut: ["c-1"] }],
    [45, { restore: ["c-1"] }]
  ] as const
  expect(turns({ workloads: [web], services: [service("web")], settings: { endpointsDelayMs: 12_000 } }, fault, steps)).toEqual([])
})

test("without delay the turn is in the instant", () => {
  expect(
    turns({ workloads: [web], services: [service("web")], settings: { endpointsDelayMs: 0 } }, fault, [[0, { cut: ["c-1"] }]])[0]
  ).toBe("40 EndpointsTurned web web-a-1,web-b-1")
})

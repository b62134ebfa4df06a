/** Company, cordons and preemption in the corners where a simpler rule would do something else than Kubernetes does. */
import { describe, expect, test } from "vitest"
import type { PodTemplate, PodTerm } from "../../../src/model/kube/template.ts"
import { isTolerated } from "../../../src/model/kube/tolerations.ts"
import { appOf, type FlatWish, flatPlan } from "../../flat-plan.ts"
import { played } from "../../played.ts"

const host = "kubernetes.io/hostname"
const term = (app: string): PodTerm => ({ selector: { labels: { app }, requirements: [] }, topologyKey: host })
const one = (name: string, node: string | undefined, template: Partial<PodTemplate> = {}) =>
  appOf(name, 1, template, { kind: "Pod", pins: node === undefined ? [] : [{ name, node }] })
const cpu = (milliCpu: number, more: Partial<PodTemplate> = {}): Partial<PodTemplate> => ({ requests: { milliCpu, memoryMiB: 1 }, ...more })

const play = (wish: FlatWish) => played(flatPlan(wish))
const boundTo = (wish: FlatWish, pod: string): string => {
  const found = play(wish).world.cluster.pods.get(`default/${pod}`)
  return found?.node ?? "pending"
}
const boundAt = (wish: FlatWish, workload: string): ReadonlyArray<number> =>
  play(wish).events.flatMap(({ at, event }) =>
    at >= 0 && event._tag === "kube/PodScheduled" && event.pod.startsWith(`default/${workload}`) ? [at / 1_000] : []
  )
const victimsOf = (wish: FlatWish): ReadonlyArray<string> =>
  play(wish).events.flatMap(({ event }) => (event._tag === "kube/PodDeleted" && event.by === "preemption" ? [event.pod.slice(8)] : []))
const saidOf = (wish: FlatWish, pod: string): string | undefined =>
  play(wish).events.flatMap(({ event }) =>
    event._tag === "kube/SchedulingFailed" && event.pod.startsWith(`default/${pod}`) ? [event.message] : []
  )[0]

describe("company", () => {
  test("a pod that waits for company is placed when it comes", () => {
    const wish: FlatWish = {
      workloads: [appOf("web", 0, { affinity: { podRequired: [term("cache")] } }), appOf("cache", 0)],
      timeline: [
        [5, { _tag: "Scale", workload: "default/web", replicas: 1 }],
        [20, { _tag: "Scale", workload: "default/cache", replicas: 1 }]
      ]
    }
    expect(boundAt(wish, "web")).toEqual([20])
  })
  test("a pod on its way out still keeps others away", () => {
    const wish: FlatWish = {
      zones: ["a"],
      workloads: [appOf("web", 1, { affinity: { antiRequired: [term("web")] }, stopMs: 20_000 })],
      timeline: [[10, { _tag: "DeleteWorkloadPods", workload: "default/web" }]]
    }
    expect(boundAt(wish, "web")).toEqual([30])
  })
  test("several required terms must be met by the same pods", () => {
    const both = { affinity: { podRequired: [term("cache"), term("db")] } }
    const workloads = [one("cache", "a1"), one("db", "a1"), one("web", undefined, both)]
    expect(boundTo({ workloads, untilSeconds: 10 }, "web")).toBe("pending")
    const full = one("both", "a1", { labels: { app: "cache", tier: "x" } })
    const terms = [term("cache"), { ...term("x"), selector: { labels: { tier: "x" }, requirements: [] } }]
    expect(boundTo({ workloads: [full, one("web", undefined, { affinity: { podRequired: terms } })], untilSeconds: 10 }, "web")).toBe("a1")
  })
  test("what standing pods would like of a newcomer scores as well", () => {
    const fan = one("fan", "b1", { affinity: { podPreferred: [{ weight: 100, term: term("web") }] } })
    expect(boundTo({ workloads: [fan, one("web", undefined)], untilSeconds: 10 }, "web")).toBe("b1")
  })
})

describe("cordons and daemons", () => {
  const everything = { tolerations: [{ key: "", operator: "Exists" as const }] }
  const wish = (template: Partial<PodTemplate>): FlatWish => ({
    zones: ["a"],
    workloads: [appOf("web", 0, template)],
    timeline: [
      [1, { _tag: "Cordon", node: "a1", cordoned: true }],
      [5, { _tag: "Scale", workload: "default/web", replicas: 1 }]
    ],
    untilSeconds: 60
  })
  test("a cordon is a taint like any other to who tolerates it", () => {
    expect([boundAt(wish(everything), "web"), boundAt(wish({}), "web")]).toEqual([[5], []])
  })
  test.each([
    ["not-ready", "NoExecute", true],
    ["unreachable", "NoExecute", true],
    ["not-ready", "NoSchedule", false],
    ["disk-pressure", "NoSchedule", true],
    ["unschedulable", "NoSchedule", true]
  ] as const)("a DaemonSet's pod bears %s:%s: %s", (name, effect, borne) => {
    expect(isTolerated(undefined, true, { key: `node.kubernetes.io/${name}`, effect })).toBe(borne)
  })
})

describe("preemption", () => {
  const later = (wish: FlatWish, high: Partial<PodTemplate>): FlatWish => ({
    ...wish,
    workloads: [...(wish.workloads ?? []), appOf("high", 0, { priority: 9, ...high })],
    timeline: [[10, { _tag: "Scale", workload: "default/high", replicas: 1 }], ...(wish.timeline ?? [])],
    settings: { schedulerTexts: "1.24" }
  })
  test("who is not in the way is spared, the most important first", () => {
    const workloads = [one("p1", "a1", cpu(400, { priority: 1 })), one("p2", "a1", cpu(3_600, { priority: 2 }))]
    expect(victimsOf(later({ zones: ["a"], workloads }, cpu(3_600)))).toEqual(["p2"])
  })
  test("an extended resource is freed as well", () => {
    const gpu = (priority: number): Partial<PodTemplate> => ({
      requests: { milliCpu: 1, memoryMiB: 1, extended: { "nvidia.com/gpu": 1 } },
      priority
    })
    const nodes = [{ name: "a1", zone: "a", extended: { "nvidia.com/gpu": 1 } }]
    expect(victimsOf(later({ zones: ["a"], nodes, workloads: [one("holder", "a1", gpu(0))] }, gpu(9)))).toEqual(["holder"])
  })
  test("fewer victims before a lower sum", () => {
    const low = (name: string, node: string, milliCpu: number, priority: number) => one(name, node, cpu(milliCpu, { priority }))
    const workloads = [
      low("a-five", "a1", 2_000, 5),
      low("a-six", "a1", 2_000, 5),
      low("b-five", "b1", 2_000, 5),
      low("b-one", "b1", 1_000, 1),
      low("b-two", "b1", 1_000, 1)
    ]
    expect([...victimsOf(later({ zones: ["a", "b"], workloads }, cpu(4_000)))].sort()).toEqual(["a-five", "a-six"])
  })
  test("a budget is counted down over the victims of one node", () => {
    const guarded = appOf("kept", 3, cpu(1_300, { priority: 1 }), {
      templateHash: "x",
      pins: [0, 1, 2].map((index) => ({ name: `kept-x-${index}`, node: "a1" }))
    })
    const workloads = [guarded, one("free", "b1", cpu(4_000, { priority: 2 }))]
    const budgets = [{ name: "kept", namespace: "default", selector: { labels: { app: "kept" }, requirements: [] }, minAvailable: 2 }]
    expect(victimsOf(later({ zones: ["a", "b"], workloads, budgets }, cpu(4_000)))).toEqual(["free"])
  })
  test("a nominated node that dies is given up", () => {
    const workloads = [one("low-a", "a1", cpu(4_000, { stopMs: 25_000 })), one("low-b", "b1", cpu(4_000, { stopMs: 25_000 }))]
    const wish = later({ zones: ["a", "b"], workloads, timeline: [[12, { _tag: "CutNodes", nodes: ["a1"] }]] }, cpu(4_000))
    expect(victimsOf(wish)).toEqual(["low-a", "low-b"])
  })
  test("a pod is displaced for spread, and for keeping others away", () => {
    const shy = one("shy", "a1", { affinity: { antiRequired: [term("high")] } })
    expect(victimsOf(later({ zones: ["a"], workloads: [shy] }, {}))).toEqual(["shy"])
  })
})

describe("texts", () => {
  const apart = { affinity: { antiRequired: [term("web")] } }
  const two: FlatWish = { zones: ["a"], workloads: [appOf("web", 2, apart)], untilSeconds: 10 }
  test("1.20 gives two reasons for company that is shunned", () => {
    expect(saidOf({ ...two, settings: { schedulerTexts: "1.20" } }, "web")).toBe(
      "0/1 nodes are available: 1 node(s) didn't match pod affinity/anti-affinity, 1 node(s) didn't match pod anti-affinity rules."
    )
  })
  test("since 1.24 one, and that nobody's leaving was found to help", () => {
    expect(saidOf(two, "web")).toBe(
      "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    )
  })
  test("preemptionPolicy Never says so", () => {
    expect(saidOf({ zones: ["a"], maxPods: 0, workloads: [appOf("web", 1, { preempts: false })], untilSeconds: 10 }, "web")).toBe(
      "0/1 nodes are available: 1 Too many pods. preemption: not eligible due to preemptionPolicy=Never."
    )
  })
  test("no nodes at all", () => {
    const nodes = [{ name: "a1", zone: "a", isLate: true }]
    expect(saidOf({ zones: ["a"], nodes, workloads: [appOf("web", 1)], untilSeconds: 10 }, "web")).toBe(
      "no nodes available to schedule pods"
    )
  })
})

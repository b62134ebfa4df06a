/** Taints and what bears them. */
import { describe, expect, test } from "vitest"
import type { KubeEvent } from "../../../src/model/kube/message.ts"
import type { PodTemplate, Toleration } from "../../../src/model/kube/template.ts"
import { isTolerated, toleranceOf } from "../../../src/model/kube/tolerations.ts"
import { bindings, cordon, messages, placesOf, play, told, workload } from "./stage.ts"

const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" } as const
const bearing = (...tolerations: ReadonlyArray<Toleration>): PodTemplate => ({ labels: {}, hostNetwork: false, serves: [], tolerations })
const unreachable = { key: "node.kubernetes.io/unreachable", effect: "NoExecute" } as const

describe("whether a taint is borne", () => {
  test.each<readonly [string, Toleration, boolean]>([
    ["Equal: key, value and effect", { key: "dedicated", operator: "Equal", value: "gpu", effect: "NoSchedule" }, true],
    ["Equal: another value", { key: "dedicated", operator: "Equal", value: "db" }, false],
    ["Equal: no value against a value", { key: "dedicated", operator: "Equal" }, false],
    ["Exists: any value", { key: "dedicated", operator: "Exists" }, true],
    ["Exists: another key", { key: "other", operator: "Exists" }, false],
    ["another effect", { key: "dedicated", operator: "Exists", effect: "NoExecute" }, false],
    ["no effect named: every effect", { key: "dedicated", operator: "Equal", value: "gpu" }, true],
    ["no key and Exists: every taint", { key: "", operator: "Exists" }, true],
    ["no key, one effect: every taint of that effect", { key: "", operator: "Exists", effect: "NoSchedule" }, true],
    ["no key, another effect", { key: "", operator: "Exists", effect: "NoExecute" }, false]
  ])("%s", (_name, toleration, expected) => {
    expect(isTolerated(bearing(toleration), false, gpu)).toBe(expected)
  })

  test("a taint without a value equals a toleration without one", () => {
    expect(isTolerated(bearing({ key: "spot", operator: "Equal" }), false, { key: "spot", effect: "NoSchedule" })).toBe(true)
  })

  test("a DaemonSet's pod stays on an unreachable or not ready node, and bears the owner's taints no better than others", () => {
    const notReady = { key: "node.kubernetes.io/not-ready", effect: "NoExecute" } as const
    expect([unreachable, notReady, gpu].map((taint) => isTolerated(bearing(), true, taint))).toEqual([true, true, false])
    expect([unreachable, notReady, gpu].map((taint) => isTolerated(bearing(), false, taint))).toEqual([false, false, false])
  })
})

describe("how long NoExecute is borne", () => {
  const forever: Toleration = { key: unreachable.key, operator: "Exists" }
  const bounded = (seconds: number): Toleration => ({ ...forever, effect: "NoExecute", seconds })

  test("300 s when nothing is said: admission adds that for the node lifecycle's taints, and for no others", () => {
    expect(toleranceOf(bearing(), false, unreachable, 300_000)).toBe(300_000)
    expect(toleranceOf(bearing(), false, { key: "maintenance", effect: "NoExecute" }, 300_000)).toBe("none")
  })

  test("tolerationSeconds in place of the 300 s; none of them: for ever", () => {
    expect(toleranceOf(bearing(bounded(30)), false, unreachable, 300_000)).toBe(30_000)
    expect(toleranceOf(bearing(bounded(6_000)), false, unreachable, 300_000)).toBe(6_000_000)
    expect(toleranceOf(bearing(forever), false, unreachable, 300_000)).toBeUndefined()
  })

  test("of several that match the first counts; zero and less is at once", () => {
    expect(toleranceOf(bearing(bounded(60), bounded(20), forever), false, unreachable, 300_000)).toBe(60_000)
    expect(toleranceOf(bearing(forever, { key: "", operator: "Exists", seconds: 60 }), false, unreachable, 300_000)).toBeUndefined()
    expect([0, -5].map((seconds) => toleranceOf(bearing(bounded(seconds)), false, unreachable, 300_000))).toEqual([0, 0])
  })

  test("a DaemonSet's pod: for ever", () => {
    expect(toleranceOf(bearing(), true, unreachable, 300_000)).toBeUndefined()
    expect(toleranceOf(bearing(), true, { key: "maintenance", effect: "NoExecute" }, 300_000)).toBe("none")
  })

  test("kubectl taint NoExecute: pods that do not bear it are evicted at once, others when their seconds are over", () => {
    const taint: KubeEvent = { _tag: "kube/NodeTainted", node: "a-1", key: "maintenance", effect: "NoExecute" }
    const bears = (seconds?: number) => ({
      tolerations: [{ key: "maintenance", operator: "Exists" as const, ...(seconds === undefined ? {} : { seconds }) }]
    })
    const played = play({
      nodes: [{ name: "a-1", zone: "a" }],
      workloads: [workload("Pod", "none"), workload("Pod", "some", bears(40)), workload("Pod", "ever", bears())],
      steps: [[10, taint]],
      untilSeconds: 500
    })
    expect(told(played, "kube/PodEvicted").map(({ pod, second }) => `${second} ${pod}`)).toEqual(["10 default/none", "50 default/some"])
    expect(placesOf(played, "ever")).toEqual(["a-1"])
  })
})

describe("tainted and cordoned nodes", () => {
  const nodes = [
    { name: "a-1", zone: "a", taints: [gpu] },
    { name: "b-1", zone: "b", maxPods: 0 }
  ]

  test("NoSchedule keeps pods away, in the words of the release", () => {
    const web = [workload("Pod", "web")]
    expect(messages(play({ nodes, workloads: web }), "web")).toEqual([
      "0/2 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint {dedicated: gpu}." +
        " preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling."
    ])
    expect(messages(play({ nodes, workloads: web, settings: { schedulerTexts: "1.20" } }), "web")).toEqual([
      "0/2 nodes are available: 1 Too many pods, 1 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate."
    ])
  })

  test("a pod that bears the taint may stand there", () => {
    const tolerations = [{ key: "dedicated", operator: "Equal" as const, value: "gpu" }]
    expect(placesOf(play({ nodes, workloads: [workload("Pod", "web", { tolerations })] }), "web")).toEqual(["a-1"])
  })

  test("an owner's taint keeps a DaemonSet's pod away too, without a pod being made; one that bears it runs everywhere", () => {
    const everywhere = { tolerations: [{ key: "", operator: "Exists" as const }] }
    const played = play({
      nodes: [
        { name: "a-1", zone: "a", taints: [gpu] },
        { name: "b-1", zone: "b" }
      ],
      workloads: [workload("DaemonSet", "agent"), workload("DaemonSet", "proxy", everywhere)]
    })
    expect(placesOf(played, "agent")).toEqual(["b-1"])
    expect(placesOf(played, "proxy")).toEqual(["a-1", "b-1"])
  })

  test("PreferNoSchedule is a last resort, not a bar", () => {
    const soft = { key: "spot", effect: "PreferNoSchedule" } as const
    const pair = [
      { name: "a-1", zone: "a", taints: [soft] },
      { name: "b-1", zone: "b" }
    ]
    const one = play({ nodes: pair, workloads: [workload("Pod", "web")] })
    // Both empty: least allocated 96, balanced 97, spread 200; the tainted node lacks the 100.
    expect(told(one, "kube/PodScheduled")[0]?.scores).toEqual(["b-1=393", "a-1=293"])
    const full = play({ nodes: [pair[0] as (typeof pair)[0], { name: "b-1", zone: "b", maxPods: 0 }], workloads: [workload("Pod", "web")] })
    expect(placesOf(full, "web")).toEqual(["a-1"])
  })

  test("of two nodes with soft taints the one with fewer is better, and a taint that is borne does not count", () => {
    const soft = (key: string) => ({ key, effect: "PreferNoSchedule" as const })
    const pair = [
      { name: "a-1", zone: "a", taints: [soft("spot"), soft("old")] },
      { name: "b-1", zone: "b", taints: [soft("spot")] }
    ]
    const scoresOf = (...keys: ReadonlyArray<string>) =>
      told(
        play({ nodes: pair, workloads: [workload("Pod", "web", { tolerations: keys.map((key) => ({ key, operator: "Exists" })) })] }),
        "kube/PodScheduled"
      )[0]?.scores
    expect(scoresOf()).toEqual(["b-1=343", "a-1=293"])
    expect(scoresOf("old")).toEqual(["a-1=293", "b-1=293"])
    expect(scoresOf("old", "spot")).toEqual(["a-1=393", "b-1=393"])
  })

  test("cordoned: what runs there stays, nothing new comes, a DaemonSet's pod does; uncordoned, what waits is placed", () => {
    const played = play({
      nodes: [{ name: "a-1", zone: "a" }],
      workloads: [workload("Pod", "old"), workload("Pod", "new"), workload("DaemonSet", "agent")],
      steps: [
        [10, cordon("a-1")],
        [20, { _tag: "kube/WorkloadApplied", workload: "default/new" }, { _tag: "kube/WorkloadApplied", workload: "default/agent" }],
        [60, cordon("a-1", false)]
      ],
      untilSeconds: 100
    })
    expect(messages(played, "new")).toEqual([
      "0/1 nodes are available: 1 node(s) were unschedulable. " +
        "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    ])
    expect(placesOf(played, "old")).toEqual(["a-1"])
    expect(bindings(played, 0).map((line) => line.replace(/agent-\w+/, "agent"))).toEqual(["20 agent a-1", "60 new a-1"])
  })
})

/** Pods of a higher priority displace lower ones. */
import { describe, expect, test } from "vitest"
import { allowancesOf } from "../../../src/model/kube/budget.ts"
import type { BudgetSpec, WorkloadSpec } from "../../../src/model/kube/spec.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { app, apply, bindings, cordon, cpu, messages, type Played, placesOf, play, type StageWish, told, workload } from "./stage.ts"

const hostKey = "kubernetes.io/hostname"
const small = (name: string, milliCpu = 1_000) => ({ name, zone: name.slice(0, 1), milliCpu })
const on = (node: string, milliCpu: number, priority?: number): Partial<PodTemplate> => ({
  ...cpu(milliCpu),
  nodeSelector: { [hostKey]: node },
  ...(priority === undefined ? {} : { priority })
})
const high = (milliCpu = 1_000, rest: Partial<PodTemplate> = {}) => workload("Pod", "high", { ...cpu(milliCpu), priority: 100, ...rest })
const guarded = (name: string): BudgetSpec => ({ name, namespace: "default", selector: app(name), minAvailable: 1 })

test("budgets of one name in two namespaces allow each for itself", () => {
  const inOf = (namespace: string) => workload("Pod", "web", on("a-1", 100), { namespace })
  const budgets = ["default", "other"].map((namespace) => ({
    name: "web",
    namespace,
    selector: app("web"),
    maxUnavailable: 1
  }))
  const { world } = play({ nodes: [small("a-1")], workloads: [inOf("default"), inOf("other")], budgets, untilSeconds: 10 })
  const pods = [...world.cluster.pods.values()]
  expect(pods).toHaveLength(2)
  expect([...allowancesOf(world).breaking(pods)]).toEqual([])
})

/** The important pod comes at 10 s, when all others run. */
const comes = (wish: Partial<StageWish> & { readonly workloads: ReadonlyArray<WorkloadSpec> }): Played =>
  play({ nodes: [small("a-1")], untilSeconds: 60, ...wish, steps: [[10, apply("high")], ...(wish.steps ?? [])] })
const victims = (played: Played) =>
  told(played, "kube/PodDeleted").flatMap(({ pod, by, second }) =>
    by === "preemption" ? [`${second} ${pod.replace("default/", "")}`] : []
  )
const nominated = (played: Played) => told(played, "kube/PodNominated").map(({ node, second }) => `${second} ${node}`)

test("of pods alike the one that its kubelet took in last goes, however late the other's container started again", () => {
  // Its container ends 12 s before the important pod comes, and starts again.
  const old = workload("Pod", "old", { ...on("a-1", 1_000), behaviour: { kind: "crashes", afterMs: 598_000 } })
  const played = comes({
    nodes: [small("a-1"), small("b-1")],
    workloads: [old, workload("Pod", "new", on("b-1", 1_000)), high()],
    steps: [[-30, apply("new")]]
  })
  expect(told(played, "kube/ContainerStarted").map(({ second, pod }) => `${second} ${pod}`)).toEqual([
    "-597 default/old",
    "-27 default/new",
    "4 default/old",
    "18 default/high"
  ])
  expect(victims(played)).toEqual(["10 new"])
})

describe("who displaces whom", () => {
  test("the lower pod is deleted with its grace, and the higher one placed when it is gone", () => {
    const played = comes({ workloads: [workload("Pod", "low", on("a-1", 1_000)), high()] })
    expect(nominated(played)).toEqual(["10 a-1"])
    expect(victims(played)).toEqual(["10 low"])
    expect(told(played, "kube/PodRemoved").map(({ second, pod }) => `${second} ${pod}`)).toEqual(["15 default/low"])
    expect(bindings(played, 0)).toEqual(["15 high a-1"])
  })

  test("the message says what was short; of preemption only when there is none", () => {
    const made = comes({ workloads: [workload("Pod", "low", on("a-1", 1_000)), high()] })
    expect(messages(made, "high")).toEqual([
      "0/1 nodes are available: 1 Insufficient cpu.",
      "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated node."
    ])
    const none = comes({ workloads: [workload("Pod", "peer", on("a-1", 1_000, 100)), high()] })
    expect(messages(none, "high")).toEqual([
      "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    ])
  })

  test("1.20 says nothing of it", () => {
    const workloads = [workload("Pod", "peer", on("a-1", 1_000, 100)), high()]
    expect(messages(comes({ workloads, settings: { schedulerTexts: "1.20" } }), "high")).toEqual([
      "0/1 nodes are available: 1 Insufficient cpu."
    ])
  })

  test.each([
    ["the same priority displaces nobody", 100, {}],
    ["a lower one displaces nobody", 101, {}],
    ["preemptionPolicy Never displaces nobody, whatever its priority", 0, { preempts: false }]
  ])("%s", (_name, priority, rest) => {
    const played = comes({ workloads: [workload("Pod", "other", on("a-1", 1_000, priority)), high(1_000, rest)] })
    expect([victims(played), nominated(played), placesOf(played, "high")]).toEqual([[], [], ["pending"]])
  })

  test("a pod that never displaces others goes before them in the queue all the same", () => {
    const late = { ...small("b-1"), isLate: true }
    const played = comes({
      nodes: [small("a-1"), late],
      workloads: [
        workload("Pod", "other", on("a-1", 1_000, 100)),
        workload("Pod", "first", cpu(1_000)),
        high(1_000, { preempts: false, nodeSelector: { [hostKey]: "b-1" } })
      ],
      steps: [
        [5, apply("first")],
        [30, { _tag: "kube/NodeJoined", node: "b-1", zone: "b" }]
      ]
    })
    expect(bindings(played, 0)).toEqual(["30 high b-1"])
  })

  test("pods that have less than no priority give way to those that say nothing", () => {
    const played = comes({ workloads: [workload("Pod", "filler", on("a-1", 1_000, -10)), workload("Pod", "high", cpu(1_000))] })
    expect(victims(played)).toEqual(["10 filler"])
  })

  test("room for another pod, too, is made", () => {
    const played = comes({ nodes: [{ ...small("a-1"), maxPods: 1 }], workloads: [workload("Pod", "low", on("a-1", 1)), high(1)] })
    expect(bindings(played, 0)).toEqual(["15 high a-1"])
  })

  test("what no one's leaving would change displaces nobody", () => {
    const tainted = { ...small("a-1"), taints: [{ key: "dedicated", effect: "NoSchedule" as const }] }
    const low = workload("Pod", "low", { ...on("a-1", 1_000), tolerations: [{ key: "", operator: "Exists" }] })
    expect(victims(comes({ nodes: [tainted], workloads: [low, high()] }))).toEqual([])
    const cordoned = comes({ workloads: [workload("Pod", "low", on("a-1", 1_000)), high()], steps: [[5, cordon("a-1")]] })
    expect(victims(cordoned)).toEqual([])
    expect(
      victims(comes({ workloads: [workload("Pod", "low", on("a-1", 1_000)), high(1_000, { nodeSelector: { disk: "ssd" } })] }))
    ).toEqual([])
  })

  test("a pod too big for the empty node displaces nobody", () => {
    expect(victims(comes({ workloads: [workload("Pod", "low", on("a-1", 1_000)), high(1_001)] }))).toEqual([])
  })

  test("where it fits without, nobody has to go", () => {
    const played = comes({ nodes: [small("a-1"), small("b-1")], workloads: [workload("Pod", "low", on("a-1", 1_000)), high()] })
    expect([victims(played), bindings(played, 0)]).toEqual([[], ["10 high b-1"]])
  })

  test("while its victim leaves, the pod displaces nobody else, however often it is tried", () => {
    const unrest = Array.from({ length: 30 }, (_, index) => [11 + index, cordon("b-1", index % 2 === 0)] as const)
    const low = (node: string) => workload("Pod", `low-${node}`, { ...on(node, 1_000), stopMs: 25_000 })
    const played = comes({
      nodes: [small("a-1"), { ...small("b-1") }],
      workloads: [low("a-1"), low("b-1"), high()],
      steps: unrest
    })
    expect(told(played, "kube/SchedulingFailed").length).toBeGreaterThan(3)
    expect(victims(played)).toEqual(["10 low-a-1"])
    expect(placesOf(played, "high")).toEqual(["a-1"])
  })

  test("a displaced pod of a Deployment is made anew, waits, and displaces nobody in turn", () => {
    const played = comes({ workloads: [workload("Deployment", "low", on("a-1", 1_000)), high()] })
    expect(placesOf(played, "low")).toEqual(["pending"])
    expect(placesOf(played, "high")).toEqual(["a-1"])
    expect(victims(played)).toHaveLength(1)
  })
})

describe("whose leaving is enough", () => {
  test("no more pods than needed", () => {
    const workloads = ["one", "two", "three", "four"].map((name) => workload("Pod", name, on("a-1", 250)))
    expect(victims(comes({ workloads: [...workloads, high(500)] }))).toHaveLength(2)
  })

  test("the lowest priority first", () => {
    const workloads = [workload("Pod", "p2", on("a-1", 500, 2)), workload("Pod", "p1", on("a-1", 500, 1))]
    expect(victims(comes({ workloads: [...workloads, high(500)] }))).toEqual(["10 p1"])
  })

  test("of equal priority the one that came last", () => {
    const workloads = [workload("Pod", "b-older", on("a-1", 500)), workload("Pod", "a-younger", on("a-1", 500))]
    expect(victims(comes({ workloads: [...workloads, high(500)] }))).toEqual(["10 a-younger"])
  })

  test("pods of the same or a higher priority stay", () => {
    const workloads = [workload("Pod", "peer", on("a-1", 600, 100)), workload("Pod", "low", on("a-1", 400))]
    const played = comes({ workloads: [...workloads, high(400)] })
    expect(victims(played)).toEqual(["10 low"])
    expect(victims(comes({ workloads: [...workloads, high(600)] }))).toEqual([])
  })
})

describe("the node where it costs least", () => {
  const pair = [small("a-1"), small("b-1")]

  test("the lower of the highest priorities that would go", () => {
    const workloads = [workload("Pod", "p5", on("a-1", 1_000, 5)), workload("Pod", "p1", on("b-1", 1_000, 1)), high()]
    const played = comes({ nodes: pair, workloads })
    expect([victims(played), bindings(played, 0)]).toEqual([["10 p1"], ["15 high b-1"]])
  })

  test("that counts before how many would go, and before what they add up to", () => {
    const workloads = [
      workload("Pod", "p5", on("a-1", 1_000, 5)),
      workload("Pod", "p3", on("b-1", 500, 3)),
      workload("Pod", "p4", on("b-1", 500, 4)),
      high()
    ]
    expect(victims(comes({ nodes: pair, workloads }))).toEqual(["10 p4", "10 p3"])
  })

  test("then the fewer pods", () => {
    const two = ["one", "two"].map((name) => workload("Pod", name, on("a-1", 500)))
    expect(victims(comes({ nodes: pair, workloads: [...two, workload("Pod", "single", on("b-1", 1_000)), high()] }))).toEqual(["10 single"])
  })

  test("a budget that would be broken costs more than any priority", () => {
    const workloads = [workload("Pod", "kept", on("a-1", 1_000, 1)), workload("Pod", "free", on("b-1", 1_000, 50)), high()]
    expect(victims(comes({ nodes: pair, workloads }))).toEqual(["10 kept"])
    expect(victims(comes({ nodes: pair, workloads, budgets: [guarded("kept")] }))).toEqual(["10 free"])
  })

  test("a budget is broken when there is no other way", () => {
    const workloads = [workload("Pod", "kept", on("a-1", 1_000)), high()]
    expect(victims(comes({ workloads, budgets: [guarded("kept")] }))).toEqual(["10 kept"])
  })

  test("all equal: the lowest name", () => {
    const workloads = [workload("Pod", "at-b", on("b-1", 1_000)), workload("Pod", "at-a", on("a-1", 1_000)), high()]
    expect(victims(comes({ nodes: pair, workloads }))).toEqual(["10 at-a"])
  })
})

test("a DaemonSet's pod makes room on its own node and on no other", () => {
  const pair = [small("a-1"), { ...small("b-1"), isLate: true }]
  const agent = workload("DaemonSet", "agent", { ...cpu(100), priority: 100, nodeSelector: { agents: "yes" } })
  const workloads = [workload("Pod", "at-a", on("a-1", 1_000)), agent]
  const labelled = pair.map((node) => (node.name === "a-1" ? { ...node, labels: { agents: "yes" } } : node))
  const played = play({ nodes: labelled, workloads, steps: [[10, apply("agent")]], untilSeconds: 60 })
  expect(victims(played)).toEqual(["10 at-a"])
  expect(placesOf(played, "agent")).toEqual(["a-1"])
})

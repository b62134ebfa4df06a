/** topologySpreadConstraints, above all what a zone that died does to them. */
import { describe, expect, test } from "vitest"
import type { KubeEvent } from "../../../src/model/kube/message.ts"
import type { PodTemplate, SpreadConstraint } from "../../../src/model/kube/template.ts"
import { app, apply, bindings, cordon, cpu, cut, join, messages, placesOf, play, type StageWish, told, workload } from "./stage.ts"

const zoneKey = "topology.kubernetes.io/zone"
const hostKey = "kubernetes.io/hostname"
const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))
const hard = (rest: Partial<SpreadConstraint> = {}): SpreadConstraint => ({
  maxSkew: 1,
  topologyKey: zoneKey,
  whenUnsatisfiable: "DoNotSchedule",
  selector: app("web"),
  ...rest
})
const web = (replicas: number, spread: ReadonlyArray<SpreadConstraint>, template: Partial<PodTemplate> = {}) =>
  workload("Deployment", "web", { spread, ...template }, { replicas })
const scale = (replicas: number): KubeEvent => ({ _tag: "kube/WorkloadScaled", workload: "default/web", replicas, by: "operator" })
const gone = (node: string): KubeEvent => ({ _tag: "kube/NodeDeleted", node, by: "operator" })
/** What the filters said; preemption's word left out. */
const reasons = (played: ReturnType<typeof play>, since?: number) => [
  ...new Set(messages(played, "web", since).map((message) => message.split(" preemption:")[0]))
]
const unmatched = "didn't match pod topology spread constraints"

test("scores leave out what stands on nodes that the pod may not go to", () => {
  // Three pods of the same app stand on a's other node, which the selector does not mean: zone a counts none.
  const pool = { pool: "web" }
  const standing = workload("Deployment", "old", { labels: { app: "web" }, nodeSelector: { [hostKey]: "a-2" } }, { replicas: 3 })
  const soft = hard({ whenUnsatisfiable: "ScheduleAnyway" })
  const on = (nodeAffinityPolicy?: "Ignore") => {
    const constraint = nodeAffinityPolicy === undefined ? soft : { ...soft, nodeAffinityPolicy }
    const coming = workload("Deployment", "web", { spread: [constraint], nodeSelector: pool }, { replicas: 1 })
    const all = [
      { name: "a-1", zone: "a", labels: pool },
      { name: "a-2", zone: "a" },
      { name: "b-1", zone: "b", labels: pool }
    ]
    return placesOf(play({ nodes: all, workloads: [standing, coming], steps: [[10, apply("web")]], untilSeconds: 20 }), "web")
  }
  expect(on()).toEqual(["a-1"])
  expect(on("Ignore")).toEqual(["b-1"])
})

describe("a zone dies under DoNotSchedule and maxSkew 1", () => {
  const dies = (constraint: Partial<SpreadConstraint> = {}, ...steps: NonNullable<StageWish["steps"]>) =>
    play({ nodes, workloads: [web(3, [hard(constraint)])], steps: [cut(120, "c-1"), ...steps], untilSeconds: 1_500 })

  test("its nodes still exist: it stays a domain without pods, and no replacement is placed in the living zones", () => {
    const played = dies()
    expect(told(played, "kube/PodEvicted").map(({ node }) => node)).toEqual(["c-1"])
    expect(placesOf(played, "web")).toEqual(["a-1", "b-1", "pending"])
    expect(reasons(played, 120)).toEqual([
      `0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 node(s) ${unmatched}.`
    ])
  })

  test("a skew of 2 leaves room for the replacement", () => {
    expect(placesOf(dies({ maxSkew: 2 }), "web")).toEqual(["a-1", "a-1", "b-1"])
  })

  test("ScheduleAnyway is no bar", () => {
    expect(placesOf(dies({ whenUnsatisfiable: "ScheduleAnyway" }), "web")).toEqual(["a-1", "a-1", "b-1"])
  })

  test("nodeTaintsPolicy Honor: the tainted zone is no domain, the replacement is placed with the eviction", () => {
    const played = dies({ nodeTaintsPolicy: "Honor" })
    const evictedAt = told(played, "kube/PodEvicted")[0]?.second
    expect(bindings(played, 120)).toEqual([`${evictedAt} web a-1`])
  })

  test("nodeTaintsPolicy Ignore is the same as saying nothing", () => {
    expect(placesOf(dies({ nodeTaintsPolicy: "Ignore" }), "web")).toEqual(["a-1", "b-1", "pending"])
  })

  test("Honor and minDomains 3: two domains are too few, the least is taken for 0, and nothing is placed", () => {
    const played = dies({ nodeTaintsPolicy: "Honor", minDomains: 3 })
    expect(placesOf(played, "web")).toEqual(["a-1", "b-1", "pending"])
    expect(reasons(played, 120)[0]).toContain(`2 node(s) ${unmatched}`)
  })

  test("minDomains 2 is met by the two that live", () => {
    expect(placesOf(dies({ nodeTaintsPolicy: "Honor", minDomains: 2 }), "web")).toEqual(["a-1", "a-1", "b-1"])
  })

  test("its node objects are deleted: the domain is gone, and what waited is placed at once", () => {
    expect(bindings(dies({}, [700, gone("c-1")]), 120)).toEqual(["700 web a-1"])
  })

  test("deleted before anything was evicted: replaced when the garbage collector has ended the orphan, 40 to 60 s later", () => {
    const played = dies({}, [185, gone("c-1")])
    expect(told(played, "kube/PodDeleted").map(({ second, by }) => `${second} ${by}`)).toEqual(["240 pod-gc"])
    expect(bindings(played, 120)).toEqual(["240 web a-1"])
  })

  test("deleted, and minDomains 3: nothing is placed until a third zone has a node again", () => {
    const played = play({
      nodes: [...nodes, { name: "d-1", zone: "d", isLate: true }],
      workloads: [web(3, [hard({ minDomains: 3 })])],
      steps: [cut(120, "c-1"), [700, gone("c-1")], [900, join("d-1", "d")]],
      untilSeconds: 1_000
    })
    expect(bindings(played, 120)).toEqual(["900 web d-1"])
    expect(reasons(played, 700)).toEqual([`0/2 nodes are available: 2 node(s) ${unmatched}.`])
  })

  test("it comes back: the pod that waited is placed there", () => {
    const played = dies({}, [700, { _tag: "kube/NodePathRestored", node: "c-1" }])
    expect(placesOf(played, "web")).toEqual(["a-1", "b-1", "c-1"])
    expect(told(played, "kube/PodScheduled", 700).map(({ node }) => node)).toEqual(["c-1"])
  })
})

describe("which domains count", () => {
  const grows = (to: number, wish: Partial<StageWish>, constraint: Partial<SpreadConstraint> = {}, template: Partial<PodTemplate> = {}) =>
    play({
      nodes,
      workloads: [web(3, [hard(constraint)], template)],
      untilSeconds: 60,
      ...wish,
      steps: [...(wish.steps ?? []), [10, scale(to)]]
    })

  test("seven pods on three zones: 3, 2, 2", () => {
    expect(placesOf(grows(7, {}), "web")).toEqual(["a-1", "a-1", "a-1", "b-1", "b-1", "c-1", "c-1"])
  })

  test("a zone whose nodes are full is a domain", () => {
    const played = grows(6, { nodes: nodes.map((node) => (node.zone === "c" ? { ...node, maxPods: 1 } : node)) })
    expect(placesOf(played, "web")).toEqual(["a-1", "a-1", "b-1", "b-1", "c-1", "pending"])
    expect(reasons(played)).toEqual([`0/3 nodes are available: 1 Too many pods, 2 node(s) ${unmatched}.`])
  })

  test("a cordoned zone is a domain, unless taints are honoured", () => {
    const steps = [[5, cordon("c-1")]] as const
    const ignored = grows(7, { steps })
    expect(placesOf(ignored, "web")).toEqual(["a-1", "a-1", "b-1", "b-1", "c-1", "pending", "pending"])
    expect(reasons(ignored)).toEqual([`0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) ${unmatched}.`])
    const honoured = grows(7, { steps }, { nodeTaintsPolicy: "Honor" })
    expect(placesOf(honoured, "web")).toEqual(["a-1", "a-1", "a-1", "b-1", "b-1", "b-1", "c-1"])
  })

  test("Honor: a tainted zone is a domain for pods that bear the taint", () => {
    const taints = [{ key: "dedicated", effect: "NoSchedule" as const }]
    const tainted = nodes.map((node) => (node.zone === "c" ? { ...node, maxPods: 1, taints } : node))
    const bears = { tolerations: [{ key: "dedicated", operator: "Exists" as const }] }
    const honour = { nodeTaintsPolicy: "Honor" as const }
    expect(placesOf(grows(6, { nodes: tainted }, honour, bears), "web")).toEqual(["a-1", "a-1", "b-1", "b-1", "c-1", "pending"])
    expect(placesOf(grows(6, { nodes: tainted }, honour), "web")).toEqual(["a-1", "a-1", "a-1", "b-1", "b-1", "b-1"])
  })

  test("PreferNoSchedule takes no node out of the domains, honoured or not", () => {
    const soft = nodes.map((node) =>
      node.zone === "c" ? { ...node, maxPods: 1, taints: [{ key: "spot", effect: "PreferNoSchedule" as const }] } : node
    )
    expect(placesOf(grows(6, { nodes: soft }, { nodeTaintsPolicy: "Honor" }), "web")).toContain("pending")
  })

  test("zones that the node selector leaves out are none, unless nodeAffinityPolicy is Ignore", () => {
    const pools = nodes.map((node) => (node.zone === "c" ? node : { ...node, labels: { pool: "web" } }))
    const template = { nodeSelector: { pool: "web" } }
    expect(placesOf(grows(4, { nodes: pools }, {}, template), "web")).toEqual(["a-1", "a-1", "b-1", "b-1"])
    const ignored = grows(4, { nodes: pools }, { nodeAffinityPolicy: "Ignore" }, template)
    expect(placesOf(ignored, "web")).toEqual(["a-1", "b-1", "pending", "pending"])
    expect(reasons(ignored)).toEqual([
      `0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 node(s) ${unmatched}.`
    ])
  })

  test("nodes without the label are no place for the pod, and no domain", () => {
    const racks = [{ ...(nodes[0] as (typeof nodes)[0]), maxPods: 2, labels: { rack: "r1" } }, ...nodes.slice(1)]
    const played = grows(3, { nodes: racks }, { topologyKey: "rack" })
    expect(placesOf(played, "web")).toEqual(["a-1", "a-1", "pending"])
    expect(reasons(played)).toEqual([`0/3 nodes are available: 1 Too many pods, 2 node(s) ${unmatched} (missing required label).`])
  })

  test("minDomains alone: with two zones of three, one pod each and no more", () => {
    const played = grows(3, { nodes: nodes.slice(0, 2) }, { minDomains: 3 })
    expect(placesOf(played, "web")).toEqual(["a-1", "b-1", "pending"])
  })

  test("a node that joins in a new zone is a new, empty domain: nothing more is placed in the others before it has caught up", () => {
    const late = [...nodes.slice(0, 2), { name: "c-1", zone: "c", isLate: true }]
    const steps = [
      [5, scale(4)],
      [7, join("c-1", "c")]
    ] as const
    const played = grows(6, { nodes: late, steps })
    expect(bindings(played, 6)).toEqual(["10 web c-1", "10 web c-1"])
  })
})

describe("which pods count", () => {
  const near = (zone: string) => ({ nodeSelector: { [zoneKey]: zone } })
  const pair = nodes.slice(0, 2)

  const besideApi = (selector: string, replicas: number) =>
    placesOf(
      play({
        nodes: [pair[0] as (typeof pair)[0], { ...(pair[1] as (typeof pair)[0]), milliCpu: 200 }],
        workloads: [workload("Deployment", "api", { ...cpu(10), ...near("a") }, { replicas }), web(1, [hard({ selector: app(selector) })])]
      }),
      "web"
    )

  test("those that the selector means, though they are another workload's", () => {
    expect([besideApi("web", 2), besideApi("api", 2)]).toEqual([["a-1"], ["b-1"]])
  })

  test("the new pod itself only if the selector means it", () => {
    expect(besideApi("api", 1)).toEqual(["a-1"])
  })

  test("those of its own namespace", () => {
    const other = workload("Deployment", "web", { ...cpu(10), ...near("b") }, { replicas: 3, namespace: "other" })
    const played = play({
      nodes: pair,
      workloads: [other, workload("Deployment", "web", { ...cpu(10), ...near("b"), spread: [hard({ nodeAffinityPolicy: "Ignore" })] })]
    })
    expect(placesOf(played, "web")).toEqual(["b-1"])
  })

  test("not those that are terminating: a replacement takes the place of the one that leaves, while it leaves", () => {
    const pins = nodes.map(({ name }) => ({ name: `web-${name}`, node: name }))
    const played = play({
      nodes,
      workloads: [workload("Deployment", "web", { spread: [hard()], stopMs: 20_000 }, { replicas: 3, pins })],
      steps: [[10, { _tag: "kube/PodDeleted", pod: "default/web-b-1", by: "operator", force: false }]],
      untilSeconds: 20
    })
    expect(bindings(played, 0)).toEqual(["10 web b-1"])
    expect(played.cluster.pods.get("default/web-b-1")?.terminating).toBe(true)
  })
})

describe("several constraints", () => {
  const four = ["a", "b"].flatMap((zone) => [1, 2].map((index) => ({ name: `${zone}-${index}`, zone })))

  test("each must hold: one a host, and zones level", () => {
    const both = [hard(), hard({ topologyKey: hostKey })]
    expect(placesOf(play({ nodes: four, workloads: [web(4, both)] }), "web")).toEqual(["a-1", "a-2", "b-1", "b-2"])
    const uneven = four.slice(0, 3)
    const played = play({ nodes: uneven, workloads: [web(4, [hard({ maxSkew: 2 }), hard({ topologyKey: hostKey })])] })
    expect(placesOf(played, "web")).toEqual(["a-1", "a-1", "a-2", "b-1"])
  })

  test("level zones and level hosts can stand in each other's way: zone b must come next, and its one host must not", () => {
    const played = play({ nodes: four.slice(0, 3), workloads: [web(6, [hard(), hard({ topologyKey: hostKey })])] })
    expect(placesOf(played, "web")).toEqual(["a-1", "a-1", "a-2", "b-1", "b-1", "pending"])
  })

  test("a soft one decides where the hard one leaves a choice", () => {
    const soft = hard({ topologyKey: hostKey, whenUnsatisfiable: "ScheduleAnyway" })
    const uneven = four.map((node) => (node.name === "a-2" ? { ...node, milliCpu: 1_000 } : node))
    const only = placesOf(play({ nodes: uneven.slice(0, 2), workloads: [web(2, [hard()], cpu(100))] }), "web")
    const with2 = placesOf(play({ nodes: uneven.slice(0, 2), workloads: [web(2, [hard(), soft], cpu(100))] }), "web")
    expect([only, with2]).toEqual([
      ["a-1", "a-1"],
      ["a-1", "a-2"]
    ])
  })
})

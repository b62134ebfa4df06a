/** podAffinity and podAntiAffinity. */
import { describe, expect, test } from "vitest"
import type { Affinity, PodTemplate, PodTerm } from "../../../src/model/kube/template.ts"
import { app, apply, bindings, cpu, messages, placesOf, play, remove, type StageWish, told, workload } from "./stage.ts"

const zoneKey = "topology.kubernetes.io/zone"
const hostKey = "kubernetes.io/hostname"
const nodes = ["a-1", "a-2", "b-1", "b-2"].map((name) => ({ name, zone: name.slice(0, 1) }))
const zones = nodes.filter(({ name }) => name.endsWith("1"))
const term = (name: string, topologyKey = zoneKey, rest: Partial<PodTerm> = {}): PodTerm => ({ selector: app(name), topologyKey, ...rest })
const wants = (affinity: Affinity, rest: Partial<PodTemplate> = {}): Partial<PodTemplate> => ({ ...cpu(10), affinity, ...rest })
const on = (node: string) => ({ nodeSelector: { [hostKey]: node } })
const reasons = (wish: StageWish, name: string) => messages(play(wish), name).map((message) => message.split(" preemption:")[0])

describe("podAffinity, required", () => {
  const cache = workload("Pod", "cache", { ...cpu(500), ...on("b-1") })

  test("the pod goes to the zone of the pods it wants, any node of it", () => {
    const web = workload("Deployment", "web", wants({ podRequired: [term("cache")] }), { replicas: 3 })
    expect(placesOf(play({ nodes, workloads: [cache, web] }), "web")).toEqual(["b-1", "b-2", "b-2"])
  })

  test("by host name it goes to that very node, however much better another is", () => {
    const web = workload("Deployment", "web", wants({ podRequired: [term("cache", hostKey)] }), { replicas: 3 })
    expect(placesOf(play({ nodes, workloads: [cache, web] }), "web")).toEqual(["b-1", "b-1", "b-1"])
  })

  test("nobody it wants: it waits, and preemption would not help", () => {
    const played = play({ nodes, workloads: [workload("Pod", "web", wants({ podRequired: [term("cache")] }))] })
    expect(messages(played, "web")).toEqual([
      "0/4 nodes are available: 4 node(s) didn't match pod affinity rules. " +
        "preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling."
    ])
  })

  test("those it wants are in another namespace: only if the term names it", () => {
    const elsewhere = { ...cache, namespace: "infra" }
    const go = (namespaces?: ReadonlyArray<string>) =>
      placesOf(
        play({
          nodes,
          workloads: [
            elsewhere,
            workload("Pod", "web", wants({ podRequired: [term("cache", hostKey, namespaces === undefined ? {} : { namespaces })] }))
          ]
        }),
        "web"
      )
    expect([go(), go(["default"]), go(["infra"])]).toEqual([["pending"], ["pending"], ["b-1"]])
  })

  test("the node they share is full", () => {
    const full = zones.map((node) => (node.name === "b-1" ? { ...node, maxPods: 1 } : node))
    const workloads = [cache, workload("Pod", "web", wants({ podRequired: [term("cache")] }))]
    expect(reasons({ nodes: full, workloads }, "web")).toEqual([
      "0/2 nodes are available: 1 Too many pods, 1 node(s) didn't match pod affinity rules."
    ])
  })
})

describe("the first of its kind", () => {
  const group = (rest: Partial<PodTemplate> = {}) =>
    workload("Deployment", "web", wants({ podRequired: [term("web")] }, rest), { replicas: 4 })

  test("may go anywhere; the others must follow it into its zone", () => {
    expect(placesOf(play({ nodes, workloads: [group()] }), "web")).toEqual(["a-1", "a-1", "a-2", "a-2"])
  })

  test("only if it matches its own term", () => {
    expect(placesOf(play({ nodes, workloads: [group({ labels: { app: "other" } })] }), "web")).toEqual(Array(4).fill("pending"))
  })

  test("only where the topology's label is", () => {
    const racks = nodes.map((node) => (node.name === "b-2" ? { ...node, labels: { rack: "r1" } } : node))
    const web = workload("Deployment", "web", wants({ podRequired: [term("web", "rack")] }), { replicas: 2 })
    expect(placesOf(play({ nodes: racks, workloads: [web] }), "web")).toEqual(["b-2", "b-2"])
    expect(reasons({ nodes, workloads: [web] }, "web")).toEqual(["0/4 nodes are available: 4 node(s) didn't match pod affinity rules."])
  })

  test("one of its kind stands somewhere: it is not the first, even if no room is left there", () => {
    const full = zones.map((node) => (node.name === "b-1" ? { ...node, maxPods: 1 } : node))
    const seed = workload("Pod", "seed", { labels: { app: "web" }, ...on("b-1") })
    expect(placesOf(play({ nodes: full, workloads: [seed, group()] }), "web")).toEqual(Array(4).fill("pending"))
  })

  test("its own namespace must be meant: a term that names another makes nobody the first", () => {
    const web = workload("Pod", "web", wants({ podRequired: [term("web", zoneKey, { namespaces: ["infra"] })] }))
    expect(placesOf(play({ nodes, workloads: [web] }), "web")).toEqual(["pending"])
  })
})

describe("podAntiAffinity, required", () => {
  test("one a node; one more than there are nodes waits", () => {
    const web = workload("Deployment", "web", wants({ antiRequired: [term("web", hostKey)] }), { replicas: 5 })
    const wish = { nodes, workloads: [web] }
    expect(placesOf(play(wish), "web")).toEqual(["a-1", "a-2", "b-1", "b-2", "pending"])
    expect(reasons(wish, "web")).toEqual(["0/4 nodes are available: 4 node(s) didn't match pod anti-affinity rules."])
  })

  test("one a zone", () => {
    const web = workload("Deployment", "web", wants({ antiRequired: [term("web")] }), { replicas: 3 })
    expect(placesOf(play({ nodes, workloads: [web] }), "web").map((node) => node.slice(0, 1))).toEqual(["a", "b", "p"])
  })

  test("the new pod shuns those that stand", () => {
    const api = workload("Pod", "api", on("a-1"))
    const web = workload("Pod", "web", wants({ antiRequired: [term("api")] }))
    expect(placesOf(play({ nodes: zones, workloads: [api, web] }), "web")).toEqual(["b-1"])
  })

  test("those that stand shun the new pod, which itself wishes nothing", () => {
    const loner = (node: string) => workload("Pod", `loner-${node}`, wants({ antiRequired: [term("web")] }, on(node)))
    const web = workload("Pod", "web", cpu(10))
    expect(placesOf(play({ nodes: zones, workloads: [loner("a-1"), web] }), "web")).toEqual(["b-1"])
    expect(reasons({ nodes: zones, workloads: [loner("a-1"), loner("b-1"), web] }, "web")).toEqual([
      "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules."
    ])
  })

  test("they shun pods of their own namespace, and of those their terms name", () => {
    const shuns = (rest: Partial<PodTerm>) =>
      placesOf(
        play({
          nodes: zones,
          workloads: [
            { ...workload("Pod", "loner", wants({ antiRequired: [term("web", zoneKey, rest)] }, on("a-1"))), namespace: "infra" },
            workload("Pod", "web", cpu(10))
          ]
        }),
        "web"
      )
    expect([shuns({}), shuns({ namespaces: ["infra", "default"] })]).toEqual([["a-1"], ["b-1"]])
  })

  test("the one who shuns goes: what waited is placed", () => {
    const played = play({
      nodes: zones.slice(0, 1),
      workloads: [workload("Pod", "loner", wants({ antiRequired: [term("web")] })), workload("Pod", "web")],
      steps: [
        [5, apply("web")],
        [30, remove("loner")]
      ],
      untilSeconds: 60
    })
    expect(bindings(played, 0)).toEqual(["30 web a-1"])
  })

  test("a node without the topology's label has no domain: nobody is shunned there", () => {
    const racks = zones.map((node) => (node.name === "a-1" ? { ...node, labels: { rack: "r1" } } : node))
    const web = workload("Deployment", "web", wants({ antiRequired: [term("web", "rack")] }), { replicas: 3 })
    expect(placesOf(play({ nodes: racks, workloads: [web] }), "web")).toEqual(["a-1", "b-1", "b-1"])
  })

  test("affinity and anti-affinity together: with the cache, away from each other", () => {
    const cache = workload("Pod", "cache", on("b-1"))
    const web = workload("Deployment", "web", wants({ podRequired: [term("cache")], antiRequired: [term("web", hostKey)] }), {
      replicas: 3
    })
    const wish = { nodes, workloads: [cache, web] }
    expect(placesOf(play(wish), "web")).toEqual(["b-1", "b-2", "pending"])
    expect(reasons(wish, "web")).toEqual([
      "0/4 nodes are available: 2 node(s) didn't match pod affinity rules, 2 node(s) didn't match pod anti-affinity rules."
    ])
  })
})

describe("preferred", () => {
  const cache = workload("Pod", "cache", { ...cpu(10), ...on("b-1") })
  const web = (affinity: Affinity) => workload("Pod", "web", wants(affinity))
  const placed = (wish: StageWish) => told(play(wish), "kube/PodScheduled").find(({ pod }) => pod === "default/web")

  test("company is worth up to 100, and no condition", () => {
    const near = web({ podPreferred: [{ weight: 1, term: term("cache") }] })
    // a-1 is empty: least allocated 99, balanced 99, spread 200. b-1 has the cache: 98 of 99, and the company.
    expect(placed({ nodes: zones, workloads: [cache, near] })?.scores).toEqual(["b-1=498", "a-1=398"])
    expect(placed({ nodes: zones, workloads: [near] })?.node).toBe("a-1")
  })

  test("company that is better avoided costs as much, and is no bar", () => {
    const away = web({ antiPreferred: [{ weight: 1, term: term("cache") }] })
    const atA = { ...cache, template: { ...cache.template, ...on("a-1") } }
    expect(placed({ nodes: zones, workloads: [atA, away] })?.node).toBe("b-1")
    expect(placed({ nodes: zones.slice(0, 1), workloads: [atA, away] })?.node).toBe("a-1")
  })

  test("weights add up over pods and terms: more of the company is better", () => {
    const dbs = workload("Deployment", "db", { ...cpu(10), ...on("a-1") }, { replicas: 3 })
    const both = (db: number, other: number) =>
      placed({
        nodes: zones,
        workloads: [
          cache,
          dbs,
          web({
            podPreferred: [
              { weight: db, term: term("db") },
              { weight: other, term: term("cache") }
            ]
          })
        ]
      })?.node
    expect([both(10, 20), both(10, 40)]).toEqual(["a-1", "b-1"])
  })
})

/** What is read out of recordings of any name: who stood there, what their templates say, and what was done when. */
import { describe, expect, test } from "vitest"
import { Kernel } from "../../src/engine/kernel.ts"
import { machine } from "../../src/model/world/wiring.ts"
import { startWorld } from "../../src/model/world/world.ts"
import { knownDraws } from "./known-draws.ts"
import { stage } from "./plan-of.ts"
import type { Line, Recording } from "./recording.ts"
import { scriptOf } from "./script-of.ts"
import { workloadsOf } from "./workloads-of.ts"

const pods = {
  "shop-api-55b8fdf4f6-6jxq8": "a1",
  "shop-api-55b8fdf4f6-7qnkk": "b1",
  "agent-n757q": "a1",
  "agent-rswxb": "b1",
  "db-0": "c1"
}
const steady: Line = { t: 0, k: "steady", pods, place: { zones: { a: 1, b: 1, c: 1 }, nodes: { a1: 1, b1: 1, c1: 1 }, pending: 0 } }

const recordingOf = (...lines: ReadonlyArray<Line>): Recording => ({
  name: "98-never-seen",
  modern: false,
  graceMs: undefined,
  hollow: { leaseEveryMs: 10_000, podStartMs: 2_000, podStopMs: 1_000 },
  lines: [steady, ...lines, { t: 60_000, k: "count" }],
  passes: []
})

const moves = (...lines: ReadonlyArray<Line>) => scriptOf(recordingOf(...lines)).moves.map(({ atMs, action }) => ({ atMs, ...action }))
const mark = (ev: string, t = 1_000): Line => ({ t, k: "mark", ev })
const api = "default/shop-api"

describe("what was done", () => {
  test("machines of several zones die and come back, each when its line says so", () => {
    const fault: Line = { t: 5, k: "fault", dead: ["a1", "b1"], lastRenewMsAgo: { a1: 10, b1: 20 } }
    const found = moves(fault, { t: 90, k: "fault", dead: ["c1"] }, { t: 200, k: "resume", nodes: ["b1"] })
    expect(found).toEqual([
      { atMs: 5, _tag: "CutNodes", nodes: ["a1", "b1"] },
      { atMs: 90, _tag: "CutNodes", nodes: ["c1"] },
      { atMs: 200, _tag: "HealNodes", nodes: ["b1"] }
    ])
  })

  test("a kubelet's own word, cordons, taints by hand, joins and lost objects show at the node", () => {
    const node = (t: number, rest: Partial<Line>): Line => ({ t, k: "node", name: "a1", ...rest })
    const found = moves(
      node(1, { ev: "ready", to: "False", from: "True", reason: "KubeletNotReady" }),
      node(2, { ev: "taint+", taint: "not-ready:NoSchedule" }),
      node(3, { ev: "ready", to: "True", from: "False" }),
      node(4, { ev: "taint+", taint: "unschedulable:NoSchedule" }),
      node(5, { ev: "taint-", taint: "unschedulable:NoSchedule" }),
      node(6, { ev: "taint+", taint: "team=blue:NoExecute" }),
      node(7, { ev: "gone" }),
      { t: 8, k: "node", name: "d1", ev: "created" }
    )
    expect(found).toEqual([
      { atMs: 1, _tag: "TurnKubelet", node: "a1", ready: false },
      { atMs: 3, _tag: "TurnKubelet", node: "a1", ready: true },
      { atMs: 4, _tag: "Cordon", node: "a1", cordoned: true },
      { atMs: 5, _tag: "Cordon", node: "a1", cordoned: false },
      { atMs: 6, _tag: "TaintNode", node: "a1", key: "team", effect: "NoExecute", value: "blue" },
      { atMs: 7, _tag: "DeleteNodes", nodes: ["a1"] },
      { atMs: 8, _tag: "JoinNodes", nodes: ["d1"] }
    ])
  })

  test.each([
    ["scale 3 -> 120", { _tag: "Scale", workload: api, replicas: 120 }],
    ["scaled to 0", { _tag: "Scale", workload: api, replicas: 0 }],
    ["drain a1", { _tag: "Drain", node: "a1" }],
    ["Node objects a1,b1 deleted (the instances are gone)", { _tag: "DeleteNodes", nodes: ["a1", "b1"] }],
    ["PDB deleted", { _tag: "RemoveBudget", budget: api }]
  ])("%s", (said, action) => {
    expect(moves(mark(said))).toEqual([{ atMs: 1_000, ...action }])
  })

  test.each([
    ["PDB minAvailable 100%", { minAvailable: "100%" }],
    ["PDB maxUnavailable 1", { maxUnavailable: 1 }]
  ])("%s", (said, amount) => {
    expect(moves(mark(said))[0]).toMatchObject({ _tag: "ApplyBudget", budget: { name: "shop-api", ...amount } })
  })

  test("a rollout with its start and its hash; pods that never become ready", () => {
    const made: Line = { t: 2_010, k: "pod", name: "shop-api-84b8b9b699-abcde", ev: "created" }
    const { moves: found, hashes } = scriptOf(
      recordingOf(mark("image -> v7 (pod start 8 s)", 2_000), made, mark("image -> bad (pods never become ready)", 9_000))
    )
    expect(found.map(({ action }) => action)).toMatchObject([
      { _tag: "Rollout", version: "v7", changes: { startMs: 8_000, behaviour: { kind: "serves" } } },
      { _tag: "Rollout", version: "bad", changes: { behaviour: { kind: "never-ready" } } }
    ])
    expect([...hashes]).toEqual([[`${api}@v7`, "84b8b9b699"]])
  })

  test("evictions are asked for at their mark, and again the script's own pause after each answer", () => {
    const evict = (t: number, pod: string, code: number): Line => ({ t, k: "evict", pod, code })
    const answers = [evict(1_020, "x-2", 429), evict(1_510, "x-1", 429), evict(6_030, "x-2", 429), evict(6_520, "x-1", 201)]
    expect(moves(mark("evict"), ...answers).map(({ atMs, ...rest }) => [atMs, ...("pods" in rest ? rest.pods : [])])).toEqual([
      [1_000, "default/x-2"],
      [1_000, "default/x-1"],
      [6_020, "default/x-2"],
      [6_510, "default/x-1"]
    ])
  })

  test("what is not understood is named", () => {
    expect(scriptOf(recordingOf(mark("the moon rises"), { t: 2_000, k: "fault" }, { t: 3_000, k: "quake" })).unknown).toEqual([
      "mark at 1000 ms: the moon rises",
      'fault at 2000 ms: {"t":2000,"k":"fault"}',
      'quake at 3000 ms: {"t":3000,"k":"quake"}'
    ])
  })
})

describe("who stood there", () => {
  test("owners by their pods' names, with as many as stood", () => {
    expect(workloadsOf(recordingOf()).map(({ name, kind, replicas, pins }) => `${kind} ${name} ${replicas} ${pins.length}`)).toEqual([
      "Deployment shop-api 2 2",
      "StatefulSet db 1 1",
      "DaemonSet agent 0 2"
    ])
  })

  test("a spread that forbids shows in refusals; its skew is the widest that a binding left", () => {
    const bound = (t: number, name: string, zone: string): Line => ({ t, k: "pod", name, ev: "bound", node: `${zone}1`, zone })
    const refused: Line = {
      t: 9,
      k: "pod",
      name: "shop-api-55b8fdf4f6-zzzzz",
      ev: "unschedulable",
      msg: "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints."
    }
    expect(workloadsOf(recordingOf())[0]?.template.spread).toBeUndefined()
    expect(workloadsOf(recordingOf(refused))[0]?.template.spread).toMatchObject([{ maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }])
    const made: Line = { t: 0, k: "pod", name: "shop-api-55b8fdf4f6-xxxxx", ev: "created" }
    const wide = recordingOf(made, bound(1, "shop-api-55b8fdf4f6-xxxxx", "a"), refused)
    expect(workloadsOf(wide)[0]?.template.spread).toMatchObject([{ maxSkew: 2 }])
  })

  test("evictions sooner or later than after 300 s show what their template bears", () => {
    const evicted = (t: number): ReadonlyArray<Line> => [
      { t: 1_000, k: "node", name: "a1", ev: "taint+", taint: "unreachable:NoExecute" },
      { t, k: "event", reason: "TaintManagerEviction", obj: "Pod/shop-api-55b8fdf4f6-6jxq8" },
      { t, k: "pod", name: "shop-api-55b8fdf4f6-6jxq8", ev: "deleting", grace: 30, node: "a1" }
    ]
    expect(workloadsOf(recordingOf(...evicted(301_010)))[0]?.template.tolerations).toBeUndefined()
    expect(workloadsOf(recordingOf(...evicted(31_010)))[0]?.template.tolerations).toMatchObject([
      { key: "node.kubernetes.io/unreachable", seconds: 30 },
      { key: "node.kubernetes.io/not-ready", seconds: 30 }
    ])
  })

  test.each([
    [recordingOf(mark("scale 2 -> 5"))],
    [{ ...recordingOf(), lines: [] }],
    [recordingOf({ t: 1, k: "fault", dead: ["a1", "b1", "c1"] })]
  ])("any recording can be played", (recording) => {
    const { plan, zoneOf, hashes, created } = stage(recording)
    const chance = { seed: 1, known: knownDraws(recording, zoneOf, hashes, created) }
    const begin = { _tag: "world/SettleDue" } as const
    const kernel = new Kernel({ machine, world: startWorld(plan), chance, beginAt: -600_000, begin, timeline: plan.timeline })
    expect(kernel.advance(plan.untilMs, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).length).toBeGreaterThan(0)
  })
})

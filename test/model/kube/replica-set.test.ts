/** Which pods a ReplicaSet ends when it has too many, and how fast it makes what it lacks. */
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import { appOf, type FlatWish } from "../../flat-plan.ts"
import { type Flat, playFlat, quick, told } from "./flat.ts"

const scale = (replicas: number): Action => ({ _tag: "Scale", workload: "default/web", replicas })
const web = (nodes: ReadonlyArray<string>, more: Parameters<typeof appOf>[2] = quick) =>
  appOf("web", nodes.length, more, { templateHash: "x", pins: nodes.map((node, index) => ({ name: `web-${index}`, node })) })
const victims = (flat: Flat, since = 0): ReadonlyArray<string> =>
  told(flat, "kube/PodDeleted").flatMap(({ second, pod }) => (second >= since ? [pod.replace("default/", "")] : []))
const nodeOf = (flat: Flat, pod: string): string | undefined =>
  flat.events.flatMap(({ event }) => (event._tag === "kube/PodScheduled" && event.pod === `default/${pod}` ? [event.node] : [])).at(-1)

describe("too many pods: who goes first", () => {
  const shrink = (wish: Partial<FlatWish> & { readonly workloads: FlatWish["workloads"] & object }) =>
    playFlat({ untilSeconds: 200, ...wish })

  test("one that is not bound, before any that is", () => {
    const flat = shrink({
      zones: ["a"],
      maxPods: 3,
      workloads: [web(["a1", "a1", "a1"])],
      timeline: [
        [10, scale(4)],
        [20, scale(3)]
      ]
    })
    const waiting = told(flat, "kube/PodCreated")[0]?.pod.replace("default/", "")
    expect(victims(flat)).toEqual([waiting])
    expect(nodeOf(flat, waiting ?? "")).toBeUndefined()
  })

  test("one that has not started, before those that run, even alone on its node", () => {
    const flat = shrink({
      workloads: [web(["a1", "a1", "b1", "b1"])],
      timeline: [
        [10, scale(5)],
        [11, scale(4)]
      ]
    })
    const late = told(flat, "kube/PodCreated")[0]?.pod.replace("default/", "")
    expect(nodeOf(flat, late ?? "")).toBe("c1")
    expect(victims(flat)).toEqual([late])
  })

  test("one that is not Ready, before those that are, even alone on its node", () => {
    const flat = shrink({
      workloads: [web(["a1", "a1", "b1", "b1", "c1"])],
      timeline: [
        [10, { _tag: "CutNodes", nodes: ["c1"] }],
        [100, scale(4)]
      ]
    })
    expect(victims(flat)).toEqual(["web-4"])
  })

  test("one that has not started, before one that did and waits to start again", () => {
    const flat = shrink({
      zones: ["a"],
      workloads: [web(["a1"], { startMs: 20_000, behaviour: { kind: "crashes", afterMs: 1_000 } })],
      // The crashed container runs from 24 s of settling on, on and off; the second pod has never run.
      timeline: [
        [100, scale(2)],
        [101, scale(1)]
      ]
    })
    expect(victims(flat)).toEqual([told(flat, "kube/PodCreated")[0]?.pod.replace("default/", "")])
  })

  test("one with more siblings on its node, before one with fewer", () => {
    expect(victims(shrink({ workloads: [web(["a1", "b1", "c1", "b1"])], timeline: [[10, scale(3)]] }))).toEqual(["web-1"])
  })

  test("siblings of another ReplicaSet of the same Deployment count as well", () => {
    // Old pods stand on a1 and b1; the new template's pods on b1 and c1. Of the new ones the one on b1 has company.
    const flat = shrink({
      workloads: [{ ...web(["a1", "b1"]), strategy: { maxSurge: 2, maxUnavailable: 0 } }],
      timeline: [
        [10, { _tag: "Cordon", node: "a1", cordoned: true }],
        [10, { _tag: "Rollout", workload: "default/web", version: "2", changes: { startMs: 60_000 } }],
        [20, { _tag: "Rollback", workload: "default/web" }]
      ]
    })
    const created = told(flat, "kube/PodCreated").map(({ pod }) => pod.replace("default/", ""))
    expect(created.map((pod) => nodeOf(flat, pod) ?? "nowhere").sort()).toEqual(["b1", "c1"])
    expect(victims(flat)[0]).toBe(created.find((pod) => nodeOf(flat, pod) === "b1"))
  })

  test("one that has been Ready for less long, before one Ready for longer", () => {
    const flat = shrink({
      workloads: [web(["a1", "b1"])],
      timeline: [
        [10, scale(3)],
        [100, scale(2)]
      ]
    })
    expect(victims(flat)).toEqual([told(flat, "kube/PodCreated")[0]?.pod.replace("default/", "")])
  })

  test("all equal: in order of name, as many as there are too many", () => {
    expect(victims(shrink({ workloads: [web(["a1", "b1", "c1"])], timeline: [[10, scale(1)]] }))).toEqual(["web-0", "web-1"])
  })
})

describe("too few pods", () => {
  test("all are made at once where there is no budget of calls", () => {
    const flat = playFlat({ workloads: [appOf("web", 1, quick)], timeline: [[10, scale(100)]], untilSeconds: 60 })
    expect(new Set(told(flat, "kube/PodCreated").map(({ second }) => second))).toEqual(new Set([10]))
  })

  test("with 20 calls a second and 30 at once: thirty, then one every 50 ms", () => {
    const flat = playFlat({
      workloads: [appOf("web", 1, quick)],
      timeline: [[10, scale(101)]],
      settings: { createsPerSecond: 20 },
      untilSeconds: 60
    })
    const at = told(flat, "kube/PodCreated").map(({ second }) => second)
    expect(at).toHaveLength(100)
    expect(at.filter((second) => second === 10)).toHaveLength(30)
    expect(at.slice(30, 33)).toEqual([10.05, 10.1, 10.15])
    expect(at.at(-1)).toBe(13.5)
  })

  test("a pod that is leaving does not count: what replaces it is made in the instant", () => {
    const flat = playFlat({
      workloads: [web(["a1", "b1"])],
      timeline: [[10, { _tag: "DeletePods", pods: ["default/web-0"] }]],
      untilSeconds: 60
    })
    expect(told(flat, "kube/PodCreated").map(({ second }) => second)).toEqual([10])
    expect(told(flat, "kube/PodRemoved").map(({ second }) => second)).toEqual([11])
  })
})

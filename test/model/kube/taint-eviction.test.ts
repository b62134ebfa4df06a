/** NoExecute and what pods bear of it, as the taint manager reckons it; and the limiter as zones change their pace. */
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import type { Toleration } from "../../../src/model/kube/template.ts"
import { appOf, type FlatWish, flatPlan } from "../../flat-plan.ts"
import { played } from "../../played.ts"

const secondsOf = (wish: FlatWish, tag: string, wanted: (event: Record<string, unknown>) => boolean = () => true): ReadonlyArray<number> =>
  played(flatPlan(wish)).events.flatMap(({ at, event }) => (event._tag === tag && at >= 0 && wanted(event as never) ? [at / 1_000] : []))

const bearing = (...tolerations: ReadonlyArray<Toleration>) => appOf("app", 1, { tolerations })
const taint = (key: string): Action => ({ _tag: "TaintNode", node: "a1", key, effect: "NoExecute" })
const untaint = (key: string): Action => ({ _tag: "UntaintNode", node: "a1", key, effect: "NoExecute" })
const forSeconds = (key: string, seconds: number): Toleration => ({ key, operator: "Exists", effect: "NoExecute", seconds })
const one = { zones: ["a"], perZone: 1, untilSeconds: 900 }

describe("tolerations of one pod", () => {
  const two = { ...one, workloads: [bearing(forSeconds("x", 100), forSeconds("y", 200))] }

  test("the first reckoning stands while another taint is left: 10 + 100, though x is gone at 30", () => {
    const wish: FlatWish = {
      ...two,
      timeline: [
        [10, taint("x")],
        [20, taint("y")],
        [30, untaint("x")]
      ]
    }
    expect(secondsOf(wish, "kube/PodEvicted")[0]).toBe(110)
    expect(secondsOf(wish, "kube/EvictionCancelled").filter((second) => second < 110)).toEqual([])
  })

  test("no taint left: cancelled, and reckoned anew by the next", () => {
    const wish: FlatWish = {
      ...two,
      timeline: [
        [10, taint("x")],
        [30, untaint("x")],
        [50, taint("y")]
      ]
    }
    expect(secondsOf(wish, "kube/EvictionCancelled")).toEqual([30])
    expect(secondsOf(wish, "kube/PodEvicted")[0]).toBe(250)
  })

  test("a taint that is not borne at all ends it at once, whatever was reckoned", () => {
    const wish: FlatWish = {
      ...two,
      timeline: [
        [10, taint("x")],
        [40, taint("z")]
      ]
    }
    expect(secondsOf(wish, "kube/PodEvicted")[0]).toBe(40)
  })

  test("a pod that comes to a tainted node is reckoned from its binding", () => {
    const wish: FlatWish = { ...two, workloads: [bearing(forSeconds("x", 60))], timeline: [[10, taint("x")]] }
    const [first, second] = secondsOf(wish, "kube/PodEvicted")
    const bound = secondsOf(wish, "kube/PodScheduled")[0] ?? 0
    expect(first).toBe(70)
    expect(second).toBe(bound + 60)
  })

  test("of those that match a taint the first counts: for ever, though a later one is bounded", () => {
    const key = "node.kubernetes.io/unreachable"
    const forever: Toleration = { key, operator: "Exists" }
    const wish: FlatWish = {
      zones: ["a", "b"],
      perZone: 2,
      untilSeconds: 600,
      workloads: [bearing(forever, { key: "", operator: "Exists", seconds: 60 })],
      timeline: [[10, { _tag: "CutNodes", nodes: ["a1", "a2", "b1"] }]]
    }
    expect(secondsOf(wish, "kube/PodEvicted")).toEqual([])
  })
})

describe("from one trouble into the other", () => {
  test("not ready, then unreachable: the taints are swapped without a token, and the 300 s go on", () => {
    const wish: FlatWish = {
      zones: ["a", "b"],
      perZone: 3,
      untilSeconds: 700,
      workloads: [appOf("app", 6)],
      timeline: [
        [10, { _tag: "TurnKubelet", node: "a1", ready: false }],
        [200, { _tag: "CutNodes", nodes: ["a1"] }]
      ]
    }
    const swapped = played(flatPlan(wish)).events.flatMap(({ at, event }) =>
      (event._tag === "kube/NodeTainted" || event._tag === "kube/NodeUntainted") && event.effect === "NoExecute"
        ? [`${at / 1_000} ${event._tag === "kube/NodeTainted" ? "+" : "-"}${event.key.split("/")[1]}`]
        : []
    )
    expect(swapped).toEqual(["15 +not-ready", "245 +unreachable", "245 -not-ready"])
    expect(secondsOf(wish, "kube/EvictionCancelled")).toEqual([])
    expect(new Set(secondsOf(wish, "kube/PodEvicted"))).toEqual(new Set([315]))
  })
})

describe("a zone that changes its pace", () => {
  test("a bucket that had its token hands one on: large zone, Normal to partial", () => {
    const nodes = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `a${from + index + 1}`)
    const wish: FlatWish = {
      zones: ["a", "b"],
      nodes: [...Array.from({ length: 60 }, (_, index) => ({ name: `a${index + 1}`, zone: "a" })), { name: "b1", zone: "b" }],
      untilSeconds: 400,
      timeline: [
        [5, { _tag: "CutNodes", nodes: nodes(0, 2) }],
        [60, { _tag: "CutNodes", nodes: nodes(2, 40) }]
      ]
    }
    const tainted = secondsOf(wish, "kube/NodeTainted", ({ effect }) => effect === "NoExecute")
    const turned = secondsOf(wish, "kube/ZoneStateTurned", ({ state }) => state === "PartialDisruption")
    expect(tainted.slice(0, 2)).toEqual([45, 55])
    expect(turned).toEqual([100])
    expect(tainted.slice(2, 4)).toEqual([105, 205])
  })
})

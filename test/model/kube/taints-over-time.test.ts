/** One instant of eviction a pod: what sets it, what leaves it, what takes it back. */
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import type { Toleration } from "../../../src/model/kube/template.ts"
import { appOf, type FlatWish } from "../../flat-plan.ts"
import { type Flat, playFlat, quick, told } from "./flat.ts"

const story = (flat: Flat): ReadonlyArray<string> =>
  flat.events.flatMap(({ at, event }) => {
    if (at < 0) return []
    const second = at / 1_000
    if (event._tag === "kube/PodEvicted") return [`${second} evicted ${event.pod.replace(/default\/(\w+).*/, "$1")}`]
    if (event._tag === "kube/EvictionCancelled") return [`${second} cancelled`]
    if (event._tag === "kube/NodeTainted" && event.effect === "NoExecute") return [`${second} + ${event.key.replace(/.*\//, "")}`]
    if (event._tag === "kube/NodeUntainted" && event.effect === "NoExecute") return [`${second} - ${event.key.replace(/.*\//, "")}`]
    return []
  })
const bare = (tolerations: ReadonlyArray<Toleration> = []) =>
  appOf("web", 1, { ...quick, tolerations }, { kind: "Pod", pins: [{ name: "web", node: "a1" }] })
const play = (timeline: FlatWish["timeline"], tolerations?: ReadonlyArray<Toleration>, wish: Partial<FlatWish> = {}): Flat =>
  playFlat({ workloads: [bare(tolerations)], untilSeconds: 700, ...wish, ...(timeline === undefined ? {} : { timeline }) })
const taint = (key: string): Action => ({ _tag: "TaintNode", node: "a1", key, effect: "NoExecute" })
const untaint = (key: string): Action => ({ _tag: "UntaintNode", node: "a1", key, effect: "NoExecute" })
const bears = (key: string, seconds?: number): Toleration => ({
  key,
  operator: "Exists",
  ...(seconds === undefined ? {} : { seconds })
})

describe("not ready, then unreachable", () => {
  const cut: FlatWish["timeline"] = [
    [10, { _tag: "TurnKubelet", node: "a1", ready: false }],
    [200, { _tag: "CutNodes", nodes: ["a1"] }]
  ]

  test("the taints are swapped a pass after the node turned Unknown, and the 300 s go on", () => {
    expect(story(play(cut))).toEqual(["15 + not-ready", "245 + unreachable", "245 - not-ready", "315 evicted web"])
  })

  test("the swap costs no token: the next node of the zone has its own in time", () => {
    const timeline: FlatWish["timeline"] = [...(cut ?? []), [200, { _tag: "CutNodes", nodes: ["a2"] }]]
    expect(story(play(timeline, [], { perZone: 3 })).filter((line) => line.includes("+"))).toEqual([
      "15 + not-ready",
      "245 + unreachable",
      "245 + unreachable"
    ])
  })

  test("a kubelet's own word is observed by the very next pass", () => {
    expect(story(play([[13, { _tag: "TurnKubelet", node: "a1", ready: false }]]))[0]).toBe("15 + not-ready")
  })
})

describe("two taints", () => {
  const both = [bears("x", 100), bears("y", 200)]

  test("one removed: the first deadline stays", () => {
    const flat = play(
      [
        [10, taint("x")],
        [20, taint("y")],
        [30, untaint("x")]
      ],
      both
    )
    expect(story(flat)).toEqual(["10 + x", "20 + y", "30 - x", "110 evicted web"])
  })

  test("both removed: cancelled", () => {
    const flat = play(
      [
        [10, taint("x")],
        [20, taint("y")],
        [30, untaint("x")],
        [40, untaint("y")]
      ],
      both
    )
    expect(story(flat)).toEqual(["10 + x", "20 + y", "30 - x", "40 - y", "40 cancelled"])
  })

  test("the one left is borne for ever: cancelled", () => {
    const flat = play(
      [
        [10, taint("x")],
        [20, taint("y")],
        [30, untaint("x")]
      ],
      [bears("x", 100), bears("y")]
    )
    expect(story(flat)).toEqual(["10 + x", "20 + y", "30 - x", "30 cancelled"])
  })

  test("the second is not borne at all: evicted with it", () => {
    const flat = play(
      [
        [10, taint("x")],
        [20, taint("z")]
      ],
      both
    )
    expect(story(flat)).toEqual(["10 + x", "20 + z", "20 evicted web"])
  })
})

test("the first toleration that matches decides: for ever stands before 60 s for everything", () => {
  const cut: FlatWish["timeline"] = [[10, { _tag: "CutNodes", nodes: ["a1"] }]]
  const forever = bears("node.kubernetes.io/unreachable")
  expect(story(play(cut, [forever, bears("", 60)]))).toEqual(["55 + unreachable"])
  expect(story(play(cut, [bears("", 60), forever]))).toEqual(["55 + unreachable", "115 evicted web"])
})

test("a pod bound to a node that is tainted already is evicted when its seconds from the binding are over", () => {
  const nodes = [{ name: "a1", zone: "a", taints: [{ key: "x", effect: "NoExecute" as const }] }]
  const flat = playFlat({
    nodes,
    workloads: [appOf("web", 0, { ...quick, tolerations: [bears("x", 60)] })],
    timeline: [[10, { _tag: "Scale", workload: "default/web", replicas: 1 }]],
    untilSeconds: 100
  })
  expect(story(flat)).toEqual(["70 evicted web"])
})

test("the node's object gone, the time still runs: evicted before the garbage collector comes", () => {
  const flat = play(
    [
      [10, taint("x")],
      [20, { _tag: "DeleteNodes", nodes: ["a1"] }]
    ],
    [bears("x", 30)]
  )
  expect(story(flat)).toEqual(["10 + x", "40 evicted web"])
})

test("an operator's NoExecute takes no token of the zone", () => {
  const timeline: FlatWish["timeline"] = [
    [0, { _tag: "CutNodes", nodes: ["a2"] }],
    [44, taint("x")]
  ]
  expect(story(play(timeline, [bears("x")], { perZone: 2 })).slice(0, 2)).toEqual(["44 + x", "45 + unreachable"])
})

describe("the bucket of a large zone", () => {
  const zone = (count: number) => [
    ...Array.from({ length: count }, (_, index) => ({ name: `a${index + 1}`, zone: "a" })),
    { name: "b1", zone: "b" }
  ]
  const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `a${from + index}`)
  const taintedAt = (second: number): ReadonlyArray<number> =>
    told(
      playFlat({
        nodes: zone(60),
        timeline: [
          [0, { _tag: "CutNodes", nodes: names(1, 2) }],
          [second, { _tag: "CutNodes", nodes: names(3, 40) }]
        ],
        untilSeconds: 260
      }),
      "kube/NodeTainted"
    ).flatMap(({ second: at, effect }) => (effect === "NoExecute" ? [at] : []))

  test("that has its token gives way to a full one", () => {
    // 45 and 55 for the first two; partially disrupted at 100.
    expect(taintedAt(60).slice(0, 4)).toEqual([45, 55, 105, 205])
  })

  test("that spent its token gives way to an empty one", () => {
    // Partially disrupted at 60, five seconds after the last token: a slow one's first comes 100 s later.
    expect(taintedAt(20).slice(0, 3)).toEqual([45, 55, 160])
  })
})

/** Pods whose node object is gone, or whose node is out of service: sweeps every 20 s, a quarantine of 40 s, deleted by force. */
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import { appOf, type FlatWish } from "../../flat-plan.ts"
import { type Flat, playFlat, quick, told } from "./flat.ts"

const web = appOf("web", 3, quick, { templateHash: "x", pins: ["a1", "b1", "c1"].map((node) => ({ name: `web-${node}`, node })) })
const agent = appOf("agent", 0, {}, { kind: "DaemonSet", pins: [{ name: "agent-c1", node: "c1" }] })
const play = (timeline: ReadonlyArray<readonly [number, Action]>, more: Partial<FlatWish> = {}): Flat =>
  playFlat({ workloads: [web, agent], timeline, untilSeconds: 500, ...more })
const swept = (flat: Flat): ReadonlyArray<string> =>
  told(flat, "kube/PodDeleted").flatMap(({ by, pod, force, second }) =>
    by === "pod-gc" && force ? [`${second} ${pod.replace("default/", "")}`] : []
  )
const deleteNode = (node: string): Action => ({ _tag: "DeleteNodes", nodes: [node] })
const cut: readonly [number, Action] = [0, { _tag: "CutNodes", nodes: ["c1"] }]

describe("the node object is deleted", () => {
  // First seen by a sweep (20 s apart), deleted by the first one 40 s after that.
  test.each([
    [60, 120],
    [61, 120],
    [79, 120],
    [80, 140]
  ])("at %i s: its pods, those of DaemonSets too, are deleted by force at %i s", (deletedAt, sweptAt) => {
    expect(swept(play([cut, [deletedAt, deleteNode("c1")]]))).toEqual([`${sweptAt} agent-c1`, `${sweptAt} web-c1`])
  })

  test("the objects are gone in that instant, and the replacement is made and bound in it", () => {
    const flat = play([cut, [60, deleteNode("c1")]])
    expect(told(flat, "kube/PodRemoved").map(({ second }) => second)).toEqual([120, 120])
    expect(told(flat, "kube/PodScheduled").map(({ second }) => second)).toEqual([120])
    expect(told(flat, "kube/PodReadinessTurned").at(-1)).toMatchObject({ second: 122, ready: true })
  })

  test("two nodes deleted at different times wait out each its own quarantine", () => {
    const flat = play([cut, [60, deleteNode("c1")], [90, deleteNode("b1")]])
    expect(swept(flat).filter((line) => line.includes("web"))).toEqual(["120 web-c1", "140 web-b1"])
  })

  test("after the pod was evicted: the object that nobody confirmed goes as well", () => {
    const flat = play([cut, [400, deleteNode("c1")]])
    expect(told(flat, "kube/PodEvicted").map(({ second }) => second)).toEqual([345])
    expect(swept(flat)).toEqual(["460 agent-c1", "460 web-c1"])
  })
})

describe("the out-of-service taint", () => {
  const outOfService: Action = { _tag: "TaintNode", node: "c1", key: "node.kubernetes.io/out-of-service", effect: "NoExecute" }

  test("on a node that is not Ready: its terminating pods are deleted by force at the next sweep, without a quarantine", () => {
    const flat = play([cut, [61, outOfService]])
    expect(told(flat, "kube/PodEvicted")).toMatchObject([
      { second: 61, pod: "default/agent-c1" },
      { second: 61, pod: "default/web-c1" }
    ])
    expect(swept(flat)).toEqual(["80 agent-c1", "80 web-c1"])
  })

  test("on a node that is Ready: the kubelet ends its pods, nobody forces it", () => {
    const flat = play([[61, outOfService]], { workloads: [web] })
    expect(swept(flat)).toEqual([])
    expect(told(flat, "kube/PodRemoved").map(({ second }) => second)).toEqual([62])
  })
})

test("where all is well there is no sweep to tell of", () => {
  expect(swept(play([[10, { _tag: "DeletePods", pods: ["default/web-a1"] }]]))).toEqual([])
})

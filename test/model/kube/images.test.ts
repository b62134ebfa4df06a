/** How much images that a node has already draw a pod there. Figures of the formula: kubernetes image_locality_test.go. */
import { describe, expect, test } from "vitest"
import { imageScores } from "../../../src/model/kube/images.ts"
import type { NodeState } from "../../../src/model/kube/state.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import type { KubeWorld } from "../../../src/model/kube/world.ts"
import { placesOf, play, type StageWish, told, workload } from "./stage.ts"

const image = (sizeMiB: number) => ({ name: `registry/${sizeMiB}`, sizeMiB })
const template = (...sizes: ReadonlyArray<number>): PodTemplate => ({
  labels: {},
  hostNetwork: false,
  serves: [],
  images: sizes.map(image)
})

/** Nodes with images of these sizes, none on more than one. */
const scores = (pod: PodTemplate, ...nodes: ReadonlyArray<ReadonlyArray<number>>) => {
  const imageNodes = new Map(nodes.flat().map((size) => [image(size).name, 1]))
  const zones = new Map([["a", { nodes: new Set(nodes.map((_, index) => String(index))) }]])
  const states = nodes.map((sizes) => ({ images: new Set(sizes.map((size) => image(size).name)) }))
  return imageScores({ cluster: { imageNodes, zones } } as unknown as KubeWorld, pod, states as unknown as ReadonlyArray<NodeState>)
}

describe("the score", () => {
  const [first, second] = [
    [40, 300, 2_000],
    [250, 10]
  ]

  test.each([
    [
      [40, 250],
      [0, 5]
    ],
    [
      [40, 300],
      [7, 0]
    ],
    [
      [10, 2_000],
      [49, 0]
    ]
  ])("of images of %j MiB on two nodes is %j", (sizes, expected) => {
    expect(scores(template(...sizes), first ?? [], second ?? [])).toEqual(expected)
  })

  test("is nothing up to 23 MiB, and no more than full from 1000 MiB a container on", () => {
    expect(scores(template(23), [23])).toEqual([0])
    expect(scores(template(33), [33])).toEqual([1])
    expect(scores(template(1_000), [1_000])).toEqual([100])
    expect(scores(template(5_000), [5_000])).toEqual([100])
  })

  test("is not asked for when no image is named", () => {
    expect(scores({ labels: {}, hostNetwork: false, serves: [] }, [40])).toBeUndefined()
  })
})

describe("a pod whose image is large", () => {
  const wish = (sizeMiB?: number): StageWish => ({
    nodes: ["a-1", "a-2"].map((name) => ({ name, zone: "a", milliCpu: 64_000, memoryMiB: 256_000 })),
    workloads: [
      workload("Pod", "first", {
        nodeSelector: { "kubernetes.io/hostname": "a-2" },
        ...(sizeMiB === undefined ? {} : { images: [image(sizeMiB)] })
      }),
      workload("Pod", "next", sizeMiB === undefined ? {} : { images: [image(sizeMiB)] })
    ],
    steps: [[30, { _tag: "kube/WorkloadApplied", workload: "default/next" }]],
    untilSeconds: 40
  })

  test("goes where it ran before; one without a named size goes to the emptier node", () => {
    expect(placesOf(play(wish(800)), "next")).toEqual(["a-2"])
    expect(placesOf(play(wish()), "next")).toEqual(["a-1"])
  })

  test("forgets a node whose object is gone", () => {
    const base = wish(800)
    const gone = play({ ...base, steps: [[20, { _tag: "kube/NodeDeleted", node: "a-2", by: "an operator" }], ...(base.steps ?? [])] })
    expect(placesOf(gone, "next")).toEqual(["a-1"])
    expect([...gone.cluster.imageNodes.values()]).toEqual([1])
    expect(told(gone, "kube/PodScheduled", 30)).toHaveLength(1)
  })
})

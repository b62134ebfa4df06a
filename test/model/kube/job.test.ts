/** Jobs: as many pods as completions are missing, each done once. */
import { describe, expect, test } from "vitest"
import type { WorkloadSpec } from "../../../src/model/kube/spec.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { appOf, type FlatWish, serviceOf } from "../../flat-plan.ts"
import { type Flat, playFlat, quick, secondsOf, told } from "./flat.ts"

/** Runs for a minute, and is begun at 10 s. */
const minute: Partial<PodTemplate> = { ...quick, behaviour: { kind: "completes", afterMs: 60_000 } }
const play = (wish: Partial<FlatWish> = {}, template: Partial<PodTemplate> = minute): Flat =>
  playFlat({
    workloads: [appOf("batch", 0, template, { kind: "Job", parallelism: 3 })],
    ...wish,
    timeline: [[10, { _tag: "Scale", workload: "default/batch", replicas: 3 }], ...(wish.timeline ?? [])]
  })
const created = (flat: Flat) => told(flat, "kube/PodCreated")

describe("parallelism", () => {
  const of = (more: Partial<WorkloadSpec>): Flat => play({ workloads: [appOf("batch", 0, minute, { kind: "Job", ...more })] })

  test("is one when nothing is said: the next pod is made when one has completed", () => {
    const flat = of({})
    expect(secondsOf(flat, "kube/PodCreated")).toEqual([10, 72, 134])
    expect(secondsOf(flat, "kube/PodSucceeded")).toEqual([72, 134, 196])
  })

  test("of two makes no more than are missing", () => {
    expect(secondsOf(of({ parallelism: 2 }), "kube/PodCreated")).toEqual([10, 10, 72])
  })

  test("of none makes none", () => {
    expect(created(of({ parallelism: 0 }))).toEqual([])
  })
})

describe("the backoff limit", () => {
  const failing: Partial<PodTemplate> = { ...quick, behaviour: { kind: "crashes", afterMs: 5_000 } }
  const of = (more: Partial<WorkloadSpec>): Flat => play({ workloads: [appOf("batch", 0, failing, { kind: "Job", ...more })] }, failing)

  test("is six restarts: the Job has failed, its pod is deleted, and no other made", () => {
    const flat = of({})
    expect(secondsOf(flat, "kube/ContainerRestarting")).toHaveLength(6)
    expect(told(flat, "kube/JobFailed")).toMatchObject([{ workload: "default/batch", reason: "BackoffLimitExceeded" }])
    expect(secondsOf(flat, "kube/PodDeleted")).toEqual(secondsOf(flat, "kube/JobFailed"))
    expect(created(flat)).toHaveLength(1)
    expect(flat.world.cluster.pods.size).toBe(0)
  })

  test("counts over all active pods", () => {
    expect(secondsOf(of({ parallelism: 3, backoffLimit: 3 }), "kube/JobFailed")).toEqual([17])
  })

  test("of none fails with the first restart", () => {
    expect(secondsOf(of({ backoffLimit: 0 }), "kube/JobFailed")).toEqual([17])
  })
})

describe("a Job of three completions, all at once", () => {
  test("runs all three at once, and makes no more when they are done", () => {
    const flat = play()
    expect(secondsOf(flat, "kube/PodCreated")).toEqual([10, 10, 10])
    expect(secondsOf(flat, "kube/PodSucceeded")).toEqual([72, 72, 72])
    expect([...flat.world.cluster.pods.values()].map(({ succeeded, ready }) => [succeeded, ready])).toEqual([
      [true, false],
      [true, false],
      [true, false]
    ])
  })

  test("makes another for one that is deleted before its end", () => {
    const running = created(play())[0]?.pod ?? ""
    const flat = play({ timeline: [[30, { _tag: "DeletePods", pods: [running] }]] })
    expect(secondsOf(flat, "kube/PodCreated")).toEqual([10, 10, 10, 30])
    expect(secondsOf(flat, "kube/PodSucceeded")).toEqual([72, 72, 92])
  })

  test("makes another for one that is evicted from an unreachable node", () => {
    const lasting: Partial<PodTemplate> = { ...quick, behaviour: { kind: "completes", afterMs: 500_000 } }
    const flat = play({ timeline: [[20, { _tag: "CutNodes", nodes: ["a1"] }]] }, lasting)
    expect(secondsOf(flat, "kube/PodEvicted")).toEqual([365])
    expect(secondsOf(flat, "kube/PodCreated")).toEqual([10, 10, 10, 365])
    expect(secondsOf(flat, "kube/PodSucceeded")).toEqual([512, 512, 867])
  })

  test("starts the container of a pod that crashes again, in the same pod", () => {
    const flat = play({ untilSeconds: 100 }, { ...quick, behaviour: { kind: "crashes", afterMs: 5_000 } })
    expect(secondsOf(flat, "kube/PodCreated")).toEqual([10, 10, 10])
    expect(secondsOf(flat, "kube/ContainerRestarting").slice(0, 3)).toEqual([17, 17, 17])
    expect(told(flat, "kube/PodSucceeded")).toEqual([])
  })

  test("asked for more completions, makes the difference", () => {
    const flat = play({ timeline: [[100, { _tag: "Scale", workload: "default/batch", replicas: 5 }]] })
    expect(secondsOf(flat, "kube/PodCreated")).toEqual([10, 10, 10, 100, 100])
    expect(secondsOf(flat, "kube/PodSucceeded")).toEqual([72, 72, 72, 162, 162])
  })
})

test("a pod that is done serves nobody any more", () => {
  const flat = play({ services: [serviceOf("batch")] })
  const turns = told(flat, "kube/EndpointsTurned").map(({ second, ready }) => `${second} ${ready.length}`)
  expect(turns).toEqual(["13 3", "73 0"])
})

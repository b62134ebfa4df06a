/** A container's life: when it is Ready, what ends it, and how long it waits before it starts again. */
import { describe, expect, test } from "vitest"
import type { Action } from "../../../src/model/fault/action.ts"
import type { HttpProbe, PodTemplate } from "../../../src/model/kube/template.ts"
import { appOf } from "../../flat-plan.ts"
import { type Flat, playFlat, secondsOf, told } from "./flat.ts"

const probe = (initialDelayMs: number, periodMs: number, failureThreshold?: number): HttpProbe => ({
  path: "/",
  port: 80,
  initialDelayMs,
  periodMs,
  ...(failureThreshold === undefined ? {} : { failureThreshold })
})
/** One pod, made at 10 s; its container starts at 12 s. */
const play = (template: Partial<PodTemplate>, untilSeconds = 1_200, timeline: ReadonlyArray<readonly [number, Action]> = []): Flat =>
  playFlat({
    zones: ["a"],
    workloads: [appOf("web", 0, { startMs: 2_000, ...template })],
    timeline: [[10, { _tag: "Scale", workload: "default/web", replicas: 1 }], ...timeline],
    untilSeconds
  })
const turns = (flat: Flat): ReadonlyArray<string> => told(flat, "kube/PodReadinessTurned").map(({ second, ready }) => `${second} ${ready}`)
const restarts = (flat: Flat): ReadonlyArray<string> =>
  told(flat, "kube/ContainerRestarting").map(({ second, reason, backOffMs }) => `${second} ${reason} ${backOffMs / 1_000}`)

describe("readiness", () => {
  test.each([
    ["without a probe, at the start", {}, ["12 true"]],
    ["with one, its delay after the start", { readinessProbe: probe(7_500, 5_000) }, ["19.5 true"]],
    [
      "with a startup probe that takes longer, after that",
      { readinessProbe: probe(5_000, 5_000), startupProbe: probe(30_000, 10_000) },
      ["42 true"]
    ],
    ["with a startup probe alone, after that", { startupProbe: probe(30_000, 10_000) }, ["42 true"]],
    ["with a liveness probe alone, at the start: liveness says nothing of readiness", { livenessProbe: probe(30_000, 10_000) }, ["12 true"]]
  ] as const)("%s", (_name, template, expected) => {
    expect(turns(play(template, 100))).toEqual(expected)
  })

  test("never comes to a container that never answers, and nothing ends it without a liveness probe", () => {
    const flat = play({ behaviour: { kind: "never-ready", afterMs: 0 }, readinessProbe: probe(0, 5_000) })
    expect([turns(flat), restarts(flat)]).toEqual([[], []])
  })
})

describe("a container that never answers", () => {
  const silent = { behaviour: { kind: "never-ready", afterMs: 0 } } as const

  test("is ended at the third failure of its liveness probe: its delay and two periods after the start", () => {
    expect(restarts(play({ ...silent, livenessProbe: probe(10_000, 10_000) }, 60))).toEqual(["42 Unhealthy 0"])
  })

  test.each([
    [1, 22],
    [2, 32],
    [5, 62]
  ])("with a threshold of %i, at %i s", (threshold, second) => {
    expect(restarts(play({ ...silent, livenessProbe: probe(10_000, 10_000, threshold) }, 70))[0]).toBe(`${second} Unhealthy 0`)
  })

  test("is given the startup probe's time, not the liveness probe's, while it has not started", () => {
    const flat = play({ ...silent, startupProbe: probe(0, 10_000, 30), livenessProbe: probe(0, 10_000) }, 400)
    expect(restarts(flat)).toEqual(["302 Unhealthy 0"])
  })

  test("waits ever longer between its starts", () => {
    const flat = play({ ...silent, livenessProbe: probe(10_000, 10_000) }, 300)
    // Each life is a start of 2 s and 30 s until the third failure.
    expect(restarts(flat)).toEqual(["42 Unhealthy 0", "74 Unhealthy 10", "116 Unhealthy 20", "168 Unhealthy 40", "240 Unhealthy 80"])
  })
})

describe("a container that crashes a second after its start", () => {
  const flat = play({ behaviour: { kind: "crashes", afterMs: 1_000 } })

  test("starts again at once, then after 10 s doubled up to 5 min", () => {
    expect(told(flat, "kube/ContainerRestarting").map(({ backOffMs }) => backOffMs / 1_000)).toEqual([
      0, 10, 20, 40, 80, 160, 300, 300, 300
    ])
    expect(secondsOf(flat, "kube/ContainerStarted")).toEqual([12, 15, 28, 51, 94, 177, 340, 643, 946])
  })

  test("is Ready while it runs, and counts every restart", () => {
    expect(turns(flat).slice(0, 4)).toEqual(["12 true", "13 false", "15 true", "16 false"])
    expect(told(flat, "kube/ContainerRestarting").map(({ restarts: each }) => each)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe("a run of more than ten minutes forgets the back-off", () => {
  const backOffs = (afterMs: number) =>
    told(play({ behaviour: { kind: "crashes", afterMs } }, 3_000), "kube/ContainerRestarting").map(({ backOffMs }) => backOffMs / 1_000)

  test("ten minutes exactly do not: it doubles on", () => {
    expect(backOffs(600_000)).toEqual([0, 10, 20, 40])
  })

  test("a moment more does: every restart is at once", () => {
    expect(backOffs(600_001)).toEqual([0, 0, 0, 0])
  })
})

test("a container that completes starts again under a Deployment, which keeps its pods running", () => {
  const flat = play({ behaviour: { kind: "completes", afterMs: 5_000 } }, 40)
  expect([secondsOf(flat, "kube/PodSucceeded"), restarts(flat)]).toEqual([[], ["17 Completed 0", "24 Completed 10"]])
})

test("a pod on its way out is not started again when its container crashes", () => {
  const flat = play({ behaviour: { kind: "crashes", afterMs: 5_000 }, stopMs: 20_000 }, 60, [
    [15, { _tag: "Scale", workload: "default/web", replicas: 0 }]
  ])
  expect([restarts(flat), secondsOf(flat, "kube/PodRemoved")]).toEqual([[], [35]])
})

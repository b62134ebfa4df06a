import { describe, expect, it } from "vitest"
import { milestoneAt, milestoneOf, milestoneOfTurn, type Severity, startMilestones } from "../../src/analysis/timeline.ts"
import { subjectOf } from "../../src/event/subject.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import { answer, podReady, recordedOf } from "./runs.ts"

const severities = (list: ReadonlyArray<readonly [number, WorldEvent]>): ReadonlyArray<Severity | undefined> => {
  const memory = startMilestones()
  return recordedOf(list).map((recorded) => milestoneOf(memory, recorded)?.severity)
}

describe("milestones", () => {
  it("settling has none, but is remembered", () => {
    const endpoints = (ready: ReadonlyArray<string>): WorldEvent => ({ _tag: "kube/EndpointsTurned", service: "s", ready })
    expect(
      severities([
        [-5, endpoints(["a", "b"])],
        [1, endpoints(["a"])],
        [2, endpoints([])],
        [3, endpoints(["a"])]
      ])
    ).toEqual([undefined, "warning", "bad", "note"])
  })

  it("a probe's answer is bad when it falls to nothing, a warning when it gets worse, else a note", () => {
    expect(
      severities([
        [0, answer("host", "1")],
        [1, answer("host", "4/9")],
        [2, answer("host", "2/3")],
        [3, answer("host", "0")],
        [4, answer("host", "0")],
        [5, answer("data", "1/2")],
        [6, answer("down", "0")]
      ])
    ).toEqual(["note", "warning", "note", "bad", "note", "warning", "bad"])
  })

  it("a taint is one only when it evicts", () => {
    const tainted = (effect: "NoSchedule" | "NoExecute"): WorldEvent => ({ _tag: "kube/NodeTainted", node: "n", key: "k", effect })
    expect(
      severities([
        [0, tainted("NoSchedule")],
        [0, tainted("NoExecute")],
        [0, { _tag: "kube/NodeUntainted", node: "n", key: "k", effect: "NoExecute" }]
      ])
    ).toEqual([undefined, "warning", "note"])
  })

  it("leases, single health checks and starts are none", () => {
    expect(
      severities([
        [0, { _tag: "kube/LeaseRenewed", node: "n" }],
        [0, { _tag: "balance/HealthCheckFailed", balancer: "lb", target: "n", streak: 1, threshold: 6, fails: "timeout" }],
        [0, { _tag: "kube/ContainerStarted", pod: "p" }]
      ])
    ).toEqual([undefined, undefined, undefined])
  })

  it("a fault, a node and a pod are what they are", () => {
    expect(
      severities([
        [0, { _tag: "fault/ZoneLost", zone: "c", components: 1 }],
        [0, { _tag: "kube/NodeReadinessTurned", node: "n", ready: "Unknown", reason: "" }],
        [0, podReady("p", false)],
        [0, podReady("p")],
        [0, { _tag: "kube/MasterDisruptionTurned", active: true }],
        [0, { _tag: "kube/ZoneStateTurned", zone: "c", state: "Normal", notReady: 0, nodes: 1 }]
      ])
    ).toEqual(["fault", "bad", "warning", "note", "bad", "note"])
  })

  it("a turn of an expectation stands at its instant", () => {
    const milestone = milestoneOfTurn({ expectation: "x", result: "broken", provisional: false, atMs: 5, event: 1 })
    expect([milestone.severity, milestoneAt(milestone)]).toEqual(["bad", 5])
  })
})

it("the subject of an event is the name a reader would search for", () => {
  expect([
    subjectOf({ _tag: "fault/ZoneLost", zone: "c", components: 1 }),
    subjectOf({ _tag: "kube/MasterDisruptionTurned", active: true }),
    subjectOf(answer("host", "1")),
    subjectOf({ _tag: "balance/TargetTurnedHealthy", balancer: "lb", target: "n" }),
    subjectOf({ _tag: "balance/AddressListed", balancer: "lb", zone: "c", address: "1.1.1.1" }),
    subjectOf({ _tag: "kube/WorkloadApplied", workload: "default/app" }),
    subjectOf({ _tag: "world/Unmodelled", subject: "x", what: "y" })
  ]).toEqual(["c", "cluster", "host", "lb/n", "lb/c", "default/app", "x"])
})

/** Published cases: zones, eviction rates and timelines, spreading, messages, back-offs, autoscalers. Each case is played or asked. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import type { RecordedEvent } from "../../src/event/event.ts"
import { isHealthy } from "../../src/model/kube/cluster-autoscaler.ts"
import { crashBackOffMs } from "../../src/model/kube/container.ts"
import { wishFor } from "../../src/model/kube/pod-autoscaler.ts"
import { kubeSettingsOf } from "../../src/model/kube/settings.ts"
import { stepOfState, zoneStateOf } from "../../src/model/kube/zone-health.ts"
import { completeSettings } from "../../src/model/world/settings.ts"
import { appOf, type FlatWish, flatPlan } from "../flat-plan.ts"
import { played } from "../played.ts"

interface Case {
  readonly id: string
  readonly group: string
  readonly in: Record<string, never> & { readonly [key: string]: unknown }
  readonly expect: { readonly [key: string]: unknown }
}

const cases = (parse(readFileSync(new URL("./kubernetes.yaml", import.meta.url), "utf8")) as { readonly cases: ReadonlyArray<Case> }).cases
const inGroup = (group: string): ReadonlyArray<Case> => cases.filter((each) => each.group === group)
const caseOf = (id: string): Case => {
  const found = cases.find((each) => each.id === id)
  if (found === undefined) throw new Error(`case ${id} is missing`)
  return found
}

const zone = "topology.kubernetes.io/zone"
const spreadOver = (topologyKey: string, more: object = {}) => ({
  spread: [
    {
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "DoNotSchedule" as const,
      selector: { labels: { app: "app" }, requirements: [] },
      ...more
    }
  ]
})
const eventsOf = (wish: FlatWish): ReadonlyArray<RecordedEvent> => played(flatPlan(wish)).events
const secondsOf = (events: ReadonlyArray<RecordedEvent>, tag: string, since: number): ReadonlyArray<number> =>
  events.filter(({ at, event }) => at >= since && event._tag === tag).map(({ at }) => (at - since) / 1_000)

describe("zone-state", () => {
  test.each(inGroup("zone-state").map((each) => [each.id, each] as const))("%s", (_id, each) => {
    const { ready, notReady } = each.in as unknown as { ready: number; notReady: number }
    expect(zoneStateOf({ unhealthyZonePercent: 55 }, notReady, ready + notReady)).toBe(each.expect["state"])
  })
})

describe("eviction-rate", () => {
  test.each(inGroup("eviction-rate").map((each) => [each.id, each] as const))("%s", (_id, each) => {
    const { zoneSize, state, profile } = each.in as unknown as { zoneSize: number; state: "PartialDisruption"; profile: string }
    const settings = kubeSettingsOf(completeSettings({ nodeLifecycle: profile === "eks" ? "eks" : "upstream-1.31" }))
    const step = stepOfState(settings, state, zoneSize, zoneSize)
    expect(step === undefined ? 0 : 1_000 / step).toBe(each.expect["nodesPerSecond"])
  })
})

describe("node-loss-timeline", () => {
  test.each([
    ["evict-01", "upstream-1.32"],
    ["evict-02", "upstream-1.31"],
    ["evict-02", "eks"]
  ])("%s in profile %s", (id, nodeLifecycle) => {
    const events = eventsOf({
      perZone: 2,
      workloads: [appOf("app", 6)],
      settings: { nodeLifecycle },
      // The last heartbeat is that of the cut's own instant.
      timeline: [[100, { _tag: "CutNodes", nodes: ["a1"] }]]
    })
    const within = (tag: string, member: string): void => {
      const [from, to] = caseOf(id).expect[member] as [number, number]
      const at = secondsOf(events, tag, 100_000).filter((_seconds, index) => index === 0)[0] ?? -1
      expect(at).toBeGreaterThanOrEqual(from)
      expect(at).toBeLessThanOrEqual(to)
    }
    within("kube/NodeReadinessTurned", "conditionUnknownBetween")
    within("kube/PodEvicted", "podDeleteBetween")
    const noExecute = events.filter(({ event }) => event._tag === "kube/NodeTainted" && event.effect === "NoExecute").map(({ at }) => at / 1_000 - 100)
    const [from, to] = caseOf(id).expect["taintBetween"] as [number, number]
    expect(noExecute[0]).toBeGreaterThanOrEqual(from)
    expect(noExecute[0]).toBeLessThanOrEqual(to)
  })

  test("evict-03: a dead zone of six is tainted one node every ten seconds", () => {
    const events = eventsOf({ perZone: 6, timeline: [[100, { _tag: "CutZone", zone: "a" }]] })
    const taints = events.filter(({ event }) => event._tag === "kube/NodeTainted" && event.effect === "NoExecute").map(({ at }) => at / 1_000)
    expect(taints.map((at) => at - (taints[0] ?? 0))).toEqual(caseOf("evict-03").expect["taintOffsetsSeconds"])
  })

  test("evict-05 and evict-06: a StatefulSet waits for the object, a Deployment does not", () => {
    const events = eventsOf({
      workloads: [
        appOf("web", 1, {}, { pins: [{ name: "web-x-1", node: "a1" }], templateHash: "x" }),
        appOf("db", 1, {}, { kind: "StatefulSet", pins: [{ name: "db-0", node: "a1" }] })
      ],
      timeline: [
        [100, { _tag: "CutNodes", nodes: ["a1"] }],
        [900, { _tag: "DeleteNodes", nodes: ["a1"] }]
      ]
    })
    const created = events.flatMap(({ at, event }) => (at > 100_000 && event._tag === "kube/PodCreated" ? [`${at / 1_000 - 100} ${event.workload}`] : []))
    expect(created[0]).toBe("345 default/web")
    // Deleted at 800: seen by the sweep of 820, let go at the one of 860.
    expect(created[1]).toBe("860 default/db")
  })
})

describe("topology-spread and its messages", () => {
  test("sched-03: the zone with fewer takes it", () => {
    const pins = ["a1", "a1", "b1"].map((node, index) => ({ name: `app-x-${index}`, node }))
    const events = eventsOf({
      zones: ["a", "b"],
      workloads: [appOf("app", 3, spreadOver(zone), { pins, templateHash: "x" })],
      timeline: [[5, { _tag: "Scale", workload: "default/app", replicas: 4 }]]
    })
    const bound = events.flatMap(({ at, event }) => (at >= 0 && event._tag === "kube/PodScheduled" ? [event.node] : []))
    expect(bound).toEqual(["b1"])
    expect(caseOf("sched-03").expect["allowedZones"]).toEqual(["b"])
  })

  test("sched-05: a dead zone whose nodes are still listed keeps the minimum at none", () => {
    const pins = ["a1", "a1", "b1", "b1"].map((node, index) => ({ name: `app-x-${index}`, node }))
    const events = eventsOf({
      workloads: [appOf("app", 4, { ...spreadOver(zone, { maxSkew: 2 }) }, { pins, templateHash: "x" })],
      timeline: [
        [10, { _tag: "CutZone", zone: "c" }],
        [100, { _tag: "Scale", workload: "default/app", replicas: 5 }]
      ],
      untilSeconds: 200
    })
    const said = events.flatMap(({ event }) => (event._tag === "kube/SchedulingFailed" ? [event.message] : []))
    expect(said[0]).toContain("2 node(s) didn't match pod topology spread constraints")
    expect(said[0]).toContain("1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }")
    expect(caseOf("sched-05").expect["allowedZones"]).toEqual([])
  })

  test("sched-06: a tainted node is a domain, so three of seven are placed", () => {
    const nodes = [
      { name: "cp", zone: "a", taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" as const }] },
      ...["w1", "w2", "w3"].map((name) => ({ name, zone: "a" }))
    ]
    const { world } = played(flatPlan({ zones: ["a"], nodes, workloads: [appOf("app", 7, spreadOver("kubernetes.io/hostname"))], untilSeconds: 10 }))
    const pods = [...world.cluster.pods.values()]
    expect({ scheduled: pods.filter(({ node }) => node !== undefined).length, pending: pods.filter(({ node }) => node === undefined).length }).toEqual(
      caseOf("sched-06").expect
    )
  })

  test("sched-09: the message counts a reason a node", () => {
    const nodes = [
      { name: "n1", zone: "a" },
      { name: "n2", zone: "b" },
      { name: "n3", zone: "c", taints: [{ key: "node_group", value: "special", effect: "NoSchedule" as const }] }
    ]
    const events = eventsOf({ nodes, workloads: [appOf("app", 3, spreadOver(zone))], untilSeconds: 10 })
    const said = events.flatMap(({ event }) => (event._tag === "kube/SchedulingFailed" ? [event.message] : []))[0] ?? ""
    const expected = caseOf("sched-09").expect
    expect(said.startsWith(String(expected["prefix"]))).toBe(true)
    expect(said).toContain("2 node(s) didn't match pod topology spread constraints")
    expect(said).toContain("1 node(s) had untolerated taint {node_group: special}")
  })

  test("exh-06: every node at its limit", () => {
    const events = eventsOf({
      zones: ["a"],
      perZone: 5,
      maxPods: 4,
      workloads: [appOf("app", 21)],
      settings: { schedulerTexts: "1.20" },
      untilSeconds: 10
    })
    const said = events.flatMap(({ event }) => (event._tag === "kube/SchedulingFailed" ? [event.message] : []))
    expect(said[0]).toBe(caseOf("exh-06").expect["message"])
  })
})

describe("backoff", () => {
  test("sched-01: the scheduler's, from the times of its attempts", () => {
    const events = eventsOf({
      zones: ["a"],
      maxPods: 1,
      workloads: [appOf("app", 2, {}, { pins: [] })],
      // Something changes every second, so that only the back-off is waited for.
      timeline: Array.from({ length: 60 }, (_, index) => [index + 1, { _tag: "Cordon", node: "a1", cordoned: index % 2 === 0 }] as const),
      settings: { settleMs: 60_000 },
      untilSeconds: 60
    })
    const pod = events.findLast(({ event }) => event._tag === "kube/SchedulingFailed")?.event
    const attempts = events.flatMap(({ at, event }) =>
      event._tag === "kube/SchedulingFailed" && pod?._tag === "kube/SchedulingFailed" && event.pod === pod.pod ? [at / 1_000] : []
    )
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? at))
    expect(gaps.slice(1, 6)).toEqual((caseOf("sched-01").expect["seconds"] as ReadonlyArray<number>).slice(1))
  })
  test("sched-02: the kubelet's", () => {
    expect([1, 2, 3, 4, 5, 6].map((nth) => crashBackOffMs(nth) / 1_000)).toEqual(caseOf("sched-02").expect["seconds"])
  })
  test("karp-01: an unavailable offering's, always the same", () => {
    const minutes = kubeSettingsOf(completeSettings({})).unavailableOfferingMs / 60_000
    expect([minutes, minutes, minutes]).toEqual(caseOf("karp-01").expect["minutes"])
  })
})

describe("autoscalers", () => {
  test("hpa-01", () => {
    const { replicas, current, target } = caseOf("hpa-01").in as unknown as { replicas: number; current: number; target: number }
    expect(wishFor(replicas, current, target)).toBe(caseOf("hpa-01").expect["desired"])
  })
  test.each(inGroup("cluster-autoscaler-health").map((each) => [each.id, each] as const))("%s", (_id, each) => {
    const { nodes, unready } = each.in as unknown as { nodes: number; unready: number }
    expect(isHealthy(nodes, unready)).toBe(each.expect["healthy"])
  })
})

test("no case is left out", () => {
  const text = readFileSync(new URL(import.meta.url), "utf8")
  const byGroup = ["zone-state", "eviction-rate", "cluster-autoscaler-health"]
  expect(cases.filter(({ id, group }) => !byGroup.includes(group) && !text.includes(id)).map(({ id }) => id)).toEqual([])
})

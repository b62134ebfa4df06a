/** Balancers in a cluster: targets that follow endpoints, the controller's way to the API server, Ingress rules, zonal shifts. */
import { describe, expect, test } from "vitest"
import type { IngressSpec } from "../../../src/model/balance/ingress.ts"
import type { LoadBalancerSpec } from "../../../src/model/balance/spec.ts"
import type { Plan } from "../../../src/scenario/plan.ts"
import { played, rows } from "../../played.ts"
import { smallPlan, workload, zones } from "../../small-cluster.ts"

const small = smallPlan()
const application: LoadBalancerSpec = {
  id: "alb",
  dnsName: "alb.example",
  kind: "application",
  subnets: zones.map((zone) => `public-${zone}`),
  groups: ["sg-lb"],
  crossZone: true,
  targetType: "ip",
  deregistrationDelayMs: 300_000,
  healthCheck: { protocol: "http", intervalMs: 15_000, timeoutMs: 5_000, unhealthyThreshold: 2, healthyThreshold: 2 }
}
const to = (service: string, port: number, weight = 1) => ({ service, port, weight })
const shop: IngressSpec = {
  name: "shop",
  namespace: "default",
  ports: [80],
  rules: [
    { path: "/", pathType: "Prefix", action: { _tag: "Forward", to: [to("web", 80)] } },
    { path: "/closed", pathType: "Exact", action: { _tag: "Answer", status: 503 } },
    { path: "/half", pathType: "Exact", action: { _tag: "Forward", to: [to("web", 80), to("mute", 80, 3)] } }
  ],
  loadBalancer: application
}

const probe = (id: string, path: string): Plan["probes"][number] => ({
  id,
  from: { _tag: "Internet" },
  to: { _tag: "Ingress", ingress: "default/shop", port: 80 },
  protocol: "tcp",
  path
})

const planWith = (timeline: Plan["timeline"], loadBalancer: Partial<LoadBalancerSpec> = {}, untilMs = 600_000): Plan =>
  smallPlan({
    timeline,
    untilMs,
    expectations: [],
    probes: [probe("page", "/"), probe("closed", "/closed"), probe("half", "/half")],
    cluster: {
      ...small.cluster,
      // Pods of `mute` listen, and their Service's port leads to another: their share is refused.
      workloads: [...small.cluster.workloads, workload("Deployment", "mute", 1, { serves: [{ port: 9_000, protocol: "tcp", paths: [] }] })],
      services: [
        ...small.cluster.services,
        {
          name: "mute",
          namespace: "default",
          type: "ClusterIP",
          clusterIp: "10.100.0.40",
          selector: { app: "mute" },
          ports: [{ port: 80, targetPort: 9_001, protocol: "tcp" }]
        }
      ],
      ingresses: [{ ...shop, loadBalancer: { ...application, ...loadBalancer } }]
    }
  })

const successOf = (plan: Plan, id: string): ReadonlyArray<string> =>
  rows(played(plan).events, 0, ({ event }) => (event._tag === "probe/AnswerTurned" && event.probe === id ? event.success : undefined))

const told = (plan: Plan, tags: RegExp, balancer = "alb"): ReadonlyArray<string> =>
  rows(played(plan).events, 0, ({ event }) =>
    tags.test(event._tag) && "balancer" in event && event.balancer === balancer
      ? `${event._tag.split("/")[1]} ${"target" in event ? event.target.replace(/^default\/web-\S+/, "pod") : ""}`.trim()
      : undefined
  )

const cutC: Plan["timeline"] = [{ atMs: 120_000, action: { _tag: "CutZone", zone: "c" } }]

describe("an Ingress", () => {
  test("serves by its rules: exact before prefix, an answer of its own, shares by weight over groups", () => {
    const plan = planWith([])
    expect(successOf(plan, "page")).toEqual(["0 1"])
    expect(successOf(plan, "closed")).toEqual(["0 0"])
    // One part in four goes to pods that do not listen; that group is open to its unhealthy target.
    expect(successOf(plan, "half")).toEqual(["0 1/4"])
  })

  test("has its pods registered by address; one that is no endpoint any more drains for its delay", () => {
    const turns = told(planWith(cutC, {}, 470_000), /Target(Turned|Draining|Deregistered)/)
    expect(turns.filter((row) => row.endsWith("web:80"))).toEqual([
      "155 TargetTurnedUnhealthy pod in web:80",
      "161 TargetDraining pod in web:80",
      "461 TargetDeregistered pod in web:80"
    ])
  })

  test("registers a new pod, which is in service after one good check", () => {
    const scaled: Plan["timeline"] = [{ atMs: 120_000, action: { _tag: "Scale", workload: "default/web", replicas: 4 } }]
    expect(told(planWith(scaled), /Target(Registered|Turned)/)).toEqual([
      "129 TargetRegistered pod in web:80",
      "135 TargetTurnedHealthy pod in web:80"
    ])
  })
})

describe("the controller that registers targets", () => {
  const controlled = { controller: "default/dns" }
  test("does nothing while no pod of it runs where the API server is reached: health checks alone decide", () => {
    const blind: Plan["timeline"] = [
      { atMs: 120_000, action: { _tag: "CutNodes", nodes: ["node-a", "node-b"] } },
      { atMs: 125_000, action: { _tag: "DeleteWorkloadPods", workload: "default/web" } }
    ]
    expect(told(planWith(blind, controlled, 170_000), /TargetDraining/)).toEqual([])
    expect(told(planWith(blind, {}, 170_000), /TargetDraining/).length).toBeGreaterThan(0)
  })
  test("catches up when it reaches it again", () => {
    const back: Plan["timeline"] = [
      { atMs: 120_000, action: { _tag: "CutNodes", nodes: ["node-a", "node-b"] } },
      { atMs: 180_000, action: { _tag: "HealNodes", nodes: ["node-a", "node-b"] } }
    ]
    const drained = told(planWith(back, controlled), /TargetDraining|TargetRegistered/)
    expect(drained.every((row) => Number(row.split(" ")[0]) >= 180)).toBe(true)
  })
})

describe("a zonal shift", () => {
  const shifted = (more: Plan["timeline"] = [], forMs = 120_000): Plan =>
    planWith([{ atMs: 60_000, action: { _tag: "ShiftZone", zone: "c", balancers: ["alb"], cluster: true, forMs } }, ...more])
  const turns = (plan: Plan): ReadonlyArray<string> =>
    rows(played(plan).events, 0, ({ event }) => {
      if (event._tag === "balance/ZonalShiftTurned") return `balancer ${String(event.away)}`
      if (event._tag === "kube/ZonalShiftTurned") return `cluster ${String(event.away)}`
      if (event._tag === "kube/NodeCordoned") return `${event.node} ${String(event.cordoned)}`
      if (event._tag === "fault/MoveFailed") return `${event.subject}: ${event.why}`
      return event._tag === "kube/EndpointsTurned" && event.service === "default/web" ? `${event.ready.length} endpoints` : undefined
    })

  test("takes effect five seconds later, and ends by itself when its time is up; nothing is evicted", () => {
    expect(turns(shifted())).toEqual([
      "65 balancer true",
      "65 node-c true",
      "65 cluster true",
      "65 2 endpoints",
      "180 balancer false",
      "180 node-c false",
      "180 cluster false",
      "180 3 endpoints"
    ])
    expect(played(shifted()).events.some(({ event }) => event._tag === "kube/PodEvicted")).toBe(false)
  })
  test("can be ended before", () => {
    const end: Plan["timeline"] = [{ atMs: 100_000, action: { _tag: "EndShift", zone: "c", balancers: ["alb"], cluster: true } }]
    expect(turns(shifted(end)).filter((row) => row.includes("false"))).toEqual([
      "100 balancer false",
      "100 node-c false",
      "100 cluster false"
    ])
  })
  test("is one at a time, and between a minute and three days", () => {
    const other: Plan["timeline"] = [
      { atMs: 70_000, action: { _tag: "ShiftZone", zone: "a", balancers: ["alb"], cluster: true, forMs: 60_000 } }
    ]
    expect(turns(shifted(other))).toEqual(
      expect.arrayContaining(["70 alb: it is shifted away from c already", "70 cluster: it is shifted away from c already"])
    )
    expect(turns(shifted([], 59_999))).toEqual([
      "60 alb: a shift lasts between one minute and three days",
      "60 cluster: a shift lasts between one minute and three days"
    ])
  })
})

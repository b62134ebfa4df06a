/**
 * The zone outage behind other balancers: the setting rows of its timeline, to the second, by rules and named settings alone. Times
 * are seconds since the zone died, at 2:00.
 */
import { play } from "drill/testing"
import { describe, expect, test } from "vitest"
import azOutage from "../../scenarios/az-outage.ts"
import type { LoadBalancerSpec } from "../../src/model/balance/spec.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { played, rows } from "../played.ts"

const faultMs = 120_000
const { plan } = await play(azOutage)

/** The success of a probe from the fault on, as `seconds share`. */
const sharesOf = (changed: Plan, probe: string): ReadonlyArray<string> =>
  rows(played(changed).events, faultMs, ({ event }) =>
    event._tag === "probe/AnswerTurned" && event.probe === probe ? event.success : undefined
  )

const withBalancer = (changes: Partial<LoadBalancerSpec>, timeline: Plan["timeline"] = []): Plan => ({
  ...plan,
  timeline: [...plan.timeline, ...timeline].sort((left, right) => left.atMs - right.atMs),
  cluster: {
    ...plan.cluster,
    services: plan.cluster.services.map((service) =>
      service.loadBalancer === undefined ? service : { ...service, loadBalancer: { ...service.loadBalancer, ...changes } }
    )
  }
})

const application: Partial<LoadBalancerSpec> = {
  kind: "application",
  targetType: "ip",
  crossZone: true,
  deregistrationDelayMs: 300_000,
  healthCheck: { protocol: "http", intervalMs: 15_000, timeoutMs: 5_000, unhealthyThreshold: 2, healthyThreshold: 2 }
}
const network: Partial<LoadBalancerSpec> = {
  kind: "network",
  targetType: "instance",
  keepsClient: true,
  deregistrationDelayMs: 300_000,
  healthCheck: { protocol: "tcp", intervalMs: 10_000, timeoutMs: 10_000, unhealthyThreshold: 3, healthyThreshold: 3 }
}

describe("an application balancer that sends to pods and crosses zones", () => {
  const shares = sharesOf(withBalancer(application), "host")

  test("drops the pod by its own checks before the cluster does: 4/9 until 35, 2/3 until 120, then all", () => {
    expect(shares.slice(0, 4)).toEqual(["-120 1", "0 4/9", "35 2/3", "120 1"])
  })
})

describe("a managed database with a standby in another zone, in place of the pod with its volume", () => {
  const { topology } = plan
  if (topology._tag !== "AwsTopology") throw new Error("the drill is at AWS")
  const group = plan.cluster.nodes[0]?.groups[0] ?? ""
  const withDatabase: Plan = {
    ...plan,
    topology: {
      ...topology,
      securityGroups: [
        ...topology.securityGroups,
        {
          id: "database",
          vpc: topology.vpcs[0]?.id ?? "",
          ingress: [{ protocol: "tcp", fromPort: 5_432, toPort: 5_432, peer: group }],
          egress: []
        }
      ],
      databases: [
        {
          id: "orders",
          dnsName: "orders.rds.example",
          port: 5_432,
          interfaces: ["us-west-2c", "us-west-2a"].map((zone) => {
            const subnet = topology.subnets.find((each) => each.zone === zone && each.id.startsWith("private"))
            return { subnet: subnet?.id ?? "", address: (subnet?.cidr ?? "").replace(/\d+\/\d+$/, "200") }
          }),
          securityGroups: ["database"]
        }
      ]
    },
    cluster: {
      ...plan.cluster,
      workloads: plan.cluster.workloads.map((workload) =>
        workload.name === "app"
          ? {
              ...workload,
              template: {
                ...workload.template,
                serves: workload.template.serves.map((serves) => ({
                  ...serves,
                  paths: serves.paths.map((path) => ({ ...path, calls: [{ database: "orders", port: 5_432 }] }))
                }))
              }
            }
          : workload
      )
    }
  }

  test("/data is lost until the standby takes over at 60; then it is as well as /host: 2/3 until 120, then all", () => {
    const turned = sharesOf(withDatabase, "data").filter((share, index, all) => share.split(" ")[1] !== all[index - 1]?.split(" ")[1])
    expect(turned.slice(0, 4)).toEqual(["-120 1", "0 0", "60 2/3", "120 1"])
    const moved = rows(played(withDatabase).events, faultMs, ({ event }) =>
      event._tag === "cloud/FailedOver" ? `${event.from} ${event.to}` : undefined
    )
    expect(moved).toEqual([expect.stringMatching(/^60 orders\/.*2c orders\/.*2a$/)])
  })
})

describe("a network balancer by instance that keeps to its zones", () => {
  const shift: Plan["timeline"] = [
    {
      atMs: faultMs + 30_000,
      action: { _tag: "ShiftZone", zone: "us-west-2c", balancers: ["eks-demo-web"], cluster: true, forMs: 3_600_000 }
    }
  ]

  test("is shifted with its cluster at 30: 4/9 until 35, 2/3 until 95, then all", () => {
    const shares = sharesOf(withBalancer(network, shift), "host")
    expect(shares.slice(0, 4)).toEqual(["-120 1", "0 4/9", "35 2/3", "95 1"])
  })

  test("a classic one cannot be shifted", () => {
    const { events } = played(withBalancer({}, shift))
    expect(events.map(({ event }) => event)).toContainEqual({
      _tag: "fault/MoveFailed",
      subject: "eks-demo-web",
      why: "a classic balancer cannot be shifted"
    })
  })
})

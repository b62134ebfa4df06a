/** Drills at GCP, against the figures that engineers worked out for them. Times are seconds since the start. */
import { capacity, worldAt } from "drill/model"
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import natPorts from "../../scenarios/gcp-cloud-nat-ports.ts"
import defaultRoute from "../../scenarios/gcp-default-route-deleted.ts"
import checkFirewall from "../../scenarios/gcp-health-check-firewall.ts"
import nodes250 from "../../scenarios/gcp-ilb-250-nodes.ts"
import podRange from "../../scenarios/gcp-pod-range-exhausted.ts"
import controlPlane from "../../scenarios/gcp-zonal-control-plane-loss.ts"
import regionalOutage from "../../scenarios/gcp-zone-outage-regional.ts"
import type { EventOf, EventTag } from "../../src/model/world/message.ts"

const told = <Tag extends EventTag>(run: PlayedRun, tag: Tag): ReadonlyArray<EventOf<Tag>> =>
  run.events.flatMap(({ event }) => (event._tag === tag ? [event as EventOf<Tag>] : []))
const answers = (run: PlayedRun, probe: string): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) =>
    event._tag === "probe/AnswerTurned" && event.probe === probe ? [`${at / 1_000} ${event.success}`] : []
  )

describe("the default route deleted", async () => {
  const run = await play(defaultRoute)

  test("egress 0, Cloud NAT or not, and Google's APIs with it; nodes stay Ready, what is inside goes on", () => {
    expect(answers(run, "egress")).toEqual(["0 1", "60 0", "660 1"])
    expect(answers(run, "Google's APIs")).toEqual(["0 1", "60 0", "660 1"])
    expect(answers(run, "inside")).toEqual(["0 1"])
    expect(told(run, "kube/NodeCutOff")).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("a route for Google's APIs keeps what Google serves", async () => {
    const kept = await play(defaultRoute, { variant: "a route for Google's APIs" })
    expect([answers(kept, "egress"), answers(kept, "Google's APIs")]).toEqual([["0 1", "60 0", "660 1"], ["0 1"]])
  })
})

describe("ports of Cloud NAT", async () => {
  const run = await play(natPorts)

  test("fifteen nodes have 4,096 each; the sixteenth has none, and is Ready", () => {
    expect(answers(run, "from an old node")).toEqual(["0 1"])
    expect(answers(run, "from the new node").every((line) => line.endsWith(" 0"))).toBe(true)
    const [last] = told(run, "probe/AnswerTurned").slice(-1)
    expect(last?.failures[0]).toMatchObject({ reason: "PortsExhausted", code: "OUT_OF_RESOURCES" })
    expect(told(run, "kube/NodeCutOff")).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  for (const variant of ["dynamic ports", "two addresses"]) {
    test(`${variant}: the sixteenth node reaches everything`, async () => {
      const other = await play(natPorts, { variant })
      expect(answers(other, "from the new node").at(-1)).toMatch(/ 1$/)
    })
  }
})

describe("a pods' range that is reserved to the last block", async () => {
  const run = await play(podRange)

  test("six of twenty nodes are made: 256; fourteen pods wait, and every refusal names the range", () => {
    expect(told(run, "kube/InstanceLaunched")).toHaveLength(6)
    const refused = told(run, "kube/LaunchFailed")
    expect(new Set(refused.map(({ message }) => message.split(":")[0]))).toEqual(new Set(["IP_SPACE_EXHAUSTED"]))
    const wishes = told(run, "kube/GroupGrown").filter(({ reason }) => reason === "no zone can launch")
    expect(new Set(wishes.map(({ from, to }) => `${from} ${to}`))).toEqual(new Set(["270 256"]))
    expect(run).toBreak("nothing waits at the end")
  })

  test("new nodes are spread over the zones that have fewest", () => {
    expect(told(run, "kube/InstanceLaunched").map(({ zone }) => zone.slice(-1))).toEqual(["c", "d", "b", "c", "d", "b"].map((zone) => zone))
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("32 pods a node: all twenty are made", async () => {
    const other = await play(podRange, { variant: "32 pods a node" })
    expect(told(other, "kube/InstanceLaunched")).toHaveLength(20)
    expect(other).toHoldExpectations()
  })
})

describe("the rule of the health checks deleted at 60", async () => {
  const run = await play(checkFirewall)
  const turned = (played: PlayedRun, tag: "balance/TargetTurnedUnhealthy" | "balance/TargetTurnedHealthy") =>
    played.events.flatMap(({ at, event }) => (event._tag === tag && at >= 0 ? [at / 1_000 - 60] : []))

  test("0: every new connection is dropped; 45: all endpoints out, and pooled connections end with 503 too", () => {
    expect(answers(run, "clients").slice(0, 3)).toEqual(["0 1", "60 0", "105 0"])
    expect(answers(run, "pooled").slice(0, 2)).toEqual(["0 1", "105 0"])
    expect(turned(run, "balance/TargetTurnedUnhealthy")).toEqual([45, 45, 45])
    const last = told(run, "probe/AnswerTurned").findLast(({ probe, success }) => probe === "pooled" && success === "0")
    expect(last?.failures.map(({ code }) => code)).toEqual(["HTTP 503"])
  })

  test("Kubernetes sees nothing; written again: in service at the next check", () => {
    expect(told(run, "kube/NodeCutOff")).toEqual([])
    expect(told(run, "kube/PodReadinessTurned").filter(({ ready }) => !ready)).toEqual([])
    expect(turned(run, "balance/TargetTurnedHealthy").filter((at) => at > 0)).toEqual([615, 615, 615])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("written again before 30 no endpoint goes out; at 30 it is too late", async () => {
    const [early, late] = [
      await play(checkFirewall, { variant: "put back after 20 s" }),
      await play(checkFirewall, { variant: "put back after 30 s" })
    ]
    expect(turned(early, "balance/TargetTurnedUnhealthy")).toEqual([])
    expect(answers(early, "pooled")).toEqual(["0 1"])
    expect(turned(late, "balance/TargetTurnedUnhealthy")).toEqual([45, 45, 45])
  })

  test("rule in a firewall policy: nothing happens", async () => {
    expect(await play(checkFirewall, { variant: "rule in a firewall policy" })).toHoldExpectations()
  })
})

describe("an internal load balancer and the 251st node", async () => {
  const run = await play(nodes250)

  test("backends: 250 of 260; the last old node with a pod dies, clients are lost; ten pods Ready all the while", () => {
    expect(told(run, "balance/TargetRegistered")).toHaveLength(250)
    expect(answers(run, "clients")).toEqual(["0 1", "300 0", "307 0", "341 0"])
    expect(answers(run, "inside")).toEqual(["0 1", "300 10/11", "341 1"])
    expect(told(run, "kube/EndpointsTurned").findLast(({ service }) => service === "default/api")?.ready).toHaveLength(10)
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("subsetting: the nodes that run pods are the backends; one of eleven is out for seven seconds", async () => {
    const other = await play(nodes250, { variant: "subsetting" })
    expect(answers(other, "clients")).toEqual(["0 1", "300 10/11", "307 1"])
    expect(other).toHoldExpectations()
  })
})

describe("the zone of the control plane lost at 60", async () => {
  const run = await play(controlPlane)

  test("no NotReady, no eviction, no endpoint turns, and no call is answered, until it is back", () => {
    const during = run.events.filter(({ at }) => at > 60_000 && at < 1_860_000).map(({ event }) => event._tag)
    for (const tag of ["kube/NodeReadinessTurned", "kube/PodEvicted", "kube/EndpointsTurned", "kube/WorkloadScaled"])
      expect(during).not.toContain(tag)
    expect(told(run, "kube/CallUnanswered")).toMatchObject([{ subject: "default/web", call: "Scale" }])
  })

  test("calls of a cluster address: a third lost throughout; by the load balancer: healed at 45", () => {
    expect(answers(run, "inside")).toEqual(["0 1", "60 2/3", "1860 1"])
    expect(answers(run, "clients")).toEqual(["0 1", "60 2/3", "105 1"])
  })

  test("back: leases count anew, nobody is evicted", () => {
    expect(told(run, "kube/ControlPlaneReturned")).toHaveLength(1)
    expect(told(run, "kube/PodEvicted")).toEqual([])
    expect(told(run, "kube/LeaseRenewed").map(({ node }) => node)).toEqual(["gke-shop-b", "gke-shop-c", "gke-shop-d"])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("regional control plane: calls of the cluster address are whole at 51", async () => {
    const other = await play(controlPlane, { variant: "regional control plane" })
    expect(answers(other, "inside").slice(0, 3)).toEqual(["0 1", "60 2/3", "111 1"])
    expect(told(other, "kube/ControlPlaneLost")).toEqual([])
  })
})

describe("a zone of a regional cluster dark from 60 to 27,660", async () => {
  const run = await play(regionalOutage)
  const from0 = (played: PlayedRun, tag: EventTag): ReadonlyArray<number> =>
    played.events.flatMap(({ at, event }) => (event._tag === tag && at >= 0 ? [at / 1_000 - 60] : []))
  const readyAt = (played: PlayedRun, pod: string): ReadonlyArray<number> =>
    played.events.flatMap(({ at, event }) =>
      event._tag === "kube/PodReadinessTurned" && event.pod === pod && event.ready && at > 60_000 ? [at / 1_000 - 60] : []
    )

  test("45: dead pods out of the load balancer; 50: NotReady; egress of the other zones unchanged throughout", () => {
    expect(answers(run, "clients")).toEqual(["0 1", "60 2/3", "105 1"])
    expect(from0(run, "kube/NodeReadinessTurned").slice(0, 3)).toEqual([50, 50, 50])
    expect([answers(run, "egress of b"), answers(run, "egress of c")]).toEqual([["0 1"], ["0 1"]])
  })

  test("355, 365, 375: evictions, node by node; 650: repair fails", () => {
    expect([...new Set(from0(run, "kube/PodEvicted"))]).toEqual([355, 365, 375])
    expect(from0(run, "kube/RepairFailed")).toEqual([650, 650, 650])
  })

  test("neither disk's pod is back before the zone is", () => {
    for (const pod of ["default/orders-0", "default/stock-0"]) expect(Math.min(...readyAt(run, pod))).toBeGreaterThan(27_600)
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("marked out-of-service at 600: the regional disk's pod is back 38 s later, the zonal one's waits for its zone", async () => {
    const other = await play(regionalOutage, { variant: "marked out-of-service" })
    expect(readyAt(other, "default/stock-0")).toEqual([638])
    expect(Math.min(...readyAt(other, "default/orders-0"))).toBeGreaterThan(27_600)
  })

  test("regional disks, marked: both are", async () => {
    const other = await play(regionalOutage, { variant: "regional disks, marked" })
    expect([readyAt(other, "default/orders-0"), readyAt(other, "default/stock-0")]).toEqual([[638], [638]])
    expect(other).toHoldExpectations()
  })
})

test("a second range for a new pool: all twenty are made, fifteen of them with blocks of it, and none twice", async () => {
  const other = await play(podRange, { variant: "a second range" })
  const launched = told(other, "kube/InstanceLaunched").map(({ group }) => group)
  expect([launched.length, launched.filter((group) => group === "grown").length]).toEqual([20, 15])
  expect(other).toHoldExpectations()
  const addresses = told(other, "kube/PodAddressAssigned").filter(({ address }) => address.startsWith("100.64."))
  expect(addresses).toHaveLength(15)
})

test("how many more nodes fit is asked of the pods' range as well", async () => {
  const { plan } = await play(podRange)
  expect(capacity(worldAt(plan, { atMs: 0 }), "pool")).toMatchObject({
    nodesMore: 6,
    bounds: [{ limit: "blocks of the pods' range", left: 6 }, { limit: "the group's own maximum" }, { limit: "addresses of shop-nodes" }]
  })
})

/**
 * The loss of the one NAT gateway, against the timeline that engineers worked out for it: every row to the second, from rules and named
 * settings. Times are seconds since the gateway failed, at 10:00.
 */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import scenario from "../../scenarios/nat-gateway-loss.ts"
import type { EventOf, EventTag } from "../../src/model/world/message.ts"

const faultMs = 600_000
const at = (seconds: number): string => `${(faultMs + seconds * 1_000) / 1_000}s`
const secondsOf = <Tag extends EventTag>(run: PlayedRun, tag: Tag, wanted: (event: EventOf<Tag>) => boolean = () => true) =>
  run.events.flatMap(({ at: ms, event }) =>
    event._tag === tag && ms >= faultMs && wanted(event as EventOf<Tag>) ? [(ms - faultMs) / 1_000] : []
  )
const answers = (run: PlayedRun, probe: string): ReadonlyArray<string> =>
  run.events.flatMap(({ at: ms, event }) =>
    event._tag === "probe/AnswerTurned" && event.probe === probe && ms > 0 ? [`${(ms - faultMs) / 1_000} ${event.success}`] : []
  )
const notReady = (run: PlayedRun) => secondsOf(run, "kube/NodeReadinessTurned", ({ ready }) => ready === "Unknown")
const ready = (run: PlayedRun) => secondsOf(run, "kube/NodeReadinessTurned", ({ ready: how }) => how === "True")
const nodeNoExecute = (run: PlayedRun) => secondsOf(run, "kube/NodeTainted", ({ effect }) => effect === "NoExecute")
const six = (second: number): ReadonlyArray<number> => Array.from({ length: 6 }, () => second)

describe("one gateway for all, public endpoint", async () => {
  const run = await play(scenario)

  test("40: all six nodes NotReady, every zone fully disrupted, nobody tainted NoExecute, nobody evicted", () => {
    expect(notReady(run)).toEqual(six(40))
    expect(secondsOf(run, "kube/MasterDisruptionTurned", ({ active }) => active)).toEqual([40])
    expect(nodeNoExecute(run)).toEqual([])
    expect(secondsOf(run, "kube/PodEvicted")).toEqual([])
  })

  test("41: endpoints are emptied where no kube-proxy can read it", () => {
    expect(secondsOf(run, "kube/EndpointsTurned", ({ ready: left }) => left.length === 0)).toEqual([41, 41])
    expect(answers(run, "ingress")).toEqual([])
    expect(answers(run, "east-west")).toEqual([])
  })

  test("1200: a gateway is made; 1290: it is there; 1295: the routes lead to it, and egress is back", () => {
    expect(secondsOf(run, "cloud/ChangeBegan")).toEqual([1_200, 1_290, 1_290, 1_290])
    expect(secondsOf(run, "cloud/ResourceChanged")).toEqual([1_290, 1_295, 1_295, 1_295])
    expect(answers(run, "egress")).toEqual(["0 0", "1295 1"])
  })

  test("1300: leases renewed, nodes Ready, disruption mode left; 1301: endpoints full again; no container was restarted", () => {
    expect(ready(run)).toEqual(six(1_300))
    expect(secondsOf(run, "kube/MasterDisruptionTurned", ({ active }) => !active)).toEqual([1_300])
    expect(secondsOf(run, "kube/EndpointsTurned", ({ ready: left }) => left.length > 0)).toEqual([1_301, 1_301])
    expect(secondsOf(run, "kube/ContainerRestarting")).toEqual([])
  })

  test("the partner drops the new address", () => {
    expect(run).toDeliver("partner", "<=0", { from: at(1_295) })
    expect(answers(run, "partner")).toEqual(["0 0", "1295 0"])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })
})

describe("one thing changed", () => {
  test("the elastic address kept: the partner is reached from 1295 on", async () => {
    const run = await play(scenario, { variant: "address kept" })
    expect(answers(run, "partner").at(-1)).toBe("1295 1")
  })

  test("one gateway a zone: two nodes NotReady, tainted 45 and 55, their pods replaced by 353 and 363; requests 2/3 until 41, then 1", async () => {
    const run = await play(scenario, { variant: "one per zone" })
    expect(notReady(run)).toEqual([40, 40])
    expect(nodeNoExecute(run)).toEqual([45, 55])
    const evicted = (pod: string) => secondsOf(run, "kube/PodEvicted", (event) => event.pod === pod)
    expect([evicted("default/app-a1"), evicted("default/app-a2")]).toEqual([[345], [355]])
    const fresh = secondsOf(run, "kube/PodReadinessTurned", (event) => event.ready && event.pod.startsWith("default/app"))
    expect(fresh).toEqual([353, 363])
    expect(answers(run, "egress")).toEqual(["0 2/3", "41 1"])
    expect(answers(run, "ingress")).toEqual([])
  })

  test("one gateway a zone with the longer grace: 50, 55 and 65, evicted 355 and 365, whole at 373", async () => {
    const run = await play(scenario, { variant: "one per zone", set: { graceMs: "50s" } })
    expect([notReady(run), nodeNoExecute(run)]).toEqual([
      [50, 50],
      [55, 65]
    ])
    expect(secondsOf(run, "kube/PodReadinessTurned", (event) => event.ready && event.pod.startsWith("default/app"))).toEqual([363, 373])
  })

  test("a regional gateway: its part in zone a is impaired, and another zone's serves; only its address is another", async () => {
    const run = await play(scenario, { variant: "regional" })
    expect(notReady(run)).toEqual([])
    expect([answers(run, "egress"), answers(run, "partner"), answers(run, "ingress")]).toEqual([[], [], []])
    expect(secondsOf(run, "kube/PodEvicted")).toEqual([])
  })

  test("a private endpoint: nodes stay Ready, and egress is lost all the same", async () => {
    const run = await play(scenario, { variant: "private endpoint" })
    expect(notReady(run)).toEqual([])
    expect(answers(run, "egress")).toEqual(["0 0", "1295 1"])
  })

  test("nodes in public subnets: the gateway exists and nobody uses it", async () => {
    const run = await play(scenario, { variant: "public subnets" })
    expect(notReady(run)).toEqual([])
    expect(answers(run, "egress")).toEqual([])
  })

  test("deleted instead of impaired: the routes are blackholes at once, and the rest is the same", async () => {
    const run = await play(scenario, { variant: "deleted" })
    const first = run.events.find(({ at: ms, event }) => ms === faultMs && event._tag === "probe/AnswerTurned" && event.probe === "egress")
    expect(first?.event).toMatchObject({
      failures: [{ code: "BAD_STATE_ROUTE" }, { code: "BAD_STATE_ROUTE" }, { code: "BAD_STATE_ROUTE" }]
    })
    expect([notReady(run), ready(run)]).toEqual([six(40), six(1_300)])
  })
})

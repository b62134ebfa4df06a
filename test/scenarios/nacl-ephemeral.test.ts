/** A network ACL without the replies, against what engineers worked out for it. Times are seconds since the ACL was swapped, at 2:00. */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import scenario from "../../scenarios/nacl-ephemeral.ts"
import type { EventTag } from "../../src/model/world/message.ts"

const swappedMs = 120_000
const secondsOf = (run: PlayedRun, tag: EventTag): ReadonlyArray<number> =>
  run.events.flatMap(({ at, event }) => (event._tag === tag && at >= swappedMs ? [(at - swappedMs) / 1_000] : []))
const answers = (run: PlayedRun, probe: string): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) =>
    event._tag === "probe/AnswerTurned" && event.probe === probe && at > 0 ? [`${(at - swappedMs) / 1_000} ${event.success}`] : []
  )

describe("the allow-list forgets the replies", async () => {
  const run = await play(scenario)

  test("calls outside time out at once; the reply is dropped at the subnet's edge", () => {
    expect(answers(run, "egress")).toEqual(["0 0"])
    const turned = run.events.find(({ at, event }) => at === swappedMs && event._tag === "probe/AnswerTurned" && event.probe === "egress")
    expect(turned?.event).toMatchObject({ timeout: "1" })
    expect(JSON.stringify(turned?.event)).toContain("acl-hardened: inbound rule *")
  })

  test("40: all three nodes NotReady, master disruption, nobody evicted", () => {
    expect(secondsOf(run, "kube/NodeReadinessTurned")).toEqual([40, 40, 40])
    expect(secondsOf(run, "kube/MasterDisruptionTurned")).toEqual([40])
    expect(secondsOf(run, "kube/PodEvicted")).toEqual([])
  })

  test("inside the VPC everything goes on: the balancer's checks, its users, pod to pod", () => {
    expect([answers(run, "ingress"), answers(run, "east-west")]).toEqual([[], []])
    expect(secondsOf(run, "balance/TargetTurnedUnhealthy")).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })
})

test("one entry more, for ports 1024 to 65535: no node turns NotReady", async () => {
  const run = await play(scenario, { variant: "replies allowed" })
  expect([secondsOf(run, "kube/NodeReadinessTurned"), answers(run, "egress")]).toEqual([[], []])
})

test("rolled back after ten minutes: egress at once, nodes with their next heartbeat", async () => {
  const run = await play(scenario, { variant: "rolled back in 10 minutes" })
  expect(answers(run, "egress")).toEqual(["0 0", "600 1"])
  expect(secondsOf(run, "kube/NodeReadinessTurned")).toEqual([40, 40, 40, 610, 610, 610])
})

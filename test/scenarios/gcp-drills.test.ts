/** Drills at GCP, against the figures that engineers worked out for them. Times are seconds since the start. */
import { capacity, worldAt } from "drill/model"
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import natPorts from "../../scenarios/gcp-cloud-nat-ports.ts"
import defaultRoute from "../../scenarios/gcp-default-route-deleted.ts"
import podRange from "../../scenarios/gcp-pod-range-exhausted.ts"
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

test("how many more nodes fit is asked of the pods' range as well", async () => {
  const { plan } = await play(podRange)
  expect(capacity(worldAt(plan, { atMs: 0 }), "pool")).toMatchObject({
    nodesMore: 6,
    bounds: [{ limit: "blocks of the pods' range", left: 6 }, { limit: "the group's own maximum" }, { limit: "addresses of shop-nodes" }]
  })
})

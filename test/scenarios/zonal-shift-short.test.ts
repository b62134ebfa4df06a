/** A zone shifted away from a tier that is too full for it: who has how much to do, and who acts. */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import scenario from "../../scenarios/zonal-shift-short.ts"

const loads = (run: PlayedRun): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) =>
    event._tag === "kube/PodLoadTurned" && at >= 0 ? [`${at / 1_000} ${event.serving} ${event.share}`] : []
  )
const secondsOf = (run: PlayedRun, tag: string): ReadonlyArray<number> =>
  run.events.flatMap(({ at, event }) => (event._tag === tag && at >= 0 ? [at / 1_000] : []))

describe("zonal-shift-short", async () => {
  const run = await play(scenario)

  test("0.70 × 12/8 = 105 % from the shift on; nothing is ended or evicted, four nodes are cordoned", () => {
    expect(loads(run)).toEqual(["0 12 7/10", "185 8 21/20"])
    expect(run).toBreak("no pod has more than it can do")
    expect(secondsOf(run, "kube/NodeCordoned")).toEqual([185, 185, 185, 185])
    expect([secondsOf(run, "kube/PodDeleted"), secondsOf(run, "kube/PodEvicted")]).toEqual([[], []])
  })

  test("the pods' autoscaler does nothing: on average over all that are Ready it is still 70 %", () => {
    expect(secondsOf(run, "kube/WorkloadScaled")).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("with room for it the peak is 94.5 %", async () => {
    const roomy = await play(scenario, { variant: "room for it" })
    expect(loads(roomy)).toEqual(["0 12 63/100", "185 8 189/200"])
    expect(roomy).toHoldExpectations()
  })

  test("more by hand: asked for at 195, seen by the scan at 200, nodes Ready at 280, 70 % again; the autoscaler takes it back", async () => {
    const scaled = await play(scenario, { variant: "scaled by hand" })
    expect(secondsOf(scaled, "kube/GroupGrown")).toEqual([200])
    expect(secondsOf(scaled, "kube/NodeJoined")).toEqual([280, 280, 280, 280])
    expect(loads(scaled)).toEqual(["0 12 7/10", "185 8 21/20", "289 12 7/10", "586 8 21/20"])
  })
})

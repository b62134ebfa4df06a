/** One story on three clouds, and where they part. Seconds since the zone went dark. */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import threeClouds from "../../scenarios/zone-outage-three-clouds.ts"

const answers = (run: PlayedRun, probe: string): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) =>
    event._tag === "probe/AnswerTurned" && event.probe === probe ? [`${at / 1_000 - 120} ${event.success}`] : []
  )
const unwell = (run: PlayedRun): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) =>
    event._tag === "kube/NodeReadinessTurned" && event.ready === "Unknown" ? [`${at / 1_000 - 120} ${event.node}`] : []
  )

describe("a zone of three, on three clouds", async () => {
  const [eks, aks, gke] = [
    await play(threeClouds),
    await play(threeClouds, { variant: "AKS" }),
    await play(threeClouds, { variant: "GKE" })
  ]

  test("Kubernetes is one: the same node at 40, the same calls of a cluster address until 41", () => {
    for (const run of [eks, aks, gke]) {
      expect(unwell(run)).toEqual(["40 a1"])
      expect(answers(run, "inside")).toEqual(["-120 1", "0 2/3", "41 1"])
    }
  })

  test("the way out: lost with the one NAT gateway's zone on EKS, of no zone on AKS and GKE", () => {
    expect(answers(eks, "egress")).toEqual(["-120 1", "0 0", "2400 1"])
    for (const run of [aks, gke]) expect(answers(run, "egress")).toEqual(["-120 1"])
  })

  test("balancers: ALB 35, and its address in the dark zone until 120; Standard Load Balancer 15; endpoints before the groups' 45", () => {
    expect(answers(eks, "clients")).toEqual(["-120 1", "0 4/9", "35 2/3", "120 1"])
    expect(answers(aks, "clients")).toEqual(["-120 1", "0 4/9", "15 2/3", "41 1"])
    expect(answers(gke, "clients")).toEqual(["-120 1", "0 2/3", "41 1"])
  })

  test("equals its golden", () => {
    expect(eks).toEqualGolden()
  })

  test("EKS with a NAT gateway a zone: the others leave as before", async () => {
    expect(answers(await play(threeClouds, { variant: "EKS, NAT a zone" }), "egress")).toEqual(["-120 1"])
  })

  test("AKS with a NAT gateway of the dark zone: every heartbeat left by it, no node is Ready, nobody is evicted", async () => {
    const run = await play(threeClouds, { variant: "AKS, zonal NAT" })
    expect(answers(run, "egress")).toEqual(["-120 1", "0 0", "2400 1"])
    expect(unwell(run)).toEqual(["40 a1", "40 b1", "40 c1"])
    expect(run.events.filter(({ event }) => event._tag === "kube/PodEvicted")).toEqual([])
  })
})

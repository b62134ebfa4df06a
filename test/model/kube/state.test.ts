import { deserialize, serialize } from "node:v8"
import { describe, expect, test } from "vitest"
import { evolveCluster } from "../../../src/model/kube/evolve.ts"
import type { KubeEvent } from "../../../src/model/kube/message.ts"
import { startCluster } from "../../../src/model/kube/start-cluster.ts"
import { playCluster, service, workload } from "./play.ts"

const fault = 120_000
const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))
const played = playCluster({
  nodes,
  workloads: [
    workload("DaemonSet", "agent", { replicas: 0 }),
    workload("Deployment", "web", { replicas: 3 }),
    workload("StatefulSet", "db", { template: { volume: "disk" } })
  ],
  services: [service("web")],
  volumes: [{ name: "disk", kind: "gp2", zone: "c" }],
  steps: [
    [fault, { cut: ["c-1"] }],
    [fault + 400_000, { restore: ["c-1"] }],
    [fault + 500_000, { cut: ["a-1", "b-1", "c-1"] }]
  ],
  until: fault + 900_000
})
const terms = new Map(nodes.map(({ name, zone }) => [name, { zone, allocatableMilliCpu: 1_930, allocatableMiB: 7_518 }]))

describe("the cluster's state", () => {
  test("is the fold of the events and of nothing else", () => {
    const again = startCluster(played.world.spec, terms)
    for (const { event, at, seq } of played.recorded) if (event._tag.startsWith("kube/")) evolveCluster(again, event as KubeEvent, at, seq)
    expect(again).toEqual(played.world.cluster)
  })

  test("survives a snapshot", () => {
    expect(deserialize(serialize(played.world.cluster))).toEqual(played.world.cluster)
  })

  test("begins with nothing joined, applied or made", () => {
    const cluster = startCluster(played.world.spec, terms)
    expect([...cluster.nodes.values()].some((node) => node.joined)).toBe(false)
    expect([...cluster.workloads.values()].some((known) => known.applied)).toBe(false)
    expect([cluster.pods.size, cluster.troubled.size, cluster.masterDisruption]).toEqual([0, 0, false])
  })

  test("a node without terms is a defect", () => {
    expect(() => startCluster(played.world.spec, new Map())).toThrow('node "a-1" has no terms')
  })

  test.each<KubeEvent>([
    { _tag: "kube/NodePathRestored", node: "x" },
    { _tag: "kube/PodEvicted", pod: "default/x", node: "a-1" },
    { _tag: "kube/PodCreated", pod: "default/x", workload: "default/none" }
  ])("$_tag about something unknown is a defect", (event) => {
    expect(() => evolveCluster(startCluster(played.world.spec, terms), event, 0, 1)).toThrow("unknown")
  })

  test("the same seed gives the same events, another seed other names", () => {
    const play = (seed: number) =>
      playCluster({
        nodes,
        workloads: [workload("Deployment", "web", { replicas: 3 })],
        seed,
        steps: [[fault, { cut: ["c-1"] }]],
        until: fault + 400_000
      }).recorded
    expect(play(7)).toEqual(play(7))
    expect(play(8)).not.toEqual(play(7))
    expect(play(8).map(({ at, event }) => [at, event._tag])).toEqual(play(7).map(({ at, event }) => [at, event._tag]))
  })
})

/** Volumes that live in a zone, and the pods that follow them. */
import { describe, expect, test } from "vitest"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import { apply, bindings, cordon, cpu, cut, messages, placesOf, play, remove, told, workload } from "./stage.ts"

const nodes = ["a", "b", "c"].map((zone) => ({ name: `${zone}-1`, zone }))
const claim = (zonal = true): Partial<PodTemplate> => ({ volumeClaim: { name: "data", kind: "gp3", zonal, attaches: true } })
const set = (name: string, replicas: number, template: Partial<PodTemplate> = claim()) =>
  workload("StatefulSet", name, template, { replicas })
const provisioned = (played: ReturnType<typeof play>) =>
  told(played, "kube/VolumeProvisioned").map(({ volume, kind, zone }) => `${volume} ${kind} ${zone ?? "anywhere"}`)

describe("a volume of a zone", () => {
  test("takes its pod there, however much better another node is", () => {
    const busy = workload("Pod", "busy", { ...cpu(1_500), nodeSelector: { "kubernetes.io/hostname": "c-1" } })
    const db = workload("Pod", "db", { volume: "disk" })
    const played = play({ nodes, workloads: [busy, db], volumes: [{ name: "disk", kind: "gp3", zone: "c" }] })
    expect(placesOf(played, "db")).toEqual(["c-1"])
    expect(provisioned(played)).toEqual([])
  })

  test("its zone has nobody that takes the pod", () => {
    const played = play({
      nodes,
      workloads: [workload("Pod", "db", { volume: "disk" })],
      volumes: [{ name: "disk", kind: "gp3", zone: "c" }],
      steps: [
        [1, cordon("c-1")],
        [2, apply("db")]
      ],
      untilSeconds: 10
    })
    expect(messages(played, "db")).toEqual([
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) had volume node affinity conflict. " +
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    ])
  })

  test("a volume without a zone binds its pod to none", () => {
    const played = play({
      nodes,
      workloads: [workload("Pod", "db", { volume: "share" })],
      volumes: [{ name: "share", kind: "efs", attaches: false }],
      steps: [
        [1, cordon("a-1")],
        [2, cordon("b-1")],
        [3, apply("db")]
      ],
      untilSeconds: 10
    })
    expect(bindings(played, 0)).toEqual(["3 db c-1"])
  })
})

describe("WaitForFirstConsumer", () => {
  test("the scheduler chooses the node first; the volume is made in that node's zone, one a pod", () => {
    const played = play({ nodes, workloads: [set("db", 3)] })
    expect(provisioned(played)).toEqual(["data-db-0 gp3 a", "data-db-1 gp3 b", "data-db-2 gp3 c"])
    expect(placesOf(played, "db")).toEqual(["a-1", "b-1", "c-1"])
  })

  test("nowhere to go: no volume is made", () => {
    const played = play({ nodes: nodes.map((node) => ({ ...node, maxPods: 0 })), workloads: [set("db", 1)] })
    expect(provisioned(played)).toEqual([])
    expect(messages(played, "db")[0]).toContain("0/3 nodes are available: 3 Too many pods.")
  })

  test("the pod's successor is bound to the zone of its predecessor's volume, and no second one is made", () => {
    const played = play({
      nodes,
      workloads: [set("db", 1)],
      steps: [
        [5, cordon("a-1")],
        [10, remove("db-0")],
        [60, cordon("a-1", false)]
      ],
      untilSeconds: 100
    })
    expect(provisioned(played)).toEqual(["data-db-0 gp3 a"])
    expect(messages(played, "db", 0).map((message) => message.split(" preemption:")[0])).toEqual([
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) had volume node affinity conflict."
    ])
    expect(bindings(played, 0)).toEqual(["60 db-0 a-1"])
  })

  test("a claim that is not bound to a zone lets the successor go to another", () => {
    const steps = [
      [5, cordon("a-1")],
      [10, remove("db-0")]
    ] as const
    const played = play({ nodes, workloads: [set("db", 1, claim(false))], steps, untilSeconds: 100 })
    expect(provisioned(played)).toEqual(["data-db-0 gp3 anywhere"])
    expect(bindings(played, 0)).toEqual(["10 db-0 b-1"])
  })

  test("two sets that claim by the same name have volumes of their own", () => {
    const played = play({ nodes, workloads: [set("db", 1), set("log", 1)] })
    expect(provisioned(played)).toEqual(["data-db-0 gp3 a", "data-log-0 gp3 b"])
  })

  test("the zone dies, the pod is deleted by force: it waits for its zone, and returns with it", () => {
    const played = play({
      nodes,
      workloads: [set("db", 1)],
      steps: [cut(120, "a-1"), [300, remove("db-0")], [900, { _tag: "kube/NodePathRestored", node: "a-1" }]],
      untilSeconds: 1_200
    })
    expect(messages(played, "db", 0).map((message) => message.split(" preemption:")[0])).toEqual([
      "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, " +
        "2 node(s) had volume node affinity conflict."
    ])
    expect(told(played, "kube/PodScheduled", 0).map(({ node, second }) => [node, second > 900])).toEqual([["a-1", true]])
  })
})

/** How many more fit, held against what a scale-out into a nearly empty subnet then shows. */
import { awsVpc, deployment, drill, eksCluster, eksctlVpc, fargateProfile, type Network } from "drill"
import { play } from "drill/testing"
import { describe, expect, test } from "vitest"
import limits from "../../../scenarios/nodegroup-ip-limits.ts"
import { kernelOf } from "../../../src/engine/run.ts"
import { type GroupRoom, roomOf, type SubnetRoom } from "../../../src/model/world/room.ts"
import type { Plan } from "../../../src/scenario/plan.ts"

const { plan } = await play(limits)
const at = (from: Plan, seconds: number) => {
  const kernel = kernelOf(from, 42)
  kernel.advance(seconds * 1_000 + 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return kernel.world
}
const group = (from: Plan, seconds = 0): GroupRoom => roomOf(at(from, seconds), "workers") as GroupRoom
const withSettings = (changes: Plan["settings"]): Plan => ({ ...plan, settings: { ...plan.settings, ...changes } })

describe("a node group of six m5.large in a /24 with 67 addresses left", () => {
  test("has room for two full nodes, thirty addresses each, and their 54 pods", () => {
    expect(group(plan)).toMatchObject({ nodes: 6, max: 16, podsPerNode: 27, nodesMore: 2, podsMore: 54 })
    expect(group(plan).bounds[0]).toEqual({ limit: "addresses of nodes-a", nodes: 2, left: 67, each: 30 })
  })

  test("has none for a full one when four have come, though seven addresses are left", () => {
    expect(group(plan, 300)).toMatchObject({ nodes: 10, nodesMore: 0, podsMore: 0 })
    expect(group(plan, 300).bounds[0]?.left).toBe(7)
  })

  test("with prefix delegation is bounded by whole blocks: two are left, and a node wants two", () => {
    const [first] = group(withSettings({ prefixDelegation: true })).bounds
    expect(first).toEqual({ limit: "whole blocks of 16 in nodes-a", nodes: 1, left: 2, each: 2 })
  })

  test("with a subnet for pods is bounded by its own maximum", async () => {
    const { plan: custom } = await play(limits, { variant: "custom networking" })
    const room = group(custom)
    expect([room.nodesMore, room.bounds[0]?.limit]).toEqual([10, "the group's own maximum"])
    expect(room.bounds.find(({ limit }) => limit === "addresses of pods-a")?.each).toBe(20)
  })

  test("is bounded by the account's quotas where these are tighter", () => {
    if (plan.topology._tag !== "AwsTopology") throw new Error("no AWS")
    const bounded = { ...plan, topology: { ...plan.topology, quotas: { vcpus: 14 } } }
    // Six nodes of two vCPUs are there.
    expect(group(bounded).bounds[0]).toEqual({ limit: "vCPU quota", nodes: 1, left: 2, each: 2 })
  })
})

test("a subnet says what is free in it, and for whom", () => {
  const room = roomOf(at(plan, 0), "nodes-a") as SubnetRoom
  expect(room).toMatchObject({ addresses: 256, free: 67, freeBlocks: 3 })
  expect(room.groups.map(({ group: name, bound }) => `${name} ${bound.nodes}`)).toEqual(["workers 2"])
})

test("a name that nothing bears is answered with those that there are", () => {
  expect(roomOf(at(plan, 0), "nodes-b")).toEqual({ known: ["workers", "nodes-a"] })
})

describe("a Fargate profile", () => {
  const zones = ["a", "b"]
  const subnets = zones.map((zone) => `private-${zone}`)
  const cluster = eksCluster({ name: "shop", version: "1.31" }).with(
    fargateProfile("batch", { subnets, selectors: [{ namespace: "batch" }] }),
    deployment("worker", { namespace: "batch", replicas: 3, requests: { milliCpu: 900, memoryMiB: 1_900 } }),
    deployment("small", { namespace: "batch", replicas: 1 })
  )
  const network = eksctlVpc({ name: "shop", region: "r", cidr: "10.0.0.0/24", zones, nat: "Single", nodeGroups: [] })
  const roomIn = async (from: Network) =>
    roomOf(at((await play(drill("room").topology(from).cluster(cluster).until("5m"))).plan, 0), "batch") as GroupRoom
  test("takes one address a pod, of the largest size that its workloads need", async () => {
    const room = await roomIn(network)
    expect(room).toMatchObject({ isProfile: true, instanceType: "fargate-1vcpu-3gb", nodes: 4, podsPerNode: 1, podsMore: 50 })
    expect(room.bounds[0]).toEqual({ limit: "addresses of private-a, private-b", nodes: 50, left: 50, each: 1 })
  })
  test("is bounded by the account's Fargate quota where that is tighter", async () => {
    const { _tag, ...topology } = network.topology
    const room = await roomIn(awsVpc({ ...topology, quotas: { fargateVcpus: 6 } }))
    expect(room.bounds[0]).toEqual({ limit: "Fargate vCPU quota, in thousandths", nodes: 2, left: 2_750, each: 1_000 })
  })
})

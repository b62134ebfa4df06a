/** The upgrade of a node pool: how many are at work at once, what is there throughout, and what stops it. */
import { budget, cutCapacity, deployment, drill, gkeAddons, gkeCluster, gkeNodePool, gkeVpc, readyReplicas, upgradePool } from "drill"
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"

const zone = "europe-west1-b"
const network = gkeVpc({
  name: "shop",
  region: "europe-west1",
  zones: [zone],
  nodeCidr: "10.10.0.0/22",
  podCidr: "10.20.0.0/16",
  serviceCidr: "10.30.0.0/20"
})
const nodes = Array.from({ length: 5 }, (_, index) => ({ name: `old-${index + 1}`, zone, address: `10.10.0.${10 + index}` }))
const old = nodes.map(({ name }) => name)

const cluster = (minAvailable?: number) =>
  gkeCluster({ name: "shop", version: "1.31", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
    gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes, scaling: { min: 5, max: 10 } }),
    gkeAddons(),
    deployment("web", {
      replicas: 5,
      requests: { milliCpu: 250, memoryMiB: 256 },
      serves: [{ port: 8080 }],
      pods: old.map((node, index) => ({ name: `web-${index}`, node }))
    }),
    ...(minAvailable === undefined ? [] : [budget("web", { selector: { app: "web" }, minAvailable })])
  )

const story = (upgrade: Parameters<typeof upgradePool>[1], minAvailable?: number) =>
  drill("upgrade")
    .about("A pool of five is upgraded.")
    .lesson("Surge is paid in machines, unavailability in room.")
    .topology(network)
    .cluster(cluster(minAvailable))
    .at("1m", upgradePool("pool", upgrade))
    .until("3h")
    .expect("web runs", readyReplicas("web").atLeast(0).sustained())

/** Nodes of the pool that take pods, after every event, and the old ones that are under way. */
const levels = (run: PlayedRun) => {
  const taking = new Set(old)
  const atWork = new Set<string>()
  let [least, most] = [5, 0]
  for (const { at, event } of run.events) {
    if (event._tag === "kube/NodeJoined" && at > 0) taking.add(event.node)
    if (event._tag === "kube/NodeCordoned" && event.cordoned) {
      taking.delete(event.node)
      atWork.add(event.node)
    }
    if (event._tag === "kube/PoolNodeUpgraded") atWork.delete(event.node)
    if (event._tag === "kube/NodeDeleted") taking.delete(event.node)
    least = Math.min(least, taking.size)
    most = Math.max(most, atWork.size)
  }
  return { least, most, atLast: taking }
}
const ended = (run: PlayedRun) =>
  run.events.flatMap(({ at, event }) => (event._tag === "kube/PoolUpgradeEnded" ? [{ at: at / 1_000, ...event }] : []))

describe("a pool of five", () => {
  test("one more, none fewer: never under five, one at a time; five new ones at last", async () => {
    const run = await play(story({ version: "1.32" }))
    const { least, most, atLast } = levels(run)
    expect([least, most]).toEqual([5, 1])
    expect(ended(run)).toMatchObject([{ version: "1.32" }])
    expect(atLast.size).toBe(5)
    for (const node of old) expect(atLast).not.toContain(node)
  })

  test("two more and one fewer: never under four, and sooner done", async () => {
    const [fast, slow] = [await play(story({ version: "1.32", maxSurge: 2, maxUnavailable: 1 })), await play(story({ version: "1.32" }))]
    expect(levels(fast).least).toBe(4)
    expect(levels(fast).most).toBeLessThanOrEqual(3)
    expect(levels(fast).atLast.size).toBe(5)
    expect(ended(fast)[0]?.at ?? 0).toBeLessThan(ended(slow)[0]?.at ?? 0)
  })

  test("no surge, one fewer: never more than five machines", async () => {
    const run = await play(story({ version: "1.32", maxSurge: 0, maxUnavailable: 1 }))
    expect(levels(run)).toMatchObject({ least: 4, most: 1 })
    expect(run.events.filter(({ event }) => event._tag === "kube/GroupGrown")).toEqual([])
    expect(levels(run).atLast.size).toBe(5)
  })

  test("no machine to be had for the surge: not one node is drained", async () => {
    const run = await play(story({ version: "1.32" }).at("30s", cutCapacity(zone)))
    expect(run.events.some(({ event }) => event._tag === "kube/LaunchFailed")).toBe(true)
    expect(run.events.filter(({ event }) => event._tag === "kube/DrainBegan")).toEqual([])
  })

  test("a budget that lets nobody go: stopped after the time-out, or the node ends all the same", async () => {
    const stopped = await play(story({ version: "1.32", drainTimeout: "30m", afterTimeout: "stop" }, 5))
    expect(ended(stopped)).toMatchObject([{ failed: expect.stringMatching(/^old-1 was not drained in time: default\/web-/) }])
    expect(stopped.events.filter(({ event }) => event._tag === "kube/InstanceTerminated")).toEqual([])
    const forced = await play(story({ version: "1.32", drainTimeout: "10m" }, 5))
    expect(ended(forced)).toMatchObject([{ version: "1.32" }])
    expect(ended(forced)[0]).not.toHaveProperty("failed")
  })
})

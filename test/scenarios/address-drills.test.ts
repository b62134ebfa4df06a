/** The drills of addresses and launches, against the rules they teach: every row of their tables, to the second. */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import ipLimits from "../../scenarios/nodegroup-ip-limits.ts"
import fragmentation from "../../scenarios/prefix-fragmentation.ts"
import { subjectOf } from "../../src/event/subject.ts"
import { freeCountOf } from "../../src/model/capacity/addresses.ts"
import { played } from "../played.ts"

/** How often events of these kinds came to be, by second, from t=0 on: `15 InstanceLaunched 4`. */
const counts = (run: PlayedRun, tags: ReadonlyArray<string>, until = Number.MAX_SAFE_INTEGER): ReadonlyArray<string> => {
  const found = new Map<string, number>()
  for (const { at, event } of run.events) {
    const tag = event._tag.slice(event._tag.indexOf("/") + 1)
    if (at < 0 || at > until * 1_000 || !tags.includes(tag)) continue
    const key = `${at / 1_000} ${tag}`
    found.set(key, (found.get(key) ?? 0) + 1)
  }
  return [...found].map(([key, count]) => `${key} ${count}`)
}

const resultOf = (run: PlayedRun, id: string): string =>
  run.outcome.results.find(({ expectation }) => expectation === id)?.result ?? "absent"

const last = (run: PlayedRun, tag: string): number => (run.events.findLast(({ event }) => event._tag === tag)?.at ?? 0) / 1_000

/** The world as the run ends, by playing its plan once more. */
const endOf = (run: PlayedRun) => {
  const { world } = played(run.plan)
  const app = [...world.cluster.pods.values()].filter((pod) => pod.workload === "default/app")
  return {
    running: app.filter(({ ready }) => ready).length,
    stuck: app.filter(({ ready, node }) => !ready && node !== undefined).length,
    unschedulable: app.filter(({ node }) => node === undefined).length,
    nodes: [...world.cluster.nodes.values()].filter(({ ready }) => ready === "True").length,
    free: (subnet: string) => freeCountOf(world.addresses, subnet)
  }
}

describe("nodegroup-ip-limits", async () => {
  const base = await play(ipLimits)
  test("four nodes come, and their second interfaces meet the last addresses", () => {
    const tags = ["GroupGrown", "InstanceLaunched", "NodeJoined", "InterfaceAttached", "InterfaceCreated", "GrowthRefused"]
    expect(counts(base, tags, 380)).toEqual([
      "10 GroupGrown 1",
      "15 InstanceLaunched 4",
      "85 InterfaceAttached 4",
      "90 NodeJoined 4",
      "92.5 InterfaceCreated 2",
      "92.5 GrowthRefused 2",
      "102.5 InterfaceAttached 2",
      "112.5 GrowthRefused 2",
      "217.5 GrowthRefused 2",
      "237.5 GrowthRefused 2",
      "342.5 GrowthRefused 2",
      "362.5 GrowthRefused 2"
    ])
  })
  test("equals its golden", () => {
    expect(base).toEqualGolden()
  })
  test("the refusals alternate: nodes 3 and 4 were refused first", () => {
    const refused = base.events.flatMap(({ at, event }) =>
      event._tag === "capacity/GrowthRefused" ? [`${at / 1_000} ${subjectOf(event)} ${event.asked} ${event.free}`] : []
    )
    expect(refused.slice(0, 4)).toEqual([
      "92.5 ip-10-0-1-190 10 7",
      "92.5 ip-10-0-1-191 10 7",
      "112.5 ip-10-0-1-188 10 7",
      "112.5 ip-10-0-1-189 10 7"
    ])
  })
  test("pods: 36 have an address at 90, 18 more at 110; 54 are stuck, and try every ten seconds", () => {
    expect(counts(base, ["ContainerStarted"])).toEqual(["93 ContainerStarted 44", "113 ContainerStarted 18"])
    expect(counts(base, ["PodSandboxFailed"], 125)).toEqual([
      "90 PodSandboxFailed 72",
      "100 PodSandboxFailed 72",
      "110 PodSandboxFailed 54",
      "120 PodSandboxFailed 54"
    ])
    const { free, ...end } = endOf(base)
    expect(end).toEqual({ running: 216, stuck: 54, unschedulable: 0, nodes: 10 })
    expect(free("nodes-a")).toBe(7)
    expect(resultOf(base, "every pod runs soon")).toBe("broken")
    expect(resultOf(base, "no pod waits for a node")).toBe("held")
  })
  test("a tagged subnet for pods: all run at 133, 27 free in the old subnet, 80 used in the new", async () => {
    const run = await play(ipLimits, { variant: "a subnet for pods" })
    expect(counts(run, ["InterfaceCreated"])).toEqual(["92.5 InterfaceCreated 4", "112.5 InterfaceCreated 4"])
    expect(last(run, "kube/ContainerStarted")).toBe(133)
    const end = endOf(run)
    expect([end.running, end.free("nodes-a"), 65_531 - end.free("pods-a")]).toEqual([270, 27, 80])
    expect(resultOf(run, "every pod runs soon")).toBe("held")
  })
  test("prefix delegation: three whole blocks, 48 pods, fewer than before; switched on late, none", async () => {
    const run = await play(ipLimits, { variant: "prefix delegation" })
    expect(endOf(run).running).toBe(162 + 48)
    const late = await play(ipLimits, { variant: "prefix delegation, too late" })
    expect(endOf(late).running).toBe(216)
    const codes = late.events.flatMap(({ event }) => (event._tag === "capacity/GrowthRefused" ? [`${event.code} ${event.free}`] : []))
    expect(codes.at(-1)).toBe("InsufficientCidrBlocks 0")
  })
  // 63 are free when the nodes stand; each takes one for a second interface, the other 59 are for pods.
  test("WARM_IP_TARGET: no address is stranded, and still not every pod runs", async () => {
    const end = endOf(await play(ipLimits, { variant: "WARM_IP_TARGET" }))
    expect(end.free("nodes-a")).toBe(0)
    expect([end.running, end.stuck]).toEqual([221, 49])
  })
  test("custom networking: pods stand elsewhere, and a node carries nine fewer", async () => {
    const run = await play(ipLimits, { variant: "custom networking" })
    expect(endOf(run)).toMatchObject({ running: 270, stuck: 0, unschedulable: 0, nodes: 15 })
  })
  test("Karpenter launches sooner and is stuck the same", async () => {
    expect(endOf(await play(ipLimits, { variant: "Karpenter" }))).toMatchObject({ running: 216, stuck: 54 })
  })
})

describe("prefix-fragmentation", async () => {
  const base = await play(fragmentation)

  test("140: the node is Ready with room for 110 pods; 237 addresses were free, no block", () => {
    expect(counts(base, ["NodeJoined"])).toEqual(["140 NodeJoined 1"])
    const launched = base.events.find(({ event }) => event._tag === "kube/InstanceLaunched")
    expect(launched).toMatchObject({ at: 65_000, event: { maxPods: 110 } })
    expect(endOf(base)).toMatchObject({ nodes: 3, running: 0, stuck: 20, unschedulable: 0 })
    // The node took one of the 237 for itself.
    expect(endOf(base).free("nodes-a")).toBe(236)
  })

  test("InsufficientCidrBlocks at its start and every 125 s from then on; the autoscaler does nothing", () => {
    const refused = base.events.flatMap(({ at, event }) =>
      event._tag === "capacity/GrowthRefused" && at > 0 ? [`${at / 1_000} ${event.code}`] : []
    )
    expect(refused).toEqual([135, 137.5, 262.5, 387.5, 512.5, 637.5, 762.5, 887.5].map((second) => `${second} InsufficientCidrBlocks`))
    expect(counts(base, ["GroupGrown"])).toEqual(["60 GroupGrown 1"])
    expect(resultOf(base, "every pod runs soon")).toBe("broken")
  })

  test("equals its golden", () => {
    expect(base).toEqualGolden()
  })

  test.each(["a clean subnet", "a reservation"])("%s: all twenty run within half a minute", async (variant) => {
    const run = await play(fragmentation, { variant })
    expect(run).toHoldExpectations()
    expect(endOf(run).running).toBe(20)
  })
})

/** Faults of what runs out: a subnet that somebody fills, ports of a NAT gateway, instances that the cloud takes back. */
import {
  barePod,
  type Draft,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  emptySubnet,
  exhaustPorts,
  fillSubnet,
  from,
  nodeGroup,
  reclaimNodes,
  resizeGroup,
  restorePorts,
  to
} from "drill"
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import type { EventOf, EventTag } from "../../src/model/world/message.ts"

const zone = "eu-central-1a"
const subnet = `private-${zone}`
const nat = `shop-nat-${zone}`
const base: Draft = drill("faults")
  .topology(
    eksctlVpc({
      name: "shop",
      region: "eu-central-1",
      cidr: "10.40.0.0/16",
      zones: [zone, "eu-central-1b"],
      nat: "Single",
      nodeGroups: ["workers"]
    })
  )
  .cluster(
    eksCluster({ name: "shop", version: "1.31", endpoint: "both", subnets: [subnet, "private-eu-central-1b"] }).with(
      nodeGroup("workers", { instanceType: "m5.large", nodes: 2, subnets: [subnet], maxPods: 29, scaling: { min: 2, max: 4 } }),
      eksAddons(),
      barePod("app", {}),
      deployment("web", { replicas: 2, requests: { milliCpu: 100, memoryMiB: 64 } })
    )
  )
  .outside("partner", { address: "198.51.100.10", ports: [443] })
  .probe("fresh", from.pod("app"), to.address("198.51.100.10", 443))
  .probe("pool", from.pod("app"), to.address("198.51.100.10", 443), { kept: true })
  .until("15m")

const told = <Tag extends EventTag>(run: PlayedRun, tag: Tag): ReadonlyArray<EventOf<Tag> & { readonly second: number }> =>
  run.events.flatMap(({ at, event }) => (event._tag === tag && at > 0 ? [{ ...(event as EventOf<Tag>), second: at / 1_000 }] : []))
const answers = (run: PlayedRun, probe: string): ReadonlyArray<string> =>
  told(run, "probe/AnswerTurned").flatMap((event) => (event.probe === probe ? [`${event.second} ${event.success}`] : []))
const whyNot = (run: PlayedRun): ReadonlyArray<string> => told(run, "fault/MoveFailed").map(({ subject, why }) => `${subject}: ${why}`)

describe("a subnet that somebody fills", () => {
  test("has what was left, launches nothing beyond it, and is as it was when it is emptied", async () => {
    const run = await play(
      base
        .at("1m", fillSubnet(subnet, { leaving: 1 }))
        .at("2m", resizeGroup("workers", 4))
        .at("5m", emptySubnet(subnet))
    )
    expect(told(run, "capacity/SubnetFilled")).toMatchObject([{ second: 60, left: 1 }])
    const [first] = told(run, "kube/LaunchFailed")
    expect(first?.message).toContain("InsufficientFreeAddressesInSubnet")
    expect(told(run, "kube/InstanceLaunched").filter(({ second }) => second < 300)).toHaveLength(1)
    expect(told(run, "kube/InstanceLaunched")).toHaveLength(2)
    const [filled, emptied] = [told(run, "capacity/SubnetFilled")[0], told(run, "capacity/SubnetEmptied")[0]]
    const taken = filled?.ranges.reduce((sum, { first: from, last }) => sum + last - from + 1, 0) ?? 0
    // One of those that were left went to the node that came.
    expect(emptied?.left).toBe(taken + 1 - 1)
  })

  test("that is full already, and one that nobody filled, are told", async () => {
    const run = await play(
      base
        .at("1m", fillSubnet(subnet))
        .at("2m", fillSubnet(subnet))
        .at("3m", emptySubnet(`public-${zone}`))
    )
    expect(whyNot(run)).toEqual([`${subnet}: it has 0 free addresses`, `public-${zone}: nobody filled it`])
  })
})

describe("ports that run out", () => {
  test("stop what is new, and nothing that is open", async () => {
    const run = await play(base.at("1m", exhaustPorts(nat)).at("3m", restorePorts(nat)))
    expect(answers(run, "fresh")).toEqual(["60 0", "180 1"])
    expect(answers(run, "pool")).toEqual([])
    expect(told(run, "probe/AnswerTurned")[0]?.failures[0]).toMatchObject({ reason: "PortsExhausted", code: "ErrorPortAllocation" })
  })

  test("are no matter of a gateway that translates none", async () => {
    expect(whyNot(await play(base.at("1m", exhaustPorts("shop-igw"))))).toEqual(["shop-igw: it translates no ports"])
  })
})

describe("an instance that the cloud takes back", () => {
  const nodes = async () => (await play(base)).plan.cluster.nodes.map(({ name }) => name)

  test("ends after two minutes of notice, with all that runs on it; its group launches another", async () => {
    const [node = ""] = await nodes()
    const run = await play(base.at("1m", reclaimNodes([node])))
    expect(told(run, "fault/ReclaimNoticed")).toMatchObject([{ second: 60, node, untilMs: 180_000 }])
    expect(told(run, "kube/InstanceTerminated")).toMatchObject([{ second: 180, instance: node, reason: "reclaimed" }])
    expect(told(run, "kube/NodeDeleted")).toMatchObject([{ second: 185, node }])
    expect(told(run, "kube/InstanceLaunched").map(({ second }) => second)).toEqual([185])
    expect(told(run, "kube/PodDeleted").filter(({ second }) => second < 180)).toEqual([])
  })

  test("is empty by then where something drains it", async () => {
    const [node = ""] = await nodes()
    const run = await play(base.at("1m", reclaimNodes([node], { notice: "5m", drains: true })))
    expect(told(run, "kube/NodeDrained").map((event) => event.node)).toEqual([node])
    expect(told(run, "kube/NodeDrained")[0]?.second).toBeLessThan(360)
  })
})

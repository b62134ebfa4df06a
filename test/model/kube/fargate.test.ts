/** Fargate: a machine, a node and an address for each pod of a profile, and nothing else on them. */
import { describe, expect, test } from "vitest"
import {
  awsVpc,
  barePod,
  cutCapacity,
  cutZone,
  daemonSet,
  deleteNodes,
  deployment,
  drain,
  drill,
  eksCluster,
  eksctlVpc,
  fargateProfile,
  freezeLaunches,
  from,
  healZone,
  job,
  nodeGroup,
  resumeLaunches,
  scale,
  service,
  statefulSet,
  to
} from "../../../src/drill.ts"
import type { RecordedEvent } from "../../../src/event/event.ts"
import { freeCountOf } from "../../../src/model/capacity/addresses.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import { formatRatio } from "../../../src/model/value/ratio.ts"
import { questionFor } from "../../../src/model/world/flow-question.ts"
import { planOf } from "../../../src/scenario/draft-plan.ts"
import type { Plan } from "../../../src/scenario/plan.ts"
import { type Draft, toldOf } from "../../../src/scenario/word/draft.ts"
import type { Described } from "../../../src/scenario/word/workload.ts"
import { played } from "../../played.ts"

const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
const subnets = zones.map((zone) => `private-${zone}`)
const batch = fargateProfile("batch", { subnets, selectors: [{ namespace: "batch" }] })
const worker = (replicas: number, more: object = {}): Described =>
  deployment("worker", { namespace: "batch", replicas, labels: { app: "worker" }, serves: [{ port: 8_080 }], ...more })

/** Three private subnets of 27 free addresses each. */
const network = eksctlVpc({ name: "shop", region: "eu-west-1", cidr: "10.0.0.0/24", zones, nat: "HighlyAvailable", nodeGroups: ["nodes"] })
const clusterOf = (...parts: ReadonlyArray<Described>) => eksCluster({ name: "shop", version: "1.31" }).with(parts)
const drillOf = (...parts: ReadonlyArray<Described>): Draft =>
  drill("fargate")
    .topology(network)
    .cluster(clusterOf(batch, ...parts))
    .until("40m")

const planFrom = (draft: Draft): Plan => {
  const told = toldOf(draft)
  const { plan, diagnostics } = told === undefined ? { plan: undefined, diagnostics: [] } : planOf(told)
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics))
  return plan
}
const run = (draft: Draft) => played(planFrom(draft))
type Event = RecordedEvent["event"]
const told = <Tag extends Event["_tag"]>(events: ReadonlyArray<RecordedEvent>, tag: Tag, since = 0) =>
  events.flatMap(({ at, event }) =>
    event._tag === tag && at >= since ? [{ ...(event as Extract<Event, { readonly _tag: Tag }>), second: at / 1_000 }] : []
  )
const always = -1_000_000

describe("each pod of a profile", () => {
  const { events, world } = run(drillOf(worker(4, { requests: { milliCpu: 500, memoryMiB: 1_000 } })))
  test("has a machine of its own, level over the zones in order of the subnets", () => {
    expect(told(events, "kube/InstanceLaunched", always).map(({ zone, maxPods, group }) => `${group} ${zone} ${maxPods}`)).toEqual([
      "batch eu-west-1a 1",
      "batch eu-west-1b 1",
      "batch eu-west-1c 1",
      "batch eu-west-1a 1"
    ])
  })
  test("bears its node's one address", () => {
    const nodes = world.cluster.nodeNames.flatMap((name) => world.cluster.nodes.get(name) ?? [])
    for (const { spec, pods } of nodes) {
      expect(spec.name).toBe(`fargate-ip-${spec.address.replaceAll(".", "-")}`)
      expect([...pods].map((pod) => world.cluster.pods.get(pod)?.address)).toEqual([spec.address])
    }
    expect(subnets.map((subnet) => freeCountOf(world.addresses, subnet))).toEqual([25, 26, 26])
    expect(told(events, "capacity/InterfaceCreated", always)).toEqual([])
  })
  test("stands on a node with Fargate's label and taint", () => {
    const [name = ""] = world.cluster.nodeNames
    const node = world.cluster.nodes.get(name)
    expect(node?.spec.labels).toEqual({ "eks.amazonaws.com/compute-type": "fargate" })
    expect(node?.taints).toMatchObject([{ key: "eks.amazonaws.com/compute-type", value: "fargate", effect: "NoSchedule" }])
    expect(node?.spec.groups).toEqual(["eks-cluster-sg-shop"])
  })
  test.each([
    ["nothing asked", {}, "fargate-0.25vcpu-0.5gb"],
    ["just fits beside the components", { milliCpu: 250, memoryMiB: 256 }, "fargate-0.25vcpu-0.5gb"],
    ["a MiB more", { milliCpu: 250, memoryMiB: 257 }, "fargate-0.25vcpu-1gb"],
    ["memory that asks for more CPU", { milliCpu: 100, memoryMiB: 1_793 }, "fargate-0.5vcpu-3gb"],
    ["the largest", { milliCpu: 16_000, memoryMiB: 122_624 }, "fargate-16vcpu-120gb"]
  ])("gets the smallest size that holds it: %s", (_what, requests, size) => {
    const asked = Object.keys(requests).length === 0 ? {} : { requests }
    const [launched] = told(run(drillOf(worker(1, asked))).events, "kube/InstanceLaunched", always)
    expect(launched?.instanceType).toBe(size)
  })
})

describe("a machine", () => {
  const draft = drillOf(worker(1)).at("1m", scale("batch/worker", 2)).at("10m", scale("batch/worker", 0))
  const { events, world } = run(draft)
  test("joins, and runs its pod, 45 s after its launch", () => {
    expect(told(events, "kube/InstanceLaunched").map(({ second }) => second)).toEqual([60])
    expect(told(events, "kube/NodeJoined").map(({ second }) => second)).toEqual([105])
    expect(told(events, "kube/PodScheduled").map(({ second }) => second)).toEqual([105])
  })
  test("goes with its pod, and its address with it", () => {
    const [gone] = told(events, "kube/PodRemoved")
    expect(told(events, "kube/NodeDeleted").map(({ second, by }) => `${second} ${by}`)).toEqual(
      [1, 2].map(() => `${gone?.second} fargate-scheduler`)
    )
    expect(world.cluster.nodeNames).toEqual([])
    expect(world.addresses.pools.size).toBe(0)
    expect(subnets.map((subnet) => freeCountOf(world.addresses, subnet))).toEqual([27, 27, 27])
  })
  test("is ended on its way when its pod is deleted first", () => {
    const early = run(drillOf(worker(0)).at("1m", scale("batch/worker", 1)).at("80s", scale("batch/worker", 0)))
    expect(told(early.events, "kube/InstanceTerminated").map(({ second, reason }) => `${second} ${reason}`)).toEqual(["80 its pod is gone"])
    expect(told(early.events, "kube/NodeJoined")).toEqual([])
    expect(subnets.map((subnet) => freeCountOf(early.world.addresses, subnet))).toEqual([27, 27, 27])
  })
  test("stays while a finished pod's object does: a Job makes no second one", () => {
    const done = run(drillOf(job("once", { namespace: "batch", completions: 1, behaviour: { kind: "completes", after: "2m" } })))
    expect(told(done.events, "kube/PodSucceeded", always)).toHaveLength(1)
    expect(told(done.events, "kube/PodCreated", always)).toHaveLength(1)
    expect(done.world.cluster.nodeNames).toHaveLength(1)
  })
  test("whose node object an operator deletes is no more, and its pod is collected and replaced", () => {
    const before = run(drillOf(worker(1)))
    const [node = ""] = before.world.cluster.nodeNames
    const { events: after, world: left } = run(drillOf(worker(1)).at("1m", deleteNodes(node)))
    expect(told(after, "kube/PodDeleted").map(({ by }) => by)).toEqual(["pod-gc"])
    expect(left.cluster.nodeNames).toHaveLength(1)
    expect(left.cluster.machines.size).toBe(1)
  })
  test("that is drained is told so before it goes", () => {
    const [node = ""] = run(drillOf(worker(1))).world.cluster.nodeNames
    const { events: after } = run(drillOf(worker(1)).at("1m", drain(node)))
    expect(told(after, "kube/NodeDrained").map(({ second }) => second)).toEqual([65])
    expect(told(after, "kube/NodeDeleted").map(({ second }) => second)).toEqual([65])
  })
  test("of a StatefulSet's pod gives way to the next one of that name", () => {
    const { world: end, events: all } = run(
      drillOf(statefulSet("queue", { namespace: "batch", replicas: 2, labels: { app: "queue" } }))
        .at("1m", scale("batch/queue", 1))
        .at("5m", scale("batch/queue", 2))
    )
    expect(told(all, "kube/InstanceLaunched", always)).toHaveLength(3)
    expect([...end.cluster.machines.keys()].sort()).toEqual(["batch/queue-0", "batch/queue-1"])
  })
})

describe("a full subnet", () => {
  const small = fargateProfile("small", { subnets: subnets.slice(0, 1), selectors: [{ namespace: "batch" }] })
  test("is passed over for the next", () => {
    const { events, world } = run(drillOf(worker(80)))
    expect(world.cluster.nodeNames).toHaveLength(80)
    expect(told(events, "kube/SchedulingFailed", always)).toEqual([])
  })
  test("with no other leaves its pods Pending in the cloud's words, until an address is free", () => {
    const draft = drill("full")
      .topology(network)
      .cluster(clusterOf(small, worker(28)))
      .until("40m")
    const { events, world } = run(draft)
    const failed = told(events, "kube/SchedulingFailed")
    expect(new Set(failed.map(({ message }) => message.slice(0, 32)))).toEqual(new Set(["InsufficientFreeAddressesInSubne"]))
    expect(told(events, "kube/LaunchFailed")[0]).toMatchObject({ group: "small", limit: "free addresses of private-eu-west-1a (0 left)" })
    expect(world.cluster.nodeNames).toHaveLength(27)
    const freed = run(draft.at("5m", scale("batch/worker", 20)).at("10m", scale("batch/worker", 27)))
    expect([...freed.world.cluster.pods.values()].every(({ ready }) => ready)).toBe(true)
  })
})

describe("a lost zone", () => {
  const { events, world } = run(drillOf(worker(3)).at("1m", cutZone("eu-west-1a")).at("20m", healZone("eu-west-1a")))
  test("turns its node NotReady, evicts the pod after its toleration, and another machine is launched elsewhere", () => {
    expect(told(events, "kube/NodeCutOff").map(({ second }) => second)).toEqual([60])
    expect(told(events, "kube/NodeReadinessTurned")[0]).toMatchObject({ second: 100, ready: "Unknown" })
    const [evicted] = told(events, "kube/PodEvicted")
    expect(evicted?.second).toBe(405)
    expect(told(events, "kube/InstanceLaunched")).toMatchObject([{ second: 405, zone: "eu-west-1b" }])
    expect(told(events, "kube/NodeJoined").map(({ second }) => second)).toEqual([450])
  })
  test("keeps the old machine until its kubelet confirms, when the zone is back", () => {
    expect(told(events, "kube/NodeDeleted")).toMatchObject([{ second: 1_216 }])
    expect(world.cluster.nodeNames).toHaveLength(3)
  })
  test("while a machine is on its way there: it never comes, and another does", () => {
    const late = run(drillOf(worker(0)).at("1m", scale("batch/worker", 1)).at("70s", cutZone("eu-west-1a")))
    expect(told(late.events, "kube/InstanceTerminated")).toMatchObject([{ second: 105, reason: "its zone is dark" }])
    expect(told(late.events, "kube/NodeJoined")).toMatchObject([{ second: 150, zone: "eu-west-1b" }])
  })
})

describe("what the cloud refuses", () => {
  const grown = drillOf(worker(0)).at("1m", scale("batch/worker", 3))
  test("frozen launches: Pending, tried again every minute", () => {
    const { events, world } = run(grown.at("30s", freezeLaunches()).at("150s", resumeLaunches()))
    expect(
      told(events, "kube/SchedulingFailed")
        .map(({ second, message }) => `${second} ${message}`)
        .slice(0, 4)
    ).toEqual([
      ...[1, 2, 3].map(() => "60 InternalError: An internal error has occurred"),
      "120 InternalError: An internal error has occurred"
    ])
    expect(told(events, "kube/InstanceLaunched").map(({ second }) => second)).toEqual([180, 180, 180])
    expect(world.cluster.nodeNames).toHaveLength(3)
  })
  test.each([
    ["a zone's", cutCapacity("eu-west-1a")],
    ["Fargate's", cutCapacity("eu-west-1a", { instanceType: "fargate" })]
  ])("%s capacity that is gone: the other zones take its share", (_what, action) => {
    const { events } = run(grown.at("30s", action))
    expect(told(events, "kube/InstanceLaunched").map(({ zone }) => zone)).toEqual(["eu-west-1b", "eu-west-1c", "eu-west-1b"])
    expect(told(events, "kube/LaunchFailed")[0]).toMatchObject({
      message: "Fargate capacity is unavailable at this time.",
      limit: "Fargate capacity in eu-west-1a"
    })
  })
  test("more vCPUs than the account's Fargate quota, which is not EC2's", () => {
    const { _tag, ...topology } = network.topology
    const bound = awsVpc({ ...topology, quotas: { fargateVcpus: 1, vcpus: 0 } })
    const { events, world } = run(
      drill("quota")
        .topology(bound)
        .cluster(clusterOf(batch, worker(5)))
        .until("5m")
    )
    expect(world.cluster.nodeNames).toHaveLength(4)
    expect(told(events, "kube/LaunchFailed")[0]?.limit).toBe("Fargate vCPU quota (1000m of 1000m used, 250m more asked for)")
    expect(told(events, "kube/SchedulingFailed")[0]?.message).toContain("limit on the number of Fargate pods")
  })
})

describe("a Fargate node", () => {
  const tolerant = { tolerations: [{}] }
  const nodes = nodeGroup("nodes", { instanceType: "m5.large", nodes: 1, subnets: subnets.slice(1, 2) })
  const cluster = clusterOf(
    batch,
    worker(2),
    daemonSet("agent", { namespace: "kube-system", labels: { app: "agent" }, ...tolerant }),
    deployment("web", { replicas: 4, labels: { app: "web" }, ...tolerant, serves: [{ port: 80 }] }),
    service("worker", {
      namespace: "batch",
      clusterIp: "10.100.0.50",
      selector: { app: "worker" },
      ports: [{ port: 80, targetPort: 8_080 }]
    }),
    barePod("client")
  ).with(nodes)
  const draft = drill("mixed").topology(network).cluster(cluster).until("20m")
  const { events, world } = run(draft.at("1m", scale("batch/worker", 4)).at("6m", scale("batch/worker", 1)))
  test("runs no DaemonSet's pod, and no other, however much they tolerate", () => {
    const placed = told(events, "kube/PodScheduled", always).filter(({ node }) => node.startsWith("fargate-"))
    expect(placed.every(({ pod }) => pod.startsWith("batch/worker-"))).toBe(true)
    expect([...world.cluster.pods.values()].filter(({ workload }) => workload === "kube-system/agent")).toHaveLength(1)
  })
  test("is nothing to kube-scheduler: it never tries a pod of a profile", () => {
    expect(told(events, "kube/SchedulingFailed", always)).toEqual([])
    expect(told(events, "kube/PodCreated", always).filter(({ profile }) => profile === "batch")).toHaveLength(4)
  })
  test("lets its pod be reached from nodes, and reach them, through the cluster's security group", () => {
    const node = world.cluster.nodes.get(world.cluster.pods.get("default/client")?.node ?? "")
    const asked = draft.probe("worker", from.pod("client"), to.service("batch/worker", 80))
    const answers = told(run(asked).events, "probe/AnswerTurned")
    expect(node?.spec.nodeGroup).toBe("nodes")
    expect(answers.map(({ success }) => success)).toEqual(["1"])
  })
})

describe("the one interface of a machine", () => {
  const closed = eksCluster({ name: "shop", version: "1.31", endpoint: "private", subnets }).with(batch, worker(2))
  const { events, world } = run(drill("private").topology(network).cluster(closed).until("10m"))
  const [node = ""] = world.cluster.nodeNames
  const [pod = ""] = world.cluster.nodes.get(node)?.pods ?? []
  const successOf = (wish: { readonly from: string; readonly to: string; readonly port: number }): string => {
    const question = questionFor(world, { ...wish, protocol: "tcp" })
    if ("unknown" in question) throw new Error(question.unknown.name)
    return formatRatio(traceFlow(world.fabric, question).success)
  }
  test("carries its kubelet's way to a private API endpoint", () => {
    expect(told(events, "kube/NodeCutOff", always)).toEqual([])
    expect([successOf({ from: node, to: "shop.eks", port: 443 }), successOf({ from: pod, to: "shop.eks", port: 443 })]).toEqual(["1", "1"])
  })
  test("is reached under the node's name and the pod's alike", () => {
    const [, other = ""] = world.cluster.nodeNames
    const [neighbour = ""] = world.cluster.nodes.get(other)?.pods ?? []
    expect([pod, node].map((name) => successOf({ from: neighbour, to: name, port: 10_250 }))).toEqual(["1", "1"])
    expect(successOf({ from: neighbour, to: node, port: 8_080 })).toBe("1")
    expect(successOf({ from: neighbour, to: node, port: 9 })).toBe("0")
  })
})

test("two plays of one seed end in the same events", () => {
  const draft = drillOf(worker(6)).at("1m", cutZone("eu-west-1b")).at("15m", healZone("eu-west-1b")).at("20m", scale("batch/worker", 2))
  const plan = planFrom(draft)
  for (const seed of [1, 2, 7_919]) expect(played(plan, seed).events).toEqual(played(plan, seed).events)
})

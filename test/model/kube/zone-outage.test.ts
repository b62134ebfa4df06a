import { expect, test } from "vitest"
import type { SettingValue } from "../../../src/model/value/setting.ts"
import { linesOf, placesOf, playCluster, service, workload } from "./play.ts"

const [n94, n151, n46] = ["ip-192-168-0-94", "ip-192-168-63-151", "ip-192-168-91-46"]
const [fault, end] = [120_000, 2_520_000]

const pin = (name: string, node: string, address?: string) => ({ name, node, ...(address === undefined ? {} : { address }) })

/** The walkthrough cluster: three nodes in three zones, an app, a database on a zonal volume, a bare pod, cluster DNS and the node agents. */
const playOutage = (settings: Readonly<Record<string, SettingValue>> = {}) =>
  playCluster({
    nodes: [
      { name: n151, zone: "2a" },
      { name: n94, zone: "2b" },
      { name: n46, zone: "2c" }
    ],
    workloads: [
      workload("DaemonSet", "aws-node", { replicas: 0, template: { hostNetwork: true, requests: { milliCpu: 10, memoryMiB: 0 } } }),
      workload("DaemonSet", "kube-proxy", { replicas: 0, template: { hostNetwork: true, requests: { milliCpu: 100, memoryMiB: 0 } } }),
      workload("Deployment", "coredns", {
        replicas: 2,
        template: { requests: { milliCpu: 100, memoryMiB: 70 } },
        pins: [pin("coredns-a", n151), pin("coredns-b", n94)]
      }),
      workload("Deployment", "app", {
        replicas: 3,
        templateHash: "6bf97c555d",
        template: { readinessProbe: { path: "/", port: 8080, initialDelayMs: 5_000, periodMs: 5_000 } },
        pins: [
          pin("app-6bf97c555d-5mzfb", n94, "10.1.15.108"),
          pin("app-6bf97c555d-76fgm", n151, "10.0.52.42"),
          pin("app-6bf97c555d-gw4k9", n46, "10.2.88.61")
        ]
      }),
      workload("StatefulSet", "postgres", { template: { volume: "data-postgres-0" }, pins: [pin("postgres-0", n46, "10.2.70.170")] }),
      workload("Pod", "dnsutils", { pins: [pin("dnsutils", n151, "10.0.57.174")] })
    ],
    services: [service("app"), service("postgres")],
    volumes: [{ name: "data-postgres-0", kind: "gp2", zone: "2c" }],
    settings,
    steps: [
      [fault, { cut: [n46] }],
      [end, { restore: [n46] }]
    ],
    until: 2_700_000
  })

/** Names that chance gave, by what they are. */
const named = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) =>
    line
      .replace(/default\/(aws-node|kube-proxy)-\w{5}/g, "$1")
      .replace(/default\/app-6bf97c555d-/g, "app-")
      .replace(/app-(?!5mzfb|76fgm|gw4k9)\w{5}/g, "app-new")
      .replace(/default\//g, "")
  )

test("settling arrives at the owner's names, places and addresses by its own rules", () => {
  const { world, recorded } = playOutage()
  expect(recorded.filter(({ event }) => event._tag === "kube/SchedulingFailed" || event._tag === "kube/PodSandboxFailed")).toEqual([])
  const pods = [...world.cluster.pods.keys()].filter((id) => !/aws-node|kube-proxy/.test(id))
  expect(pods).toContain("default/dnsutils")
  const settled = recorded
    .filter(({ at }) => at < 0)
    .flatMap(({ event }) => (event._tag === "kube/PodAddressAssigned" ? [`${event.pod} ${event.node} ${event.address}`] : []))
  for (const line of [
    `default/app-6bf97c555d-5mzfb ${n94} 10.1.15.108`,
    `default/app-6bf97c555d-76fgm ${n151} 10.0.52.42`,
    `default/app-6bf97c555d-gw4k9 ${n46} 10.2.88.61`,
    `default/postgres-0 ${n46} 10.2.70.170`,
    `default/dnsutils ${n151} 10.0.57.174`
  ])
    expect(settled).toContain(line)
  expect([...world.cluster.pods.values()].filter((pod) => pod.ready && !pod.terminating)).toHaveLength(13)
})

test("a zone dies and returns: every row of the cluster's side, to the second", () => {
  const lines = named(linesOf(playOutage(), [], fault)).filter((line) => !line.includes("InterfaceAttached"))
  expect(lines.map((line) => line.replace(/10\.\d\.\d+\.\d+$/, "<address>"))).toEqual([
    `0 NodeCutOff ${n46} 120000 ComponentSilent ${n46}`,
    `40 NodeReadinessTurned ${n46} Unknown NodeStatusUnknown`,
    `40 NodeTainted ${n46} NoSchedule`,
    "40 PodReadinessTurned app-gw4k9 false node-lifecycle",
    "40 PodReadinessTurned aws-node false node-lifecycle",
    "40 PodReadinessTurned kube-proxy false node-lifecycle",
    "40 PodReadinessTurned postgres-0 false node-lifecycle",
    "40 ZoneStateTurned 2c FullDisruption 1 1",
    "41 EndpointsTurned app app-5mzfb,app-76fgm",
    "41 EndpointsTurned postgres ",
    `45 NodeTainted ${n46} NoExecute`,
    `345 PodEvicted app-gw4k9 ${n46}`,
    "345 PodCreated app-new",
    `345 PodScheduled app-new ${n94}`,
    `345 PodAddressAssigned app-new ${n94} <address>`,
    `345 PodEvicted postgres-0 ${n46}`,
    "348 ContainerStarted app-new",
    "353 PodReadinessTurned app-new true kubelet",
    expect.stringMatching(/^354 EndpointsTurned app (?=.*app-new)(?=.*app-5mzfb)(?=.*app-76fgm)/),
    `2400 NodePathRestored ${n46}`,
    `2410 LeaseRenewed ${n46}`,
    `2410 NodeReadinessTurned ${n46} True KubeletReady`,
    `2410 NodeUntainted ${n46} NoSchedule`,
    "2410 PodReadinessTurned app-gw4k9 true kubelet",
    "2410 PodReadinessTurned aws-node true kubelet",
    "2410 PodReadinessTurned kube-proxy true kubelet",
    "2410 PodReadinessTurned postgres-0 true kubelet",
    `2410 NodeUntainted ${n46} NoExecute`,
    "2410 ZoneStateTurned 2c Normal 0 1",
    `2411 WatchResumed ${n46}`,
    "2416 PodRemoved app-gw4k9",
    "2416 PodRemoved postgres-0",
    "2416 PodCreated postgres-0",
    `2416 PodScheduled postgres-0 ${n46}`,
    `2416 PodAddressAssigned postgres-0 ${n46} <address>`,
    `2431 VolumeAttached postgres-0 data-postgres-0 ${n46}`,
    "2434 ContainerStarted postgres-0",
    "2434 PodReadinessTurned postgres-0 true kubelet",
    "2435 EndpointsTurned postgres postgres-0"
  ])
})

test("the replacement goes to 2b by score, not by a tie, and nobody moves it back", () => {
  const played = playOutage()
  const bound = played.recorded.flatMap(({ at, event }) => (event._tag === "kube/PodScheduled" && at === fault + 345_000 ? [event] : []))
  expect(bound).toHaveLength(1)
  const [first, second] = (bound[0]?.scores ?? []).map((score) => score.split("="))
  expect([first?.[0], second?.[0]]).toEqual([n94, n151])
  expect(Number(first?.[1])).toBeGreaterThan(Number(second?.[1]))
  expect(placesOf(played, "app")).toEqual([n94, n94, n151])
})

test("a grace of 50 s moves every row by ten seconds, whether the profile or the number says so", () => {
  for (const settings of [{ graceMs: 50_000 }, { nodeLifecycle: "upstream-1.32" }]) {
    const lines = named(
      linesOf(
        playOutage(settings),
        ["NodeReadinessTurned", "EndpointsTurned", "NodeTainted", "PodEvicted", "PodScheduled", "PodReadinessTurned"],
        fault
      )
    )
    const at = (text: string) => lines.find((line) => line.includes(text))?.split(" ")[0]
    expect([at("Unknown"), at("EndpointsTurned app"), at("NoExecute"), at("PodEvicted"), at("PodScheduled"), at("app-new true")]).toEqual([
      "50",
      "51",
      "55",
      "355",
      "355",
      "363"
    ])
    expect(lines.filter((line) => line.includes("EndpointsTurned app")).map((line) => line.split(" ")[0])).toEqual(["51", "364"])
  }
})

test("every event of the outage follows from the cut or the restored path", () => {
  const played = playOutage()
  const bySeq = new Map(played.recorded.map((event) => [event.seq, event]))
  for (const recorded of played.recorded.filter(({ at }) => at >= fault)) {
    let root = recorded
    while (root.cause > 0) {
      const next = bySeq.get(root.cause)
      if (next === undefined || next.seq >= root.seq) throw new Error(`event ${root.seq} has no earlier cause`)
      root = next
    }
    expect(root.event._tag).toMatch(/kube\/Node(CutOff|PathRestored)/)
  }
})

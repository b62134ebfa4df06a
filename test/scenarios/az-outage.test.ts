/**
 * The shipped zone outage, against the timeline that engineers worked out for it: every row to the second, from rules and named
 * settings. Times are seconds since the zone died, at 2:00.
 */

import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import scenario from "../../scenarios/az-outage.ts"
import { subjectOf } from "../../src/event/subject.ts"
import { sentenceOf } from "../../src/report/sentence.ts"

const faultMs = 120_000
const at = (seconds: number): string => `${(faultMs + seconds * 1_000) / 1_000}s`

/** What came to be at a second since the fault, as `kind subject: sentence`. */
const said = (run: PlayedRun, seconds: number): ReadonlyArray<string> =>
  run.events
    .filter((recorded) => recorded.at === faultMs + seconds * 1_000)
    .map(({ event }) => `${event._tag} ${subjectOf(event)}: ${sentenceOf(event)}`)

const node = "ip-192-168-91-46"
const base = await play(scenario)

describe("the golden table of the zone outage", () => {
  test.each<[number, string]>([
    [0, `fault/ZoneLost us-west-2c: zone us-west-2c down: 2 components stop`],
    [40, `kube/NodeReadinessTurned ${node}: node NotReady (Unknown): NodeStatusUnknown`],
    [40, `kube/NodeTainted ${node}: node tainted node.kubernetes.io/unreachable:NoSchedule`],
    [40, "kube/PodReadinessTurned default/app-6bf97c555d-gw4k9: pod not Ready: its node is unreachable"],
    [40, "kube/PodReadinessTurned default/postgres-0: pod not Ready: its node is unreachable"],
    [40, "kube/ZoneStateTurned us-west-2c: zone fully disrupted: 1 of 1 node not ready"],
    [41, "kube/EndpointsTurned default/postgres: no ready endpoint left: connections are refused"],
    [41, "kube/EndpointsTurned default/clusterip-service: 2 ready endpoints: default/app-6bf97c555d-5mzfb, default/app-6bf97c555d-76fgm"],
    [45, `kube/NodeTainted ${node}: node tainted node.kubernetes.io/unreachable:NoExecute`],
    [
      60,
      "balance/AddressWithdrawn eks-demo-web/us-west-2c: address 198.51.100.102 (us-west-2c) leaves DNS: its front end is dead; caches keep it"
    ],
    [65, `balance/TargetTurnedUnhealthy eks-demo-web/${node}: target ${node} out of service`],
    [120, "balance/CachesFollowed eks-demo-web: every cache now holds 198.51.100.101, 198.51.100.100"],
    [345, `kube/PodEvicted default/app-6bf97c555d-gw4k9: pod evicted from ${node}: Terminating until its kubelet confirms`],
    [345, `kube/PodEvicted default/postgres-0: pod evicted from ${node}: Terminating until its kubelet confirms`],
    [2_400, "fault/ZoneReturned us-west-2c: zone us-west-2c back: 2 components resume"],
    [2_410, `kube/NodeReadinessTurned ${node}: node Ready again`],
    [2_410, `kube/NodeUntainted ${node}: taint node.kubernetes.io/unreachable:NoExecute taken off`],
    [2_410, "kube/ZoneStateTurned us-west-2c: zone normal: 0 of 1 node not ready"],
    [2_416, "kube/PodRemoved default/postgres-0: pod removed"],
    [2_416, `kube/PodScheduled default/postgres-0: pod bound to ${node}`],
    [2_420, `balance/TargetTurnedHealthy eks-demo-web/${node}: target ${node} in service`],
    [2_431, `kube/VolumeAttached default/postgres-0: volume postgres-data attached to ${node}`],
    [2_434, "kube/PodReadinessTurned default/postgres-0: pod Ready"],
    [2_435, "kube/EndpointsTurned default/postgres: 1 ready endpoint: default/postgres-0"],
    [2_460, "balance/AddressListed eks-demo-web/us-west-2c: address 198.51.100.102 (us-west-2c) listed in DNS"],
    [2_520, "balance/CachesFollowed eks-demo-web: every cache now holds 198.51.100.101, 198.51.100.100, 198.51.100.102"]
  ])("%i s: %s", (seconds, line) => {
    expect(said(base, seconds)).toContain(line)
  })

  test("345 s: the replacement goes to the node with the higher score", () => {
    expect(said(base, 345).join("\n")).toMatch(
      /PodScheduled default\/app-6bf97c555d-\w{5}: pod bound to ip-192-168-0-94 \(scores ip-192-168-0-94=371, ip-192-168-63-151=365\)/
    )
  })

  test("353 s and 354 s: it is Ready, and an endpoint", () => {
    expect(said(base, 353).join("\n")).toMatch(/PodReadinessTurned default\/app-6bf97c555d-\w{5}: pod Ready/)
    expect(said(base, 354).join("\n")).toContain("EndpointsTurned default/clusterip-service: 3 ready endpoints")
  })

  test("/host: 4/9, then 2/3, then all", () => {
    expect(base).toDeliver("host", "1", { until: "2m" })
    expect(base).toDeliver("host", "4/9", { from: "2m", until: at(41) })
    expect(base).toDeliver("host", "2/3", { from: at(41), until: at(120) })
    expect(base).toDeliver("host", "1", { from: at(120) })
  })

  test("/data: lost to timeouts, then to refusals, until its zone is back", () => {
    expect(base).toDeliver("data", "0", { from: "2m", until: at(2_435) })
    expect(base).toDeliver("data", "1", { from: at(2_435) })
    const windows = base.outcome.probes.find(({ probe }) => probe === "data")?.windows.map(({ timeout, refused }) => [timeout, refused])
    expect(windows).toEqual([
      ["0", "0"],
      ["1", "0"],
      ["1/3", "2/3"],
      ["0", "1"],
      ["0", "0"]
    ])
  })

  test("the web tier holds, the database is the lesson", () => {
    expect(base).not.toHoldExpectations()
    expect(base).toBreak("database")
    expect(base).toBreak("data recovers")
    expect(base.outcome.results.filter(({ result }) => result === "held").map(({ expectation }) => expectation)).toEqual([
      "host keeps half",
      "host recovers",
      "web tier is whole",
      "nothing waits at the end"
    ])
  })

  test("equals its golden", () => {
    expect(base).toEqualGolden()
  })
})

describe("one thing changed", () => {
  test.each([
    ["by a setting", { set: { graceMs: "50s" } }],
    ["by its name", { variant: "grace 50" }]
  ])("grace 50 %s: detection and eviction move by ten seconds, DNS and checks do not", async (_how, options) => {
    const run = await play(scenario, options)
    expect(said(run, 50)).toContain(`kube/NodeReadinessTurned ${node}: node NotReady (Unknown): NodeStatusUnknown`)
    expect(said(run, 55)).toContain(`kube/NodeTainted ${node}: node tainted node.kubernetes.io/unreachable:NoExecute`)
    expect(said(run, 65)).toContain(`balance/TargetTurnedUnhealthy eks-demo-web/${node}: target ${node} out of service`)
    expect(run).toDeliver("host", "4/9", { from: "2m", until: at(51) })
    expect(run).toDeliver("host", "2/3", { from: at(51), until: at(120) })
    expect(said(run, 355)).toContain(`kube/PodEvicted default/postgres-0: pod evicted from ${node}: Terminating until its kubelet confirms`)
    expect(run).toEqualGolden({ name: "az-outage-grace-50" })
  })

  test("the release that brought the longer grace brings it by its name", async () => {
    const byProfile = await play(scenario, { set: { nodeLifecycle: "upstream-1.32" } })
    expect(said(byProfile, 50)).toContain(`kube/NodeReadinessTurned ${node}: node NotReady (Unknown): NodeStatusUnknown`)
  })

  test("a balancer that crosses zones spreads the harm to every front end: 8/27, then 4/9, then 2/3", async () => {
    const run = await play(scenario, { variant: "cross-zone on" })
    const host = run.outcome.probes.find(({ probe }) => probe === "host")?.windows.map(({ success }) => success)
    expect(host).toEqual(["1", "8/27", "4/9", "2/3", "1"])
  })
})

describe("determinism", () => {
  test.each([1, 2, 42, 7_919])("seed %i: two runs, one digest", async (seed) => {
    const [first, second] = [await play(scenario, { seed }), await play(scenario, { seed })]
    expect(second.digest).toBe(first.digest)
    expect(second.events).toEqual(first.events)
  })

  test("another seed draws other names and tells the same story", async () => {
    const other = await play(scenario, { seed: 7 })
    expect(other.digest).not.toBe(base.digest)
    expect(other.outcome.results).toEqual(base.outcome.results)
    expect(other.outcome.probes).toEqual(base.outcome.probes)
  })

  test("as a file or as a module, the same run", async () => {
    expect((await play("az-outage")).digest).toBe(base.digest)
  })
})

/** Probes that keep their connections: what a gateway's silence, its replacement, a rule and a restart do to what is open. */
import {
  barePod,
  closedConnections,
  createNatGateway,
  cutGateway,
  cutNodes,
  type Draft,
  deletePods,
  delivered,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  from,
  healGateway,
  nodeGroup,
  service,
  setRoute,
  statefulSet,
  to
} from "drill"
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
const base: Draft = drill("pool")
  .topology(eksctlVpc({ name: "shop", region: "eu-central-1", cidr: "10.40.0.0/16", zones, nat: "Single", nodeGroups: ["workers"] }))
  .cluster(
    eksCluster({ name: "shop", version: "1.31", endpoint: "both", subnets: zones.map((zone) => `private-${zone}`) }).with(
      nodeGroup("workers", { instanceType: "m5.large", nodes: 3, subnets: zones.map((zone) => `private-${zone}`), maxPods: 29 }),
      eksAddons(),
      barePod("app", {}),
      statefulSet("db", { replicas: 1, serves: [{ port: 5432 }] }),
      service("db", { clusterIp: "10.100.1.1", selector: { app: "db" }, ports: [{ port: 5432 }] })
    )
  )
  .outside("partner", { address: "198.51.100.10", ports: [443] })
  .probe("pool", from.pod("app"), to.address("198.51.100.10", 443), { kept: true })
  .probe("fresh", from.pod("app"), to.address("198.51.100.10", 443))
  .probe("db", from.pod("app"), to.service("db", 5432), { kept: true })
  .expect("no connection breaks", closedConnections("pool").atMost(0).sustained())
  .expect("and carries", delivered("pool").within("30m").after("1m"))
  .until("60m")

const answers = (run: PlayedRun, probe: string): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) =>
    event._tag === "probe/AnswerTurned" && event.probe === probe && at > 0 ? [`${at / 1_000} ${event.success}`] : []
  )
const turns = (run: PlayedRun, probe: string): ReadonlyArray<string> =>
  run.events.flatMap(({ at, event }) =>
    event._tag === "probe/ConnectionsTurned" && event.probe === probe && at > 0 ? [`${at / 1_000} +${event.opened} -${event.closed}`] : []
  )

const nat = "shop-nat-eu-central-1a"

describe("a gateway that drops everything for five minutes", async () => {
  const run = await play(base.at("1m", cutGateway(nat)).at("6m", healGateway(nat)))

  test("silences what is open, and cuts nothing: it still knows it when it is back", () => {
    expect(answers(run, "pool")).toEqual(["60 0", "360 1"])
    expect(turns(run, "pool")).toEqual(["60 +0 -0", "360 +0 -0"])
    expect(run).toHoldExpectations()
  })
})

test("a client gives up after a quarter of an hour, and opens another connection when it can", async () => {
  const run = await play(base.at("1m", cutGateway(nat)).at("31m", healGateway(nat)))
  expect(turns(run, "pool")).toEqual(["60 +0 -0", "984.6 +0 -1", "1860 +1 -0"])
  expect(answers(run, "pool")).toEqual(["60 0", "1860 1"])
  expect(run).toBreak("no connection breaks")
})

test("another gateway in its place knows nothing of what was open: reset, and opened anew", async () => {
  const spare = createNatGateway("spare", { subnet: "public-eu-central-1b", publicAddress: "192.0.2.77" })
  const moved = zones.reduce(
    (draft, zone) => draft.at("10m", setRoute(`shop-private-${zone}`, { destination: "0.0.0.0/0", target: "spare" })),
    base.at("1m", spare)
  )
  const run = await play(moved)
  expect(turns(run, "pool")).toEqual(["605 +1 -1"])
  expect(answers(run, "pool")).toEqual([])
})

test("a database pod that ends closes its connections; its client opens another when there is one again", async () => {
  const run = await play(base.at("1m", deletePods("db-0")))
  const [closed, opened, ...more] = turns(run, "db")
  expect(closed).toBe("65 +0 -1")
  expect(opened).toMatch(/^\d+ \+1 -0$/)
  expect(more).toEqual([])
  expect(answers(run, "db").at(-1)).toMatch(/ 1$/)
  expect(answers(run, "pool")).toEqual([])
})

test("a database pod whose machine is lost says nothing: its client waits", async () => {
  const node = (await play(base)).events.flatMap(({ event }) =>
    event._tag === "kube/PodScheduled" && event.pod === "default/db-0" ? [event.node] : []
  )[0]
  const run = await play(base.at("1m", cutNodes(node ?? "")))
  expect(turns(run, "db").slice(0, 2)).toEqual(["60 +0 -0", "984.6 +0 -1"])
})

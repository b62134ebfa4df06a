/** A project's network from Google's own answers: what is read, filled in, left out and refused, and that it plays. */
import { barePod, delivered, drill, from, fromGcp, readyReplicas, to } from "drill"
import { play } from "drill/testing"
import { afterAll, describe, expect, test } from "vitest"
import { copiesOf, type FileChange } from "./folders.ts"

const { source: shop, changed, remove } = copiesOf("gcp-shop")
afterAll(remove)

describe("a project's answers", () => {
  const { topology, notes = [], cluster } = fromGcp(shop, { listening: { db: [{ protocol: "tcp", port: 5432 }] } })

  test("networks, ranges, the default route and Cloud NAT; routes of subnetworks are worked out", () => {
    expect(topology.subnetworks.map(({ id, cidr }) => `${id} ${cidr}`)).toEqual([
      "nodes 10.10.0.0/22",
      "tools 10.10.8.0/24",
      "shop-control-plane 172.16.0.0/28"
    ])
    expect(topology.routes.map(({ id, destination }) => `${id} ${destination}`)).toEqual([
      "default-route-1a2b 0.0.0.0/0",
      "to-office 192.168.0.0/16"
    ])
    expect(topology.siteConnections).toMatchObject([{ id: "office", region: "europe-west1", site: "behind office" }])
    expect(topology.cloudNats).toEqual([
      {
        id: "shop-nat",
        network: "shop",
        region: "europe-west1",
        addresses: ["203.0.113.10"],
        subnetworks: "all",
        ports: { _tag: "Static", perVm: 1024, endpointIndependentMapping: false }
      }
    ])
  })

  test("firewall rules both ways, protocols by number, without IPv6", () => {
    const rule = (id: string) => topology.firewallRules.find((each) => each.id === id)
    expect(rule("no-mail")).toMatchObject({ direction: "egress", action: "deny", layer4: [{ protocol: "tcp", ports: ["25"] }] })
    expect(rule("tools-ssh")).toMatchObject({ sourceRanges: ["35.235.240.0/20"] })
  })

  test("nodes are the cluster's, other instances are their owner's", () => {
    expect(topology.instances.map(({ id }) => id)).toEqual([
      "db",
      "gke-shop-control-plane-europe-west1-b",
      "gke-shop-control-plane-europe-west1-c",
      "gke-shop-control-plane-europe-west1-d"
    ])
    const [pool] = cluster("shop").nodeGroups
    expect(pool?.options).toMatchObject({
      instanceType: "e2-standard-4",
      groups: ["gke-shop-3f2a-node"],
      labels: { tier: "web" },
      autoRepair: true,
      scaling: { min: 3, max: 9, autoscaled: true }
    })
  })

  test("what is filled in and left out is told by file", () => {
    const text = notes.flatMap(({ code, notes: lines }) => lines.map((line) => `${code} ${line.replace(/^.*gcp-shop\//, "")}`))
    expect(text).toEqual([
      "D024 clusters.json: machines of the control plane, one in each of europe-west1-b, europe-west1-c, europe-west1-d: shop",
      "D024 routes.json: a site behind each tunnel, with the ranges of its routes: office",
      "D026 firewall-rules.json: IPv6 ranges of firewall rules: tools-ssh",
      "D026 forwarding-rules.json: not modelled: the whole file",
      "D026 networks.json: peerings with networks of others: servicenetworking-googleapis-com"
    ])
  })

  test("it plays: pods leave by Cloud NAT, and reach the database's machine as its rules have it", async () => {
    const gcp = fromGcp(shop, { listening: { db: [{ protocol: "tcp", port: 5432 }] } })
    const run = await play(
      drill("imported")
        .about("A network that was read.")
        .lesson("It is one like any other.")
        .topology(gcp)
        .cluster(gcp.cluster().with(barePod("shell")))
        .outside("registry", { address: "198.51.100.20", ports: [443] })
        .probe("egress", from.pod("shell"), to.address("198.51.100.20", 443))
        .probe("database", from.pod("shell"), to.address("10.10.8.5", 5432))
        .until("1m")
        .expect("egress", delivered("egress").atLeast("1").sustained())
        .expect("a pod runs", readyReplicas("shell").atLeast(1).sustained())
    )
    expect(run).toHoldExpectations()
    const database = run.events.flatMap(({ event }) => (event._tag === "probe/AnswerTurned" && event.probe === "database" ? [event] : []))
    expect(database).toMatchObject([{ success: "0", failures: [{ reason: "DeniedByFilter", origin: "shop: implied deny ingress 65535" }] }])
  })
})

describe("what is refused", () => {
  const mistakes: ReadonlyArray<readonly [string, string, FileChange, string]> = [
    ["a needed file that is not there", "routes", () => undefined, "routes.json is missing"],
    ["text that is no JSON", "routes", (text) => text.slice(0, -4), "routes.json is not JSON"],
    ["an answer of something else", "routes", () => '{"error":{"code":403}}', "routes.json: it is no list of resources"],
    [
      "a field that is missing",
      "subnetworks",
      (text) => text.replace('"name": "tools",', ""),
      "subnetworks.json: $.items[1].name is missing"
    ],
    [
      "a network that no answer has",
      "routes",
      (text) => text.replace("global/networks/shop", "global/networks/shared"),
      "route default-route-1a2b names shared, which is not in"
    ],
    ["an address of a NAT that no answer has", "routers", (text) => text.replace("nat-1", "nat-2"), "NAT shop-nat names nat-2"]
  ]
  test.each(mistakes)("%s", (_what, file, change, headline) => {
    expect(() => fromGcp(changed(file, change))).toThrow(headline)
  })

  test("a folder that is not there, a listener of nobody, a cluster that nobody has", () => {
    expect(() => fromGcp("./nowhere")).toThrow("no such folder")
    expect(() => fromGcp(shop, { listening: { dd: [{ protocol: "tcp", port: 1 }] } })).toThrow('unknown instance "dd"')
    expect(() => fromGcp(shop).cluster("shopp")).toThrow('unknown cluster "shopp"')
  })

  test("a machine type that is not known", () => {
    const strange = changed("clusters", (text) => text.replace("e2-standard-4", "e2-standrd-4"))
    expect(() => fromGcp(strange).cluster()).toThrow('machine type "e2-standrd-4"')
  })
})

test("a routes-based cluster: its Services' part of the range is no node's, and routes to nodes come with it", async () => {
  const routed = changed("clusters", (text) =>
    text
      .replace('"useIpAliases": true', '"useIpAliases": false')
      .replaceAll("10.20.0.0/16", "10.20.0.0/19")
      .replaceAll("10.30.0.0/20", "10.20.16.0/20")
  )
  const gcp = fromGcp(routed)
  const cluster = gcp.cluster("shop")
  expect(cluster.podRange).toEqual({ cidr: "10.20.0.0/19", blockLength: 24, kept: "10.20.16.0/20" })
  const run = await play(
    drill("routed")
      .about("Routes.")
      .lesson("A route a node.")
      .topology(gcp)
      .cluster(cluster.with(barePod("shell")))
      .until("1m")
      .expect("a pod runs", readyReplicas("shell").atLeast(1).sustained())
  )
  expect(run).toHoldExpectations()
  const { topology } = run.plan
  expect(topology._tag === "GcpTopology" ? topology.routes.filter(({ nextHop }) => nextHop._tag === "Node").length : 0).toBe(
    run.plan.cluster.nodes.length
  )
})

/** GKE's words beyond the drills: routes-based clusters, Dataplane V2, standard groups behind an Ingress. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  barePod,
  delivered,
  deployment,
  drill,
  from,
  fromManifests,
  gkeAddons,
  gkeCluster,
  gkeIngress,
  gkeNodePool,
  gkeVpc,
  readyReplicas,
  resizeGroup,
  scale,
  service,
  to
} from "drill"
import { play } from "drill/testing"
import { afterAll, describe, expect, test } from "vitest"

const zones = ["europe-west1-b", "europe-west1-c"]
const nodes = zones.map((zone, index) => ({ name: `n-${zone.slice(-1)}`, zone, address: `10.10.0.${10 + index}` }))
const ranges = { podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }
const networkWith = (podsRouted: boolean) =>
  gkeVpc({ name: "shop", region: "europe-west1", zones, nodeCidr: "10.10.0.0/22", ...ranges, podsRouted })

const clusterWith = (routesBased: boolean, backends: "endpointGroups" | "instanceGroups") =>
  gkeCluster({ name: "shop", version: "1.31", ...ranges, routesBased }).with(
    gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes }),
    gkeAddons(),
    deployment("web", { replicas: 1, serves: [{ port: 8080, calls: { "/": [] } }], pods: [{ name: "web-0", node: "n-b" }] }),
    barePod("far", { pods: [{ name: "far", node: "n-c" }] }),
    service("web", { clusterIp: "10.30.0.80", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080, nodePort: 31_080 }] }),
    gkeIngress("web", { rules: [{ path: "/", service: "web", port: 80 }], backends })
  )

const story = (routesBased: boolean, backends: "endpointGroups" | "instanceGroups", podsRouted = routesBased) =>
  drill("words")
    .about("A cluster whose pods are known by routes.")
    .lesson("A route a node.")
    .topology(networkWith(podsRouted))
    .cluster(clusterWith(routesBased, backends))
    .probe("across nodes", from.pod("far"), to.pod("web-0", 8080))
    .probe("clients", from.internet(), to.ingress("web", 80), { path: "/" })
    .until("1m")
    .expect("across nodes", delivered("across nodes").atLeast("1").sustained())
    .expect("clients", delivered("clients").atLeast("1").sustained())

describe("a routes-based cluster", () => {
  test("pods reach each other by a route a node, clients come by instance groups", async () => {
    const run = await play(story(true, "instanceGroups"))
    expect(run).toHoldExpectations()
    const { topology } = run.plan
    expect(topology._tag === "GcpTopology" ? topology.routes.map(({ destination }) => destination) : []).toEqual([
      "0.0.0.0/0",
      "10.20.0.0/24",
      "10.20.1.0/24"
    ])
  })

  test("a network endpoint group is refused", async () => {
    await expect(play(story(true, "endpointGroups"))).rejects.toThrow("network endpoint groups need a VPC-native cluster")
  })

  test("VPC-native, by instance groups and by endpoint groups: the same to clients", async () => {
    expect(await play(story(false, "instanceGroups"))).toHoldExpectations()
    expect(await play(story(false, "endpointGroups"))).toHoldExpectations()
  })
})

describe("a routes-based pool that grows, and pools by their number of nodes", () => {
  const growing = drill("grows")
    .about("A routes-based pool of two, one in each zone, grows by one node.")
    .lesson("A node without a route has no pods that others reach.")
    .topology(networkWith(true))
    .cluster(
      gkeCluster({ name: "shop", version: "1.31", ...ranges, routesBased: true }).with(
        gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes: 2, zones, scaling: { min: 2, max: 5 } }),
        gkeAddons(),
        barePod("far", { pods: [{ name: "far", node: "ip-10-10-0-10" }] }),
        deployment("web", { replicas: 2, requests: { milliCpu: 3_000, memoryMiB: 512 }, serves: [{ port: 8080 }] }),
        service("web", { clusterIp: "10.30.0.80", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] })
      )
    )
    .probe("web", from.pod("far"), to.service("web", 80))
    .at("1m", resizeGroup("pool", 3))
    .at("5m", scale("web", 3))
    .until("10m")
    .expect("web", delivered("web").sustained())
    .expect("three", readyReplicas("web").atLeast(3).within("1m").after("5m"))

  test("its new node gets a route before pods", async () => {
    const run = await play(growing)
    expect(run).toHoldExpectations()
    expect(run.plan.cluster.nodes.map(({ zone }) => zone)).toEqual(zones)
    const told = run.events.flatMap(({ at, event }) => {
      if (event._tag === "cloud/ResourceChanged" && event.change._tag === "CreateStaticRoute")
        return [`${at / 1_000} ${event.change.route.destination}`]
      return event._tag === "kube/NodeUntainted" ? [`${at / 1_000} ${event.key}`] : []
    })
    expect(told).toEqual(["140 10.20.2.0/24", "140 node.kubernetes.io/network-unavailable"])
  })

  test("a number of nodes wants zones", () => {
    expect(() => gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes: 2 })).toThrow("no zones to place them in")
  })
})

describe("a NetworkPolicy", () => {
  const folder = mkdtempSync(join(tmpdir(), "drill-gke-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, "closed.yaml")
  writeFileSync(
    file,
    `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: default }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
`
  )
  const guarded = (dataplane: "kube-proxy" | "v2") =>
    drill("guarded")
      .about("A policy closes the pods of web.")
      .lesson("Somebody has to enforce it.")
      .topology(networkWith(false))
      .cluster(
        gkeCluster({ name: "shop", version: "1.31", ...ranges, dataplane }).with(
          gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes }),
          gkeAddons({ dataplane }),
          deployment("web", { replicas: 1, serves: [{ port: 8080 }], pods: [{ name: "web-0", node: "n-b" }] }),
          barePod("far", { pods: [{ name: "far", node: "n-c" }] }),
          fromManifests(file)
        )
      )
      .probe("across nodes", from.pod("far"), to.pod("web-0", 8080))
      .until("1m")
      .expect("across nodes", delivered("across nodes").atLeast("0").sustained())

  test("is enforced by Dataplane V2, and by nothing where kube-proxy is", async () => {
    const success = async (dataplane: "kube-proxy" | "v2") =>
      (await play(guarded(dataplane))).events.flatMap(({ event }) => (event._tag === "probe/AnswerTurned" ? [event.success] : []))
    expect(await success("v2")).toEqual(["0"])
    expect(await success("kube-proxy")).toEqual(["1"])
  })
})

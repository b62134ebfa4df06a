/** An Ingress and a network balancer in scenario words: the controller's defaults, a path each, and what is refused. */
import { deployment, drill, eksAddons, eksCluster, eksctlVpc, from, ingress, nodeGroup, service, to } from "drill"
import { play } from "drill/testing"
import { expect, test } from "vitest"

const zones = ["eu-west-1a", "eu-west-1b"]
const subnets = zones.map((zone) => `public-${zone}`)
const network = eksctlVpc({ name: "shop", region: "eu-west-1", cidr: "192.168.0.0/16", zones, nat: "Single", nodeGroups: ["workers"] })
const balancer = { id: "shop-alb", dnsName: "shop-alb.example", subnets, targets: "ip" } as const

const shopWith = (backend: string) =>
  drill("shop")
    .topology(network)
    .cluster(
      eksCluster({ name: "shop", version: "1.31" }).with(
        nodeGroup("workers", { instanceType: "m5.large", nodes: 2, subnets, maxPods: 29 }),
        eksAddons(),
        deployment("app", { replicas: 2, serves: [{ port: 8080 }] }),
        service("app", { clusterIp: "10.100.1.1", selector: { app: "app" }, ports: [{ port: 80, targetPort: 8080 }] }),
        ingress("shop", {
          balancer,
          rules: [
            { path: "/data", pathType: "Exact", service: backend },
            { path: "/host", pathType: "Exact", service: backend },
            { path: "/old", answer: 301 }
          ]
        })
      )
    )
    .probe("data", from.internet(), to.ingress("shop", 80), { path: "/data" })
    .probe("moved", from.internet(), to.ingress("shop", 80), { path: "/old/page" })
    .probe("other", from.internet(), to.ingress("shop", 80), { path: "/other" })
    .until("2m")

test("serves its paths, answers what it was told to answer, and has 404 for others", async () => {
  const run = await play(shopWith("app"))
  expect(run).toDeliver("data", "1")
  expect(run).toDeliver("moved", "1")
  expect(run).toDeliver("other", "0")
})

test("checks as the controller does: 15 s, timeout 5 s, two and two; zones crossed", async () => {
  const { plan } = await play(shopWith("app"))
  expect(plan.cluster.ingresses?.[0]?.loadBalancer).toMatchObject({
    kind: "application",
    crossZone: true,
    deregistrationDelayMs: 300_000,
    healthCheck: { protocol: "http", intervalMs: 15_000, timeoutMs: 5_000, unhealthyThreshold: 2, healthyThreshold: 2 }
  })
})

test("a Service that is not there is named, with what is near", async () => {
  await expect(play(shopWith("ap"))).rejects.toThrow(/Service/)
})

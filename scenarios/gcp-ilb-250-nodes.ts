/**
 * A cluster grows past 250 nodes, and pods on the last ten are Ready, listed, and never asked.
 *
 * An internal passthrough load balancer without subsetting has its backends in instance groups: 250 nodes, the rest is left out. With
 * external traffic policy Local a node passes its health check only while it runs a pod of the Service. New pods prefer new nodes; when
 * the last old node with a pod dies, no backend has one, and clients are lost while eleven pods stand Ready on nodes that nobody asks.
 *
 *   drill run gcp-ilb-250-nodes.ts                              play it; ends with exit 1, and is meant to
 *   drill diff gcp-ilb-250-nodes.ts --variant "subsetting"      backends are the nodes that run pods: all of them are asked
 */
import {
  barePod,
  cutNodes,
  delivered,
  deployment,
  drill,
  from,
  gkeAddons,
  gkeCluster,
  gkeNodePool,
  gkeVpc,
  joinNodes,
  notReadyNodes,
  readyReplicas,
  service,
  to
} from "drill"

const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"] as const
const nodeAt = (index: number) => ({
  name: `gke-shop-${String(index + 1).padStart(3, "0")}`,
  zone: zones[index % 3] ?? zones[0],
  address: `10.10.${Math.floor(index / 200)}.${10 + (index % 200)}`
})
const old = Array.from({ length: 240 }, (_, index) => nodeAt(index))
const added = Array.from({ length: 20 }, (_, index) => ({ ...nodeAt(240 + index), isLate: true }))
const last = nodeAt(0)

const network = gkeVpc({
  name: "shop",
  region: "europe-west1",
  zones: [...zones],
  nodeCidr: "10.10.0.0/22",
  podCidr: "10.64.0.0/14",
  serviceCidr: "10.30.0.0/20"
})

const clusterWith = (subsetting: boolean) =>
  gkeCluster({
    name: "shop",
    version: "1.31",
    podCidr: "10.64.0.0/14",
    serviceCidr: "10.30.0.0/20",
    serviceBalancers: { api: { internal: true } },
    subsetting
  }).with(
    gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes: old }),
    gkeNodePool("shop", "grown", { machineType: "e2-standard-4", nodes: added, labels: { pool: "grown" } }),
    gkeAddons(),
    deployment("api", {
      replicas: 1,
      requests: { milliCpu: 250, memoryMiB: 256 },
      serves: [{ port: 8080 }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
      pods: [{ name: "api-0", node: last.name }]
    }),
    // What rolled out since the nodes came: each prefers a new node, and gets one that is no backend.
    ...added
      .slice(10)
      .map(({ name }) =>
        barePod(`api-on-${name}`, { labels: { app: "api" }, serves: [{ port: 8080 }], nodeSelector: { "kubernetes.io/hostname": name } })
      ),
    barePod("client", { pods: [{ name: "client", node: nodeAt(1).name }] }),
    service("api", {
      type: "LoadBalancer",
      externalLocal: true,
      clusterIp: "10.30.0.80",
      selector: { app: "api" },
      ports: [{ port: 80, targetPort: 8080, nodePort: 31_080 }]
    })
  )

export default drill("gcp-ilb-250-nodes")
  .about("A cluster with an internal load balancer grows from 240 nodes to 260; then the last old node with a pod dies.")
  .lesson("Ready is not reachable: without subsetting the nodes past the 250th are no backends, whatever runs on them.")
  .topology(network)
  .cluster(clusterWith(false))
  .probe("clients", from.pod("client"), to.balancer("api", 80))
  .probe("inside", from.pod("client"), to.service("api", 80))
  .at("1m", joinNodes(...added.map(({ name }) => name)))
  .at("5m", cutNodes(last.name))
  .until("10m")
  .expect("clients are served", delivered("clients").atLeast("1").sustained({ from: "5m30s" }))
  .expect("a pod on the last node stays ready", readyReplicas("api-on-gke-shop-260").atLeast(1).sustained({ from: "2m" }))
  .expect("no other node is lost", notReadyNodes().atMost(1).sustained({ from: "2m" }))
  .variant("subsetting", (base) => base.cluster(clusterWith(true)))

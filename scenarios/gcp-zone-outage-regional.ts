/**
 * The cooling of one building fails for seven hours and forty minutes. The cluster is regional, and rides it out; its disks do not.
 *
 * Nine nodes in three zones. The load balancer has the dead pods out after 45 seconds, five before Kubernetes says NotReady. Nodes of the
 * other zones go on reaching the internet: Cloud NAT is regional, and no machine of it stood in the dark zone. Pods are evicted node by
 * node, ten seconds apart. Node repair tries at ten minutes, and every ten minutes, and there is no machine to be had. What waits is the
 * data: a pod with a zonal disk has nowhere to go, and one with a regional disk is not let go, because nobody says that its machine is
 * dead. Mark the nodes out-of-service, and it is back in minutes.
 *
 *   drill run gcp-zone-outage-regional.ts                                   play it; ends with exit 1, and is meant to
 *   drill diff gcp-zone-outage-regional.ts --variant "marked out-of-service" the regional disk's pod is back in minutes, the zonal one's is not
 *   drill diff gcp-zone-outage-regional.ts --variant "regional disks, marked" both are
 */
import {
  barePod,
  cutZone,
  delivered,
  deployment,
  drill,
  from,
  gkeAddons,
  gkeCluster,
  gkeIngress,
  gkeNodePool,
  gkeVpc,
  healZone,
  markOutOfService,
  readyReplicas,
  service,
  statefulSet,
  to,
  untaintNode
} from "drill"

const zones = ["europe-west2-a", "europe-west2-b", "europe-west2-c"] as const
const [dark] = zones
const nodes = zones.flatMap((zone, index) =>
  [0, 1, 2].map((number) => ({ name: `gke-shop-${zone.slice(-1)}${number}`, zone, address: `10.10.0.${10 + index * 10 + number}` }))
)
const lost = nodes.filter(({ zone }) => zone === dark).map(({ name }) => name)

const network = gkeVpc({
  name: "shop",
  region: "europe-west2",
  zones: [...zones],
  nodeCidr: "10.10.0.0/22",
  podCidr: "10.20.0.0/16",
  serviceCidr: "10.30.0.0/20",
  nat: { addresses: ["203.0.113.10"] }
})

const database = (name: string, zonal: boolean, node: string) =>
  statefulSet(name, {
    replicas: 1,
    serves: [{ port: 5432 }],
    requests: { milliCpu: 500, memoryMiB: 1_024 },
    volumeClaim: { name: "data", kind: zonal ? "pd-balanced" : "pd-balanced, regional", zonal, attaches: true },
    pods: [{ name: `${name}-0`, node }]
  })

const clusterWith = (zonal: boolean) =>
  gkeCluster({ name: "shop", version: "1.32", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
    gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes, autoRepair: true }),
    gkeAddons({
      coredns: [
        { name: "coredns-0", node: "gke-shop-b0" },
        { name: "coredns-1", node: "gke-shop-c0" }
      ]
    }),
    deployment("web", {
      replicas: 9,
      requests: { milliCpu: 250, memoryMiB: 256 },
      serves: [{ port: 8080, calls: { "/": [] } }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
      pods: nodes.map(({ name }, index) => ({ name: `web-${index}`, node: name }))
    }),
    service("web", { clusterIp: "10.30.0.80", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
    gkeIngress("web", { rules: [{ path: "/", service: "web", port: 80 }] }),
    database("orders", zonal, "gke-shop-a0"),
    database("stock", false, "gke-shop-a1"),
    barePod("shell-b", { pods: [{ name: "shell-b", node: "gke-shop-b0" }] }),
    barePod("shell-c", { pods: [{ name: "shell-c", node: "gke-shop-c0" }] })
  )

const outage = drill("gcp-zone-outage-regional")
  .about("One zone of a regional cluster is dark for seven hours and forty minutes.")
  .lesson(
    "A regional cluster outlives a zone; a disk of that zone does not, and no disk moves before somebody says that its machine is dead."
  )
  .topology(network)
  .cluster(clusterWith(true))
  .set({ nodeLifecycle: "upstream-1.32" })
  .outside("registry", { address: "198.51.100.20", ports: [443] })
  .probe("clients", from.internet(), to.ingress("web", 80), { path: "/" })
  .probe("egress of b", from.pod("shell-b"), to.address("198.51.100.20", 443))
  .probe("egress of c", from.pod("shell-c"), to.address("198.51.100.20", 443))
  .at("1m", cutZone(dark))
  .at("461m", healZone(dark))
  .until("470m")
  .expect("clients are served again", delivered("clients").within("45s").after("1m"))
  .expect("others leave as before", delivered("egress of b").atLeast("1").sustained())
  .expect("the zonal disk's pod is back", readyReplicas("orders").atLeast(1).within("15m").after("1m"))
  .expect("the regional disk's pod is back", readyReplicas("stock").atLeast(1).within("15m").after("1m"))

/** What a runbook, or an operator in the cluster, does once it is sure that the machines are gone. */
const marked = (draft: typeof outage) =>
  lost.reduce(
    (story, node) =>
      story
        .at("11m", markOutOfService(node))
        .at("465m", untaintNode(node, { key: "node.kubernetes.io/out-of-service", effect: "NoExecute" })),
    draft
  )

export default outage
  .variant("marked out-of-service", marked)
  .variant("regional disks, marked", (base) => marked(base.cluster(clusterWith(false))))

/**
 * The zone that goes dark is the one the control plane stands in, and nothing happens: no node turns NotReady, nobody is evicted.
 *
 * A zonal cluster has its control plane in one zone and nodes in three. While it is dead nobody decides: pods of the dark zone stay listed
 * in every Service, and every call to a cluster address that falls on one of them is lost, for as long as the outage lasts. What goes by
 * the load balancer heals by itself: it checks pods on its own, and has the dead ones out after 45 seconds. No rollout, no scaling. When
 * the zone is back, controllers count every lease anew: no mass eviction.
 *
 *   drill run gcp-zonal-control-plane-loss.ts                                     play it; ends with exit 1, and is meant to
 *   drill diff gcp-zonal-control-plane-loss.ts --variant "regional control plane" Services heal too, a second after the node turns NotReady
 */
import {
  barePod,
  cutZone,
  delivered,
  deployment,
  drill,
  evictions,
  from,
  gkeAddons,
  gkeCluster,
  gkeIngress,
  gkeNodePool,
  gkeVpc,
  healZone,
  notReadyNodes,
  scale,
  service,
  to
} from "drill"

const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
const [dark = ""] = zones
const nodes = zones.map((zone, index) => ({ name: `gke-shop-${zone.slice(-1)}`, zone, address: `10.10.0.${10 + index}` }))
const [first, second, third] = ["gke-shop-b", "gke-shop-c", "gke-shop-d"] as const

const networkWith = (controlPlaneZones: ReadonlyArray<string>) =>
  gkeVpc({
    name: "shop",
    region: "europe-west1",
    zones,
    controlPlaneZones,
    nodeCidr: "10.10.0.0/22",
    podCidr: "10.20.0.0/16",
    serviceCidr: "10.30.0.0/20",
    nat: { addresses: ["203.0.113.10"] }
  })

const cluster = gkeCluster({ name: "shop", version: "1.32", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
  gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes }),
  gkeAddons({
    coredns: [
      { name: "coredns-0", node: second },
      { name: "coredns-1", node: third }
    ]
  }),
  deployment("web", {
    replicas: 3,
    requests: { milliCpu: 250, memoryMiB: 256 },
    serves: [{ port: 8080, calls: { "/": [] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    pods: [first, second, third].map((node, index) => ({ name: `web-${index}`, node }))
  }),
  service("web", { clusterIp: "10.30.0.80", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
  gkeIngress("web", { rules: [{ path: "/", service: "web", port: 80 }] }),
  barePod("shell", { pods: [{ name: "shell", node: second }] })
)

export default drill("gcp-zonal-control-plane-loss")
  .about("The zone of a zonal cluster's control plane is dark for half an hour, and with it one node of three.")
  .lesson("Without a control plane nothing is evicted and nothing is healed: load balancers see the dead, cluster addresses do not.")
  .topology(networkWith([dark]))
  .cluster(cluster)
  .set({ nodeLifecycle: "upstream-1.32" })
  .probe("clients", from.internet(), to.ingress("web", 80), { path: "/" })
  .probe("inside", from.pod("shell"), to.service("web", 80), { path: "/" })
  .at("1m", cutZone(dark))
  .at("10m", scale("web", 6))
  .at("31m", healZone(dark))
  .until("45m")
  .expect("clients are served again", delivered("clients").within("45s").after("1m"))
  .expect("so is what is inside", delivered("inside").within("60s").after("1m"))
  .expect("nobody is evicted", evictions().atMost(0).sustained())
  .expect("one node is lost at most", notReadyNodes().atMost(1).sustained())
  .variant("regional control plane", (base) => base.topology(networkWith(zones)))

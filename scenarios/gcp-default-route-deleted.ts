/**
 * Somebody tidies the routes of a network whose nodes are private, and Cloud NAT, untouched and healthy, carries nothing any more.
 *
 * Cloud NAT acts on packets that the route to the default internet gateway has chosen: without that route there is nothing for it to
 * act on. Nodes reach their control plane inside the network and stay Ready; pods that run go on; what needs an image, a registry or one
 * of Google's APIs does not. A route for private.googleapis.com alone keeps the APIs, and with them pulls from Artifact Registry.
 *
 *   drill run gcp-default-route-deleted.ts                                        play it; ends with exit 1, and is meant to
 *   drill diff gcp-default-route-deleted.ts --variant "a route for Google's APIs" what Google serves is reached throughout
 */
import {
  barePod,
  createStaticRoute,
  deleteStaticRoute,
  delivered,
  deployment,
  drill,
  from,
  gcpVpc,
  gkeAddons,
  gkeCluster,
  gkeNetwork,
  gkeNodePool,
  gkeVpc,
  notReadyNodes,
  service,
  to
} from "drill"

const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
const nodes = zones.map((zone, index) => ({ name: `gke-shop-${zone.slice(-1)}`, zone, address: `10.10.0.${10 + index}` }))
const [first = "", second = "", third = ""] = nodes.map(({ name }) => name)

const network = gkeVpc({
  name: "shop",
  region: "europe-west1",
  zones,
  nodeCidr: "10.10.0.0/22",
  podCidr: "10.20.0.0/16",
  serviceCidr: "10.30.0.0/20",
  nat: { addresses: ["203.0.113.10"] }
})

const internet = { _tag: "DefaultInternetGateway" as const }
const toInternet = {
  id: "default-route",
  network: gkeNetwork("shop"),
  destination: "0.0.0.0/0",
  priority: 1000,
  nextHop: internet
}
/** Where private.googleapis.com answers. */
const toGoogle = { ...toInternet, id: "google-apis", destination: "199.36.153.8/30" }

const cluster = gkeCluster({ name: "shop", version: "1.31", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
  gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes }),
  gkeAddons({
    coredns: [
      { name: "coredns-0", node: first },
      { name: "coredns-1", node: second }
    ]
  }),
  deployment("web", {
    replicas: 2,
    requests: { milliCpu: 250, memoryMiB: 256 },
    serves: [{ port: 8080, calls: { "/": [] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    pods: [
      { name: "web-0", node: second },
      { name: "web-1", node: third }
    ]
  }),
  service("web", { clusterIp: "10.30.0.80", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
  barePod("shell", { pods: [{ name: "shell", node: first }] })
)

export default drill("gcp-default-route-deleted")
  .about("The default route of a network with private nodes is deleted, and made again ten minutes later.")
  .lesson("Cloud NAT acts on packets that the default route has chosen: it can be intact, healthy, and carry nothing.")
  .topology(network)
  .cluster(cluster)
  .outside("registry", { address: "198.51.100.20", ports: [443] })
  .probe("egress", from.pod("shell"), to.address("198.51.100.20", 443))
  .probe("Google's APIs", from.pod("shell"), to.address("199.36.153.10", 443))
  .probe("inside", from.pod("shell"), to.service("web", 80), { path: "/" })
  .at("1m", deleteStaticRoute("default-route"))
  .at("11m", createStaticRoute(toInternet))
  .until("15m")
  .expect("egress", delivered("egress").atLeast("1").sustained())
  .expect("Google's APIs", delivered("Google's APIs").atLeast("1").sustained())
  .expect("inside goes on", delivered("inside").atLeast("1").sustained())
  .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
  .variant("a route for Google's APIs", (base) =>
    base.topology(gcpVpc({ ...network.topology, routes: [...network.topology.routes, toGoogle] }))
  )

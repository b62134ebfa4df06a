/**
 * A link between zones loses one packet in fifty, and no check ever fails.
 *
 * A request passes three services, each with a replica in every zone, chosen at random; names are looked up on the way. The link of
 * zone b to the others loses 2 % of the flows that it carries. Leases are renewed, since one loss is not a row of them; targets stay
 * healthy, endpoints stay listed, nothing is evicted: nothing automatic will ever act. With three hops to choose, 1 - (2/3)³ = 70 %
 * of all requests touch the bad zone, and each lookup is one more throw.
 *
 *   drill run gray-az-link.ts                                        ends with exit 1, and is meant to
 *   drill diff gray-az-link.ts --variant "close"                     calls stay in their zone: nothing crosses the link
 *   drill diff gray-az-link.ts --variant "shifted"                   zone b is taken out after three minutes: whole from then on
 *   drill diff gray-az-link.ts --variant "dark"                      what touches b, seen by losing all of it: at first
 */
import {
  cutZone,
  daemonSet,
  degradeZone,
  delivered,
  deployment,
  drill,
  eksCluster,
  eksctlVpc,
  evictions,
  from,
  nodeGroup,
  notReadyNodes,
  service,
  shiftZone,
  to
} from "drill"

const zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
const subnets = zones.map((zone) => `private-${zone}`)
const bad = "us-east-1b"

/** A service with a replica in every zone. `close`: callers get one of their own zone. */
const tier = (name: string, clusterIp: string, calls: ReadonlyArray<string>, close: boolean) => [
  deployment(name, {
    replicas: 3,
    requests: { milliCpu: 250, memoryMiB: 256 },
    serves: [{ port: 8080, calls: { "/buy": calls } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    spread: [{ over: "zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }]
  }),
  service(name, {
    clusterIp,
    selector: { app: name },
    ports: [{ port: 8080, targetPort: 8080 }],
    ...(close ? { preferClose: true } : {})
  })
]

/** CoreDNS with a replica in every zone as well. */
const names = (close: boolean) => [
  deployment("coredns", {
    namespace: "kube-system",
    replicas: 3,
    labels: { "k8s-app": "kube-dns" },
    requests: { milliCpu: 100, memoryMiB: 70 },
    serves: [{ port: 53, protocol: "udp" }],
    spread: [{ over: "zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }]
  }),
  service("kube-dns", {
    clusterIp: "10.100.0.10",
    namespace: "kube-system",
    selector: { "k8s-app": "kube-dns" },
    ports: [{ port: 53, protocol: "udp" }],
    ...(close ? { preferClose: true } : {})
  })
]

const clusterWith = (close: boolean) =>
  eksCluster({ name: "shop", version: "1.31" }).with(
    nodeGroup("workers", { instanceType: "m5.large", nodes: 6, subnets }),
    daemonSet("kube-proxy", { namespace: "kube-system", requests: { milliCpu: 100, memoryMiB: 0 }, hostNetwork: true }),
    names(close),
    tier("web", "10.100.0.70", ["cart:8080/buy"], close),
    tier("cart", "10.100.0.71", ["stock:8080/buy"], close),
    tier("stock", "10.100.0.72", [], close),
    service("shop", {
      clusterIp: "10.100.0.73",
      selector: { app: "web" },
      ports: [{ port: 80, targetPort: 8080 }],
      networkBalancer: { id: "shop-nlb", dnsName: "shop.example", subnets: zones.map((zone) => `public-${zone}`), targets: "ip" }
    })
  )

const day = drill("gray-az-link")
  .about("The link between one zone of three and the others loses 2 % of what it carries; requests pass three services.")
  .lesson("a gray link trips no check: keep calls in their zone, and know how to take a zone out by hand")
  .topology(eksctlVpc({ name: "shop", region: "us-east-1", cidr: "10.80.0.0/16", zones, nat: "HighlyAvailable", nodeGroups: ["workers"] }))
  .cluster(clusterWith(false))
  .probe("buy", from.internet(), to.balancer("shop", 80), { path: "/buy" })
  .expect("buyers get through", delivered("buy").atLeast("99.9%").sustained())
  .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
  .expect("nobody is evicted", evictions().atMost(0).sustained())
  .until("10m")

const gray = day.at("1m", degradeZone(bad, "2%"))

export default gray
  .variant("close", (base) => base.cluster(clusterWith(true)))
  .variant("shifted", (base) => base.at("4m", shiftZone(bad, { balancers: ["shop-nlb"], cluster: true, for: "1h" })))
  .variant("dark", () => day.at("1m", cutZone(bad)))

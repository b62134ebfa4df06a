/**
 * A zone is shifted away by the book, and the others cannot carry its load.
 *
 * Three zones, four nodes each, a pod on every node at 70 % of its request. Zone c's link begins to lose packets; three minutes later
 * somebody shifts it away. Nodes are cordoned, its endpoints leave every list, nothing is ended: the load of twelve pods is on
 * eight, 70 % × 12/8 = 105 %. The autoscaler of pods does nothing: it takes the average over all Ready pods, and those in c are Ready
 * and idle. Shifting is safe at two thirds or less, when the survivors have room for all of it.
 *
 *   drill run zonal-shift-short.ts                                      ends with exit 1, and is meant to
 *   drill diff zonal-shift-short.ts --variant "room for it"             63 % before, 94.5 % after
 *   drill diff zonal-shift-short.ts --variant "scaled by hand"          four more pods, with nodes at 4:40; the autoscaler takes them back
 */
import {
  degradeZone,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  evictions,
  nodeGroup,
  podAutoscaler,
  podLoad,
  scale,
  service,
  setLoad,
  shiftZone
} from "drill"

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
const subnets = zones.map((zone) => `private-${zone}`)
const bad = "eu-central-1c"

const cluster = eksCluster({ name: "shop", version: "1.31" }).with(
  nodeGroup("workers", { instanceType: "m5.large", nodes: 12, subnets, scaling: { min: 12, max: 24, autoscaled: true } }),
  eksAddons(),
  // One fits a node.
  deployment("web", {
    replicas: 12,
    requests: { milliCpu: 1_000, memoryMiB: 1_024 },
    serves: [{ port: 8080 }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    spread: [{ over: "zone", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" }]
  }),
  service("web", { clusterIp: "10.100.0.80", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
  podAutoscaler("web", { min: 12, max: 24, targetPercent: 70 })
)

const loaded = (milliCpu: number) =>
  drill("zonal-shift-short")
    .about("A zone of three is shifted away from a tier that runs at 70 % of its CPU.")
    .lesson("a shift is safe when the zones that stay can carry it all: two thirds of three; an average over idle pods hides that")
    .topology(
      eksctlVpc({ name: "shop", region: "eu-central-1", cidr: "10.90.0.0/16", zones, nat: "HighlyAvailable", nodeGroups: ["workers"] })
    )
    .cluster(cluster)
    .at("0s", setLoad("web", milliCpu))
    .at("0s", degradeZone(bad, "2%"))
    .at("3m", shiftZone(bad, { cluster: true, for: "1h" }))
    .expect("no pod has more than it can do", podLoad("web").atMost("100%").sustained())
    .expect("nobody is evicted", evictions().atMost(0).sustained())
    .until("10m")

export default loaded(8_400)
  .variant("room for it", () => loaded(7_560))
  .variant("scaled by hand", (base) => base.at("3m15s", scale("web", 16)))

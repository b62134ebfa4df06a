/**
 * The health checker is the broken part.
 *
 * A network balancer in three zones, its targets as well as ever. For 35 seconds of every minute the checker of one zone fails all its
 * checks. Three failed checks take the zone's targets out, and with them its address out of DNS; three good ones bring them back,
 * just in time to be taken out again: users get through, on two thirds of the capacity, back and forth. A hiccup of 25 seconds does
 * nothing at all; one of all zones at once takes nobody's way, for then the balancer is open to whoever it has.
 *
 *   drill run nlb-health-flap.ts                                 play it; nobody is lost, and a zone goes in and out
 *   drill diff nlb-health-flap.ts --variant "threshold 6"        slower to judge, and never wrong
 *   drill diff nlb-health-flap.ts --variant "25 seconds"         one check less, and nothing flaps
 *   drill diff nlb-health-flap.ts --variant "all zones"          fail-open: everybody gets through
 */
import {
  breakChecks,
  delivered,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  from,
  mendChecks,
  nodeGroup,
  service,
  to
} from "drill"

const zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
const publicSubnets = zones.map((zone) => `public-${zone}`)
const network = eksctlVpc({ name: "shop", region: "us-east-1", cidr: "10.70.0.0/16", zones, nat: "Single", nodeGroups: ["workers"] })

const clusterWith = (unhealthyThreshold: number) =>
  eksCluster({ name: "shop", version: "1.31" }).with(
    nodeGroup("workers", { instanceType: "m5.large", nodes: 3, subnets: publicSubnets }),
    eksAddons(),
    deployment("web", {
      replicas: 3,
      requests: { milliCpu: 250, memoryMiB: 256 },
      serves: [{ port: 8080 }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
      spread: [{ over: "zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }]
    }),
    service("web", {
      clusterIp: "10.100.0.70",
      selector: { app: "web" },
      ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }],
      networkBalancer: {
        id: "shop-web",
        dnsName: "shop.example",
        subnets: publicSubnets,
        healthCheck: { interval: "10s", timeout: "10s", unhealthyThreshold, healthyThreshold: 3 }
      }
    })
  )

const minutes = [2, 3, 4, 5, 6]

/** The checker of these zones, or of all, fails for a while in each of five minutes. */
const flapping = (seconds: number, broken: ReadonlyArray<string>) =>
  minutes.reduce(
    (draft, minute) =>
      draft.at(`${minute}m`, breakChecks("shop-web", ...broken)).at(`${minute}m${seconds}s`, mendChecks("shop-web", ...broken)),
    drill("nlb-health-flap")
      .about("The health checker of one zone fails all checks for 35 seconds of every minute, under targets that are well.")
      .lesson("hysteresis is interval times threshold: a lying checker that lasts longer turns automatic failover into the outage itself")
      .topology(network)
      .cluster(clusterWith(3))
      .probe("shop", from.internet(), to.balancer("web", 80))
      .probe("zone c", from.internet(), to.address("198.51.100.102", 80))
      .expect("users get through", delivered("shop").atLeast("1").sustained())
      .expect("every zone serves", delivered("zone c").atLeast("1").sustained())
      .until("9m")
  )

export default flapping(35, ["us-east-1c"])
  .variant("threshold 6", (base) => base.cluster(clusterWith(6)))
  .variant("25 seconds", () => flapping(25, ["us-east-1c"]))
  .variant("all zones", () => flapping(35, []))

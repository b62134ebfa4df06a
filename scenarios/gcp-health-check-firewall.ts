/**
 * Somebody tidies the firewall rule of 35.191.0.0/16, and a site with three healthy pods answers 503.
 *
 * Google's proxies speak to pods from the same two ranges as its health checks. With the rule gone no proxy opens a connection any more;
 * those that are open are remembered by the firewall and go on, so that a graph of pooled traffic stays green. Forty-five seconds later
 * two checks in a row have had no answer, every endpoint is out, and nothing is served, pooled or not: a proxy of this kind does not fail
 * open. Kubernetes sees none of it: pods Ready, Services with their endpoints, kubectl quick. A cluster on a shared network has no right
 * to write the rule again by itself.
 *
 *   drill run gcp-health-check-firewall.ts                                           play it; ends with exit 1, and is meant to
 *   drill diff gcp-health-check-firewall.ts --variant "put back after 20 s"          errors in between alone: no endpoint goes out
 *   drill diff gcp-health-check-firewall.ts --variant "put back after 30 s"          ten seconds more: too late, every endpoint goes out
 *   drill diff gcp-health-check-firewall.ts --variant "rule in a firewall policy"    the rule's deletion changes nothing
 */
import {
  deleteFirewallRule,
  delivered,
  deployment,
  drill,
  from,
  gcpVpc,
  gkeAddons,
  gkeCluster,
  gkeIngress,
  gkeIngressRule,
  gkeNetwork,
  gkeNodePool,
  gkeTag,
  gkeVpc,
  notReadyNodes,
  readyReplicas,
  service,
  setFirewallRule,
  to
} from "drill"

const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
const nodes = zones.map((zone, index) => ({ name: `gke-shop-${zone.slice(-1)}`, zone, address: `10.10.0.${10 + index}` }))

const network = gkeVpc({
  name: "shop",
  region: "europe-west1",
  zones,
  nodeCidr: "10.10.0.0/22",
  podCidr: "10.20.0.0/16",
  serviceCidr: "10.30.0.0/20",
  nat: { addresses: ["203.0.113.10"] }
})

/** What GKE's controller wrote, and what everybody forgets is there. */
const googleRanges = ["35.191.0.0/16", "130.211.0.0/22"]
const layer4 = [{ protocol: "tcp" as const, ports: ["8080"] }]
const rule = {
  id: gkeIngressRule("shop"),
  network: gkeNetwork("shop"),
  direction: "ingress" as const,
  priority: 1000,
  action: "allow" as const,
  layer4,
  sourceRanges: googleRanges,
  targetTags: [gkeTag("shop")]
}
const guarded = gcpVpc({
  ...network.topology,
  firewallPolicies: [
    {
      id: "organization",
      attachedTo: { _tag: "Organization" },
      rules: [{ priority: 100, direction: "ingress", action: "allow", layer4, sourceRanges: googleRanges }]
    }
  ]
})

const cluster = gkeCluster({ name: "shop", version: "1.31", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
  gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes }),
  gkeAddons(),
  deployment("web", {
    replicas: 3,
    requests: { milliCpu: 250, memoryMiB: 256 },
    serves: [{ port: 8080, calls: { "/": [] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    spread: [{ over: "zone", whenUnsatisfiable: "ScheduleAnyway" }]
  }),
  service("web", { clusterIp: "10.30.0.80", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
  gkeIngress("web", { rules: [{ path: "/", service: "web", port: 80 }] })
)

const story = (restored: string) =>
  drill("gcp-health-check-firewall")
    .about("The firewall rule that lets Google's health checks in is deleted, and written again ten minutes later.")
    .lesson("The rule of the health checks is the rule of the traffic, and a graph of pooled connections stays green for 45 seconds.")
    .topology(network)
    .cluster(cluster)
    .probe("clients", from.internet(), to.ingress("web", 80), { path: "/" })
    .probe("pooled", from.internet(), to.ingress("web", 80), { path: "/", kept: true })
    .at("1m", deleteFirewallRule(gkeIngressRule("shop")))
    .at(restored, setFirewallRule(rule))
    .until("15m")
    .expect("clients are served", delivered("clients").atLeast("1").sustained())
    .expect("pooled connections live", delivered("pooled").atLeast("1").sustained())
    .expect("pods stay ready", readyReplicas("web").atLeast(3).sustained())
    .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
    .expect("clients are served again", delivered("clients").within("30s").after(restored))

export default story("11m")
  .variant("put back after 20 s", () => story("80s"))
  .variant("put back after 30 s", () => story("90s"))
  .variant("rule in a firewall policy", (base) => base.topology(guarded))

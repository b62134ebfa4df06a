/**
 * The second wave, when the zone comes back.
 *
 * Twelve nodes, four a zone, ten pods on each and room for no more. Zone c dies; the Auto Scaling group replaces its instances in the
 * other zones, and after a quarter of an hour all is well, six and six. Then c returns, and the group levels its zones: four new nodes in
 * c, and four healthy ones in a and b ended, with forty pods on them. No budget is asked.
 *
 *   drill run az-return-rebalance.ts                                   play it; ends with exit 1, and is meant to
 *   drill diff az-return-rebalance.ts --variant "AZRebalance off"      the same return, and nobody is disturbed
 */
import {
  budget,
  cutZone,
  deployment,
  disturbances,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  healZone,
  nodeGroup,
  pendingPods,
  readyReplicas
} from "drill"

const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
const network = eksctlVpc({
  name: "shop",
  region: "eu-west-1",
  cidr: "192.168.0.0/16",
  zones,
  nat: "HighlyAvailable",
  nodeGroups: ["workers"]
})

// aws-node and kube-proxy take two of twelve places on every node; CoreDNS runs elsewhere.
const addons = eksAddons().filter((part) => part._tag === "Workload" && part.spec.kind === "DaemonSet")

const clusterWith = (rebalances: boolean) =>
  eksCluster({ name: "shop", version: "1.31" }).with(
    nodeGroup("workers", {
      instanceType: "m5.large",
      nodes: 12,
      subnets: zones.map((zone) => `public-${zone}`),
      maxPods: 12,
      scaling: { min: 12, max: 16, replacesImpaired: true, rebalances }
    }),
    ...addons,
    deployment("app", { replicas: 120, requests: { milliCpu: 100, memoryMiB: 128 } }),
    budget("app", { selector: { app: "app" }, maxUnavailable: 10 })
  )

export default drill("az-return-rebalance")
  .about("Zone c of three dies for an hour under twelve full nodes; its instances are replaced elsewhere, and it comes back.")
  .lesson(
    "a zone's return ends more healthy pods than its loss left to be saved: AZRebalance asks no budget; suspend it before the zone is back"
  )
  .topology(network)
  .cluster(clusterWith(true))
  .set({ nodeLifecycle: "upstream-1.31" })

  .at("2m", cutZone("eu-west-1c"))
  .at("1h2m", healZone("eu-west-1c"))
  .until("1h20m")

  .expect("app is whole again after the loss", readyReplicas("app").atLeast(120).within("15m").after("2m"))
  .expect("the return disturbs at most ten pods", disturbances().atMost(10).sustained())
  .expect("app stays whole through the return", readyReplicas("app").atLeast(110).sustained({ from: "20m" }))
  .expect("nothing waits in the end", pendingPods().atMost(0).sustained({ from: "1h18m" }))

  .variant("AZRebalance off", (base) => base.cluster(clusterWith(false)))

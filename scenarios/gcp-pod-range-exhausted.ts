/**
 * The cluster stops growing at 256 nodes, with three quarters of its nodes' addresses free.
 *
 * At GKE a node takes a whole block of the pods' range when it is made: a /24 at up to 110 pods, whatever runs there. A /16 has 256 of
 * them. Demand for 270 nodes makes six, and the autoscaler backs off; fourteen pods wait. The nodes' own subnetwork is a quarter full,
 * and the blocks that are all taken hold a handful of pods each: what has run out is reserved, not used.
 *
 *   drill run gcp-pod-range-exhausted.ts                                play it; ends with exit 1, and is meant to
 *   drill diff gcp-pod-range-exhausted.ts --variant "32 pods a node"    a /26 a node: 1,024 of them fit into the same range
 *   drill diff gcp-pod-range-exhausted.ts --variant "a second range"    a range elsewhere, which a new pool of nodes has
 */
import { deployment, drill, gkeAddons, gkeCluster, gkeNodePool, gkeVpc, pendingPods, readyReplicas, scale } from "drill"

const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"] as const
const nodes = Array.from({ length: 250 }, (_, index) => ({
  name: `gke-shop-${String(index + 1).padStart(3, "0")}`,
  zone: zones[index % 3] ?? zones[0],
  address: `10.10.${Math.floor((index + 10) / 256)}.${(index + 10) % 256}`
}))

const network = gkeVpc({
  name: "shop",
  region: "europe-west1",
  zones: [...zones],
  nodeCidr: "10.10.0.0/22",
  podCidr: "10.20.0.0/16",
  morePodCidrs: ["100.64.0.0/20"],
  serviceCidr: "10.30.0.0/20"
})

/** Ranges of pools that stand cannot be changed; another pool may have another. */
const grown = gkeNodePool("shop", "grown", {
  machineType: "e2-standard-4",
  nodes: [],
  zones: [...zones],
  podCidr: "100.64.0.0/20",
  scaling: { min: 0, max: 15, autoscaled: true }
})

const clusterWith = (maxPods: number) =>
  gkeCluster({ name: "shop", version: "1.31", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20", maxPodsPerNode: maxPods }).with(
    gkeNodePool("shop", "pool", {
      machineType: "e2-standard-4",
      nodes,
      maxPods,
      scaling: { min: 250, max: 1000, autoscaled: true }
    }),
    gkeAddons(),
    // One fills a node.
    deployment("worker", { replicas: 250, requests: { milliCpu: 3000, memoryMiB: 4096 } })
  )

export default drill("gcp-pod-range-exhausted")
  .about("A cluster of 250 nodes is asked for twenty more, and its pods' range has blocks for six.")
  .lesson("A pods' range runs out by reservation, not by use: nodes take whole blocks of it.")
  .topology(network)
  .cluster(clusterWith(110))
  .at("1m", scale("worker", 270))
  .until("20m")
  .expect("nothing waits at the end", pendingPods().atMost(0).sustained({ from: "10m" }))
  .expect("270 workers", readyReplicas("worker").atLeast(270).within("5m").after("1m"))
  .variant("32 pods a node", (base) => base.cluster(clusterWith(32)))
  .variant("a second range", (base) => base.cluster(clusterWith(110).with(grown)))

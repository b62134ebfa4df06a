/**
 * The cloud launches nothing, and then a zone dies.
 *
 * Six nodes, two a zone, fifteen pods that fill most of them; an autoscaler that would add what is missing. For an hour the region
 * launches no instance, as in October 2025. What runs keeps running, and nobody notices, until zone c is lost: its five pods are
 * evicted, two find room, and three wait for nodes that cannot come. The autoscaler asks, is refused, and backs off, twice as long every
 * time: when launches work again it is not listening, and the pods wait until the zone is back.
 *
 *   drill run launch-freeze.ts                                    play it; ends with exit 1, and is meant to
 *   drill diff launch-freeze.ts --variant "room for a zone"       three nodes a zone: nothing has to be launched
 *   drill diff launch-freeze.ts --variant "launches work"         the same loss on an ordinary day
 */
import {
  cutZone,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  freezeLaunches,
  healZone,
  nodeGroup,
  pendingPods,
  readyReplicas,
  resumeLaunches
} from "drill"

const zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
const subnets = zones.map((zone) => `private-${zone}`)
const network = eksctlVpc({
  name: "shop",
  region: "us-east-1",
  cidr: "10.80.0.0/16",
  zones,
  nat: "HighlyAvailable",
  nodeGroups: ["workers"]
})

// An m5.large gives 1,930 thousandths of a core to pods; three pods of web fill it.
const clusterWith = (nodes: number) =>
  eksCluster({ name: "shop", version: "1.31" }).with(
    nodeGroup("workers", { instanceType: "m5.large", nodes, subnets, scaling: { min: nodes, max: 12, autoscaled: true } }),
    eksAddons(),
    deployment("web", {
      replicas: 15,
      requests: { milliCpu: 500, memoryMiB: 512 },
      serves: [{ port: 8080 }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
      spread: [{ over: "zone", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" }]
    })
  )

const loss = cutZone("us-east-1c")
const ordinary = drill("launch-freeze")
  .about("A region launches no instances for an hour; ten minutes in, one of its zones goes dark.")
  .lesson("launching is a dependency like any other: what must survive a zone has to run before the zone is lost")
  .topology(network)
  .cluster(clusterWith(6))
  .set({ nodeLifecycle: "upstream-1.31", scaleDown: false })
  .at("10m", loss)
  .at("70m", healZone("us-east-1c"))
  .until("75m")
  .expect("web keeps two thirds", readyReplicas("web").atLeast(10).sustained())
  .expect("web is whole within ten minutes", readyReplicas("web").atLeast(15).within("10m").after(loss))
  .expect("nothing waits at the end", pendingPods().atMost(0).sustained({ from: "74m" }))

export default ordinary
  .at("1m", freezeLaunches())
  .at("61m", resumeLaunches())
  .variant("room for a zone", (base) => base.cluster(clusterWith(9)))
  .variant("launches work", () => ordinary)

/**
 * A strict spread, and a zone that dies.
 *
 * Six pods over three zones, and the rule that no zone may have two more than another: DoNotSchedule, maxSkew 1. It is the rule that
 * keeps the tier balanced every day. When zone a dies, its nodes still exist for the API server, so the zone is still a domain, with
 * no pods in it; a third pod in b or c would be three more than none. The replacements wait until the zone is back.
 *
 *   drill run az-outage-hard-spread.ts                                play it; ends with exit 1, and is meant to
 *   drill diff az-outage-hard-spread.ts --variant "soft spread"       the same outage with ScheduleAnyway
 *   drill diff az-outage-hard-spread.ts --variant "taints honoured"   dead zones are no domains (Kubernetes 1.26 and later)
 *   drill diff az-outage-hard-spread.ts --variant "nodes deleted"     what a cloud that ends the instances does
 */
import {
  barePod,
  cutZone,
  deleteNodes,
  delivered,
  deployment,
  drill,
  flatNetwork,
  from,
  healZone,
  machines,
  pendingPods,
  plainCluster,
  readyReplicas,
  service,
  to
} from "drill"

const zones = ["a", "b", "c"]
const network = flatNetwork({ zones, shapes: { node: { milliCpu: 4_000, memoryMiB: 16_384, pods: 110 } } })

interface Spread {
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway"
  readonly nodeTaintsPolicy?: "Honor" | "Ignore"
  readonly minDomains?: number
}

const clusterWith = (spread: Spread) =>
  plainCluster({ name: "shop", version: "1.31" }).with(
    machines("nodes", { shape: "node", zones, perZone: 3 }),
    deployment("web", {
      replicas: 6,
      requests: { milliCpu: 500, memoryMiB: 512 },
      serves: [{ port: 8080 }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s" },
      spread: [{ over: "zone", maxSkew: 1, ...spread }]
    }),
    service("web", { clusterIp: "10.100.0.20", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
    barePod("client", { pods: [{ name: "client", node: "b1" }] })
  )

export default drill("az-outage-hard-spread")
  .about("Zone a of three dies for forty minutes under six pods that must be spread evenly.")
  .lesson(
    "DoNotSchedule counts a dead zone as an empty domain while its nodes exist: replacements wait for the zone; honour taints, or prefer instead of forbid"
  )
  .topology(network)
  .cluster(clusterWith({ whenUnsatisfiable: "DoNotSchedule" }))
  .set({ nodeLifecycle: "upstream-1.31" })
  .probe("web", from.pod("client"), to.service("web", 80))

  .at("2m", cutZone("a"))
  .at("42m", healZone("a"))
  .until("45m")

  .expect("four of six stay", readyReplicas("web").atLeast(4).sustained())
  .expect("web is whole again", readyReplicas("web").atLeast(6).within("9m").after(cutZone("a")))
  .expect("users notice for less than a minute", delivered("web").within("1m").after(cutZone("a")))
  .expect("nothing waits ten minutes in", pendingPods().atMost(0).sustained({ from: "12m" }))

  .variant("soft spread", (base) => base.cluster(clusterWith({ whenUnsatisfiable: "ScheduleAnyway" })))
  .variant("taints honoured", (base) => base.cluster(clusterWith({ whenUnsatisfiable: "DoNotSchedule", nodeTaintsPolicy: "Honor" })))
  .variant("taints honoured, three domains", (base) =>
    base.cluster(clusterWith({ whenUnsatisfiable: "DoNotSchedule", nodeTaintsPolicy: "Honor", minDomains: 3 }))
  )
  .variant("nodes deleted", (base) => base.at("10m", deleteNodes("a1", "a2", "a3")))

/**
 * A deployment, caught by an outage halfway.
 *
 * Nine pods over three zones; a new version starts in fifty seconds, so its rollout takes a few minutes at the usual 25 % and 25 %. A
 * minute after it began, zone c dies. Pods of the new version that were placed there never turn ready, old ones there turn unready,
 * and together they use up everything the rollout may be short of: it stands still until the control plane gives the zone's pods up.
 *
 *   drill run rollout-during-outage.ts                                 play it; ends with exit 1, and is meant to
 *   drill diff rollout-during-outage.ts --variant "surge in full"      all new pods at once, none taken before
 *   drill diff rollout-during-outage.ts --variant "rolled back"        and what going back does
 */
import {
  barePod,
  cutZone,
  delivered,
  deployment,
  drill,
  flatNetwork,
  from,
  healZone,
  machines,
  plainCluster,
  readyReplicas,
  rollback,
  rolledOut,
  rollout,
  service,
  to
} from "drill"

const zones = ["a", "b", "c"]
const network = flatNetwork({ zones, shapes: { node: { milliCpu: 4_000, memoryMiB: 16_384, pods: 110 } } })

const clusterWith = (maxSurge: string, maxUnavailable: string | number) =>
  plainCluster({ name: "shop", version: "1.31" }).with(
    machines("nodes", { shape: "node", zones, perZone: 3 }),
    deployment("web", {
      replicas: 9,
      requests: { milliCpu: 250, memoryMiB: 256 },
      serves: [{ port: 8080 }],
      rollout: { maxSurge, maxUnavailable }
    }),
    service("web", { clusterIp: "10.100.0.20", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
    barePod("client", { pods: [{ name: "client", node: "a1" }] })
  )

export default drill("rollout-during-outage")
  .about("Zone c of three dies a minute into a rollout, and stays away for twenty.")
  .lesson(
    "a rollout spends the same slack that an outage needs: with 25 % and 25 % it stands still until the zone's pods are given up; surge in full, and the new version is whole before the old one is touched"
  )
  .topology(network)
  .cluster(clusterWith("25%", "25%"))
  .set({ nodeLifecycle: "upstream-1.31" })
  .probe("web", from.pod("client"), to.service("web", 80))

  .at("2m", rollout("web", "v2", { start: "50s" }))
  .at("3m", cutZone("c"))
  .at("23m", healZone("c"))
  .until("26m")

  .expect("the rollout is done in four minutes", rolledOut("web").within("4m").after("2m"))
  .expect("six of nine stay", readyReplicas("web").atLeast(6).sustained())
  .expect("users notice for less than a minute", delivered("web").within("1m").after(cutZone("c")))

  .variant("surge in full", (base) => base.cluster(clusterWith("100%", 0)))
  .variant("rolled back", (base) => base.at("4m", rollback("web")))

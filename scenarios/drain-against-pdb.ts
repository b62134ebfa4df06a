/**
 * A drain that a dead zone has already spent the budget for.
 *
 * Three pods, one a zone, and a budget that wants two. Zone c dies; a minute later somebody drains a node in a for an urgent patch. The
 * budget counts two healthy pods, and wants two: the eviction is refused, and refused again, until the lost pod has been replaced.
 * Had the budget wanted all three, the drain would never end, outage or not.
 *
 *   drill run drain-against-pdb.ts                                 play it; ends with exit 1, and is meant to
 *   drill diff drain-against-pdb.ts --variant "one more replica"   the slack that an outage takes, given beforehand
 *   drill diff drain-against-pdb.ts --variant "none may go"        minAvailable 100 %: never
 */
import {
  barePod,
  budget,
  cutZone,
  delivered,
  deployment,
  drain,
  drained,
  drill,
  flatNetwork,
  from,
  healZone,
  machines,
  plainCluster,
  readyReplicas,
  service,
  to
} from "drill"

const zones = ["a", "b", "c"]
const network = flatNetwork({ zones, shapes: { node: { milliCpu: 4_000, memoryMiB: 16_384, pods: 110 } } })

const clusterWith = (replicas: number, minAvailable: number | string) =>
  plainCluster({ name: "shop", version: "1.31" }).with(
    machines("nodes", { shape: "node", zones, perZone: 2 }),
    deployment("api", {
      replicas,
      requests: { milliCpu: 500, memoryMiB: 512 },
      serves: [{ port: 8080 }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s" },
      // The patch is for the node of the first.
      pods: zones.map((zone, index) => ({ name: `api-${index}`, node: `${zone}1` }))
    }),
    service("api", { clusterIp: "10.100.0.20", selector: { app: "api" }, ports: [{ port: 80, targetPort: 8080 }] }),
    budget("api", { selector: { app: "api" }, minAvailable }),
    barePod("client", { pods: [{ name: "client", node: "b2" }] })
  )

export default drill("drain-against-pdb")
  .about("Zone c of three dies under a tier of three with a budget of two; a minute later a node in a is drained.")
  .lesson(
    "a budget counts what is healthy, not what was meant to be: an outage spends it, and every drain then waits for replacements; keep one replica more than the budget and a zone together need"
  )
  .topology(network)
  .cluster(clusterWith(3, 2))
  .set({ nodeLifecycle: "upstream-1.31" })
  .probe("api", from.pod("client"), to.service("api", 80))

  .at("2m", cutZone("c"))
  .at("3m", drain("a1"))
  .at("22m", healZone("c"))
  .until("25m")

  .expect("the node is drained within a minute", drained("a1").within("1m").after(drain("a1")))
  .expect("the node is drained at all", drained("a1").within("15m").after(drain("a1")))
  .expect("two of the tier stay", readyReplicas("api").atLeast(2).sustained())
  .expect("users notice for less than a minute", delivered("api").within("1m").after(cutZone("c")))

  .variant("one more replica", (base) => base.cluster(clusterWith(4, 2)))
  .variant("none may go", (base) => base.cluster(clusterWith(3, "100%")))

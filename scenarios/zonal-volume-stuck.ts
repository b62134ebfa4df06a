/**
 * A node-loss runbook, applied to the loss of a zone.
 *
 * A database of three, one pod and one zonal disk in each zone. Zone a dies. At first its pod's object is in the way: Kubernetes makes no
 * second db-0 while it cannot know that the first is gone. So ten minutes in, the runbook is followed: the node is marked
 * out-of-service. Now the object goes, and the disk is in the way: it lives in zone a.
 *
 *   drill run zonal-volume-stuck.ts                                play it; ends with exit 1, and is meant to
 *   drill diff zonal-volume-stuck.ts --variant "file storage"      storage that every zone can mount
 *   drill diff zonal-volume-stuck.ts --variant "regional disk"     a disk that any zone can attach
 */
import {
  cutZone,
  drill,
  flatNetwork,
  healZone,
  machines,
  markOutOfService,
  pendingPods,
  plainCluster,
  readyReplicas,
  statefulSet,
  untaintNode
} from "drill"

const zones = ["a", "b", "c"]
const network = flatNetwork({ zones, shapes: { node: { milliCpu: 8_000, memoryMiB: 32_768, pods: 110 } } })

const clusterWith = (storage: { readonly kind: string; readonly zonal: boolean; readonly attaches: boolean }) =>
  plainCluster({ name: "orders", version: "1.31" }).with(
    machines("nodes", { shape: "node", zones, perZone: 1 }),
    statefulSet("db", {
      replicas: 3,
      serves: [{ port: 5432 }],
      requests: { milliCpu: 1_000, memoryMiB: 4_096 },
      volumeClaim: { name: "data", ...storage },
      // Where they stand when the drill begins: one a zone.
      pods: zones.map((zone, ordinal) => ({ name: `db-${ordinal}`, node: `${zone}1` }))
    })
  )

export default drill("zonal-volume-stuck")
  .about("Zone a of three dies under a database with a zonal disk a pod; ten minutes in, its node is marked out-of-service.")
  .lesson(
    "the out-of-service taint frees pods, not disks: a zonal disk keeps its pod in its zone; plan a replica elsewhere, or storage that is not zonal"
  )
  .topology(network)
  .cluster(clusterWith({ kind: "gp3", zonal: true, attaches: true }))
  .set({ nodeLifecycle: "upstream-1.31" })

  .at("2m", cutZone("a"))
  .at("12m", markOutOfService("a1"))
  .at("42m", healZone("a"))
  .at("43m", untaintNode("a1", { key: "node.kubernetes.io/out-of-service", effect: "NoExecute" }))
  .until("45m")

  .expect("quorum holds", readyReplicas("db").atLeast(2).sustained())
  .expect("db-0 is back soon after the runbook", readyReplicas("db").atLeast(3).within("2m").after(markOutOfService("a1")))
  .expect("nothing waits for a zone", pendingPods().atMost(0).sustained({ from: "13m" }))

  .variant("file storage", (base) => base.cluster(clusterWith({ kind: "efs", zonal: false, attaches: false })))
  .variant("regional disk", (base) => base.cluster(clusterWith({ kind: "regional", zonal: false, attaches: true })))

/**
 * The first zone moves DNS, the second kills it.
 *
 * Both CoreDNS pods are on one node of zone a, and zone c is full. Zone a dies: no name resolves for six minutes, until both pods are
 * up again in b. Zone a comes back, and nobody moves. Forty minutes after the first outage b dies, and it is six minutes again.
 *
 *   drill run coredns-rolling-zones.ts                             play it; ends with exit 1, and is meant to
 *   drill diff coredns-rolling-zones.ts --variant "kept apart"     one pod a zone, by anti-affinity
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
  service,
  to
} from "drill"

const network = flatNetwork({
  zones: ["a", "b", "c"],
  shapes: { node: { milliCpu: 8_000, memoryMiB: 32_768, pods: 110 } }
})

const dns = (apart: boolean) =>
  deployment("coredns", {
    namespace: "kube-system",
    replicas: 2,
    labels: { "k8s-app": "kube-dns" },
    requests: { milliCpu: 100, memoryMiB: 70 },
    serves: [{ port: 53, protocol: "udp" }],
    readinessProbe: { path: "/ready", port: 53, initialDelay: "5s" },
    ...(apart
      ? { apart: [{ within: "zone" }] }
      : {
          pods: [
            { name: "coredns-1", node: "a1" },
            { name: "coredns-2", node: "a1" }
          ]
        })
  })

const clusterWith = (apart: boolean) =>
  plainCluster({ name: "shop", version: "1.31" }).with(
    machines("nodes", {
      shape: "node",
      nodes: [
        { name: "a1", zone: "a" },
        { name: "b1", zone: "b" }
      ]
    }),
    // Room for three pods, and three are there.
    machines("full", { shape: "node", maxPods: 3, nodes: [{ name: "c1", zone: "c" }] }),
    deployment("batch", {
      replicas: 2,
      zones: ["c"],
      pods: [
        { name: "batch-1", node: "c1" },
        { name: "batch-2", node: "c1" }
      ]
    }),
    barePod("client", { pods: [{ name: "client", node: "c1" }] }),
    dns(apart),
    service("kube-dns", {
      namespace: "kube-system",
      clusterIp: "10.100.0.10",
      selector: { "k8s-app": "kube-dns" },
      ports: [{ port: 53, protocol: "udp" }]
    })
  )

export default drill("coredns-rolling-zones")
  .about("Zone a dies for twenty minutes, and zone b twenty minutes later; both CoreDNS pods began on one node of a.")
  .lesson(
    "evenness decays with every outage: what zone a's loss packed into b, b's loss takes whole; keep the replicas of DNS in zones apart"
  )
  .topology(network)
  .cluster(clusterWith(false))
  .set({ nodeLifecycle: "upstream-1.31" })
  .probe("lookups", from.pod("client"), to.service("kube-system/kube-dns", 53), { protocol: "udp" })

  .at("2m", cutZone("a"))
  .at("22m", healZone("a"))
  .at("42m", cutZone("b"))
  .at("62m", healZone("b"))
  .until("65m")

  .expect("half of first lookups always succeed", delivered("lookups").atLeast("1/2").sustained())
  .expect("DNS is whole a minute after a", delivered("lookups").sustained({ from: "3m", until: "42m" }))
  .expect("DNS is whole a minute after b", delivered("lookups").sustained({ from: "43m" }))
  .expect("two replicas in the end", readyReplicas("kube-system/coredns").atLeast(2).sustained({ from: "63m" }))

  .variant("kept apart", (base) => base.cluster(clusterWith(true)))

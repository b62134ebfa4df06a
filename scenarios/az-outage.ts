/**
 * An availability zone goes dark for forty minutes.
 *
 * Three nodes, one a zone. The web tier has a pod in each; the database is one pod whose disk lives in us-west-2c. What survives the
 * loss of us-west-2c, how long do users notice, and what does the cluster do about it by itself?
 *
 *   drill run az-outage.ts                              play it
 *   drill diff az-outage.ts --variant "grace 50"        and what Kubernetes 1.32 would change
 *
 * It ends with exit 1, and is meant to: see `lesson`.
 */
import {
  barePod,
  cutZone,
  delivered,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  from,
  healZone,
  nodeGroup,
  pendingPods,
  readyReplicas,
  service,
  statefulSet,
  to,
  volume
} from "drill"

// The network as `eksctl create cluster --name eks-demo -N 3` lays it out. eksctl listed the zones in this order, so 2b has the first
// block of addresses and the one NAT gateway.
const network = eksctlVpc({
  name: "eks-demo",
  region: "us-west-2",
  cidr: "192.168.0.0/16",
  zones: ["us-west-2b", "us-west-2a", "us-west-2c"],
  nat: "Single",
  nodeGroups: ["ng-1"]
})

// eksctl's first node group stands in the public subnets. An m5.large has addresses for 29 pods.
const nodes = nodeGroup("ng-1", {
  instanceType: "m5.large",
  maxPods: 29,
  nodes: [
    { name: "ip-192-168-63-151", subnet: "public-us-west-2a" },
    { name: "ip-192-168-0-94", subnet: "public-us-west-2b" },
    { name: "ip-192-168-91-46", subnet: "public-us-west-2c" }
  ]
})

// A Go web server. `/data` asks the database, `/host` does not: one application, two promises.
const app = deployment("app", {
  replicas: 3,
  templateHash: "6bf97c555d",
  serves: [{ port: 8080, calls: { "/host": [], "/data": ["postgres:5432"] } }],
  readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
  livenessProbe: { path: "/healthz", port: 8080, initialDelay: "5s", period: "5s" },
  // What is known of these pods. The cluster is built by its own rules, which must arrive here or refuse the pin.
  pods: [
    { name: "app-6bf97c555d-5mzfb", node: "ip-192-168-0-94", address: "192.168.15.108" },
    { name: "app-6bf97c555d-76fgm", node: "ip-192-168-63-151", address: "192.168.52.42" },
    { name: "app-6bf97c555d-gw4k9", node: "ip-192-168-91-46", address: "192.168.88.61" }
  ]
})

// The database's disk is an EBS volume (gp2), and an EBS volume lives in one zone.
const disk = volume("postgres-data", { kind: "gp2", zone: "us-west-2c" })
const postgres = statefulSet("postgres", {
  replicas: 1,
  serves: [{ port: 5432 }],
  volume: "postgres-data",
  pods: [{ name: "postgres-0", node: "ip-192-168-91-46", address: "192.168.70.170" }]
})

const dnsutils = barePod("dnsutils", { pods: [{ name: "dnsutils", node: "ip-192-168-63-151", address: "192.168.57.174" }] })

// The Service is called clusterip-service and is of type LoadBalancer: that is how its owner named it. The in-tree controller makes a
// classic balancer for it, which does not cross zones and checks its targets every 10 s, six failures to be out.
const web = service("clusterip-service", {
  clusterIp: "10.100.159.28",
  selector: { app: "app" },
  ports: [{ port: 80, targetPort: 8080, nodePort: 32671 }],
  classicBalancer: {
    id: "eks-demo-web",
    dnsName: "eks-demo-web.us-west-2.elb.amazonaws.com",
    subnets: ["public-us-west-2b", "public-us-west-2a", "public-us-west-2c"],
    crossZone: false
  }
})
const database = service("postgres", { clusterIp: "10.100.106.134", selector: { app: "postgres" }, ports: [{ port: 5432 }] })

const cluster = eksCluster({ name: "eks-demo", version: "1.20", serviceCidr: "10.100.0.0/16" }).with(
  nodes,
  eksAddons({
    coredns: [
      { name: "coredns-0", node: "ip-192-168-63-151" },
      { name: "coredns-1", node: "ip-192-168-0-94" }
    ]
  }),
  app,
  dnsutils,
  disk,
  postgres,
  web,
  database
)

export default drill("az-outage")
  .about("One availability zone of three goes dark for 40 minutes under the eks-demo cluster, and comes back.")
  .lesson(
    "a zonal volume ties its pod to its zone: nothing reschedules postgres-0 while us-west-2c is dark, so /data is down for as long as the zone is; only a copy in another zone would serve it"
  )
  .topology(network)
  .cluster(cluster)
  .set({ nodeLifecycle: "upstream-1.31" })

  // Who reaches whom, asked throughout the run. The first two are the users; the others are what an engineer tries by hand.
  .probe("host", from.internet(), to.balancer("clusterip-service", 80), { path: "/host" })
  .probe("data", from.internet(), to.balancer("clusterip-service", 80), { path: "/data" })
  .probe("cluster address", from.pod("dnsutils"), to.service("clusterip-service", 80))
  .probe("pod address", from.pod("dnsutils"), to.pod("app-6bf97c555d-5mzfb", 8080))
  .probe("node port", from.pod("dnsutils"), to.nodePort("ip-192-168-0-94", 32671))

  .at("2m", cutZone("us-west-2c"))
  .at("42m", healZone("us-west-2c"))
  .until("45m")

  // Sustained: true throughout. Recovered: true again within a span, and true from then on.
  .expect("host keeps half", delivered("host").atLeast("4/9").sustained())
  .expect("host recovers", delivered("host").within("2m").after(cutZone("us-west-2c")))
  .expect("web tier is whole", readyReplicas("app").atLeast(3).within("7m").after(cutZone("us-west-2c")))
  .expect("database", readyReplicas("postgres").atLeast(1).sustained({ from: "2m" }))
  .expect("data recovers", delivered("data").within("10m").after(cutZone("us-west-2c")))
  .expect("nothing waits at the end", pendingPods().atMost(0).sustained({ from: "43m" }))

  // One thing changed, by name.
  .variant("grace 50", (base) => base.set({ graceMs: "50s" }))
  .variant("cross-zone on", (base) => base.balancer("clusterip-service", { crossZone: true }))

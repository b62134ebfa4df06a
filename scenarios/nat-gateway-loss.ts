/**
 * A NAT gateway that everybody shares, and that goes on existing while it drops everything.
 *
 * Six nodes, two a zone, in private subnets; one NAT gateway in zone a, as eksctl lays it out by default; the API endpoint is public. When
 * the gateway is impaired, no pod reaches anything outside, and no node renews its lease: the heartbeats went through it as well. All
 * zones are dead to the control plane at once, so it stops evicting, and every kube-proxy keeps the table it had: users notice
 * nothing. Twenty minutes later somebody makes another gateway, in zone b, and puts the three routes over to it. Egress is back, from
 * another address; the partner who admits known addresses goes on dropping it.
 *
 *   drill run nat-gateway-loss.ts                                  play it; ends with exit 1, and is meant to
 *   drill diff nat-gateway-loss.ts --variant "address kept"        the old gateway deleted first, its elastic address taken along
 *   drill diff nat-gateway-loss.ts --variant "one per zone"        three gateways; the one of zone a is impaired
 *   drill diff nat-gateway-loss.ts --variant "private endpoint"    nodes stay Ready: only what is outside is lost
 *   drill diff nat-gateway-loss.ts --variant "public subnets"      nodes that never used the gateway
 *   drill diff nat-gateway-loss.ts --variant "regional"            a regional gateway, whose part in zone a is impaired
 *   drill diff nat-gateway-loss.ts --variant "deleted"             gone instead of impaired: its routes turn to blackholes
 */
import {
  awsVpc,
  barePod,
  createNatGateway,
  cutGateway,
  deleteNatGateway,
  delivered,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  evictions,
  from,
  nodeGroup,
  notReadyNodes,
  service,
  setRoute,
  to
} from "drill"

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
const publicSubnets = zones.map((zone) => `public-${zone}`)

const networkWith = (nat: "Single" | "HighlyAvailable" | "Disable") =>
  eksctlVpc({ name: "shop", region: "eu-central-1", cidr: "10.40.0.0/16", zones, nat, nodeGroups: ["workers"] })

// One gateway for the whole VPC, with an address in every zone; each private table leads to it.
const { topology: vpc } = networkWith("Disable")
const regional = awsVpc({
  ...vpc,
  regionalNatGateways: [
    {
      id: "shop-nat",
      vpc: "shop-vpc",
      addresses: zones.map((zone, index) => ({ zone, publicAddress: `192.0.2.${index + 1}` })),
      routes: []
    }
  ],
  routeTables: vpc.routeTables.map((table) =>
    table.id === "shop-public"
      ? table
      : { ...table, routes: [...table.routes, { destination: "0.0.0.0/0", target: "shop-nat", state: "active", propagated: false }] }
  )
})

// Two nodes a zone, on the private or the public side.
const clusterIn = (side: "private" | "public", endpoint: "public" | "both" = "public") =>
  eksCluster({ name: "shop", version: "1.31", endpoint, subnets: zones.map((zone) => `private-${zone}`) }).with(
    nodeGroup("workers", {
      instanceType: "m5.large",
      nodes: zones.flatMap((zone, index) =>
        [1, 2].map((nth) => ({
          name: `${zone.slice(-1)}${nth}`,
          subnet: `${side}-${zone}`,
          address: `10.40.${(side === "private" ? 96 : 0) + index * 32}.${100 + nth}`
        }))
      )
    }),
    eksAddons({
      coredns: [
        { name: "coredns-0", node: "b1" },
        { name: "coredns-1", node: "c1" }
      ]
    }),
    deployment("app", {
      replicas: 6,
      requests: { milliCpu: 250, memoryMiB: 256 },
      serves: [{ port: 8080, calls: { "/": [], "/fetch": ["outside registry:443"], "/pay": ["outside partner:443"] } }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
      spread: [{ over: "kubernetes.io/hostname", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" }],
      pods: zones.flatMap((zone) => [1, 2].map((nth) => ({ name: `app-${zone.slice(-1)}${nth}`, node: `${zone.slice(-1)}${nth}` })))
    }),
    // A client inside, in the zone that has no gateway of its own.
    barePod("client", { pods: [{ name: "client", node: "b2" }] }),
    service("app", {
      clusterIp: "10.100.0.40",
      selector: { app: "app" },
      ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }],
      classicBalancer: { id: "shop-app", dnsName: "shop.example", subnets: publicSubnets, crossZone: true }
    })
  )

const loss = cutGateway("shop-nat-eu-central-1a")
const tables = zones.map((zone) => `shop-private-${zone}`)

const outage = drill("nat-gateway-loss")
  .about("The one NAT gateway of a cluster with private nodes drops everything for twenty minutes, until it is replaced.")
  .lesson(
    "heartbeats leave by the NAT gateway too: one gateway is one failure for every node; what saves the users is that nobody can be told"
  )
  .topology(networkWith("Single"))
  .cluster(clusterIn("private"))
  .set({ nodeLifecycle: "upstream-1.31" })
  // The registry admits anybody, the partner the gateway's elastic address.
  .outside("registry", { address: "198.51.100.10", ports: [443] })
  .outside("partner", { address: "198.51.100.20", ports: [443], admits: ["192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32"] })
  .probe("ingress", from.internet(), to.balancer("app", 80), { path: "/" })
  .probe("east-west", from.pod("client"), to.service("app", 80), { path: "/" })
  .probe("egress", from.pod("client"), to.service("app", 80), { path: "/fetch" })
  .probe("partner", from.pod("client"), to.service("app", 80), { path: "/pay" })
  .expect("users notice nothing", delivered("ingress").atLeast("1").sustained())
  .expect("pods reach each other", delivered("east-west").atLeast("1").sustained())
  .expect("nobody is evicted", evictions().atMost(0).sustained())
  .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
  .expect("egress stays up", delivered("egress").atLeast("1/2").sustained())
  .expect("the partner is reached at the end", delivered("partner").sustained({ from: "32m" }))
  .until("35m")

const start = outage.at("10m", loss)

/** What the operator does at last: a gateway in zone b, and when it is there, the three routes. */
const repaired = (base: typeof outage, publicAddress: string) =>
  tables.reduce(
    (draft, table) => draft.at("31m30s", setRoute(table, { destination: "0.0.0.0/0", target: "shop-nat-spare" })),
    base.at("30m", createNatGateway("shop-nat-spare", { subnet: "public-eu-central-1b", publicAddress }))
  )

export default repaired(start, "192.0.2.9")
  .variant("address kept", () => repaired(start.at("30m", deleteNatGateway("shop-nat-eu-central-1a")), "192.0.2.1"))
  .variant("one per zone", () => start.topology(networkWith("HighlyAvailable")))
  .variant("regional", () => outage.topology(regional).at("10m", cutGateway("shop-nat/eu-central-1a")))
  .variant("private endpoint", (base) => base.cluster(clusterIn("private", "both")))
  .variant("public subnets", (base) => base.cluster(clusterIn("public")))
  .variant("deleted", () => repaired(outage.at("10m", deleteNatGateway("shop-nat-eu-central-1a")), "192.0.2.9"))
  .variant("grace 50", (base) => base.set({ graceMs: "50s" }))

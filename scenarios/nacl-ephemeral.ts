/**
 * An allow-list without the replies.
 *
 * Three nodes in private subnets, a NAT gateway a zone, the API endpoint public. Somebody hardens the private subnets with a network ACL
 * that lets in the VPC and 443. A network ACL has no memory: what the nodes ask of the world leaves, and the answers, to ports 1024 to
 * 65535, are dropped at the subnet's edge. Security groups look as they did. Inside the VPC everything goes on.
 *
 *   drill run nacl-ephemeral.ts                                        play it; ends with exit 1, and is meant to
 *   drill diff nacl-ephemeral.ts --variant "replies allowed"           the same ACL with one entry more
 *   drill diff nacl-ephemeral.ts --variant "rolled back in 10 minutes" the old ACL again
 */
import {
  associateNetworkAcl,
  awsVpc,
  barePod,
  delivered,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  evictions,
  from,
  type Network,
  nodeGroup,
  notReadyNodes,
  service,
  to
} from "drill"

const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
const cidr = "10.50.0.0/16"
const everything = { protocol: "all", fromPort: 0, toPort: 65_535 } as const
const open = { ...everything, number: 100, action: "allow", cidr: "0.0.0.0/0" } as const
const hardened = [
  { ...everything, number: 100, action: "allow", cidr },
  { number: 110, action: "allow", protocol: "tcp", cidr: "0.0.0.0/0", fromPort: 443, toPort: 443 }
] as const
const replies = { number: 120, action: "allow", protocol: "tcp", cidr: "0.0.0.0/0", fromPort: 1_024, toPort: 65_535 } as const

// eksctl's layout, with the ACLs that the drill swaps.
const layout = eksctlVpc({ name: "shop", region: "eu-west-1", cidr, zones, nat: "HighlyAvailable", nodeGroups: ["workers"] })
const networkWith = (inbound: ReadonlyArray<(typeof hardened)[number] | typeof replies>): Network => {
  const { topology } = layout
  if (topology._tag !== "AwsTopology") throw new Error("eksctl lays out networks at AWS")
  const vpc = "shop-vpc"
  return awsVpc({
    ...topology,
    networkAcls: [
      { id: "acl-default", vpc, inbound: [open], outbound: [open] },
      { id: "acl-hardened", vpc, inbound, outbound: [open] }
    ]
  })
}

const cluster = eksCluster({ name: "shop", version: "1.31" }).with(
  nodeGroup("workers", {
    instanceType: "m5.large",
    nodes: zones.map((zone, index) => ({ name: zone.slice(-1), subnet: `private-${zone}`, address: `10.50.${96 + index * 32}.10` }))
  }),
  eksAddons(),
  deployment("web", {
    replicas: 3,
    requests: { milliCpu: 250, memoryMiB: 256 },
    serves: [{ port: 8080, calls: { "/": [], "/fetch": ["outside registry:443"] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" }
  }),
  barePod("client", { pods: [{ name: "client", node: "a" }] }),
  service("web", {
    clusterIp: "10.100.0.50",
    selector: { app: "web" },
    ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }],
    classicBalancer: { id: "shop-web", dnsName: "shop.example", subnets: zones.map((zone) => `public-${zone}`) }
  })
)

const swapped = (acl: string, at: string, base: ReturnType<typeof story>) =>
  zones.reduce((draft, zone) => draft.at(at, associateNetworkAcl(`private-${zone}`, acl)), base)

const story = (network: Network) =>
  drill("nacl-ephemeral")
    .about("The private subnets of a cluster get a network ACL that lets in the VPC and 443, and forgets the replies.")
    .lesson(
      "a network ACL has no memory: an allow-list that forgets ports 1024 to 65535 forbids every answer, at once and for open flows too"
    )
    .topology(network)
    .cluster(cluster)
    .set({ nodeLifecycle: "upstream-1.31" })
    .outside("registry", { address: "198.51.100.10", ports: [443] })
    .probe("ingress", from.internet(), to.balancer("web", 80), { path: "/" })
    .probe("east-west", from.pod("client"), to.service("web", 80), { path: "/" })
    .probe("egress", from.pod("client"), to.service("web", 80), { path: "/fetch" })
    .expect("users notice nothing", delivered("ingress").atLeast("1").sustained())
    .expect("pods reach each other", delivered("east-west").atLeast("1").sustained())
    .expect("nobody is evicted", evictions().atMost(0).sustained())
    .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
    .expect("egress stays up", delivered("egress").atLeast("1").sustained())
    .until("30m")

const change = swapped("acl-hardened", "2m", story(networkWith(hardened)))

export default change
  .variant("replies allowed", (base) => base.topology(networkWith([...hardened, replies])))
  .variant("rolled back in 10 minutes", (base) => swapped("acl-default", "12m", base))

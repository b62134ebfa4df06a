/**
 * One story, three clouds: a zone of three goes dark for forty minutes under the same web site, laid out as each cloud's own tool does it.
 *
 * The page is the same: a node a zone, a pod of the site on each, one way out, one balancer. What differs is what the clouds make of it.
 * EKS has subnets of one zone and, as eksctl lays it out, one NAT gateway: when its zone is the dark one, nobody leaves any more. The
 * subnet of AKS and that of GKE span zones, and what nodes leave by stands in none: a load balancer's outbound rule, Cloud NAT. Balancers
 * see the dead pod after 35 seconds (ALB, which also has an address in the dark zone, in DNS for two minutes), 15 (Standard Load
 * Balancer) and 45 (network endpoint groups, which endpoints are ahead of here: a pod is off the list at 41).
 *
 *   drill run zone-outage-three-clouds.ts                            play it on EKS; ends with exit 1, and is meant to
 *   drill diff zone-outage-three-clouds.ts --variant "AKS"           where AKS parts from EKS, and why
 *   drill diff zone-outage-three-clouds.ts --variant "GKE"           where GKE does
 *   drill diff zone-outage-three-clouds.ts --variant "EKS, NAT a zone"  one thing changed on EKS: the others leave as before
 *   drill diff zone-outage-three-clouds.ts --variant "AKS, zonal NAT"   and on AKS: a NAT gateway of the dark zone, and no node is Ready
 */
import {
  aksAddons,
  aksCluster,
  aksVnet,
  barePod,
  cutZone,
  delivered,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  eksctlVpc,
  evictions,
  from,
  gkeAddons,
  gkeCluster,
  gkeIngress,
  gkeNodePool,
  gkeVpc,
  healZone,
  ingress,
  nodeGroup,
  nodePool,
  notReadyNodes,
  readyReplicas,
  service,
  to
} from "drill"

const letters = ["a", "b", "c"] as const

/** The same in every cloud, by the same names. */
const site = [
  deployment("web", {
    replicas: 3,
    requests: { milliCpu: 250, memoryMiB: 256 },
    serves: [{ port: 8080, calls: { "/": [] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    spread: [{ over: "zone", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" }],
    pods: letters.map((letter) => ({ name: `web-${letter}`, node: `${letter}1` }))
  }),
  barePod("shell", { pods: [{ name: "shell", node: "b1" }] })
]
const coredns = [
  { name: "coredns-0", node: "b1" },
  { name: "coredns-1", node: "c1" }
]
const port = { port: 80, targetPort: 8080, nodePort: 31_080 }
const selector = { app: "web" }
const clientsBy = { service: "web", path: "/", port: 80 }

const eksZones = letters.map((letter) => `eu-central-1${letter}`)
const eksNetwork = (nat: "Single" | "HighlyAvailable") =>
  eksctlVpc({ name: "shop", region: "eu-central-1", cidr: "10.40.0.0/16", zones: eksZones, nat, nodeGroups: ["workers"] })
const eks = eksCluster({ name: "shop", version: "1.31", endpoint: "both", subnets: eksZones.map((zone) => `private-${zone}`) }).with(
  nodeGroup("workers", {
    instanceType: "m5.xlarge",
    nodes: letters.map((letter, index) => ({
      name: `${letter}1`,
      subnet: `private-${eksZones[index] ?? ""}`,
      address: `10.40.${96 + index * 32}.101`
    }))
  }),
  eksAddons({ coredns }),
  ...site,
  service("web", { clusterIp: "10.100.0.80", selector, ports: [port] }),
  ingress("web", {
    rules: [clientsBy],
    balancer: { id: "web", dnsName: "web.example", subnets: eksZones.map((zone) => `public-${zone}`), targets: "ip" }
  })
)

const aksZones = ["1", "2", "3"].map((number) => `germanywestcentral-${number}`)
const aksNodes = letters.map((letter, index) => ({
  name: `${letter}1`,
  subnet: "nodes",
  zone: aksZones[index] ?? "",
  address: `10.40.0.${4 + index}`
}))
const aksNetwork = (egress: Pick<Parameters<typeof aksVnet>[0], "outboundType" | "natGateway"> = {}) =>
  aksVnet({
    ...egress,
    name: "shop",
    region: "germanywestcentral",
    cidr: "10.40.0.0/16",
    zones: aksZones,
    nodeSubnet: { id: "nodes", cidr: "10.40.0.0/24", routeTable: "pods" },
    routeTables: [
      {
        id: "pods",
        disablesGatewayRoutePropagation: false,
        routes: aksNodes.map(({ name, address }, index) => ({
          id: name,
          destination: `10.244.${index}.0/24`,
          nextHop: { _tag: "VirtualAppliance" as const, address }
        }))
      }
    ]
  })
const aks = aksCluster({ name: "shop", version: "1.31" }).with(
  nodePool("workers", { vmSize: "Standard_D4s_v5", nodes: aksNodes }),
  aksAddons({ coredns }),
  ...site,
  service("web", { type: "LoadBalancer", clusterIp: "10.0.0.80", selector, ports: [port] })
)

const gkeZones = letters.map((letter) => `europe-west3-${letter}`)
const gkeNetwork = gkeVpc({
  name: "shop",
  region: "europe-west3",
  zones: gkeZones,
  nodeCidr: "10.40.0.0/22",
  podCidr: "10.64.0.0/16",
  serviceCidr: "10.30.0.0/20",
  nat: { addresses: ["203.0.113.10"] }
})
const gke = gkeCluster({ name: "shop", version: "1.31", podCidr: "10.64.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
  gkeNodePool("shop", "workers", {
    machineType: "e2-standard-4",
    nodes: letters.map((letter, index) => ({ name: `${letter}1`, zone: gkeZones[index] ?? "", address: `10.40.0.${10 + index}` }))
  }),
  gkeAddons({ coredns }),
  ...site,
  service("web", { clusterIp: "10.30.0.80", selector, ports: [port] }),
  gkeIngress("web", { rules: [clientsBy] })
)

const setting = drill("zone-outage-three-clouds")
  .about("A zone of three goes dark for forty minutes under the same site on EKS, AKS and GKE.")
  .lesson("What a zone takes with it is decided by what was laid out zonal: on EKS as eksctl does it, everybody's way out.")

type Setting = typeof setting

const story = (base: Setting, dark: string, clients: Parameters<Setting["probe"]>[2]) =>
  base
    .set({ nodeLifecycle: "upstream-1.31" })
    .outside("registry", { address: "198.51.100.20", ports: [443] })
    .probe("clients", from.internet(), clients, { path: "/" })
    .probe("inside", from.pod("shell"), to.service("web", 80), { path: "/" })
    .probe("egress", from.pod("shell"), to.address("198.51.100.20", 443))
    .at("2m", cutZone(dark))
    .at("42m", healZone(dark))
    .until("45m")
    .expect("clients are served again", delivered("clients").within("60s").after("2m"))
    .expect("so is what is inside", delivered("inside").within("60s").after("2m"))
    .expect("the others leave as before", delivered("egress").atLeast("1").sustained())
    .expect("the site is whole again", readyReplicas("web").atLeast(3).within("6m").after("2m"))
    .expect("one node is lost", notReadyNodes().atMost(1).sustained())
    .expect("one pod is evicted", evictions().atMost(1).sustained())

const onEks = (nat: "Single" | "HighlyAvailable") =>
  story(setting.topology(eksNetwork(nat)).cluster(eks), "eu-central-1a", to.ingress("web", 80))

const onAks = (network: ReturnType<typeof aksNetwork>) =>
  story(setting.topology(network).cluster(aks), "germanywestcentral-1", to.balancer("web", 80))

export default onEks("Single")
  .variant("AKS", () => onAks(aksNetwork()))
  .variant("GKE", () => story(setting.topology(gkeNetwork).cluster(gke), "europe-west3-a", to.ingress("web", 80)))
  .variant("EKS, NAT a zone", () => onEks("HighlyAvailable"))
  .variant("AKS, zonal NAT", () => onAks(aksNetwork({ outboundType: "managedNATGateway", natGateway: { zone: "germanywestcentral-1" } })))

/**
 * A security team attaches a default route to the subnet of a live cluster, and every probe stays green.
 *
 * The cluster is go-web: three nodes without zones, kubenet, a public API server, one Service behind a Standard Load Balancer. At the
 * start the table { the pods' routes, 0.0.0.0/0 to the firewall } is associated with the nodes' subnet; Azure does not ask AKS. Ten
 * seconds later the answer to every client leaves by the firewall, which never saw the question, and is dropped; the balancer's own
 * probes come from the host and are answered past all routes: three of three members healthy, nobody served. Nodes renew their leases
 * by the same way out. With one zone, all of it lost, nothing is evicted, and what is inside goes on speaking to what is inside.
 *
 *   drill run azure-default-route.ts                                     play it; ends with exit 1, and is meant to
 *   drill diff azure-default-route.ts --variant "firewall allows AKS"    nodes stay Ready; clients are lost all the same
 *   drill diff azure-default-route.ts --variant "through the firewall"   clients come by the firewall's address: all served there
 *   drill diff azure-default-route.ts --variant "API past it"            a route for the API server's address alone: nodes stay Ready
 *   drill diff azure-default-route.ts --variant "tag past it"            a service tag: nodes stay Ready, and a wide hole
 *   drill diff azure-default-route.ts --variant "nodes repaired"         AKS reboots what is not unwell: what ran inside is lost as well
 *   drill diff azure-default-route.ts --variant "table replaced"         the pods' routes are lost as well: six of nine ways between nodes
 */
import {
  aksAddons,
  aksCluster,
  aksVnet,
  attachRouteTable,
  barePod,
  delivered,
  deployment,
  drill,
  evictions,
  from,
  nodePool,
  notReadyNodes,
  service,
  setFirewallRules,
  setUserRoute,
  to
} from "drill"

const [first, second, third] = ["aks-agentpool-0", "aks-agentpool-1", "aks-agentpool-2"] as const
const nodes = [first, second, third].map((name, index) => ({ name, subnet: "aks-subnet", address: `10.10.1.${4 + index}` }))

// One route a node to its block of pod addresses: kubenet's, which AKS keeps in its own table.
const podRoutes = nodes.map(({ name, address }, index) => ({
  id: name,
  destination: `10.244.${index}.0/24`,
  nextHop: { _tag: "VirtualAppliance" as const, address }
}))
const firewallAddress = "10.10.0.4"
const toFirewall = { id: "default", destination: "0.0.0.0/0", nextHop: { _tag: "VirtualAppliance" as const, address: firewallAddress } }
const table = (id: string, ...routes: ReadonlyArray<typeof toFirewall>) => ({ id, disablesGatewayRoutePropagation: false, routes })

const apiAddress = "203.0.113.250"
const network = aksVnet({
  name: "go-web",
  region: "westus",
  cidr: "10.10.0.0/16",
  nodeSubnet: { id: "aks-subnet", cidr: "10.10.1.0/24", routeTable: "aks-agentpool-routetable" },
  subnets: [{ id: "firewall-subnet", network: "go-web-vnet", cidr: "10.10.0.0/24", defaultOutboundAccess: false }],
  routeTables: [
    table("aks-agentpool-routetable", ...podRoutes),
    table("forced-tunnel", ...podRoutes, toFirewall),
    table("forced-tunnel-bare", toFirewall)
  ],
  appliances: [
    {
      id: "firewall",
      subnet: "firewall-subnet",
      address: firewallAddress,
      publicAddress: "192.0.2.40",
      running: true,
      rules: [],
      destinationRules: [],
      sourceTranslation: "outside"
    }
  ],
  serviceTags: [{ id: "AzureCloud.westus", prefixes: ["203.0.113.0/24"] }]
})

const clusterWith = ({ autoRepair, privateCluster }: { readonly autoRepair?: true; readonly privateCluster?: true } = {}) =>
  aksCluster({
    name: "go-web",
    version: "1.19",
    serviceAddresses: { "go-web": "13.88.96.117" },
    ...(privateCluster === undefined ? {} : { privateCluster })
  }).with(
    nodePool("agentpool", { vmSize: "Standard_DS2_v2", nodes, ...(autoRepair === undefined ? {} : { autoRepair }) }),
    aksAddons({
      coredns: [
        { name: "coredns-0", node: first },
        { name: "coredns-1", node: second }
      ]
    }),
    deployment("go-web", {
      replicas: 1,
      requests: { milliCpu: 100, memoryMiB: 128 },
      serves: [{ port: 8080, calls: { "/": [] } }],
      readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
      pods: [{ name: "go-web-0", node: second }]
    }),
    service("go-web", {
      type: "LoadBalancer",
      clusterIp: "10.0.3.75",
      selector: { app: "go-web" },
      ports: [{ port: 8080, targetPort: 8080, nodePort: 31728 }]
    }),
    // One on each node, to ask from.
    ...[first, second, third].map((node, index) => barePod(`shell-${index + 1}`, { pods: [{ name: `shell-${index + 1}`, node }] }))
  )

const attached = attachRouteTable("aks-subnet", "forced-tunnel")
const restored = attachRouteTable("aks-subnet", "aks-agentpool-routetable")

const allowed = [
  { id: "api", action: "Allow" as const, protocol: "tcp" as const, sources: ["10.10.1.0/24"], destinations: [apiAddress], ports: ["443"] }
]

const story = (attach = attached) =>
  drill("azure-default-route")
    .about("A default route to a firewall is attached to the subnet of a live AKS cluster, and taken back after 15 minutes.")
    .lesson("Probes are outside your routes: they stay green while every client's answer dies in a firewall that never saw the client.")
    .topology(network)
    .cluster(clusterWith())
    .outside("registry", { address: "198.51.100.20", ports: [443] })
    .probe("clients", from.internet(), to.balancer("go-web", 8080), { path: "/" })
    .probe("egress", from.pod("shell-1"), to.address("198.51.100.20", 443))
    .probe("inside", from.pod("shell-1"), to.service("go-web", 8080), { path: "/" })
    .probe("names", from.pod("shell-3"), to.service("kube-system/kube-dns", 53), { protocol: "udp" })
    .at("0s", attach)
    .at("15m", restored)
    .until("20m")
    .expect("clients are served", delivered("clients").atLeast("1").sustained())
    .expect("egress", delivered("egress").atLeast("1").sustained())
    .expect("inside goes on", delivered("inside").atLeast("1").sustained())
    .expect("names are found", delivered("names").atLeast("1").sustained())
    .expect("nothing is evicted", evictions().atMost(0).sustained())
    .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
    .expect("all is well again", delivered("clients").within("30s").after("15m"))

export default story()
  .variant("firewall allows AKS", (base) => base.at("0s", setFirewallRules("firewall", { rules: allowed })))
  .variant("through the firewall", (base) =>
    base
      .at(
        "0s",
        setFirewallRules("firewall", {
          rules: allowed,
          destinationRules: [{ id: "go-web", protocol: "tcp", port: 8080, to: "10.10.1.5", toPort: 31728 }]
        })
      )
      .probe("by the firewall", from.internet(), to.address("192.0.2.40", 8080))
  )
  .variant("API past it", (base) =>
    base.at("0s", setUserRoute("forced-tunnel", { id: "api", destination: `${apiAddress}/32`, nextHop: { _tag: "Internet" } }))
  )
  .variant("tag past it", (base) =>
    base.at("0s", setUserRoute("forced-tunnel", { id: "azure", destination: "AzureCloud.westus", nextHop: { _tag: "Internet" } }))
  )
  .variant("nodes repaired", (base) => base.cluster(clusterWith({ autoRepair: true })))
  .variant("private cluster", (base) => base.cluster(clusterWith({ privateCluster: true })))
  .variant("table replaced", () => story(attachRouteTable("aks-subnet", "forced-tunnel-bare")))

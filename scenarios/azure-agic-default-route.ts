/**
 * The default route lands on the subnet of the Application Gateway, and everything behind it is healthy.
 *
 * A gateway of the v2 kind answers its clients itself, and its answers go by its own subnet's routes. Attach a table with 0.0.0.0/0 to a
 * firewall there, and every answer arrives at a firewall that never saw the question. The gateway's own management goes the same way:
 * what AGIC changes is not applied, so that a pod that was replaced meanwhile is missing when clients come back. Nodes, pods, Services
 * and the gateway's own health checks notice nothing; a call from inside to the pod is answered.
 *
 *   drill run azure-agic-default-route.ts                                     play it; ends with exit 1, and is meant to
 *   drill diff azure-agic-default-route.ts --variant "on the nodes' subnet"   the table where it is allowed: clients are served throughout
 */
import {
  agicIngress,
  aksAddons,
  aksCluster,
  aksVnet,
  attachRouteTable,
  barePod,
  deletePods,
  delivered,
  deployment,
  drill,
  from,
  nodePool,
  notReadyNodes,
  readyReplicas,
  service,
  setFirewallRules,
  to
} from "drill"

const [first, second, third] = ["aks-agentpool-0", "aks-agentpool-1", "aks-agentpool-2"] as const
const nodes = [first, second, third].map((name, index) => ({ name, subnet: "aks-subnet", address: `10.20.1.${4 + index}` }))

const podRoutes = nodes.map(({ name, address }, index) => ({
  id: name,
  destination: `10.244.${index}.0/24`,
  nextHop: { _tag: "VirtualAppliance" as const, address }
}))
const firewallAddress = "10.20.0.4"
const toFirewall = { id: "default", destination: "0.0.0.0/0", nextHop: { _tag: "VirtualAppliance" as const, address: firewallAddress } }
const table = (id: string, ...routes: ReadonlyArray<typeof toFirewall>) => ({ id, disablesGatewayRoutePropagation: false, routes })

const network = aksVnet({
  name: "shop",
  region: "westeurope",
  cidr: "10.20.0.0/16",
  nodeSubnet: { id: "aks-subnet", cidr: "10.20.1.0/24", routeTable: "pods" },
  subnets: [
    { id: "gateway-subnet", network: "shop-vnet", cidr: "10.20.2.0/24", routeTable: "pods", defaultOutboundAccess: true },
    { id: "firewall-subnet", network: "shop-vnet", cidr: "10.20.0.0/24", defaultOutboundAccess: false }
  ],
  routeTables: [table("pods", ...podRoutes), table("forced-tunnel", ...podRoutes, toFirewall)],
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
  ]
})

const cluster = aksCluster({ name: "shop", version: "1.31" }).with(
  nodePool("agentpool", { vmSize: "Standard_D4s_v5", nodes }),
  aksAddons(),
  deployment("web", {
    replicas: 2,
    requests: { milliCpu: 250, memoryMiB: 256 },
    serves: [{ port: 8080, calls: { "/": [] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    pods: [
      { name: "web-0", node: first },
      { name: "web-1", node: second }
    ]
  }),
  service("web", { clusterIp: "10.0.3.75", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
  agicIngress("web", { subnet: "gateway-subnet", address: "192.0.2.80", rules: [{ path: "/", service: "web", port: 80 }] }),
  barePod("shell", { pods: [{ name: "shell", node: third }] })
)

/** What nodes need when they leave by the firewall. */
const allowed = {
  rules: [{ id: "all", action: "Allow" as const, protocol: "tcp" as const, sources: ["10.20.1.0/24"], destinations: ["0.0.0.0/0"] }]
}

const story = (subnet: string) =>
  drill("azure-agic-default-route")
    .about(
      "A table with a default route to a firewall is attached to the subnet of an Application Gateway, and taken back after 15 minutes."
    )
    .lesson(
      "An Application Gateway answers by its own subnet's routes and is managed through them: a default route there is not supported."
    )
    .topology(network)
    .cluster(cluster)
    // AGIC's changes go through the Resource Manager.
    .set({ lbRegistrationMs: "40s" })
    .probe("clients", from.internet(), to.ingress("web", 80), { path: "/" })
    .probe("inside", from.pod("shell"), to.service("web", 80), { path: "/" })
    .at("0s", setFirewallRules("firewall", allowed))
    .at("1m", attachRouteTable(subnet, "forced-tunnel"))
    .at("5m", deletePods("web-0"))
    .at("16m", attachRouteTable(subnet, "pods"))
    .until("20m")
    .expect("clients are served", delivered("clients").atLeast("1/2").sustained())
    .expect("inside goes on", delivered("inside").atLeast("1/2").sustained())
    .expect("pods are ready", readyReplicas("web").atLeast(1).sustained())
    .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
    .expect("all is well at last", delivered("clients").atLeast("1").sustained({ from: "18m30s" }))

export default story("gateway-subnet").variant("on the nodes' subnet", () => story("aks-subnet"))

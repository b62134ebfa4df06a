/**
 * Another team's router begins to announce a default route, and your cluster is gone.
 *
 * The hub has a gateway to the office; the cluster's network is peered with it and uses that gateway. Nothing of the cluster's is
 * touched: when the office announces 0.0.0.0/0, the effective default route of every subnet that lets gateways propagate flips to
 * VirtualNetworkGateway, and the system's own turns Invalid. Egress, the answers to clients and the nodes' leases all go to an office
 * that does not know what to do with them.
 *
 *   drill run azure-bgp-default.ts                                  play it; ends with exit 1, and is meant to
 *   drill diff azure-bgp-default.ts --variant "propagation off"     the subnet's table learns nothing from gateways: nothing happens
 *   drill diff azure-bgp-default.ts --variant "own default"         a route of one's own for everything beats what is learned
 */
import {
  advertiseRange,
  aksAddons,
  aksCluster,
  aksVnet,
  azureVnet,
  barePod,
  delivered,
  deployment,
  drill,
  evictions,
  from,
  nodePool,
  notReadyNodes,
  service,
  to,
  withdrawRange
} from "drill"

const [first, second, third] = ["aks-agentpool-0", "aks-agentpool-1", "aks-agentpool-2"] as const
const nodes = [first, second, third].map((name, index) => ({ name, subnet: "aks-subnet", address: `10.30.1.${4 + index}` }))
const podRoutes = nodes.map(({ name, address }, index) => ({
  id: name,
  destination: `10.244.${index}.0/24`,
  nextHop: { _tag: "VirtualAppliance" as const, address }
}))
const ownDefault = { id: "default", destination: "0.0.0.0/0", nextHop: { _tag: "Internet" as const } }

// The spoke as AKS lays it out; the hub and the office beside it.
const networkWith = ({ propagates = true, hasDefault = false }) => {
  const { topology: spoke } = aksVnet({
    name: "shop",
    region: "westeurope",
    cidr: "10.30.0.0/16",
    nodeSubnet: { id: "aks-subnet", cidr: "10.30.1.0/24", routeTable: "aks-agentpool-routetable" },
    routeTables: [
      {
        id: "aks-agentpool-routetable",
        disablesGatewayRoutePropagation: !propagates,
        routes: hasDefault ? [...podRoutes, ownDefault] : podRoutes
      }
    ]
  })
  const side = { allowsVirtualNetworkAccess: true, allowsForwardedTraffic: true }
  return azureVnet({
    ...spoke,
    networks: [...spoke.networks, { id: "hub", ranges: ["10.99.0.0/16"] }],
    peerings: [
      { id: "spoke-to-hub", network: "shop-vnet", remote: "hub", ...side, allowsGatewayTransit: false, usesRemoteGateways: true },
      { id: "hub-to-spoke", network: "hub", remote: "shop-vnet", ...side, allowsGatewayTransit: true, usesRemoteGateways: false }
    ],
    sites: [{ id: "office", prefixes: ["172.20.0.0/16"] }],
    gateways: [{ id: "hub-gateway", network: "hub", site: "office", type: "ExpressRoute", learned: ["172.20.0.0/16"] }]
  })
}

const cluster = aksCluster({ name: "shop", version: "1.31" }).with(
  nodePool("agentpool", { vmSize: "Standard_D4s_v5", nodes }),
  aksAddons({
    coredns: [
      { name: "coredns-0", node: first },
      { name: "coredns-1", node: second }
    ]
  }),
  deployment("web", {
    replicas: 2,
    requests: { milliCpu: 100, memoryMiB: 128 },
    serves: [{ port: 8080, calls: { "/": [] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    pods: [
      { name: "web-0", node: second },
      { name: "web-1", node: third }
    ]
  }),
  service("web", {
    type: "LoadBalancer",
    clusterIp: "10.0.3.75",
    selector: { app: "web" },
    ports: [{ port: 80, targetPort: 8080, nodePort: 31_080 }]
  }),
  barePod("shell", { pods: [{ name: "shell", node: first }] })
)

export default drill("azure-bgp-default")
  .about("A router on premises announces a default route to a hub that a cluster's network is peered with; ten minutes later it stops.")
  .lesson("Another team's router owns your egress, unless your route table says otherwise.")
  .topology(networkWith({}))
  .cluster(cluster)
  .outside("registry", { address: "198.51.100.20", ports: [443] })
  .probe("clients", from.internet(), to.balancer("web", 80), { path: "/" })
  .probe("egress", from.pod("shell"), to.address("198.51.100.20", 443))
  .probe("inside", from.pod("shell"), to.service("web", 80), { path: "/" })
  .at("1m", advertiseRange("hub-gateway", "0.0.0.0/0"))
  .at("11m", withdrawRange("hub-gateway", "0.0.0.0/0"))
  .until("15m")
  .expect("clients are served", delivered("clients").atLeast("1").sustained())
  .expect("egress", delivered("egress").atLeast("1").sustained())
  .expect("inside goes on", delivered("inside").atLeast("1").sustained())
  .expect("nothing is evicted", evictions().atMost(0).sustained())
  .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
  .variant("propagation off", (base) => base.topology(networkWith({ propagates: false })))
  .variant("own default", (base) => base.topology(networkWith({ hasDefault: true })))

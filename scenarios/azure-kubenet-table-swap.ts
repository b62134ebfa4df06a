/**
 * Somebody's template replaces the route table that AKS had filled, and the nodes stay Ready.
 *
 * Under kubenet a pod on another node is reached by a route that AKS keeps in a table of its own, one a node. Associate the subnet with
 * any other table and those routes are gone: six of the nine ways between three nodes. Nothing about the nodes changes; they reach the
 * API server, and the API server has nothing to tell. Names are found by half of the questions where a resolver runs on the same node,
 * and by none where it does not. Clients are lost where the node they enter by is not the pod's; the balancer's probes go the same way,
 * so that after 25 seconds it knows the one node that works.
 *
 *   drill run azure-kubenet-table-swap.ts                                play it; ends with exit 1, and is meant to
 *   drill diff azure-kubenet-table-swap.ts --variant "routes kept"       the new table has the pods' routes too: nothing is lost
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
  from,
  nodePool,
  notReadyNodes,
  service,
  to
} from "drill"

const [first, second, third] = ["aks-agentpool-0", "aks-agentpool-1", "aks-agentpool-2"] as const
const nodes = [first, second, third].map((name, index) => ({ name, subnet: "aks-subnet", address: `10.20.1.${4 + index}` }))

const podRoutes = nodes.map(({ name, address }, index) => ({
  id: name,
  destination: `10.244.${index}.0/24`,
  nextHop: { _tag: "VirtualAppliance" as const, address }
}))
const table = (id: string, routes: typeof podRoutes) => ({ id, disablesGatewayRoutePropagation: false, routes })

const network = aksVnet({
  name: "shop",
  region: "westeurope",
  cidr: "10.20.0.0/16",
  nodeSubnet: { id: "aks-subnet", cidr: "10.20.1.0/24", routeTable: "aks-agentpool-routetable" },
  routeTables: [table("aks-agentpool-routetable", podRoutes), table("template", []), table("template-with-pods", podRoutes)]
})

const cluster = aksCluster({ name: "shop", version: "1.31" }).with(
  nodePool("agentpool", { vmSize: "Standard_D4s_v5", nodes }),
  aksAddons({
    coredns: [
      { name: "coredns-0", node: first },
      { name: "coredns-1", node: second }
    ]
  }),
  deployment("web", {
    replicas: 1,
    requests: { milliCpu: 100, memoryMiB: 128 },
    serves: [{ port: 8080, calls: { "/": [] } }],
    readinessProbe: { path: "/", port: 8080, initialDelay: "5s", period: "5s" },
    pods: [{ name: "web-0", node: second }]
  }),
  service("web", {
    type: "LoadBalancer",
    clusterIp: "10.0.3.75",
    selector: { app: "web" },
    ports: [{ port: 80, targetPort: 8080, nodePort: 31_080 }]
  }),
  // One on each node, to ask from and to be asked.
  ...[first, second, third].map((node, index) =>
    barePod(`shell-${index + 1}`, { serves: [{ port: 8080 }], pods: [{ name: `shell-${index + 1}`, node }] })
  )
)

const shells = ["shell-1", "shell-2", "shell-3"]
const between = shells.flatMap((left) => shells.map((right) => [left, right] as const))

const story = (attached: string) =>
  between
    .reduce(
      (draft, [left, right]) => draft.probe(`${left} to ${right}`, from.pod(left), to.pod(right, 8080)),
      drill("azure-kubenet-table-swap")
        .about("The route table of a kubenet cluster's subnet is replaced by an empty one.")
        .lesson("Node health is not pod network health: nobody told the nodes that their pods had lost each other.")
        .topology(network)
        .cluster(cluster)
    )
    .probe("clients", from.internet(), to.balancer("web", 80), { path: "/" })
    .probe("names 1", from.pod("shell-1"), to.service("kube-system/kube-dns", 53), { protocol: "udp" })
    .probe("names 2", from.pod("shell-2"), to.service("kube-system/kube-dns", 53), { protocol: "udp" })
    .probe("names 3", from.pod("shell-3"), to.service("kube-system/kube-dns", 53), { protocol: "udp" })
    .at("0s", attachRouteTable("aks-subnet", attached))
    .at("10m", attachRouteTable("aks-subnet", "aks-agentpool-routetable"))
    .until("15m")
    .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())
    .expect("names are found", delivered("names 3").atLeast("1").sustained())
    .expect("clients are served", delivered("clients").atLeast("1").sustained())
    .expect("pods reach each other again", delivered("shell-1 to shell-3").within("10s").after("10m"))

export default story("template").variant("routes kept", () => story("template-with-pods"))

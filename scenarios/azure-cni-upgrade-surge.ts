/**
 * A cluster that runs well on eight nodes cannot be upgraded, and cannot grow.
 *
 * With Azure CNI on the nodes' subnet, a node takes its own address and one for every pod that it may ever have when it is created: 31 at
 * 30 pods. A /24 has 251 addresses that one may use, and eight nodes hold 248 of them. The upgrade wants one node more first: 279. Azure
 * refuses it before any node is drained, and a ninth node by hand as well. Traffic notices nothing; the version stays.
 *
 *   drill run azure-cni-upgrade-surge.ts                                      play it; ends with exit 1, and is meant to
 *   drill diff azure-cni-upgrade-surge.ts --variant "seven nodes"             one fewer, and the surge node fits: 248
 *   drill diff azure-cni-upgrade-surge.ts --variant "one unavailable"         no surge: one node fewer meanwhile, and it goes
 *   drill diff azure-cni-upgrade-surge.ts --variant "a /23"                   507 addresses, fifteen nodes and one more
 *   drill diff azure-cni-upgrade-surge.ts --variant "overlay"                 one address a node; pods have a range of their own
 */
import {
  aksAddons,
  aksCluster,
  aksVnet,
  budget,
  delivered,
  deployment,
  drill,
  from,
  nodePool,
  notReadyNodes,
  readyReplicas,
  resizeGroup,
  service,
  to,
  upgraded,
  upgradePool
} from "drill"

type Plugin = Pick<Parameters<typeof aksCluster>[0], "networkPlugin" | "networkPluginMode">

const azureCni: Plugin = { networkPlugin: "azure" }
const overlay: Plugin = { ...azureCni, networkPluginMode: "overlay" }

const networkWith = (cidr: string) =>
  aksVnet({ name: "shop", region: "westeurope", zones: ["1", "2", "3"], cidr: "10.240.0.0/16", nodeSubnet: { id: "aks-subnet", cidr } })

const clusterWith = (plugin: Plugin, nodes = 8) =>
  aksCluster({ name: "shop", version: "1.31", ...plugin }).with(
    nodePool("agentpool", {
      vmSize: "Standard_D4s_v5",
      nodes,
      subnet: "aks-subnet",
      zones: ["1", "2", "3"],
      maxPods: 30,
      scaling: { min: 1, max: 20 }
    }),
    aksAddons(),
    budget("web", { selector: { app: "web" }, minAvailable: 7 }),
    deployment("web", { replicas: 8, requests: { milliCpu: 500, memoryMiB: 512 }, serves: [{ port: 8080, calls: { "/": [] } }] }),
    service("web", { clusterIp: "10.0.3.75", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], type: "LoadBalancer" })
  )

const upgrade = { version: "1.32", maxSurge: 1 } as const

const story = (
  plugin: Plugin,
  cidr: string,
  { nodes = 8, ...options }: { readonly nodes?: number; readonly maxSurge?: number; readonly maxUnavailable?: number } = {}
) =>
  drill("azure-cni-upgrade-surge")
    .about("A pool of eight nodes, 31 addresses each, is upgraded with a surge of one; later it is to have one node more.")
    .lesson("Capacity is (nodes + surge) x (pods a node + 1): a subnet that is full in steady state cannot be upgraded.")
    .topology(networkWith(cidr))
    .cluster(clusterWith(plugin, nodes))
    .probe("clients", from.internet(), to.balancer("web", 80), { path: "/" })
    .at("1m", upgradePool("agentpool", { ...upgrade, ...options }))
    .at("2h", resizeGroup("agentpool", nodes + 1))
    .until("2h30m")
    .expect("the pool is upgraded", upgraded("agentpool").within("1h55m").after("1m"))
    .expect("clients are served", delivered("clients").atLeast("6/8").sustained())
    .expect("web keeps six of eight", readyReplicas("web").atLeast(6).sustained())
    .expect("no more than one node is away", notReadyNodes().atMost(1).sustained())

const [small, larger] = ["10.240.0.0/24", "10.240.0.0/23"] as const

export default story(azureCni, small)
  .variant("seven nodes", () => story(azureCni, small, { nodes: 7 }))
  .variant("one unavailable", () => story(azureCni, small, { maxSurge: 0, maxUnavailable: 1 }))
  .variant("a /23", () => story(azureCni, larger))
  .variant("overlay", () => story(overlay, small))

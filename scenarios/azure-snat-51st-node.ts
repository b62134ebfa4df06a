/**
 * A cluster scales out by one node, and calls that were open for an hour break on a node that nobody touched.
 *
 * Behind a Standard Load Balancer with the default allocation, the ports of its one address are dealt by the size of the pool: 1,024 a
 * node up to fifty nodes, 512 from the fifty-first on. A node that holds 700 connections to one API loses 188 of them when its block is
 * halved, and can open none to that API any more. To every other destination it has all its ports: a port is taken only toward where its
 * connection goes. The scale-out is the outage.
 *
 *   drill run azure-snat-51st-node.ts                                    play it; ends with exit 1, and is meant to
 *   drill diff azure-snat-51st-node.ts --variant "ports allotted"        4,480 a node from seven addresses: nothing is cut
 *   drill diff azure-snat-51st-node.ts --variant "NAT gateway"           64,512 ports that all nodes draw on: nothing is cut
 */
import {
  aksAddons,
  aksCluster,
  aksVnet,
  barePod,
  connectionsCut,
  delivered,
  drill,
  from,
  holdConnections,
  joinNodes,
  nodePool,
  notReadyNodes,
  to
} from "drill"

const nodeAt = (index: number) => ({
  name: `aks-agentpool-${String(index).padStart(2, "0")}`,
  subnet: "aks-subnet",
  address: `10.20.0.${4 + index}`
})
const nodes = Array.from({ length: 50 }, (_, index) => nodeAt(index))
const busy = nodeAt(7)
const late = { ...nodeAt(50), isLate: true }

type Egress = Pick<Parameters<typeof aksVnet>[0], "outboundType" | "allocatedOutboundPorts" | "outboundAddresses">

const networkWith = (egress: Egress) =>
  aksVnet({
    name: "shop",
    region: "westeurope",
    cidr: "10.20.0.0/16",
    nodeSubnet: { id: "aks-subnet", cidr: "10.20.0.0/24" },
    ...egress
  })

const cluster = aksCluster({ name: "shop", version: "1.31" }).with(
  nodePool("agentpool", { vmSize: "Standard_D4s_v5", nodes: [...nodes, late] }),
  aksAddons(),
  barePod("worker", { pods: [{ name: "worker", node: busy.name }] }),
  barePod("neighbour", { pods: [{ name: "neighbour", node: nodeAt(8).name }] })
)

/** One address has 64,000 ports for outbound rules; seven have 448,000: 4,480 each for a hundred nodes. */
const seven = Array.from({ length: 7 }, (_, index) => `192.0.2.${10 + index}`)

export default drill("azure-snat-51st-node")
  .about("A node pool behind a load balancer's outbound rule grows from fifty nodes to fifty-one.")
  .lesson("Default SNAT ports halve for every node when a pool passes a tier: the scale-out is the outage.")
  .topology(networkWith({}))
  .cluster(cluster)
  .outside("api", { address: "198.51.100.20", ports: [443] })
  .outside("another", { address: "198.51.100.30", ports: [443] })
  .probe("to the api", from.pod("worker"), to.address("198.51.100.20", 443))
  .probe("to another", from.pod("worker"), to.address("198.51.100.30", 443))
  .probe("neighbour to the api", from.pod("neighbour"), to.address("198.51.100.20", 443))
  .at("0s", holdConnections(busy.name, { to: "198.51.100.20", port: 443, count: 700 }))
  .at("1m", joinNodes(late.name))
  .until("5m")
  .expect("no connection is cut", connectionsCut().atMost(0).sustained())
  .expect("the worker reaches its API", delivered("to the api").atLeast("1").sustained())
  .expect("others do", delivered("neighbour to the api").atLeast("1").sustained())
  .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained({ from: "2m" }))
  .variant("ports allotted", (base) => base.topology(networkWith({ allocatedOutboundPorts: 4480, outboundAddresses: seven })))
  .variant("NAT gateway", (base) => base.topology(networkWith({ outboundType: "managedNATGateway" })))

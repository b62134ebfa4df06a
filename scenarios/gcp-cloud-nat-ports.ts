/**
 * The sixteenth node has a network, a control plane, and not one port to leave by.
 *
 * Cloud NAT reserves ports for every VM when the VM comes, used or not: one address has 64,512, and at 4,096 a VM that is fifteen. The
 * sixteenth gets none. It is Ready, because the control plane is inside; every pod that lands on it is cut off from the internet, and
 * everybody else's is not. Nothing about the NAT is broken, and no quota is met.
 *
 *   drill run gcp-cloud-nat-ports.ts                                   play it; ends with exit 1, and is meant to
 *   drill diff gcp-cloud-nat-ports.ts --variant "dynamic ports"        each VM begins with 64 and gets more when it needs them
 *   drill diff gcp-cloud-nat-ports.ts --variant "two addresses"        thirty-one VMs fit
 */
import { barePod, delivered, drill, from, gcpVpc, gkeAddons, gkeCluster, gkeNodePool, gkeVpc, joinNodes, notReadyNodes, to } from "drill"

const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"] as const
const nodeAt = (index: number) => ({
  name: `gke-shop-${String(index + 1).padStart(2, "0")}`,
  zone: zones[index % 3] ?? zones[0],
  address: `10.10.0.${10 + index}`
})
const nodes = Array.from({ length: 15 }, (_, index) => nodeAt(index))
const last = { ...nodeAt(15), isLate: true }

const networkWith = (addresses: ReadonlyArray<string>) =>
  gkeVpc({
    name: "shop",
    region: "europe-west1",
    zones: [...zones],
    nodeCidr: "10.10.0.0/22",
    podCidr: "10.20.0.0/16",
    serviceCidr: "10.30.0.0/20",
    nat: { addresses, portsPerVm: 4096 }
  })
const { topology: network } = networkWith(["203.0.113.10"])
const dynamic = gcpVpc({
  ...network,
  cloudNats: (network.cloudNats ?? []).map((nat) => ({ ...nat, ports: { _tag: "Dynamic" as const, min: 64, max: 4096 } }))
})

const cluster = gkeCluster({ name: "shop", version: "1.31", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
  gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes }),
  gkeNodePool("shop", "grown", { machineType: "e2-standard-4", nodes: [last], labels: { pool: "grown" } }),
  gkeAddons(),
  barePod("old", { pods: [{ name: "old", node: "gke-shop-15" }] }),
  // It waits for the node that comes.
  barePod("new", { nodeSelector: { pool: "grown" } })
)

export default drill("gcp-cloud-nat-ports")
  .about("A node pool grows by one node more than its Cloud NAT has ports for.")
  .lesson("Cloud NAT reserves ports before anybody uses them: growing a pool is what runs out.")
  .topology(networkWith(["203.0.113.10"]))
  .cluster(cluster)
  .outside("registry", { address: "198.51.100.20", ports: [443] })
  .probe("from an old node", from.pod("old"), to.address("198.51.100.20", 443))
  .probe("from the new node", from.pod("new"), to.address("198.51.100.20", 443))
  .at("1m", joinNodes(last.name))
  .until("10m")
  .expect("old nodes reach the registry", delivered("from an old node").atLeast("1").sustained())
  .expect("so does the new one", delivered("from the new node").atLeast("1").sustained({ from: "3m" }))
  .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained({ from: "3m" }))
  .variant("dynamic ports", (base) => base.topology(dynamic))
  .variant("two addresses", (base) => base.topology(networkWith(["203.0.113.10", "203.0.113.11"])))

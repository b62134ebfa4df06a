/**
 * A scale-out meets a nearly empty subnet.
 *
 * Six full nodes stand in one /24; 67 of its addresses are free. The application is scaled up, and the cluster autoscaler does its
 * sums: 108 pods wait, 27 fit a node, four nodes. It knows CPU, memory and pod counts, not addresses. Each new node takes one for
 * itself and nine for its pods; for a second interface it asks for ten at once, and the third and fourth node are refused with seven
 * left over. Pods are bound and stay in ContainerCreating; nobody scales for those.
 *
 *   drill run nodegroup-ip-limits.ts                                                   ends with exit 1, and is meant to
 *   drill capacity nodegroup-ip-limits.ts workers                                      what runs out first, and when
 *   drill diff nodegroup-ip-limits.ts --variant "a subnet for pods"                    a tagged secondary subnet: all run
 *   drill diff nodegroup-ip-limits.ts --variant "prefix delegation"                    fewer run than before
 *   drill diff nodegroup-ip-limits.ts --variant "WARM_IP_TARGET"                       nodes take what they need
 *   drill diff nodegroup-ip-limits.ts --variant "custom networking"                    new nodes' pods elsewhere
 */
import { awsVpc, deployment, drill, eksAddons, eksCluster, nodeGroup, pendingPods, readyReplicas, scale, setAddressing } from "drill"

const zone = "eu-west-1a"
const subnet = "nodes-a"
const everything = { protocol: "all", fromPort: 0, toPort: 65_535, peer: "0.0.0.0/0" } as const

// One zone, one subnet for nodes. The NAT gateway stands among them; a route to the internet leads through it.
const networkWith = (podSubnet: "tagged" | "named" | "none") =>
  awsVpc({
    id: "shop",
    region: "eu-west-1",
    zones: [zone],
    vpcs: [{ id: "shop-vpc", cidrs: podSubnet === "none" ? ["10.0.0.0/16"] : ["10.0.0.0/16", "100.64.0.0/16"] }],
    internetGateways: [{ id: "shop-igw", vpc: "shop-vpc" }],
    subnets: [
      { id: subnet, vpc: "shop-vpc", zone, cidr: "10.0.1.0/24", routeTable: "to-internet" },
      ...(podSubnet === "none"
        ? []
        : [
            {
              id: "pods-a",
              vpc: "shop-vpc",
              zone,
              cidr: "100.64.0.0/16",
              ...(podSubnet === "tagged" ? { tags: { "kubernetes.io/role/cni": "1" } } : {})
            }
          ])
    ],
    routeTables: [
      {
        id: "to-internet",
        vpc: "shop-vpc",
        main: true,
        routes: [{ destination: "0.0.0.0/0", target: "shop-igw", state: "active", propagated: false }]
      }
    ],
    natGateways: [{ id: "shop-nat", subnet, privateAddress: "10.0.1.4", publicAddress: "192.0.2.1" }],
    networkInterfaces: [
      { id: "eni-control-plane", subnet, addresses: ["10.0.1.5"], description: "Amazon EKS shop" },
      { id: "eni-alb", subnet, addresses: ["10.0.1.6", "10.0.1.7"], description: "ELB app/shop" }
    ],
    securityGroups: [{ id: "nodes", vpc: "shop-vpc", ingress: [everything], egress: [everything] }],
    networkAcls: [],
    instances: []
  })

// Only app, aws-node and kube-proxy run on these nodes; CoreDNS and the controllers stand elsewhere.
const agents = eksAddons().filter((part) => part._tag === "Workload" && part.spec.kind === "DaemonSet")

const clusterWith = (podSubnets?: Readonly<Record<string, string>>, karpenter = false) =>
  eksCluster({ name: "shop", version: "1.31", ...(podSubnets === undefined ? {} : { podSubnets }) }).with(
    nodeGroup("workers", {
      instanceType: "m5.large",
      nodes: Array.from({ length: 6 }, (_, index) => {
        const address = `10.0.1.${8 + index}`
        return { name: `ip-${address.replaceAll(".", "-")}`, subnet, address, publicAddress: `203.0.113.${10 + index}` }
      }),
      subnets: [subnet],
      groups: ["nodes"],
      ...(podSubnets === undefined ? {} : { maxPods: 20 }),
      scaling: { min: 6, max: 16, autoscaled: !karpenter, ...(karpenter ? { karpenter } : {}) }
    }),
    ...agents,
    deployment("app", { replicas: podSubnets === undefined ? 162 : 108, requests: { milliCpu: 10, memoryMiB: 16 } })
  )

export default drill("nodegroup-ip-limits")
  .about("Six full m5.large nodes in one /24 with 67 free addresses; the application grows from 162 to 270 pods.")
  .lesson(
    "an autoscaler knows CPU, memory and pod counts, not addresses: size the subnet for full nodes, or give pods a subnet of their own"
  )
  .topology(networkWith("none"))
  .cluster(clusterWith())
  .set({ nodeLifecycle: "upstream-1.31" })

  .at("0s", scale("app", 270))
  .until("15m")

  .expect("every pod runs soon", readyReplicas("app").atLeast(270).within("3m").after("0s"))
  .expect("no pod waits for a node", pendingPods().atMost(0).sustained({ from: "2m" }))

  // The six nodes filled up before either was there.
  .variant("a subnet for pods", (base) =>
    base
      .topology(networkWith("tagged"))
      .set({ subnetDiscovery: false })
      .at("0s", setAddressing({ subnetDiscovery: true }))
  )
  .variant("prefix delegation", (base) => base.at("0s", setAddressing({ prefixDelegation: true })))
  .variant("prefix delegation, too late", (base) => base.at("10m", setAddressing({ prefixDelegation: true })))
  .variant("WARM_IP_TARGET", (base) => base.set({ warmAddresses: 2, addressesMin: 10 }))
  .variant("custom networking", (base) => base.topology(networkWith("named")).cluster(clusterWith({ [zone]: "pods-a" })))
  .variant("Karpenter", (base) => base.cluster(clusterWith(undefined, true)))

/**
 * An upgrade of the control plane, refused by a full subnet.
 *
 * EKS puts its interfaces into the cluster's own subnets, and an upgrade makes new ones before the old ones go: up to five addresses. The
 * two subnets here are /28s that the nodes share, and three addresses are left in them. The upgrade is refused, the cluster stays on
 * its version, and nothing that runs notices.
 *
 *   drill run upgrade-without-ips.ts                                    play it
 *   drill diff upgrade-without-ips.ts --variant "subnets of its own"    /28s that nobody shares: upgraded
 */
import { awsVpc, deployment, drill, eksAddons, eksCluster, nodeGroup, readyReplicas, upgradeControlPlane } from "drill"

const zones = ["eu-west-1a", "eu-west-1b"]
const everything = { protocol: "all", fromPort: 0, toPort: 65_535, peer: "0.0.0.0/0" } as const
const nodeSubnets = ["nodes-a", "nodes-b"]
const ownSubnets = ["cluster-a", "cluster-b"]

// AWS keeps five of a /28's sixteen addresses. What else stands there leaves three, of both subnets together.
const rangeOf = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}.${from + index}`)
const others = [
  { id: "eni-db", subnet: "nodes-a", addresses: rangeOf("10.0.1", 8, 14), description: "RDS shop" },
  { id: "eni-lambda", subnet: "nodes-b", addresses: rangeOf("10.0.2", 8, 13), description: "AWS Lambda VPC ENI" }
]

const network = awsVpc({
  id: "shop",
  region: "eu-west-1",
  zones,
  vpcs: [{ id: "shop-vpc", cidrs: ["10.0.0.0/16"] }],
  internetGateways: [{ id: "shop-igw", vpc: "shop-vpc" }],
  subnets: [
    ...nodeSubnets.map((id, index) => ({ id, vpc: "shop-vpc", zone: zones[index] ?? "", cidr: `10.0.${index + 1}.0/28` })),
    ...ownSubnets.map((id, index) => ({ id, vpc: "shop-vpc", zone: zones[index] ?? "", cidr: `10.0.${index + 11}.0/28` }))
  ],
  routeTables: [
    {
      id: "to-internet",
      vpc: "shop-vpc",
      main: true,
      routes: [{ destination: "0.0.0.0/0", target: "shop-igw", state: "active", propagated: false }]
    }
  ],
  natGateways: [],
  networkInterfaces: others,
  securityGroups: [{ id: "nodes", vpc: "shop-vpc", ingress: [everything], egress: [everything] }],
  networkAcls: [],
  instances: []
})

const agents = eksAddons().filter((part) => part._tag === "Workload" && part.spec.kind === "DaemonSet")

const clusterIn = (subnets: ReadonlyArray<string>) =>
  eksCluster({ name: "shop", version: "1.31", subnets }).with(
    nodeGroup("workers", {
      instanceType: "t3.small",
      groups: ["nodes"],
      nodes: [
        { name: "node-a", subnet: "nodes-a", address: "10.0.1.4", publicAddress: "203.0.113.10" },
        { name: "node-b", subnet: "nodes-b", address: "10.0.2.4", publicAddress: "203.0.113.11" }
      ]
    }),
    ...agents,
    deployment("web", { replicas: 2, requests: { milliCpu: 100, memoryMiB: 64 }, serves: [{ port: 8080 }] })
  )

export default drill("upgrade-without-ips")
  .about("The control plane of a cluster is upgraded while its subnets have three free addresses.")
  .lesson("the control plane's subnets need addresses of their own to spare: five for every upgrade")
  .topology(network)
  .cluster(clusterIn(nodeSubnets))
  // One address is held ready on each node, so that the subnets stay as they are.
  .set({ warmAddresses: 1 })
  .at("1m", upgradeControlPlane("1.32"))
  .until("5m")
  .expect("workloads are untouched", readyReplicas("web").atLeast(2).sustained())
  .variant("subnets of its own", (base) => base.cluster(clusterIn(ownSubnets)))

/**
 * Prefix delegation is switched on in a subnet that has plenty of addresses and not one whole block.
 *
 * A /24 with 237 of its 251 addresses free. The 14 that are taken (old interfaces of things long forgotten) lie one in each of its 14
 * whole /28 blocks. The owner switches the VPC CNI to prefix delegation, which takes addresses sixteen at a time, adds a node,
 * and puts twenty pods on it. The node is Ready and says it has room for 110; its agent asks for a block every two minutes and is
 * refused (InsufficientCidrBlocks). The pods are bound, so no autoscaler does anything for them.
 *
 *   drill run prefix-fragmentation.ts                                     ends with exit 1, and is meant to
 *   drill capacity prefix-fragmentation.ts nodes-a                        free addresses and free blocks are two figures
 *   drill diff prefix-fragmentation.ts --variant "a clean subnet"         all run within half a minute
 *   drill diff prefix-fragmentation.ts --variant "a reservation"          blocks kept free since the subnet was new
 */
import {
  awsVpc,
  deployment,
  drill,
  eksAddons,
  eksCluster,
  nodeGroup,
  notReadyNodes,
  readyReplicas,
  resizeGroup,
  scale,
  setAddressing
} from "drill"

const zone = "eu-west-1a"
const subnet = "nodes-a"
const everything = { protocol: "all", fromPort: 0, toPort: 65_535, peer: "0.0.0.0/0" } as const

// What others left behind: the ninth address of every block but the first and the last, which AWS's own addresses spoil.
const blocks = Array.from({ length: 14 }, (_, index) => index + 1)
const strays = blocks.map((block) => ({
  id: `eni-old-${block}`,
  subnet,
  addresses: [`10.0.1.${block * 16 + 8}`],
  description: "left behind"
}))

const networkWith = (leftBehind: typeof strays, reserved?: string) =>
  awsVpc({
    id: "shop",
    region: "eu-west-1",
    zones: [zone],
    vpcs: [{ id: "shop-vpc", cidrs: ["10.0.0.0/16"] }],
    internetGateways: [{ id: "shop-igw", vpc: "shop-vpc" }],
    subnets: [
      { id: "system-a", vpc: "shop-vpc", zone, cidr: "10.0.0.0/24" },
      {
        id: subnet,
        vpc: "shop-vpc",
        zone,
        cidr: "10.0.1.0/24",
        ...(reserved === undefined ? {} : { reservations: [{ cidr: reserved, type: "prefix" }] })
      }
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
    networkInterfaces: leftBehind,
    securityGroups: [{ id: "nodes", vpc: "shop-vpc", ingress: [everything], egress: [everything] }],
    networkAcls: [],
    instances: []
  })

export default drill("prefix-fragmentation")
  .about("Prefix delegation in a /24 with 237 free addresses and no free block; one new node, twenty pods.")
  .lesson("free addresses are not free blocks: reserve prefixes while a subnet is clean, or give pods a new one")
  .topology(networkWith(strays))
  .cluster(
    eksCluster({ name: "shop", version: "1.31" }).with(
      nodeGroup("workers", {
        instanceType: "m5.large",
        nodes: [],
        subnets: [subnet],
        groups: ["nodes"],
        maxPods: 110,
        labels: { role: "app" },
        scaling: { min: 0, max: 4, autoscaled: true }
      }),
      nodeGroup("system", { instanceType: "m5.large", nodes: 2, subnets: ["system-a"], groups: ["nodes"], maxPods: 29 }),
      eksAddons(),
      deployment("app", { replicas: 0, requests: { milliCpu: 10, memoryMiB: 16 }, nodeSelector: { role: "app" } })
    )
  )
  .set({ nodeLifecycle: "upstream-1.31" })

  .at("0s", setAddressing({ prefixDelegation: true }))
  .at("1m", resizeGroup("workers", 1))
  .at("3m", scale("app", 20))
  .until("15m")

  .expect("the node stays Ready", notReadyNodes().atMost(0).sustained())
  .expect("every pod runs soon", readyReplicas("app").atLeast(20).within("30s").after("3m"))

  .variant("a clean subnet", (base) => base.topology(networkWith([])))
  // Made while the subnet was new: what came later took its addresses elsewhere.
  .variant("a reservation", (base) =>
    base.topology(
      networkWith(
        strays.map((stray, index) => ({ ...stray, addresses: [`10.0.1.${index + 8}`] })),
        "10.0.1.128/25"
      )
    )
  )

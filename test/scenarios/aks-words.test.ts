/** AKS's words beyond the drills: where pods have their addresses, how nodes leave, where the API server stands. */
import {
  aksAddons,
  aksCluster,
  aksVnet,
  attachRouteTable,
  barePod,
  deleteNodes,
  delivered,
  deployment,
  drill,
  from,
  nodePool,
  notReadyNodes,
  resizeGroup,
  scale,
  service,
  setOutboundType,
  to,
  upgraded,
  upgradePool
} from "drill"
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import { parseAddress, parsePrefix } from "../../src/model/net/ip.ts"
import type { ScenarioInvalid } from "../../src/scenario/load.ts"

type Vnet = Parameters<typeof aksVnet>[0]
type Options = Partial<Parameters<typeof aksCluster>[0]>
type Pool = Partial<Parameters<typeof nodePool>[1]>

const podSubnet = {
  id: "pods",
  network: "shop-vnet",
  cidr: "10.240.8.0/24",
  defaultOutboundAccess: false,
  securityGroup: "aks-agentpool-shop-nsg"
}
const vnet = (more: Partial<Vnet> = {}) =>
  aksVnet({ name: "shop", region: "westeurope", cidr: "10.240.0.0/16", nodeSubnet: { id: "aks", cidr: "10.240.0.0/24" }, ...more })

const story = (options: Options, pool: Pool = {}, network: Partial<Vnet> = {}, replicas = 2) =>
  drill("words")
    .about("A cluster at AKS.")
    .lesson("Pods have addresses from somewhere.")
    .topology(vnet(network))
    .cluster(
      aksCluster({ name: "shop", version: "1.31", ...options }).with(
        nodePool("pool", { vmSize: "Standard_D8s_v5", nodes: 2, subnet: "aks", ...pool }),
        aksAddons(),
        deployment("web", { replicas, serves: [{ port: 8080 }] }),
        barePod("far", { pods: [{ name: "far", node: "ip-10-240-0-11" }] }),
        barePod("near", { serves: [{ port: 8080 }], pods: [{ name: "near", node: "ip-10-240-0-10" }] })
      )
    )
    .probe("across nodes", from.pod("far"), to.pod("near", 8080))
    .probe("out", from.pod("far"), to.address("198.51.100.20", 443))
    .until("10m")
    .expect("across nodes", delivered("across nodes").sustained())
    .expect("out", delivered("out").sustained())

const podAddresses = (run: PlayedRun): ReadonlyArray<string> =>
  run.events.flatMap(({ event }) => (event._tag === "kube/PodAddressAssigned" && !event.pod.includes("kube-proxy") ? [event.address] : []))
const allIn = (addresses: ReadonlyArray<string>, cidr: string): boolean => {
  const { first, last } = parsePrefix(cidr) ?? { first: 0, last: -1 }
  return (
    addresses.length > 0 && addresses.every((address) => (parseAddress(address) ?? -1) >= first && (parseAddress(address) ?? -1) <= last)
  )
}

describe("where pods have their addresses", () => {
  const modes: ReadonlyArray<readonly [string, Options, Pool, Partial<Vnet>, string]> = [
    ["azure, node subnet", { networkPlugin: "azure" }, {}, {}, "10.240.0.0/24"],
    ["azure, overlay", { networkPlugin: "azure", networkPluginMode: "overlay" }, {}, {}, "10.244.0.0/16"],
    ["azure, pod subnet in batches", { networkPlugin: "azure" }, { podSubnet: "pods" }, { subnets: [podSubnet] }, podSubnet.cidr],
    [
      "azure, pod subnet in blocks",
      { networkPlugin: "azure" },
      { podSubnet: "pods", podAllocation: "static block", maxPods: 30 },
      { subnets: [podSubnet] },
      podSubnet.cidr
    ]
  ]
  for (const [what, options, pool, network, range] of modes)
    test(what, async () => {
      const run = await play(story(options, pool, network))
      expect(run).toHoldExpectations()
      expect(allIn(podAddresses(run), range)).toBe(true)
    })

  test("batches come ahead of need, and one by one when the subnet has no whole one", async () => {
    const subnets = [{ ...podSubnet, cidr: "10.240.8.0/26" }]
    const run = await play(story({ networkPlugin: "azure" }, { podSubnet: "pods", maxPods: 60 }, { subnets }, 50))
    const added = run.events.flatMap(({ event }) => (event._tag === "capacity/AddressesAdded" ? [event.slots.length] : []))
    expect(Math.max(...added)).toBe(16)
    expect(Math.min(...added)).toBeLessThan(16)
    // 59 that one may use: two nodes drew 16 each at first.
    expect(added.reduce((sum, count) => sum + count, 32)).toBeLessThanOrEqual(59)
    expect(podAddresses(run).length).toBe(54)
  })

  const refused: ReadonlyArray<readonly [string, Options, Pool, Partial<Vnet>, string]> = [
    ["a pool that does not fit", { networkPlugin: "azure" }, { nodes: 9 }, {}, "Pre-allocated IPs 279 exceeds IPs available 251 in Subnet"],
    [
      "one whose autoscaler may grow it too far",
      { networkPlugin: "azure" },
      { scaling: { min: 1, max: 10, autoscaled: true } },
      {},
      "Pre-allocated IPs 310"
    ],
    [
      "a pods' range too small",
      { networkPlugin: "azure", networkPluginMode: "overlay", podCidr: "10.244.0.0/24" },
      {},
      {},
      "Pre-allocated IPs 512 exceeds IPs available 256 in pod CIDR"
    ],
    [
      "blocks that do not fit",
      { networkPlugin: "azure" },
      { podSubnet: "pods", podAllocation: "static block", nodes: 3 },
      { subnets: [podSubnet] },
      "Pre-allocated IPs 336"
    ],
    ["a pod subnet beside a pods' range", {}, { podSubnet: "pods" }, { subnets: [podSubnet] }, "the cluster has a range of pods"],
    [
      "Services in a subnet's range",
      { networkPlugin: "azure", serviceCidr: "10.240.0.0/20" },
      {},
      {},
      "serviceCidr 10.240.0.0/20 overlaps subnet aks"
    ],
    ["pods in a subnet's range", { podCidr: "10.240.0.0/16" }, {}, {}, "podCidr 10.240.0.0/16 overlaps subnet aks"],
    ["a zone that the region has not", { networkPlugin: "azure" }, { zones: ["1"] }, {}, 'node group pool: unknown zone "1"'],
    ["a subnet that is not there, once for all nodes", { networkPlugin: "azure" }, { subnet: "ask" }, {}, 'unknown subnet "ask"'],
    [
      "a pod subnet that nobody described",
      { networkPlugin: "azure" },
      { podSubnet: "pod" },
      { subnets: [podSubnet] },
      'did you mean "pods"'
    ],
    ["an API server's subnet that nobody described", { networkPlugin: "azure", apiServerSubnet: "api" }, {}, {}, "api"]
  ]
  for (const [what, options, pool, network, words] of refused)
    test(`${what} is refused`, async () => {
      const told = await play(story(options, pool, network)).then(
        () => "played",
        (error: ScenarioInvalid) =>
          error.diagnostics.map(({ headline, notes, help }) => [headline, ...(notes ?? []), help].join("; ")).join()
      )
      expect(told).toContain(words)
    })
  test("overlay without the plugin, and a pods' range without a use for it, are refused", () => {
    expect(() => aksCluster({ name: "shop", version: "1.31", networkPluginMode: "overlay" })).toThrow(
      "overlay is a mode of the plugin azure"
    )
    expect(() => aksCluster({ name: "shop", version: "1.31", networkPlugin: "azure", podCidr: "10.9.0.0/16" })).toThrow("podCidr is given")
  })
})

describe("where the API server stands", () => {
  const tables = [
    { id: "none", disablesGatewayRoutePropagation: false, routes: [] },
    {
      id: "lost",
      disablesGatewayRoutePropagation: false,
      routes: [{ id: "default", destination: "0.0.0.0/0", nextHop: { _tag: "VirtualAppliance" as const, address: "10.240.9.4" } }]
    }
  ]
  const network: Partial<Vnet> = {
    nodeSubnet: { id: "aks", cidr: "10.240.0.0/24", routeTable: "none" },
    subnets: [{ id: "api", network: "shop-vnet", cidr: "10.240.9.0/28", defaultOutboundAccess: false }],
    routeTables: tables
  }
  const lost = (options: Options) =>
    drill("api")
      .about("A default route to nobody.")
      .lesson("A private API server is not on the way out.")
      .topology(vnet(network))
      .cluster(
        aksCluster({ name: "shop", version: "1.31", networkPlugin: "azure", ...options }).with(
          nodePool("pool", { vmSize: "Standard_D8s_v5", nodes: 2, subnet: "aks" }),
          aksAddons()
        )
      )
      .at("1m", attachRouteTable("aks", "lost"))
      .until("10m")
      .expect("nodes stay Ready", notReadyNodes().atMost(0).sustained())

  test("public: a default route to nobody takes the nodes along", async () => {
    const run = await play(lost({}))
    expect(run).not.toHoldExpectations()
  })
  test("private, and in a subnet of its own: nodes stay Ready", async () => {
    expect(await play(lost({ privateCluster: true }))).toHoldExpectations()
    expect(await play(lost({ apiServerSubnet: "api" }))).toHoldExpectations()
  })
})

describe("a scale set's upgrade", () => {
  const upgrading = (scaling: { readonly maxSurge: number; readonly maxUnavailable: number }) =>
    drill("upgrade")
      .about("A pool of five is upgraded.")
      .lesson("Machines are made anew where they stand.")
      .topology(vnet())
      .cluster(
        aksCluster({ name: "shop", version: "1.31", networkPlugin: "azure" }).with(
          nodePool("pool", { vmSize: "Standard_D8s_v5", nodes: 5, subnet: "aks", scaling: { min: 1, max: 8 } }),
          aksAddons()
        )
      )
      .at("1m", upgradePool("pool", { version: "1.32", ...scaling }))
      .until("1h")
      .expect("upgraded", upgraded("pool").within("30m").after("1m"))

  for (const [maxSurge, maxUnavailable, reimaged] of [
    [1, 0, 4],
    [2, 1, 3],
    [0, 1, 5],
    [0, 2, 5]
  ] as const)
    test(`${maxSurge} more, ${maxUnavailable} fewer: ${reimaged} are made anew, five take pods at last`, async () => {
      const run = await play(upgrading({ maxSurge, maxUnavailable }))
      expect(run).toHoldExpectations()
      const taking = new Set<string>()
      let anew = 0
      for (const { event } of run.events) {
        if (event._tag === "kube/NodeReimaged") anew++
        if (event._tag === "kube/NodeJoined" || (event._tag === "kube/NodeCordoned" && !event.cordoned)) taking.add(event.node)
        if (event._tag === "kube/NodeDeleted" || (event._tag === "kube/NodeCordoned" && event.cordoned)) taking.delete(event.node)
      }
      expect([anew, taking.size]).toEqual([reimaged, 5])
    })
})

describe("another way out", () => {
  const network: Partial<Vnet> = { natGateways: [{ id: "own", sku: "Standard", publicAddresses: ["192.0.2.77"] }] }
  const moving = (type: Parameters<typeof setOutboundType>[1], options?: Parameters<typeof setOutboundType>[2]) =>
    drill("moves")
      .about("A cluster's outbound type is changed.")
      .lesson("Not every move is one that AKS makes.")
      .topology(vnet(network))
      .cluster(
        aksCluster({ name: "shop", version: "1.31", networkPlugin: "azure" }).with(
          nodePool("pool", { vmSize: "Standard_D8s_v5", nodes: 2, subnet: "aks" }),
          aksAddons(),
          barePod("far")
        )
      )
      .outside("partner", { address: "198.51.100.20", ports: [443], admits: ["192.0.2.77/32"] })
      .probe("out", from.pod("far"), to.address("198.51.100.20", 443))
      .at("1m", setOutboundType("shop", type, options))
      .until("5m")
      .expect("out", delivered("out").sustained())
  const seen = async (...given: Parameters<typeof moving>) => {
    const run = await play(moving(...given))
    return run.events.flatMap(({ at, event }) => {
      if (event._tag === "fault/MoveFailed") return [`refused: ${event.why}`]
      return event._tag === "probe/AnswerTurned" ? [`${at / 1_000} ${event.success}`] : []
    })
  }

  test("by the owner's NAT gateway: the partner, who knows that address alone, lets it in", async () => {
    expect(await seen("userAssignedNATGateway", { natGateway: "own" })).toEqual(["0 0", "60 1"])
  })
  test("what AKS does not do", async () => {
    expect(await seen("managedNATGateway")).toEqual([
      "0 0",
      "refused: outboundType loadBalancer cannot be changed to managedNATGateway in a network of one's own"
    ])
    expect((await seen("userDefinedRouting"))[1]).toContain("RouteTableInvalidNextHop")
    expect((await seen("userAssignedNATGateway"))[1]).toContain("has no NAT gateway")
  })
})

describe("kubenet's routes", () => {
  const nodes = [0, 1].map((index) => ({ name: `n-${index}`, subnet: "aks", address: `10.240.0.${10 + index}` }))
  const written = nodes.map(({ name, address }, index) => ({
    id: `${name}____`,
    destination: `10.244.${index}.0/24`,
    nextHop: { _tag: "VirtualAppliance" as const, address }
  }))
  const filler = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: `filler-${index}`,
      destination: `172.20.${Math.floor(index / 200)}.${index % 200}/32`,
      nextHop: { _tag: "None" as const }
    }))
  const growing = (others: number) =>
    drill("grows")
      .about("A kubenet pool grows by one node.")
      .lesson("A node without a route has no pods that others reach.")
      .topology(
        vnet({
          nodeSubnet: { id: "aks", cidr: "10.240.0.0/24", routeTable: "pods" },
          routeTables: [{ id: "pods", disablesGatewayRoutePropagation: false, routes: [...written, ...filler(others)] }]
        })
      )
      .cluster(
        aksCluster({ name: "shop", version: "1.31" }).with(
          nodePool("pool", { vmSize: "Standard_D4s_v5", nodes, scaling: { min: 2, max: 5 } }),
          aksAddons(),
          barePod("far", { pods: [{ name: "far", node: "n-0" }] }),
          deployment("web", { replicas: 2, requests: { milliCpu: 3_000, memoryMiB: 512 }, serves: [{ port: 8080 }] }),
          service("web", { clusterIp: "10.0.3.75", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] })
        )
      )
      .probe("web", from.pod("far"), to.service("web", 80))
      .at("1m", resizeGroup("pool", 3))
      .at("5m", scale("web", 3))
      .at("10m", deleteNodes("n-1"))
      .until("15m")
      .expect("web", delivered("web").sustained({ until: "10m" }))

  test("a new node waits for its route, tainted; its pods are reached from then on; a gone node's route goes", async () => {
    const run = await play(growing(0))
    expect(run).toHoldExpectations()
    const told = run.events.flatMap(({ at, event }) => {
      if (event._tag === "cloud/ResourceChanged")
        return [
          `${at / 1_000} ${event.change._tag} ${"route" in event.change && typeof event.change.route === "object" && "destination" in event.change.route ? event.change.route.destination : ""}`
        ]
      return event._tag === "kube/NodeTainted" || event._tag === "kube/NodeUntainted"
        ? event.key.endsWith("network-unavailable")
          ? [`${at / 1_000} ${event._tag}`]
          : []
        : []
    })
    expect(told).toEqual(["140 kube/NodeTainted", "150 SetUserRoute 10.244.2.0/24", "150 kube/NodeUntainted", "610 DeleteUserRoute "])
  })

  test("a table with 400 routes takes no more: the node stays tainted", async () => {
    const run = await play(growing(398))
    expect(run.events.flatMap(({ event }) => (event._tag === "kube/NodeRouteRefused" ? [event.why] : []))).toEqual([
      'RouteTableLimitReached: table "pods" has 400 routes'
    ])
    expect(run.events.some(({ event }) => event._tag === "kube/NodeUntainted")).toBe(false)
  })
})

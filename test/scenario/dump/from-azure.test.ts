/** A subscription's network from Azure's own answers: what is read, filled in, left out and refused, and that it plays. */
import { barePod, delivered, deployment, drill, from, fromAzure, notReadyNodes, service, to } from "drill"
import { play } from "drill/testing"
import { afterAll, describe, expect, test } from "vitest"
import { copiesOf, type FileChange } from "./folders.ts"

const { source: shop, changed, remove } = copiesOf("azure-shop")
afterAll(remove)

const listening = { db: [{ protocol: "tcp" as const, port: 5432 }] }

describe("a subscription's answers", () => {
  const { topology, notes = [], cluster } = fromAzure(shop, { listening })

  test("subnets with what they name; routes, nested as ARM has them, without IPv6", () => {
    expect(topology.subnets).toMatchObject([
      { id: "aks", cidr: "10.20.1.0/24", routeTable: "aks-agentpool-11-routetable" },
      {
        id: "data",
        securityGroup: "data-nsg",
        natGateway: "data-nat",
        serviceEndpoints: [{ service: "Microsoft.Storage", prefixes: ["203.0.113.128/25"] }]
      },
      { id: "tools", cidr: "10.20.3.0/24", defaultOutboundAccess: true },
      { id: "AzureFirewallSubnet" },
      { id: "GatewaySubnet" }
    ])
    expect(topology.routeTables[0]?.routes.map(({ destination, nextHop }) => `${destination} ${nextHop._tag}`)).toEqual([
      "10.244.0.0/24 VirtualAppliance",
      "10.244.1.0/24 VirtualAppliance",
      "192.168.0.0/16 VirtualNetworkGateway"
    ])
  })

  test("rules with their tags and ports; a gateway with what it has learned; firewall rules by their collections' priority", () => {
    expect(topology.securityGroups[2]?.rules.at(-1)).toMatchObject({
      id: "backup",
      destinations: ["Storage.WestEurope"],
      destinationPorts: ["443", "8000-8010"]
    })
    expect(topology.serviceTags).toEqual([{ id: "Storage.WestEurope", prefixes: ["203.0.113.128/26"] }])
    expect(topology.gateways).toEqual([{ id: "vpn", network: "shop-vnet", site: "behind vpn", type: "Vpn", learned: ["192.168.0.0/16"] }])
    expect(topology.appliances).toMatchObject([
      {
        id: "edge",
        address: "10.20.0.4",
        publicAddress: "192.0.2.40",
        rules: [
          { action: "Deny", protocol: "tcp", ports: ["25"] },
          { action: "Allow", protocol: "any" }
        ],
        destinationRules: [{ port: 8080, to: "10.20.1.4", toPort: 31_728 }]
      }
    ])
  })

  test("balancers of one name bear their group's; a cluster's own keeps its way out", () => {
    expect(topology.loadBalancers?.slice(0, 2)).toMatchObject([
      { id: "MC_shop_shop_westeurope/kubernetes", frontEnds: [{ id: "out", address: "192.0.2.10" }], rules: [] },
      { id: "MC_shop_tools_westeurope/kubernetes", outboundRules: [{ portsPerInstance: 4_000 }] }
    ])
    expect(topology.instances).toMatchObject([{ id: "db", zone: "2", subnet: "data", address: "10.20.2.4", running: true }])
  })

  test("nodes by kubenet's routes, and by their interfaces; AKS's own group is on them", () => {
    const [pool] = cluster("shop").nodeGroups
    expect(pool?.options).toMatchObject({
      nodes: [
        { name: "aks-agentpool-11-vmss000000", address: "10.20.1.4" },
        { name: "aks-agentpool-11-vmss000001", address: "10.20.1.5" }
      ],
      groups: ["MC_shop_shop_westeurope/aksOutboundBackendPool", "aks-agentpool-11-nsg"],
      labels: { tier: "web" }
    })
    const tools = cluster("tools")
    expect(tools.nodeGroups[0]?.options).toMatchObject({
      nodes: [
        { name: "aks-pool-22-vmss000000", address: "10.20.3.4" },
        { name: "aks-pool-22-vmss00000b", address: "10.20.3.5" }
      ],
      scaling: { min: 2, max: 6, autoscaled: true }
    })
    expect([tools.endpoint, tools.podRange?.known]).toEqual(["private", "overlay"])
  })

  test("what is filled in and left out is told by file, and where Azure's own routes differ", () => {
    const text = notes.flatMap(({ code, notes: lines }) => lines.map((line) => `${code} ${line.replace(/^.*azure-shop\//, "")}`))
    expect(text).toEqual([
      "D024 lbs.json: the front end's address on a loopback of each member of floating rules: sql",
      "D024 route-tables.json: blocks of pods' addresses, dealt anew in the order of nodes: aks-agentpool-11-vmss000001",
      "D024 vnet-gateways.json: a site behind each gateway, with the ranges that it has learned: vpn",
      "D024 vnets.json: default outbound access of subnets that do not say it: tools",
      "D026 application-gateways.json: not modelled: the whole file",
      "D026 effective-routes-aks.json: routes of aks that Azure shows and the model has not: default 10.30.0.0/16 vnetpeering",
      "D026 firewalls.json: firewall rules by name: edge",
      "D026 lbs.json: rules of clusters' balancers, which their Services say: MC_shop_shop_westeurope/kubernetes",
      "D026 route-tables.json: routes of IPv6: six",
      "D026 vnets.json: peerings with networks that are not in the answers: to-hub"
    ])
  })

  test("it plays: pods cross nodes, leave by the balancer, reach the database; clients are let in by AKS's own group", async () => {
    const azure = fromAzure(shop, { listening })
    const run = await play(
      drill("imported")
        .about("A network that was read.")
        .lesson("It is one like any other.")
        .topology(azure)
        .cluster(
          azure.cluster("shop").with(
            barePod("shell", { pods: [{ name: "shell", node: "aks-agentpool-11-vmss000001" }] }),
            deployment("web", {
              replicas: 1,
              serves: [{ port: 8080, calls: { "/": [] } }],
              pods: [{ name: "web-0", node: "aks-agentpool-11-vmss000000" }]
            }),
            service("web", {
              type: "LoadBalancer",
              clusterIp: "10.0.3.75",
              selector: { app: "web" },
              ports: [{ port: 80, targetPort: 8080, nodePort: 31_080 }]
            })
          )
        )
        .outside("registry", { address: "198.51.100.20", ports: [443] })
        .probe("egress", from.pod("shell"), to.address("198.51.100.20", 443))
        .probe("across", from.pod("shell"), to.pod("web-0", 8080))
        .probe("database", from.pod("shell"), to.address("10.20.2.4", 5432))
        .probe("clients", from.internet(), to.balancer("web", 80), { path: "/" })
        .probe("database by its balancer", from.pod("shell"), to.address("10.20.2.100", 5432))
        .until("2m")
        .expect("egress", delivered("egress").sustained())
        .expect("across", delivered("across").sustained())
        .expect("database", delivered("database").sustained())
        .expect("clients", delivered("clients").sustained())
        .expect("database by its balancer", delivered("database by its balancer").sustained())
    )
    expect(run).toHoldExpectations()
  })

  test("a private cluster plays by its own endpoint", async () => {
    const azure = fromAzure(shop)
    const run = await play(
      drill("tools")
        .about("Private.")
        .lesson("Inside.")
        .topology(azure)
        .cluster(azure.cluster("tools"))
        .until("2m")
        .expect("nodes", notReadyNodes().atMost(0).sustained())
    )
    expect(run).toHoldExpectations()
    expect(run.plan.cluster.api).toMatchObject({ endpoint: "private", address: "10.20.3.200" })
  })
})

describe("what is refused", () => {
  const mistakes: ReadonlyArray<readonly [string, string, FileChange, string]> = [
    ["a needed file that is not there", "vnets", () => undefined, "vnets.json is missing"],
    ["text that is no JSON", "nsgs", (text) => text.slice(0, -4), "nsgs.json is not JSON"],
    ["an answer of something else", "nsgs", () => '{"error":{"code":"AuthorizationFailed"}}', "nsgs.json: it is no list of resources"],
    [
      "a field that is not what it should be",
      "nsgs",
      (text) => text.replace('"Inbound"', '"Inward"'),
      "nsgs.json: $[0].securityRules[0].direction is not"
    ],
    [
      "a table that no answer has",
      "vnets",
      (text) => text.replace("aks-agentpool-11-routetable", "other"),
      "subnet aks names other, which is not in"
    ],
    ["an address that no answer has", "public-ips", (text) => text.replaceAll("nat-ip", "nat-2"), "NAT gateway data-nat names nat-ip"],
    ["a machine in no subnet", "nics", (text) => text.replace("subnets/data", "subnets/dota"), "machine db is in dota, which is not in"]
  ]
  test.each(mistakes)("%s", (_what, file, change, headline) => {
    expect(() => fromAzure(changed(file, change))).toThrow(headline)
  })

  test("a folder that is not there, a listener of nobody, clusters that are not there or not told apart", () => {
    expect(() => fromAzure("./nowhere")).toThrow("no such folder")
    expect(() => fromAzure(shop, { listening: { dd: [{ protocol: "tcp", port: 1 }] } })).toThrow('unknown instance "dd"')
    expect(() => fromAzure(shop).cluster("shopp")).toThrow('unknown cluster "shopp"')
    expect(() => fromAzure(shop).cluster()).toThrow("which one?")
  })

  test("a VM size that is not known, and a plugin of one's own", () => {
    expect(() => fromAzure(changed("aks", (text) => text.replace("Standard_DS2_v2", "Standard_DS2v2"))).cluster("shop")).toThrow(
      'VM size "Standard_DS2v2"'
    )
    expect(() => fromAzure(changed("aks", (text) => text.replace('"kubenet"', '"none"'))).cluster("shop")).toThrow('network plugin "none"')
  })
})

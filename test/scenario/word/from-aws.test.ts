/** A dump as a network: it answers as the same network written by words, knows its resources by name, and plays. */
import type { Network } from "drill"
import { afterAll, describe, expect, test } from "vitest"
import * as words from "../../../src/drill.ts"
import { compileAws } from "../../../src/model/cloud/aws/compile.ts"
import type { AwsTopology } from "../../../src/model/cloud/aws/topology.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import { fabricOf } from "../../model/cloud/aws/asking.ts"
import { played } from "../../played.ts"
import { notesOf, refusalOf, shopFolder } from "../dump/folders.ts"
import { shopNetwork } from "../dump/shop-network.ts"
import { openFiles } from "../files.ts"

const files = openFiles()
afterAll(files.remove)

const listening = { bastion: [{ protocol: "tcp", port: 22 }], "i-0db": [{ protocol: "tcp", port: 5432 }] } as const
const aws = words.fromAws(shopFolder, { listening })

const atAws = ({ topology }: Network): AwsTopology => {
  if (topology._tag !== "AwsTopology") throw new Error("no AWS")
  return topology
}

/** A host in every subnet, in a group of its VPC, that listens on everything that is asked for. */
const ports = [22, 53, 443, 5432]
const populated = (topology: AwsTopology): AwsTopology => ({
  ...topology,
  instances: [
    ...topology.instances,
    ...topology.subnets.map(({ id, vpc, cidr }) => ({
      id: `host of ${id}`,
      subnet: id,
      address: cidr.replace(/\.0\/\d+$/, ".77"),
      securityGroups: [vpc === "vpc-0a1" ? "sg-0eks" : "sg-0db"],
      sourceDestCheck: true,
      listening: ports.map((port) => ({ protocol: "tcp" as const, port }))
    }))
  ]
})

describe("the topology of a dump", () => {
  test("answers every question as the network written by words does", () => {
    const [imported, written] = [populated(aws.topology), populated(atAws(shopNetwork))]
    const [left, right] = [fabricOf(imported), fabricOf(written)]
    const hosts = written.instances.map(({ id }) => id)
    const addresses = [
      ...written.instances.map(({ address }) => address),
      "198.51.100.7",
      "52.218.1.1",
      "10.99.0.1",
      "203.0.113.40",
      "10.0.32.210"
    ]
    const outcomes = new Set<string>()
    for (const sender of [...hosts, "internet"])
      for (const address of addresses)
        for (const port of ports) {
          const question = { from: sender, to: { _tag: "Address", address }, protocol: "tcp", port } as const
          const [one, other] = [traceFlow(left, question), traceFlow(right, question)]
          expect(one, `${sender} → ${address}:${port}`).toEqual(other)
          const [branch] = other.branches
          outcomes.add(`${branch?.forward.end.fate} ${branch?.ok}`)
        }
    expect(outcomes.size).toBeGreaterThan(2)
  })

  test("has the same addresses to give", () => {
    expect(compileAws(aws.topology).subnets).toEqual(compileAws(atAws(shopNetwork)).subnets)
  })

  test("says what it fills in and leaves out, a sentence each, by file", () => {
    expect(notesOf(words.fromAws(shopFolder))).toEqual([
      "D024 shop: no such file, so there are none: describe-transit-gateways.json, describe-vpn-gateways.json, describe-vpn-connections.json",
      "D024 describe-instances.json: nothing listens on instances of which fromAws is not told (listening): i-0bas, i-0db",
      "D026 describe-addresses.json: Elastic IPs that are associated with nothing: 203.0.113.77",
      "D026 describe-internet-gateways.json: internet gateways that are attached to no VPC: igw-0z9",
      "D026 describe-network-acls.json: IPv6 entries of network ACLs: acl-0c",
      "D026 describe-network-interfaces.json: interfaces of nodes and pods; those that the model makes take their place: eni-0na, eni-0nb",
      "D026 describe-network-interfaces.json: addresses that AWS counts as taken, and no interface has: 12 in subnet-0pric",
      "D026 describe-route-tables.json: IPv6 routes: rtb-0pub",
      "D026 describe-security-groups.json: IPv6 ranges in rules of security groups: sg-0bas",
      "D026 describe-vpcs.json: IPv6 ranges of VPCs and their subnets: vpc-0a1",
      "D026 load-balancers.json: balancers themselves, their listeners, rules and targets: a Service or an Ingress of the cluster has them (balancer); their interfaces keep their addresses: shop-web"
    ])
  })
})

describe("names", () => {
  test("lead to ids: by Name tag, by a group's name, by the id itself", () => {
    expect([aws.vpc("data"), aws.subnet("shop-private-b"), aws.routeTable("shop-public"), aws.natGateway("shop-nat-0a")]).toEqual([
      "vpc-0b1",
      "subnet-0prib",
      "rtb-0pub",
      "nat-0a"
    ])
    expect([aws.securityGroup("database"), aws.instance("db"), aws.peering("shop-data"), aws.networkAcl("acl-0c")]).toEqual([
      "sg-0db",
      "i-0db",
      "pcx-0ab",
      "acl-0c"
    ])
  })

  test("that nothing bears are refused with what is near", () => {
    const [diagnostic] = refusalOf(() => aws.subnet("shop-privat-b"))
    expect(diagnostic).toMatchObject({ code: "D004", headline: 'fromAws(…).subnet: unknown subnet "shop-privat-b"' })
    expect(diagnostic?.help).toContain('did you mean "shop-private-b"')
    expect(refusalOf(() => words.fromAws(shopFolder, { listening: { dbx: [] } }))[0]?.headline).toContain('unknown instance "dbx"')
  })
})

const scenario = `import { barePod, cutZone, delivered, drill, from, fromAws, to } from "drill"
const aws = fromAws(${JSON.stringify(shopFolder)}, { listening: { db: [{ protocol: "tcp", port: 5432 }] } })
export default drill("imported")
  .topology(aws)
  .cluster(aws.cluster("shop").with(barePod("client", { pods: [{ name: "client", node: "ip-10-0-48-10.eu-west-1.compute.internal" }] })))
  .probe("node", from.pod("client"), to.address(aws.addressOf("db"), 5432))
  .at("1m", cutZone("eu-west-1b"))
  .until("5m")
  .expect("the database is reached", delivered("node").atLeast("1").sustained({ until: "1m" }))
`

describe("a cluster of a dump", () => {
  test("has the nodes that run, its scaling group's terms, and its control plane's interfaces", () => {
    const cluster = aws.cluster()
    expect(cluster).toMatchObject({ name: "shop", version: "1.31", serviceCidr: "172.20.0.0/16", endpoint: "both" })
    expect(cluster.subnets).toEqual(["subnet-0pria", "subnet-0prib"])
    expect(cluster.controlPlane).toEqual({
      interfaces: [
        { id: "eni-0cpa", subnet: "subnet-0pria", address: "10.0.32.200" },
        { id: "eni-0cpb", subnet: "subnet-0prib", address: "10.0.48.200" }
      ],
      groups: ["sg-0eks"]
    })
    expect(cluster.nodeGroups.map(({ name, options }) => ({ name, ...options }))).toEqual([
      {
        name: "workers",
        instanceType: "m5.large",
        nodes: [
          { name: "ip-10-0-32-10.eu-west-1.compute.internal", subnet: "subnet-0pria", address: "10.0.32.10", publicAddress: "none" },
          { name: "ip-10-0-48-10.eu-west-1.compute.internal", subnet: "subnet-0prib", address: "10.0.48.10", publicAddress: "none" }
        ],
        subnets: ["subnet-0pria", "subnet-0prib"],
        groups: ["sg-0eks"],
        labels: { role: "web" },
        scaling: { min: 2, max: 6, replacesImpaired: true, rebalances: false, autoscaled: true }
      }
    ])
  })
})

test("a balancer's options are those of its front ends and its target group", () => {
  expect(aws.balancer("shop-web")).toEqual({
    id: "shop-web",
    dnsName: "shop-web-1.eu-west-1.elb.amazonaws.com",
    subnets: ["subnet-0puba", "subnet-0pubb"],
    groups: ["sg-0eks"],
    targets: "ip",
    healthCheck: { interval: "10s", timeout: "5s", unhealthyThreshold: 3, healthyThreshold: 2 }
  })
  const front = words.ingress("web", { rules: [{ service: "web", port: 80 }], balancer: aws.balancer("shop-web") })
  expect(front).toMatchObject({ spec: { loadBalancer: { kind: "application", targetType: "ip", healthCheck: { intervalMs: 10_000 } } } })
})

test("a cluster's balancers stand in its own VPC, whichever comes first", async () => {
  const other = scenario
    .replace(".topology(aws)", ".topology({ ...aws, topology: { ...aws.topology, vpcs: aws.topology.vpcs.toReversed() } })")
    .replace(
      "barePod(",
      'service("web", { clusterIp: "172.20.0.9", selector: { app: "client" }, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }], classicBalancer }), barePod('
    )
    .replace(
      "export default",
      'const classicBalancer = { id: "web", dnsName: "web.example", subnets: [aws.subnet("shop-public-a")] }\nexport default'
    )
    .replace("{ barePod,", "{ barePod, service,")
    .replace("{ pods:", "{ serves: [{ port: 8080 }], pods:")
  const { plan } = await files.load(files.write("balanced.ts", other))
  const { securityGroups } = plan.topology as AwsTopology
  expect(securityGroups.find(({ id }) => id === "k8s-elb-web")?.vpc).toBe("vpc-0a1")
})

test("a scenario that is made of a dump plays on it", async () => {
  const { plan, warnings } = await files.load(files.write("imported.ts", scenario))
  expect(plan.cluster.api).toMatchObject({ endpoint: "private", addresses: ["10.0.32.200", "10.0.48.200"] })
  const topology = plan.topology as AwsTopology
  expect(topology.networkInterfaces?.map(({ id }) => id)).toEqual(["eni-0elb", "eni-0la", "eni-0pre"])
  expect(plan.cluster.nodes.map(({ publicAddress }) => publicAddress)).toEqual([undefined, undefined])
  expect(warnings.map(({ code, headline }) => `${code} ${headline.replace(/^fromAws\(.*\)/, "fromAws")}`)).toEqual([
    "D024 fromAws: 2 values are filled in",
    "D026 fromAws: 9 things are left out",
    'D026 cluster "shop": 2 things are left out'
  ])
  expect(warnings.map(({ place }) => place?.line)).toEqual([2, 2, 5])
  const turned = played(plan).events.flatMap(({ at, event }) =>
    event._tag === "probe/AnswerTurned" && at >= 0 ? [`${at} ${event.success}`] : []
  )
  expect(turned).toEqual(["0 1", "60000 0"])
})

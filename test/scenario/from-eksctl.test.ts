/** An eksctl ClusterConfig as network and cluster, and every mistake in one with its line. */
import { afterAll, describe, expect, test } from "vitest"
import { openFiles } from "./files.ts"

const files = openFiles()
afterAll(files.remove)

const config = `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata:
  name: shop
  region: eu-west-1
  version: "1.31"
availabilityZones: [eu-west-1b, eu-west-1a, eu-west-1c]
vpc:
  cidr: 10.60.0.0/16
  nat: { gateway: HighlyAvailable }
managedNodeGroups:
  - name: workers
    instanceType: m5.large
    desiredCapacity: 3
    minSize: 3
    maxSize: 6
    privateNetworking: true
    volumeSize: 80
`
const scenario = (file: string): string => `import { barePod, drill, evictions, from, fromEksctl, to } from "drill"
const { network, cluster } = fromEksctl("./${file}")
export default drill("eksctl")
  .topology(network)
  .cluster(cluster.with(barePod("client")))
  .probe("self", from.pod("client"), to.pod("client", 80))
  .until("5m")
  .expect("nobody is evicted", evictions().atMost(0).sustained())
`
let count = 0
const scenarioWith = (text: string): string => {
  const name = `cluster-${count++}.yaml`
  files.write(name, text)
  return files.write(`eksctl-${count}.ts`, scenario(name))
}
const refused = (text: string) => files.refuse(scenarioWith(text))

describe("a ClusterConfig", () => {
  test("becomes eksctl's layout: zones in their order, a NAT gateway a zone, nodes in private subnets", async () => {
    const { plan } = await files.load(scenarioWith(config))
    const { topology, cluster } = plan
    if (topology._tag !== "AwsTopology") throw new Error("no AWS")
    expect(topology.subnets.slice(0, 2).map(({ id, cidr }) => `${id} ${cidr}`)).toEqual([
      "public-eu-west-1b 10.60.0.0/19",
      "public-eu-west-1a 10.60.32.0/19"
    ])
    expect(topology.natGateways.map(({ subnet }) => subnet)).toEqual(["public-eu-west-1b", "public-eu-west-1a", "public-eu-west-1c"])
    expect(cluster.nodes.map(({ subnet, instanceType }) => `${subnet} ${instanceType}`)).toEqual([
      "private-eu-west-1b m5.large",
      "private-eu-west-1a m5.large",
      "private-eu-west-1c m5.large"
    ])
    expect(cluster.nodeGroups?.[0]).toMatchObject({ name: "workers", min: 3, max: 6 })
    expect([cluster.id, cluster.version]).toEqual(["shop", "1.31"])
  })

  test("says what it fills in; private access is inside the VPC", async () => {
    const bare =
      "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: { name: shop, region: us-east-1 }\nvpc: { clusterEndpoints: { privateAccess: true } }\nnodeGroups: [{ name: ng-1 }]\n"
    const { warnings, plan } = await files.load(scenarioWith(bare))
    const filled = warnings.find(({ code }) => code === "D024")
    expect(filled?.notes).toEqual([
      "availabilityZones: us-east-1a, us-east-1b",
      "metadata.version: 1.31",
      "vpc.cidr: 192.168.0.0/16",
      "vpc.nat.gateway: Single",
      "ng-1.desiredCapacity: 2",
      "ng-1.instanceType: m5.large"
    ])
    expect(plan.cluster.api).toMatchObject({ endpoint: "private", addresses: ["192.168.95.254", "192.168.127.254"] })
    expect(plan.cluster.nodes.map(({ subnet }) => subnet)).toEqual(["public-us-east-1a", "public-us-east-1b"])
  })

  const profiles = (text: string): string => `${config}fargateProfiles:\n${text}`
  test("has Fargate profiles in all of its private subnets, in the cluster's own group", async () => {
    const text = profiles(
      "  - name: fp-jobs\n    podExecutionRoleARN: arn\n    selectors: [{ namespace: jobs, labels: { app: a } }, { namespace: j-* }]\n"
    )
    const { plan, warnings } = await files.load(scenarioWith(text))
    expect(plan.cluster.fargateProfiles).toEqual([
      {
        name: "fp-jobs",
        subnets: ["private-eu-west-1b", "private-eu-west-1a", "private-eu-west-1c"],
        groups: ["eks-cluster-sg-shop"],
        selectors: [{ namespace: "jobs", labels: { app: "a" } }, { namespace: "j-*" }]
      }
    ])
    const unmatched = warnings.find(({ headline }) => headline === "fargateProfile fp-jobs matches no workload")
    expect([unmatched?.place?.path.endsWith(".yaml"), unmatched?.place?.line]).toEqual([true, 20])
    if (plan.topology._tag !== "AwsTopology") throw new Error("no AWS")
    const own = plan.topology.securityGroups.find(({ id }) => id === "eks-cluster-sg-shop")
    expect(own?.ingress.map(({ peer }) => peer)).toEqual(["eks-cluster-sg-shop", "eksctl-shop-cluster-ClusterSharedNodeSecurityGroup"])
  })

  test.each([
    [
      "a Fargate profile without a name",
      profiles("  - selectors: [{ namespace: jobs }]\n"),
      20,
      "fargateProfiles.name is missing",
      "add fargateProfiles.name"
    ],
    ["one without selectors", profiles("  - name: fp\n"), 20, "fargateProfiles.selectors is missing", "add fargateProfiles.selectors"],
    [
      "one with six selectors",
      profiles(`  - name: fp\n    selectors: [${["a", "b", "c", "d", "e", "f"].map((name) => `{ namespace: ${name} }`).join(", ")}]\n`),
      21,
      "fargateProfiles.0 has 6 selectors",
      "EKS takes up to 5 a profile"
    ],
    [
      "an unknown field",
      config.replace("desiredCapacity", "desiredCapcity"),
      14,
      'unknown field "managedNodeGroups.0.desiredCapcity"',
      'did you mean "desiredCapacity"?'
    ],
    [
      "a wrong choice",
      config.replace("HighlyAvailable", "Double"),
      10,
      'vpc.nat.gateway is "Double"',
      "Single or HighlyAvailable or Disable"
    ],
    ["no region", config.replace("  region: eu-west-1\n", ""), 3, "metadata.region is missing", "add metadata.region"],
    [
      "no ClusterConfig",
      config.replace("kind: ClusterConfig", "kind: Cluster"),
      2,
      "no ClusterConfig in it",
      "eksctl's kind is ClusterConfig"
    ]
  ])("%s", async (_what, text, line, headline, hint) => {
    const [diagnostic] = await refused(text)
    expect(diagnostic?.headline).toContain(headline)
    expect(diagnostic?.place?.line).toBe(line)
    expect(JSON.stringify(diagnostic).replaceAll("\\", "")).toContain(hint)
  })
})

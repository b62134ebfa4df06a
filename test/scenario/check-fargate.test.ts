/** What a Fargate profile cannot be, and whom it cannot run: a sentence each, with its place and what to do. */
import { afterAll, describe, expect, test } from "vitest"
import { openFiles } from "./files.ts"

const files = openFiles()
afterAll(files.remove)

const words =
  "awsVpc, daemonSet, deployment, drill, eksAddons, eksCluster, eksctlVpc, evictions, fargateProfile, flatNetwork, fromManifests, nodeGroup, plainCluster, statefulSet, volume"
const usual = 'fargateProfile("batch", { subnets: ["private-eu-west-1a"], selectors: [{ namespace: "batch" }] })'
const worker = 'deployment("worker", { namespace: "batch", replicas: 2 })'

/** A scenario with these parts in its cluster, a line each from line 6 on. */
const scenario = (...parts: ReadonlyArray<string>): string => `import { ${words} } from "drill"
const zones = ["eu-west-1a", "eu-west-1b"]
export default drill("fargate")
  .topology(eksctlVpc({ name: "shop", region: "eu-west-1", cidr: "10.0.0.0/16", zones, nat: "Single", nodeGroups: ["nodes"] }))
  .cluster(eksCluster({ name: "shop", version: "1.31" }).with(
${parts.map((part) => `    ${part}`).join(",\n")}
  ))
  .until("5m")
  .expect("nobody is evicted", evictions().atMost(0).sustained())
`
let count = 0
const write = (text: string): string => files.write(`fargate-${count++}.ts`, text)
const told = async (...parts: ReadonlyArray<string>) => files.refuse(write(scenario(...parts)))
const warned = async (...parts: ReadonlyArray<string>) => (await files.load(write(scenario(...parts)))).warnings

describe("a Fargate profile", () => {
  test("needs no node beside it", async () => {
    expect(await warned(usual, worker)).toEqual([])
  })
  test.each([
    [
      "in a public subnet",
      usual.replace("private-", "public-"),
      "D017",
      "fargateProfile batch: subnet public-eu-west-1a is public",
      '"private-eu-west-1a"'
    ],
    [
      "in a subnet that is not there",
      usual.replace("1a", "1c"),
      "D004",
      'fargateProfile batch: unknown subnet "private-eu-west-1c"',
      "private-eu-west-1a"
    ],
    [
      "with a group that is not there",
      usual.replace("selectors", 'groups: ["sg-none"], selectors'),
      "D004",
      'fargateProfile batch: unknown security group "sg-none"',
      "this scenario has"
    ]
  ])("%s", async (_what, profile, code, headline, hint) => {
    const [diagnostic] = await told(profile, worker)
    expect([diagnostic?.code, diagnostic?.headline, diagnostic?.place?.line]).toEqual([code, headline, 6])
    expect(`${diagnostic?.help} ${diagnostic?.notes?.join()}`).toContain(hint)
  })
  test.each([
    ["six selectors", 'selectors: ["a","b","c","d","e","f"].map((namespace) => ({ namespace }))', "6 selectors"],
    ["no selector", "selectors: []", "0 selectors"]
  ])("with %s", async (_what, selectors, said) => {
    const [diagnostic] = await told(`fargateProfile("batch", { subnets: ["private-eu-west-1a"], ${selectors} })`, worker)
    expect([diagnostic?.headline, diagnostic?.place?.line]).toEqual([`fargateProfile batch: ${said}`, 6])
  })
  test("twice, or as a node group is called", async () => {
    expect((await told(usual, usual, worker)).map(({ headline }) => headline)).toEqual(['two Fargate profiles are called "batch"'])
    const group = 'nodeGroup("batch", { instanceType: "m5.large", nodes: 1, subnets: ["private-eu-west-1a"], groups: [] })'
    expect((await told(group, usual, worker)).map(({ code }) => code)).toEqual(["D014"])
  })
  test("that matches no workload, with the namespaces there are", async () => {
    const [diagnostic] = await warned(usual.replace('namespace: "batch"', 'namespace: "jobs"'), usual.replace('"batch"', '"other"'), worker)
    expect([diagnostic?.headline, diagnostic?.place?.line]).toEqual(["fargateProfile batch matches no workload", 6])
    expect(diagnostic?.notes).toEqual(['namespaces of this scenario: "batch"'])
  })
  test("whose workloads are all another's, by name", async () => {
    const [diagnostic] = await warned(usual.replace('"batch"', '"zeta"'), usual, worker)
    expect(diagnostic?.notes).toEqual(['what it selects is taken by "batch", which sorts before it'])
  })
  test("at a cluster of one's own", async () => {
    const [diagnostic] = await files.refuse(
      write(`import { ${words} } from "drill"
export default drill("fargate").topology(flatNetwork({ zones: ["a"], shapes: { node: { milliCpu: 4000, memoryMiB: 16384, pods: 110 } } }))
  .cluster(plainCluster({ name: "own", version: "1.31" }).with(${usual}, ${worker})).until("5m")
  .expect("nobody is evicted", evictions().atMost(0).sustained())
`)
    )
    expect(diagnostic?.headline).toBe("fargateProfile batch: only a cluster at EKS has Fargate")
  })
})

describe("Fargate cannot run", () => {
  test.each([
    [
      "a pod on the host network",
      'deployment("worker", { namespace: "batch", replicas: 1, hostNetwork: true })',
      "D022",
      "Pod not supported on Fargate: fields not supported: HostNetwork"
    ],
    [
      "a pod with a claim for a disk",
      'statefulSet("worker", { namespace: "batch", replicas: 1, volumeClaim: { name: "data", kind: "gp3" } })',
      "D022",
      "Pod not supported on Fargate: volumes not supported: data is a disk that is attached"
    ],
    [
      "a pod beyond the largest size",
      'deployment("worker", { namespace: "batch", replicas: 1, requests: { milliCpu: 17000, memoryMiB: 64 } })',
      "D009",
      "the largest leaves 16000m and 122624 MiB to a pod"
    ],
    [
      "a pod that wants a GPU",
      'deployment("worker", { namespace: "batch", replicas: 1, requests: { milliCpu: 100, memoryMiB: 64, extended: { "nvidia.com/gpu": 1 } } })',
      "D009",
      "Fargate has no extended resources"
    ]
  ])("%s", async (_what, workload, code, note) => {
    const [diagnostic] = await told(usual, workload)
    expect([diagnostic?.code, diagnostic?.notes?.[0], diagnostic?.place?.line]).toEqual([code, note, 7])
    expect(diagnostic?.help).toBeDefined()
  })
  test("a DaemonSet: its pods stand on nodes alone. EKS's own agents are not told of", async () => {
    const group = 'nodeGroup("nodes", { instanceType: "m5.large", nodes: 1, subnets: ["private-eu-west-1a"] })'
    const all = usual.replace('namespace: "batch"', 'namespace: "*"')
    const warnings = await warned(group, all, 'daemonSet("agent", { namespace: "batch" })', "eksAddons()")
    expect(warnings.map(({ headline, place }) => [headline, place?.line])).toEqual([
      ["DaemonSet agent: Fargate runs no DaemonSet, its pods stand on nodes alone", 8]
    ])
  })
  test("a privileged pod of a manifest; and no network policy guards a pod there", async () => {
    const manifest = (context: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: worker, namespace: batch }
spec:
  replicas: 1
  selector: { matchLabels: { app: worker } }
  template:
    metadata: { labels: { app: worker } }
    spec:
      containers:
        - name: worker
          image: worker
          securityContext: ${context}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: batch }
spec:
  podSelector: { matchLabels: { app: worker } }
  policyTypes: [Ingress]
`
    files.write("privileged.yaml", manifest("{ privileged: true }"))
    files.write("plain.yaml", manifest("{ runAsNonRoot: true }"))
    const from = (file: string): string => write(scenario(usual, `fromManifests("./${file}")`))
    const refused = await files.refuse(from("privileged.yaml"))
    expect(refused.find(({ code }) => code === "D022")).toMatchObject({
      headline: "Deployment worker: Fargate cannot run its pods",
      notes: ["Pod not supported on Fargate: invalid SecurityContext fields: Privileged", "profile batch matches it"],
      place: { line: 3 }
    })
    const { warnings } = await files.load(from("plain.yaml"))
    expect(warnings.find(({ headline }) => headline === "NetworkPolicy closed guards no pod on Fargate")).toMatchObject({
      notes: ['it selects "worker", and EKS enforces policies on its nodes alone'],
      place: { line: 17 }
    })
  })
})

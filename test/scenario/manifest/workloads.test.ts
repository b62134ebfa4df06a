/** Workloads from manifests: how they run and roll out. */
import { afterAll, expect, test } from "vitest"
import { openFiles } from "../files.ts"

const files = openFiles()
afterAll(files.remove)

const scenario = (pattern: string): string => `import { barePod, drill, flatNetwork, fromManifests, machines, plainCluster } from "drill"
export default drill("from manifests")
  .topology(flatNetwork({ zones: ["a", "b"], shapes: { node: { milliCpu: 4000, memoryMiB: 16384, pods: 110 } } }))
  .cluster(
    plainCluster({ name: "c", version: "1.31" }).with(
      machines("nodes", { shape: "node", zones: ["a", "b"], perZone: 1 }),
      fromManifests(${JSON.stringify(pattern)})
    )
  )
  .until("10m")
`

test("how workloads run and roll out is read: a Job's parallelism and backoffLimit, updateStrategy of the ordered and the one a node", async () => {
  const containers = "spec: { containers: [{ name: c }] }"
  const labelled = (app: string) => `template: { metadata: { labels: { app: ${app} } }, ${containers} }`
  const job = (name: string, said: string) =>
    `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { ${said}template: { ${containers} } }\n`
  const set = (kind: string, name: string, update: string) =>
    `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: { selector: { matchLabels: { app: ${name} } }, updateStrategy: ${update}, ${labelled(name)} }\n`
  files.write(
    "rolling/all.yaml",
    [
      job("plain", "completions: 3, "),
      job("wide", "completions: 3, parallelism: 2, backoffLimit: 0, "),
      job("queue", "parallelism: 4, "),
      set("StatefulSet", "db", "{ type: RollingUpdate, rollingUpdate: { partition: 2 } }"),
      set("StatefulSet", "log", "{ type: OnDelete }"),
      set("DaemonSet", "agent", '{ rollingUpdate: { maxUnavailable: "20%" } }')
    ].join("---\n")
  )
  files.write("rolling.ts", scenario("./rolling/*.yaml"))
  const { plan, warnings } = await files.load("rolling.ts")
  const said = plan.cluster.workloads.map(({ name, replicas, parallelism, backoffLimit, update }) =>
    JSON.stringify([name, replicas, parallelism ?? null, backoffLimit ?? null, update ?? null])
  )
  expect(said.sort()).toEqual([
    '["agent",0,null,null,{"maxUnavailable":"20%"}]',
    '["db",1,null,null,{"partition":2}]',
    '["log",1,null,null,{"onDelete":true}]',
    '["plain",3,null,null,null]',
    '["queue",4,4,null,null]',
    '["wide",3,2,0,null]'
  ])
  expect(warnings.filter(({ code }) => code === "D023")).toEqual([])
})

/** Words of workloads: how they run and roll out. */
import { expect, test } from "vitest"
import { daemonSet, job, statefulSet } from "../../../src/scenario/word/workload.ts"

test("a Job says how many pods run at once and how often its containers may fail; nothing said, nothing there", () => {
  expect(job("batch", { completions: 3, parallelism: 2, backoffLimit: 4 }).spec).toMatchObject({
    replicas: 3,
    parallelism: 2,
    backoffLimit: 4
  })
  expect(job("batch", { completions: 3 }).spec).not.toHaveProperty("parallelism")
})

test("a StatefulSet says where its rollout stops, a DaemonSet how many nodes may go without", () => {
  expect(statefulSet("db", { replicas: 3, rollout: { partition: 2 } }).spec).toMatchObject({ update: { partition: 2 } })
  expect(daemonSet("agent", { rollout: { maxUnavailable: "20%" } }).spec).toMatchObject({ update: { maxUnavailable: "20%" } })
  expect(daemonSet("agent").spec).not.toHaveProperty("update")
})

test("an amount that is none is refused", () => {
  expect(() => daemonSet("agent", { rollout: { maxUnavailable: "some" } })).toThrow(/"some" is no number of pods and no share/)
})

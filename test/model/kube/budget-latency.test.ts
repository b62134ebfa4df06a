/** What the eviction API answers while a budget's count is still that of before. */
import { describe, expect, test } from "vitest"
import { refusalOf } from "../../../src/model/kube/budget.ts"
import type { KubeWorld } from "../../../src/model/kube/world.ts"
import { play, workload } from "./stage.ts"

const selector = { labels: { app: "web" }, requirements: [] }

/** Four pods of which three must be available; one is evicted at 10 s. The refusal of another, so many milliseconds later. */
const refusalAfter = (ms: number, disruptionLatencyMs: number): string | undefined => {
  const wish = {
    nodes: [{ name: "a-1", zone: "a" }],
    workloads: [workload("Deployment", "web", {}, { replicas: 4 })],
    budgets: [{ name: "web", namespace: "default", selector, minAvailable: 3 }]
  }
  const [first] = [...play(wish).cluster.pods.keys()].sort()
  const steps = [[10, { _tag: "kube/PodDeleted", pod: first ?? "", by: "eviction", force: false }]] as const
  const { cluster } = play({ ...wish, steps, untilSeconds: 10.5 })
  const other = [...cluster.pods.values()].find(({ ready, terminating }) => ready && !terminating)
  const world = { cluster, settings: { disruptionLatencyMs } } as unknown as KubeWorld
  return other === undefined ? "no other pod" : refusalOf(world, other, 10_000 + ms)
}

describe("an eviction right after another", () => {
  test("is refused at once, with the count of before until the disruption controller has counted", () => {
    expect(refusalAfter(4, 5)).toBe("The disruption budget web needs 3 healthy pods and has 4 currently")
    expect(refusalAfter(5, 5)).toBe("The disruption budget web needs 3 healthy pods and has 3 currently")
  })

  test("has the new count where counting takes no time", () => {
    expect(refusalAfter(0, 0)).toBe("The disruption budget web needs 3 healthy pods and has 3 currently")
  })
})

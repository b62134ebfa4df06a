/** Whatever happens to a small cluster: budgets hold against the eviction API, workloads recover, and unrelated order changes nothing. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Kernel } from "../../../src/engine/kernel.ts"
import { kernelOf } from "../../../src/engine/run.ts"
import type { Action } from "../../../src/model/fault/action.ts"
import { statusOf } from "../../../src/model/kube/budget.ts"
import { digestOf } from "../../../src/model/value/canonical.ts"
import { appOf, type FlatWish, flatPlan, serviceOf } from "../../flat-plan.ts"
import { played } from "../../played.ts"

const nodes = ["a1", "a2", "b1", "b2", "c1", "c2"] as const
const runs = { numRuns: 25 }

describe("a budget", () => {
  test("is never broken by the eviction API: what it takes leaves as many healthy as the budget wants", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.oneof(
          fc.integer({ min: 0, max: 8 }),
          fc.integer({ min: 0, max: 100 }).map((share) => `${share}%`)
        ),
        fc.boolean(),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom(...nodes), fc.boolean()), { minLength: 1, maxLength: 5 }),
        (replicas, amount, isMin, moves) => {
          const plan = flatPlan({
            perZone: 2,
            workloads: [appOf("app", replicas)],
            budgets: [
              {
                name: "app",
                namespace: "default",
                selector: { labels: { app: "app" }, requirements: [] },
                ...(isMin ? { minAvailable: amount } : { maxUnavailable: amount })
              }
            ],
            timeline: moves.map(([at, node, drains]): readonly [number, Action] => [
              at,
              drains ? { _tag: "Drain", node } : { _tag: "CutNodes", nodes: [node] }
            ]),
            untilSeconds: 400
          })
          const kernel = kernelOf(plan, 1)
          for (
            let batch = kernel.advance(plan.untilMs, 1, 1);
            kernel.nextAt !== undefined && kernel.nextAt < plan.untilMs;
            batch = kernel.advance(plan.untilMs, 1, 1)
          ) {
            const evicted = batch.filter(({ event }) => event._tag === "kube/PodDeleted" && event.by === "eviction")
            if (evicted.length === 0) continue
            const budget = kernel.world.cluster.budgets.get("default/app")
            if (budget === undefined) throw new Error("the budget is gone")
            const { healthy, desired } = statusOf(kernel.world, budget)
            expect(healthy).toBeGreaterThanOrEqual(desired)
          }
          expect(kernel).toBeInstanceOf(Kernel)
        }
      ),
      runs
    )
  })
})

describe("a cluster", () => {
  test("has its replicas again once faults are healed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom(...nodes)), { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 9 })), { maxLength: 2 }),
        (replicas, cuts, scales) => {
          const plan = flatPlan({
            perZone: 2,
            workloads: [appOf("app", replicas), appOf("db", 2, {}, { kind: "StatefulSet" }), appOf("agent", 0, {}, { kind: "DaemonSet" })],
            services: [serviceOf("app")],
            timeline: [
              ...cuts.map(([at, node]): readonly [number, Action] => [at, { _tag: "CutNodes", nodes: [node] }]),
              ...scales.map(([at, wanted]): readonly [number, Action] => [
                at,
                { _tag: "Scale", workload: "default/app", replicas: wanted }
              ]),
              [1_000, { _tag: "HealNodes", nodes: [...nodes] }]
            ],
            untilSeconds: 1_100
          })
          const { world } = played(plan)
          const ready = (workload: string): number =>
            [...world.cluster.pods.values()].filter((pod) => pod.workload === `default/${workload}` && pod.ready && !pod.terminating).length
          expect(ready("app")).toBe(world.cluster.workloads.get("default/app")?.replicas)
          expect([ready("db"), ready("agent")]).toEqual([2, nodes.length])
          expect(world.cluster.services.get("default/app")?.ready).toHaveLength(ready("app"))
          expect([...world.cluster.nodes.values()].every(({ ready: state, taints }) => state === "True" && taints.length === 0)).toBe(true)
        }
      ),
      runs
    )
  })

  test("tells the same story whatever the order in which nodes and Services are written, but for addresses", () => {
    const wish = (order: ReadonlyArray<string>): FlatWish => ({
      nodes: order.map((name) => ({
        name,
        zone: name.slice(0, 1),
        address: `10.${"abc".indexOf(name.slice(0, 1))}.0.${10 + nodes.indexOf(name as "a1")}`
      })),
      workloads: [appOf("app", 5)],
      services: order.slice(0, 2).map((name) => serviceOf("app", { name: `app-${name.slice(1)}`, clusterIp: `10.100.0.${name.slice(1)}` })),
      timeline: [
        [10, { _tag: "CutZone", zone: "b" }],
        [700, { _tag: "HealZone", zone: "b" }]
      ]
    })
    const story = (order: ReadonlyArray<string>): string =>
      digestOf(
        played(flatPlan(wish(order)))
          .events.filter(({ at, event }) => at >= 0 && event._tag !== "kube/PodAddressAssigned")
          .map(({ at, event }) => ({ at, event }))
      )
    const told = story(nodes)
    fc.assert(
      fc.property(fc.shuffledSubarray([...nodes], { minLength: nodes.length }), (order) => {
        const services = order.slice(0, 2).map((name) => name.slice(1))
        if (new Set(services).size < 2) return
        expect(story(order)).toBe(told)
      }),
      runs
    )
  })
})

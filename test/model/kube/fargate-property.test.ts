/** Fargate over any sequence of scaling and faults: every machine has its one address, and none is leaked. */
import fc from "fast-check"
import { expect, test } from "vitest"
import {
  cutCapacity,
  cutZone,
  deployment,
  drill,
  eksCluster,
  eksctlVpc,
  fargateProfile,
  freezeLaunches,
  healZone,
  restoreCapacity,
  resumeLaunches,
  scale
} from "../../../src/drill.ts"
import { freeCountOf } from "../../../src/model/capacity/addresses.ts"
import type { Action } from "../../../src/model/fault/action.ts"
import { planOf } from "../../../src/scenario/draft-plan.ts"
import { toldOf } from "../../../src/scenario/word/draft.ts"
import { played } from "../../played.ts"

const zones = ["a", "b"]
const subnets = zones.map((zone) => `private-${zone}`)
/** A /24 in eight: 27 free addresses a subnet. */
const perSubnet = 27
const base = drill("fargate")
  .topology(eksctlVpc({ name: "t", region: "r", cidr: "10.0.0.0/24", zones, nat: "HighlyAvailable", nodeGroups: [] }))
  .cluster(
    eksCluster({ name: "t", version: "1.31" }).with(
      fargateProfile("all", { subnets, selectors: [{ namespace: "*" }] }),
      deployment("worker", { replicas: 3 })
    )
  )
  .until("1h")
const told = toldOf(base)
const plan = told === undefined ? undefined : planOf(told).plan

const moves: ReadonlyArray<Action> = [
  ...[0, 1, 7, 30, 60].map((replicas) => scale("worker", replicas)),
  ...zones.flatMap((zone) => [cutZone(zone), healZone(zone), cutCapacity(zone), restoreCapacity(zone)]),
  freezeLaunches(),
  resumeLaunches()
]
const timeline = fc.array(
  fc.record({ atMs: fc.integer({ min: 0, max: 3_000 }).map((at) => at * 1_000), action: fc.constantFrom(...moves) }),
  {
    maxLength: 10
  }
)

test("addresses are unique, inside their subnet, and given back; a node runs its own pod alone", () => {
  fc.assert(
    fc.property(timeline, (entries) => {
      if (plan === undefined) throw new Error("no plan")
      const { world } = played({ ...plan, timeline: entries.toSorted((left, right) => left.atMs - right.atMs) })
      const machines = [...world.cluster.machines]
      expect(new Set(machines.map(([, { address }]) => address)).size).toBe(machines.length)
      for (const [index, subnet] of subnets.entries()) {
        const own = machines.filter(([, machine]) => machine.subnet === subnet)
        expect(own.every(([, { zone }]) => zone === zones[index])).toBe(true)
        expect(freeCountOf(world.addresses, subnet)).toBe(perSubnet - own.length)
      }
      const instances = new Map(machines.map(([pod, { instance }]) => [instance, pod]))
      for (const name of world.cluster.nodeNames) expect([...(world.cluster.nodes.get(name)?.pods ?? [])]).toEqual([instances.get(name)])
      for (const [pod] of machines) expect(world.cluster.pods.has(pod)).toBe(true)
    }),
    { numRuns: 60 }
  )
})

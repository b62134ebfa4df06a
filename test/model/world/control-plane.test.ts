/** The control plane as machines: lost without a majority, and what waits for it meanwhile. */
import { cutZone, evictions, gkeAddons, gkeCluster, gkeNodePool, gkeVpc, healZone } from "drill"
import { play } from "drill/testing"
import { expect, test } from "vitest"
import { drill } from "../../../src/scenario/word/draft.ts"

const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
const [first = "", second = ""] = zones
const network = gkeVpc({
  name: "shop",
  region: "europe-west1",
  zones,
  nodeCidr: "10.10.0.0/22",
  podCidr: "10.20.0.0/16",
  serviceCidr: "10.30.0.0/20"
})
const nodes = zones.map((zone, index) => ({ name: `n-${zone.slice(-1)}`, zone, address: `10.10.0.${10 + index}` }))
const cluster = gkeCluster({ name: "shop", version: "1.31", podCidr: "10.20.0.0/16", serviceCidr: "10.30.0.0/20" }).with(
  gkeNodePool("shop", "pool", { machineType: "e2-standard-4", nodes }),
  gkeAddons()
)
const base = drill("quorum").about("Zones go one after another.").lesson("A majority decides.").topology(network).cluster(cluster)

test("one zone of three: it lives; two: lost, though the third has a machine; one back: it lives again", async () => {
  const story = base
    .at("1m", cutZone(first))
    .at("3m", cutZone(second))
    .at("20m", healZone(first))
    .until("30m")
    .expect("evictions", evictions().atMost(100).sustained())
  const { events } = await play(story)
  const turns = events.flatMap(({ at, event }) => (event._tag.startsWith("kube/ControlPlane") ? [[at / 1_000, event]] : []))
  expect(turns).toEqual([
    [180, { _tag: "kube/ControlPlaneLost", machines: 3, left: 1 }],
    [1200, { _tag: "kube/ControlPlaneReturned", machines: 2 }]
  ])
  const notReady = events.flatMap(({ at, event }) =>
    event._tag === "kube/NodeReadinessTurned" && event.ready === "Unknown" ? [[at / 1_000, event.node]] : []
  )
  // The second zone's node: a grace after the return, not after its last lease.
  expect(notReady).toEqual([
    [100, "n-b"],
    [1240, "n-c"]
  ])
})

/**
 * Drills at Azure, against the timelines that engineers worked out for them: every row to the second, from rules and named settings.
 * Times are seconds since the change was asked for.
 */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import agicRoute from "../../scenarios/azure-agic-default-route.ts"
import bgpDefault from "../../scenarios/azure-bgp-default.ts"
import upgradeSurge from "../../scenarios/azure-cni-upgrade-surge.ts"
import defaultRoute from "../../scenarios/azure-default-route.ts"
import tableSwap from "../../scenarios/azure-kubenet-table-swap.ts"
import snatPorts from "../../scenarios/azure-snat-51st-node.ts"
import type { EventOf, EventTag } from "../../src/model/world/message.ts"

const secondsOf = <Tag extends EventTag>(run: PlayedRun, tag: Tag, wanted: (event: EventOf<Tag>) => boolean = () => true, from = 0) =>
  run.events.flatMap(({ at: ms, event }) =>
    event._tag === tag && ms >= from * 1_000 && wanted(event as EventOf<Tag>) ? [ms / 1_000 - from] : []
  )
const answers = (run: PlayedRun, probe: string, from = 0): ReadonlyArray<string> =>
  run.events.flatMap(({ at: ms, event }) =>
    event._tag === "probe/AnswerTurned" && event.probe === probe ? [`${ms / 1_000 - from} ${event.success}`] : []
  )
const notReady = (run: PlayedRun, from = 0) => secondsOf(run, "kube/NodeReadinessTurned", ({ ready }) => ready === "Unknown", from)
const ready = (run: PlayedRun, from = 0) => secondsOf(run, "kube/NodeReadinessTurned", ({ ready: how }) => how === "True", from)
const three = (second: number): ReadonlyArray<number> => [second, second, second]

describe("a default route on a live subnet", async () => {
  const run = await play(defaultRoute)

  test("0: accepted; 10: in force: egress and clients 0, all of it timeouts; inside and names go on throughout", () => {
    expect(secondsOf(run, "cloud/ChangeBegan")).toEqual([0, 900])
    expect(secondsOf(run, "cloud/ResourceChanged")).toEqual([10, 910])
    expect(answers(run, "clients")).toEqual(["0 1", "10 0", "910 1"])
    expect(answers(run, "egress")).toEqual(["0 1", "10 0", "910 1"])
    expect([answers(run, "inside"), answers(run, "names")]).toEqual([["0 1"], ["0 1"]])
    const [lost] = run.events.flatMap(({ event }) => (event._tag === "probe/AnswerTurned" && event.success === "0" ? [event.failures] : []))
    expect(lost?.map(({ fails }) => fails)).toEqual(["timeout"])
  })

  test("the balancer's probes stay green throughout", () => {
    expect(secondsOf(run, "balance/TargetTurnedUnhealthy")).toEqual([])
    expect(secondsOf(run, "balance/CheckPathTurned", ({ ok }) => !ok)).toEqual([])
  })

  test("50: three nodes NotReady, the one zone and so all fully disrupted, nobody evicted; 51: slices empty where nobody reads them", () => {
    expect(notReady(run)).toEqual(three(50))
    expect(secondsOf(run, "kube/MasterDisruptionTurned", ({ active }) => active)).toEqual([50])
    expect(secondsOf(run, "kube/PodEvicted")).toEqual([])
    expect(secondsOf(run, "kube/EndpointsTurned", ({ ready: left }) => left.length === 0)).toEqual([51, 51])
  })

  test("900: rolled back; 910: in force; 920: leases, nodes and pods Ready; 921: slices full; no container was restarted", () => {
    expect(ready(run)).toEqual(three(920))
    expect(secondsOf(run, "kube/MasterDisruptionTurned", ({ active }) => !active)).toEqual([920])
    expect(secondsOf(run, "kube/EndpointsTurned", ({ ready: left }) => left.length > 0)).toEqual([921, 921])
    expect(secondsOf(run, "kube/ContainerRestarting")).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })
})

describe("a default route, and one thing changed", () => {
  const variants = ["firewall allows AKS", "API past it", "tag past it", "private cluster"]
  for (const variant of variants) {
    test(`${variant}: nodes stay Ready; clients are lost all the same`, async () => {
      const run = await play(defaultRoute, { variant })
      expect(notReady(run)).toEqual([])
      expect(answers(run, "clients")).toEqual(["0 1", "10 0", "910 1"])
    })
  }

  test("through the firewall: all who come by its address are served, none by the old one", async () => {
    const run = await play(defaultRoute, { variant: "through the firewall" })
    expect(answers(run, "by the firewall")).toEqual(["0 1"])
    expect(answers(run, "clients")).toEqual(["0 1", "10 0", "910 1"])
  })

  test("nodes repaired: 650: all reboot though nothing ails them, and what ran inside is lost until the route is taken back", async () => {
    const run = await play(defaultRoute, { variant: "nodes repaired" })
    expect(secondsOf(run, "kube/NodeRebooted")).toEqual(three(650))
    expect(answers(run, "inside")).toEqual(["0 1", "650 0", "921 0", "930 1"])
    expect(ready(run)).toEqual(three(920))
  })

  test("table replaced: what is inside is lost too, and names with it", async () => {
    const run = await play(defaultRoute, { variant: "table replaced" })
    expect([answers(run, "inside"), answers(run, "names")]).toEqual([
      ["0 1", "10 0", "910 1"],
      ["0 1", "10 0", "910 1"]
    ])
  })
})

describe("a table swapped under kubenet", async () => {
  const run = await play(tableSwap)
  const shells = ["shell-1", "shell-2", "shell-3"]
  const ways = shells.flatMap((left) => shells.map((right) => `${left} to ${right}`))

  test("10: six of nine ways between nodes are lost, and no node notices", () => {
    const lost = ways.filter((way) => answers(run, way).includes("10 0"))
    expect(lost).toEqual(ways.filter((way) => way.split(" to ")[0] !== way.split(" to ")[1]))
    expect(notReady(run)).toEqual([])
  })

  test("names: half where a resolver is near, none where it is not", () => {
    expect(["names 1", "names 2", "names 3"].map((probe) => answers(run, probe)[1])).toEqual(["10 1/2", "10 1/2", "10 0"])
  })

  test("clients: a third, until the probes, which go the same way, have taken two nodes out at 25", () => {
    expect(answers(run, "clients")).toEqual(["0 1", "10 1/3", "25 1"])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("routes kept: nothing is lost", async () => {
    const kept = await play(tableSwap, { variant: "routes kept" })
    expect(kept).toHoldExpectations()
  })
})

describe("a default route that a gateway learns", async () => {
  const run = await play(bgpDefault)

  test("0: egress and clients 0, inside goes on; 40: all nodes NotReady, nobody evicted; 600: back; 610: Ready", () => {
    expect(answers(run, "clients", 60)).toEqual(["-60 1", "0 0", "600 1"])
    expect(answers(run, "egress", 60)).toEqual(["-60 1", "0 0", "600 1"])
    expect(answers(run, "inside", 60)).toEqual(["-60 1"])
    expect([notReady(run, 60), ready(run, 60)]).toEqual([three(40), three(610)])
    expect(secondsOf(run, "kube/PodEvicted")).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  for (const variant of ["propagation off", "own default"]) {
    test(`${variant}: nothing happens`, async () => {
      expect(await play(bgpDefault, { variant })).toHoldExpectations()
    })
  }
})

describe("the fifty-first node behind a load balancer's ports", async () => {
  const run = await play(snatPorts)

  test("60: 1,024 ports a node become 512; 188 of 700 connections are cut, on the one node that held so many", () => {
    const held = run.events.flatMap(({ at, event }) =>
      event._tag === "fault/ConnectionsHeld" || event._tag === "fault/ConnectionsCut" ? [{ at: at / 1_000, ...event }] : []
    )
    expect(held).toMatchObject([
      { at: 0, _tag: "fault/ConnectionsHeld", count: 700, ports: 1024 },
      { at: 60, _tag: "fault/ConnectionsCut", node: "aks-agentpool-07", cut: 188, ports: 512 }
    ])
  })

  test("new connections to that destination fail from there; to another, and from another node, they do not", () => {
    expect(answers(run, "to the api")).toEqual(["0 1", "60 0"])
    expect(answers(run, "to another")).toEqual(["0 1"])
    expect(answers(run, "neighbour to the api")).toEqual(["0 1"])
    expect(notReady(run)).toEqual([])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  for (const variant of ["ports allotted", "NAT gateway"]) {
    test(`${variant}: nothing is cut`, async () => {
      expect(await play(snatPorts, { variant })).toHoldExpectations()
    })
  }
})

describe("a default route on an Application Gateway's subnet", async () => {
  const run = await play(agicRoute)

  test("0: answers to clients die in the firewall; inside goes on, nodes stay Ready, no backend goes out", () => {
    expect(answers(run, "clients", 70).slice(0, 2)).toEqual(["-70 1", "0 0"])
    expect(answers(run, "inside")).toEqual(["0 1"])
    expect(notReady(run)).toEqual([])
    expect(secondsOf(run, "balance/TargetTurnedUnhealthy")).toEqual([])
  })

  test("a pod replaced meanwhile is not applied: half is lost after the route is gone, until AGIC's next try", () => {
    expect(answers(run, "clients", 970).slice(-2)).toEqual(["0 1/2", "31 1"])
    expect(secondsOf(run, "balance/TargetDraining", () => true, 970)).toEqual([31])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("on the nodes' subnet: clients are served, and a change is applied after 40 s", async () => {
    const other = await play(agicRoute, { variant: "on the nodes' subnet" })
    expect(other).toHoldExpectations()
    expect(answers(other, "clients", 300)).toEqual(["-300 1", "5 1/2", "41 1"])
  })
})

describe("an upgrade in a full subnet", async () => {
  const run = await play(upgradeSurge)
  const failed = (played: PlayedRun) =>
    played.events.flatMap(({ at: ms, event }) => (event._tag === "kube/LaunchFailed" ? [`${ms / 1_000} ${event.message}`] : []))
  const full = "SubnetIsFull: Subnet aks-subnet with address prefix 10.240.0.0/24 does not have enough capacity for 31 IP addresses."

  test("eight nodes of 31: 248 of 251; a ninth is refused, for the upgrade before any node is drained, and by hand", () => {
    expect(failed(run)).toEqual([`65 ${full}`, `7205 ${full}`])
    expect(secondsOf(run, "kube/PoolUpgradeEnded")).toEqual([65])
    expect(secondsOf(run, "kube/DrainBegan")).toEqual([])
    expect(answers(run, "clients")).toEqual(["0 1"])
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  for (const [variant, launched, least] of [
    ["seven nodes", 2, 7],
    ["a /23", 2, 8],
    ["overlay", 2, 8],
    ["one unavailable", 0, 7]
  ] as const)
    test(`${variant}: it goes, with ${least} nodes at the least`, async () => {
      const other = await play(upgradeSurge, { variant })
      expect(other).toHoldExpectations()
      expect(secondsOf(other, "kube/InstanceLaunched", () => true, 0).length).toBe(launched)
      const taking = new Set(other.plan.cluster.nodes.map(({ name }) => name))
      const counts = other.events.map(({ event }) => {
        if (event._tag === "kube/NodeJoined" || (event._tag === "kube/NodeCordoned" && !event.cordoned)) taking.add(event.node)
        if (event._tag === "kube/NodeCordoned" && event.cordoned) taking.delete(event.node)
        return taking.size
      })
      expect(Math.min(...counts)).toBe(least)
    })
})

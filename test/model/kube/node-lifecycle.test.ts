import { describe, expect, test } from "vitest"
import { type ClusterWish, linesOf, playCluster, type Step, workload } from "./play.ts"

const fault = 120_000
const lifecycle = [
  "NodeReadinessTurned",
  "NodeTainted",
  "NodeUntainted",
  "ZoneStateTurned",
  "MasterDisruptionTurned",
  "PodEvicted",
  "EvictionCancelled"
]

/** `zones.a = 3` makes nodes a-1, a-2, a-3. */
const nodesOf = (zones: Readonly<Record<string, number>>): ClusterWish["nodes"] =>
  Object.entries(zones).flatMap(([zone, count]) => Array.from({ length: count }, (_, index) => ({ name: `${zone}-${index + 1}`, zone })))

const play = (
  zones: Readonly<Record<string, number>>,
  steps: ReadonlyArray<readonly [seconds: number, step: Step]>,
  rest: Partial<ClusterWish> = {}
) =>
  playCluster({
    nodes: nodesOf(zones),
    steps: steps.map(([seconds, step]) => [fault + seconds * 1_000, step]),
    until: fault + 900_000,
    ...rest
  })

const lines = (...args: Parameters<typeof play>) => linesOf(play(...args), lifecycle, fault)
const taints = (...args: Parameters<typeof play>) => lines(...args).filter((line) => line.endsWith("NoExecute"))

describe("detection", () => {
  test("a cut shorter than a heartbeat costs a new watch and nothing else", () => {
    expect(
      linesOf(
        play({ a: 1, b: 1 }, [
          [2, { cut: ["a-1"] }],
          [6, { restore: ["a-1"] }]
        ]),
        [],
        fault
      )
    ).toEqual(["2 NodeCutOff a-1 120000 ComponentSilent a-1", "6 NodePathRestored a-1", "10 LeaseRenewed a-1", "11 WatchResumed a-1"])
  })

  test("a lease in the very instant of the deadline is in time", () => {
    expect(
      lines({ a: 1, b: 1 }, [
        [0, { cut: ["a-1"] }],
        [35, { restore: ["a-1"] }]
      ])
    ).toEqual([])
  })

  test("a path restored in the instant of the deadline is too late: the heartbeat of that instant is lost", () => {
    expect(
      lines({ a: 1, b: 1 }, [
        [0, { cut: ["a-1"] }],
        [40, { restore: ["a-1"] }]
      ])
    ).toEqual([
      "40 NodeReadinessTurned a-1 Unknown NodeStatusUnknown",
      "40 NodeTainted a-1 NoSchedule",
      "40 ZoneStateTurned a FullDisruption 1 1",
      "45 NodeTainted a-1 NoExecute",
      "50 NodeReadinessTurned a-1 True KubeletReady",
      "50 NodeUntainted a-1 NoSchedule",
      "50 NodeUntainted a-1 NoExecute",
      "50 ZoneStateTurned a Normal 0 1"
    ])
  })

  test.each([
    [8, "40"],
    [9, "40"],
    [10, "50"],
    [11, "50"]
  ])("cut at %d s after a heartbeat: Unknown at %s s", (seconds, at) => {
    expect(lines({ a: 1, b: 1 }, [[seconds, { cut: ["a-1"] }]])[0]).toBe(`${at} NodeReadinessTurned a-1 Unknown NodeStatusUnknown`)
  })

  test("with passes every 7 s, grace counts from the pass that saw the last lease and ends at a pass", () => {
    // Last lease at 120 s, seen by the pass of 126 s; 126 + 40 = 166, and the next pass is that of 168 s; NoExecute one pass on.
    expect(
      lines({ a: 1, b: 1 }, [[0, { cut: ["a-1"] }]], { settings: { monitorPeriodMs: 7_000 } }).filter((line) => line.includes("a-1"))
    ).toEqual(["48 NodeReadinessTurned a-1 Unknown NodeStatusUnknown", "48 NodeTainted a-1 NoSchedule", "55 NodeTainted a-1 NoExecute"])
  })

  test("a node cut again before it made contact keeps its last lease", () => {
    const steps = [
      [0, { cut: ["a-1"] }],
      [23, { restore: ["a-1"] }],
      [25, { cut: ["a-1"] }]
    ] as const
    expect(lines({ a: 1, b: 1 }, steps)[0]).toBe("40 NodeReadinessTurned a-1 Unknown NodeStatusUnknown")
  })

  test("the watch resumes only if the node is still in contact", () => {
    const steps = [
      [0, { cut: ["a-1"] }],
      [5, { restore: ["a-1"] }],
      [10, { cut: ["a-1"] }],
      [20, { restore: ["a-1"] }]
    ] as const
    expect(linesOf(play({ a: 1, b: 1 }, steps), ["LeaseRenewed", "WatchResumed"], fault)).toEqual([
      "10 LeaseRenewed a-1",
      "30 LeaseRenewed a-1",
      "31 WatchResumed a-1"
    ])
  })
})

describe("the queue of a zone", () => {
  test("the nodes of a zone are tainted ten seconds apart, in name order, zones side by side", () => {
    expect(taints({ a: 3, b: 2, c: 1 }, [[0, { cut: ["a-3", "a-1", "a-2", "b-2", "b-1"] }]])).toEqual([
      "45 NodeTainted a-1 NoExecute",
      "45 NodeTainted b-1 NoExecute",
      "55 NodeTainted a-2 NoExecute",
      "55 NodeTainted b-2 NoExecute",
      "65 NodeTainted a-3 NoExecute"
    ])
  })

  test("a step that is no multiple of the pass is kept to the millisecond", () => {
    expect(taints({ a: 3, b: 1 }, [[0, { cut: ["a-1", "a-2", "a-3"] }]], { settings: { noExecuteStepMs: 7_300 } })).toEqual([
      "45 NodeTainted a-1 NoExecute",
      "52.3 NodeTainted a-2 NoExecute",
      "59.6 NodeTainted a-3 NoExecute"
    ])
  })

  test("a node that is back does not take its turn", () => {
    expect(
      taints({ a: 3, b: 1 }, [
        [0, { cut: ["a-1", "a-2", "a-3"] }],
        [44, { restore: ["a-2"] }]
      ])
    ).toEqual(["45 NodeTainted a-1 NoExecute", "55 NodeTainted a-3 NoExecute"])
  })

  test("a token that nobody needed is there for the next node, one and no more", () => {
    expect(
      taints(
        { a: 4, b: 1 },
        [
          [0, { cut: ["a-1"] }],
          [300, { cut: ["a-2", "a-3"] }]
        ],
        { settings: { unhealthyZonePercent: 100 } }
      )
    ).toEqual(["45 NodeTainted a-1 NoExecute", "345 NodeTainted a-2 NoExecute", "355 NodeTainted a-3 NoExecute"])
  })
})

describe("zone states", () => {
  test("three of four nodes unready: partial disruption, and nobody is evicted", () => {
    expect(
      lines({ a: 4, b: 1 }, [[0, { cut: ["a-1", "a-2", "a-3"] }]]).filter(
        (line) => !line.includes("NoSchedule") && !line.includes("Unknown")
      )
    ).toEqual(["40 ZoneStateTurned a PartialDisruption 3 4"])
  })

  test("a zone larger than the threshold is drained at the secondary rate", () => {
    expect(taints({ a: 4, b: 1 }, [[0, { cut: ["a-1", "a-2", "a-3"] }]], { settings: { largeZoneNodes: 3 } })).toEqual([
      "45 NodeTainted a-1 NoExecute",
      "145 NodeTainted a-2 NoExecute",
      "245 NodeTainted a-3 NoExecute"
    ])
  })

  test.each([
    ["two unready nodes are never a partial disruption", { a: 3, b: 1 }, ["a-1", "a-2"], 2],
    ["half of a zone is none either", { a: 6, b: 1 }, ["a-1", "a-2", "a-3"], 3]
  ])("%s", (_name, zones, cut, tainted) => {
    expect(taints(zones, [[0, { cut }]])).toHaveLength(tainted)
  })

  test("exactly the threshold is a partial disruption", () => {
    expect(lines({ a: 5, b: 1 }, [[0, { cut: ["a-1", "a-2", "a-3"] }]], { settings: { unhealthyZonePercent: 60 } })).toContain(
      "40 ZoneStateTurned a PartialDisruption 3 5"
    )
  })

  test("nodes tainted before their zone was partially disrupted keep their taint", () => {
    const steps = [
      [0, { cut: ["a-1"] }],
      [100, { cut: ["a-2", "a-3"] }]
    ] as const
    expect(taints({ a: 4, b: 1 }, steps)).toEqual(["45 NodeTainted a-1 NoExecute"])
  })

  test("hold: a full zone of three nodes is left alone, one of two is not", () => {
    const settings = { zoneFullDisruption: "hold" }
    expect(taints({ a: 3, b: 1 }, [[0, { cut: ["a-1", "a-2", "a-3"] }]], { settings })).toEqual([])
    expect(taints({ a: 2, b: 1 }, [[0, { cut: ["a-1", "a-2"] }]], { settings })).toEqual([
      "45 NodeTainted a-1 NoExecute",
      "55 NodeTainted a-2 NoExecute"
    ])
  })

  test("hold: a node that turned Unknown a pass before the rest slips through", () => {
    const steps = [
      [-3, { cut: ["a-1"] }],
      [2, { cut: ["a-2", "a-3"] }]
    ] as const
    expect(taints({ a: 3, b: 1 }, steps, { settings: { zoneFullDisruption: "hold", heartbeatMs: 5_000 } })).toEqual([
      "40 NodeTainted a-1 NoExecute"
    ])
  })
})

describe("master disruption", () => {
  const app = workload("Deployment", "app", { replicas: 2 })

  test("every zone is cut: no taint, no eviction", () => {
    const all = lines({ a: 1, b: 1 }, [[0, { cut: ["a-1", "b-1"] }]], { workloads: [app], until: fault + 1_800_000 })
    expect(all.filter((line) => !line.includes("NoSchedule") && !line.includes("Unknown"))).toEqual([
      "40 ZoneStateTurned a FullDisruption 1 1",
      "40 ZoneStateTurned b FullDisruption 1 1",
      "40 MasterDisruptionTurned true"
    ])
  })

  test("a cluster of one zone is all its zones", () => {
    expect(lines({ a: 3 }, [[0, { cut: ["a-1", "a-2", "a-3"] }]])).toContain("40 MasterDisruptionTurned true")
  })

  test("the last zone falls later: taints come off and evictions are called off", () => {
    const all = lines(
      { a: 1, b: 1 },
      [
        [0, { cut: ["a-1"] }],
        [100, { cut: ["b-1"] }]
      ],
      { workloads: [app], until: fault + 1_800_000 }
    )
    expect(all.filter((line) => /NoExecute|Master|Evict/.test(line)).map((line) => line.replace(/app-\S+/, "app"))).toEqual([
      "45 NodeTainted a-1 NoExecute",
      "140 MasterDisruptionTurned true",
      "140 NodeUntainted a-1 NoExecute",
      "140 EvictionCancelled default/app"
    ])
  })

  test("one zone is back: it is over at that pass, and the queues start empty", () => {
    const all = lines({ a: 2, b: 1 }, [
      [0, { cut: ["a-1", "a-2", "b-1"] }],
      [200, { restore: ["b-1"] }]
    ])
    expect(all.filter((line) => /NoExecute|Master|True/.test(line))).toEqual([
      "40 MasterDisruptionTurned true",
      "210 NodeReadinessTurned b-1 True KubeletReady",
      "210 MasterDisruptionTurned false",
      "220 NodeTainted a-1 NoExecute",
      "230 NodeTainted a-2 NoExecute"
    ])
  })
})

describe("passes", () => {
  const passes = (played: ReturnType<typeof play>) =>
    played.kept.filter(({ tag }) => tag === "kube/MonitorPassDue").map(({ at }) => (at - fault) / 1_000)

  test("a healthy cluster has none", () => {
    expect(passes(play({ a: 3, b: 3 }, []))).toEqual([])
  })

  test("they begin with a cut and end when all is well again", () => {
    expect(
      passes(
        play({ a: 1, b: 1 }, [
          [2, { cut: ["a-1"] }],
          [12, { restore: ["a-1"] }]
        ])
      )
    ).toEqual([5, 10, 15, 20])
    expect(
      play({ a: 1, b: 1 }, [
        [2, { cut: ["a-1"] }],
        [12, { restore: ["a-1"] }]
      ]).world.cluster.troubled.size
    ).toBe(0)
  })

  test("one trouble after another does not double them", () => {
    const flapping = Array.from(
      { length: 8 },
      (_, index) =>
        [
          [2 + 13 * index, { cut: ["a-1"] }],
          [7 + 13 * index, { restore: ["a-1"] }]
        ] as const
    ).flat()
    const at = passes(play({ a: 1, b: 1 }, [...flapping, [200, { cut: ["a-1"] }]], { settings: { monitorPeriodMs: 7_000 } })).filter(
      (seconds) => seconds > 210
    )
    expect(at.length).toBeGreaterThan(90)
    expect(new Set(at).size).toBe(at.length)
  })

  test("a zone of many nodes that fall together is still looked at in one pass", () => {
    const at = passes(play({ a: 12, b: 1 }, [[0, { cut: Array.from({ length: 12 }, (_, index) => `a-${index + 1}`) }]]))
    expect(new Set(at).size).toBe(at.length)
  })
})

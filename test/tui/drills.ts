/** A made-up zone loss of any size for the tests of the screen: nodes join, pods serve, the last zone goes dark at 2:00 and returns at 42:00. */
import type { RecordedEvent } from "../../src/event/event.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { foldView, startView, type View } from "../../src/tui/view-model.ts"
import { answer, planWith, podCreated, podEvicted, podReady, podScheduled, recordedOf } from "../analysis/runs.ts"

export interface DrillShape {
  readonly zones: ReadonlyArray<string>
  readonly nodesPerZone: number
  readonly nodeName?: (zone: string, index: number) => string
}

const nodeNames = ({ nodesPerZone, nodeName }: DrillShape, zone: string): ReadonlyArray<string> =>
  Array.from({ length: nodesPerZone }, (_, index) => (nodeName ?? ((of, at) => `node-${of}-${String(at).padStart(3, "0")}`))(zone, index))

export const small: DrillShape = { zones: ["us-west-2b", "us-west-2a", "us-west-2c"], nodesPerZone: 1 }
export const large: DrillShape = { zones: ["a", "b", "c"], nodesPerZone: 167 }

export const planOf = (shape: DrillShape): Plan => {
  const base = planWith([
    {
      _tag: "Recovered",
      id: "/host is whole again within 2m",
      claim: { _tag: "Delivered", probe: "host", atLeast: "1" },
      afterMs: 120_000,
      withinMs: 120_000
    },
    {
      _tag: "Sustained",
      id: "/data never fails",
      claim: { _tag: "Delivered", probe: "data", atLeast: "1" },
      fromMs: 0,
      untilMs: 2_700_000
    },
    { _tag: "Sustained", id: "few evictions", claim: { _tag: "Evictions", atMost: 400 }, fromMs: 0, untilMs: 2_700_000 }
  ])
  const lost = shape.zones.at(-1) ?? ""
  return {
    ...base,
    topology: {
      ...base.topology,
      zones: [...shape.zones],
      subnets: shape.zones.map((zone) => ({ id: `subnet-${zone}`, vpc: "vpc", zone, cidr: "10.0.0.0/24" }))
    } as Plan["topology"],
    cluster: {
      ...base.cluster,
      nodes: shape.zones.flatMap((zone) =>
        nodeNames(shape, zone).map((name) => ({
          name,
          nodeGroup: "ng",
          subnet: `subnet-${zone}`,
          instanceType: "m5.large",
          address: "10.0.0.1",
          groups: [],
          maxPods: 29,
          labels: {}
        }))
      )
    },
    timeline: [
      { atMs: 120_000, action: { _tag: "CutZone", zone: lost } },
      { atMs: 2_520_000, action: { _tag: "HealZone", zone: lost } }
    ]
  }
}

type Line = readonly [at: number, event: WorldEvent, cause?: number]

export const failing = (probe: string, success: string, share: string): WorldEvent => ({
  _tag: "probe/AnswerTurned",
  probe,
  success,
  timeout: share,
  refused: "0",
  other: "0",
  failures: [{ share, fails: "timeout", at: "lb/c", reason: "ComponentSilent", origin: "lb, front end c" }]
})

const settling = (shape: DrillShape): ReadonlyArray<Line> => [
  [-600_000, { _tag: "balance/BalancerCreated", balancer: "lb", service: "default/web" }],
  ...shape.zones.flatMap(
    (zone): ReadonlyArray<Line> => [
      [
        -600_000,
        { _tag: "balance/FrontEndPlaced", balancer: "lb", zone, subnet: `subnet-${zone}`, address: "10.0.0.9", publicAddress: "52.0.0.1" }
      ],
      ...nodeNames(shape, zone).flatMap(
        (node): ReadonlyArray<Line> => [
          [-600_000, { _tag: "kube/NodeJoined", node, zone }],
          [-590_000, { _tag: "balance/TargetRegistered", balancer: "lb", target: node }],
          ...[0, 1].flatMap((count): ReadonlyArray<Line> => {
            const pod = `default/app-${node}-${count}`
            return [
              [-580_000, podCreated(pod)],
              [-580_000, podScheduled(pod, node)],
              [-570_000, podReady(pod)]
            ]
          }),
          [-560_000, { _tag: "balance/TargetTurnedHealthy", balancer: "lb", target: node }]
        ]
      ),
      [-560_000, { _tag: "balance/AddressListed", balancer: "lb", zone, address: "10.0.0.9" }]
    ]
  ),
  [-1_000, answer("host", "1")],
  [-1_000, answer("data", "1")]
]

const outage = (shape: DrillShape): ReadonlyArray<Line> => {
  const zone = shape.zones.at(-1) ?? ""
  const nodes = nodeNames(shape, zone)
  const refuge = nodeNames(shape, shape.zones[0] ?? "")
  return [
    [120_000, { _tag: "fault/ZoneLost", zone, components: 7 }, -1],
    ...nodes.map(
      (node): Line => [120_000, { _tag: "kube/NodeCutOff", node, lastRenewalAt: 120_000, reason: "ComponentSilent", at: `host/${node}` }]
    ),
    [120_000, failing("host", "4/9", "5/9")],
    [120_000, failing("data", "0", "1")],
    [145_000, { _tag: "balance/TargetTurnedUnhealthy", balancer: "lb", target: nodes[0] ?? "" }],
    [145_000, { _tag: "balance/AddressWithdrawn", balancer: "lb", zone, address: "10.0.0.9", why: "targets" }],
    ...nodes.map((node): Line => [160_000, { _tag: "kube/NodeReadinessTurned", node, ready: "Unknown", reason: "NodeStatusUnknown" }]),
    [160_000, { _tag: "kube/ZoneStateTurned", zone, state: "FullDisruption", notReady: nodes.length, nodes: nodes.length }],
    ...nodes.map((node): Line => [160_000, { _tag: "kube/NodeTainted", node, key: "node.kubernetes.io/unreachable", effect: "NoExecute" }]),
    [161_000, failing("host", "2/3", "1/3")],
    [230_000, answer("host", "1")],
    ...nodes.flatMap((node, index): ReadonlyArray<Line> => {
      const fresh = `default/app-new-${index}`
      const target = refuge[index % Math.max(1, refuge.length)] ?? ""
      return [
        [465_000 + index * 100, podEvicted(`default/app-${node}-0`, node)],
        [465_000 + index * 100, podCreated(fresh)],
        [465_000 + index * 100, podScheduled(fresh, target)],
        [470_000 + nodes.length * 100, podReady(fresh)]
      ]
    })
  ]
}

const healing = (shape: DrillShape): ReadonlyArray<Line> => {
  const zone = shape.zones.at(-1) ?? ""
  return [
    [2_520_000, { _tag: "fault/ZoneReturned", zone, components: 7 }, -2],
    ...nodeNames(shape, zone).flatMap(
      (node): ReadonlyArray<Line> => [
        [2_520_000, { _tag: "kube/NodePathRestored", node }],
        [2_525_000, { _tag: "kube/NodeReadinessTurned", node, ready: "True", reason: "KubeletReady" }],
        [2_525_000, { _tag: "kube/NodeUntainted", node, key: "node.kubernetes.io/unreachable", effect: "NoExecute" }],
        [2_530_000, { _tag: "kube/PodRemoved", pod: `default/app-${node}-0` }]
      ]
    ),
    [2_545_000, { _tag: "balance/TargetTurnedHealthy", balancer: "lb", target: nodeNames(shape, zone)[0] ?? "" }],
    [2_555_000, answer("data", "1")]
  ]
}

/** In order of time. */
export const eventsOf = (shape: DrillShape): ReadonlyArray<RecordedEvent> =>
  recordedOf([...settling(shape), ...outage(shape), ...healing(shape)].sort((left, right) => left[0] - right[0]))

/** The view of a drill at the end of the instant `atMs`. */
export const viewAt = (shape: DrillShape, atMs: number): View => {
  const view = startView(planOf(shape))
  for (const recorded of eventsOf(shape)) if (recorded.at <= atMs) foldView(view, recorded)
  return view
}

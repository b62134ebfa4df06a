/** Small plans and event lists for the tests of analysis and report. */
import type { RecordedEvent } from "../../src/event/event.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import type { Expectation } from "../../src/scenario/expectation.ts"
import type { Plan } from "../../src/scenario/plan.ts"

/** A plan of 45 minutes with two probes, `host` and `data`, one Deployment `default/app`, and the loss of zone c at 2:00. */
export const planWith = (expectations: ReadonlyArray<Expectation>, change: Partial<Plan> = {}): Plan => ({
  format: 1,
  name: "az-outage",
  about: "",
  lesson: "a database bound to one zone is down with it",
  topology: {
    _tag: "AwsTopology",
    id: "eks-demo",
    region: "us-west-2",
    zones: ["a", "b", "c"],
    vpcs: [],
    internetGateways: [],
    subnets: [],
    routeTables: [],
    natGateways: [],
    securityGroups: [],
    networkAcls: [],
    instances: []
  },
  cluster: {
    id: "eks-demo",
    version: "1.20",
    serviceCidr: "10.100.0.0/16",
    api: { endpoint: "public", name: "api", address: "203.0.113.1", port: 443 },
    dnsService: "kube-system/kube-dns",
    nodes: [],
    services: [],
    volumes: [],
    workloads: [
      {
        kind: "Deployment",
        name: "app",
        namespace: "default",
        replicas: 3,
        template: { labels: {}, hostNetwork: false, serves: [] },
        pins: []
      }
    ]
  },
  probes: ["host", "data"].map((id) => ({
    id,
    from: { _tag: "Internet" as const },
    to: { _tag: "Balancer" as const, service: "default/web", port: 80 },
    protocol: "tcp" as const,
    path: `/${id}`
  })),
  timeline: [
    { atMs: 120_000, action: { _tag: "CutZone", zone: "c" } },
    { atMs: 2_520_000, action: { _tag: "HealZone", zone: "c" } }
  ],
  untilMs: 2_700_000,
  expectations,
  settings: { nodeLifecycle: "upstream-1.31", graceMs: 40_000 },
  ...change
})

/** Numbers the events from 1 in the order given; the cause is settling unless a third member says otherwise. */
export const recordedOf = (list: ReadonlyArray<readonly [at: number, event: WorldEvent, cause?: number]>): ReadonlyArray<RecordedEvent> =>
  list.map(([at, event, cause], index) => ({ seq: index + 1, at, cause: cause ?? 0, event }))

/** The answer of a probe: success, then what fails by timeout and what is refused. */
export const answer = (probe: string, success: string, timeout = "0", refused = "0"): WorldEvent => ({
  _tag: "probe/AnswerTurned",
  probe,
  success,
  timeout,
  refused,
  other: "0",
  failures: []
})

export const podCreated = (pod: string, workload = "default/app"): WorldEvent => ({ _tag: "kube/PodCreated", pod, workload })
export const podScheduled = (pod: string, node = "n1"): WorldEvent => ({ _tag: "kube/PodScheduled", pod, node, pinned: false, scores: [] })
export const podReady = (pod: string, ready = true): WorldEvent => ({
  _tag: "kube/PodReadinessTurned",
  pod,
  ready,
  by: ready ? "kubelet" : "node-lifecycle"
})
export const podEvicted = (pod: string, node = "n1"): WorldEvent => ({ _tag: "kube/PodEvicted", pod, node })

/** A pod that settling created, bound and made ready, at −1 s. */
export const settledPod = (pod: string): Array<readonly [number, WorldEvent]> => [
  [-1_000, podCreated(pod)],
  [-1_000, podScheduled(pod)],
  [-1_000, podReady(pod)]
]

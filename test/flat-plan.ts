/** Small clusters without a cloud, for tests: zones of equal machines, workloads, and a timeline in seconds. */
import type { Action } from "../src/model/fault/action.ts"
import type { ClusterSpec, NodeGroupSpec, WorkloadSpec } from "../src/model/kube/spec.ts"
import type { PodTemplate } from "../src/model/kube/template.ts"
import type { SettingValue } from "../src/model/value/setting.ts"
import { completeSettings } from "../src/model/world/settings.ts"
import type { Plan } from "../src/scenario/plan.ts"

export interface FlatWish {
  readonly zones?: ReadonlyArray<string>
  readonly perZone?: number
  /** Nodes by name with their zone, in place of `perZone`. */
  readonly nodes?: ReadonlyArray<Partial<ClusterSpec["nodes"][number]> & { readonly name: string; readonly zone: string }>
  readonly maxPods?: number
  readonly milliCpu?: number
  readonly workloads?: ReadonlyArray<WorkloadSpec>
  readonly services?: ClusterSpec["services"]
  readonly budgets?: ClusterSpec["budgets"]
  readonly policies?: ClusterSpec["policies"]
  readonly podAutoscalers?: ClusterSpec["podAutoscalers"]
  readonly groups?: ReadonlyArray<Partial<NodeGroupSpec>>
  readonly volumes?: ClusterSpec["volumes"]
  readonly probes?: Plan["probes"]
  readonly timeline?: ReadonlyArray<readonly [seconds: number, action: Action]>
  readonly untilSeconds?: number
  readonly settings?: Readonly<Record<string, SettingValue>>
}

/** A workload of namespace `default` whose pods bear `app=<name>`. */
export const appOf = (
  name: string,
  replicas: number,
  template: Partial<PodTemplate> = {},
  more: Partial<WorkloadSpec> = {}
): WorkloadSpec => ({
  kind: "Deployment",
  name,
  namespace: "default",
  replicas,
  pins: [],
  ...more,
  template: { labels: { app: name }, hostNetwork: false, serves: [{ port: 80, protocol: "tcp", paths: [] }], ...template }
})

/** A Service of namespace `default` that selects `app=<name>`, on port 80. */
export const serviceOf = (name: string, more: Partial<ClusterSpec["services"][number]> = {}): ClusterSpec["services"][number] => ({
  name,
  namespace: "default",
  type: "ClusterIP",
  clusterIp: "10.100.0.1",
  selector: { app: name },
  ports: [{ port: 80, targetPort: 80, protocol: "tcp" }],
  ...more
})

export const flatPlan = (wish: FlatWish): Plan => {
  const zones = wish.zones ?? ["a", "b", "c"]
  const nodes =
    wish.nodes ?? zones.flatMap((zone) => Array.from({ length: wish.perZone ?? 1 }, (_, index) => ({ name: `${zone}${index + 1}`, zone })))
  const maxPods = wish.maxPods ?? 110
  return {
    format: 1,
    name: "flat",
    about: "",
    lesson: "",
    topology: {
      _tag: "FlatTopology",
      id: "flat",
      zones,
      subnets: zones.map((zone, index) => ({ id: zone, zone, cidr: `10.${index}.0.0/16` })),
      shapes: [{ name: "shape", milliCpu: wish.milliCpu ?? 4_000, memoryMiB: 16_384, pods: Math.max(1, maxPods) }],
      apiAddress: "10.255.0.1"
    },
    cluster: {
      id: "flat",
      version: "1.31",
      serviceCidr: "10.100.0.0/16",
      api: { endpoint: "inside", name: "api", address: "10.255.0.1", port: 443 },
      dnsService: "none",
      nodes: nodes.map(({ name, zone, ...rest }, index) => ({
        name,
        nodeGroup: "nodes",
        subnet: zone,
        instanceType: "shape",
        address: `10.${zones.indexOf(zone)}.0.${10 + index}`,
        groups: [],
        maxPods,
        labels: {},
        ...rest
      })),
      workloads: wish.workloads ?? [],
      services: wish.services ?? [],
      volumes: wish.volumes ?? [],
      ...(wish.budgets === undefined ? {} : { budgets: wish.budgets }),
      ...(wish.policies === undefined ? {} : { policies: wish.policies }),
      ...(wish.podAutoscalers === undefined ? {} : { podAutoscalers: wish.podAutoscalers }),
      ...(wish.groups === undefined
        ? {}
        : {
            nodeGroups: wish.groups.map((group) => ({
              name: "nodes",
              subnets: zones,
              publicSubnets: [],
              instanceType: "shape",
              groups: [],
              maxPods,
              labels: {},
              min: 0,
              max: 100,
              replacesImpaired: false,
              rebalances: false,
              autoscaled: false,
              ...group
            }))
          })
    },
    probes: wish.probes ?? [],
    timeline: (wish.timeline ?? []).map(([seconds, action]) => ({ atMs: seconds * 1_000, action })),
    untilMs: (wish.untilSeconds ?? 1_200) * 1_000,
    expectations: [],
    settings: completeSettings(wish.settings ?? {})
  }
}

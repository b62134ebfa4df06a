/** A cluster as it is before anything joined or was applied. */
import { linkServices } from "./service-links.ts"
import type { ClusterSpec, NodeGroupSpec, WorkloadSpec } from "./spec.ts"
import { type Cluster, type GroupState, keyOf, type NodeTerms, never, putNode, type WorkloadState } from "./state.ts"
import { isSociable } from "./template.ts"

/** The cluster before anything joined or was applied. `terms` by node name; every node of the spec has its terms. */
export const startCluster = (spec: ClusterSpec, terms: ReadonlyMap<string, NodeTerms>, createsPerSecond = 0): Cluster => {
  const cluster: Cluster = {
    spec,
    nodes: new Map(),
    nodeNames: [],
    pods: new Map(),
    waiting: new Set(),
    workloads: new Map(),
    workloadIds: spec.workloads.map(keyOf).sort(),
    sociable: new Set(spec.workloads.filter(({ template }) => isSociable(template)).map(keyOf)),
    services: new Map(),
    imageNodes: new Map(),
    volumes: new Map(spec.volumes.flatMap((volume) => (volume.bindsLater === true ? [] : [[volume.name, volume]]))),
    budgets: new Map((spec.budgets ?? []).map((budget) => [keyOf(budget), { spec: budget, disrupted: new Map() }])),
    machines: new Map(),
    groups: new Map((spec.nodeGroups ?? []).map((group) => [group.name, groupOf(spec, group)])),
    zones: new Map(),
    shifts: new Map(),
    masterDisruption: false,
    autoscalerHalted: false,
    grownAt: never,
    troubled: new Set(),
    orphans: new Set(),
    gone: new Map(),
    podsCreated: 0,
    createStepMs: createsPerSecond === 0 ? 0 : Math.floor(1_000 / createsPerSecond)
  }
  for (const node of spec.nodes) {
    const own = terms.get(node.name)
    if (own === undefined) throw new Error(`node "${node.name}" has no terms`)
    putNode(cluster, node, own, never)
  }
  for (const service of spec.services)
    cluster.services.set(keyOf(service), {
      id: keyOf(service),
      spec: service,
      applied: false,
      ready: [],
      serving: [],
      touched: new Set(),
      workloads: []
    })
  for (const workload of spec.workloads) cluster.workloads.set(keyOf(workload), workloadOf(workload))
  linkServices(cluster)
  cluster.nodeNames = [...cluster.nodes.keys()].sort()
  return cluster
}

const groupOf = (spec: ClusterSpec, group: NodeGroupSpec): GroupState => ({
  spec: group,
  desired: spec.nodes.filter((node) => node.nodeGroup === group.name && node.isLate !== true).length,
  launching: new Map(),
  launched: 0,
  unavailable: new Map(),
  reimaging: new Set(),
  backedOffUntil: never,
  backOffMs: 0
})

const workloadOf = (spec: WorkloadSpec): WorkloadState => ({
  id: keyOf(spec),
  spec,
  applied: false,
  replicas: spec.replicas,
  hash: "",
  hashCurrent: "",
  templates: new Map([["", spec.template]]),
  sets: new Map(),
  created: 0,
  createdUpTo: never,
  pods: new Set(),
  placed: new Map(),
  standing: new Map(),
  active: new Map(),
  available: new Map(),
  services: [],
  progressAt: never,
  rollout: "first",
  sizedFor: spec.replicas,
  jobFailed: false,
  wishes: []
})

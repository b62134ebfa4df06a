/**
 * Settling: before a run starts, the nodes join and the owner's workloads and Services are applied; everything else is what the
 * same controllers make of it. Recorded like the run itself, at instants before 0.
 */
import { raiseProbes } from "./answer-probes.ts"
import { serviceKey } from "./ids.ts"
import { makeIngresses } from "./make-balancer.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const beginSettling = (world: World, _timer: unknown, turn: WorldTurn): void => {
  const { cluster } = world.ground.plan
  for (const node of cluster.nodes)
    if (node.isLate !== true) turn.emit({ _tag: "kube/NodeJoined", node: node.name, zone: world.cluster.nodes.get(node.name)?.zone ?? "" })
  for (const workload of cluster.workloads) turn.emit({ _tag: "kube/WorkloadApplied", workload: serviceKey(workload) })
  for (const service of cluster.services) turn.emit({ _tag: "kube/ServiceApplied", service: serviceKey(service) })
  makeIngresses(world, turn)
  if ((cluster.podAutoscalers ?? []).length > 0) turn.ask({ _tag: "kube/AutoscaleDue" }, 0)
  if ((cluster.nodeGroups ?? []).some(({ autoscaled }) => autoscaled)) turn.ask({ _tag: "kube/ScanDue" }, 0)
  if ((cluster.nodeGroups ?? []).some(({ karpenter }) => karpenter)) turn.ask({ _tag: "kube/DisruptionDue" }, 0)
  for (const { subject, what } of cluster.unmodelled ?? []) turn.emit({ _tag: "world/Unmodelled", subject, what })
  raiseProbes(world)
  turn.ask({ _tag: "probe/ProbesDue" }, 0)
}

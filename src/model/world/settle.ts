/**
 * Settling: before a run starts, the nodes join and the owner's workloads and Services are applied; everything else is what the
 * same controllers make of it. Recorded like the run itself, at instants before 0.
 */
import { raiseProbes } from "./answer-probes.ts"
import { serviceKey } from "./ids.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const beginSettling = (world: World, _timer: unknown, turn: WorldTurn): void => {
  const { cluster } = world.ground.plan
  for (const node of cluster.nodes) turn.emit({ _tag: "kube/NodeJoined", node: node.name, zone: world.ground.zoneOf.get(node.name) ?? "" })
  for (const workload of cluster.workloads) turn.emit({ _tag: "kube/WorkloadApplied", workload: serviceKey(workload) })
  for (const service of cluster.services) turn.emit({ _tag: "kube/ServiceApplied", service: serviceKey(service) })
  raiseProbes(world)
  turn.ask({ _tag: "probe/ProbesDue" }, 0)
}

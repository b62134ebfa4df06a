/**
 * How hard the pods of a workload work: the load that the timeline names is shared by those that a Service sends to. Pods that are
 * ready and not listed, in a zone that the cluster is shifted away from, say, do nothing and still count for whoever takes an average.
 */
import { formatRatio, type Ratio, ratio, zero } from "../value/ratio.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf } from "./message.ts"
import type { WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

export const followLoad = (world: KubeWorld, event: KubeEventOf<"kube/LoadTurned">, turn: KubeTurn): void =>
  tell(world, event.workload, turn)

export const followListed = (world: KubeWorld, event: KubeEventOf<"kube/EndpointsTurned">, turn: KubeTurn): void => {
  for (const workload of world.cluster.services.get(event.service)?.workloads ?? []) tell(world, workload, turn)
}

const tell = (world: KubeWorld, id: string, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(id)
  if (workload?.loadMilliCpu === undefined) return
  const serving = servingOf(world, workload)
  const share = formatRatio(shareOf(workload, workload.loadMilliCpu, serving))
  if (share !== workload.podLoad) turn.emit({ _tag: "kube/PodLoadTurned", workload: id, serving, share })
}

const servingOf = ({ cluster }: KubeWorld, { pods, services }: View<WorkloadState>): number => {
  const lists = services.map((id) => cluster.services.get(id)?.ready ?? [])
  return [...pods].filter((pod) => (lists.length === 0 ? cluster.pods.get(pod)?.ready === true : lists.some((list) => list.includes(pod))))
    .length
}

/** Of what one pod requests; all of the load on one where nobody serves. */
const shareOf = (workload: View<WorkloadState>, load: number, serving: number): Ratio => {
  const request = (workload.templates.get(workload.hash) ?? workload.spec.template).requests?.milliCpu ?? 0
  return request === 0 ? zero : ratio(load, request * Math.max(1, serving))
}

/**
 * Zonal shift of a cluster: nodes of the zone are cordoned and its pods leave the endpoints of their Services; nothing is ended or
 * evicted, and no instance is launched there. All nodes of the zone are uncordoned when it is over.
 * Not modelled: zonal autoshift and its practice runs. Source: Amazon EKS user guide, zonal shift in EKS.
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf } from "./message.ts"
import type { Cluster, PodState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

export const beginShift = (_world: KubeWorld, event: KubeEventOf<"kube/ZonalShiftStarted">, turn: KubeTurn): void => {
  const due = { _tag: "kube/ZonalShiftDue", zone: event.zone, until: event.until } as const
  turn.ask({ ...due, away: true }, event.from)
  turn.ask({ ...due, away: false }, event.until)
}

export const turnShift = (world: KubeWorld, timer: TimerOf<"kube/ZonalShiftDue">, turn: KubeTurn): void => {
  const { zone, away } = timer
  if (world.cluster.shifts.get(zone)?.until !== timer.until) return
  for (const name of sortedKeys(world.cluster.nodes.keys())) {
    const node = world.cluster.nodes.get(name)
    if (node?.zone === zone && node.joined && node.cordoned !== away) turn.emit({ _tag: "kube/NodeCordoned", node: name, cordoned: away })
  }
  turn.emit({ _tag: "kube/ZonalShiftTurned", zone, away })
}

/** Pods of the zone turn as endpoints, or are to be looked at again. */
export const evolveShift = (cluster: Cluster, event: KubeEventOf<"kube/ZonalShiftStarted" | "kube/ZonalShiftTurned">): void => {
  const { zone } = event
  if (event._tag === "kube/ZonalShiftStarted") {
    cluster.shifts.set(zone, { until: event.until, away: false })
    return
  }
  if (event.away) cluster.shifts.set(zone, { until: cluster.shifts.get(zone)?.until ?? 0, away: true })
  else cluster.shifts.delete(zone)
  for (const pod of cluster.pods.values()) {
    if (pod.node === undefined || cluster.nodes.get(pod.node)?.zone !== zone) continue
    for (const id of cluster.workloads.get(pod.workload)?.services ?? []) cluster.services.get(id)?.touched.add(pod.id)
  }
}

/** Ready and not ending, with an address, and not in a zone that the cluster is shifted away from. */
export const isServing = (cluster: View<Cluster>, pod: View<PodState>): boolean =>
  pod.ready && !pod.terminating && pod.address !== undefined && !isAway(cluster, pod)

const isAway = ({ shifts, nodes }: View<Cluster>, pod: View<PodState>): boolean =>
  shifts.size > 0 && shifts.get(nodes.get(pod.node ?? "")?.zone ?? "")?.away === true

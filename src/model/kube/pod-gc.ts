/**
 * Pod garbage collection: sweeps that delete by force what no kubelet will ever confirm. Orphans (their node object is gone) wait
 * out a quarantine from the sweep that first saw it; terminating pods on a NotReady node with the out-of-service taint do not wait.
 * Source: kubernetes pkg/controller/podgc/gc_controller.go, KEP-2268 (out-of-service), recordings of 1.20.2.
 */
import { nextBeatAfter } from "../value/instant.ts"
import { sortedKeys } from "../value/text.ts"
import type { KubeEventOf } from "./message.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

export const outOfServiceKey = "node.kubernetes.io/out-of-service"

const askForSweep = (world: KubeWorld, turn: KubeTurn): void =>
  turn.askOnce("", { _tag: "kube/PodGcDue" }, nextBeatAfter(turn.now, world.settings.podGcMs, world.settings.podGcPhaseMs))

export const beginSweeps = (world: KubeWorld, _event: KubeEventOf<"kube/NodeDeleted">, turn: KubeTurn): void => {
  if (world.cluster.orphans.size > 0) askForSweep(world, turn)
}

export const noteOutOfService = (world: KubeWorld, event: KubeEventOf<"kube/NodeTainted">, turn: KubeTurn): void => {
  if (event.key === outOfServiceKey) askForSweep(world, turn)
}

export const sweep = (world: KubeWorld, _timer: unknown, turn: KubeTurn): void => {
  const { cluster, settings } = world
  for (const id of sortedKeys(cluster.orphans)) {
    const pod = cluster.pods.get(id)
    const gone = pod?.node === undefined ? undefined : cluster.gone.get(pod.node)
    if (pod === undefined || gone === undefined) continue
    const seenAt = nextBeatAfter(gone.at, settings.podGcMs, settings.podGcPhaseMs)
    if (turn.now < seenAt + settings.orphanQuarantineMs) continue
    const isListed = !pod.terminating && pod.evictionSetAt !== undefined
    const cause = turn.emit({ _tag: "kube/PodDeleted", pod: id, by: "pod-gc", force: true })
    // Taint eviction still had it on its list, and strikes it off.
    if (isListed) turn.emit({ _tag: "kube/EvictionCancelled", pod: id }, cause)
  }
  let isWatched = false
  for (const name of cluster.nodeNames) {
    const node = cluster.nodes.get(name)
    if (node === undefined || !node.taints.some(({ key }) => key === outOfServiceKey)) continue
    isWatched = true
    if (node.ready === "True") continue
    for (const id of sortedKeys(node.pods)) {
      if (cluster.pods.get(id)?.terminating) turn.emit({ _tag: "kube/PodDeleted", pod: id, by: "pod-gc", force: true })
    }
  }
  if (isWatched || cluster.orphans.size > 0) askForSweep(world, turn)
}

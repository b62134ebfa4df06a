/**
 * A DaemonSet: one pod a node that it may run on; none on Fargate's, whatever it tolerates. A pod that is leaving is replaced when it
 * is gone. One that waits for a node whose object is gone is deleted. Chosen: with the node; the real one has no ear for that, and
 * does it when next it looks.
 * A rollout ends pods of another template, all that are not Ready, and Ready ones while no more than maxUnavailable (1) of its nodes
 * go without, in order of node; OnDelete none. A node that is lost counts as one that goes without.
 * Not modelled: maxSurge, minReadySeconds.
 * Source: kubernetes pkg/controller/daemon (update.go rollingUpdate, getUnscheduledPodsWithoutNode).
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { scaled } from "./amount.ts"
import { isForOnePod } from "./fargate-profile.ts"
import { nodeAffinityAllows } from "./node-affinity.ts"
import { createPod, freeName } from "./pod-names.ts"
import { isAvailable } from "./pods.ts"
import type { NodeState, PodState, WorkloadState } from "./state.ts"
import { isTolerated } from "./tolerations.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

export const spreadDaemons = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  const { spec, hash } = workload
  const served = new Map<string, View<PodState>>()
  for (const id of sortedKeys(workload.pods)) {
    const pod = world.cluster.pods.get(id)
    if (pod?.only === undefined) continue
    if (!served.has(pod.only) || served.get(pod.only)?.terminating === true) served.set(pod.only, pod)
    // Its node went before it was bound; one that was bound is garbage collection's.
    if (pod.node === undefined && !pod.terminating && !world.cluster.nodes.has(pod.only))
      turn.emit({ _tag: "kube/PodDeleted", pod: id, by: "controller", force: false })
  }
  const pinned = new Map(turn.settling ? spec.pins.map((pin) => [pin.node, pin.name]) : [])
  for (const name of world.cluster.nodeNames) {
    const node = world.cluster.nodes.get(name)
    if (node === undefined || served.has(name) || !mayRun(workload, node)) continue
    const template = hash === "" ? {} : { hash }
    createPod(world, workload, pinned.get(name) ?? freeName(world, workload, spec.name, turn), turn, { node: name, ...template })
  }
  if (workload.rollout === "progressing") update(world, workload, served, turn)
}

const mayRun = (workload: View<WorkloadState>, node: View<NodeState>): boolean => {
  const template = workload.templates.get(workload.hash) ?? workload.spec.template
  return (
    node.joined &&
    !isForOnePod(node) &&
    nodeAffinityAllows(template, node.labels) &&
    node.taints.every((taint) => taint.effect === "PreferNoSchedule" || isTolerated(template, true, taint))
  )
}

/** `served`: the pod of each node before this look made any. */
const update = (world: KubeWorld, workload: View<WorkloadState>, served: ReadonlyMap<string, View<PodState>>, turn: KubeTurn): void => {
  const nodes = world.cluster.nodeNames.filter((name) => {
    const node = world.cluster.nodes.get(name)
    return node !== undefined && (served.has(name) || mayRun(workload, node))
  })
  const isServed = (name: string): boolean => isAvailable(served.get(name))
  const old = nodes.flatMap((name) => {
    const pod = served.get(name)
    return pod === undefined || pod.terminating || pod.hash === workload.hash ? [] : [pod]
  })
  const without = nodes.filter((name) => !isServed(name)).length
  if (old.length === 0 && without === 0)
    return void turn.emit({ _tag: "kube/RolloutCompleted", workload: workload.id, hash: workload.hash })
  if (workload.spec.update?.onDelete === true) return
  const allowed = scaled(workload.spec.update?.maxUnavailable ?? 1, nodes.length, "up") - without
  const ready = old.filter((pod) => isAvailable(pod))
  for (const pod of [...old.filter((each) => !isAvailable(each)), ...ready.slice(0, Math.max(0, allowed))])
    turn.emit({ _tag: "kube/PodDeleted", pod: pod.id, by: "controller", force: false })
}

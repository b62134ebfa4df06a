/**
 * The scheduler: takes pods in order of creation, keeps the nodes they fit on, takes the best. Ties go to the lowest node name (the
 * real one draws lots). A pod that fits nowhere waits until nodes, taints or pods change. While settling, a pinned node is taken if
 * it passes the same filters; a pin that does not is refused like any other.
 * Not modelled yet: back-off between attempts, preemption. Source: kubernetes pkg/scheduler.
 */
import { compareText, sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { failureText, obstaclesOn } from "./scheduler-filters.ts"
import { scoresOf } from "./scheduler-scores.ts"
import type { NodeState, PodState } from "./state.ts"
import { pinOf } from "./workload.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** How many of the best nodes a binding names with their scores. */
const scoresShown = 3

export const scheduleNew = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(event.pod)
  if (pod !== undefined) schedule(world, pod, turn)
}

/** Something changed that a waiting pod may have waited for. */
export const scheduleWaiting = (world: KubeWorld, _event: unknown, turn: KubeTurn): void => {
  const waiting = [...world.cluster.pods.values()].filter((pod) => pod.message !== undefined && pod.node === undefined)
  for (const pod of waiting.sort((left, right) => left.order - right.order)) schedule(world, pod, turn)
}

const schedule = (world: KubeWorld, pod: View<PodState>, turn: KubeTurn): void => {
  if (pod.node !== undefined || pod.terminating) return
  const known = sortedKeys(world.cluster.nodes.keys())
    .flatMap((name) => world.cluster.nodes.get(name) ?? [])
    .filter((node) => node.joined)
  const pinned = turn.settling ? pinOf(world, pod)?.node : undefined
  const judged = known.map((node) => ({
    node,
    obstacles:
      pinned === undefined || node.spec.name === pinned ? obstaclesOn(world, pod, node) : ["node(s) are not where the pod is pinned"]
  }))
  const fitting = judged.filter(({ obstacles }) => obstacles.length === 0).map(({ node }) => node)
  if (fitting.length === 0) {
    const message = failureText(
      known.length,
      judged.flatMap(({ obstacles }) => obstacles)
    )
    if (message !== pod.message) turn.emit({ _tag: "kube/SchedulingFailed", pod: pod.id, message })
    return
  }
  const ranked = rank(world, pod, fitting)
  const best = ranked[0]
  if (best === undefined) return
  const scores = fitting.length === 1 ? [] : ranked.slice(0, scoresShown).map(({ node, score }) => `${node.spec.name}=${score}`)
  turn.emit({ _tag: "kube/PodScheduled", pod: pod.id, node: best.node.spec.name, pinned: pinned !== undefined, scores })
}

const rank = (world: KubeWorld, pod: View<PodState>, nodes: ReadonlyArray<View<NodeState>>) => {
  if (nodes.length === 1) return nodes.map((node) => ({ node, score: 0 }))
  const scores = scoresOf(world, pod, nodes)
  return nodes
    .map((node, index) => ({ node, score: scores[index] ?? 0 }))
    .sort((left, right) => right.score - left.score || compareText(left.node.spec.name, right.node.spec.name))
}

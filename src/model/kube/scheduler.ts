/**
 * The scheduler: takes a pod, keeps the nodes it fits on, takes the best. Ties go to the lowest node name, or are drawn as the real
 * one does. In clusters of more than 100 nodes it stops looking when enough nodes fit, as the real one does, from a drawn place on.
 * While settling, a pinned node is taken if it passes the same filters; a pin that does not is refused like any other.
 * What waits, and when it is tried again: `scheduler-queue.ts`. Source: kubernetes pkg/scheduler (generic_scheduler.go).
 */
import { drawBelow } from "../value/chance.ts"
import { compareText } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { pinOf } from "./pods.ts"
import { makeRoom, type Room } from "./preemption.ts"
import { failureText, obstaclesOn, type PodQuestion, preemptionText, questionOf } from "./scheduler-filters.ts"
import { scoresOf } from "./scheduler-scores.ts"
import type { NodeState, PodState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** How many of the best nodes a binding names with their scores. */
const scoresShown = 3

/** Tries to place a pod. `false`: it fits nowhere, and the failure was told. */
export const place = (world: KubeWorld, pod: View<PodState>, turn: KubeTurn): boolean => {
  const question = questionOf(world, pod)
  if (question === undefined) return true
  const pinned = turn.settling ? pinOf(world, pod)?.node : undefined
  const only = pinned ?? pod.only
  const fitting = only === undefined ? fittingNodes(world, question, turn) : onlyNode(world, question, only)
  if (fitting.length === 0) {
    fail(world, question, turn, pinned)
    return false
  }
  const ranked = rank(world, question, fitting, turn)
  const best = ranked[0]
  if (best === undefined) return false
  const scores = fitting.length === 1 ? [] : ranked.slice(0, scoresShown).map(({ node, score }) => `${node.spec.name}=${score}`)
  const { volume } = question
  if (volume?.unbound)
    turn.emit({
      _tag: "kube/VolumeProvisioned",
      pod: pod.id,
      volume: volume.name,
      kind: volume.kind,
      attaches: volume.attaches,
      ...(volume.zonal ? { zone: best.node.zone } : {})
    })
  turn.emit({ _tag: "kube/PodScheduled", pod: pod.id, node: best.node.spec.name, pinned: pinned !== undefined, scores })
  return true
}

const onlyNode = (world: KubeWorld, question: PodQuestion, name: string): ReadonlyArray<View<NodeState>> => {
  const node = world.cluster.nodes.get(name)
  return node?.joined && obstaclesOn(world, question, node).length === 0 ? [node] : []
}

/** Up to this many nodes all are looked at; of more, a share, and never fewer. Source: numFeasibleNodesToFind. */
const nodesAlwaysLookedAt = 100
const sharePercent = { of: 50, lessPer: 125, atLeast: 5 } as const

const enoughOf = (nodes: number): number =>
  nodes <= nodesAlwaysLookedAt
    ? nodes
    : Math.max(
        nodesAlwaysLookedAt,
        Math.floor((nodes * Math.max(sharePercent.atLeast, sharePercent.of - Math.floor(nodes / sharePercent.lessPer))) / 100)
      )

const fittingNodes = (world: KubeWorld, question: PodQuestion, turn: KubeTurn): ReadonlyArray<View<NodeState>> => {
  const { nodes, nodeNames } = world.cluster
  const enough = enoughOf(nodeNames.length)
  const first = enough === nodeNames.length ? 0 : drawBelow(turn.chance, nodeNames.length, "first-node", question.pod.id)
  const fitting: Array<View<NodeState>> = []
  for (let looked = 0; looked < nodeNames.length && fitting.length < enough; looked++) {
    const node = nodes.get(nodeNames[(first + looked) % nodeNames.length] as string)
    if (node?.joined && obstaclesOn(world, question, node).length === 0) fitting.push(node)
  }
  return fitting
}

/** What is added since 1.24 when the pod made room, or may not try. Source: default_preemption.go. */
const roomText: Readonly<Partial<Record<Room, string>>> = {
  made: "",
  never: " preemption: not eligible due to preemptionPolicy=Never.",
  "waiting for a terminating pod": " preemption: not eligible due to a terminating pod on the nominated node."
}

const fail = (world: KubeWorld, question: PodQuestion, turn: KubeTurn, pinned: string | undefined): void => {
  const { cluster, settings } = world
  const known = cluster.nodeNames.flatMap((name) => {
    const node = cluster.nodes.get(name)
    return node?.joined ? [node] : []
  })
  const obstacles = known.map((node) =>
    pinned === undefined || node.spec.name === pinned ? obstaclesOn(world, question, node) : ["node(s) are not where the pod is pinned"]
  )
  const text = failureText(known.length, obstacles.flat())
  const room = makeRoom(world, question, known, obstacles, turn)
  const suffix = settings.schedulerTexts === "1.20" || known.length === 0 ? "" : (roomText[room] ?? preemptionText(known.length, obstacles))
  turn.emit({ _tag: "kube/SchedulingFailed", pod: question.pod.id, message: `${text}${suffix}` })
}

const rank = (world: KubeWorld, question: PodQuestion, nodes: ReadonlyArray<View<NodeState>>, turn: KubeTurn) => {
  if (nodes.length === 1) return nodes.map((node) => ({ node, score: 0, draw: 0 }))
  const scores = scoresOf(world, question, nodes)
  const draws = (name: string): number =>
    world.settings.drawnOrder ? drawBelow(turn.chance, 2 ** 32, "tie", `${question.pod.id}@${name}`, question.pod.attempts) : 0
  return nodes
    .map((node, index) => ({ node, score: scores[index] ?? 0, draw: draws(node.spec.name) }))
    .sort((left, right) => right.score - left.score || left.draw - right.draw || compareText(left.node.spec.name, right.node.spec.name))
}

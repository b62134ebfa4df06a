/**
 * Preemption: a pod that fits nowhere and ranks above others has some of them deleted, on the node where that costs least: fewest
 * budgets broken, then the lowest of the highest priorities, the lowest sum, the fewest pods, the name.
 * Not modelled: victims spared one by one by affinity, nominated pods of others.
 * Source: kubernetes pkg/scheduler/framework/plugins/defaultpreemption.
 */
import { compareText } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { breaksBudget } from "./budget.ts"
import { isHelpedByLeaving, type PodQuestion, resourceObstacles } from "./scheduler-filters.ts"
import { type NodeState, type PodState, templateOfPod } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

const priorityOf = (world: KubeWorld, pod: View<PodState>): number => templateOfPod(world.cluster, pod)?.priority ?? 0

interface Offer {
  readonly node: string
  readonly victims: ReadonlyArray<View<PodState>>
  readonly keys: ReadonlyArray<number>
}

/** Deletes victims where that makes room. `true`: room is being made. */
export const makeRoom = (
  world: KubeWorld,
  question: PodQuestion,
  nodes: ReadonlyArray<View<NodeState>>,
  obstacles: ReadonlyArray<ReadonlyArray<string>>,
  turn: KubeTurn
): boolean => {
  const { pod, template } = question
  const priority = template.priority ?? 0
  if (template.preempts === false || turn.settling) return false
  if (pod.nominated !== undefined && isStillLeaving(world, pod.nominated)) return true
  const offers = nodes.flatMap((node, index) => (isHelpedByLeaving(obstacles[index] ?? []) ? offerOf(world, question, node, priority) : []))
  const best = offers.sort((left, right) => compareOffers(left, right))[0]
  if (best === undefined) return false
  turn.emit({ _tag: "kube/PodNominated", pod: pod.id, node: best.node })
  for (const victim of best.victims) turn.emit({ _tag: "kube/PodDeleted", pod: victim.id, by: "preemption", force: false })
  return true
}

const isStillLeaving = (world: KubeWorld, node: string): boolean =>
  [...(world.cluster.nodes.get(node)?.pods ?? [])].some((id) => world.cluster.pods.get(id)?.terminating)

const compareOffers = (left: Offer, right: Offer): number => {
  for (const [index, key] of left.keys.entries()) if (key !== right.keys[index]) return key - (right.keys[index] ?? 0)
  return compareText(left.node, right.node)
}

/** Lower pods of a node from the least on, until the pod fits; none when it would not fit without all of them. */
const offerOf = (world: KubeWorld, question: PodQuestion, node: View<NodeState>, priority: number): ReadonlyArray<Offer> => {
  const lower = [...node.pods]
    .flatMap((id) => world.cluster.pods.get(id) ?? [])
    .filter((pod) => !pod.terminating && priorityOf(world, pod) < priority)
    .sort((left, right) => priorityOf(world, left) - priorityOf(world, right) || right.order - left.order)
  const victims: Array<View<PodState>> = []
  const freed = { pods: 0, milliCpu: 0, memoryMiB: 0 }
  for (const pod of lower) {
    if (resourceObstacles(question.template, node, freed).length === 0) break
    const requests = templateOfPod(world.cluster, pod)?.requests
    freed.pods++
    freed.milliCpu += requests?.milliCpu ?? 0
    freed.memoryMiB += requests?.memoryMiB ?? 0
    victims.push(pod)
  }
  if (victims.length === 0 || resourceObstacles(question.template, node, freed).length > 0) return []
  const priorities = victims.map((pod) => priorityOf(world, pod))
  const broken = victims.filter((pod) => breaksBudget(world, pod)).length
  const keys = [broken, Math.max(...priorities), priorities.reduce((sum, each) => sum + each, 0), victims.length]
  return [{ node: node.spec.name, victims, keys }]
}

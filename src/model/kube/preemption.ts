/**
 * Preemption: a pod that fits nowhere and ranks above others has some of them deleted. On a node all lower pods are taken for gone; if it
 * fits then, they are spared again one by one, those whose budget would break first, the most important first. Taken is the node
 * where that costs least: fewest budgets broken, the lowest of the highest priorities, the lowest sum, the fewest pods, the youngest
 * of the most important, the name. Not modelled: other pods' nominations.
 * Source: kubernetes pkg/scheduler/framework/plugins/defaultpreemption, pkg/scheduler/framework/preemption.
 */
import { compareText } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { allowancesOf } from "./budget.ts"
import { type Freed, isHelpedByLeaving, obstaclesOn, type PodQuestion, questionOf } from "./scheduler-filters.ts"
import { type NodeState, type PodState, templateOfPod } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

const priorityOf = (world: KubeWorld, pod: View<PodState>): number => templateOfPod(world.cluster, pod)?.priority ?? 0

/** What came of trying to make room: `made`, none to be had, or why the pod may not try (the scheduler's own words). */
export type Room = "made" | "none" | "waiting for a terminating pod" | "never"

interface Offer {
  readonly node: string
  readonly victims: ReadonlyArray<View<PodState>>
  readonly keys: ReadonlyArray<number>
}

/** Deletes victims where that makes room. */
export const makeRoom = (
  world: KubeWorld,
  question: PodQuestion,
  nodes: ReadonlyArray<View<NodeState>>,
  obstacles: ReadonlyArray<ReadonlyArray<string>>,
  turn: KubeTurn
): Room => {
  const { pod, template } = question
  const priority = template.priority ?? 0
  if (template.preempts === false) return "never"
  if (turn.settling) return "none"
  const nominated = nodes.findIndex(({ spec }) => spec.name === pod.nominated)
  const mayStillCome = nominated >= 0 && isHelpedByLeaving(obstacles[nominated] ?? [])
  if (mayStillCome && isStillLeaving(world, nodes[nominated], priority)) return "waiting for a terminating pod"
  const offers = nodes.flatMap((node, index) => (isHelpedByLeaving(obstacles[index] ?? []) ? offerOf(world, pod, node, priority) : []))
  const best = offers.sort((left, right) => compareOffers(left, right))[0]
  if (best === undefined) return "none"
  turn.emit({ _tag: "kube/PodNominated", pod: pod.id, node: best.node })
  for (const victim of best.victims) turn.emit({ _tag: "kube/PodDeleted", pod: victim.id, by: "preemption", force: false })
  return "made"
}

/** Lower pods of the node that is being cleared are on their way out. */
const isStillLeaving = (world: KubeWorld, node: View<NodeState> | undefined, priority: number): boolean =>
  [...(node?.pods ?? [])].some((id) => {
    const pod = world.cluster.pods.get(id)
    return pod?.terminating === true && priorityOf(world, pod) < priority
  })

const compareOffers = (left: Offer, right: Offer): number => {
  for (const [index, key] of left.keys.entries()) if (key !== right.keys[index]) return key - (right.keys[index] ?? 0)
  return compareText(left.node, right.node)
}

const freedBy = (world: KubeWorld, pods: ReadonlyArray<View<PodState>>): Freed => {
  const extended = new Map<string, number>()
  let [milliCpu, memoryMiB] = [0, 0]
  for (const pod of pods) {
    const requests = templateOfPod(world.cluster, pod)?.requests
    milliCpu += requests?.milliCpu ?? 0
    memoryMiB += requests?.memoryMiB ?? 0
    for (const [name, count] of Object.entries(requests?.extended ?? {})) extended.set(name, (extended.get(name) ?? 0) + count)
  }
  return { pods: pods.length, milliCpu, memoryMiB, extended }
}

const fitsWithout = (world: KubeWorld, pod: View<PodState>, node: View<NodeState>, gone: ReadonlyArray<View<PodState>>): boolean => {
  const question = questionOf(world, pod, new Set(gone.map(({ id }) => id)))
  return question !== undefined && obstaclesOn(world, question, node, freedBy(world, gone)).length === 0
}

/** Every victim weighs so much more than its priority: fewer and lower go before. Source: preemption.go, MaxInt32 + 1. */
const victimWeight = 2 ** 31

const offerOf = (world: KubeWorld, pod: View<PodState>, node: View<NodeState>, priority: number): ReadonlyArray<Offer> => {
  const byImportance = (left: View<PodState>, right: View<PodState>): number =>
    priorityOf(world, right) - priorityOf(world, left) || left.boundAt - right.boundAt || left.order - right.order
  const lower = [...node.pods]
    .flatMap((id) => world.cluster.pods.get(id) ?? [])
    .filter((each) => !each.terminating && priorityOf(world, each) < priority)
    .sort(byImportance)
  if (lower.length === 0 || !fitsWithout(world, pod, node, lower)) return []
  const breaking = allowancesOf(world).breaking(lower)
  const victims = new Set(lower)
  for (const each of [...lower.filter((candidate) => breaking.has(candidate.id)), ...lower.filter(({ id }) => !breaking.has(id))]) {
    victims.delete(each)
    if (!fitsWithout(world, pod, node, [...victims])) victims.add(each)
  }
  const gone = [...victims].sort(byImportance)
  const [first] = gone
  if (first === undefined) return []
  const highest = priorityOf(world, first)
  const keys = [
    gone.filter(({ id }) => breaking.has(id)).length,
    highest,
    gone.reduce((sum, each) => sum + priorityOf(world, each) + victimWeight, 0),
    gone.length,
    -gone.filter((each) => priorityOf(world, each) === highest).reduce((least, { boundAt }) => Math.min(least, boundAt), first.boundAt)
  ]
  return [{ node: node.spec.name, victims: gone, keys }]
}

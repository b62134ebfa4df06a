/**
 * A ReplicaSet: as many pods of one template as it is told. Too few: creates, within its controller's budget of calls. Too many: ends
 * those that are missed least: not bound before bound, not started before running, not ready before ready, more siblings on its node
 * before fewer, ready for less long, restarted more often, younger. Equal ones in order of name, or drawn.
 * Source: kubernetes pkg/controller/controller_utils.go (ActivePodsWithRanks), replica_set.go.
 */
import { drawBelow } from "../value/chance.ts"
import { compareText } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { createPod, freeName } from "./pod-names.ts"
import { isActive, isPending } from "./pods.ts"
import type { PodState, WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

const activePodsOf = (world: KubeWorld, workload: View<WorkloadState>, hash: string): Array<View<PodState>> => {
  const active: Array<View<PodState>> = []
  for (const id of workload.pods) {
    const pod = world.cluster.pods.get(id)
    if (pod !== undefined && pod.hash === hash && isActive(pod)) active.push(pod)
  }
  return active
}

export const replicate = (world: KubeWorld, workload: View<WorkloadState>, hash: string, turn: KubeTurn): void => {
  const wanted = workload.sets.get(hash) ?? 0
  const active = workload.active.get(hash) ?? 0
  if (active < wanted) createMissing(world, workload, hash, wanted - active, turn)
  else if (active > wanted) endSurplus(world, workload, activePodsOf(world, workload, hash), active - wanted, turn)
}

/** Creations beyond the budget wait for it; the same look is asked for again. */
const createMissing = (world: KubeWorld, workload: View<WorkloadState>, hash: string, missing: number, turn: KubeTurn): void => {
  const { spec } = workload
  const stem = hash === "" ? spec.name : `${spec.name}-${hash}`
  const isPaced = world.cluster.createStepMs > 0 && !turn.settling
  const pins =
    turn.settling && spec.pins.length > 0 ? spec.pins.filter(({ name }) => !world.cluster.pods.has(`${spec.namespace}/${name}`)) : []
  for (let made = 0; made < missing; made++) {
    if (isPaced && workload.createdUpTo > turn.now) {
      turn.askOnce(workload.id, { _tag: "kube/ReconcileDue", workload: workload.id }, workload.createdUpTo)
      return
    }
    createPod(world, workload, pins[made]?.name ?? freeName(world, workload, stem, turn), turn, hash === "" ? {} : { hash })
  }
}

const endSurplus = (
  world: KubeWorld,
  workload: View<WorkloadState>,
  active: ReadonlyArray<View<PodState>>,
  surplus: number,
  turn: KubeTurn
): void => {
  const siblings = new Map<string, number>()
  for (const id of workload.pods) {
    const pod = world.cluster.pods.get(id)
    if (pod?.node !== undefined && isActive(pod)) siblings.set(pod.node, (siblings.get(pod.node) ?? 0) + 1)
  }
  const ranked = active.map((pod) => ({ pod, keys: missedBy(world, pod, siblings, turn) }))
  ranked.sort((left, right) => compareKeys(left.keys, right.keys) || compareText(left.pod.id, right.pod.id))
  for (const { pod } of ranked.slice(0, surplus)) turn.emit({ _tag: "kube/PodDeleted", pod: pod.id, by: "controller", force: false })
}

/** Ascending: who goes first comes first. */
const missedBy = (world: KubeWorld, pod: View<PodState>, siblings: ReadonlyMap<string, number>, turn: KubeTurn): ReadonlyArray<number> => [
  pod.node === undefined ? 0 : 1,
  isPending(pod) ? 0 : 1,
  pod.ready ? 1 : 0,
  -(siblings.get(pod.node ?? "") ?? 0),
  pod.ready ? -pod.readySince : 0,
  -pod.restarts,
  -pod.createdAt,
  world.settings.drawnOrder ? drawBelow(turn.chance, 2 ** 32, "victim", pod.id, turn.now) : 0
]

const compareKeys = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number => {
  for (const [index, key] of left.entries()) {
    const other = right[index] ?? 0
    if (key !== other) return key - other
  }
  return 0
}

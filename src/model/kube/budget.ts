/**
 * Disruption budgets and the eviction API. A budget counts the healthy pods it selects (Ready, not leaving, not evicted already)
 * against how many it wants; an eviction that would go below is refused with 429 and the cause. Only this API asks: taints,
 * deletions and lost machines do not. Amounts in percent are of the pods that the owners want, rounded up.
 * Source: kubernetes pkg/controller/disruption, pkg/registry/core/pod/storage/eviction.go, recordings of 1.20.2.
 */
import { drawBelow } from "../value/chance.ts"
import type { View } from "../value/view.ts"
import { scaled } from "./amount.ts"
import { selectorMatches } from "./labels.ts"
import { isAvailable, isPending } from "./pods.ts"
import type { BudgetState, PodState, WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

export interface BudgetStatus {
  readonly name: string
  readonly healthy: number
  readonly desired: number
  readonly allowed: number
}

const selects = (budget: View<BudgetState>, workload: View<WorkloadState>, hash: string): boolean =>
  budget.spec.namespace === workload.spec.namespace &&
  selectorMatches((workload.templates.get(hash) ?? workload.spec.template).labels, budget.spec.selector)

/** How a budget stands now. */
export const statusOf = (world: KubeWorld, budget: View<BudgetState>): BudgetStatus => {
  let [healthy, owned] = [0, 0]
  for (const workload of world.cluster.workloads.values()) {
    if (!selects(budget, workload, workload.hash)) continue
    owned += workload.replicas
    for (const id of workload.pods) {
      const pod = world.cluster.pods.get(id)
      if (pod === undefined || !selects(budget, workload, pod.hash)) continue
      if (isAvailable(pod) && !budget.disrupted.has(id)) healthy++
    }
  }
  const { minAvailable, maxUnavailable, name } = budget.spec
  const desired =
    minAvailable !== undefined
      ? typeof minAvailable === "number"
        ? minAvailable
        : scaled(minAvailable, owned, "up")
      : Math.max(0, owned - scaled(maxUnavailable ?? 0, owned, "up"))
  return { name, healthy, desired, allowed: Math.max(0, healthy - desired) }
}

const budgetsOf = (world: KubeWorld, pod: View<PodState>): ReadonlyArray<View<BudgetState>> => {
  const workload = world.cluster.workloads.get(pod.workload)
  return workload === undefined
    ? []
    : [...world.cluster.budgets.keys()].sort().flatMap((key) => {
        const budget = world.cluster.budgets.get(key)
        return budget !== undefined && selects(budget, workload, pod.hash) ? [budget] : []
      })
}

/** What budgets allow, counted down over a row of pods: which of them would break one. */
export const allowancesOf = (world: KubeWorld): { readonly breaking: (pods: ReadonlyArray<View<PodState>>) => ReadonlySet<string> } => ({
  breaking: (pods) => {
    const left = new Map<string, number>()
    const broken = new Set<string>()
    for (const pod of pods) {
      for (const budget of budgetsOf(world, pod)) {
        const key = `${budget.spec.namespace}/${budget.spec.name}`
        const allowed = (left.get(key) ?? statusOf(world, budget).allowed) - 1
        left.set(key, allowed)
        if (allowed < 0) broken.add(pod.id)
      }
    }
    return broken
  }
})

/** One more disruption now would break a budget of this pod. */
export const breaksBudget = (world: KubeWorld, pod: View<PodState>): boolean =>
  budgetsOf(world, pod).some((budget) => statusOf(world, budget).allowed === 0)

/** Why the eviction API refuses this pod now; `undefined` when it does not. */
export const refusalOf = (world: KubeWorld, pod: View<PodState>, now: number): string | undefined => {
  if (isPending(pod)) return undefined
  const budgets = budgetsOf(world, pod)
  if (budgets.length > 1) return "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
  const budget = budgets[0]
  if (budget === undefined) return undefined
  const status = statusOf(world, budget)
  const healthy = status.healthy + freshlyEvicted(world, budget, now)
  const isKept = healthy >= status.desired && status.desired > 0
  if (!pod.ready && (budget.spec.alwaysAllowUnready === true || isKept)) return undefined
  return status.allowed > 0
    ? undefined
    : `The disruption budget ${status.name} needs ${status.desired} healthy pods and has ${healthy} currently`
}

/**
 * An eviction takes from what a budget allows at once; its count of healthy pods is the disruption controller's, who comes a little
 * later. Source: eviction.go checkAndDecrement.
 */
const freshlyEvicted = ({ settings }: KubeWorld, budget: View<BudgetState>, now: number): number => {
  if (settings.disruptionLatencyMs === 0) return 0
  return [...budget.disrupted.values()].filter((since) => now - since < settings.disruptionLatencyMs).length
}

/** Someone asks the eviction API, and asks again until it agrees: `kubectl drain`, or an operator. */
export const askEviction = (world: KubeWorld, timer: TimerOf<"kube/EvictDue">, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(timer.pod)
  if (pod === undefined || pod.terminating) return
  const node = timer.drains === undefined ? undefined : world.cluster.nodes.get(timer.drains)
  if (timer.drains !== undefined && !node?.draining) return
  const { evictionConflictMs, evictionRetryMs } = world.settings
  const meets = evictionConflictMs > 0 && timer.met !== true
  if (meets && budgetsOf(world, pod).some(({ disrupted }) => [...disrupted.values()].includes(turn.now))) {
    // Two evictions wrote the same budget's status: the API server tries the later one again, once they no longer meet.
    turn.ask({ ...timer, met: true }, turn.now + evictionConflictMs + retryJitter(world, timer.pod, turn))
    return
  }
  const message = refusalOf(world, pod, turn.now)
  if (message === undefined) turn.emit({ _tag: "kube/PodDeleted", pod: pod.id, by: "eviction", force: false })
  else {
    turn.emit({ _tag: "kube/EvictionRefused", pod: pod.id, by: timer.by, message })
    if (timer.once !== true) turn.ask({ ...timer, met: false }, turn.now + evictionRetryMs)
  }
}

/** Up to a tenth more, drawn where the real one's draws are. Source: eviction.go EvictionsRetry. */
const retryJitter = ({ settings }: KubeWorld, pod: string, turn: KubeTurn): number =>
  settings.drawnOrder ? drawBelow(turn.chance, Math.floor(settings.evictionConflictMs / 10) + 1, "eviction-retry", pod, turn.now) : 0

/** A drain is done when the last of its pods is gone, or there was none. */
export const noteDrained = (world: KubeWorld, _event: unknown, turn: KubeTurn): void => {
  for (const name of world.cluster.nodeNames) {
    if (world.cluster.nodes.get(name)?.draining && drainedPods(world, name, true).length === 0)
      turn.emit({ _tag: "kube/NodeDrained", node: name })
  }
}

/** Pods that a drain evicts: all but those of DaemonSets, in order of name. */
export const drainedPods = (world: KubeWorld, node: string, leavingToo = false): ReadonlyArray<string> =>
  [...(world.cluster.nodes.get(node)?.pods ?? [])].sort().filter((id) => {
    const pod = world.cluster.pods.get(id)
    return pod !== undefined && (leavingToo || !pod.terminating) && world.cluster.workloads.get(pod.workload)?.spec.kind !== "DaemonSet"
  })

/**
 * The scheduler's queue: a new pod is tried at once; one that fits nowhere waits for something to change (a node, a taint, a pod that
 * goes), and for its back-off since the last attempt, 1 s doubled to 10 s; without any change it is tried again after the flush.
 * Higher priority first, then order of creation. With `schedulerFailureMs` a failure takes its time, and the others wait. Source: kubernetes pkg/scheduler/internal/queue/scheduling_queue.go.
 */
import { drawBelow } from "../value/chance.ts"
import { nextBeatFrom } from "../value/instant.ts"
import type { View } from "../value/view.ts"
import { place } from "./scheduler.ts"
import { type PodState, templateOfPod } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** How often pods are looked for that waited long without an event. Source: scheduling_queue.go, flushUnschedulableQLeftover. */
const flushPeriodMs = 30_000

/** Pods of Fargate profiles are not this scheduler's (`fargate.ts`). */
export const scheduleNew = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const { controllerLatencyMs } = world.settings
  if (world.cluster.pods.get(event.pod)?.profile !== undefined) return
  if (controllerLatencyMs > 0 && !turn.settling) turn.ask({ _tag: "kube/ScheduleDue", pod: event.pod }, turn.now + controllerLatencyMs)
  else attempt(world, event.pod, turn)
}

export const scheduleDue = (world: KubeWorld, timer: TimerOf<"kube/ScheduleDue">, turn: KubeTurn): void => {
  if (world.cluster.pods.get(timer.pod)?.attempts !== 0) return
  const held = heldBy(world, turn.now)
  // Behind those that were moved to the queue before it came.
  if (held === undefined) attempt(world, timer.pod, turn)
  else turn.ask(timer, freeAt(world, held) + 1)
}

/** Something changed: whoever waits is looked at when this instant's changes are all there. */
export const noteChange = (world: KubeWorld, event: unknown, turn: KubeTurn): void => {
  if (world.cluster.waiting.size === 0) return
  turn.askOnce("", { _tag: "kube/SchedulingDue" }, turn.now)
  noteStir(world, event, turn)
}

/**
 * Any change while a pod is being told that it fits nowhere makes it back off at once, where the write of its own new condition wakes
 * it: it is tried again behind the others. Source: scheduling_queue.go of 1.20, moveRequestCycle and Update.
 */
export const noteStir = (world: KubeWorld, _event: unknown, turn: KubeTurn): void => {
  const pod = heldBy(world, turn.now)
  if (pod !== undefined && pod.messageSince === pod.failedAt && pod.failedAt < turn.now)
    turn.askOnce(pod.id, { _tag: "kube/ScheduleAgainDue", pod: pod.id, failedAt: pod.failedAt }, freeAt(world, pod) + 1)
}

/** The pod whose failure the scheduler is writing now. */
const heldBy = ({ cluster, settings }: KubeWorld, now: number): View<PodState> | undefined => {
  if (settings.schedulerFailureMs === 0) return undefined
  for (const id of cluster.waiting) {
    const pod = cluster.pods.get(id)
    if (pod !== undefined && pod.attempts > 0 && now < pod.failedAt + settings.schedulerFailureMs) return pod
  }
  return undefined
}

const freeAt = ({ settings }: KubeWorld, pod: View<PodState>): number => pod.failedAt + settings.schedulerFailureMs

/** A pod was bound: those that wait for its company are looked at. Source: scheduling_queue.go, AssignedPodAdded. */
export const noteCompany = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const { cluster } = world
  if (cluster.waiting.size === 0 || cluster.sociable.size === 0) return
  const wantsCompany = [...cluster.waiting].some((id) => {
    const pod = cluster.pods.get(id)
    return pod !== undefined && (templateOfPod(cluster, pod)?.affinity?.podRequired ?? []).length > 0
  })
  if (wantsCompany) noteChange(world, event, turn)
}

export const scheduleWaiting = (world: KubeWorld, timer: TimerOf<"kube/SchedulingDue">, turn: KubeTurn): void => {
  const held = heldBy(world, turn.now)
  if (held !== undefined) {
    turn.askOnce("", timer, freeAt(world, held))
    return
  }
  const waiting = [...world.cluster.waiting].flatMap((id) => world.cluster.pods.get(id) ?? []).filter((pod) => pod.attempts > 0)
  const priority = (pod: View<PodState>): number => templateOfPod(world.cluster, pod)?.priority ?? 0
  const { drawnOrder } = world.settings
  // Moved from one queue to another, pods of equal priority come in no order.
  const turnOf = (pod: View<PodState>): number => (drawnOrder ? drawBelow(turn.chance, 2 ** 32, "queue-order", pod.id, turn.now) : 0)
  const inTurn = (left: View<PodState>, right: View<PodState>): number =>
    priority(right) - priority(left) || turnOf(left) - turnOf(right) || left.order - right.order
  for (const pod of waiting.sort(inTurn)) {
    const readyAt = pod.failedAt + backOffOf(world, pod)
    if (turn.now < readyAt) turn.askOnce(pod.id, { _tag: "kube/ScheduleAgainDue", pod: pod.id, failedAt: pod.failedAt }, readyAt)
    else {
      attempt(world, pod.id, turn)
      if (heldBy(world, turn.now) === undefined) continue
      turn.askOnce("", timer, turn.now + world.settings.schedulerFailureMs)
      return
    }
  }
}

const backOffOf = ({ settings }: KubeWorld, pod: View<PodState>): number =>
  Math.min(settings.schedulerBackoffMs * 2 ** Math.min(Math.max(0, pod.attempts - 1), 16), settings.schedulerBackoffMaxMs)

export const scheduleAgain = (world: KubeWorld, timer: TimerOf<"kube/ScheduleAgainDue">, turn: KubeTurn): void => {
  if (world.cluster.pods.get(timer.pod)?.failedAt === timer.failedAt) attempt(world, timer.pod, turn)
}

const attempt = (world: KubeWorld, id: string, turn: KubeTurn): void => {
  const pod = world.cluster.pods.get(id)
  if (pod === undefined || pod.node !== undefined || pod.terminating || place(world, pod, turn)) return
  const flushAt = nextBeatFrom(turn.now + world.settings.schedulerFlushMs, flushPeriodMs, 0)
  turn.ask({ _tag: "kube/ScheduleAgainDue", pod: id, failedAt: turn.now }, flushAt)
}

/**
 * A pod's container: starts, is asked whether it started, is ready, and lives, and ends. One that crashes, or whose liveness fails,
 * starts again after a back-off that doubles from 10 s to 5 min; one that ran for more than 10 min begins anew.
 * One that completes is done in a Job or a bare pod; elsewhere it starts again as if it had crashed.
 * Not modelled: several containers a pod.
 * Source: kubernetes pkg/kubelet (prober, MaxContainerBackOff), client-go util/flowcontrol/backoff.go.
 */
import type { View } from "../value/view.ts"
import { located } from "./kubelet.ts"
import { type PodState, templateOfPod } from "./state.ts"
import type { PodTemplate } from "./template.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** Source: kubernetes pkg/kubelet, backOffPeriod and MaxContainerBackOff. */
const firstBackOffMs = 10_000
const longestBackOffMs = 300_000
/** A container that ran for longer than this has its back-off forgotten. Source: client-go backoff.go hasExpired, twice the longest. */
const forgottenAfterMs = 2 * longestBackOffMs
/** Kubernetes' default of a probe's failureThreshold. */
const usualFailures = 3

export const startContainer = (world: KubeWorld, timer: TimerOf<"kube/ContainerStartDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known === undefined || !known.node.watching || known.pod.started || known.pod.terminating || known.pod.succeeded) return
  const template = templateOfPod(world.cluster, known.pod)
  const cause = turn.emit({ _tag: "kube/ContainerStarted", pod: timer.pod })
  const behaviour = template?.behaviour ?? { kind: "serves", afterMs: 0 }
  if (behaviour.kind === "crashes" || behaviour.kind === "completes")
    turn.ask({ _tag: "kube/ContainerEndDue", pod: timer.pod, startedAt: turn.now }, turn.now + behaviour.afterMs, cause)
  const fatal = template?.startupProbe ?? template?.livenessProbe
  if (behaviour.kind === "never-ready") {
    if (fatal !== undefined) {
      const lastsMs = fatal.initialDelayMs + fatal.periodMs * ((fatal.failureThreshold ?? usualFailures) - 1)
      turn.ask({ _tag: "kube/LivenessDue", pod: timer.pod, startedAt: turn.now }, turn.now + lastsMs, cause)
    }
    return
  }
  const probe = template?.readinessProbe
  const startedAfter = template?.startupProbe?.initialDelayMs ?? 0
  if (probe === undefined && startedAfter === 0)
    turn.emit({ _tag: "kube/PodReadinessTurned", pod: timer.pod, ready: true, by: "kubelet" }, cause)
  else turn.ask({ _tag: "kube/ReadinessProbeDue", pod: timer.pod }, turn.now + Math.max(probe?.initialDelayMs ?? 0, startedAfter), cause)
}

export const askReadiness = (world: KubeWorld, timer: TimerOf<"kube/ReadinessProbeDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known === undefined || !known.node.watching || !known.pod.started || known.pod.answers || known.pod.succeeded) return
  if (templateOfPod(world.cluster, known.pod)?.behaviour?.kind === "never-ready") return
  turn.emit({ _tag: "kube/PodReadinessTurned", pod: timer.pod, ready: true, by: "kubelet" })
}

/** Liveness or startup failed often enough: the kubelet ends the container. */
export const failLiveness = (world: KubeWorld, timer: TimerOf<"kube/LivenessDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known?.pod.started && known.pod.startedAt === timer.startedAt && !known.pod.terminating) restart(world, known.pod, "Unhealthy", turn)
}

export const endContainer = (world: KubeWorld, timer: TimerOf<"kube/ContainerEndDue">, turn: KubeTurn): void => {
  const pod = located(world, timer.pod)?.pod
  if (pod === undefined || !pod.started || pod.startedAt !== timer.startedAt || pod.terminating) return
  const isDone = templateOfPod(world.cluster, pod)?.behaviour?.kind === "completes"
  if (isDone && !isKeptRunning(world, pod)) turn.emit({ _tag: "kube/PodSucceeded", pod: timer.pod })
  else restart(world, pod, isDone ? "Completed" : "Error", turn)
}

/** Only Jobs and bare pods may end; a template of the others allows no restart policy but Always. Source: kubernetes pkg/apis/apps/validation. */
const isKeptRunning = (world: KubeWorld, pod: View<PodState>): boolean => {
  const kind = world.cluster.workloads.get(pod.workload)?.spec.kind
  return kind !== "Job" && kind !== "Pod"
}

/** The nth back-off, from 1 on. */
export const crashBackOffMs = (nth: number): number => Math.min(firstBackOffMs * 2 ** Math.min(nth - 1, 10), longestBackOffMs)

/** The first restart of a row is at once; the back-off counts from the second on. */
const restart = (world: KubeWorld, pod: View<PodState>, reason: string, turn: KubeTurn): void => {
  const restarts = pod.restarts + 1
  const isFirst = pod.restarts === 0 || turn.now - pod.startedAt > forgottenAfterMs
  const backOffMs = isFirst ? 0 : crashBackOffMs(pod.backOffs + 1)
  if (pod.ready) turn.emit({ _tag: "kube/PodReadinessTurned", pod: pod.id, ready: false, by: "kubelet" })
  const cause = turn.emit({ _tag: "kube/ContainerRestarting", pod: pod.id, reason, restarts, backOffMs })
  turn.ask({ _tag: "kube/ContainerStartDue", pod: pod.id }, turn.now + backOffMs + startOf(world, templateOfPod(world.cluster, pod)), cause)
}

const startOf = (world: KubeWorld, template: View<PodTemplate> | undefined): number => template?.startMs ?? world.settings.containerStartMs

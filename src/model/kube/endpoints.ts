/**
 * Endpoints: which pods a Service sends to. A pod counts while the API has it Ready and not terminating; terminating pods that still
 * answer are kept beside, for when nothing else is ready. From the change to every connected kube-proxy takes `endpointsDelayMs`;
 * nodes that cannot watch keep what they had (the world's fabric sees to that).
 * Not modelled: topology hints, slices of 100. Source: kubernetes endpointslice controller, KEP-1669.
 */
import type { View } from "../value/view.ts"
import type { PodState, ServiceState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const askFor = (world: KubeWorld, service: string, turn: KubeTurn): void =>
  turn.ask({ _tag: "kube/EndpointsDue", service }, turn.now + world.settings.endpointsDelayMs)

/** A pod turned ready or unready, or is being deleted: the Services that select it follow. */
export const noteEndpoints = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(world.cluster.pods.get(event.pod)?.workload ?? "")
  for (const id of workload?.services ?? []) if (world.cluster.services.get(id)?.applied) askFor(world, id, turn)
}

/** A pod's object went while it was still listed: with a lost machine, or by force. */
export const noteRemoval = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  for (const [id, service] of world.cluster.services)
    if (service.ready.includes(event.pod) || service.serving.includes(event.pod)) askFor(world, id, turn)
}

/** A Service was applied after its pods, or before: it looks once. */
export const noteService = (world: KubeWorld, event: { readonly service: string }, turn: KubeTurn): void =>
  askFor(world, event.service, turn)

/** A rollout may bring other labels. */
export const noteLabels = (world: KubeWorld, event: { readonly workload: string }, turn: KubeTurn): void => {
  for (const id of world.cluster.workloads.get(event.workload)?.services ?? []) askFor(world, id, turn)
}

export const turnEndpoints = (world: KubeWorld, timer: TimerOf<"kube/EndpointsDue">, turn: KubeTurn): void => {
  const service = world.cluster.services.get(timer.service)
  if (service === undefined) return
  const [ready, serving]: [Array<string>, Array<string>] = [[], []]
  const listed = { ready: new Set(service.ready), serving: new Set(service.serving) }
  for (const workload of service.workloads) {
    for (const id of world.cluster.workloads.get(workload)?.pods ?? []) {
      const pod = world.cluster.pods.get(id)
      if (pod === undefined) continue
      const isFresh = pod.servesTurnedAt + world.settings.endpointsDelayMs > turn.now
      // A turn that is younger than the delay has not come through yet.
      if (isFresh ? listed.ready.has(id) : isServing(pod)) ready.push(id)
      else if (world.settings.terminatingEndpoints === "fallback" && (isFresh ? listed.serving.has(id) : isLingering(pod))) serving.push(id)
    }
  }
  ready.sort()
  serving.sort()
  if (isSame(ready, service.ready) && isSame(serving, service.serving)) return
  turn.emit({ _tag: "kube/EndpointsTurned", service: timer.service, ready, ...(serving.length === 0 ? {} : { serving }) })
}

const isSame = (left: ReadonlyArray<string>, right: View<ServiceState>["ready"]): boolean =>
  left.length === right.length && left.every((id, index) => id === right[index])

const isServing = (pod: View<PodState>): boolean => pod.ready && !pod.terminating && pod.address !== undefined

const isLingering = (pod: View<PodState>): boolean => pod.ready && pod.terminating && pod.address !== undefined

/**
 * Endpoints: which pods a Service sends to. A pod counts while the API has it Ready and not terminating; terminating pods that still
 * answer are kept beside, for when nothing else is ready. From the change to every connected kube-proxy takes `endpointsDelayMs`;
 * nodes that cannot watch keep what they had (the world's fabric sees to that).
 * Not modelled: topology hints, slices of 100. Source: kubernetes endpointslice controller, KEP-1669.
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { PodState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"
import { isServing } from "./zonal-shift.ts"

const askFor = (world: KubeWorld, service: string, turn: KubeTurn): void =>
  turn.askOnce(service, { _tag: "kube/EndpointsDue", service }, turn.now + world.settings.endpointsDelayMs)

/** A pod turned ready or unready, or is being deleted: the Services that select it follow. */
export const noteEndpoints = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(world.cluster.pods.get(event.pod)?.workload ?? "")
  for (const id of workload?.services ?? []) if (world.cluster.services.get(id)?.applied) askFor(world, id, turn)
}

/** A pod's object went while it was still listed: with a lost machine, or by force. */
export const noteRemoval = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  for (const id of sortedKeys(world.cluster.services.keys()))
    if (world.cluster.services.get(id)?.touched.has(event.pod)) askFor(world, id, turn)
}

/** A Service was applied after its pods, or before: it looks once. */
export const noteService = (world: KubeWorld, event: { readonly service: string }, turn: KubeTurn): void =>
  askFor(world, event.service, turn)

/** A zonal shift came into effect, or is over: its delay was its own. */
export const followShift = (world: KubeWorld, _event: unknown, turn: KubeTurn): void => {
  for (const id of sortedKeys(world.cluster.services.keys()))
    if ((world.cluster.services.get(id)?.touched.size ?? 0) > 0) turn.askOnce(id, { _tag: "kube/EndpointsDue", service: id }, turn.now)
}

/** A rollout may bring other labels. */
export const noteLabels = (world: KubeWorld, event: { readonly workload: string }, turn: KubeTurn): void => {
  for (const id of world.cluster.workloads.get(event.workload)?.services ?? []) askFor(world, id, turn)
}

export const turnEndpoints = (world: KubeWorld, timer: TimerOf<"kube/EndpointsDue">, turn: KubeTurn): void => {
  const service = world.cluster.services.get(timer.service)
  if (service === undefined || service.touched.size === 0) return
  const [ready, serving] = [new Set(service.ready), new Set(service.serving)]
  let isTurned = false
  const put = (list: Set<string>, id: string, listed: boolean): void => {
    if (list.has(id) === listed) return
    isTurned = true
    if (listed) list.add(id)
    else list.delete(id)
  }
  for (const id of service.touched) {
    const pod = world.cluster.pods.get(id)
    const isSelected = pod !== undefined && service.workloads.includes(pod.workload)
    // A turn that is younger than the delay has not come through yet.
    if (isSelected && pod.servesTurnedAt + world.settings.endpointsDelayMs > turn.now) continue
    put(ready, id, isSelected && isServing(world.cluster, pod))
    put(serving, id, isSelected && world.settings.terminatingEndpoints === "fallback" && isLingering(pod))
  }
  if (!isTurned) return
  turn.emit({
    _tag: "kube/EndpointsTurned",
    service: timer.service,
    ready: [...ready].sort(),
    ...(serving.size === 0 ? {} : { serving: [...serving].sort() })
  })
}

/** Pods that a Service's tables and name list: the ready ones, else those that go on answering while they end. */
export const listedOf = (endpoints: {
  readonly ready: ReadonlyArray<string>
  readonly serving?: ReadonlyArray<string>
}): ReadonlyArray<string> => (endpoints.ready.length === 0 ? (endpoints.serving ?? []) : endpoints.ready)

const isLingering = (pod: View<PodState>): boolean => pod.ready && pod.terminating && pod.address !== undefined

/**
 * Endpoints: which pods a Service sends to. A pod counts while the API has it Ready and not terminating. From the change to every
 * connected kube-proxy takes `endpointsDelayMs`; nodes that cannot watch keep what they had (the world's fabric sees to that).
 * Not modelled yet: terminating endpoints as a fallback (1.26 and later), topology hints. Source: kubernetes endpointslice controller.
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { ServiceState } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const selects = (service: View<ServiceState>, namespace: string, labels: Readonly<Record<string, string>>): boolean => {
  const wanted = Object.entries(service.spec.selector)
  return service.spec.namespace === namespace && wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

const askFor = (world: KubeWorld, service: string, turn: KubeTurn): void =>
  turn.ask({ _tag: "kube/EndpointsDue", service }, turn.now + world.settings.endpointsDelayMs)

/** A pod turned ready or unready, or is being deleted: the Services that select it follow. */
export const noteEndpoints = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const spec = world.cluster.workloads.get(world.cluster.pods.get(event.pod)?.workload ?? "")?.spec
  if (spec === undefined) return
  for (const id of sortedKeys(world.cluster.services.keys())) {
    const service = world.cluster.services.get(id)
    if (service?.applied && selects(service, spec.namespace, spec.template.labels)) askFor(world, id, turn)
  }
}

/** A Service was applied after its pods, or before: it looks once. */
export const noteService = (world: KubeWorld, event: { readonly service: string }, turn: KubeTurn): void =>
  askFor(world, event.service, turn)

export const turnEndpoints = (world: KubeWorld, timer: TimerOf<"kube/EndpointsDue">, turn: KubeTurn): void => {
  const service = world.cluster.services.get(timer.service)
  if (service === undefined) return
  const ready = [...world.cluster.workloads.values()]
    .filter(({ spec }) => selects(service, spec.namespace, spec.template.labels))
    .flatMap((workload) => [...workload.pods])
    .filter((id) => isListed(world, service, id, turn.now))
    .sort()
  if (ready.join() !== service.ready.join()) turn.emit({ _tag: "kube/EndpointsTurned", service: timer.service, ready })
}

/** A turn that is younger than the delay has not come through yet. */
const isListed = (world: KubeWorld, service: View<ServiceState>, id: string, now: number): boolean => {
  const turnedAt = world.cluster.pods.get(id)?.servesTurnedAt ?? now
  return turnedAt + world.settings.endpointsDelayMs > now ? service.ready.includes(id) : isServing(world, id)
}

const isServing = (world: KubeWorld, id: string): boolean => {
  const pod = world.cluster.pods.get(id)
  return pod?.ready === true && !pod.terminating && pod.address !== undefined
}

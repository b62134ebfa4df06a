/**
 * How clients follow a headless Service's name: each uses an answer to its end (the worst case), so that they hold what was listed one
 * time-to-live ago. An answer without an address is not kept. Off by default: clients ask for every connection.
 * Not modelled: other lookups out of a cache (in the worst case each has just run out when its resolver dies, as without one), and
 * CoreDNS's own cache, where the cluster's records live 5 s. Source: CoreDNS, plugin kubernetes, ttl.
 */
import { listedOf } from "./endpoints.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** The name's answer turned: clients follow when theirs has run out. */
export const keepNames = (
  world: KubeWorld,
  event: { readonly service: string; readonly ready: ReadonlyArray<string>; readonly serving?: ReadonlyArray<string> },
  turn: KubeTurn
): void => {
  const { dnsClientCacheMs } = world.settings
  if (dnsClientCacheMs === 0 || world.cluster.services.get(event.service)?.spec.headless !== true) return
  const addresses = addressesOf(world, listedOf(event))
  turn.ask({ _tag: "kube/NameCachesDue", service: event.service, addresses }, turn.now + dnsClientCacheMs)
}

export const followNames = (world: KubeWorld, timer: TimerOf<"kube/NameCachesDue">, turn: KubeTurn): void => {
  const service = world.cluster.services.get(timer.service)
  if (service === undefined) return
  const addresses = timer.addresses.length > 0 ? timer.addresses : addressesOf(world, listedOf(service))
  turn.emit({ _tag: "kube/NameCachesFollowed", service: timer.service, addresses })
}

const addressesOf = (world: KubeWorld, pods: ReadonlyArray<string>): ReadonlyArray<string> =>
  pods.flatMap((pod) => world.cluster.pods.get(pod)?.address ?? []).sort()

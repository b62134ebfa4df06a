/** Volumes of pods: named ones, and one of its own per pod where the template claims so. */
import type { View } from "../value/view.ts"
import { type PodState, templateOfPod } from "./state.ts"
import type { KubeWorld } from "./world.ts"

export interface PodVolume {
  readonly name: string
  readonly kind: string
  /** Bound to this zone; `undefined`: to none, or not yet. */
  readonly zone: string | undefined
  readonly attaches: boolean
  /** It comes to be where its first pod is placed (WaitForFirstConsumer), in that zone if it is zonal. */
  readonly unbound: boolean
  readonly zonal: boolean
}

const plainName = (id: string): string => id.slice(id.indexOf("/") + 1)

/** The volume of a pod; `undefined` when it has none. */
export const volumeOf = (world: KubeWorld, pod: View<PodState>): PodVolume | undefined => {
  const template = templateOfPod(world.cluster, pod)
  const claim = template?.volumeClaim
  const name = template?.volume ?? (claim === undefined ? undefined : `${claim.name}-${plainName(pod.id)}`)
  if (name === undefined) return undefined
  const known = world.cluster.volumes.get(name)
  const said = world.cluster.spec.volumes.find((volume) => volume.name === name)
  return {
    name,
    kind: known?.kind ?? said?.kind ?? claim?.kind ?? "",
    zone: known?.zone,
    attaches: known?.attaches ?? said?.attaches ?? claim?.attaches ?? true,
    unbound: known === undefined,
    zonal: claim?.zonal ?? true
  }
}

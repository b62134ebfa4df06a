/** What deciders ask about pods. */
import type { View } from "../value/view.ts"
import type { PodPin } from "./spec.ts"
import type { PodState } from "./state.ts"
import type { KubeWorld } from "./world.ts"

/** The pin of a pod: what its owner knows of it from the start. */
export const pinOf = (world: KubeWorld, pod: View<PodState>): View<PodPin> | undefined => {
  const pins = world.cluster.workloads.get(pod.workload)?.spec.pins
  if (pins === undefined || pins.length === 0) return undefined
  return pins.find((pin) => pod.id.length === pin.name.length + pod.id.indexOf("/") + 1 && pod.id.endsWith(`/${pin.name}`))
}

/** Wanted, and not on its way out. */
export const isActive = (pod: View<PodState> | undefined): boolean => pod !== undefined && !pod.terminating && !pod.succeeded

export const isAvailable = (pod: View<PodState> | undefined): boolean => pod?.ready === true && isActive(pod)

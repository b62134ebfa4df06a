/** What deciders ask about pods. */
import type { View } from "../value/view.ts"
import type { PodPin } from "./spec.ts"
import { never, type PodState } from "./state.ts"
import type { KubeWorld } from "./world.ts"

type Pins = ReadonlyArray<View<PodPin>>

/** Pins by pod name. The plan never changes: a memory of it changes no answer. */
const pinsByName = new WeakMap<Pins, ReadonlyMap<string, View<PodPin>>>()

/** The pin of a pod: what its owner knows of it from the start. */
export const pinOf = (world: KubeWorld, pod: View<PodState>): View<PodPin> | undefined => {
  const pins: Pins | undefined = world.cluster.workloads.get(pod.workload)?.spec.pins
  if (pins === undefined || pins.length === 0) return undefined
  let known = pinsByName.get(pins)
  if (known === undefined) {
    known = new Map(pins.map((pin) => [pin.name, pin]))
    pinsByName.set(pins, known)
  }
  return known.get(pod.id.slice(pod.id.indexOf("/") + 1))
}

/** Its container has never started: phase Pending. One that waits to start again is Running. Source: kubernetes pkg/kubelet getPhase. */
export const isPending = (pod: View<PodState>): boolean => pod.startedAt === never

/** Wanted, and not on its way out. */
export const isActive = (pod: View<PodState> | undefined): boolean => pod !== undefined && !pod.terminating && !pod.succeeded

export const isAvailable = (pod: View<PodState> | undefined): boolean => pod?.ready === true && isActive(pod)

/** What pods ask for, and what a node's pods have taken. */
import type { View } from "../value/view.ts"
import type { Requested } from "./state.ts"
import type { PodTemplate } from "./template.ts"

/** What scoring takes for requests a pod does not state. Source: kubernetes pkg/scheduler/util/non_zero.go. */
export const missingMilliCpu = 100
export const missingMiB = 200

/** Adds a pod's requests, or takes them off with `sign` −1. */
export const addRequests = (requested: Requested, template: View<PodTemplate> | undefined, sign: 1 | -1): void => {
  const asked = template?.requests
  requested.milliCpu += sign * (asked?.milliCpu ?? 0)
  requested.memoryMiB += sign * (asked?.memoryMiB ?? 0)
  requested.scoredMilliCpu += sign * (asked?.milliCpu || missingMilliCpu)
  requested.scoredMiB += sign * (asked?.memoryMiB || missingMiB)
  for (const [name, count] of Object.entries(asked?.extended ?? {}))
    requested.extended.set(name, (requested.extended.get(name) ?? 0) + sign * count)
}

/** Which taints a pod bears, and for how long. Source: kubernetes API, Toleration; plugin/pkg/admission/defaulttolerationseconds. */
import type { View } from "../value/view.ts"
import { isLifecycleTaint } from "./evolve-trouble.ts"
import type { Taint } from "./state.ts"
import type { PodTemplate, Toleration } from "./template.ts"

const tolerates = (toleration: View<Toleration>, taint: Pick<Taint, "key" | "value" | "effect">): boolean =>
  (toleration.effect === undefined || toleration.effect === taint.effect) &&
  (toleration.key === "" ? toleration.operator === "Exists" : toleration.key === taint.key) &&
  (toleration.operator === "Exists" || (toleration.value ?? "") === (taint.value ?? ""))

/** What a cordon is in the eyes of the scheduler. Source: kubernetes pkg/scheduler/framework/plugins/nodeunschedulable. */
export const cordonTaint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const

/** A node without a route for its pods. Source: kubernetes cloud-provider, controllers/route. */
export const networkUnavailableTaint = { key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" } as const

const pressureKeys: ReadonlySet<string> = new Set([
  cordonTaint.key,
  "node.kubernetes.io/disk-pressure",
  "node.kubernetes.io/memory-pressure",
  "node.kubernetes.io/pid-pressure"
])

/** What DaemonSet pods are made to bear. Source: kubernetes pkg/controller/daemon/util AddOrUpdateDaemonPodTolerations. */
const isBorneByDaemons = ({ key, effect }: Pick<Taint, "key" | "effect">, template: View<PodTemplate> | undefined): boolean =>
  effect === "NoExecute"
    ? isLifecycleTaint(key)
    : effect === "NoSchedule" && (pressureKeys.has(key) || (key === networkUnavailableTaint.key && template?.hostNetwork === true))

export type Tolerance = number | "none" | undefined

export const isTolerated = (
  template: View<PodTemplate> | undefined,
  isDaemon: boolean,
  taint: Pick<Taint, "key" | "value" | "effect">
): boolean =>
  (isDaemon && isBorneByDaemons(taint, template)) || (template?.tolerations ?? []).some((toleration) => tolerates(toleration, taint))

/**
 * How long a pod bears a NoExecute taint, in milliseconds; `undefined` for ever, `none` not at all. The first toleration that matches
 * counts. `defaultMs`: admission's for lifecycle taints. Source: kubernetes component-helpers, GetMatchingTolerations.
 */
export const toleranceOf = (
  template: View<PodTemplate> | undefined,
  isDaemon: boolean,
  taint: Pick<Taint, "key" | "value" | "effect">,
  defaultMs: number
): Tolerance => {
  if (isDaemon && isBorneByDaemons(taint, template)) return undefined
  const first = (template?.tolerations ?? []).find((toleration) => tolerates(toleration, taint))
  if (first === undefined) return isLifecycleTaint(taint.key) ? defaultMs : "none"
  return first.seconds === undefined ? undefined : Math.max(0, first.seconds) * 1_000
}

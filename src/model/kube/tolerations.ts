/** Which taints a pod bears, and for how long. Source: kubernetes API, Toleration; plugin/pkg/admission/defaulttolerationseconds. */
import type { View } from "../value/view.ts"
import { isLifecycleTaint } from "./evolve-trouble.ts"
import type { Taint } from "./state.ts"
import type { PodTemplate, Toleration } from "./template.ts"

const tolerates = (toleration: View<Toleration>, taint: Pick<Taint, "key" | "value" | "effect">): boolean =>
  (toleration.effect === undefined || toleration.effect === taint.effect) &&
  (toleration.key === "" ? toleration.operator === "Exists" : toleration.key === taint.key) &&
  (toleration.operator === "Exists" || (toleration.value ?? "") === (taint.value ?? ""))

/** DaemonSet pods bear what the node lifecycle and a cordon do. Source: kubernetes pkg/controller/daemon/util AddOrUpdateDaemonPodTolerations. */
export const isTolerated = (
  template: View<PodTemplate> | undefined,
  isDaemon: boolean,
  taint: Pick<Taint, "key" | "value" | "effect">
): boolean => (isDaemon && isLifecycleTaint(taint.key)) || (template?.tolerations ?? []).some((toleration) => tolerates(toleration, taint))

/** How long a pod bears a NoExecute taint, in milliseconds; `undefined` for ever. `defaultMs`: admission's for lifecycle taints. */
export const toleranceOf = (
  template: View<PodTemplate> | undefined,
  isDaemon: boolean,
  taint: Pick<Taint, "key" | "value" | "effect">,
  defaultMs: number
): number | undefined => {
  if (isDaemon && isLifecycleTaint(taint.key)) return undefined
  const matching = (template?.tolerations ?? []).filter((toleration) => tolerates(toleration, taint))
  if (matching.length === 0) return isLifecycleTaint(taint.key) ? defaultMs : 0
  const bounded = matching.flatMap(({ seconds }) => (seconds === undefined ? [] : [Math.max(0, seconds) * 1_000]))
  return bounded.length === 0 ? undefined : Math.min(...bounded)
}

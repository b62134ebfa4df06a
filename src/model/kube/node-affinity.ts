/** Whether a pod may stand on nodes with these labels: its node selector and required node affinity. */
import type { View } from "../value/view.ts"
import { hasAll, type Labels, meets } from "./labels.ts"
import type { PodTemplate } from "./template.ts"

export const nodeAffinityAllows = (template: View<PodTemplate>, labels: Labels): boolean => {
  if (template.nodeSelector !== undefined && !hasAll(labels, template.nodeSelector)) return false
  const terms = template.affinity?.nodeRequired
  return terms === undefined || terms.some((term) => term.length > 0 && term.every((requirement) => meets(labels, requirement)))
}

/** The sum of the weights of the preferences that a node's labels meet. */
export const nodePreferenceOf = (template: View<PodTemplate>, labels: Labels): number => {
  let sum = 0
  for (const { weight, requirements } of template.affinity?.nodePreferred ?? [])
    if (requirements.every((requirement) => meets(labels, requirement))) sum += weight
  return sum
}

/** Labels and what selects by them, as the Kubernetes API reads selectors. */
import type { View } from "../value/view.ts"
import type { LabelSelector, Requirement } from "./template.ts"

export type Labels = Readonly<Record<string, string>>

/** Well-known labels of nodes. Source: kubernetes.io, Well-Known Labels. */
export const zoneLabel = "topology.kubernetes.io/zone"
export const hostnameLabel = "kubernetes.io/hostname"
export const instanceTypeLabel = "node.kubernetes.io/instance-type"

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined

export const meets = (labels: Labels, { key, operator, values }: View<Requirement>): boolean => {
  const value = labels[key]
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value)
    case "NotIn":
      return value === undefined || !values.includes(value)
    case "Exists":
      return value !== undefined
    case "DoesNotExist":
      return value === undefined
    case "Gt":
    case "Lt": {
      const [own, bound] = [wholeNumber(value), wholeNumber(values[0])]
      return own !== undefined && bound !== undefined && (operator === "Gt" ? own > bound : own < bound)
    }
  }
}

export const hasAll = (labels: Labels, wanted: Labels): boolean => {
  for (const [key, value] of Object.entries(wanted)) if (labels[key] !== value) return false
  return true
}

/** An empty selector selects everything. */
export const selectorMatches = (labels: Labels, selector: View<LabelSelector>): boolean =>
  hasAll(labels, selector.labels) && selector.requirements.every((requirement) => meets(labels, requirement))

/** The one label that every namespace has. Source: kubernetes.io, Well-Known Labels. */
export const labelsOfNamespace = (namespace: string): Labels => ({ "kubernetes.io/metadata.name": namespace })

/** Selectors of manifests as the model has them. */
import type { LabelSelector, Requirement } from "../../model/kube/template.ts"

type Json = Readonly<Record<string, unknown>>

export const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {}
export const list = (value: unknown): ReadonlyArray<Json> => (Array.isArray(value) ? value.map(record) : [])

/** Labels with their values as text. */
export const labelsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(record(value)).map(([key, each]) => [key, String(each)]))

export const requirementsOf = (value: unknown): ReadonlyArray<Requirement> =>
  list(value).map(({ key, operator, values }) => ({
    key: String(key),
    operator: String(operator) as Requirement["operator"],
    values: Array.isArray(values) ? values.map(String) : []
  }))

export const selectorOf = (value: unknown): LabelSelector => {
  const { matchLabels, matchExpressions } = record(value)
  return { labels: labelsOf(matchLabels), requirements: requirementsOf(matchExpressions) }
}

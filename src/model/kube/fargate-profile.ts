/**
 * Which pods are Fargate's, and which of those Fargate cannot run. Of several profiles that match, the pod's own label names one, or
 * else the one whose name sorts first is taken. Not modelled: host ports (templates do not say them).
 * Source: Amazon EKS user guide, Define which Pods use AWS Fargate; AWS Fargate considerations.
 */
import { compareText } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { Labels } from "./labels.ts"
import type { FargateProfileSpec, NodeSpec, VolumeSpec, WorkloadSpec } from "./spec.ts"
import type { PodTemplate } from "./template.ts"

/** Label and taint of every Fargate node. Source: Amazon EKS user guide, AWS Fargate. */
export const computeType = { key: "eks.amazonaws.com/compute-type", value: "fargate" } as const

/** A pod's own label, by which it chooses among the profiles that match it. */
const profileLabel = "eks.amazonaws.com/fargate-profile"

/** A node that is a Fargate machine: it runs one pod, and nothing else. */
export const isForOnePod = ({ spec }: { readonly spec: Pick<View<NodeSpec>, "labels"> }): boolean =>
  spec.labels[computeType.key] === computeType.value

/** Source: the same, Fargate profile wildcards: `*` any text, `?` one character. */
const fits = (pattern: string, text: string): boolean => {
  if (!pattern.includes("*") && !pattern.includes("?")) return pattern === text
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
  return new RegExp(`^${source}$`, "s").test(text)
}

/** A selector without labels takes every pod of its namespaces. */
export const selects = (selector: View<FargateProfileSpec>["selectors"][number], namespace: string, labels: Labels): boolean =>
  fits(selector.namespace, namespace) &&
  Object.entries(selector.labels ?? {}).every(([key, value]) =>
    Object.entries(labels).some(([ownKey, ownValue]) => fits(key, ownKey) && fits(value, ownValue))
  )

/** The profile that a pod is for, or `undefined`: it is not Fargate's. */
export const profileFor = (
  profiles: ReadonlyArray<View<FargateProfileSpec>> | undefined,
  namespace: string,
  labels: Labels
): View<FargateProfileSpec> | undefined => {
  if (profiles === undefined) return undefined
  const matching = profiles
    .filter(({ selectors }) => selectors.some((selector) => selects(selector, namespace, labels)))
    .sort((left, right) => compareText(left.name, right.name))
  return matching.find(({ name }) => name === labels[profileLabel]) ?? matching[0]
}

/** The profile that a workload's pods are for. DaemonSets stay on nodes: their pods name theirs. */
export const profileOfWorkload = (
  profiles: ReadonlyArray<View<FargateProfileSpec>> | undefined,
  { kind, namespace, template }: View<WorkloadSpec>
): View<FargateProfileSpec> | undefined => (kind === "DaemonSet" ? undefined : profileFor(profiles, namespace, template.labels))

/** Why Fargate runs no pod of a template, in its own words; `undefined` when it does. Volumes over the network it mounts, disks it does not. */
export const unsupportedBy = (template: View<PodTemplate>, volumes: ReadonlyArray<View<VolumeSpec>>): string | undefined => {
  const { hostNetwork, privileged, volume, volumeClaim } = template
  const attached = volumes.find(({ name, attaches }) => name === volume && attaches !== false)?.name
  const disk = volumeClaim?.attaches === true ? volumeClaim.name : attached
  const reasons = [
    ...(hostNetwork ? ["fields not supported: HostNetwork"] : []),
    ...(privileged === true ? ["invalid SecurityContext fields: Privileged"] : []),
    ...(disk === undefined ? [] : [`volumes not supported: ${disk} is a disk that is attached`])
  ]
  return reasons.length === 0 ? undefined : `Pod not supported on Fargate: ${reasons.join(", ")}`
}

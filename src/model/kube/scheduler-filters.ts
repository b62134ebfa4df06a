/**
 * Which nodes a pod fits on, and why not on the others, in the scheduler's own words.
 * Not modelled: host ports, attach limits. Source: kubernetes pkg/scheduler, framework/plugins (texts of 1.20 and since 1.24),
 * recordings of 1.20.2.
 */
import type { View } from "../value/view.ts"
import { computeType } from "./fargate-profile.ts"
import { nodeAffinityAllows } from "./node-affinity.ts"
import type { Gone } from "./placed.ts"
import { type AffinityCheck, affinityCheckFor, affinityObstacle, antiAffinityReason, existingAntiAffinityReason } from "./pod-affinity.ts"
import { type SpreadCheck, spreadChecksFor, spreadObstacle, spreadReason } from "./spread.ts"
import { type NodeState, type PodState, type Taint, templateOfPod } from "./state.ts"
import type { PodTemplate } from "./template.ts"
import { cordonTaint, isTolerated } from "./tolerations.ts"
import { type PodVolume, volumeOf } from "./volumes.ts"
import type { KubeWorld } from "./world.ts"

/** What is asked once for a pod, before any node is looked at. */
export interface PodQuestion {
  readonly pod: View<PodState>
  readonly template: View<PodTemplate>
  readonly spread: ReadonlyArray<SpreadCheck>
  readonly affinity: AffinityCheck
  readonly volume: PodVolume | undefined
}

/** `gone`: pods that are taken for gone. */
export const questionOf = (world: KubeWorld, pod: View<PodState>, gone: Gone = new Set()): PodQuestion | undefined => {
  const template = templateOfPod(world.cluster, pod)
  if (template === undefined) return undefined
  return {
    pod,
    template,
    spread: spreadChecksFor(world, pod, gone),
    affinity: affinityCheckFor(world, pod, gone),
    volume: volumeOf(world, pod)
  }
}

/** What is freed on a node when some of its pods are taken for gone. */
export interface Freed {
  readonly pods: number
  readonly milliCpu: number
  readonly memoryMiB: number
  readonly extended: ReadonlyMap<string, number>
}

const nothing: Freed = { pods: 0, milliCpu: 0, memoryMiB: 0, extended: new Map() }

/** Why a pod does not fit on a node: the reasons of the first filter that refuses; empty when it fits. */
export const obstaclesOn = (
  world: KubeWorld,
  question: PodQuestion,
  node: View<NodeState>,
  freed: Freed = nothing
): ReadonlyArray<string> => {
  const { pod, template } = question
  const isDaemon = pod.only !== undefined
  if (node.cordoned && !isTolerated(template, isDaemon, cordonTaint)) return ["node(s) were unschedulable"]
  if (node.taints.length > 0) {
    // Nobody is let onto a Fargate machine, however much it tolerates.
    const isBorne = (each: View<Taint>): boolean => each.key !== computeType.key && isTolerated(template, isDaemon, each)
    const taint = node.taints.find((each) => each.effect !== "PreferNoSchedule" && !isBorne(each))
    if (taint !== undefined) return [taintText(world, taint)]
  }
  if ((isDaemon && pod.only !== node.spec.name) || !nodeAffinityAllows(template, node.labels)) return [affinityText(world, isDaemon)]
  const resources = resourceObstacles(template, node, freed)
  if (resources.length > 0) return resources
  const { volume } = question
  if (volume?.zone !== undefined && volume.zone !== node.zone) return ["node(s) had volume node affinity conflict"]
  const spread = spreadObstacle(question.spread, node)
  if (spread !== undefined) return [spread]
  const company = affinityObstacle(question.affinity, node)
  if (company === undefined) return []
  return world.settings.schedulerTexts === "1.20" ? [companyReason120, company] : [company]
}

/** Said beside the reason itself up to 1.20. */
const companyReason120 = "node(s) didn't match pod affinity/anti-affinity"

/** Reasons that no other pod's leaving changes: preemption does not help there. */
const isLasting = (reason: string): boolean =>
  !reason.startsWith("Insufficient") &&
  reason !== "Too many pods" &&
  reason !== spreadReason &&
  reason !== antiAffinityReason &&
  reason !== existingAntiAffinityReason &&
  reason !== companyReason120

const taintText = (world: KubeWorld, taint: { readonly key: string; readonly value?: string }): string =>
  world.settings.schedulerTexts === "1.20"
    ? `node(s) had taint {${taint.key}: ${taint.value ?? ""}}, that the pod didn't tolerate`
    : `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`

const affinityText = (world: KubeWorld, isDaemon: boolean): string =>
  world.settings.schedulerTexts === "1.20"
    ? isDaemon
      ? "node(s) didn't match Pod's node affinity"
      : "node(s) didn't match node selector"
    : "node(s) didn't match Pod's node affinity/selector"

/** With `freed`: as if so much had gone already. */
export const resourceObstacles = (template: View<PodTemplate>, node: View<NodeState>, freed: Freed = nothing): ReadonlyArray<string> => {
  const { requested } = node
  const [milliCpu, memoryMiB] = [template.requests?.milliCpu ?? 0, template.requests?.memoryMiB ?? 0]
  const reasons: Array<string> = []
  if (node.pods.size - freed.pods + 1 > node.spec.maxPods) reasons.push("Too many pods")
  if (milliCpu > 0 && requested.milliCpu - freed.milliCpu + milliCpu > node.allocatableMilliCpu) reasons.push("Insufficient cpu")
  if (memoryMiB > 0 && requested.memoryMiB - freed.memoryMiB + memoryMiB > node.allocatableMiB) reasons.push("Insufficient memory")
  for (const [name, count] of Object.entries(template.requests?.extended ?? {}))
    if ((requested.extended.get(name) ?? 0) - (freed.extended.get(name) ?? 0) + count > (node.spec.extended?.[name] ?? 0))
      reasons.push(`Insufficient ${name}`)
  return reasons
}

/** `0/3 nodes are available: 1 Too many pods, 2 node(s) had volume node affinity conflict.` */
export const failureText = (nodes: number, reasons: ReadonlyArray<string>): string => {
  if (nodes === 0) return "no nodes available to schedule pods"
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts.entries()].map(([reason, count]) => `${count} ${reason}`).sort()
  return `0/${nodes} nodes are available: ${parts.join(", ")}.`
}

/** What is added since 1.24 when nobody's leaving would help, or nobody may be made to leave. */
export const preemptionText = (nodes: number, obstacles: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lasting = obstacles.filter((reasons) => reasons.some(isLasting)).length
  const parts = [
    ...(nodes - lasting > 0 ? [`${nodes - lasting} No preemption victims found for incoming pod`] : []),
    ...(lasting > 0 ? [`${lasting} Preemption is not helpful for scheduling`] : [])
  ]
  return ` preemption: 0/${nodes} nodes are available: ${parts.sort().join(", ")}.`
}

export const isHelpedByLeaving = (reasons: ReadonlyArray<string>): boolean => !reasons.some(isLasting)

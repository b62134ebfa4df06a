/**
 * Whether workloads can stand anywhere, and whether what speaks of them means somebody: requests no node can hold, selectors and keys
 * that no node bears, budgets and policies that select nobody, autoscalers of nothing.
 */

import { instanceTermsOf } from "../model/cloud/aws/limits.ts"
import { writtenSubnets, writtenTypes } from "../model/cloud/cloud-of.ts"
import { isAmount } from "../model/kube/amount.ts"
import { profileOfWorkload } from "../model/kube/fargate-profile.ts"
import { hostnameLabel, instanceTypeLabel, type Labels, selectorMatches, zoneLabel } from "../model/kube/labels.ts"
import { nodeAffinityAllows } from "../model/kube/node-affinity.ts"
import type { WorkloadSpec } from "../model/kube/spec.ts"
import type { LabelSelector } from "../model/kube/template.ts"
import { type Diagnostic, errorOf, warningOf } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import { listed } from "./near.ts"
import type { Place, Places, Plan } from "./plan.ts"

const idOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`

interface Stand {
  readonly labels: Labels
  readonly milliCpu: number
  readonly memoryMiB: number
  readonly extended: Readonly<Record<string, number>>
}

/** Every node there is or may come to be, as a pod sees it. */
const standsOf = ({ cluster, topology }: Plan): ReadonlyArray<Stand> => {
  const sizeOf = (type: string): Pick<Stand, "milliCpu" | "memoryMiB"> => {
    const shape = topology._tag === "FlatTopology" ? topology.shapes.find(({ name }) => name === type) : undefined
    const terms = instanceTermsOf(type) ?? writtenTypes(topology)?.get(type)
    return {
      milliCpu: shape?.milliCpu ?? terms?.allocatableMilliCpu ?? 0,
      memoryMiB: shape?.memoryMiB ?? terms?.allocatableMiB ?? 0
    }
  }
  const zoneOf = (subnet: string): string => writtenSubnets(topology).find(({ id }) => id === subnet)?.zone ?? ""
  const labelsOf = (subnet: string, type: string, own: Labels, name: string): Labels => ({
    [hostnameLabel]: name,
    [zoneLabel]: zoneOf(subnet),
    [instanceTypeLabel]: type,
    ...own
  })
  return [
    ...cluster.nodes.map((node) => ({
      labels: {
        ...labelsOf(node.subnet, node.instanceType, node.labels, node.name),
        ...(node.zone === undefined ? {} : { [zoneLabel]: node.zone })
      },
      extended: node.extended ?? {},
      ...sizeOf(node.instanceType)
    })),
    ...(cluster.nodeGroups ?? []).flatMap((group) =>
      group.subnets.map((subnet) => ({
        labels: labelsOf(subnet, group.instanceType, group.labels, ""),
        extended: {},
        ...sizeOf(group.instanceType)
      }))
    )
  ]
}

/** Every mistake in where workloads may stand, and in what speaks of them. */
export const checkPlacing = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const stands = standsOf(plan)
  return [
    ...(stands.length === 0
      ? []
      : onNodes(plan.cluster).flatMap((workload) => standMistakes(workload, stands, places[`workload/${idOf(workload)}`]))),
    ...budgetMistakes(plan, places),
    ...autoscalerMistakes(plan, places),
    ...policyNotes(plan, places)
  ]
}

/** Workloads that nodes carry; a Fargate profile's pods have their own. */
const onNodes = ({ workloads, fargateProfiles }: Plan["cluster"]): ReadonlyArray<WorkloadSpec> =>
  workloads.filter((workload) => profileOfWorkload(fargateProfiles, workload) === undefined)

const standMistakes = (workload: WorkloadSpec, stands: ReadonlyArray<Stand>, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const { template } = workload
  const what = `${workload.kind} ${workload.name}`
  const allowed = stands.filter(({ labels }) => nodeAffinityAllows(template, labels))
  if (allowed.length === 0) {
    const wanted = Object.entries(template.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`)
    return [
      errorOf("D022", `${what}: no node may carry its pods`, {
        place,
        underlined: wanted.length > 0 ? "nodeSelector" : "affinity",
        notes: [wanted.length > 0 ? `no node bears ${listed(wanted)}` : "no node meets its required affinity"],
        help: "label a node group, or ask for less"
      })
    ]
  }
  return [...sizeMistakes(workload, what, allowed, place), ...keyMistakes(workload, what, stands, place)]
}

const sizeMistakes = (
  { template }: WorkloadSpec,
  what: string,
  allowed: ReadonlyArray<Stand>,
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  const { requests } = template
  if (requests === undefined) return []
  const fits = (stand: Stand): boolean =>
    requests.milliCpu <= stand.milliCpu &&
    requests.memoryMiB <= stand.memoryMiB &&
    Object.entries(requests.extended ?? {}).every(([name, count]) => count <= (stand.extended[name] ?? 0))
  if (allowed.some(fits)) return []
  const most = (of: "milliCpu" | "memoryMiB"): number => allowed.reduce((greatest, stand) => Math.max(greatest, stand[of]), 0)
  const extended = Object.entries(requests.extended ?? {}).map(([name, count]) => `, ${count} of ${name}`)
  return [
    errorOf(
      "D009",
      `${what}: a pod requests ${requests.milliCpu}m CPU and ${requests.memoryMiB} MiB${extended.join("")}, more than any node has`,
      {
        place,
        underlined: "requests",
        notes: [`the largest node that it may stand on leaves ${most("milliCpu")}m and ${most("memoryMiB")} MiB to pods`],
        help: "request less, or take a bigger machine"
      }
    )
  ]
}

const keyMistakes = (
  { template }: WorkloadSpec,
  what: string,
  stands: ReadonlyArray<Stand>,
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  const known = [...new Set(stands.flatMap(({ labels }) => Object.keys(labels)))].sort()
  return (template.spread ?? []).flatMap(({ topologyKey, selector }): ReadonlyArray<Diagnostic> => {
    if (!known.includes(topologyKey))
      return [
        errorOf("D022", `${what}: is spread over "${topologyKey}", which no node bears`, {
          place,
          underlined: topologyKey,
          notes: [`nodes bear ${listed(known)}`],
          help: 'write over: "zone" or "host"'
        })
      ]
    return selectorMatches(template.labels, selector)
      ? []
      : [
          warningOf("D021", `${what}: its spread does not count its own pods`, {
            place,
            underlined: "spread",
            notes: [`its labels are ${listed(Object.entries(template.labels).map(([key, value]) => `${key}=${value}`))}`]
          })
        ]
  })
}

const selectorText = (selector: LabelSelector): string =>
  listed([
    ...Object.entries(selector.labels).map(([key, value]) => `${key}=${value}`),
    ...selector.requirements.map(({ key, operator, values }) => `${key} ${operator} ${values.join(", ")}`)
  ])

const selectsSomebody = ({ cluster }: Plan, namespace: string, selector: LabelSelector): boolean =>
  cluster.workloads.some((workload) => workload.namespace === namespace && selectorMatches(workload.template.labels, selector))

const budgetMistakes = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const applied = plan.timeline.flatMap(({ action }, index) =>
    action._tag === "ApplyBudget" ? [{ spec: action.budget, place: places[`timeline/${index}`] }] : []
  )
  const all = [...(plan.cluster.budgets ?? []).map((spec) => ({ spec, place: places[`budget/${idOf(spec)}`] })), ...applied]
  return all.flatMap(({ spec, place }) => {
    const wrong = [spec.minAvailable, spec.maxUnavailable].find((amount) => amount !== undefined && !isAmount(amount))
    if (wrong !== undefined)
      return [
        errorOf("D008", `budget ${spec.name}: ${JSON.stringify(wrong)} is no number of pods and no share`, {
          place,
          underlined: String(wrong),
          help: 'write 1 or "25%"'
        })
      ]
    return selectsSomebody(plan, spec.namespace, spec.selector)
      ? []
      : [
          errorOf("D021", `budget ${spec.name} protects nobody`, {
            place,
            underlined: "selector",
            notes: [`no workload in "${spec.namespace}" bears ${selectorText(spec.selector)}`],
            help: "make the selector and the labels agree"
          })
        ]
  })
}

const autoscalerMistakes = ({ cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> =>
  (cluster.podAutoscalers ?? []).flatMap(({ workload, minReplicas, maxReplicas }) => {
    const place = places[`podautoscaler/${workload}`]
    const found = cluster.workloads.find((each) => idOf(each) === workload)
    if (found === undefined) return [unknownName("podAutoscaler", "workload", workload, cluster.workloads.map(idOf), place)]
    if (minReplicas > maxReplicas)
      return [
        errorOf("D008", `podAutoscaler ${workload}: at least ${minReplicas} and at most ${maxReplicas}`, { place, underlined: "min" })
      ]
    return (found.template.requests?.milliCpu ?? 0) > 0
      ? []
      : [
          errorOf("D008", `podAutoscaler ${workload}: its pods request no CPU, so no share of it can be told`, {
            place,
            help: "add requests to the workload"
          })
        ]
  })

const policyNotes = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> =>
  (plan.cluster.policies ?? []).flatMap((policy) =>
    selectsSomebody(plan, policy.namespace, policy.selector)
      ? []
      : [
          warningOf("D021", `NetworkPolicy ${policy.name} selects nobody`, {
            place: places[`policy/${idOf(policy)}`],
            notes: [`no workload in "${policy.namespace}" bears ${selectorText(policy.selector)}`]
          })
        ]
  )

/**
 * Whether what happens makes sense: actions name what exists and come before the end, heals follow faults, probes ask of somebody
 * who is there, and expectations can be judged before the run is over.
 */

import { writtenSubnets } from "../model/cloud/cloud-of.ts"
import type { Action } from "../model/fault/action.ts"
import { type CapacityAction, isCapacityAction } from "../model/fault/action-capacity.ts"
import { formatDuration } from "../model/value/instant.ts"
import type { ProbeSpec } from "../model/world/probe.ts"
import { gatewaysOf, namesOfChange } from "./check-change.ts"
import { type Diagnostic, errorOf, warningOf } from "./diagnostic.ts"
import { doubled, unknownName } from "./names.ts"
import { listed } from "./near.ts"
import type { Place, Places, Plan } from "./plan.ts"

/** Every mistake in a plan's timeline. */
export const checkTimeline = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const broken = new Set<string>()
  return plan.timeline.flatMap(({ atMs, action }, index): ReadonlyArray<Diagnostic> => {
    const place = places[`timeline/${index}`]
    const tag = action._tag === "ChangeNetwork" ? action.change._tag : action._tag
    const word = tag.slice(0, 1).toLowerCase() + tag.slice(1)
    const unknown = unknownNames(plan, action, `${word} at ${formatDuration(atMs)}`, place)
    if (unknown.length > 0) return unknown
    const late = atMs >= plan.untilMs ? [tooLate(plan, atMs, word, place)] : []
    switch (action._tag) {
      case "CutZone":
        broken.add(`zone ${action.zone}`)
        return late
      case "CutNodes":
        for (const node of action.nodes) broken.add(`node ${node}`)
        return late
      case "CutGateway":
        broken.add(`gateway ${action.gateway}`)
        return late
      case "HealGateway":
        return broken.delete(`gateway ${action.gateway}`)
          ? late
          : [...late, neverBroken(plan, "gateway", action.gateway, atMs, broken, place)]
      case "HealZone":
        return broken.delete(`zone ${action.zone}`) ? late : [...late, neverBroken(plan, "zone", action.zone, atMs, broken, place)]
      case "HealNodes":
        return [
          ...late,
          ...action.nodes.flatMap((node) => (broken.delete(`node ${node}`) ? [] : [neverBroken(plan, "node", node, atMs, broken, place)]))
        ]
      default:
        return late
    }
  })
}

const unknownNames = ({ topology, cluster }: Plan, action: Action, what: string, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const among: Among = (kind, known, named) =>
    named.flatMap((name) => (known.includes(name) ? [] : [unknownName(what, kind, name, known, place)]))
  const budgets = (cluster.budgets ?? []).map(({ namespace, name }) => `${namespace}/${name}`)
  if (isCapacityAction(action)) return unknownInCapacity(topology, cluster, action, among)
  switch (action._tag) {
    case "CutZone":
    case "HealZone":
    case "DegradeZone":
    case "MendZone":
      return among("zone", topology.zones, [action.zone])
    case "CutGateway":
    case "HealGateway":
    case "ExhaustPorts":
    case "RestorePorts":
      return among("gateway", gatewaysOf(topology), [action.gateway])
    case "HoldConnections":
      return among(
        "node",
        cluster.nodes.map(({ name }) => name),
        [action.node]
      )
    case "ChangeNetwork":
      return namesOfChange(topology, action.change).flatMap(([kind, known, id]) => among(kind, known, [id]))
    case "ShiftZone":
    case "EndShift":
      return [...among("zone", topology.zones, [action.zone]), ...among("balancer", balancersOf(cluster), action.balancers)]
    case "BreakChecks":
    case "MendChecks":
      return [...among("balancer", balancersOf(cluster), [action.balancer]), ...among("zone", topology.zones, action.zones)]
    case "ApplyBudget":
    case "EvictPods":
    case "DeletePods":
      return []
    case "RemoveBudget": {
      return budgets.length === 0 ? [] : among("budget", budgets, [action.budget])
    }
    case "Rollout":
    case "Rollback":
      return among("Deployment, StatefulSet or DaemonSet", rollingOf(cluster), [action.workload])
    case "Scale":
    case "EvictWorkload":
    case "DeleteWorkloadPods":
    case "SetLoad": {
      const workloads = cluster.workloads.map(({ namespace, name }) => `${namespace}/${name}`)
      return among("workload", workloads, [action.workload])
    }
    default: {
      const nodes = cluster.nodes.map(({ name }) => name)
      const hasLaunched = (cluster.nodeGroups ?? []).length > 0 || cluster.fargateProfiles !== undefined
      return hasLaunched ? [] : among("node", nodes, "nodes" in action ? action.nodes : [action.node])
    }
  }
}

/** A Job's template and a bare pod's are for good. */
const rollingOf = ({ workloads }: Plan["cluster"]): ReadonlyArray<string> =>
  workloads.flatMap(({ kind, namespace, name }) => (kind === "Job" || kind === "Pod" ? [] : [`${namespace}/${name}`]))

type Among = (kind: string, known: ReadonlyArray<string>, named: ReadonlyArray<string>) => ReadonlyArray<Diagnostic>

const unknownInCapacity = (
  topology: Plan["topology"],
  cluster: Plan["cluster"],
  action: CapacityAction,
  among: Among
): ReadonlyArray<Diagnostic> => {
  switch (action._tag) {
    case "CutCapacity":
    case "RestoreCapacity":
      return among("zone", topology.zones, [action.zone])
    case "FillSubnet":
    case "EmptySubnet":
      return among(
        "subnet",
        writtenSubnets(topology).map(({ id }) => id),
        [action.subnet]
      )
    case "ResizeGroup":
      return among(
        "node group with scaling",
        (cluster.nodeGroups ?? []).map(({ name }) => name),
        [action.group]
      )
    case "UpgradePool":
      return among(
        "node group with scaling",
        (cluster.nodeGroups ?? []).map(({ name }) => name),
        [action.pool]
      )
    case "FreezeLaunches":
    case "ResumeLaunches":
    case "SetAddressing":
    case "UpgradeControlPlane":
      return []
  }
}

const balancersOf = ({ services, ingresses = [] }: Plan["cluster"]): ReadonlyArray<string> =>
  [...services, ...ingresses].flatMap(({ loadBalancer }) => (loadBalancer === undefined ? [] : [loadBalancer.id]))

const tooLate = (plan: Plan, atMs: number, word: string, place: Place | undefined): Diagnostic =>
  errorOf("D005", `${word} at ${formatDuration(atMs)}, but the drill ends at ${formatDuration(plan.untilMs)}`, {
    place,
    underlined: `"${formatDuration(atMs)}"`,
    notes: ["it would never happen"],
    help: `set .until("${formatDuration(atMs + 180_000)}"), or move it`
  })

const neverBroken = (
  plan: Plan,
  kind: "zone" | "node" | "gateway",
  id: string,
  atMs: number,
  broken: ReadonlySet<string>,
  place: Place | undefined
): Diagnostic => {
  const word = { zone: "healZone", node: "healNodes", gateway: "healGateway" }[kind]
  const faults = plan.timeline.flatMap(({ atMs: at, action }) =>
    action._tag === "CutZone"
      ? [`zone ${action.zone} at ${formatDuration(at)}`]
      : action._tag === "CutNodes"
        ? [`nodes ${action.nodes.join(", ")} at ${formatDuration(at)}`]
        : action._tag === "CutGateway"
          ? [`gateway ${action.gateway} at ${formatDuration(at)}`]
          : []
  )
  const other = [...broken].find((each) => each.startsWith(`${kind} `))?.slice(kind.length + 1)
  return errorOf("D006", `${word}("${id}") at ${formatDuration(atMs)}: nothing has cut it`, {
    place,
    underlined: `"${id}"`,
    notes: [faults.length === 0 ? "the timeline has no faults" : `faults: ${faults.join(", ")}`],
    help: other === undefined ? "cut it before, or take this entry out" : `did you mean ${word}("${other}")?`
  })
}

/** Every mistake in a plan's probes. */
export const checkProbes = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => [
  ...doubled(
    "probe",
    plan.probes.map(({ id }) => id),
    (id) => places[`probe/${id}`]
  ),
  ...plan.probes.flatMap((probe) => [...sourceMistakes(plan, probe, places), ...targetMistakes(plan, probe, places)])
]

/** Pods that are sure to exist under a name known beforehand: bare pods, those of StatefulSets, and pinned ones. */
const namedPods = ({ cluster }: Plan): ReadonlyArray<string> =>
  cluster.workloads.flatMap(({ kind, name, namespace, replicas, pins }) => {
    const own =
      kind === "Pod" ? [name] : kind === "StatefulSet" ? Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}`) : []
    return [...new Set([...own, ...pins.map((pin) => pin.name)])].map((pod) => `${namespace}/${pod}`)
  })

const sourceMistakes = (plan: Plan, probe: ProbeSpec, places: Places): ReadonlyArray<Diagnostic> => {
  if (probe.from._tag === "Internet") return []
  const pods = namedPods(plan)
  const { pod } = probe.from
  const owner = plan.cluster.workloads.find(
    ({ namespace, name, template, pins }) =>
      template.hostNetwork && (pod === `${namespace}/${name}` || pins.some((pin) => pod === `${namespace}/${pin.name}`))
  )
  if (owner !== undefined) {
    return [
      errorOf("D004", `probe "${probe.id}" asks from a pod on its node's own network`, {
        place: places[`probe/${probe.id}`],
        underlined: owner.name,
        notes: ["a probe asks from a pod with an address of its own, or from the internet"],
        help: "ask from a barePod(…)"
      })
    ]
  }
  return pods.includes(probe.from.pod)
    ? []
    : [unknownName(`probe "${probe.id}"`, "named pod", probe.from.pod, pods, places[`probe/${probe.id}`])]
}

const targetMistakes = (plan: Plan, { id, to }: ProbeSpec, places: Places): ReadonlyArray<Diagnostic> => {
  const place = places[`probe/${id}`]
  const what = `probe "${id}"`
  const services = plan.cluster.services.map(({ namespace, name }) => `${namespace}/${name}`)
  switch (to._tag) {
    case "Service":
    case "Balancer": {
      const service = plan.cluster.services.find(({ namespace, name }) => `${namespace}/${name}` === to.service)
      if (service === undefined) return [unknownName(what, "Service", to.service, services, place)]
      if (to._tag === "Balancer" && service.loadBalancer === undefined)
        return [
          errorOf("D004", `${what}: Service "${to.service}" has no balancer`, {
            place,
            underlined: service.name,
            help: "ask to.service(…)"
          })
        ]
      if (service.ports.some(({ port }) => port === to.port)) return []
      const ports = service.ports.map(({ port }) => String(port))
      return [unknownName(`${what}: Service ${to.service}`, "port", String(to.port), ports, place)]
    }
    case "Ingress": {
      const ingresses = plan.cluster.ingresses ?? []
      const ingress = ingresses.find(({ namespace, name }) => `${namespace}/${name}` === to.ingress)
      const known = ingresses.map(({ namespace, name }) => `${namespace}/${name}`)
      if (ingress === undefined) return [unknownName(what, "Ingress", to.ingress, known, place)]
      if (ingress.ports.includes(to.port)) return []
      return [unknownName(`${what}: Ingress ${to.ingress}`, "port", String(to.port), ingress.ports.map(String), place)]
    }
    case "Pod": {
      const pods = namedPods(plan)
      return pods.includes(to.pod) ? [] : [unknownName(what, "named pod", to.pod, pods, place)]
    }
    case "NodePort": {
      const nodes = plan.cluster.nodes.map(({ name }) => name)
      return nodes.includes(to.node) ? [] : [unknownName(what, "node", to.node, nodes, place)]
    }
    case "Address":
      return []
  }
}

/** Every mistake in a plan's expectations; those that the run ends too early for are warnings. */
export const checkExpectations = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => [
  ...doubled(
    "expectation",
    plan.expectations.map(({ id }) => id),
    (id) => places[`expectation/${id}`]
  ),
  ...plan.expectations.flatMap((expectation): ReadonlyArray<Diagnostic> => {
    const { id, claim } = expectation
    const place = places[`expectation/${id}`]
    const probes = plan.probes.map((probe) => probe.id)
    const keeping = plan.probes.flatMap((probe) => (probe.kept === true ? [probe.id] : []))
    const workloads = plan.cluster.workloads.map(({ namespace, name }) => `${namespace}/${name}`)
    const pools = (plan.cluster.nodeGroups ?? []).map(({ name }) => name)
    const unknown =
      claim._tag === "Delivered" && !probes.includes(claim.probe)
        ? [unknownName(`expectation "${id}"`, "probe", claim.probe, probes, place)]
        : claim._tag === "ClosedConnections" && !keeping.includes(claim.probe)
          ? [unknownName(`expectation "${id}"`, "probe that keeps its connections", claim.probe, keeping, place)]
          : (claim._tag === "ReadyReplicas" || claim._tag === "RolledOut" || claim._tag === "PodLoad") &&
              !workloads.includes(claim.workload)
            ? [unknownName(`expectation "${id}"`, "workload", claim.workload, workloads, place)]
            : claim._tag === "Upgraded" && !pools.includes(claim.pool)
              ? [unknownName(`expectation "${id}"`, "pool with scaling", claim.pool, pools, place)]
              : []
    if (expectation._tag === "Sustained" && expectation.fromMs >= expectation.untilMs) {
      const window = `${formatDuration(expectation.fromMs)} to ${formatDuration(expectation.untilMs)}`
      return [...unknown, errorOf("D008", `expectation "${id}": its window is empty, ${window}`, { place, underlined: "sustained" })]
    }
    const judgedAt = expectation._tag === "Sustained" ? expectation.untilMs : expectation.afterMs + expectation.withinMs
    return judgedAt <= plan.untilMs ? unknown : [...unknown, neverJudged(plan, id, judgedAt, place)]
  })
]

const neverJudged = (plan: Plan, id: string, judgedAt: number, place: Place | undefined): Diagnostic =>
  warningOf("D010", `"${id}" is judged at ${formatDuration(judgedAt)}; the run ends at ${formatDuration(plan.untilMs)}`, {
    place,
    underlined: id,
    notes: [`unless it breaks before, its result is inconclusive; ${listed([id])} is never called held`],
    help: `set .until("${formatDuration(judgedAt)}"), or ask for less`
  })

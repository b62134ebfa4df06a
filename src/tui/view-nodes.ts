/**
 * Zones, their nodes and the pods on them, folded from events for the eye. A node's condition says both what is so (its zone lost
 * power, its path to the API is cut) and what the cluster believes (NotReady), the graver first; so a dead node shows as down
 * before the cluster has noticed. Not shown: nodes outside every zone of the topology stand under the zone they name.
 */

import { writtenSubnets } from "../model/cloud/cloud-of.ts"
import { compareText } from "../model/value/text.ts"
import type { WorldEvent } from "../model/world/message.ts"
import type { Plan } from "../scenario/plan.ts"

export type Condition = "ready" | "pending" | "draining" | "degraded" | "down" | "unreachable" | "unknown"

/** Gravest first: what one cell shows when it stands for several nodes. */
export const conditionsByGravity: ReadonlyArray<Condition> = ["down", "unreachable", "unknown", "degraded", "draining", "pending", "ready"]

export interface NodeView {
  readonly name: string
  zone: string
  joined: boolean
  /** The Ready condition as the API has it. */
  ready: boolean
  /** Its path to the API server. */
  reached: boolean
  /** Taints that keep new pods away, by key and effect. */
  readonly taints: Array<string>
  pods: number
  readyPods: number
}

export interface ZoneView {
  readonly name: string
  isDown: boolean
  /** The zone's state as the node lifecycle has it. */
  disruption: "Normal" | "PartialDisruption" | "FullDisruption"
  /** Names of its nodes, sorted: a node keeps its cell for the whole run. */
  readonly nodes: Array<string>
}

interface PodView {
  readonly workload: string
  node: string | undefined
  ready: boolean
  terminating: boolean
}

/** Changed in place by `foldNodes` alone; plain data. */
export interface FleetView {
  readonly zones: Array<ZoneView>
  readonly nodes: Map<string, NodeView>
  readonly pods: Map<string, PodView>
}

const newNode = (name: string, zone: string): NodeView => ({
  name,
  zone,
  joined: false,
  ready: false,
  reached: true,
  taints: [],
  pods: 0,
  readyPods: 0
})

const zoneOf = (fleet: FleetView, name: string): ZoneView => {
  const known = fleet.zones.find((zone) => zone.name === name)
  if (known !== undefined) return known
  const zone: ZoneView = { name, isDown: false, disruption: "Normal", nodes: [] }
  fleet.zones.push(zone)
  return zone
}

const insertSorted = (names: Array<string>, name: string): void => {
  const at = names.findIndex((known) => compareText(known, name) > 0)
  if (at < 0) names.push(name)
  else names.splice(at, 0, name)
}

const nodeOf = (fleet: FleetView, name: string, zone = ""): NodeView => {
  const known = fleet.nodes.get(name)
  if (known !== undefined) return known
  const node = newNode(name, zone)
  fleet.nodes.set(name, node)
  insertSorted(zoneOf(fleet, zone).nodes, name)
  return node
}

/** Zones in the owner's order with the plan's nodes, none of which has joined yet. */
export const startFleet = (plan: Plan): FleetView => {
  const subnetZones = new Map(writtenSubnets(plan.topology).map((subnet) => [subnet.id, subnet.zone ?? ""]))
  const fleet: FleetView = { zones: [], nodes: new Map(), pods: new Map() }
  for (const zone of plan.topology.zones) zoneOf(fleet, zone)
  for (const node of plan.cluster.nodes) nodeOf(fleet, node.name, subnetZones.get(node.subnet) ?? "")
  return fleet
}

/** What a node looks like now. */
export const conditionOf = (fleet: FleetView, node: NodeView): Condition => {
  if (!node.joined) return "pending"
  if (fleet.zones.some((zone) => zone.name === node.zone && zone.isDown)) return "down"
  if (!node.reached) return "unreachable"
  if (!node.ready) return "unknown"
  if (node.taints.some((taint) => taint.endsWith(":NoExecute"))) return "degraded"
  return node.taints.length > 0 ? "draining" : "ready"
}

/** Conditions of a zone's nodes, in the order of their names. */
export const conditionsIn = (fleet: FleetView, zone: ZoneView): ReadonlyArray<Condition> =>
  zone.nodes.map((name) => {
    const node = fleet.nodes.get(name)
    return node === undefined ? "unknown" : conditionOf(fleet, node)
  })

/** Pods bound to the zone's nodes, and how many of them serve. */
export const podsIn = (fleet: FleetView, zone: ZoneView): { readonly ready: number; readonly bound: number } => {
  let [ready, bound] = [0, 0]
  for (const name of zone.nodes) {
    ready += fleet.nodes.get(name)?.readyPods ?? 0
    bound += fleet.nodes.get(name)?.pods ?? 0
  }
  return { ready, bound }
}

const serves = (pod: PodView): boolean => pod.ready && !pod.terminating

const changePod = (fleet: FleetView, id: string, change: (pod: PodView) => void): void => {
  const pod = fleet.pods.get(id)
  if (pod === undefined) return
  count(fleet, pod, -1)
  change(pod)
  count(fleet, pod, 1)
}

const count = (fleet: FleetView, pod: PodView, by: number): void => {
  const node = pod.node === undefined ? undefined : fleet.nodes.get(pod.node)
  if (node === undefined) return
  node.pods += by
  if (serves(pod)) node.readyPods += by
}

const foldPod = (fleet: FleetView, event: WorldEvent): void => {
  switch (event._tag) {
    case "kube/PodCreated":
      changePod(fleet, event.pod, (pod) => {
        pod.node = undefined
      })
      fleet.pods.set(event.pod, { workload: event.workload, node: undefined, ready: false, terminating: false })
      return
    case "kube/PodScheduled":
      nodeOf(fleet, event.node)
      return changePod(fleet, event.pod, (pod) => {
        pod.node = event.node
      })
    case "kube/PodReadinessTurned":
      return changePod(fleet, event.pod, (pod) => {
        pod.ready = event.ready
      })
    case "kube/PodEvicted":
    case "kube/PodDeleted":
      return changePod(fleet, event.pod, (pod) => {
        pod.terminating = true
      })
    case "kube/PodRemoved":
      changePod(fleet, event.pod, (pod) => {
        pod.node = undefined
      })
      fleet.pods.delete(event.pod)
  }
}

const joinNode = (fleet: FleetView, name: string, zone: string, isReady: boolean): void => {
  const node = nodeOf(fleet, name, zone)
  if (node.zone !== zone) {
    const before = zoneOf(fleet, node.zone)
    before.nodes.splice(before.nodes.indexOf(name), 1)
    if (before.name === "" && before.nodes.length === 0) fleet.zones.splice(fleet.zones.indexOf(before), 1)
    node.zone = zone
    insertSorted(zoneOf(fleet, zone).nodes, name)
  }
  node.joined = true
  node.ready = isReady
}

/** Stands among the taints, as it does in the scheduler's eyes. */
const cordon = "cordoned"

const dropNode = (fleet: FleetView, name: string): void => {
  const node = fleet.nodes.get(name)
  if (node === undefined) return
  const { nodes } = zoneOf(fleet, node.zone)
  nodes.splice(nodes.indexOf(name), 1)
  fleet.nodes.delete(name)
}

/** Folds one event in. */
export const foldNodes = (fleet: FleetView, event: WorldEvent): void => {
  switch (event._tag) {
    case "fault/ZoneLost":
      zoneOf(fleet, event.zone).isDown = true
      return
    case "fault/ZoneReturned":
      zoneOf(fleet, event.zone).isDown = false
      return
    case "kube/ZoneStateTurned":
      zoneOf(fleet, event.zone).disruption = event.state
      return
    case "kube/NodeJoined":
      return joinNode(fleet, event.node, event.zone, event.ready !== false)
    case "kube/NodeCutOff":
      nodeOf(fleet, event.node).reached = false
      return
    case "kube/NodePathRestored":
      nodeOf(fleet, event.node).reached = true
      return
    case "kube/NodeReadinessTurned":
      nodeOf(fleet, event.node).ready = event.ready === "True"
      return
    case "kube/NodeTainted":
      nodeOf(fleet, event.node).taints.push(`${event.key}:${event.effect}`)
      return
    case "kube/NodeUntainted": {
      const { taints } = nodeOf(fleet, event.node)
      const at = taints.indexOf(`${event.key}:${event.effect}`)
      if (at >= 0) taints.splice(at, 1)
      return
    }
    case "kube/NodeCordoned": {
      const { taints } = nodeOf(fleet, event.node)
      const at = taints.indexOf(cordon)
      if (event.cordoned && at < 0) taints.push(cordon)
      if (!event.cordoned && at >= 0) taints.splice(at, 1)
      return
    }
    case "kube/NodeDeleted":
      return dropNode(fleet, event.node)
    default:
      foldPod(fleet, event)
  }
}

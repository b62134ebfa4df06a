/** Folds what happens to nodes. */
import type { Instant } from "../value/instant.ts"
import { forgetMachine } from "./evolve-groups.ts"
import { noteTrouble, settleTrouble } from "./evolve-trouble.ts"
import { dropImages } from "./images.ts"
import type { KubeEventOf } from "./message.ts"
import { type Cluster, countInZone, type NodeState, putNode, requireNode } from "./state.ts"

type NodeEvent = KubeEventOf<
  | "kube/NodeCreated"
  | "kube/NodeJoined"
  | "kube/NodeDeleted"
  | "kube/NodeCordoned"
  | "kube/DrainBegan"
  | "kube/NodeDrained"
  | "kube/NodeUnneeded"
  | "kube/NodeCutOff"
  | "kube/NodePathRestored"
  | "kube/LeaseRenewed"
  | "kube/NodeReadinessTurned"
  | "kube/NodeTainted"
  | "kube/NodeUntainted"
  | "kube/WatchResumed"
>

export const evolveNode = (cluster: Cluster, event: NodeEvent, at: Instant, seq: number): void => {
  if (event._tag === "kube/NodeCreated") {
    const terms = { zone: event.zone, allocatableMilliCpu: event.milliCpu, allocatableMiB: event.memoryMiB }
    putNode(cluster, event.spec, terms, at)
    cluster.nodeNames = [...cluster.nodes.keys()].sort()
    return
  }
  const node = requireNode(cluster, event.node)
  switch (event._tag) {
    case "kube/NodeDeleted":
      return removeNode(cluster, event.node, node, at)
    case "kube/NodeCordoned":
    case "kube/DrainBegan":
    case "kube/NodeDrained":
    case "kube/NodeUnneeded":
      return mark(node, event, at)
    case "kube/NodeJoined":
      node.joined = true
      node.joinedAt = at
      countInZone(cluster, node)
      cluster.groups.get(node.spec.nodeGroup)?.launching.delete(event.node)
      if (event.ready !== false) return
      turnReadiness(cluster, node, "False")
      node.unknownSince = at
      break
    case "kube/NodeCutOff":
      node.turnedBy = seq
      node.reachable = false
      node.watching = false
      node.cutOff = { at, lastRenewalAt: event.lastRenewalAt, graceFrom: node.cutOff?.graceFrom ?? event.lastRenewalAt }
      break
    case "kube/NodePathRestored":
      node.reachable = true
      return
    case "kube/LeaseRenewed":
      node.turnedBy = seq
      delete node.cutOff
      node.contactAt = at
      break
    case "kube/WatchResumed":
      node.watching = true
      return
    case "kube/NodeReadinessTurned":
      node.turnedBy = seq
      turnReadiness(cluster, node, event.ready)
      if (event.ready !== "True") node.unknownSince = at
      break
    case "kube/NodeTainted":
      node.taints = [
        ...node.taints,
        { key: event.key, effect: event.effect, since: at, ...(event.value === undefined ? {} : { value: event.value }) }
      ]
      break
    case "kube/NodeUntainted":
      node.taints = node.taints.filter((taint) => taint.key !== event.key || taint.effect !== event.effect)
      break
  }
  noteTrouble(cluster, event.node, node, at)
}

/** What operators and autoscalers mean to do with it. */
const mark = (
  node: NodeState,
  event: KubeEventOf<"kube/NodeCordoned" | "kube/DrainBegan" | "kube/NodeDrained" | "kube/NodeUnneeded">,
  at: Instant
): void => {
  switch (event._tag) {
    case "kube/NodeCordoned":
      node.cordoned = event.cordoned
      node.draining = node.draining && event.cordoned
      return
    case "kube/NodeUnneeded":
      if (event.unneeded) node.unneededSince = at
      else delete node.unneededSince
      return
    default:
      node.draining = event._tag === "kube/DrainBegan"
  }
}

const turnReadiness = (cluster: Cluster, node: NodeState, ready: NodeState["ready"]): void => {
  const zone = cluster.zones.get(node.zone)
  if (zone !== undefined) zone.unready += (ready === "True" ? 0 : 1) - (node.ready === "True" ? 0 : 1)
  node.ready = ready
}

/** Its pods keep their binding: they are orphans until somebody deletes them. */
const removeNode = (cluster: Cluster, name: string, node: NodeState, at: Instant): void => {
  turnReadiness(cluster, node, "True")
  cluster.nodes.delete(name)
  dropImages(cluster, node)
  cluster.nodeNames = cluster.nodeNames.filter((other) => other !== name)
  cluster.zones.get(node.zone)?.nodes.delete(name)
  cluster.troubled.delete(name)
  forgetMachine(cluster, name)
  for (const pod of node.pods) cluster.orphans.add(pod)
  if (node.pods.size > 0) cluster.gone.set(name, { at, taints: node.taints })
  for (const workload of cluster.workloads.values())
    for (const counts of [...workload.placed.values(), ...workload.standing.values()]) counts.delete(name)
  settleTrouble(cluster)
}

/** Folds what happens to nodes. */
import type { Instant } from "../value/instant.ts"
import { forgetMachine, noteDraining, noteReimaging } from "./evolve-groups.ts"
import { reckonPodsOn } from "./evolve-tolerations.ts"
import { noteTrouble, settleTrouble } from "./evolve-trouble.ts"
import { dropImages } from "./images.ts"
import type { KubeEventOf } from "./message.ts"
import { type Cluster, countInZone, type NodeState, never, putNode, requireNode } from "./state.ts"

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
  | "kube/NodeRebooted"
  | "kube/NodeReimaged"
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
      noteReimaging(cluster, event.node, true)
      return removeNode(cluster, event.node, node, at)
    case "kube/NodeRebooted":
      return stopPods(cluster, node)
    case "kube/NodeReimaged":
      return noteReimaging(cluster, event.node, false)
    case "kube/NodeCordoned":
    case "kube/DrainBegan":
      if (event._tag === "kube/NodeCordoned" && !event.cordoned) noteReimaging(cluster, event.node, true)
      else noteDraining(cluster, event.node)
      return mark(node, event, at)
    case "kube/NodeDrained":
    case "kube/NodeUnneeded":
      return mark(node, event, at)
    case "kube/NodeJoined":
      join(cluster, event.node, node, at)
      if (event.ready !== false) return
      turnReadiness(cluster, node, "False")
      node.unknownSince = at
      break
    case "kube/NodeCutOff":
      node.turnedBy = seq
      node.reachable = false
      node.watching = false
      cutOff(node, event.lastRenewalAt, at)
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
    case "kube/NodeUntainted":
      turnTaint(cluster, node, event, at)
      break
  }
  noteTrouble(cluster, event.node, node, at)
}

const join = (cluster: Cluster, name: string, node: NodeState, at: Instant): void => {
  node.joined = true
  node.joinedAt = at
  countInZone(cluster, node)
  noteArrival(cluster, node.spec.nodeGroup, name)
}

const turnTaint = (cluster: Cluster, node: NodeState, event: KubeEventOf<"kube/NodeTainted" | "kube/NodeUntainted">, at: Instant): void => {
  const { key, effect } = event
  if (event._tag === "kube/NodeUntainted") node.taints = node.taints.filter((taint) => taint.key !== key || taint.effect !== effect)
  else node.taints = [...node.taints, { key, effect, since: at, ...(event.value === undefined ? {} : { value: event.value }) }]
  if (effect === "NoExecute") reckonPodsOn(cluster, node, at)
}

/** What was launched has come. When all of it has, the group is no longer left alone. Source: cluster-autoscaler clusterstate. */
const noteArrival = (cluster: Cluster, name: string, node: string): void => {
  const group = cluster.groups.get(name)
  if (!group?.launching.delete(node) || group.launching.size > 0) return
  group.backOffMs = 0
  group.backedOffUntil = never
}

/** What ran on it runs no more, and is asked nothing until it runs again. */
const stopPods = (cluster: Cluster, node: NodeState): void => {
  for (const id of node.pods) {
    const pod = cluster.pods.get(id)
    if (pod === undefined || !pod.started) continue
    pod.started = false
    pod.answers = false
    pod.restarts++
  }
}

const cutOff = (node: NodeState, lastRenewalAt: Instant, at: Instant): void => {
  const hasReported = node.cutOff?.hasReported ?? node.joinedAt !== at
  node.cutOff = { at, lastRenewalAt, graceFrom: node.cutOff?.graceFrom ?? (hasReported ? lastRenewalAt : at), hasReported }
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
      if (!event.cordoned) delete node.removingSince
      return
    case "kube/NodeUnneeded":
      if (event.unneeded) node.unneededSince = at
      else delete node.unneededSince
      return
    case "kube/DrainBegan":
      node.draining = true
      if (event.by === "cluster-autoscaler") node.removingSince = at
      return
    case "kube/NodeDrained":
      node.draining = false
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

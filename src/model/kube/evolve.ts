/** Folds a cluster event, in place. An event about something unknown is a defect. */

import type { Instant } from "../value/instant.ts"
import { evolveGroup, isGroupEvent } from "./evolve-groups.ts"
import { evolveNode } from "./evolve-node.ts"
import { evolvePod } from "./evolve-pod.ts"
import { isLifecycleTaint, settleTrouble } from "./evolve-trouble.ts"
import { evolveWorkload, isWorkloadEvent } from "./evolve-workload.ts"
import type { KubeEvent, KubeEventOf } from "./message.ts"
import { type Cluster, never, type ServiceState } from "./state.ts"
import { evolveShift, isServing } from "./zonal-shift.ts"

export const evolveCluster = (cluster: Cluster, event: KubeEvent, at: Instant, seq: number): void => {
  switch (event._tag) {
    case "kube/ServiceApplied": {
      const service = cluster.services.get(event.service)
      if (service !== undefined) service.applied = true
      return
    }
    case "kube/EndpointsTurned": {
      const service = cluster.services.get(event.service)
      if (service === undefined) return
      service.ready = event.ready
      service.serving = event.serving ?? []
      return settleEndpoints(cluster, service)
    }
    case "kube/ZonalShiftStarted":
    case "kube/ZonalShiftTurned":
      return evolveShift(cluster, event)
    case "kube/BudgetApplied":
    case "kube/BudgetRemoved":
      return evolveBudget(cluster, event)
    case "kube/ZoneStateTurned": {
      const zone = cluster.zones.get(event.zone)
      if (zone === undefined) return
      if (event.bucket !== undefined) zone.lastTokenAt = event.bucket === "empty" ? at : never
      zone.state = event.state
      if (zone.nodes.size === 0) cluster.zones.delete(event.zone)
      return settleTrouble(cluster)
    }
    case "kube/EvictionsQueued":
      cluster.zones.get(event.zone)?.queue.push([...event.nodes])
      return
    case "kube/EvictionTokenBurned":
      return takeEntry(cluster, event.zone, event.entry, at)
    case "kube/MasterDisruptionTurned":
      cluster.masterDisruption = event.active
      return restartGrace(cluster, event.active, at)
    case "kube/ControlPlaneLost":
    case "kube/ControlPlaneReturned":
      return turnControl(cluster, event._tag === "kube/ControlPlaneLost", at)
    case "kube/RepairFailed":
    case "kube/NodeRouteRefused":
    case "kube/CallUnanswered":
    case "kube/EvictionCancelled":
    case "kube/EvictionRefused":
    case "kube/NameCachesFollowed":
    case "kube/ControlPlaneUpgraded":
    case "kube/UpgradeRefused":
      return
    case "kube/NodeTainted":
      if (event.effect === "NoExecute" && isLifecycleTaint(event.key)) noteTaken(cluster, event.node, at)
      return evolveNode(cluster, event, at, seq)
  }
  if (isGroupEvent(event)) return evolveGroup(cluster, event, at)
  if (isWorkloadEvent(event)) return evolveWorkload(cluster, event, at)
  if ("pod" in event) evolvePod(cluster, event, at)
  else evolveNode(cluster, event, at, seq)
}

/** Pods that are listed as they are need no further look. */
const settleEndpoints = (cluster: Cluster, service: ServiceState): void => {
  const [ready, serving] = [new Set(service.ready), new Set(service.serving)]
  for (const id of service.touched) {
    const pod = cluster.pods.get(id)
    const isIn = ready.has(id) || serving.has(id)
    if (pod === undefined ? !isIn : ready.has(id) === isServing(cluster, pod) && !pod.terminating) service.touched.delete(id)
  }
}

/** Its first taint of this kind costs a token; one that takes the other's place does not. */
const noteTaken = (cluster: Cluster, name: string, at: Instant): void => {
  const node = cluster.nodes.get(name)
  if (node?.taints.some(({ key, effect }) => effect === "NoExecute" && isLifecycleTaint(key)) === false)
    takeEntry(cluster, node.zone, name, at)
}

/** The decider knows the bucket's step; the fold keeps when the last token went, and for which entry. */
const takeEntry = (cluster: Cluster, zoneName: string, entry: string, at: Instant): void => {
  const zone = cluster.zones.get(zoneName)
  if (zone === undefined) return
  zone.lastTokenAt = at
  zone.tokensSpent++
  const batch = zone.queue.find((entries) => entries.includes(entry))
  if (batch === undefined) return
  batch.splice(batch.indexOf(entry), 1)
  while (zone.queue[0]?.length === 0) zone.queue.shift()
}

const evolveBudget = (cluster: Cluster, event: KubeEventOf<"kube/BudgetApplied" | "kube/BudgetRemoved">): void => {
  if (event._tag === "kube/BudgetRemoved") cluster.budgets.delete(event.budget)
  else cluster.budgets.set(event.budget, { spec: event.spec, disrupted: cluster.budgets.get(event.budget)?.disrupted ?? new Map() })
}

/** Controllers that come back begin with what they find: every lease counts from now, and passes from the trouble that they see. */
const turnControl = (cluster: Cluster, isLost: boolean, at: Instant): void => {
  if (isLost) {
    cluster.controlPlaneLost = true
    return
  }
  delete cluster.controlPlaneLost
  if (cluster.trouble !== undefined) cluster.trouble = { ...cluster.trouble, began: at }
  for (const node of cluster.nodes.values()) if (node.cutOff !== undefined) node.cutOff.graceFrom = at
}

/** Leaving master disruption: probe times start anew, and every bucket empty. */
const restartGrace = (cluster: Cluster, active: boolean, at: Instant): void => {
  for (const zone of cluster.zones.values()) zone.queue.length = 0
  if (active) return
  for (const zone of cluster.zones.values()) zone.lastTokenAt = at
  for (const node of cluster.nodes.values()) if (node.cutOff !== undefined) node.cutOff.graceFrom = at
}

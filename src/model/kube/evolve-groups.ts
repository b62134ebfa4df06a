/** Folds what happens to node groups and their autoscaler. */
import type { Instant } from "../value/instant.ts"
import type { KubeEvent, KubeEventOf } from "./message.ts"
import type { Cluster, GroupState } from "./state.ts"

type GroupEvent = KubeEventOf<
  | "kube/GroupGrown"
  | "kube/GroupBackedOff"
  | "kube/AutoscalerHalted"
  | "kube/InstanceLaunched"
  | "kube/LaunchFailed"
  | "kube/InstanceTerminated"
  | "kube/PoolUpgradeBegan"
  | "kube/PoolNodeUpgraded"
  | "kube/PoolUpgradeEnded"
>

const tags: ReadonlySet<string> = new Set<GroupEvent["_tag"]>([
  "kube/GroupGrown",
  "kube/GroupBackedOff",
  "kube/AutoscalerHalted",
  "kube/InstanceLaunched",
  "kube/LaunchFailed",
  "kube/InstanceTerminated",
  "kube/PoolUpgradeBegan",
  "kube/PoolNodeUpgraded",
  "kube/PoolUpgradeEnded"
])

export const isGroupEvent = (event: KubeEvent): event is GroupEvent => tags.has(event._tag)

export const evolveGroup = (cluster: Cluster, event: GroupEvent, at: Instant): void => {
  if (event._tag === "kube/AutoscalerHalted") {
    cluster.autoscalerHalted = event.halted
    return
  }
  if (event._tag === "kube/InstanceLaunched" && event.pod !== undefined) {
    const { instance, instanceType, group: profile, zone, subnet, address } = event
    cluster.machines.set(event.pod, { instance, instanceType, profile, zone, subnet, address })
    return
  }
  if (event._tag === "kube/InstanceTerminated") forgetMachine(cluster, event.instance)
  const node = event._tag === "kube/InstanceTerminated" ? cluster.nodes.get(event.instance) : undefined
  if (node !== undefined) node.ending = true
  const group = cluster.groups.get(event.group)
  if (group !== undefined) turn(cluster, group, event, at)
}

/** A Fargate machine is no more. */
export const forgetMachine = (cluster: Cluster, instance: string): void => {
  for (const [pod, machine] of cluster.machines) {
    if (machine.instance !== instance) continue
    cluster.machines.delete(pod)
    return
  }
}

const turn = (cluster: Cluster, group: GroupState, event: Exclude<GroupEvent, KubeEventOf<"kube/AutoscalerHalted">>, at: Instant): void => {
  switch (event._tag) {
    case "kube/GroupGrown":
      if (event.to > event.from) cluster.grownAt = at
      group.desired = event.to
      return
    case "kube/GroupBackedOff":
      group.backOffMs = event.untilMs - at
      group.backedOffUntil = event.untilMs
      return
    case "kube/InstanceLaunched":
      group.launched++
      group.launching.set(event.instance, { zone: event.zone, subnet: event.subnet, address: event.address, at })
      return
    case "kube/LaunchFailed":
      if (event.untilMs !== undefined) group.unavailable.set(event.zone, event.untilMs)
      return
    case "kube/InstanceTerminated":
      group.launching.delete(event.instance)
      return
    default:
      return turnUpgrade(group, event, at)
  }
}

const turnUpgrade = (
  group: GroupState,
  event: KubeEventOf<"kube/PoolUpgradeBegan" | "kube/PoolNodeUpgraded" | "kube/PoolUpgradeEnded">,
  at: Instant
): void => {
  if (event._tag === "kube/PoolUpgradeBegan") {
    const { version, surge, unavailable, drainTimeoutMs, forces, nodes } = event
    group.upgrade = {
      version,
      began: at,
      size: nodes.length,
      surge,
      unavailable,
      drainTimeoutMs,
      forces,
      waiting: nodes,
      draining: []
    }
  } else if (event._tag === "kube/PoolUpgradeEnded") delete group.upgrade
  else if (group.upgrade !== undefined) group.upgrade.draining = group.upgrade.draining.filter((name) => name !== event.node)
}

/** It is made anew where it stands; or takes pods again. */
export const noteReimaging = (cluster: Cluster, node: string, isDone: boolean): void => {
  const reimaging = cluster.groups.get(cluster.nodes.get(node)?.spec.nodeGroup ?? "")?.reimaging
  if (isDone) reimaging?.delete(node)
  else reimaging?.add(node)
}

/** Its turn has come. */
export const noteDraining = (cluster: Cluster, node: string): void => {
  const upgrade = cluster.groups.get(cluster.nodes.get(node)?.spec.nodeGroup ?? "")?.upgrade
  if (upgrade === undefined || !upgrade.waiting.includes(node)) return
  upgrade.waiting = upgrade.waiting.filter((name) => name !== node)
  upgrade.draining = [...upgrade.draining, node]
}

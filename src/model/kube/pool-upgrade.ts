/**
 * The upgrade of a node pool, as clouds do it: so many nodes more at first (surge), so many fewer meanwhile; each old node is cordoned,
 * emptied through the eviction API, ended, and replaced by one of the new version, until none is left; then what was more is not
 * replaced. While no surge node can be made, none is drained. Pods that do not go in time stop the upgrade, or are ended with their node.
 * A scale set makes its machines anew where they stand, and ends the last ones in place of its surge nodes.
 * Not modelled: the version of a node; blue-green upgrades.
 * Source: GKE docs, node pool upgrade strategies; AKS docs, upgrade options, node surge and drain timeout.
 */
import type { View } from "../value/view.ts"
import { drainedPods } from "./budget.ts"
import type { KubeEventOf } from "./message.ts"
import type { GroupState, PoolUpgrade } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const upgrader = "upgrade"

export const beginUpgrade = (world: KubeWorld, event: KubeEventOf<"kube/PoolUpgradeBegan">, turn: KubeTurn): void => {
  const group = world.cluster.groups.get(event.group)
  if (group === undefined) return
  if (event.surge > 0) growBy(group, event.surge, "surge nodes for an upgrade", turn)
  step(world, event.group, turn)
}

const growBy = (group: View<GroupState>, by: number, reason: string, turn: KubeTurn): void => {
  const { desired: from, spec } = group
  turn.emit({ _tag: "kube/GroupGrown", group: spec.name, by: upgrader, from, to: from + by, reason })
}

/** A node of the pool has joined: perhaps the next old one may go. */
export const followUpgrade = (
  world: KubeWorld,
  event: KubeEventOf<"kube/NodeReadinessTurned" | "kube/NodeJoined">,
  turn: KubeTurn
): void => {
  const group = world.cluster.nodes.get(event.node)?.spec.nodeGroup ?? ""
  if (world.cluster.groups.get(group)?.upgrade !== undefined) step(world, group, turn)
}

/** Drains old nodes while enough others serve. */
const step = (world: KubeWorld, name: string, turn: KubeTurn): void => {
  for (;;) {
    const upgrade = world.cluster.groups.get(name)?.upgrade
    const next = upgrade?.waiting[0]
    if (upgrade === undefined || next === undefined || serving(world, name) - 1 < upgrade.size - upgrade.unavailable) return
    drain(world, name, next, upgrade, turn)
  }
}

/** Nodes of a pool that take pods. */
const serving = (world: KubeWorld, group: string): number =>
  world.cluster.nodeNames.filter((name) => {
    const node = world.cluster.nodes.get(name)
    return node?.spec.nodeGroup === group && node.joined && node.ready === "True" && !node.cordoned && !node.ending
  }).length

const drain = (world: KubeWorld, group: string, node: string, upgrade: View<PoolUpgrade>, turn: KubeTurn): void => {
  turn.emit({ _tag: "kube/NodeCordoned", node, cordoned: true })
  turn.emit({ _tag: "kube/DrainBegan", node, by: upgrader })
  for (const pod of drainedPods(world, node)) turn.ask({ _tag: "kube/EvictDue", pod, by: upgrader, drains: node }, turn.now)
  turn.ask({ _tag: "kube/UpgradeDrainDue", pool: group, node, began: upgrade.began }, turn.now + upgrade.drainTimeoutMs)
}

/** An old node is empty: it ends, and another comes in its place, but for as many as were more. */
export const replaceDrained = (world: KubeWorld, event: KubeEventOf<"kube/NodeDrained">, turn: KubeTurn): void => {
  const group = world.cluster.nodes.get(event.node)?.spec.nodeGroup ?? ""
  if (world.cluster.groups.get(group)?.upgrade?.draining.includes(event.node) === true) replace(world, group, event.node, turn)
}

const replace = (world: KubeWorld, name: string, node: string, turn: KubeTurn): void => {
  const group = world.cluster.groups.get(name)
  const upgrade = group?.upgrade
  if (group === undefined || upgrade === undefined) return
  const left = upgrade.waiting.length + upgrade.draining.length - 1
  const cause = turn.emit({ _tag: "kube/PoolNodeUpgraded", group: name, node, left })
  if (left >= upgrade.surge && group.spec.isScaleSet === true) {
    turn.emit({ _tag: "kube/NodeReimaged", node }, cause)
    turn.ask({ _tag: "kube/ReimagedDue", node }, turn.now + world.settings.nodeLaunchMs)
    return
  }
  // The last ones are replaced by the surge nodes, which are there.
  if (left < upgrade.surge) growBy(group, -1, "a surge node takes its place", turn)
  turn.emit({ _tag: "kube/InstanceTerminated", group: name, instance: node, reason: "upgraded" }, cause)
  turn.askOnce(name, { _tag: "kube/LaunchDue", group: name }, turn.now + world.settings.asgLaunchMs)
  goOn(world, name, turn)
}

/** The machine is there again, and begins anew. */
export const bootReimaged = (world: KubeWorld, timer: TimerOf<"kube/ReimagedDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node === undefined) return
  // A dark zone gives no machine.
  if (world.zonesDown.has(node.zone)) return turn.ask(timer, turn.now + world.settings.nodeLaunchMs)
  turn.emit({ _tag: "kube/NodeRebooted", node: timer.node, attempt: 0 })
}

/** It was made anew, answers, and is Ready: it takes pods again, and the next old one may go. */
export const takeBack = (world: KubeWorld, event: KubeEventOf<"kube/NodeReadinessTurned" | "kube/LeaseRenewed">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(event.node)
  const name = node?.spec.nodeGroup ?? ""
  const group = world.cluster.groups.get(name)
  if (node?.ready !== "True" || group?.reimaging.has(event.node) !== true) return
  turn.emit({ _tag: "kube/NodeCordoned", node: event.node, cordoned: false })
  goOn(world, name, turn)
}

/** The next one's turn, or the end: nobody waits, is drained, or is made anew. */
const goOn = (world: KubeWorld, name: string, turn: KubeTurn): void => {
  const group = world.cluster.groups.get(name)
  const upgrade = group?.upgrade
  if (group === undefined || upgrade === undefined) return
  if (upgrade.waiting.length + upgrade.draining.length > 0) turn.askOnce(name, { _tag: "kube/UpgradeStepDue", pool: name }, turn.now)
  else if (group.reimaging.size === 0) turn.emit({ _tag: "kube/PoolUpgradeEnded", group: name, version: upgrade.version })
}

export const stepUpgrade = (world: KubeWorld, timer: TimerOf<"kube/UpgradeStepDue">, turn: KubeTurn): void => step(world, timer.pool, turn)

/** Its pods did not go in time. */
export const giveUpDrain = (world: KubeWorld, timer: TimerOf<"kube/UpgradeDrainDue">, turn: KubeTurn): void => {
  const upgrade = world.cluster.groups.get(timer.pool)?.upgrade
  if (upgrade?.began !== timer.began || !upgrade.draining.includes(timer.node)) return
  if (upgrade.forces) return replace(world, timer.pool, timer.node, turn)
  const stuck = drainedPods(world, timer.node, true)
  turn.emit({
    _tag: "kube/PoolUpgradeEnded",
    group: timer.pool,
    version: upgrade.version,
    failed: `${timer.node} was not drained in time: ${stuck.join(", ")}`
  })
}

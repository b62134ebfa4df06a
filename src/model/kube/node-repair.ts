/**
 * Node repair as a cloud does it: a node that has not been Ready for long enough is rebooted, or made anew in its place; it is tried a
 * few times, each after the same wait. In a zone that is dark nothing can be made. A machine that begins anew has forgotten everything:
 * its containers start when its kubelet has heard from the API server.
 * Not modelled: draining before, fewer repairs at once while many nodes are unwell, reimaging as something else than a reboot.
 * Source: AKS docs, node auto-repair; GKE docs, auto-repairing nodes.
 */
import type { KubeEventOf } from "./message.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** Source: AKS docs, node auto-repair: reboot, reimage, redeploy. */
const attemptsMax = 3

export const noteRepair = (world: KubeWorld, event: KubeEventOf<"kube/NodeReadinessTurned">, turn: KubeTurn): void => {
  if (event.ready === "True" || world.cluster.nodes.get(event.node)?.spec.repaired !== true) return
  turn.ask(
    { _tag: "kube/RepairDue", node: event.node, since: turn.now, attempt: 1, isStuck: false },
    turn.now + world.settings.nodeRepairMs
  )
}

export const repair = (world: KubeWorld, timer: TimerOf<"kube/RepairDue">, turn: KubeTurn): void => {
  const { node: name, since, attempt, isStuck } = timer
  const node = world.cluster.nodes.get(name)
  if (node === undefined || node.ready === "True" || node.unknownSince !== since) return
  const againAt = turn.now + world.settings.nodeRepairMs
  if (world.zonesDown.has(node.zone)) {
    // Told once; it goes on trying.
    if (!isStuck) turn.emit({ _tag: "kube/RepairFailed", node: name, why: `zone ${node.zone} gives no machine` })
    turn.ask({ ...timer, isStuck: true }, againAt)
    return
  }
  const cause = turn.emit({ _tag: "kube/NodeRebooted", node: name, attempt })
  if (attempt < attemptsMax) turn.ask({ _tag: "kube/RepairDue", node: name, since, attempt: attempt + 1, isStuck: false }, againAt, cause)
}

/**
 * Each zone's queue for NoExecute: one token at a time, one node a token. Nodes wait from the pass after the one that turned them.
 * With `queueDuplicates` (1.20) every pass queues every waiting node again, and an entry that is no longer needed burns its token;
 * the order inside one pass's entries is drawn when they are taken, which has the same odds as drawing it when they are made.
 * Source: kubernetes pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go, PR 96876, recordings of 1.20.2.
 */
import { drawBelow } from "../value/chance.ts"
import { nextBeatAfter } from "../value/instant.ts"
import { compareText, sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { isLifecycleTaint, notReadyKey, unreachableKey } from "./evolve-trouble.ts"
import { passPeriodOf, passPhaseOf } from "./phases.ts"
import type { NodeState, ZoneHealth } from "./state.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"
import { stepOfState } from "./zone-health.ts"

const keyOfTrouble = (node: View<NodeState>): string => (node.ready === "False" ? notReadyKey : unreachableKey)

/** Not Ready since before this pass, by its kubelet's own word or the pass before's, or never reported; and not tainted yet. */
const isWaiting = (world: KubeWorld, name: string, now: number): boolean => {
  const node = world.cluster.nodes.get(name)
  return (
    node !== undefined &&
    node.ready !== "True" &&
    (node.ready === "False" ||
      node.cutOff?.hasReported === false ||
      now - node.unknownSince >= Math.min(world.settings.monitorPeriodMs, halfPass(world))) &&
    !node.taints.some(({ key, effect }) => effect === "NoExecute" && isLifecycleTaint(key))
  )
}

/** A node that turned late in a pass that took time is seen by the next one all the same. */
const halfPass = ({ settings }: KubeWorld): number =>
  settings.lifecycleCallMs === 0 ? settings.monitorPeriodMs : Math.floor(settings.monitorPeriodMs / 2)

const waitingIn = (world: KubeWorld, zone: View<ZoneHealth>, now: number): Array<string> => {
  if (zone.unready === 0) return []
  return sortedKeys(zone.nodes).filter((name) => isWaiting(world, name, now))
}

/** What a pass adds to the queue, where entries are kept. */
export const queueNodes = (world: KubeWorld, zoneName: string, turn: KubeTurn): void => {
  const zone = world.cluster.zones.get(zoneName)
  if (!world.settings.queueDuplicates || zone === undefined || world.cluster.masterDisruption) return
  const nodes = waitingIn(world, zone, turn.now)
  if (nodes.length > 0) turn.emit({ _tag: "kube/EvictionsQueued", zone: zoneName, nodes })
}

const stepOf = (world: KubeWorld, zone: View<ZoneHealth>): number | undefined =>
  world.cluster.masterDisruption ? undefined : stepOfState(world.settings, zone.state, zone.nodes.size, zone.unready)

/** The entry that the next token goes to; `undefined` when nobody waits. */
const nextEntry = (world: KubeWorld, zone: View<ZoneHealth>, turn: KubeTurn): string | undefined => {
  const entries = world.settings.queueDuplicates ? [...(zone.queue[0] ?? [])] : waitingIn(world, zone, turn.now)
  if (!world.settings.drawnOrder) return entries.sort(compareText)[0]
  const draw = (name: string): number => drawBelow(turn.chance, 2 ** 32, "eviction-order", name, zone.tokensSpent)
  return entries.sort((left, right) => draw(left) - draw(right) || compareText(left, right))[0]
}

/** One token, one entry; the rest wait for the next token. */
export const taintNext = (world: KubeWorld, zoneName: string, turn: KubeTurn): void => {
  const zone = world.cluster.zones.get(zoneName)
  const step = zone === undefined ? undefined : stepOf(world, zone)
  if (zone === undefined || step === undefined) return
  for (let entry = nextEntry(world, zone, turn); entry !== undefined; entry = nextEntry(world, zone, turn)) {
    const tokenAt = zone.lastTokenAt + step
    if (turn.now < tokenAt) {
      // A token that comes with or after the next pass is that pass's to give.
      if (tokenAt < nextPassAt(world, turn)) turn.ask({ _tag: "kube/NoExecuteDue", zone: zoneName, spent: zone.tokensSpent }, tokenAt)
      return
    }
    const node = world.cluster.nodes.get(entry)
    if (node !== undefined && isWaiting(world, entry, turn.now))
      turn.emit({ _tag: "kube/NodeTainted", node: entry, key: keyOfTrouble(node), effect: "NoExecute" }, node.turnedBy)
    else turn.emit({ _tag: "kube/EvictionTokenBurned", zone: zoneName, entry })
  }
}

/** With passes that take time nobody knows when the next one is: the token is always waited for. */
const nextPassAt = ({ settings }: KubeWorld, turn: KubeTurn): number =>
  settings.lifecycleCallMs > 0
    ? Number.MAX_SAFE_INTEGER
    : nextBeatAfter(turn.now, passPeriodOf(settings), passPhaseOf(settings, turn.chance))

/** The zone's next token, between passes. */
export const taintDue = (world: KubeWorld, timer: TimerOf<"kube/NoExecuteDue">, turn: KubeTurn): void => {
  if (world.cluster.zones.get(timer.zone)?.tokensSpent === timer.spent) taintNext(world, timer.zone, turn)
}

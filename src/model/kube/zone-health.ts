/**
 * Zones as the node lifecycle judges them at the end of a pass, and what follows for evictions. All zones fully disrupted: taints
 * are taken off and evictions stop, until one node is back. Source: node_lifecycle_controller.go, handleDisruption.
 */
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { isLifecycleTaint } from "./evolve-trouble.ts"
import type { ZoneState } from "./message.ts"
import type { KubeSettings } from "./settings.ts"
import type { ZoneHealth } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** A zone with this many unready nodes or fewer is never partially disrupted. Source: the controller's ComputeZoneState. */
export const unreadyAlwaysAllowed = 2

/** State of a zone of so many nodes, so many of them not Ready. */
export const zoneStateOf = (settings: Pick<KubeSettings, "unhealthyZonePercent">, unready: number, nodes: number): ZoneState => {
  if (unready > 0 && unready === nodes) return "FullDisruption"
  return unready > unreadyAlwaysAllowed && unready * 100 >= nodes * settings.unhealthyZonePercent ? "PartialDisruption" : "Normal"
}

type Pace = Pick<KubeSettings, "noExecuteStepMs" | "noExecuteSecondaryStepMs" | "largeZoneNodes" | "zoneFullDisruption">

/** Span between two tokens of a zone in this state, or `undefined` when it gives none. */
export const stepOfState = (settings: Pace, state: ZoneState, nodes: number, unready: number): number | undefined => {
  if (state === "PartialDisruption") return nodes > settings.largeZoneNodes ? settings.noExecuteSecondaryStepMs : undefined
  if (state === "FullDisruption" && settings.zoneFullDisruption === "hold" && unready > unreadyAlwaysAllowed) return undefined
  return settings.noExecuteStepMs
}

/** A zone's state follows from the node in it that turned last. */
const lastTurnIn = (world: KubeWorld, zone: View<ZoneHealth>): number => {
  let last = 0
  for (const name of zone.nodes) last = Math.max(last, world.cluster.nodes.get(name)?.turnedBy ?? 0)
  return last
}

/**
 * Another pace comes with another bucket: with its token where the one before had one at that instant, else without.
 * Source: kubernetes pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go, SwapLimiter.
 */
const bucketOf = (
  { settings }: KubeWorld,
  zone: View<ZoneHealth>,
  state: ZoneState,
  now: number
): { readonly bucket?: "full" | "empty" } => {
  const [before, after] = [zone.state, state].map((each) => stepOfState(settings, each, zone.nodes.size, zone.unready))
  if (before === after || after === undefined) return {}
  return { bucket: before !== undefined && now >= zone.lastTokenAt + before ? "full" : "empty" }
}

/** `passAt`: when the pass began that is over now. */
export const judgeZones = (world: KubeWorld, turn: KubeTurn, passAt: number): void => {
  const { cluster, settings } = world
  let areAllFull = cluster.zones.size > 0
  for (const name of sortedKeys(cluster.zones.keys())) {
    const zone = cluster.zones.get(name) as View<ZoneHealth>
    const state = zoneStateOf(settings, zone.unready, zone.nodes.size)
    if (zone.nodes.size > 0 && state !== "FullDisruption") areAllFull = false
    if (state !== zone.state)
      turn.emit(
        {
          _tag: "kube/ZoneStateTurned",
          zone: name,
          state,
          notReady: zone.unready,
          nodes: zone.nodes.size,
          ...bucketOf(world, zone, state, turn.now)
        },
        lastTurnIn(world, zone)
      )
  }
  if (areAllFull === cluster.masterDisruption) return
  const cause = turn.emit({ _tag: "kube/MasterDisruptionTurned", active: areAllFull })
  if (!areAllFull) return
  // The pass works on copies of its beginning: nodes tainted while it ran keep the taint.
  for (const name of sortedKeys(cluster.troubled)) {
    for (const { key, effect, since } of cluster.nodes.get(name)?.taints ?? []) {
      if (effect === "NoExecute" && isLifecycleTaint(key) && (since < passAt || settings.lifecycleCallMs === 0))
        turn.emit({ _tag: "kube/NodeUntainted", node: name, key, effect }, cause)
    }
  }
}

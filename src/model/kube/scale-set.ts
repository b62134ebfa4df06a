/**
 * Growth of a scale set: all that is wanted, or nothing. What cannot be had for all of them is refused in one piece, the set keeps the
 * size that it has, and an upgrade that wanted more ends before any node of it is drained.
 * Source: Azure/AKS issues 2531 (nothing of 30 nodes for want of 6 addresses) and 3221 (no room for a surge node).
 */
import { type LaunchRefusal, launchRefusalOf } from "../capacity/launches.ts"
import type { View } from "../value/view.ts"
import { backOff } from "./cluster-autoscaler.ts"
import type { GroupState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** A subnet and a zone where an instance may stand. */
interface LaunchPlace {
  readonly subnet: string
  readonly zone: string
}

/** Whether it may not grow by so many; if so, that is told, and nothing is launched. `place`: where the first of them would be. */
export const isRefusedWhole = (
  world: KubeWorld,
  group: View<GroupState>,
  { place, count, standing }: { readonly place: LaunchPlace | undefined; readonly count: number; readonly standing: number },
  turn: KubeTurn
): boolean => {
  const { spec, desired, upgrade } = group
  if (spec.isScaleSet !== true || place === undefined || count <= 0) return false
  const { name, instanceType, maxPods, autoscaled } = spec
  const refusal = launchRefusalOf(world.addresses, world.zonesDown, { ...place, instanceType, maxPods, group: name }, count)
  if (refusal === undefined) return false
  const cause = turn.emit({ _tag: "kube/LaunchFailed", group: name, zone: place.zone, ...refusal })
  turn.emit({ _tag: "kube/GroupGrown", group: name, by: "scale set", from: desired, to: standing, reason: reasonOf(refusal) }, cause)
  if (upgrade !== undefined)
    turn.emit({ _tag: "kube/PoolUpgradeEnded", group: name, version: upgrade.version, failed: refusal.message }, cause)
  if (autoscaled) backOff(world, group, "no zone can launch", turn)
  return true
}

const reasonOf = ({ limit }: LaunchRefusal): string => `all or nothing: ${limit}`

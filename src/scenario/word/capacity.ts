/** What a timeline can do to what runs out: launches, a zone's capacity, how nodes keep addresses, the control plane's upgrade. */
import { Schema } from "effect"
import { type PoolSwitch, poolSwitches } from "../../model/capacity/settings.ts"
import type { Action } from "../../model/fault/action.ts"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readCount, readName, readOptions, readTime } from "../read.ts"

/** The cloud launches no instance, in no zone, until `resumeLaunches()`. What runs keeps running. */
export const freezeLaunches = (): Action => ({ _tag: "FreezeLaunches" })
export const resumeLaunches = (): Action => ({ _tag: "ResumeLaunches" })

const Offering = Schema.Struct({ instanceType: Schema.optionalKey(Schema.NonEmptyString) })

/** A zone has no capacity (InsufficientInstanceCapacity), for one instance type or for all. */
export const cutCapacity = (zone: string, options: typeof Offering.Type = {}): Action => {
  const place = placeOfCall(cutCapacity)
  return { _tag: "CutCapacity", zone: readName(zone, "cutCapacity(", place), ...readOptions(Offering, options, "cutCapacity", place) }
}

/** It has capacity again. */
export const restoreCapacity = (zone: string, options: typeof Offering.Type = {}): Action => {
  const place = placeOfCall(restoreCapacity)
  return {
    _tag: "RestoreCapacity",
    zone: readName(zone, "restoreCapacity(", place),
    ...readOptions(Offering, options, "restoreCapacity", place)
  }
}

const Switches = Schema.Struct(
  Object.fromEntries(poolSwitches.map((name) => [name, Schema.optionalKey(Schema.Union([Schema.Int, Schema.Boolean]))]))
)

/** The owner switches how nodes keep addresses: `setAddressing({ prefixDelegation: true })`. Names are those of the settings. */
export const setAddressing = (changes: Readonly<Partial<Record<PoolSwitch, number | boolean>>>): Action => {
  const read = readOptions(Switches, changes, "setAddressing", placeOfCall(setAddressing)) as Readonly<Record<string, number | boolean>>
  return { _tag: "SetAddressing", changes: read }
}

const Filling = Schema.Struct({ leaving: Schema.optionalKey(Schema.Int) })

/** Somebody else takes a subnet's free addresses, the lowest first, but for `leaving`: `fillSubnet("nodes-a", { leaving: 7 })`. */
export const fillSubnet = (subnet: string, options: typeof Filling.Type = {}): Action => {
  const place = placeOfCall(fillSubnet)
  const { leaving } = readOptions(Filling, options, "fillSubnet", place)
  return {
    _tag: "FillSubnet",
    subnet: readName(subnet, "fillSubnet(", place),
    leaving: readCount(leaving ?? 0, 0, "fillSubnet leaving: ", place)
  }
}

/** They are given back. */
export const emptySubnet = (subnet: string): Action => ({
  _tag: "EmptySubnet",
  subnet: readName(subnet, "emptySubnet(", placeOfCall(emptySubnet))
})

const Reclaiming = Schema.Struct({ notice: Schema.optionalKey(Schema.String), drains: Schema.optionalKey(Schema.Boolean) })
/** Source: EC2 user guide, Spot Instance interruption notices: two minutes. */
const usualNotice = "2m"

/** The cloud takes instances back after a notice, as it does with spot instances. `drains`: a termination handler drains them meanwhile. */
export const reclaimNodes = (nodes: ReadonlyArray<string>, options: typeof Reclaiming.Type = {}): Action => {
  const place = placeOfCall(reclaimNodes)
  const { notice, drains } = readOptions(Reclaiming, options, "reclaimNodes", place)
  return {
    _tag: "ReclaimNodes",
    nodes: nodes.map((node) => readName(node, "reclaimNodes(", place)),
    noticeMs: readTime(notice ?? usualNotice, "reclaimNodes notice: ", place),
    drains: drains ?? false
  }
}

/** The owner wants a node group to have so many nodes, more than it has; up to its `scaling.max`. */
export const resizeGroup = (group: string, desired: number): Action => {
  const place = placeOfCall(resizeGroup)
  return { _tag: "ResizeGroup", group: readName(group, "resizeGroup(", place), desired: readCount(desired, 1, "resizeGroup(…, ", place) }
}

/** The control plane is upgraded; its subnets need free addresses for that. */
export const upgradeControlPlane = (version: string): Action => ({
  _tag: "UpgradeControlPlane",
  version: readName(version, "upgradeControlPlane(", placeOfCall(upgradeControlPlane))
})

const Upgrading = Schema.Struct({
  version: Schema.NonEmptyString,
  maxSurge: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  maxUnavailable: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  /** How long a node's pods may take to go. */
  drainTimeout: Schema.optionalKey(Schema.String),
  /** What happens then: the upgrade stops, as at AKS, or the node ends all the same, as at GKE. */
  afterTimeout: Schema.optionalKey(Schema.Literals(["stop", "force"]))
})
/** Source: GKE docs, node pool upgrade strategies: an hour, then by force; one more at once. AKS: 30 minutes, then the upgrade fails. */
const usualDrainTimeout = "1h"
const usualSurge = 1

/** A pool's nodes are replaced by ones of another version: `upgradePool("pool", { version: "1.32", maxSurge: 1 })`. */
export const upgradePool = (pool: string, options: typeof Upgrading.Type): Action => {
  const place = placeOfCall(upgradePool)
  const {
    version,
    maxSurge = usualSurge,
    maxUnavailable = 0,
    drainTimeout,
    afterTimeout
  } = readOptions(Upgrading, options, "upgradePool", place)
  if (maxSurge + maxUnavailable === 0)
    misuse(
      errorOf("D008", "upgradePool: nothing may be more and nothing fewer", {
        place,
        underlined: "upgradePool",
        help: "give maxSurge or maxUnavailable"
      })
    )
  return {
    _tag: "UpgradePool",
    pool: readName(pool, "upgradePool(", place),
    version,
    surge: maxSurge,
    unavailable: maxUnavailable,
    drainTimeoutMs: readTime(drainTimeout ?? usualDrainTimeout, "upgradePool drainTimeout: ", place),
    forces: (afterTimeout ?? "force") === "force"
  }
}

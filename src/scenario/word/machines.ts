/**
 * A cluster without a cloud: zones with machines of named shapes, on one network that never fails. For one's own machines, and for
 * tests against recordings: lease and sync phases can be given for each machine.
 */
import { Schema } from "effect"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readName, readOptions } from "../read.ts"
import type { Network } from "./network.ts"
import type { NodeGroup } from "./node-group.ts"

const Name = Schema.NonEmptyString
const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
const NetworkOptions = Schema.Struct({
  zones: Schema.Array(Name),
  /** What a machine of a shape leaves to pods. At most 250 pods: each machine has a range of 256 addresses. */
  shapes: Schema.Record(
    Schema.String,
    Schema.Struct({ milliCpu: Count, memoryMiB: Count, pods: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 250 })) })
  )
})

/** Zones have a range each, from 10.0.0.0/16 on; 10.255.0.0/16 is the API server's. */
const zonesMax = 200
const apiAddress = "10.255.0.1"

/** One network for zones and machines, on which everybody reaches everybody. */
export const flatNetwork = (options: typeof NetworkOptions.Type): Network => {
  const place = placeOfCall(flatNetwork)
  const { zones, shapes } = readOptions(NetworkOptions, options, "flatNetwork", place)
  if (zones.length === 0 || zones.length > zonesMax)
    misuse(errorOf("D008", `flatNetwork: ${zones.length} zones`, { place, underlined: "zones", notes: [`1 to ${zonesMax} zones`] }))
  return {
    place,
    topology: {
      _tag: "FlatTopology",
      id: "flat",
      zones,
      subnets: zones.map((zone, index) => ({ id: zone, zone, cidr: `10.${index}.0.0/16` })),
      shapes: Object.keys(shapes)
        .sort()
        .map((name) => ({ name, ...(shapes[name] as (typeof shapes)[string]) })),
      apiAddress
    }
  }
}

const MachineOptions = Schema.Struct({
  shape: Name,
  /** The network says how many pods a shape may run; fewer can be said here. */
  maxPods: Schema.optionalKey(Count),
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Machines by name with their zone; `joins: "later"` waits for `joinNodes`. */
  nodes: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        name: Name,
        zone: Name,
        joins: Schema.optionalKey(Schema.Literals(["at once", "later"])),
        leasePhaseMs: Schema.optionalKey(Schema.Int),
        podSyncPhaseMs: Schema.optionalKey(Schema.Int),
        labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
        taints: Schema.optionalKey(
          Schema.Array(
            Schema.Struct({
              key: Name,
              value: Schema.optionalKey(Schema.String),
              effect: Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])
            })
          )
        )
      })
    )
  ),
  /** Or so many in each of these zones, named `<zone>1`, `<zone>2`, … */
  perZone: Schema.optionalKey(Count),
  zones: Schema.optionalKey(Schema.Array(Name))
})

/** Pods of a machine unless its group says fewer. Source: kubelet --max-pods. */
const usualPods = 110

export const machines = (name: string, options: typeof MachineOptions.Type): NodeGroup => {
  const place = placeOfCall(machines)
  const given = readOptions(MachineOptions, options, `machines ${name}`, place)
  const named = (given.nodes ?? []).map(({ joins, ...node }) => ({ ...node, ...(joins === "later" ? { isLate: true } : {}) }))
  const counted = (given.zones ?? []).flatMap((zone) =>
    Array.from({ length: given.perZone ?? 0 }, (_, index) => ({ name: `${zone}${index + 1}`, zone }))
  )
  if (named.length + counted.length === 0)
    misuse(
      errorOf("D008", `machines ${name}: none is named`, {
        place,
        underlined: "machines",
        help: 'add nodes: [{ name: "a1", zone: "a" }], or perZone and zones'
      })
    )
  return {
    name: readName(name, "machines(", place),
    place,
    options: {
      instanceType: given.shape,
      nodes: [],
      maxPods: given.maxPods ?? usualPods,
      ...(given.labels === undefined ? {} : { labels: given.labels })
    },
    machines: [...named, ...counted]
  }
}

/**
 * A cluster without a cloud: zones, machines of named shapes, and one network on which everybody reaches everybody and nothing ever
 * fails but the machines themselves. For tests against recordings, and for clusters on one's own machines.
 */
import { Schema } from "effect"

const Id = Schema.NonEmptyString

/** What a machine leaves to pods: CPU in thousandths of a core, memory in MiB, and how many pods. */
export const Shape = Schema.Struct({ name: Id, milliCpu: Schema.Int, memoryMiB: Schema.Int, pods: Schema.Int })

export const FlatTopology = Schema.TaggedStruct("FlatTopology", {
  id: Id,
  zones: Schema.Array(Id),
  /** One a zone, named as the zone: where its nodes' own addresses come from. */
  subnets: Schema.Array(Schema.Struct({ id: Id, zone: Id, cidr: Schema.String })),
  shapes: Schema.Array(Shape),
  /** Where the API server answers. */
  apiAddress: Schema.String
})
export type FlatTopology = typeof FlatTopology.Type

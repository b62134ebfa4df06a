/** Load balancers at GCP, in GCP's words, down to their instances. */
import { Schema } from "effect"

const Id = Schema.NonEmptyString

/** Instances of one zone or region. `capacity`: requests of any unit it takes before the next region is asked; absent: any number. */
export const Backend = Schema.Struct({
  id: Id,
  instances: Schema.Array(Id),
  capacity: Schema.optionalKey(Schema.Int)
})

/** Where requests come from and how many, in the unit of capacities; the regions from the nearest on. */
export const Clients = Schema.Struct({ nearest: Schema.Array(Id), requests: Schema.Int })

const shared = {
  id: Id,
  network: Id,
  address: Schema.String,
  protocol: Schema.Literals(["tcp", "udp"]),
  port: Schema.Int,
  /** The instances' port. Passthrough ones keep `port`. */
  backends: Schema.Array(Backend),
  /** What the health check asks. */
  healthCheckPort: Schema.Int
}

/** `globalAccess`: clients of other regions may reach it. */
const inside = { region: Id, subnetwork: Id, globalAccess: Schema.Boolean }

/** Proxies open connections of their own; passthrough ones keep the client's address and the port. */
export const LoadBalancer = Schema.Union([
  /** Anycast, premium tier. Without `clients`: every region that is healthy has the share of its instances. */
  Schema.TaggedStruct("GlobalExternalApplication", {
    ...shared,
    backendPort: Schema.Int,
    clients: Schema.optionalKey(Schema.Array(Clients))
  }),
  /** From the region's proxy-only subnetwork. */
  Schema.TaggedStruct("RegionalExternalApplication", { ...shared, region: Id, backendPort: Schema.Int }),
  Schema.TaggedStruct("InternalApplication", { ...shared, ...inside, backendPort: Schema.Int }),
  Schema.TaggedStruct("ExternalPassthrough", { ...shared, region: Id }),
  Schema.TaggedStruct("InternalPassthrough", { ...shared, ...inside })
])
export type LoadBalancer = typeof LoadBalancer.Type

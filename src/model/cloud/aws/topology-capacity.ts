/** What bounds addresses and launches at AWS, in AWS's words: reservations, interfaces that others own, quotas. */
import { Schema } from "effect"

const Id = Schema.NonEmptyString

/** A subnet CIDR reservation: kept for prefixes, or for addresses that are asked for by name. Source: VPC user guide. */
export const CidrReservation = Schema.Struct({ cidr: Schema.String, type: Schema.Literals(["prefix", "explicit"]) })

/**
 * Interfaces that take addresses and are nobody's node: of load balancers, the EKS control plane, Lambda, RDS. Only their addresses
 * count. `description` as the console shows it, `Amazon EKS shop`.
 */
export const NetworkInterface = Schema.Struct({
  id: Id,
  subnet: Id,
  addresses: Schema.Array(Schema.String),
  description: Schema.optionalKey(Schema.String)
})

/** Service quotas of the account in the region; one that is absent does not bind, or is at its default (`defaultQuotas`). */
export const Quotas = Schema.Struct({
  /** Running On-Demand vCPUs. */
  vcpus: Schema.optionalKey(Schema.Int),
  /** Fargate On-Demand vCPUs. */
  fargateVcpus: Schema.optionalKey(Schema.Int),
  networkInterfaces: Schema.optionalKey(Schema.Int),
  elasticAddresses: Schema.optionalKey(Schema.Int),
  routesPerTable: Schema.optionalKey(Schema.Int),
  rulesPerGroup: Schema.optionalKey(Schema.Int),
  rulesPerAcl: Schema.optionalKey(Schema.Int)
})

/** The tag by which interfaces for pods are put into a subnet, or kept out of it: `1`, `0`. Source: amazon-vpc-cni-k8s README. */
export const podSubnetTag = "kubernetes.io/role/cni"

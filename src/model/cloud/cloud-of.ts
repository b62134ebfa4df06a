/** Which compiler a topology is for: the one place that asks. */
import { Schema } from "effect"
import type { InstanceTerms } from "../capacity/terms.ts"
import { compileAws } from "./aws/compile.ts"
import * as aws from "./aws/limits.ts"
import { AwsTopology } from "./aws/topology.ts"
import { compileAzure } from "./azure/compile.ts"
import * as azure from "./azure/limits.ts"
import { machineSizes } from "./azure/machines.ts"
import { AzureTopology } from "./azure/topology.ts"
import type { Cloud } from "./compile.ts"
import { compileFlat } from "./flat/compile.ts"
import { FlatTopology } from "./flat/topology.ts"
import { compileGcp } from "./gcp/compile.ts"
import * as gcp from "./gcp/limits.ts"
import { machineTypes } from "./gcp/machines.ts"
import { GcpTopology } from "./gcp/topology.ts"

/** The topology of any cloud, or of none. */
export const Topology = Schema.Union([AwsTopology, AzureTopology, GcpTopology, FlatTopology])
export type Topology = typeof Topology.Type

export const cloudOf = (topology: Topology): Cloud => {
  switch (topology._tag) {
    case "AwsTopology":
      return compileAws(topology)
    case "AzureTopology":
      return compileAzure(topology)
    case "GcpTopology":
      return compileGcp(topology)
    case "FlatTopology":
      return compileFlat(topology)
  }
}

/** A subnet as it is written; `zone` where it belongs to one. */
export interface WrittenSubnet {
  readonly id: string
  readonly cidr: string
  readonly zone?: string
}

/** The subnets that are written, in the owner's order; of a topology whose ids need not resolve yet. */
export const writtenSubnets = (topology: Topology): ReadonlyArray<WrittenSubnet> =>
  topology._tag === "GcpTopology" ? topology.subnetworks : topology.subnets

/** What nodes and balancers may bear among their groups: security groups, and whatever else the cloud tells machines apart by. */
export const writtenGroups = (topology: Topology): ReadonlyArray<string> => {
  const ids = (things: ReadonlyArray<{ readonly id: string }> | undefined): ReadonlyArray<string> => (things ?? []).map(({ id }) => id)
  switch (topology._tag) {
    case "AwsTopology":
      return ids(topology.securityGroups)
    case "AzureTopology":
      return [
        ...ids(topology.securityGroups),
        ...(topology.applicationSecurityGroups ?? []),
        ...(topology.loadBalancers ?? []).flatMap(({ pools }) => ids(pools))
      ]
    case "GcpTopology":
      return [...new Set(topology.firewallRules.flatMap(({ sourceTags, targetTags }) => [...(sourceTags ?? []), ...(targetTags ?? [])]))]
    case "FlatTopology":
      return []
  }
}

/** Addresses of a subnet that are the cloud's own: so many first ones and last ones. */
export const keptAddresses = (topology: Topology): { readonly first: number; readonly last: number } => {
  switch (topology._tag) {
    case "GcpTopology":
      return { first: gcp.reservedAtStart, last: gcp.reservedAtEnd }
    case "AzureTopology":
      return { first: azure.reservedAtStart, last: azure.reservedAtEnd }
    case "AwsTopology":
    case "FlatTopology":
      return { first: aws.reservedAtStart, last: aws.reservedAtEnd }
  }
}

/** What machines there are to choose from, where that is told by the cloud alone. */
export const writtenTypes = (topology: Topology): ReadonlyMap<string, InstanceTerms> | undefined => {
  switch (topology._tag) {
    case "AzureTopology":
      return machineSizes
    case "GcpTopology":
      return machineTypes
    case "AwsTopology":
    case "FlatTopology":
      return undefined
  }
}

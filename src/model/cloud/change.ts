/** Changes of a network while a run is under way, for whichever cloud the topology is of. */
import { Schema } from "effect"
import { AwsChange, changeAws, subjectOfAws, tellAws } from "./aws/change.ts"
import { AzureChange, changeAzure, subjectOfAzure, tellAzure } from "./azure/change.ts"
import type { Topology } from "./cloud-of.ts"
import { changeGcp, GcpChange, subjectOfGcp, tellGcp } from "./gcp/change.ts"

export const NetworkChange = Schema.Union([AwsChange, AzureChange, GcpChange])
export type NetworkChange = typeof NetworkChange.Type

const isAws = Schema.is(AwsChange)
const isAzure = Schema.is(AzureChange)
const isGcp = Schema.is(GcpChange)

/** The topology as it is then, or why it stays as it is. */
export const changeTopology = (
  topology: Topology,
  change: NetworkChange
): { readonly topology: Topology } | { readonly refused: string } => {
  if (topology._tag === "AwsTopology" && isAws(change)) return changeAws(topology, change)
  if (topology._tag === "AzureTopology" && isAzure(change)) return changeAzure(topology, change)
  if (topology._tag === "FlatTopology") return { refused: "a flat network has nothing to change" }
  if (topology._tag === "GcpTopology" && isGcp(change)) return changeGcp(topology, change)
  return { refused: `${change._tag} is a change of another cloud's network` }
}

/** The thing that a change is about, by its owner's id. */
export const subjectOfChange = (change: NetworkChange): string => {
  if (isAzure(change)) return subjectOfAzure(change)
  return isGcp(change) ? subjectOfGcp(change) : subjectOfAws(change)
}

/** What is then so of its subject, as half a sentence. */
export const tellChange = (change: NetworkChange): string => {
  if (isAzure(change)) return tellAzure(change)
  return isGcp(change) ? tellGcp(change) : tellAws(change)
}

/** Changes that take their time; others hold as soon as they are made. */
export const paceOf = (change: NetworkChange): "create" | "edit" | "propagate" | "at once" => {
  switch (change._tag) {
    case "CreateNatGateway":
      return "create"
    case "SetRoute":
    case "DeleteRoute":
    case "AssociateRouteTable":
      return "edit"
    case "AttachRouteTable":
    case "DetachRouteTable":
    case "SetUserRoute":
    case "DeleteUserRoute":
      return "propagate"
    default:
      return "at once"
  }
}

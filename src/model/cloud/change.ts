/** Changes of a network while a run is under way, for whichever cloud the topology is of. */
import { Schema } from "effect"
import { AwsChange, changeAws, subjectOfAws, tellAws } from "./aws/change.ts"
import type { Topology } from "./cloud-of.ts"

export const NetworkChange = Schema.Union([AwsChange])
export type NetworkChange = typeof NetworkChange.Type

/** The topology as it is then, or why it stays as it is. */
export const changeTopology = (
  topology: Topology,
  change: NetworkChange
): { readonly topology: Topology } | { readonly refused: string } => {
  switch (topology._tag) {
    case "AwsTopology":
      return changeAws(topology, change)
    case "FlatTopology":
      return { refused: "a flat network has nothing to change" }
    default:
      return { refused: "changes of this cloud's network are not modelled yet" }
  }
}

/** The thing that a change is about, by its owner's id. */
export const subjectOfChange = (change: NetworkChange): string => subjectOfAws(change)

/** What is then so of its subject, as half a sentence. */
export const tellChange = (change: NetworkChange): string => tellAws(change)

/** Changes that take their time; others hold as soon as they are made. */
export const paceOf = (change: NetworkChange): "create" | "edit" | "at once" => {
  switch (change._tag) {
    case "CreateNatGateway":
      return "create"
    case "SetRoute":
    case "DeleteRoute":
    case "AssociateRouteTable":
      return "edit"
    default:
      return "at once"
  }
}

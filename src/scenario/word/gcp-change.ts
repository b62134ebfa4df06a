/** What a timeline can do to a network at GCP, in GCP's words. */
import { Schema } from "effect"
import type { NetworkChange } from "../../model/cloud/change.ts"
import { UpdateNat } from "../../model/cloud/gcp/change.ts"
import { FirewallRule } from "../../model/cloud/gcp/topology-firewall.ts"
import { StaticRoute } from "../../model/cloud/gcp/topology-routing.ts"
import type { Action } from "../../model/fault/action.ts"
import { placeOfCall } from "../place.ts"
import { readName, readOptions } from "../read.ts"

const changing = (change: NetworkChange): Action => ({ _tag: "ChangeNetwork", change })

export const createStaticRoute = (route: typeof StaticRoute.Type): Action =>
  changing({ _tag: "CreateStaticRoute", route: readOptions(StaticRoute, route, "createStaticRoute", placeOfCall(createStaticRoute)) })

/** The default route to the internet gateway is one like any other. */
export const deleteStaticRoute = (id: string): Action =>
  changing({ _tag: "DeleteStaticRoute", id: readName(id, "deleteStaticRoute(", placeOfCall(deleteStaticRoute)) })

/** A VPC firewall rule, new or in the place of the one with its name; what is open already stays open. */
export const setFirewallRule = (rule: typeof FirewallRule.Type): Action =>
  changing({ _tag: "SetFirewallRule", rule: readOptions(FirewallRule, rule, "setFirewallRule", placeOfCall(setFirewallRule)) })

export const deleteFirewallRule = (id: string): Action =>
  changing({ _tag: "DeleteFirewallRule", id: readName(id, "deleteFirewallRule(", placeOfCall(deleteFirewallRule)) })

const NatOptions = Schema.Struct({ addresses: UpdateNat.fields.addresses, ports: UpdateNat.fields.ports })

/** Other addresses or ports of a Cloud NAT: they are dealt anew to all. */
export const updateNat = (id: string, options: typeof NatOptions.Type): Action => {
  const place = placeOfCall(updateNat)
  return changing({ _tag: "UpdateNat", id: readName(id, "updateNat(", place), ...readOptions(NatOptions, options, "updateNat", place) })
}

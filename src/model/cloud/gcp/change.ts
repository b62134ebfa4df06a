/**
 * Changes of a topology at GCP, in GCP's words, and what becomes of the topology. A change that cannot be made says why.
 * Not decided here: how long a change takes.
 */
import { Schema } from "effect"
import type { GcpTopology } from "./topology.ts"
import { FirewallRule } from "./topology-firewall.ts"
import { CloudNat, StaticRoute } from "./topology-routing.ts"

const Id = Schema.NonEmptyString

export const CreateStaticRoute = Schema.TaggedStruct("CreateStaticRoute", { route: StaticRoute })
export const DeleteStaticRoute = Schema.TaggedStruct("DeleteStaticRoute", { id: Id })
/** A VPC firewall rule, new or in the place of the one with its name. */
export const SetFirewallRule = Schema.TaggedStruct("SetFirewallRule", { rule: FirewallRule })
export const DeleteFirewallRule = Schema.TaggedStruct("DeleteFirewallRule", { id: Id })
/** Addresses or ports of a Cloud NAT, in the place of those it has. */
export const UpdateNat = Schema.TaggedStruct("UpdateNat", {
  id: Id,
  addresses: Schema.optionalKey(CloudNat.fields.addresses),
  ports: Schema.optionalKey(CloudNat.fields.ports)
})

export const GcpChange = Schema.Union([CreateStaticRoute, DeleteStaticRoute, SetFirewallRule, DeleteFirewallRule, UpdateNat])
export type GcpChange = typeof GcpChange.Type

/** The topology as it is then, or why it stays as it is. */
export type Changed = { readonly topology: GcpTopology } | { readonly refused: string }

const has = (things: ReadonlyArray<{ readonly id: string }> | undefined, id: string): boolean =>
  (things ?? []).some((thing) => thing.id === id)

const missing = (kind: string, id: string): Changed => ({ refused: `there is no ${kind} "${id}"` })

export const changeGcp = (topology: GcpTopology, change: GcpChange): Changed => {
  switch (change._tag) {
    case "CreateStaticRoute":
      return has(topology.routes, change.route.id)
        ? { refused: `there is a route "${change.route.id}" already` }
        : { topology: { ...topology, routes: [...topology.routes, change.route] } }
    case "DeleteStaticRoute":
      return has(topology.routes, change.id)
        ? { topology: { ...topology, routes: topology.routes.filter(({ id }) => id !== change.id) } }
        : missing("route", change.id)
    case "SetFirewallRule":
      return {
        topology: { ...topology, firewallRules: [...topology.firewallRules.filter(({ id }) => id !== change.rule.id), change.rule] }
      }
    case "DeleteFirewallRule":
      return has(topology.firewallRules, change.id)
        ? { topology: { ...topology, firewallRules: topology.firewallRules.filter(({ id }) => id !== change.id) } }
        : missing("firewall rule", change.id)
    case "UpdateNat": {
      if (!has(topology.cloudNats, change.id)) return missing("Cloud NAT", change.id)
      const { id, addresses, ports } = change
      return {
        topology: {
          ...topology,
          cloudNats: (topology.cloudNats ?? []).map((nat) =>
            nat.id === id ? { ...nat, ...(addresses === undefined ? {} : { addresses }), ...(ports === undefined ? {} : { ports }) } : nat
          )
        }
      }
    }
  }
}

/** The thing that a change is about, by its owner's id. */
export const subjectOfGcp = (change: GcpChange): string => {
  switch (change._tag) {
    case "CreateStaticRoute":
      return change.route.id
    case "SetFirewallRule":
      return change.rule.id
    default:
      return change.id
  }
}

/** What is then so of its subject, as half a sentence. */
export const tellGcp = (change: GcpChange): string => {
  switch (change._tag) {
    case "CreateStaticRoute":
      return `route to ${change.route.destination}, priority ${change.route.priority}`
    case "DeleteStaticRoute":
      return "route deleted"
    case "SetFirewallRule":
      return `firewall rule: ${change.rule.direction} ${change.rule.action}, priority ${change.rule.priority}`
    case "DeleteFirewallRule":
      return "firewall rule deleted"
    case "UpdateNat":
      return `Cloud NAT: ${[
        ...(change.addresses === undefined ? [] : [`${change.addresses.length} addresses`]),
        ...(change.ports === undefined ? [] : [change.ports._tag === "Static" ? `${change.ports.perVm} ports a VM` : "dynamic ports"])
      ].join(", ")}`
  }
}

/**
 * Changes of a topology at Azure, in Azure's words, and what becomes of the topology. A change that cannot be made says why. Azure
 * lets a route table be attached to the subnet of a running cluster: nobody is asked.
 * Not decided here: how long a change takes.
 */
import { Schema } from "effect"
import { routesPerTable } from "./limits.ts"
import { changeOutboundType, SetOutboundType } from "./outbound-type.ts"
import type { AzureTopology } from "./topology.ts"
import { DestinationRule, FirewallRule } from "./topology-balancer.ts"
import { SecurityRule } from "./topology-filter.ts"
import { UserRoute } from "./topology-routing.ts"

const Id = Schema.NonEmptyString

export const AttachRouteTable = Schema.TaggedStruct("AttachRouteTable", { subnet: Id, table: Id })
export const DetachRouteTable = Schema.TaggedStruct("DetachRouteTable", { subnet: Id })
/** A route of a table, new or in the place of the one with its name. */
export const SetUserRoute = Schema.TaggedStruct("SetUserRoute", { table: Id, route: UserRoute })
export const DeleteUserRoute = Schema.TaggedStruct("DeleteUserRoute", { table: Id, route: Id })
/** A rule of a network security group, new or in the place of the one with its name. */
export const SetSecurityRule = Schema.TaggedStruct("SetSecurityRule", { group: Id, rule: SecurityRule })
export const DeleteSecurityRule = Schema.TaggedStruct("DeleteSecurityRule", { group: Id, rule: Id })
/** Rules of a firewall, in the place of those it has. */
export const SetFirewallRules = Schema.TaggedStruct("SetFirewallRules", {
  appliance: Id,
  rules: Schema.Array(FirewallRule),
  destinationRules: Schema.Array(DestinationRule)
})
/** `portsPerInstance` absent: by the size of the pool. */
export const SetOutboundPorts = Schema.TaggedStruct("SetOutboundPorts", {
  balancer: Id,
  rule: Id,
  portsPerInstance: Schema.optionalKey(Schema.Int)
})
/** A gateway learns a range, or loses one. */
export const AdvertiseRange = Schema.TaggedStruct("AdvertiseRange", { gateway: Id, prefix: Id })
export const WithdrawRange = Schema.TaggedStruct("WithdrawRange", { gateway: Id, prefix: Id })

export const AzureChange = Schema.Union([
  AttachRouteTable,
  DetachRouteTable,
  SetUserRoute,
  DeleteUserRoute,
  SetSecurityRule,
  DeleteSecurityRule,
  SetFirewallRules,
  SetOutboundPorts,
  SetOutboundType,
  AdvertiseRange,
  WithdrawRange
])
export type AzureChange = typeof AzureChange.Type

/** The topology as it is then, or why it stays as it is. */
export type Changed = { readonly topology: AzureTopology } | { readonly refused: string }

interface Named {
  readonly id: string
}

/** One thing of a list in another form, or why there is none. */
const changeOne = <T extends Named>(
  things: ReadonlyArray<T> | undefined,
  kind: string,
  id: string,
  change: (thing: T) => T
): { readonly things: ReadonlyArray<T> } | { readonly refused: string } =>
  things?.some((thing) => thing.id === id) === true
    ? { things: things.map((thing) => (thing.id === id ? change(thing) : thing)) }
    : { refused: `there is no ${kind} "${id}"` }

const withOne = <T extends Named>(things: ReadonlyArray<T>, one: T): ReadonlyArray<T> =>
  things.some(({ id }) => id === one.id) ? things.map((thing) => (thing.id === one.id ? one : thing)) : [...things, one]

const without = <T extends Named>(things: ReadonlyArray<T>, id: string): ReadonlyArray<T> => things.filter((thing) => thing.id !== id)

export const changeAzure = (topology: AzureTopology, change: AzureChange): Changed => {
  switch (change._tag) {
    case "AttachRouteTable":
    case "DetachRouteTable":
      return changeTable(topology, change)
    case "SetUserRoute":
    case "DeleteUserRoute": {
      if (change._tag === "SetUserRoute" && isFull(topology, change))
        return { refused: `RouteTableLimitReached: table "${change.table}" has ${routesPerTable} routes` }
      const made = changeOne(topology.routeTables, "route table", change.table, (table) => ({
        ...table,
        routes: change._tag === "SetUserRoute" ? withOne(table.routes, change.route) : without(table.routes, change.route)
      }))
      return "refused" in made ? made : { topology: { ...topology, routeTables: made.things } }
    }
    case "SetSecurityRule":
    case "DeleteSecurityRule":
      return changeRule(topology, change)
    case "SetFirewallRules": {
      const { rules, destinationRules } = change
      const made = changeOne(topology.appliances, "appliance", change.appliance, (appliance) => ({ ...appliance, rules, destinationRules }))
      return "refused" in made ? made : { topology: { ...topology, appliances: made.things } }
    }
    case "SetOutboundPorts":
      return changePorts(topology, change)
    case "SetOutboundType":
      return changeOutboundType(topology, change)
    case "AdvertiseRange":
    case "WithdrawRange": {
      const { prefix } = change
      const made = changeOne(topology.gateways, "virtual network gateway", change.gateway, (gateway) => ({
        ...gateway,
        learned: [...gateway.learned.filter((known) => known !== prefix), ...(change._tag === "AdvertiseRange" ? [prefix] : [])]
      }))
      return "refused" in made ? made : { topology: { ...topology, gateways: made.things } }
    }
  }
}

const isFull = ({ routeTables }: AzureTopology, { table, route }: typeof SetUserRoute.Type): boolean => {
  const routes = routeTables.find(({ id }) => id === table)?.routes ?? []
  return routes.length >= routesPerTable && !routes.some(({ id }) => id === route.id)
}

const changeTable = (topology: AzureTopology, change: typeof AttachRouteTable.Type | typeof DetachRouteTable.Type): Changed => {
  if (change._tag === "AttachRouteTable" && !topology.routeTables.some(({ id }) => id === change.table))
    return { refused: `there is no route table "${change.table}"` }
  const made = changeOne(topology.subnets, "subnet", change.subnet, ({ routeTable: _before, ...subnet }) =>
    change._tag === "AttachRouteTable" ? { ...subnet, routeTable: change.table } : subnet
  )
  return "refused" in made ? made : { topology: { ...topology, subnets: made.things } }
}

/** Source: Network security groups: a priority is unique in its group and direction. */
const changeRule = (topology: AzureTopology, change: typeof SetSecurityRule.Type | typeof DeleteSecurityRule.Type): Changed => {
  if (change._tag === "SetSecurityRule") {
    const { id, priority, direction } = change.rule
    const rival = topology.securityGroups
      .find((group) => group.id === change.group)
      ?.rules.find((rule) => rule.id !== id && rule.priority === priority && rule.direction === direction)
    if (rival !== undefined)
      return {
        refused: `SecurityRuleConflict: ${rival.id} has priority ${priority} in direction ${direction} of "${change.group}" already`
      }
  }
  const made = changeOne(topology.securityGroups, "network security group", change.group, (group) => ({
    ...group,
    rules: change._tag === "SetSecurityRule" ? withOne(group.rules, change.rule) : without(group.rules, change.rule)
  }))
  return "refused" in made ? made : { topology: { ...topology, securityGroups: made.things } }
}

const changePorts = (topology: AzureTopology, change: typeof SetOutboundPorts.Type): Changed => {
  const { balancer: id, rule: ruleId, portsPerInstance } = change
  if (topology.loadBalancers?.find((each) => each.id === id)?.outboundRules.some((rule) => rule.id === ruleId) === false)
    return { refused: `load balancer "${id}" has no outbound rule "${ruleId}"` }
  const made = changeOne(topology.loadBalancers, "load balancer", id, (balancer) => ({
    ...balancer,
    outboundRules: balancer.outboundRules.map((rule) => {
      if (rule.id !== ruleId) return rule
      const { portsPerInstance: _before, ...rest } = rule
      return portsPerInstance === undefined ? rest : { ...rest, portsPerInstance }
    })
  }))
  return "refused" in made ? made : { topology: { ...topology, loadBalancers: made.things } }
}

/** The thing that a change is about, by its owner's id. */
export const subjectOfAzure = (change: AzureChange): string => {
  switch (change._tag) {
    case "AttachRouteTable":
    case "DetachRouteTable":
      return change.subnet
    case "SetUserRoute":
    case "DeleteUserRoute":
      return change.table
    case "SetSecurityRule":
    case "DeleteSecurityRule":
      return change.group
    case "SetFirewallRules":
      return change.appliance
    case "SetOutboundPorts":
      return change.balancer
    case "SetOutboundType":
      return change.cluster
    case "AdvertiseRange":
    case "WithdrawRange":
      return change.gateway
  }
}

const hopText = ({ nextHop }: typeof UserRoute.Type): string =>
  nextHop._tag === "VirtualAppliance" ? `VirtualAppliance ${nextHop.address}` : nextHop._tag

/** What is then so of its subject, as half a sentence. */
export const tellAzure = (change: AzureChange): string => {
  switch (change._tag) {
    case "AttachRouteTable":
      return `goes by route table ${change.table}`
    case "DetachRouteTable":
      return "goes by system routes alone"
    case "SetUserRoute":
      return `route ${change.route.id}: ${change.route.destination} to ${hopText(change.route)}`
    case "DeleteUserRoute":
      return `route ${change.route} deleted`
    case "SetSecurityRule":
      return `rule ${change.rule.id}: ${change.rule.direction} ${change.rule.access} at ${change.rule.priority}`
    case "DeleteSecurityRule":
      return `rule ${change.rule} deleted`
    case "SetFirewallRules":
      return `${change.rules.length} rules and ${change.destinationRules.length} destination rules`
    case "SetOutboundPorts":
      return change.portsPerInstance === undefined
        ? `outbound rule ${change.rule}: ports by the size of the pool`
        : `outbound rule ${change.rule}: ${change.portsPerInstance} ports an instance`
    case "SetOutboundType":
      return `outboundType is ${change.outboundType}`
    case "AdvertiseRange":
      return `learns ${change.prefix}`
    case "WithdrawRange":
      return `has lost ${change.prefix}`
  }
}

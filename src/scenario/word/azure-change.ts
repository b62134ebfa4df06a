/** What a timeline can do to a network at Azure, in Azure's words. */
import { Schema } from "effect"
import { OutboundType } from "../../model/cloud/azure/outbound-type.ts"
import { DestinationRule, FirewallRule } from "../../model/cloud/azure/topology-balancer.ts"
import { SecurityRule } from "../../model/cloud/azure/topology-filter.ts"
import { NextHop } from "../../model/cloud/azure/topology-routing.ts"
import type { NetworkChange } from "../../model/cloud/change.ts"
import type { Action } from "../../model/fault/action.ts"
import { placeOfCall } from "../place.ts"
import { readName, readOptions } from "../read.ts"

const changing = (change: NetworkChange): Action => ({ _tag: "ChangeNetwork", change })
const Id = Schema.NonEmptyString

/** A route table is associated with a subnet, in the place of the one it has; in force after `udrPropagationMs`. */
export const attachRouteTable = (subnet: string, table: string): Action => {
  const place = placeOfCall(attachRouteTable)
  return changing({
    _tag: "AttachRouteTable",
    subnet: readName(subnet, "attachRouteTable(", place),
    table: readName(table, "attachRouteTable(…, ", place)
  })
}

/** The subnet goes by system routes alone. */
export const detachRouteTable = (subnet: string): Action =>
  changing({ _tag: "DetachRouteTable", subnet: readName(subnet, "detachRouteTable(", placeOfCall(detachRouteTable)) })

const RouteOptions = Schema.Struct({ id: Id, destination: Id, nextHop: NextHop })

/** A route of a table, new or in the place of the one with its name; in force after `udrPropagationMs`. */
export const setUserRoute = (table: string, route: typeof RouteOptions.Type): Action => {
  const place = placeOfCall(setUserRoute)
  return changing({
    _tag: "SetUserRoute",
    table: readName(table, "setUserRoute(", place),
    route: readOptions(RouteOptions, route, "setUserRoute", place)
  })
}

export const deleteUserRoute = (table: string, route: string): Action => {
  const place = placeOfCall(deleteUserRoute)
  return changing({
    _tag: "DeleteUserRoute",
    table: readName(table, "deleteUserRoute(", place),
    route: readName(route, "deleteUserRoute(…, ", place)
  })
}

/** A rule of a network security group, new or in the place of the one with its name; what is open already stays open. */
export const setSecurityRule = (group: string, rule: typeof SecurityRule.Type): Action => {
  const place = placeOfCall(setSecurityRule)
  return changing({
    _tag: "SetSecurityRule",
    group: readName(group, "setSecurityRule(", place),
    rule: readOptions(SecurityRule, rule, "setSecurityRule", place)
  })
}

export const deleteSecurityRule = (group: string, rule: string): Action => {
  const place = placeOfCall(deleteSecurityRule)
  return changing({
    _tag: "DeleteSecurityRule",
    group: readName(group, "deleteSecurityRule(", place),
    rule: readName(rule, "deleteSecurityRule(…, ", place)
  })
}

const FirewallOptions = Schema.Struct({
  rules: Schema.Array(FirewallRule),
  destinationRules: Schema.optionalKey(Schema.Array(DestinationRule))
})

/** Rules of a firewall, in the place of those it has. */
export const setFirewallRules = (appliance: string, options: typeof FirewallOptions.Type): Action => {
  const place = placeOfCall(setFirewallRules)
  const { rules, destinationRules } = readOptions(FirewallOptions, options, "setFirewallRules", place)
  return changing({
    _tag: "SetFirewallRules",
    appliance: readName(appliance, "setFirewallRules(", place),
    rules,
    destinationRules: destinationRules ?? []
  })
}

/** A virtual network gateway learns a range from its site: a default route, say. */
export const advertiseRange = (gateway: string, prefix: string): Action => {
  const place = placeOfCall(advertiseRange)
  return changing({
    _tag: "AdvertiseRange",
    gateway: readName(gateway, "advertiseRange(", place),
    prefix: readName(prefix, "advertiseRange(…, ", place)
  })
}

export const withdrawRange = (gateway: string, prefix: string): Action => {
  const place = placeOfCall(withdrawRange)
  return changing({
    _tag: "WithdrawRange",
    gateway: readName(gateway, "withdrawRange(", place),
    prefix: readName(prefix, "withdrawRange(…, ", place)
  })
}

/** Ports that each node has behind an outbound rule; by the number of nodes without `ports`. */
export const setOutboundPorts = (balancer: string, rule: string, ports?: number): Action => {
  const place = placeOfCall(setOutboundPorts)
  return changing({
    _tag: "SetOutboundPorts",
    balancer: readName(balancer, "setOutboundPorts(", place),
    rule: readName(rule, "setOutboundPorts(…, ", place),
    ...(ports === undefined ? {} : { portsPerInstance: ports })
  })
}

const OutboundOptions = Schema.Struct({
  /** Of the owner, to leave by. */
  natGateway: Schema.optionalKey(Id),
  /** Of the load balancer, none that is in use. */
  addresses: Schema.optionalKey(Schema.Array(Schema.String))
})

/** A cluster leaves another way: `setOutboundType("shop", "userAssignedNATGateway", { natGateway: "own" })`. Not every move is one that AKS makes. */
export const setOutboundType = (
  cluster: string,
  outboundType: typeof OutboundType.Type,
  options: typeof OutboundOptions.Type = {}
): Action => {
  const place = placeOfCall(setOutboundType)
  return changing({
    _tag: "SetOutboundType",
    cluster: readName(cluster, "setOutboundType(", place),
    outboundType: readOptions(OutboundType, outboundType, "setOutboundType", place),
    ...readOptions(OutboundOptions, options, "setOutboundType", place)
  })
}

/** What a timeline can do to the network: gateways that are impaired, and an owner's changes in AWS's words. */
import { Schema } from "effect"
import { NetworkAclEntry, SecurityGroupRule } from "../../model/cloud/aws/topology.ts"
import type { NetworkChange } from "../../model/cloud/change.ts"
import type { Action } from "../../model/fault/action.ts"
import { placeOfCall } from "../place.ts"
import { readName, readOptions } from "../read.ts"

/** A gateway, a peering or an endpoint is impaired: routes to it stay, and it drops everything. */
export const cutGateway = (gateway: string): Action => ({
  _tag: "CutGateway",
  gateway: readName(gateway, "cutGateway(", placeOfCall(cutGateway))
})

/** It works again. */
export const healGateway = (gateway: string): Action => ({
  _tag: "HealGateway",
  gateway: readName(gateway, "healGateway(", placeOfCall(healGateway))
})

/** A NAT gateway has no port left: what is open stays open, and nothing new comes through (ErrorPortAllocation). */
export const exhaustPorts = (gateway: string): Action => ({
  _tag: "ExhaustPorts",
  gateway: readName(gateway, "exhaustPorts(", placeOfCall(exhaustPorts))
})

/** It has ports again. */
export const restorePorts = (gateway: string): Action => ({
  _tag: "RestorePorts",
  gateway: readName(gateway, "restorePorts(", placeOfCall(restorePorts))
})

const HeldOptions = Schema.Struct({
  to: Schema.NonEmptyString,
  port: Schema.Int,
  count: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
})

/** So many connections of a node to one destination, each with a port of its own where the node shares an address: `holdConnections("n1", { to: "198.51.100.20", port: 443, count: 700 })`. */
export const holdConnections = (node: string, options: typeof HeldOptions.Type): Action => {
  const place = placeOfCall(holdConnections)
  const { to, port, count } = readOptions(HeldOptions, options, "holdConnections", place)
  return { _tag: "HoldConnections", node: readName(node, "holdConnections(", place), address: to, port, count }
}

const changing = (change: NetworkChange): Action => ({ _tag: "ChangeNetwork", change })
const Id = Schema.NonEmptyString

const RouteOptions = Schema.Struct({ destination: Id, target: Id })

/** A route of a table, new or in the place of the one with its destination; in force after `routeEditMs`. */
export const setRoute = (table: string, route: typeof RouteOptions.Type): Action => {
  const place = placeOfCall(setRoute)
  return changing({ _tag: "SetRoute", table: readName(table, "setRoute(", place), ...readOptions(RouteOptions, route, "setRoute", place) })
}

export const deleteRoute = (table: string, destination: string): Action => {
  const place = placeOfCall(deleteRoute)
  return changing({
    _tag: "DeleteRoute",
    table: readName(table, "deleteRoute(", place),
    destination: readName(destination, "deleteRoute(…, ", place)
  })
}

const NatOptions = Schema.Struct({
  subnet: Id,
  /** A private NAT gateway otherwise. */
  publicAddress: Schema.optionalKey(Schema.String),
  /** The lowest free address of its subnet otherwise. */
  privateAddress: Schema.optionalKey(Schema.String)
})

/** A NAT gateway; it carries traffic after `natCreateMs`. */
export const createNatGateway = (id: string, options: typeof NatOptions.Type): Action => {
  const place = placeOfCall(createNatGateway)
  return changing({
    _tag: "CreateNatGateway",
    id: readName(id, "createNatGateway(", place),
    ...readOptions(NatOptions, options, "createNatGateway", place)
  })
}

/** Its routes stay, as blackholes. */
export const deleteNatGateway = (id: string): Action =>
  changing({ _tag: "DeleteNatGateway", id: readName(id, "deleteNatGateway(", placeOfCall(deleteNatGateway)) })

export const associateRouteTable = (subnet: string, table: string): Action => {
  const place = placeOfCall(associateRouteTable)
  return changing({
    _tag: "AssociateRouteTable",
    subnet: readName(subnet, "associateRouteTable(", place),
    table: readName(table, "associateRouteTable(…, ", place)
  })
}

/** A network ACL is swapped: it hits what is open and what is new alike, at once. */
export const associateNetworkAcl = (subnet: string, acl: string): Action => {
  const place = placeOfCall(associateNetworkAcl)
  return changing({
    _tag: "AssociateNetworkAcl",
    subnet: readName(subnet, "associateNetworkAcl(", place),
    acl: readName(acl, "associateNetworkAcl(…, ", place)
  })
}

type AclSide = "inbound" | "outbound"

export const setAclEntry = (acl: string, direction: AclSide, entry: typeof NetworkAclEntry.Type): Action => {
  const place = placeOfCall(setAclEntry)
  return changing({
    _tag: "SetAclEntry",
    acl: readName(acl, "setAclEntry(", place),
    direction,
    entry: readOptions(NetworkAclEntry, entry, "setAclEntry", place)
  })
}

export const deleteAclEntry = (acl: string, direction: AclSide, number: number): Action =>
  changing({ _tag: "DeleteAclEntry", acl: readName(acl, "deleteAclEntry(", placeOfCall(deleteAclEntry)), direction, number })

type GroupSide = "ingress" | "egress"

export const authorizeRule = (group: string, direction: GroupSide, rule: typeof SecurityGroupRule.Type): Action => {
  const place = placeOfCall(authorizeRule)
  return changing({
    _tag: "AuthorizeRule",
    group: readName(group, "authorizeRule(", place),
    direction,
    rule: readOptions(SecurityGroupRule, rule, "authorizeRule", place)
  })
}

export const revokeRule = (group: string, direction: GroupSide, rule: typeof SecurityGroupRule.Type): Action => {
  const place = placeOfCall(revokeRule)
  return changing({
    _tag: "RevokeRule",
    group: readName(group, "revokeRule(", place),
    direction,
    rule: readOptions(SecurityGroupRule, rule, "revokeRule", place)
  })
}

/** Routes to it stay, as blackholes; public addresses lead nowhere. */
export const detachInternetGateway = (id: string): Action =>
  changing({ _tag: "DetachInternetGateway", id: readName(id, "detachInternetGateway(", placeOfCall(detachInternetGateway)) })

export const deletePeering = (id: string): Action =>
  changing({ _tag: "DeletePeering", id: readName(id, "deletePeering(", placeOfCall(deletePeering)) })

/** VPC Block Public Access: `ingress` stops what comes in unasked, `bidirectional` everything. */
export const blockPublicAccess = (vpc: string, mode: "off" | "ingress" | "bidirectional"): Action =>
  changing({ _tag: "BlockPublicAccess", vpc: readName(vpc, "blockPublicAccess(", placeOfCall(blockPublicAccess)), mode })

/**
 * Changes of a topology at AWS, in AWS's words, and what becomes of the topology. A change that cannot be made says why, in AWS's terms,
 * with the limit it meets. What a route leads to may be deleted: the route then stays and is a blackhole.
 * Not decided here: how long a change takes.
 */
import { Schema } from "effect"
import { defaultQuotas } from "./limits.ts"
import { type AwsTopology, NatGateway, NetworkAclEntry, SecurityGroupRule } from "./topology.ts"

const Id = Schema.NonEmptyString
const Direction = Schema.Literals(["ingress", "egress"])
const Side = Schema.Literals(["inbound", "outbound"])

/** A route of a table, new or in the place of the one with its destination. */
export const SetRoute = Schema.TaggedStruct("SetRoute", { table: Id, destination: Id, target: Id })
export const DeleteRoute = Schema.TaggedStruct("DeleteRoute", { table: Id, destination: Id })
/** Without `privateAddress`: the lowest free one of its subnet, at that moment. */
export const CreateNatGateway = Schema.TaggedStruct("CreateNatGateway", {
  ...NatGateway.fields,
  privateAddress: Schema.optionalKey(Schema.String)
})
export const DeleteNatGateway = Schema.TaggedStruct("DeleteNatGateway", { id: Id })
export const AssociateRouteTable = Schema.TaggedStruct("AssociateRouteTable", { subnet: Id, table: Id })
export const AssociateNetworkAcl = Schema.TaggedStruct("AssociateNetworkAcl", { subnet: Id, acl: Id })
/** An entry of a network ACL, new or in the place of the one with its number. */
export const SetAclEntry = Schema.TaggedStruct("SetAclEntry", { acl: Id, direction: Side, entry: NetworkAclEntry })
export const DeleteAclEntry = Schema.TaggedStruct("DeleteAclEntry", { acl: Id, direction: Side, number: Schema.Int })
export const AuthorizeRule = Schema.TaggedStruct("AuthorizeRule", { group: Id, direction: Direction, rule: SecurityGroupRule })
export const RevokeRule = Schema.TaggedStruct("RevokeRule", { group: Id, direction: Direction, rule: SecurityGroupRule })
export const DetachInternetGateway = Schema.TaggedStruct("DetachInternetGateway", { id: Id })
export const DeletePeering = Schema.TaggedStruct("DeletePeering", { id: Id })
export const BlockPublicAccess = Schema.TaggedStruct("BlockPublicAccess", {
  vpc: Id,
  mode: Schema.Literals(["off", "ingress", "bidirectional"])
})

export const AwsChange = Schema.Union([
  SetRoute,
  DeleteRoute,
  CreateNatGateway,
  DeleteNatGateway,
  AssociateRouteTable,
  AssociateNetworkAcl,
  SetAclEntry,
  DeleteAclEntry,
  AuthorizeRule,
  RevokeRule,
  DetachInternetGateway,
  DeletePeering,
  BlockPublicAccess
])
export type AwsChange = typeof AwsChange.Type

/** The topology as it is then, or why it stays as it is. */
export type Changed = { readonly topology: AwsTopology } | { readonly refused: string }

const quotaOf = (topology: AwsTopology, name: keyof typeof defaultQuotas): number => topology.quotas?.[name] ?? defaultQuotas[name]

interface Named {
  readonly id: string
}

/** One thing of a list in another form; the others as they are. */
const withOne = <T extends Named>(things: ReadonlyArray<T>, id: string, change: (thing: T) => T): ReadonlyArray<T> =>
  things.map((thing) => (thing.id === id ? change(thing) : thing))

const missing = (kind: string, id: string): Changed => ({ refused: `there is no ${kind} "${id}"` })

const has = (things: ReadonlyArray<Named> | undefined, id: string): boolean => (things ?? []).some((thing) => thing.id === id)

export const changeAws = (topology: AwsTopology, change: AwsChange): Changed => {
  switch (change._tag) {
    case "SetRoute":
    case "DeleteRoute":
      return changeRoute(topology, change)
    case "CreateNatGateway":
      return createNatGateway(topology, change)
    case "DeleteNatGateway":
      if (!has(topology.natGateways, change.id)) return missing("NAT gateway", change.id)
      return { topology: { ...topology, natGateways: topology.natGateways.filter(({ id }) => id !== change.id) } }
    case "AssociateRouteTable":
    case "AssociateNetworkAcl":
      return associate(topology, change)
    case "SetAclEntry":
    case "DeleteAclEntry":
      return changeAcl(topology, change)
    case "AuthorizeRule":
    case "RevokeRule":
      return changeGroup(topology, change)
    case "DetachInternetGateway":
      if (!has(topology.internetGateways, change.id)) return missing("internet gateway", change.id)
      return { topology: { ...topology, internetGateways: topology.internetGateways.filter(({ id }) => id !== change.id) } }
    case "DeletePeering":
      if (!has(topology.peerings, change.id)) return missing("peering", change.id)
      return { topology: { ...topology, peerings: (topology.peerings ?? []).filter(({ id }) => id !== change.id) } }
    case "BlockPublicAccess":
      return blockPublicAccess(topology, change)
  }
}

const changeRoute = (topology: AwsTopology, change: typeof SetRoute.Type | typeof DeleteRoute.Type): Changed => {
  const table = topology.routeTables.find(({ id }) => id === change.table)
  if (table === undefined) return missing("route table", change.table)
  const isIt = ({ destination, propagated }: (typeof table.routes)[number]): boolean => destination === change.destination && !propagated
  const known = table.routes.some(isIt)
  if (change._tag === "DeleteRoute" && !known) return { refused: `${change.table} has no static route to ${change.destination}` }
  const others = table.routes.filter((route) => !isIt(route))
  const own = others.filter(({ propagated }) => !propagated).length
  if (change._tag === "SetRoute" && !known && own >= quotaOf(topology, "routesPerTable"))
    return { refused: `RouteLimitExceeded: ${change.table} has ${own} routes, the quota is ${quotaOf(topology, "routesPerTable")} a table` }
  const { destination } = change
  const added = change._tag === "SetRoute" ? [{ destination, target: change.target, state: "active" as const, propagated: false }] : []
  return {
    topology: {
      ...topology,
      routeTables: withOne(topology.routeTables, change.table, (each) => ({ ...each, routes: [...others, ...added] }))
    }
  }
}

const createNatGateway = (topology: AwsTopology, { _tag, ...nat }: typeof CreateNatGateway.Type): Changed => {
  if (has(topology.natGateways, nat.id)) return { refused: `there is a NAT gateway "${nat.id}" already` }
  if (!has(topology.subnets, nat.subnet)) return missing("subnet", nat.subnet)
  const { privateAddress } = nat
  if (privateAddress === undefined) return { refused: `InsufficientFreeAddressesInSubnet: ${nat.subnet} has no free address` }
  const holder = topology.natGateways.find(({ publicAddress }) => publicAddress !== undefined && publicAddress === nat.publicAddress)
  if (holder !== undefined) return { refused: `Resource.AlreadyAssociated: ${nat.publicAddress} is ${holder.id}'s` }
  const held = topology.natGateways.filter(({ publicAddress }) => publicAddress !== undefined).length
  if (nat.publicAddress !== undefined && held >= quotaOf(topology, "elasticAddresses"))
    return {
      refused: `AddressLimitExceeded: ${held} elastic addresses are held, the quota is ${quotaOf(topology, "elasticAddresses")} a region`
    }
  return { topology: { ...topology, natGateways: [...topology.natGateways, { ...nat, privateAddress }] } }
}

const associate = (topology: AwsTopology, change: typeof AssociateRouteTable.Type | typeof AssociateNetworkAcl.Type): Changed => {
  const subnet = topology.subnets.find(({ id }) => id === change.subnet)
  if (subnet === undefined) return missing("subnet", change.subnet)
  const isTable = change._tag === "AssociateRouteTable"
  const [kind, id] = isTable ? ["route table", change.table] : ["network ACL", change.acl]
  const wanted = isTable ? topology.routeTables.find((table) => table.id === id) : topology.networkAcls.find((acl) => acl.id === id)
  if (wanted === undefined) return missing(kind, id)
  if (wanted.vpc !== subnet.vpc) return { refused: `${id} is of ${wanted.vpc}, ${subnet.id} of ${subnet.vpc}` }
  const part = isTable ? { routeTable: id } : { networkAcl: id }
  return { topology: { ...topology, subnets: withOne(topology.subnets, subnet.id, (each) => ({ ...each, ...part })) } }
}

const changeAcl = (topology: AwsTopology, change: typeof SetAclEntry.Type | typeof DeleteAclEntry.Type): Changed => {
  const acl = topology.networkAcls.find(({ id }) => id === change.acl)
  if (acl === undefined) return missing("network ACL", change.acl)
  const { direction } = change
  const number = change._tag === "SetAclEntry" ? change.entry.number : change.number
  const others = acl[direction].filter((entry) => entry.number !== number)
  if (change._tag === "DeleteAclEntry" && others.length === acl[direction].length)
    return { refused: `${acl.id} has no ${direction} rule ${number}` }
  if (change._tag === "SetAclEntry" && others.length >= quotaOf(topology, "rulesPerAcl"))
    return {
      refused: `NetworkAclEntryLimitExceeded: ${acl.id} has ${others.length} ${direction} rules, the quota is ${quotaOf(topology, "rulesPerAcl")}`
    }
  const entries = change._tag === "SetAclEntry" ? [...others, change.entry] : others
  return { topology: { ...topology, networkAcls: withOne(topology.networkAcls, acl.id, (each) => ({ ...each, [direction]: entries })) } }
}

const changeGroup = (topology: AwsTopology, change: typeof AuthorizeRule.Type | typeof RevokeRule.Type): Changed => {
  const group = topology.securityGroups.find(({ id }) => id === change.group)
  if (group === undefined) return missing("security group", change.group)
  const { direction, rule } = change
  const text = JSON.stringify([rule.protocol, rule.fromPort, rule.toPort, rule.peer])
  const others = group[direction].filter((each) => JSON.stringify([each.protocol, each.fromPort, each.toPort, each.peer]) !== text)
  const isKnown = others.length < group[direction].length
  if (change._tag === "AuthorizeRule" && isKnown) return { refused: `InvalidPermission.Duplicate: ${group.id} has this rule` }
  if (change._tag === "RevokeRule" && !isKnown) return { refused: `InvalidPermission.NotFound: ${group.id} has no such rule` }
  if (change._tag === "AuthorizeRule" && others.length >= quotaOf(topology, "rulesPerGroup"))
    return {
      refused: `RulesPerSecurityGroupLimitExceeded: ${group.id} has ${others.length} ${direction} rules, the quota is ${quotaOf(topology, "rulesPerGroup")}`
    }
  const rules = change._tag === "AuthorizeRule" ? [...others, rule] : others
  return {
    topology: { ...topology, securityGroups: withOne(topology.securityGroups, group.id, (each) => ({ ...each, [direction]: rules })) }
  }
}

const blockPublicAccess = (topology: AwsTopology, { vpc, mode }: typeof BlockPublicAccess.Type): Changed => {
  if (!has(topology.vpcs, vpc)) return missing("VPC", vpc)
  return {
    topology: {
      ...topology,
      vpcs: withOne(topology.vpcs, vpc, ({ blockPublicAccess: _before, ...each }) =>
        mode === "off" ? each : { ...each, blockPublicAccess: mode }
      )
    }
  }
}

/** The thing that a change is about. */
export const subjectOfAws = (change: AwsChange): string => {
  switch (change._tag) {
    case "SetRoute":
    case "DeleteRoute":
      return change.table
    case "AssociateRouteTable":
    case "AssociateNetworkAcl":
      return change.subnet
    case "SetAclEntry":
    case "DeleteAclEntry":
      return change.acl
    case "AuthorizeRule":
    case "RevokeRule":
      return change.group
    case "BlockPublicAccess":
      return change.vpc
    default:
      return change.id
  }
}

const portsText = ({
  protocol,
  fromPort,
  toPort
}: {
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
}): string =>
  protocol === "all" || protocol === "icmp" ? protocol : `${protocol} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}`

/** What is then so of its subject, as half a sentence. */
export const tellAws = (change: AwsChange): string => {
  switch (change._tag) {
    case "SetRoute":
      return `route ${change.destination} → ${change.target}`
    case "DeleteRoute":
      return `no route to ${change.destination} of its own`
    case "CreateNatGateway":
      return `NAT gateway in ${change.subnet}${change.publicAddress === undefined ? ", private" : ` as ${change.publicAddress}`}`
    case "DeleteNatGateway":
      return "NAT gateway deleted: routes to it are blackholes"
    case "AssociateRouteTable":
      return `route table ${change.table}`
    case "AssociateNetworkAcl":
      return `network ACL ${change.acl}`
    case "SetAclEntry":
      return `${change.direction} rule ${change.entry.number} ${change.entry.action} ${portsText(change.entry)} ${change.entry.cidr}`
    case "DeleteAclEntry":
      return `${change.direction} rule ${change.number} deleted`
    case "AuthorizeRule":
    case "RevokeRule":
      return `${change.direction} ${portsText(change.rule)} ${change.direction === "ingress" ? "from" : "to"} ${change.rule.peer} ${change._tag === "AuthorizeRule" ? "authorized" : "revoked"}`
    case "DetachInternetGateway":
      return "internet gateway detached: routes to it are blackholes"
    case "DeletePeering":
      return "peering deleted: routes to it are blackholes"
    case "BlockPublicAccess":
      return `Block Public Access: ${change.mode}`
  }
}

/**
 * NAT gateways. A zonal one stands in its subnet and its zone, and keeps standing in the way of every route to it when its zone is
 * dead. A regional one has an address in each zone and serves every sender from the sender's own; it belongs to no subnet, and goes by
 * a table of its own. Both hide only what comes from their own VPC.
 * Not modelled: how long a regional gateway takes to come to a zone (up to an hour), secondary addresses.
 * Source: VPC guide, NAT gateway basics; Regional NAT gateways.
 */
import type { Component, Filter, Part, Segment } from "../../net/fabric.ts"
import { natPortsPerDestination } from "./limits.ts"
import { tableOf } from "./routes.ts"
import type { AwsTopology } from "./topology.ts"
import { cidrsOf, gatewayOf, targetsOf } from "./topology-lookup.ts"

type Zonal = AwsTopology["natGateways"][number]
type Regional = NonNullable<AwsTopology["regionalNatGateways"]>[number]

interface Place {
  readonly id: string
  readonly gateway: string
  readonly zone: string
  readonly segment: string
  readonly vpc: string
  readonly privateAddress: string
  readonly publicAddress?: string
}

/** What stands in a zone for a NAT gateway: its port has no security group. */
const placeParts = (topology: AwsTopology, place: Place): ReadonlyArray<Part> => {
  const origin = { resource: place.gateway, part: place.zone }
  const component: Component = {
    _tag: "Component",
    id: place.id,
    kind: "nat",
    origin,
    zone: place.zone,
    condition: "up",
    epoch: 0,
    strictSource: false,
    addresses: [place.privateAddress],
    listening: [],
    forwards: true,
    remembers: true,
    gate: ownVpcOnly(topology, place),
    translation: {
      origin,
      rule: { _tag: "Masquerade", address: place.privateAddress, allocation: "perDestination", portsMax: natPortsPerDestination },
      unknown: { reason: "SessionUnknown", origin, fails: "timeout" }
    }
  }
  const isPublic = place.publicAddress === undefined ? {} : { publicAddress: place.publicAddress, ...gatewayOf(topology, place.vpc) }
  return [
    component,
    {
      _tag: "Port",
      id: `${place.id}/port`,
      component: place.id,
      segment: place.segment,
      addresses: [place.privateAddress],
      sets: [],
      inward: [],
      outward: [],
      zone: place.zone,
      ...isPublic
    }
  ]
}

/**
 * What comes by a transit gateway comes from its interface in this VPC; a peering, a VPN or Direct Connect has none.
 * Source: VPC guide, NAT gateway basics; Transit Gateway guide, centralized outbound routing.
 */
const ownVpcOnly = (topology: AwsTopology, { gateway, vpc }: Place): Filter => {
  const origin = { resource: gateway, part: `source in ${vpc}` }
  const transits = (topology.transitGateways ?? []).filter(({ attachments }) =>
    attachments.some(({ leadsTo }) => leadsTo._tag === "Vpc" && leadsTo.vpc === vpc)
  )
  return {
    id: `${gateway} admission`,
    origin,
    stateful: true,
    rules: [
      { match: { source: cidrsOf(topology, vpc) }, verdict: "accept", origin },
      ...transits.map(({ id }) => ({ match: {}, verdict: "accept" as const, origin: { resource: gateway, part: `source beyond ${id}` } }))
    ],
    otherwise: "deny",
    refusal: { reason: "GateClosed", code: "NGW_REQUIRES_SOURCE_IN_VPC", origin, fails: "timeout" }
  }
}

export const zonalParts = (topology: AwsTopology, nat: Zonal): ReadonlyArray<Part> => {
  const subnet = topology.subnets.find(({ id }) => id === nat.subnet)
  if (subnet === undefined) throw new Error(`subnet "${nat.subnet}" is not in the topology`)
  return placeParts(topology, {
    id: nat.id,
    gateway: nat.id,
    zone: subnet.zone,
    segment: subnet.id,
    vpc: subnet.vpc,
    privateAddress: nat.privateAddress,
    ...(nat.publicAddress === undefined ? {} : { publicAddress: nat.publicAddress })
  })
}

/** The component that serves a zone. */
export const regionalPlace = (nat: Pick<Regional, "id">, zone: string): string => `${nat.id}/${zone}`

/** Stand-ins for addresses that a regional gateway has outside the VPC. Source: RFC 3927, link-local range. */
const standIn = (index: number, zone: number): string => `169.254.${200 + index}.${1 + zone}`

export const regionalParts = (topology: AwsTopology, nat: Regional, index: number): ReadonlyArray<Part> => {
  const table = `${nat.id} table`
  const { publicVia } = gatewayOf(topology, nat.vpc)
  const routes = [...(publicVia === undefined ? [] : [{ destination: "0.0.0.0/0", target: publicVia }]), ...nat.routes].map((route) => ({
    ...route,
    state: "active" as const,
    propagated: false
  }))
  return [
    tableOf({ id: table, vpc: nat.vpc, main: false, routes }, targetsOf(topology, nat.vpc)),
    ...nat.addresses.flatMap(({ zone, publicAddress }, place) => {
      const id = regionalPlace(nat, zone)
      const privateAddress = standIn(index, place)
      const segment: Segment = {
        _tag: "Segment",
        id: `${id}/segment`,
        origin: { resource: nat.id, part: zone },
        zone,
        network: nat.vpc,
        prefixes: [`${privateAddress}/32`],
        table,
        edgeInward: [],
        edgeOutward: []
      }
      return [
        segment,
        ...placeParts(topology, { id, gateway: nat.id, zone, segment: segment.id, vpc: nat.vpc, privateAddress, publicAddress })
      ]
    })
  ]
}

/**
 * The way out of a network: the default internet gateway, which is no machine and stands in no zone. An instance with an external
 * address leaves with it; others by Cloud NAT, where one serves their range, with ports that are reserved when they are created; Google's
 * APIs are reached past both. Nothing else gets out.
 * Not modelled: automatic addresses, NAT rules, timeouts of mappings, conflicts of endpoint-independent ones.
 * Source: Cloud NAT docs, overview, ports; VPC docs, Private Google Access; networkmanagement v1 trace.proto, DropInfo.
 */
import type { Exit, ExitRule, PortPool } from "../../net/exit-terms.ts"
import type { Component, Filter, Part, Port } from "../../net/fabric.ts"
import { privatePrefixes } from "../../net/ip.ts"
import { googleApiDefaultRanges, googleApiVirtualRanges, mailPort, natPortFirst, natPortsPerAddress } from "./limits.ts"
import type { GcpTopology } from "./topology.ts"
import { gatewayId, googleApisId, type Nat, type Network, rangesIn, rangesOf, type Subnetwork, subnetworksIn } from "./topology-lookup.ts"

/** The ranges of a subnetwork that a NAT serves. */
const servedOf = (nat: Nat, subnetwork: Subnetwork): ReadonlyArray<string> => {
  if (subnetwork.region !== nat.region || subnetwork.network !== nat.network || subnetwork.purpose === "proxy-only") return []
  if (nat.subnetworks === "all") return rangesOf(subnetwork)
  if (nat.subnetworks === "all-primary") return [subnetwork.cidr]
  const listed = nat.subnetworks.find((each) => each.subnetwork === subnetwork.id)?.ranges
  if (listed === undefined) return []
  if (listed === "all") return rangesOf(subnetwork)
  if (listed === "primary") return [subnetwork.cidr]
  return [
    ...(listed.includes("primary") ? [subnetwork.cidr] : []),
    ...(subnetwork.secondaryRanges ?? []).flatMap(({ name, cidr }) => (listed.includes(name) ? [cidr] : []))
  ]
}

const servedBy = (topology: GcpTopology, nat: Nat): ReadonlyArray<string> =>
  subnetworksIn(topology, nat.network).flatMap((subnetwork) => servedOf(nat, subnetwork))

/** The pools that something in a subnetwork has ports of. Its own external address stands for its primary one. */
export const poolsOf = (topology: GcpTopology, subnetwork: Subnetwork, isExternal: boolean): Pick<Port, "pools"> => {
  const pools = (topology.cloudNats ?? []).flatMap((nat) =>
    servedOf(nat, subnetwork).some((cidr) => !isExternal || cidr !== subnetwork.cidr) ? [nat.id] : []
  )
  return pools.length === 0 ? {} : { pools }
}

/** Gateways, pools and the relay to Google's APIs. Pools come first: senders are admitted as they are put. */
export const exitParts = (topology: GcpTopology, network: Network): ReadonlyArray<Part> => {
  const nats = (topology.cloudNats ?? []).filter((nat) => nat.network === network.id)
  const shared = nats.flatMap(({ addresses }) => addresses)
  const id = gatewayId(network.id)
  return [
    ...nats.map(poolOf),
    gatewayOf(topology, network, nats),
    ...(shared.length === 0
      ? []
      : [
          { _tag: "Port" as const, id: `${id}/port`, component: id, peer: "internet", addresses: shared, sets: [], inward: [], outward: [] }
        ]),
    ...googleApis(topology, network)
  ]
}

const poolOf = ({ id, region, addresses, ports }: Nat): PortPool => ({
  _tag: "PortPool",
  id,
  origin: { resource: id, part: region },
  addresses,
  portFirst: natPortFirst,
  portsPerAddress: natPortsPerAddress,
  portsPerSender: ports._tag === "Static" ? ports.perVm : ports.min,
  ...(ports._tag === "Static" ? {} : { portsPerSenderMax: ports.max }),
  oneDestinationPerPort: ports._tag === "Static" && ports.endpointIndependentMapping,
  codes: { exhausted: "OUT_OF_RESOURCES", protocol: "TRAFFIC_TYPE_BLOCKED" }
})

const gatewayOf = (topology: GcpTopology, network: Network, nats: ReadonlyArray<Nat>): Component => {
  const origin = { resource: "default-internet-gateway", part: network.id }
  return {
    _tag: "Component",
    id: gatewayId(network.id),
    kind: "gateway",
    origin,
    condition: "up",
    epoch: 0,
    strictSource: false,
    addresses: [],
    listening: [],
    forwards: true,
    ...(network.sendsMail === true ? {} : { gate: mailGate(network) }),
    exit: exitOf(topology, network, nats)
  }
}

const mailGate = ({ id }: Network): Filter => {
  const origin = { resource: id, part: "always blocked traffic" }
  return {
    id: `${id} always blocked`,
    origin,
    stateful: false,
    rules: [
      {
        match: { protocol: "tcp", destinationPorts: [{ from: mailPort, to: mailPort }] },
        verdict: "deny",
        origin: { resource: id, part: `always blocked: tcp ${mailPort} to external addresses` }
      }
    ],
    otherwise: "accept",
    refusal: { reason: "GateClosed", code: "TRAFFIC_TYPE_BLOCKED", origin, fails: "timeout" }
  }
}

const exitOf = (topology: GcpTopology, network: Network, nats: ReadonlyArray<Nat>): Exit => {
  const origin = { resource: "default-internet-gateway", part: network.id }
  return {
    network: network.id,
    rules: [
      {
        destination: privatePrefixes,
        origin,
        action: { _tag: "Refuse", refusal: { reason: "GateClosed", code: "PRIVATE_TRAFFIC_TO_INTERNET", origin, fails: "timeout" } }
      },
      ...apiRules(topology, network, nats),
      { isPublic: true, origin, action: { _tag: "OwnAddress" } },
      ...nats.map(
        (nat): ExitRule => ({ source: servedBy(topology, nat), origin: { resource: nat.id }, action: { _tag: "Pool", pool: nat.id } })
      )
    ],
    otherwise: { reason: "NoPublicAddress", code: "NO_EXTERNAL_ADDRESS", origin, fails: "timeout" },
    unknown: { reason: "SessionUnknown", origin, fails: "timeout" },
    foreign: { reason: "SourceNotOwn", code: "FOREIGN_IP_DISALLOWED", origin, fails: "timeout" }
  }
}

/** Where Cloud NAT serves a range, Private Google Access is on for it. Source: Cloud NAT docs, Private Google Access interaction. */
const apiRules = (topology: GcpTopology, network: Network, nats: ReadonlyArray<Nat>): ReadonlyArray<ExitRule> => {
  const destination = [...googleApiVirtualRanges, ...googleApiDefaultRanges]
  const action = { _tag: "Relay", relay: googleApisId(network.id) } as const
  const granted = subnetworksIn(topology, network.id).filter(({ privateGoogleAccess }) => privateGoogleAccess)
  const origin = { resource: network.id, part: "Private Google Access" }
  return [
    { destination, isPublic: true, origin, action },
    { destination, source: [...granted.flatMap(rangesOf), ...nats.flatMap((nat) => servedBy(topology, nat))], origin, action },
    {
      destination,
      origin,
      action: { _tag: "Refuse", refusal: { reason: "GateClosed", code: "PRIVATE_GOOGLE_ACCESS_DISALLOWED", origin, fails: "timeout" } }
    }
  ]
}

/** Answers for Google's APIs, to whoever got as far. */
const googleApis = (topology: GcpTopology, network: Network): ReadonlyArray<Part> => {
  const id = googleApisId(network.id)
  const origin = { resource: "Google APIs", part: network.id }
  const table = `${id} to ${network.id}`
  return [
    {
      _tag: "Component",
      id,
      kind: "relay",
      origin,
      condition: "up",
      epoch: 0,
      strictSource: false,
      addresses: [],
      prefixes: [...googleApiVirtualRanges, ...googleApiDefaultRanges],
      listening: "any",
      forwards: true,
      relay: { ends: [{ id: network.id, origin, leadsTo: { _tag: "Network", network: network.id }, table }], keepsIdentity: false }
    },
    {
      _tag: "Table",
      id: table,
      origin,
      routes: rangesIn(topology, network.id).map((prefix) => ({
        prefix,
        class: "learned",
        preference: 0,
        target: { _tag: "End", end: network.id },
        origin: { ...origin, part: prefix }
      })),
      otherwise: { reason: "NoRoute", code: "NO_ROUTE", origin, fails: "timeout" }
    }
  ]
}

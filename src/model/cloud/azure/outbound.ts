/**
 * The way out to the internet, which no machine stands in: by a NAT gateway of the subnet, else with an instance's own public address,
 * else by the outbound rules of its load balancer, else, where the subnet has it, by default outbound access. Routes come before all
 * of them. Nothing else gets out.
 * Not modelled: idle timeouts, how long a port stays out of use, outbound rules over several front ends of one balancer at once.
 * Source: Source Network Address Translation for outbound connections; Azure NAT Gateway; Default outbound access.
 */
import type { Exit, ExitRule, PortPool } from "../../net/exit-terms.ts"
import type { Component, Part, Port } from "../../net/fabric.ts"
import { privatePrefixes } from "../../net/ip.ts"
import {
  balancerPortFirst,
  balancerPortsPerAddress,
  defaultOutboundAddress,
  defaultPortTiers,
  natPortFirst,
  natPortsPerAddress
} from "./limits.ts"
import type { AzureTopology } from "./topology.ts"
import { found, groupSet, internetGatewayId, type LoadBalancer, type Network, type Subnet } from "./topology-lookup.ts"

type NatGateway = NonNullable<AzureTopology["natGateways"]>[number]
type OutboundRule = LoadBalancer["outboundRules"][number]

const subnetsIn = (topology: AzureTopology, network: string): ReadonlyArray<Subnet> =>
  topology.subnets.filter((subnet) => subnet.network === network)

const natsOf = (topology: AzureTopology, network: string): ReadonlyArray<NatGateway> => {
  const used = new Set(subnetsIn(topology, network).flatMap(({ natGateway }) => natGateway ?? []))
  return (topology.natGateways ?? []).filter(({ id }) => used.has(id))
}

const outboundOf = (
  topology: AzureTopology,
  network: string
): ReadonlyArray<{ readonly balancer: LoadBalancer; readonly rule: OutboundRule }> =>
  (topology.loadBalancers ?? []).flatMap((balancer) =>
    balancer.network === network ? balancer.outboundRules.map((rule) => ({ balancer, rule })) : []
  )

const poolId = (balancer: string, rule: string): string => `${balancer}/${rule}`
const defaultPool = (network: string): string => `${network}/default outbound access`

/** The pools that something in a subnet has ports of. `sets`: those of its port. */
export const poolsOf = (topology: AzureTopology, subnet: Subnet, sets: ReadonlyArray<string>): Pick<Port, "pools"> => {
  const pools = [
    ...(subnet.natGateway === undefined ? [] : [subnet.natGateway]),
    ...outboundOf(topology, subnet.network).flatMap(({ balancer, rule }) =>
      sets.includes(groupSet(rule.pool)) ? [poolId(balancer.id, rule.id)] : []
    ),
    ...(subnet.defaultOutboundAccess ? [defaultPool(subnet.network)] : [])
  ]
  return pools.length === 0 ? {} : { pools }
}

/** Pools come first: senders are admitted as they are put. */
export const outboundParts = (topology: AzureTopology, { id: network }: Network): ReadonlyArray<Part> => {
  const pools = [
    ...natsOf(topology, network).map(natPool),
    ...outboundOf(topology, network).map(({ balancer, rule }) => rulePool(balancer, rule)),
    ...(subnetsIn(topology, network).some(({ defaultOutboundAccess }) => defaultOutboundAccess) ? [sharedPool(network)] : [])
  ]
  const id = internetGatewayId(network)
  // The front ends of balancers have ports of their own; an address that takes no connections stands at the gateway.
  const fronts = new Set((topology.loadBalancers ?? []).flatMap(({ frontEnds }) => frontEnds.map(({ address }) => address)))
  const shared = [...new Set(pools.flatMap(({ addresses }) => addresses))].filter((address) => !fronts.has(address))
  return [
    ...pools,
    ...natsOf(topology, network).map(natComponent),
    gatewayOf(topology, network),
    ...(shared.length === 0
      ? []
      : [
          { _tag: "Port" as const, id: `${id}/port`, component: id, peer: "internet", addresses: shared, sets: [], inward: [], outward: [] }
        ])
  ]
}

const codes = { exhausted: "SNAT port exhaustion", protocol: "NAT gateway carries TCP and UDP" } as const

const natPool = ({ id, publicAddresses }: NatGateway): PortPool => ({
  _tag: "PortPool",
  id,
  origin: { resource: id },
  addresses: publicAddresses,
  portFirst: natPortFirst,
  portsPerAddress: natPortsPerAddress,
  portsPerSender: natPortsPerAddress,
  shared: true,
  protocols: ["tcp", "udp"],
  oneDestinationPerPort: false,
  codes
})

const rulePool = (balancer: LoadBalancer, { id, frontEnds, portsPerInstance }: OutboundRule): PortPool => ({
  _tag: "PortPool",
  id: poolId(balancer.id, id),
  origin: { resource: balancer.id, part: `outbound rule ${id}` },
  addresses: frontEnds.map((frontEnd) => found(balancer.frontEnds, frontEnd, "front end").address),
  portFirst: balancerPortFirst,
  portsPerAddress: balancerPortsPerAddress,
  portsPerSender: portsPerInstance ?? 0,
  ...(portsPerInstance === undefined
    ? { tiers: defaultPortTiers.map(({ instancesUpTo, ports }) => ({ sendersUpTo: instancesUpTo, ports })) }
    : {}),
  protocols: ["tcp", "udp"],
  oneDestinationPerPort: false,
  codes: { ...codes, protocol: "outbound rules carry TCP and UDP" }
})

const sharedPool = (network: string): PortPool => ({
  _tag: "PortPool",
  id: defaultPool(network),
  origin: { resource: network, part: "default outbound access" },
  addresses: [defaultOutboundAddress],
  portFirst: balancerPortFirst,
  portsPerAddress: balancerPortsPerAddress,
  portsPerSender: balancerPortsPerAddress,
  shared: true,
  protocols: ["tcp", "udp"],
  oneDestinationPerPort: false,
  codes
})

/** A zonal one falls silent with its zone, whoever uses it. */
const natComponent = ({ id, sku, zone }: NatGateway): Component => ({
  _tag: "Component",
  id,
  kind: "nat",
  origin: { resource: id, part: sku },
  condition: "up",
  epoch: 0,
  strictSource: false,
  addresses: [],
  listening: [],
  forwards: true,
  ...(sku === "Standard" && zone !== undefined ? { zone } : {})
})

const gatewayOf = (topology: AzureTopology, network: string): Component => ({
  _tag: "Component",
  id: internetGatewayId(network),
  kind: "gateway",
  origin: { resource: "Internet", part: network },
  condition: "up",
  epoch: 0,
  strictSource: false,
  addresses: [],
  listening: [],
  forwards: true,
  exit: exitOf(topology, network)
})

const exitOf = (topology: AzureTopology, network: string): Exit => {
  const origin = { resource: "Internet", part: network }
  const subnets = subnetsIn(topology, network)
  const cidrsOf = (isIt: (subnet: Subnet) => boolean): ReadonlyArray<string> => subnets.filter(isIt).map(({ cidr }) => cidr)
  return {
    network,
    rules: [
      {
        destination: privatePrefixes,
        origin,
        action: { _tag: "Refuse", refusal: { reason: "GateClosed", origin: { ...origin, part: "private destination" }, fails: "timeout" } }
      },
      ...natsOf(topology, network).map(
        ({ id }): ExitRule => ({
          source: cidrsOf(({ natGateway }) => natGateway === id),
          origin: { resource: id },
          action: { _tag: "Pool", pool: id, through: id }
        })
      ),
      { isPublic: true, origin, action: { _tag: "OwnAddress" } },
      ...outboundOf(topology, network).map(
        ({ balancer, rule }): ExitRule => ({
          senders: [groupSet(rule.pool)],
          origin: { resource: balancer.id, part: `outbound rule ${rule.id}` },
          action: { _tag: "Pool", pool: poolId(balancer.id, rule.id) }
        })
      ),
      {
        source: cidrsOf(({ defaultOutboundAccess }) => defaultOutboundAccess),
        origin: { resource: network, part: "default outbound access" },
        action: { _tag: "Pool", pool: defaultPool(network) }
      }
    ],
    otherwise: { reason: "NoPublicAddress", origin: { resource: network, part: "no outbound method" }, fails: "timeout" },
    unknown: { reason: "SessionUnknown", origin, fails: "timeout" },
    foreign: { reason: "SourceNotOwn", origin, fails: "timeout" }
  }
}

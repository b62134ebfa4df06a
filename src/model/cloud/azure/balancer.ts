/**
 * Standard Load Balancers and Application Gateways. The former rewrites the destination and waits for nothing: members see the
 * client's address, and their replies go by their own subnet's routes, which may lead them past a firewall that never saw the client.
 * Probes come from 168.63.129.16 by whatever rules stand there, and by no route. The latter ends its clients' connections and opens its
 * own from its subnet, whose routes hold for its answers too.
 * Not modelled: probes over time, session persistence, web application firewalls.
 * Source: Load Balancer components, health probes; Application Gateway infrastructure configuration.
 */
import type { Component, Listener, Part, Port, Refusal } from "../../net/fabric.ts"
import { decideFilter } from "../../net/filter.ts"
import { ephemeralPorts } from "../../net/flow.ts"
import type { Origin } from "../../net/origin.ts"
import type { Attachment } from "../compile.ts"
import { hostAddress } from "./limits.ts"
import type { AzureTopology } from "./topology.ts"
import { found, frontEndId, type Instance, internetGatewayId, type LoadBalancer, networkOf, platformId } from "./topology-lookup.ts"

/** The filters of an instance's own port, which probes meet like everything else. */
export type PortOf = (instance: Instance) => Port

type FrontEnd = LoadBalancer["frontEnds"][number]
type Rule = LoadBalancer["rules"][number]

export const balancerParts = (topology: AzureTopology, portOf: PortOf): ReadonlyArray<Part> => [
  ...(topology.loadBalancers ?? []).flatMap((balancer) =>
    balancer.frontEnds.flatMap((frontEnd) => frontEndParts(topology, balancer, frontEnd, portOf))
  ),
  ...(topology.applicationGateways ?? []).flatMap((gateway) => gatewayParts(topology, gateway))
]

const bare = (id: string, component: string): Port => ({ _tag: "Port", id, component, addresses: [], sets: [], inward: [], outward: [] })

const frontEndParts = (topology: AzureTopology, balancer: LoadBalancer, frontEnd: FrontEnd, portOf: PortOf): ReadonlyArray<Part> => {
  const id = frontEndId(balancer.id, frontEnd.id)
  const origin = { resource: balancer.id, part: `front end ${frontEnd.id}` }
  const listeners = `${id} listeners`
  const rules = balancer.rules.filter((rule) => rule.frontEnd === frontEnd.id)
  const { address, subnet } = frontEnd
  return [
    ...handingOn({ id, origin, address, listeners, network: balancer.network, subnet }),
    {
      _tag: "ListenerTable",
      id: listeners,
      listeners: new Map(
        rules.map((rule) => [`${frontEnd.address}:${rule.protocol}:${rule.port}`, listenerOf(topology, balancer, rule, portOf)])
      )
    }
  ]
}

/** Reached on the internet or in its subnet; it sends on from beside the network, by no route. */
const handingOn = (front: {
  readonly id: string
  readonly origin: Origin
  readonly address: string
  readonly listeners: string
  readonly network: string
  readonly subnet: string | undefined
}): ReadonlyArray<Part> => {
  const { id, origin, address, listeners, network, subnet } = front
  const onward = `${id}/onward`
  const component: Component = {
    _tag: "Component",
    id,
    kind: "frontEnd",
    origin,
    condition: "up",
    epoch: 0,
    strictSource: false,
    addresses: [address],
    listening: [],
    forwards: false,
    deafCode: "no load balancing rule",
    listeners,
    opensFrom: onward
  }
  return [
    component,
    { ...bare(`${id}/port`, id), addresses: [address], ...(subnet === undefined ? { peer: "internet" } : { segment: subnet }) },
    { ...bare(onward, id), segment: platformId(network) }
  ]
}

/** The public front end of a Service. */
export const passthroughParts = ({ id, origin, address, listeners }: Attachment, network: string): ReadonlyArray<Part> =>
  handingOn({ id, origin, address, listeners: listeners ?? "", network, subnet: undefined })

const listenerOf = (topology: AzureTopology, balancer: LoadBalancer, rule: Rule, portOf: PortOf): Listener => {
  const origin = { resource: balancer.id, part: `rule ${rule.id}` }
  const named = found(balancer.pools, rule.pool, "backend pool").members.map((id) => found(topology.instances, id, "instance"))
  const members = [...named, ...topology.instances.filter((each) => each.groups.includes(rule.pool) && !named.includes(each))]
  const well = members.filter((member) => isWell(rule, member, portOf))
  const empty: Refusal = { reason: "NoTarget", origin, fails: "timeout" }
  return {
    origin,
    targets: well.map(({ id, address, zone }) => ({
      id,
      address,
      port: rule.backendPort,
      host: id,
      weight: 1,
      ...(zone === undefined ? {} : { zone })
    })),
    proxy: false,
    sameZoneOnly: false,
    source: "kept",
    direct: true,
    ...(rule.floating === true ? { floating: true } : {}),
    empty
  }
}

/** It runs, listens where the probe asks, and no rule keeps the probe out. */
const isWell = ({ probePort }: Rule, member: Instance, portOf: PortOf): boolean => {
  if (!member.running) return false
  if (probePort === undefined) return true
  const packet = {
    protocol: "tcp" as const,
    source: hostAddress,
    destination: member.address,
    sourcePorts: ephemeralPorts,
    destinationPorts: { from: probePort, to: probePort },
    sourceSets: []
  }
  const { inward, sets } = portOf(member)
  return (
    member.listening.some(({ protocol, port }) => protocol === "tcp" && port === probePort) &&
    inward.every((filter) => decideFilter(filter, packet, sets).every(({ verdict }) => verdict === "accept"))
  )
}

type ApplicationGateway = NonNullable<AzureTopology["applicationGateways"]>[number]

const gatewayParts = (topology: AzureTopology, gateway: ApplicationGateway): ReadonlyArray<Part> => {
  const { id, subnet, address, publicAddress } = gateway
  const origin = { resource: id }
  const listeners = `${id} listeners`
  const component: Component = {
    _tag: "Component",
    id,
    kind: "frontEnd",
    origin,
    condition: "up",
    epoch: 0,
    strictSource: false,
    addresses: [address],
    listening: [],
    forwards: false,
    deafCode: "no listener",
    listeners
  }
  return [
    component,
    {
      ...bare(`${id}/port`, id),
      segment: subnet,
      addresses: [address],
      ...(publicAddress === undefined ? {} : { publicAddress, publicVia: internetGatewayId(networkOf(topology, subnet)) })
    },
    {
      _tag: "ListenerTable",
      id: listeners,
      listeners: new Map(
        gateway.listeners.map(({ port, backends, backendPort }): readonly [string, Listener] => [
          `${address}:tcp:${port}`,
          {
            origin: { resource: id, part: `listener ${port}` },
            targets: backends.map((backend) => ({ id: backend, address: backend, port: backendPort, weight: 1 })),
            proxy: true,
            sameZoneOnly: false,
            source: "replaced",
            empty: { reason: "NoTarget", code: "HTTP 502", origin, fails: "error" }
          }
        ])
      )
    }
  ]
}

/** What an instance brings to its attachment. */
export const instanceAttachment = ({
  id,
  subnet,
  zone,
  address,
  publicAddress,
  securityGroup,
  groups,
  listening
}: Instance): Attachment => ({
  id,
  kind: "host",
  place: subnet,
  address,
  groups: [...groups, ...(securityGroup === undefined ? [] : [securityGroup])],
  origin: { resource: id },
  listening,
  ...(zone === undefined ? {} : { zone }),
  ...(publicAddress === undefined ? {} : { publicAddress: publicAddress.address })
})

/**
 * A firewall or another appliance as a stateful hop: what no rule allows is denied, an answer to something it never saw is dropped,
 * destinations beyond private space see its own address, and connections to its public address go on to a private one.
 * Not modelled: threat intelligence, TLS inspection, several public addresses, priorities of rule collections (rules stand in order).
 * Source: Azure Firewall rule processing logic, SNAT private IP address ranges; Integrate Azure Firewall with a load balancer.
 */
import type { Component, Filter, FilterRule, Listener, Part, Port } from "../../net/fabric.ts"
import type { PortRange } from "../../net/flow.ts"
import { privatePrefixes } from "../../net/ip.ts"
import type { AzureTopology } from "./topology.ts"
import { type Appliance, internetGatewayId, networkOf } from "./topology-lookup.ts"

type Rule = Appliance["rules"][number]

export const applianceParts = (topology: AzureTopology, appliance: Appliance): ReadonlyArray<Part> => {
  const { id, subnet, address, publicAddress, zone, running, destinationRules, sourceTranslation } = appliance
  const origin = { resource: id }
  const listeners = `${id} destination rules`
  const except = sourceTranslation === "always" ? {} : { except: privatePrefixes }
  const component: Component = {
    _tag: "Component",
    id,
    kind: "host",
    origin,
    condition: running ? "up" : "silent",
    epoch: 0,
    strictSource: false,
    addresses: [address],
    listening: [],
    forwards: true,
    listeners,
    ...(zone === undefined ? {} : { zone }),
    ...(sourceTranslation === "never"
      ? {}
      : {
          translation: {
            origin,
            rule: { _tag: "Masquerade", address, allocation: "unbounded", portsMax: 0, ...except },
            unknown: unknownOf(id)
          }
        })
  }
  const port: Port = {
    _tag: "Port",
    id: `${id}/port`,
    component: id,
    segment: subnet,
    addresses: [address],
    sets: [],
    inward: [rulesFilter(topology, appliance)],
    outward: [memoryFilter(id)],
    ...(zone === undefined ? {} : { zone }),
    ...(publicAddress === undefined ? {} : { publicAddress, publicVia: internetGatewayId(networkOf(topology, subnet)) })
  }
  return [
    component,
    port,
    {
      _tag: "ListenerTable",
      id: listeners,
      listeners: new Map(destinationRules.map((rule) => [`${address}:${rule.protocol}:${rule.port}`, listenerOf(id, rule)]))
    }
  ]
}

const listenerOf = (id: string, rule: Appliance["destinationRules"][number]): Listener => {
  const origin = { resource: id, part: `destination rule ${rule.id}` }
  return {
    origin,
    targets: [{ id: rule.to, address: rule.to, port: rule.toPort, weight: 1 }],
    proxy: false,
    sameZoneOnly: false,
    source: "replaced",
    empty: { reason: "NoTarget", origin, fails: "timeout" }
  }
}

const unknownOf = (id: string) =>
  ({ reason: "SessionUnknown", origin: { resource: id, part: "no connection it knows" }, fails: "timeout" }) as const

const memory = (id: string): string => `${id} connections`

const portRange = (text: string): PortRange => {
  const [from, to] = text.split("-")
  return { from: Number(from), to: Number(to ?? from) }
}

/** Destination rules let in what they are for; the others in their order. */
const rulesFilter = (topology: AzureTopology, { id, address, rules, destinationRules }: Appliance): Filter => ({
  id: memory(id),
  origin: { resource: id, part: "rules" },
  stateful: true,
  rules: [
    ...destinationRules.map(
      (rule): FilterRule => ({
        match: { protocol: rule.protocol, destination: [`${address}/32`], destinationPorts: [{ from: rule.port, to: rule.port }] },
        verdict: "accept",
        origin: { resource: id, part: `destination rule ${rule.id}` }
      })
    ),
    ...rules.map((rule) => filterRule(topology, id, rule))
  ],
  otherwise: "deny",
  refusal: { reason: "DeniedByFilter", code: "Deny", origin: { resource: id, part: "no rule allows it" }, fails: "timeout" },
  unknown: unknownOf(id)
})

/** A name stands for the addresses that the owner knows of it; a name without any matches nothing. */
const filterRule = (topology: AzureTopology, id: string, rule: Rule): FilterRule => ({
  match: {
    protocol: rule.protocol,
    source: rule.sources.flatMap((each) => prefixesOf(topology, each)),
    destination: rule.destinations.flatMap((each) => prefixesOf(topology, each)),
    ...(rule.ports === undefined ? {} : { destinationPorts: rule.ports.map(portRange) })
  },
  verdict: rule.action === "Allow" ? "accept" : "deny",
  origin: { resource: id, part: `rule ${rule.id}` }
})

const prefixesOf = (topology: AzureTopology, end: string): ReadonlyArray<string> => {
  if (end === "*") return ["0.0.0.0/0"]
  if (end.includes("/")) return [end]
  if (/^[\d.]+$/.test(end)) return [`${end}/32`]
  return (topology.names ?? []).find(({ id }) => id === end)?.addresses.map((address) => `${address}/32`) ?? []
}

/** What it sends itself is remembered as well: answers to translated connections come back to it. */
const memoryFilter = (id: string): Filter => ({
  id: memory(id),
  origin: { resource: id, part: "connections" },
  stateful: true,
  rules: [],
  otherwise: "accept",
  refusal: { reason: "DeniedByFilter", code: "Deny", origin: { resource: id }, fails: "timeout" }
})

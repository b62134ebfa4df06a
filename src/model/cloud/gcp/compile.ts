/**
 * The compiler of GCP: a network becomes one network with one table and a segment a subnetwork; everything that filters sits on the
 * ports, also between neighbours; the internet gateway and Cloud NAT are a way out without a machine; peerings and tunnels are relays,
 * load balancers front ends. Only instances stand in zones.
 * Not modelled yet: what the topology does not name. Rules: networks in docs/model.md.
 */
import { Schema } from "effect"
import type { Component, Part, Port, Segment } from "../../net/fabric.ts"
import { formatAddress } from "../../net/ip.ts"
import type { Attachment, Cloud } from "../compile.ts"
import { balancerParts, frontEndParts } from "./balancer.ts"
import { GcpChange } from "./change.ts"
import { firewallFilter, targetSets } from "./filters.ts"
import { interconnectParts } from "./interconnect.ts"
import { launchWords } from "./launch-words.ts"
import { metadataServer, nonMasqueradeRanges } from "./limits.ts"
import { machineTypes } from "./machines.ts"
import { exitParts, poolsOf } from "./nat.ts"
import { nodeOfRouteAt, podRouteAt, podRouteGoneAt } from "./pod-routes.ts"
import { networkTable } from "./routes.ts"
import { subnetTermsOf } from "./subnetworks.ts"
import type { GcpTopology } from "./topology.ts"
import {
  boundsOf,
  found,
  gatewayId,
  type Instance,
  instanceGroups,
  type Network,
  rangesOf,
  regionOf,
  type Subnetwork,
  setsOf,
  subnetworksOf,
  tableId
} from "./topology-lookup.ts"

const isGcp = Schema.is(GcpChange)
const internetId = "internet"
const plain = { condition: "up", epoch: 0, strictSource: false } as const

/** Compiles a topology whose ids resolve. Throws on one that does not. */
export const compileGcp = (topology: GcpTopology): Cloud => {
  const fit = fitter(topology)
  const attach = (attachment: Attachment): ReadonlyArray<Part> => attachmentParts(topology, fit, attachment)
  return {
    name: "gcp",
    zones: topology.zones,
    internet: internetId,
    parts: [
      internet,
      ...metadataParts,
      ...topology.networks.flatMap((network) => [
        networkComponent(network),
        networkTable(topology, network),
        ...exitParts(topology, network)
      ]),
      ...subnetworksOf(topology).map((subnetwork) => segmentOf(topology, subnetwork)),
      ...interconnectParts(topology),
      ...topology.instances.flatMap((instance) => instanceParts(attach, instance)),
      ...balancerParts(topology)
    ],
    subnets: subnetTermsOf(topology),
    instanceTypes: machineTypes,
    launchWords,
    ...(topology.quotas?.cpus === undefined ? {} : { quotas: { cpus: topology.quotas.cpus } }),
    attach,
    podRoute: (node, block) => podRouteAt(topology, node, block),
    podRouteGone: (node) => podRouteGoneAt(topology, node),
    nodeOfRoute: (change) => (isGcp(change) ? nodeOfRouteAt(change) : undefined),
    refit: (port) => fit.refit(port)
  }
}

const internet: Component = {
  _tag: "Component",
  id: internetId,
  kind: "internet",
  origin: { resource: "internet" },
  ...plain,
  addresses: "any",
  listening: "any",
  forwards: true,
  codes: { NoRoute: "NO_ROUTE_FROM_INTERNET_TO_PRIVATE_IPV4_ADDRESS", AddressUnowned: "UNKNOWN_EXTERNAL_ADDRESS" }
}

/** Names, time and metadata: no rule and no route lies between it and an instance. */
const metadataParts: ReadonlyArray<Part> = [
  {
    _tag: "Component",
    id: "metadata-server",
    kind: "service",
    origin: { resource: "metadata server" },
    ...plain,
    addresses: [metadataServer],
    listening: "any",
    forwards: false,
    onEveryHost: true
  },
  {
    _tag: "Port",
    id: "metadata-server/port",
    component: "metadata-server",
    addresses: [metadataServer],
    sets: [],
    inward: [],
    outward: []
  }
]

const networkComponent = ({ id }: Network): Part => ({
  _tag: "Component",
  id,
  kind: "network",
  origin: { resource: id },
  ...plain,
  addresses: [],
  listening: [],
  forwards: true,
  codes: {
    AddressUnowned: "UNKNOWN_INTERNAL_ADDRESS",
    NeighbourUnreachable: "UNKNOWN_INTERNAL_ADDRESS",
    RouteBlackholed: "ROUTE_BLACKHOLE"
  }
})

const segmentOf = (topology: GcpTopology, subnetwork: Subnetwork): Segment => ({
  _tag: "Segment",
  id: subnetwork.id,
  origin: { resource: subnetwork.id },
  network: subnetwork.network,
  prefixes: rangesOf(subnetwork),
  table: tableId(subnetwork.network),
  steers: (topology.policyBasedRoutes ?? []).some(({ network }) => network === subnetwork.network),
  edgeInward: [],
  edgeOutward: []
})

/** Every address of its alias ranges is its own. */
const aliasesOf = ({ id, aliasRanges }: Instance): ReadonlyArray<string> =>
  (aliasRanges ?? []).flatMap((cidr) => {
    const { first, last } = boundsOf(cidr, `instance "${id}"`)
    return Array.from({ length: last - first + 1 }, (_, index) => formatAddress(first + index))
  })

const instanceParts = (attach: Cloud["attach"], instance: Instance): ReadonlyArray<Part> => {
  const aliases = aliasesOf(instance)
  const parts = attach({
    id: instance.id,
    kind: "host",
    place: instance.subnetwork,
    zone: instance.zone,
    address: instance.address,
    groups: instanceGroups(instance),
    origin: { resource: instance.id },
    listening: instance.listening,
    ...(instance.externalAddress === undefined ? {} : { publicAddress: instance.externalAddress })
  })
  return parts.map((part) => {
    if (part._tag === "Port") return { ...part, addresses: [...part.addresses, ...aliases] }
    if (part._tag !== "Component") return part
    const { running, canIpForward } = instance
    return { ...part, condition: running ? "up" : "silent", forwards: canIpForward, addresses: [instance.address, ...aliases] }
  })
}

const attachmentParts = (topology: GcpTopology, fit: Fitter, attachment: Attachment): ReadonlyArray<Part> => {
  const subnetwork = found(subnetworksOf(topology), attachment.place, "subnetwork")
  const { id, kind, zone, address, publicAddress } = attachment
  if (kind === "frontEnd") return frontEndParts(topology, attachment, subnetwork)
  if (zone !== undefined && regionOf(zone) !== subnetwork.region)
    throw new Error(`"${id}" in zone "${zone}": subnetwork "${subnetwork.id}" is of region "${subnetwork.region}"`)
  const component: Component = {
    _tag: "Component",
    id,
    kind,
    origin: attachment.origin,
    ...plain,
    addresses: [address],
    listening: attachment.listening,
    forwards: attachment.forwards ?? false,
    unowned: { reason: "SourceNotOwn", code: "FOREIGN_IP_DISALLOWED", origin: attachment.origin, fails: "timeout" },
    ...(zone === undefined ? {} : { zone }),
    ...(attachment.home === undefined ? {} : { home: attachment.home }),
    ...(attachment.masquerades === true
      ? { masquerade: { within: nonMasqueradeRanges, origin: { resource: attachment.origin.resource, part: "ip-masq-agent" } } }
      : {}),
    ...(attachment.listeners === undefined ? {} : { listeners: attachment.listeners })
  }
  const port: Port = {
    _tag: "Port",
    id: `${id}/port`,
    component: id,
    segment: subnetwork.id,
    addresses: [address],
    sets: [...setsOf(subnetwork.network, subnetwork.region, attachment.groups), ...(attachment.sets ?? [])],
    inward: [],
    outward: [],
    ...(zone === undefined ? {} : { zone }),
    ...(attachment.guardsIn === undefined ? {} : { guardsIn: attachment.guardsIn }),
    ...(attachment.guardsOut === undefined ? {} : { guardsOut: attachment.guardsOut }),
    ...(publicAddress === undefined ? {} : { publicAddress, publicVia: gatewayId(subnetwork.network) })
  }
  return [component, { ...port, ...fit.filtersOf(port), ...poolsOf(topology, subnetwork, publicAddress !== undefined) }]
}

interface Fitter {
  readonly filtersOf: (port: Port) => Pick<Port, "inward" | "outward">
  readonly refit: (port: Port) => Port
}

/** Ports that the same rules hold for share their filters, so that a whole cluster's are worked out once. */
const fitter = (topology: GcpTopology): Fitter => {
  const subnetworks = new Map(subnetworksOf(topology).map((subnetwork) => [subnetwork.id, subnetwork]))
  const targets = new Set(targetSets(topology))
  const filters = new Map<string, Pick<Port, "inward" | "outward">>()
  const filtersOf = ({ segment, sets: all }: Port): Pick<Port, "inward" | "outward"> => {
    const subnetwork = subnetworks.get(segment ?? "")
    if (subnetwork === undefined) throw new Error(`subnetwork "${segment}" is not in the topology`)
    const { network, region } = subnetwork
    const sets = all.filter((set) => targets.has(set))
    const key = [network, region, ...sets].join("\u0000")
    const made = filters.get(key)
    if (made !== undefined) return made
    const standing = { network, region, sets }
    const fresh = { inward: [firewallFilter(topology, standing, "ingress")], outward: [firewallFilter(topology, standing, "egress")] }
    filters.set(key, fresh)
    return fresh
  }
  const refit = ({ pools: _before, ...port }: Port): Port => {
    const subnetwork = subnetworks.get(port.segment ?? "")
    return subnetwork === undefined || port.inward.length === 0
      ? port
      : { ...port, ...filtersOf(port), ...poolsOf(topology, subnetwork, port.publicAddress !== undefined) }
  }
  return { filtersOf, refit }
}

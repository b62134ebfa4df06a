/**
 * The compiler of Azure: a virtual network becomes one network, a subnet a segment with the table of its effective routes, which holds
 * between neighbours too; security groups sit on the ports. The way to the internet stands in no place, peerings and gateways are
 * relays, appliances are hosts that forward, and the host's address 168.63.129.16 is beside every subnet, outside all routes.
 * Not modelled yet: what the topology does not name. Rules: networks in docs/model.md.
 */
import { Schema } from "effect"
import type { Component, Filter, Part, Port, Segment } from "../../net/fabric.ts"
import type { Attachment, Cloud } from "../compile.ts"
import { applianceParts } from "./appliance.ts"
import { balancerParts, instanceAttachment, passthroughParts } from "./balancer.ts"
import { AzureChange } from "./change.ts"
import { closedFilter, groupFilter } from "./filters.ts"
import { interconnectParts } from "./interconnect.ts"
import { launchWords } from "./launch-words.ts"
import { hostAddress, platformAddresses } from "./limits.ts"
import { machineSizes } from "./machines.ts"
import { outboundParts, poolsOf } from "./outbound.ts"
import { nodeOfRouteAt, podRouteAt, podRouteGoneAt } from "./pod-routes.ts"
import { subnetTable } from "./routes.ts"
import { subnetTermsOf } from "./subnets.ts"
import type { AzureTopology } from "./topology.ts"
import {
  groupSet,
  hostId,
  type Instance,
  internetGatewayId,
  type Network,
  overlaySet,
  overlaysOf,
  platformId,
  rangesOf,
  type Subnet,
  subnetOf,
  tableId
} from "./topology-lookup.ts"

const isAzure = Schema.is(AzureChange)
const internetId = "internet"
const plain = { condition: "up", epoch: 0, strictSource: false } as const

/** Compiles a topology whose ids resolve. Throws on one that does not. */
export const compileAzure = (topology: AzureTopology): Cloud => {
  const fit = fitter(topology)
  const attach = (attachment: Attachment): ReadonlyArray<Part> => attachmentParts(topology, fit, attachment)
  return {
    name: "azure",
    zones: topology.zones,
    internet: internetId,
    parts: [
      internet,
      ...topology.networks.flatMap((network) => [
        networkComponent(network),
        ...platformParts(topology, network),
        ...outboundParts(topology, network)
      ]),
      ...topology.subnets.flatMap((subnet) => [subnetTable(topology, subnet), segmentOf(topology, subnet)]),
      ...interconnectParts(topology),
      ...topology.instances.flatMap((instance) => instanceParts(fit, topology, instance)),
      ...(topology.appliances ?? []).flatMap((appliance) => applianceParts(topology, appliance)),
      ...(topology.privateEndpoints ?? []).flatMap((endpoint) => endpointParts(endpoint)),
      ...balancerParts(topology, (instance) => portOf(topology, fit, instanceAttachment(instance)))
    ],
    subnets: subnetTermsOf(topology),
    instanceTypes: machineSizes,
    launchWords,
    ...(topology.quotas?.cpus === undefined ? {} : { quotas: { cpus: topology.quotas.cpus } }),
    attach,
    podRoute: (node, block) => podRouteAt(topology, node, block),
    podRouteGone: (node) => podRouteGoneAt(topology, node),
    nodeOfRoute: (change) => (isAzure(change) ? nodeOfRouteAt(change) : undefined),
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
  codes: { NoRoute: "None", AddressUnowned: "None" }
}

const networkComponent = ({ id }: Network): Part => ({
  _tag: "Component",
  id,
  kind: "network",
  origin: { resource: id },
  ...plain,
  addresses: [],
  listening: [],
  forwards: true,
  codes: { AddressUnowned: "None", NeighbourUnreachable: "None", RouteBlackholed: "None" }
})

/** The host's address asks and answers; what it sends goes to the network straight away. */
const platformParts = (topology: AzureTopology, { id }: Network): ReadonlyArray<Part> => {
  const origin = { resource: hostAddress, part: id }
  const table = `${platformId(id)} routes`
  const prefixes = platformAddresses.map((address) => `${address}/32`)
  return [
    {
      _tag: "Component",
      id: hostId(id),
      kind: "service",
      origin,
      ...plain,
      addresses: platformAddresses,
      listening: "any",
      forwards: false
    },
    {
      _tag: "Port",
      id: `${hostId(id)}/port`,
      component: hostId(id),
      segment: platformId(id),
      addresses: platformAddresses,
      sets: [],
      inward: [],
      outward: []
    },
    {
      _tag: "Segment",
      id: platformId(id),
      origin: { resource: "platform", part: id },
      network: id,
      prefixes,
      table,
      edgeInward: [],
      edgeOutward: []
    },
    {
      _tag: "Table",
      id: table,
      origin: { resource: "platform", part: id },
      routes: rangesOf(topology, id).map((prefix) => ({
        prefix,
        class: "connected",
        preference: 0,
        target: { _tag: "Connected" },
        origin: { resource: id, part: prefix }
      })),
      otherwise: { reason: "NoRoute", code: "None", origin: { resource: "platform", part: id }, fails: "timeout" }
    }
  ]
}

const segmentOf = (topology: AzureTopology, { id, network, cidr }: Subnet): Segment => ({
  _tag: "Segment",
  id,
  origin: { resource: id },
  network,
  prefixes: [cidr, ...overlaysOf(topology, network)],
  table: tableId(id),
  routesNeighbours: true,
  edgeInward: [],
  edgeOutward: []
})

const instanceParts = (fit: Fitter, topology: AzureTopology, instance: Instance): ReadonlyArray<Part> => {
  const { running, forwards, publicAddress, loopbacks = [] } = instance
  return attachmentParts(topology, fit, instanceAttachment(instance)).map((part) => {
    if (part._tag === "Component")
      return { ...part, condition: running ? "up" : "silent", forwards, addresses: [instance.address, ...loopbacks] }
    return part._tag === "Port" && publicAddress?.sku === "Basic" ? opened(part) : part
  })
}

/** Basic public addresses are open where no security group stands. */
const opened = (port: Port): Port => ({
  ...port,
  inward: port.inward.filter(({ id }) => id !== closedId),
  outward: port.outward.filter(({ id }) => id !== closedId)
})

const closedId = "secure by default"

const endpointParts = ({ id, subnet, address, service }: NonNullable<AzureTopology["privateEndpoints"]>[number]): ReadonlyArray<Part> => [
  {
    _tag: "Component",
    id,
    kind: "service",
    origin: { resource: id, part: service },
    ...plain,
    addresses: [address],
    listening: "any",
    forwards: false
  },
  { _tag: "Port", id: `${id}/port`, component: id, segment: subnet, addresses: [address], sets: [], inward: [], outward: [] }
]

const attachmentParts = (topology: AzureTopology, fit: Fitter, attachment: Attachment): ReadonlyArray<Part> => {
  const subnet = subnetOf(topology, attachment.place)
  const { id, kind, zone, address, masquerades, listeners, home } = attachment
  if (attachment.passesThrough === true) return passthroughParts(attachment, subnet.network)
  const component: Component = {
    _tag: "Component",
    id,
    kind,
    origin: attachment.origin,
    ...plain,
    addresses: [address],
    listening: attachment.listening,
    forwards: attachment.forwards ?? false,
    ...(zone === undefined ? {} : { zone }),
    ...(home === undefined ? {} : { home }),
    ...(masquerades === true
      ? {
          masquerade: {
            within: attachment.ownToward ?? rangesOf(topology, subnet.network),
            origin: { resource: attachment.origin.resource, part: "ip-masq-agent" }
          }
        }
      : {}),
    ...(listeners === undefined ? {} : { listeners })
  }
  return [component, portOf(topology, fit, attachment)]
}

const portOf = (topology: AzureTopology, fit: Fitter, attachment: Attachment): Port => {
  const subnet = subnetOf(topology, attachment.place)
  const { id, kind, zone, address, publicAddress, guardsIn, guardsOut } = attachment
  const port: Port = {
    _tag: "Port",
    id: `${id}/port`,
    component: id,
    segment: subnet.id,
    addresses: [address],
    sets: [...attachment.groups.map(groupSet), ...(attachment.sets ?? []), ...(attachment.overlays ?? []).map(overlaySet)],
    inward: [],
    outward: [],
    ...(zone === undefined ? {} : { zone }),
    ...(guardsIn === undefined ? {} : { guardsIn }),
    ...(guardsOut === undefined ? {} : { guardsOut }),
    ...(publicAddress === undefined ? {} : { publicAddress, publicVia: internetGatewayId(subnet.network) })
  }
  return kind === "frontEnd" ? port : fit.fitted(port)
}

interface Fitter {
  readonly fitted: (port: Port) => Port
  readonly refit: (port: Port) => Port
}

/** Ports that the same groups hold for share their filters, so that a whole cluster's are worked out once. */
const fitter = (topology: AzureTopology): Fitter => {
  const made = new Map<string, Pick<Port, "inward" | "outward">>()
  const filtersOf = (subnet: Subnet, own: ReadonlyArray<string>): Pick<Port, "inward" | "outward"> => {
    const key = [subnet.id, ...own].join("\u0000")
    const known = made.get(key)
    if (known !== undefined) return known
    const groups = [...(subnet.securityGroup === undefined ? [] : [subnet.securityGroup]), ...own]
    const one = (direction: "Inbound" | "Outbound"): ReadonlyArray<Filter> =>
      groups.map((group) => groupFilter(topology, subnet, group, direction))
    const closed = closedFilter(topology, subnet)
    const filters =
      groups.length === 0
        ? { inward: [closed], outward: [{ ...closed, rules: [] }] }
        : { inward: one("Inbound"), outward: one("Outbound").toReversed() }
    made.set(key, filters)
    return filters
  }
  const fitted = ({ pools: _before, ...port }: Port): Port => {
    const subnet = subnetOf(topology, port.segment ?? "")
    const own = topology.securityGroups.filter(({ id }) => port.sets.includes(groupSet(id))).map(({ id }) => id)
    return { ...port, ...filtersOf(subnet, own), ...poolsOf(topology, subnet, port.sets) }
  }
  return { fitted, refit: (port) => (port.inward.length === 0 ? port : fitted(port)) }
}

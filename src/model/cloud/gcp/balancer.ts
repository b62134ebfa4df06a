/**
 * Load balancers as front ends. Proxies stand outside the zones: a global one in Google's own network, whose connections come from the
 * ranges of the health checks; a regional one in its region's proxy-only subnetwork. Passthrough ones keep the client's address. Which
 * instances are healthy is worked out once, from the same rules that every packet meets: a check that no rule lets in fails.
 * Not modelled: checks over time, session affinity, what a backend's own routes make of a passthrough reply, failover backends.
 * Source: Cloud Load Balancing docs, health checks, firewall rules, overviews of each kind.
 */
import type { Component, Filter, Listener, Part, Port, Refusal, Segment, Target } from "../../net/fabric.ts"
import { decideFilter } from "../../net/filter.ts"
import { ephemeralPorts } from "../../net/flow.ts"
import { formatAddress, parseAddress } from "../../net/ip.ts"
import type { Origin } from "../../net/origin.ts"
import type { Attachment } from "../compile.ts"
import { firewallFilter } from "./filters.ts"
import { passthroughProbeRanges, probeRanges } from "./limits.ts"
import type { GcpTopology } from "./topology.ts"
import {
  boundsOf,
  found,
  type Instance,
  instanceGroups,
  type LoadBalancer,
  networkOf,
  rangesOf,
  regionOf,
  type Subnetwork,
  setsOf,
  subnetworksIn,
  tableId
} from "./topology-lookup.ts"
import { type Group, spreadOf } from "./traffic-spread.ts"

/** Front ends of Google's own network before a network. */
const edgeId = (network: string): string => `${network}/google-front-ends`

export const balancerParts = (topology: GcpTopology): ReadonlyArray<Part> => [
  ...topology.networks.flatMap(({ id }) => [edgeSegment(id), ...proberParts(id)]),
  ...(topology.loadBalancers ?? []).flatMap((balancer, index) => partsOf(topology, balancer, index))
]

const edgeSegment = (network: string): Segment => ({
  _tag: "Segment",
  id: edgeId(network),
  origin: { resource: "Google front ends", part: network },
  network,
  prefixes: probeRanges,
  table: tableId(network),
  edgeInward: [],
  edgeOutward: []
})

/** Who asks the backends of balancers that stand in no zone. */
export const proberId = (network: string): string => `${network}/health-checks`

/** Chosen: health checks come from anywhere in their ranges; one address of the first stands for all. */
const proberIndex = 1

const proberParts = (network: string): ReadonlyArray<Part> => {
  const address = formatAddress(boundsOf(probeRanges[0] ?? "", "health checks").first + proberIndex)
  return [
    { ...plain, _tag: "Component", id: proberId(network), kind: "service", origin: { resource: "health checks" }, addresses: [address] },
    { ...bare(`${proberId(network)}/port`, proberId(network)), segment: edgeId(network), addresses: [address] }
  ]
}

/** A balancer that is made while the network stands: its front end, and at the edge the place that it opens connections from. */
export const frontEndParts = (topology: GcpTopology, attachment: Attachment, subnetwork: Subnetwork): ReadonlyArray<Part> => {
  const { id, origin, listeners, atEdge } = attachment
  const { network, region } = subnetwork
  const address = attachment.publicAddress ?? attachment.address
  const component: Component = {
    ...plain,
    _tag: "Component",
    id,
    kind: "frontEnd",
    origin,
    addresses: [address],
    deafCode: "FORWARDING_RULE_MISMATCH",
    ...(listeners === undefined ? {} : { listeners })
  }
  const port = { ...bare(`${id}/port`, id), addresses: [address] }
  if (atEdge !== true)
    return [component, { ...port, segment: subnetwork.id, inward: regionGate(topology, { id, network, region, globalAccess: false }) }]
  const opens = `${id}/proxy`
  const [range = ""] = probeRanges
  return [
    { ...component, opensFrom: opens },
    { ...port, ...outside },
    { ...bare(opens, id), segment: edgeId(network), addresses: [sameTail(range, address)] }
  ]
}

/** The address of a range with the last two numbers of another: one for each front end. */
const sameTail = (range: string, address: string): string =>
  formatAddress(boundsOf(range, "proxies").first + ((parseAddress(address) ?? 0) % tailSize))
const tailSize = 65_536

/** A place in a range that is the proxies' own: which address it is does not matter. Chosen: from the tenth on, one a balancer. */
const proxyAddress = (cidr: string, index: number): string => formatAddress(boundsOf(cidr, "proxies").first + 10 + index)

const partsOf = (topology: GcpTopology, balancer: LoadBalancer, index: number): ReadonlyArray<Part> => {
  const { id, network, address, protocol, port } = balancer
  const origin = { resource: id }
  const inside = proxyPort(topology, balancer, index)
  const front =
    balancer._tag === "InternalApplication" || balancer._tag === "InternalPassthrough" ? { segment: balancer.subnetwork } : outside
  const health = healthOf(topology, balancer)
  const listeners = `${id} listeners`
  const component: Component = {
    ...plain,
    _tag: "Component",
    id,
    kind: "frontEnd",
    origin,
    addresses: [address],
    deafCode: "FORWARDING_RULE_MISMATCH",
    listeners,
    ...(inside === undefined ? {} : { opensFrom: inside.id }),
    ...(balancer._tag === "InternalPassthrough"
      ? { nextHops: { origin, components: health.eligible.map((instance) => instance.id), empty: health.empty } }
      : {})
  }
  return [
    component,
    { ...bare(`${id}/port`, id), ...front, addresses: [address], inward: "globalAccess" in balancer ? regionGate(topology, balancer) : [] },
    ...(inside === undefined ? [] : [inside]),
    {
      _tag: "ListenerTable",
      id: listeners,
      listeners: new Map([[`${address}:${protocol}:${port}`, listenerOf(topology, balancer, health, { resource: id, part: network })]])
    }
  ]
}

const outside = { peer: "internet" }
const plain = { condition: "up", epoch: 0, strictSource: false, listening: [], forwards: false } as const

interface Gated {
  readonly id: string
  readonly network: string
  readonly region: string
  readonly globalAccess: boolean
}

/** An internal one serves its own region: subnetworks of the network and its peers, and sites by connections there. */
const regionGate = (topology: GcpTopology, { id, network, region, globalAccess }: Gated): ReadonlyArray<Filter> => {
  if (globalAccess) return []
  const peers = (topology.peerings ?? []).flatMap((peering) => (peering.network === network ? [peering.peer] : []))
  const subnetworks = [network, ...peers].flatMap((each) => subnetworksIn(topology, each)).filter((each) => each.region === region)
  const sites = (topology.siteConnections ?? []).flatMap((each) => (each.network === network && each.region === region ? [each.site] : []))
  const origin = { resource: id, part: `clients of ${region}: global access is off` }
  return [
    {
      id: `${id} region`,
      origin,
      stateful: true,
      rules: [
        {
          match: {
            source: [...subnetworks.flatMap(rangesOf), ...sites.flatMap((site) => found(topology.sites ?? [], site, "site").prefixes)]
          },
          verdict: "accept",
          origin
        }
      ],
      otherwise: "deny",
      refusal: { reason: "GateClosed", code: "FORWARDING_RULE_REGION_MISMATCH", origin, fails: "timeout" }
    }
  ]
}

const bare = (id: string, component: string): Port => ({ _tag: "Port", id, component, addresses: [], sets: [], inward: [], outward: [] })

/** Where a balancer opens its own connections, when it is not where it is reached. */
const proxyPort = (topology: GcpTopology, balancer: LoadBalancer, index: number): Port | undefined => {
  const { id, network } = balancer
  const at = (segment: string, cidr: string): Port => ({ ...bare(`${id}/proxy`, id), segment, addresses: [proxyAddress(cidr, index)] })
  switch (balancer._tag) {
    case "InternalPassthrough":
      return undefined
    case "GlobalExternalApplication":
    case "ExternalPassthrough":
      return at(edgeId(network), probeRanges[0] ?? "")
    case "RegionalExternalApplication":
    case "InternalApplication": {
      const own = subnetworksIn(topology, network).find(({ region, purpose }) => region === balancer.region && purpose === "proxy-only")
      if (own === undefined) throw new Error(`load balancer "${id}": "${network}" has no proxy-only subnetwork in "${balancer.region}"`)
      return at(own.id, own.cidr)
    }
  }
}

interface Health {
  /** Those that get connections. */
  readonly eligible: ReadonlyArray<Instance>
  /** What is answered when there is none. */
  readonly empty: Refusal
}

const isPassthrough = ({ _tag }: LoadBalancer): boolean => _tag === "InternalPassthrough" || _tag === "ExternalPassthrough"

/** Passthrough balancers send to all when none is healthy; proxies answer with an error. */
const healthOf = (topology: GcpTopology, balancer: LoadBalancer): Health => {
  const all = balancer.backends.flatMap(({ instances }) => instances.map((id) => found(topology.instances, id, "instance")))
  const probed = all.map((instance) => ({ instance, denial: probeDenial(topology, balancer, instance) }))
  const healthy = probed.flatMap(({ instance, denial }) => (denial === undefined && isServing(balancer, instance) ? [instance] : []))
  const denial = probed.find((each) => each.denial !== undefined)?.denial
  const fails = isPassthrough(balancer) ? ("timeout" as const) : ("error" as const)
  const refusal = (code: string, origin: Origin): Refusal => ({ reason: "NoTarget", code, origin, fails })
  const empty =
    all.length === 0
      ? refusal("FORWARDING_RULE_NO_INSTANCES", { resource: balancer.id, part: "no instances" })
      : denial !== undefined
        ? refusal("FIREWALL_BLOCKING_LOAD_BALANCER_BACKEND_HEALTH_CHECK", denial)
        : refusal("HTTP 503", { resource: balancer.id, part: "no healthy instance" })
  return { eligible: healthy.length === 0 && isPassthrough(balancer) ? all : healthy, empty }
}

const isServing = ({ healthCheckPort }: LoadBalancer, { running, listening }: Instance): boolean =>
  running && listening.some(({ protocol, port }) => protocol === "tcp" && port === healthCheckPort)

/** The rule that keeps health checks out of an instance. Checks come from anywhere in their ranges: both ends of each are asked. */
const probeDenial = (topology: GcpTopology, balancer: LoadBalancer, instance: Instance): Origin | undefined => {
  const network = networkOf(topology, instance.subnetwork)
  const region = regionOf(instance.zone)
  const sets = setsOf(network, region, instanceGroups(instance))
  const filter = firewallFilter(topology, { network, region, sets }, "ingress")
  const ranges = balancer._tag === "ExternalPassthrough" ? passthroughProbeRanges : probeRanges
  for (const range of ranges) {
    const { first, last } = boundsOf(range, "health checks")
    for (const source of [first, last]) {
      const packet = {
        protocol: "tcp" as const,
        source: formatAddress(source),
        destination: instance.address,
        sourcePorts: ephemeralPorts,
        destinationPorts: { from: balancer.healthCheckPort, to: balancer.healthCheckPort },
        sourceSets: []
      }
      const denied = decideFilter(filter, packet, sets).find(({ verdict }) => verdict === "deny")
      if (denied !== undefined) return denied.rule?.origin ?? filter.refusal.origin
    }
  }
  return undefined
}

const listenerOf = (topology: GcpTopology, balancer: LoadBalancer, { eligible, empty }: Health, origin: Origin): Listener => {
  const weights = weightsOf(topology, balancer, eligible)
  const port = "backendPort" in balancer ? balancer.backendPort : balancer.port
  const targets = eligible.flatMap((instance): ReadonlyArray<Target> => {
    const weight = weights.get(instance.id) ?? 0
    return weight === 0 ? [] : [{ id: instance.id, address: instance.address, port, zone: instance.zone, host: instance.id, weight }]
  })
  return {
    origin,
    targets,
    proxy: true,
    sameZoneOnly: false,
    source: "replaced",
    ...(isPassthrough(balancer) ? { source: "kept", keepsClient: true } : {}),
    empty
  }
}

/** Each instance alike, but for a global balancer that knows where its clients are. */
const weightsOf = (topology: GcpTopology, balancer: LoadBalancer, eligible: ReadonlyArray<Instance>): ReadonlyMap<string, number> => {
  if (balancer._tag !== "GlobalExternalApplication" || balancer.clients === undefined) return new Map(eligible.map(({ id }) => [id, 1]))
  const groups = balancer.backends.flatMap(({ instances, capacity }): ReadonlyArray<Group> => {
    const healthy = instances.filter((id) => eligible.some((instance) => instance.id === id))
    const [first] = healthy
    if (first === undefined) return []
    const region = regionOf(found(topology.instances, first, "instance").zone)
    return [{ region, members: healthy, ...(capacity === undefined ? {} : { capacity }) }]
  })
  return spreadOf(balancer.clients, groups)
}

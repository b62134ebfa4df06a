/**
 * A subnet's routes, as Azure shows them of an interface: source, state, range, next hop. System routes are always there; what a
 * gateway has learned and what the owner has written stand beside them. The longest prefix wins, then User before
 * VirtualNetworkGateway before Default; routes of the network, its peerings and service endpoints beat more specific learned ones.
 * Not modelled: how long a change takes to arrive (a setting of the run), more than one gateway's preference by AS path.
 * Source: Virtual network traffic routing; Diagnose a routing problem (effective routes).
 */
import type { Route, RouteTarget, Table } from "../../net/fabric.ts"
import { droppedRanges, platformAddresses } from "./limits.ts"
import type { AzureTopology } from "./topology.ts"
import {
  found,
  gatewaysOf,
  hopOwner,
  internetGatewayId,
  overlaySet,
  overlaysOf,
  peeredHopId,
  peeringsOf,
  rangesOf,
  type Subnet,
  serviceId,
  tableId
} from "./topology-lookup.ts"
import type { NextHop } from "./topology-routing.ts"

/** As Azure's tools name them. */
export type NextHopType =
  | "VnetLocal"
  | "VNetPeering"
  | "VirtualNetworkGateway"
  | "VirtualNetworkServiceEndpoint"
  | "InterfaceEndpoint"
  | "VirtualAppliance"
  | "Internet"
  | "None"

export interface EffectiveRoute {
  readonly source: "Default" | "User" | "VirtualNetworkGateway"
  readonly state: "Active" | "Invalid"
  readonly prefix: string
  readonly nextHopType: NextHopType
  readonly nextHopAddress?: string
  /** Of a route that the owner wrote. */
  readonly name?: string
}

/** Before it is known which win. */
interface Declared extends Omit<EffectiveRoute, "state"> {
  readonly target: RouteTarget
  readonly preference: number
  readonly class: Route["class"]
  readonly dismisses?: Route["dismisses"]
  /** Nobody has the address it leads to. */
  readonly isLost?: boolean
  readonly resource: string
}

/** Among routes of one range. Lower wins; between tags of one range the narrower tag does. */
const preferences = { User: 0, regionalTag: 1, tag: 2, regionalCloud: 3, cloud: 4, VirtualNetworkGateway: 5, Default: 6 } as const

const everywhere = "0.0.0.0/0"
/** What the network itself knows beats even more specific ranges that a gateway has learned. */
const beatsLearned: Route["dismisses"] = ["learned"]

export const effectiveRoutes = (topology: AzureTopology, subnet: Subnet): ReadonlyArray<EffectiveRoute> => {
  const routes = declaredRoutes(topology, subnet)
  return routes.map((route) => ({
    source: route.source,
    state: isActive(routes, route) ? "Active" : "Invalid",
    prefix: route.prefix,
    nextHopType: route.nextHopType,
    ...(route.nextHopAddress === undefined ? {} : { nextHopAddress: route.nextHopAddress }),
    ...(route.name === undefined ? {} : { name: route.name })
  }))
}

const isActive = (routes: ReadonlyArray<Declared>, route: Declared): boolean =>
  routes.every((other) => other.prefix !== route.prefix || other.preference >= route.preference || other === route)

/** The table that packets of a subnet go by. */
export const subnetTable = (topology: AzureTopology, subnet: Subnet): Table => ({
  _tag: "Table",
  id: tableId(subnet.id),
  origin: { resource: subnet.routeTable ?? "System Route", part: subnet.id },
  routes: [
    ...platformAddresses.map(platformRoute),
    ...overlaysOf(topology, subnet.network).map(overlayRoute),
    ...declaredRoutes(topology, subnet).map(routeOf)
  ],
  otherwise: { reason: "NoRoute", code: "None", origin: { resource: subnet.id, part: "no route matches" }, fails: "timeout" }
})

/** The host's own addresses are outside all routes. */
const platformRoute = (address: string): Route => ({
  prefix: `${address}/32`,
  class: "connected",
  preference: -1,
  target: { _tag: "Connected" },
  origin: { resource: "platform", part: `${address}/32` }
})

/** A routing domain of its own, whatever the owner's routes say. Source: AKS docs, Azure CNI Overlay. */
const overlayRoute = (prefix: string): Route => ({
  prefix,
  class: "connected",
  preference: -1,
  target: { _tag: "Connected" },
  origin: { resource: "overlay", part: prefix },
  senders: [overlaySet(prefix)]
})

const routeOf = (route: Declared): Route => ({
  prefix: route.prefix,
  class: route.class,
  preference: route.preference,
  target: route.target,
  ...(route.dismisses === undefined ? {} : { dismisses: route.dismisses }),
  ...(route.isLost === true ? { blackhole: true } : {}),
  origin: { resource: route.resource, part: textOf(route) }
})

const textOf = ({ source, prefix, nextHopType, nextHopAddress }: Declared): string =>
  `${source} ${prefix} ${nextHopType}${nextHopAddress === undefined ? "" : ` ${nextHopAddress}`}`

const declaredRoutes = (topology: AzureTopology, subnet: Subnet): ReadonlyArray<Declared> => {
  const written = userRoutes(topology, subnet)
  const learned = learnedRoutes(topology, subnet)
  const near = nearRoutes(topology, subnet)
  // Private space is dropped until the whole of everything is led elsewhere, or the network has that very range itself.
  const isLedElsewhere = [...written, ...learned].some(({ prefix }) => prefix === everywhere)
  const dropped = isLedElsewhere ? [] : droppedRanges.filter((prefix) => !near.some((route) => route.prefix === prefix))
  return [
    ...near,
    { ...system(subnet, everywhere, "Internet"), target: { _tag: "Via", component: internetGatewayId(subnet.network) } },
    ...dropped.map((prefix): Declared => ({ ...system(subnet, prefix, "None"), target: { _tag: "Discard" } })),
    ...learned,
    ...written
  ]
}

type Bare = Omit<Declared, "target">

const system = ({ network }: Subnet, prefix: string, nextHopType: NextHopType): Bare => ({
  source: "Default",
  prefix,
  nextHopType,
  preference: preferences.Default,
  class: "static",
  resource: network
})

/** What the network has itself: its ranges, its peers', and the services and private endpoints that it reaches. */
const nearRoutes = (topology: AzureTopology, subnet: Subnet): ReadonlyArray<Declared> => {
  const connected = (prefix: string, type: NextHopType, target: RouteTarget): Declared => ({
    ...system(subnet, prefix, type),
    class: "connected",
    dismisses: beatsLearned,
    target
  })
  const endpoints = (topology.privateEndpoints ?? []).filter(
    (each) => found(topology.subnets, each.subnet, "subnet").network === subnet.network
  )
  return [
    ...rangesOf(topology, subnet.network).map((prefix) => connected(prefix, "VnetLocal", { _tag: "Connected" })),
    ...peeringsOf(topology, subnet.network).flatMap(({ id, remote, allowsVirtualNetworkAccess }) =>
      allowsVirtualNetworkAccess
        ? rangesOf(topology, remote).map((prefix) => connected(prefix, "VNetPeering", { _tag: "Via", component: id }))
        : []
    ),
    ...endpoints.map(({ address }) => connected(`${address}/32`, "InterfaceEndpoint", { _tag: "Connected" })),
    ...(subnet.serviceEndpoints ?? []).flatMap(({ service, prefixes }) =>
      prefixes.map((prefix) =>
        connected(prefix, "VirtualNetworkServiceEndpoint", { _tag: "Via", component: serviceId(subnet.network, service) })
      )
    )
  ]
}

const tableOf = (topology: AzureTopology, { routeTable }: Subnet) =>
  routeTable === undefined ? undefined : found(topology.routeTables, routeTable, "route table")

const learnedRoutes = (topology: AzureTopology, subnet: Subnet): ReadonlyArray<Declared> =>
  tableOf(topology, subnet)?.disablesGatewayRoutePropagation === true
    ? []
    : gatewaysOf(topology, subnet.network).flatMap(({ gateway, by }) =>
        gateway.learned.map(
          (prefix): Declared => ({
            source: "VirtualNetworkGateway",
            prefix,
            nextHopType: "VirtualNetworkGateway",
            preference: preferences.VirtualNetworkGateway,
            class: "learned",
            resource: gateway.id,
            target: { _tag: "Via", component: by === undefined ? gateway.id : peeredHopId(by.id, gateway.id) }
          })
        )
      )

const userRoutes = (topology: AzureTopology, subnet: Subnet): ReadonlyArray<Declared> =>
  (tableOf(topology, subnet)?.routes ?? []).flatMap(({ id, destination, nextHop }) =>
    prefixesOf(topology, destination).map(
      (prefix): Declared => ({
        source: "User",
        name: id,
        prefix,
        nextHopType: nextHop._tag,
        preference: preferenceOf(destination),
        class: "static",
        resource: subnet.routeTable ?? "",
        ...hopOf(topology, subnet, nextHop)
      })
    )
  )

const isPrefix = (destination: string): boolean => destination.includes("/")

const prefixesOf = (topology: AzureTopology, destination: string): ReadonlyArray<string> =>
  isPrefix(destination) ? [destination] : found(topology.serviceTags, destination, "service tag").prefixes

/** An exact range first, then regional tags, then tags, then the whole cloud's. */
const preferenceOf = (destination: string): number => {
  if (isPrefix(destination)) return preferences.User
  if (destination === "AzureCloud") return preferences.cloud
  if (destination.startsWith("AzureCloud.")) return preferences.regionalCloud
  return destination.includes(".") ? preferences.regionalTag : preferences.tag
}

const hopOf = (topology: AzureTopology, subnet: Subnet, nextHop: NextHop): Pick<Declared, "target" | "isLost" | "nextHopAddress"> => {
  switch (nextHop._tag) {
    case "VnetLocal":
      return { target: { _tag: "Connected" } }
    case "Internet":
      return { target: { _tag: "Via", component: internetGatewayId(subnet.network) } }
    case "None":
      return { target: { _tag: "Discard" } }
    case "VirtualNetworkGateway": {
      const [first] = gatewaysOf(topology, subnet.network)
      if (first === undefined) return { target: { _tag: "Discard" }, isLost: true }
      const { gateway, by } = first
      return { target: { _tag: "Via", component: by === undefined ? gateway.id : peeredHopId(by.id, gateway.id) } }
    }
    case "VirtualAppliance":
      return applianceHop(topology, subnet, nextHop.address)
  }
}

const applianceHop = (topology: AzureTopology, subnet: Subnet, address: string): Pick<Declared, "target" | "isLost" | "nextHopAddress"> => {
  const owner = hopOwner(topology, address)
  const peering = owner === undefined ? undefined : peeringsOf(topology, subnet.network).find(({ remote }) => remote === owner.network)
  // Nodes of a cluster are not in the topology: who has an address of the network is seen when somebody asks for it.
  if (owner === undefined || owner.network === subnet.network || peering === undefined)
    return { target: { _tag: "ViaAddress", address }, nextHopAddress: address }
  return { target: { _tag: "Via", component: peeredHopId(peering.id, owner.component) }, nextHopAddress: address }
}

/** Appliances and instances of peered networks that routes of a network name. */
export const peeredHops = (topology: AzureTopology, network: string): ReadonlySet<string> =>
  new Set(
    topology.subnets
      .filter((subnet) => subnet.network === network)
      .flatMap((subnet) => declaredRoutes(topology, subnet))
      .flatMap(({ target }) => (target._tag === "Via" ? [target.component] : []))
  )

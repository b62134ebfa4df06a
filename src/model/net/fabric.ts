/**
 * The fabric: a network in neutral words, as parts. What all clouds compile to and what a trace walks over.
 * Everything is plain data (maps, arrays, records), so that a snapshot is a copy. Every part bears its origin: the resource
 * and rule in the owner's words. Only `evolve` changes a fabric, through `fabric-change.ts`.
 */

import type { Ratio } from "../value/ratio.ts"
import type { Exit, NextHops, PolicyRoute, PortHoldings, PortPool } from "./exit-terms.ts"
import type { Address, PortRange, Protocol } from "./flow.ts"
import type { Origin } from "./origin.ts"
import type { Fails, Reason } from "./verdict.ts"

/** Why something refuses: our reason, the vendor's own code, whose rule it is, and how the caller sees it. */
export interface Refusal {
  readonly reason: Reason
  readonly code?: string
  readonly origin: Origin
  readonly fails: Fails
}

/** `up` answers, `silent` gives no answer at all, `refusing` answers with a refusal. */
export type Condition = "up" | "silent" | "refusing"

/** A host, pod, gateway, balancer front end, network: a thing that packets meet. */
export interface Component {
  readonly _tag: "Component"
  readonly id: string
  readonly kind: "host" | "pod" | "gateway" | "nat" | "frontEnd" | "network" | "internet" | "service" | "relay" | "site"
  readonly origin: Origin
  readonly zone?: string
  /** Own condition; a component is also silent when its `home` is. */
  condition: Condition
  /** Which of all that were ever put under this id, or of all processes that listened there: what an earlier one knew is lost. Kept by `fabric-change.ts`. */
  epoch: number
  /** Addresses it answers for. `"any"` for the internet beyond everything known. */
  readonly addresses: ReadonlyArray<Address> | "any"
  /** Whole ranges it answers for: a site beyond a VPN, a provider's service. */
  readonly prefixes?: ReadonlyArray<string>
  /** What it listens on. `"any"`: every port (an outside service, a probe's target that is not looked into). */
  listening: ReadonlyArray<{ readonly protocol: Protocol; readonly port: number }> | "any"
  /** Passes on what is not addressed to it. */
  readonly forwards: boolean
  /** Drops what it forwards when its source is not its own (source/destination check). */
  readonly strictSource: boolean
  /** The host a pod lives on. */
  readonly home?: string
  /** What is at home on it leaves with its own address for anywhere beyond these prefixes. */
  readonly masquerade?: { readonly within: ReadonlyArray<string>; readonly origin: Origin }
  /** Routes of a component that routes by itself: a site; an internet gateway, for what comes in. A port may have its own. */
  readonly table?: string
  /** Its ways in and out, when it passes packets between networks. */
  readonly relay?: Relay
  /** The listener table this host's kube-proxy balances by; its pods use it too. */
  listeners?: string
  /** Source and destination translation of a gateway. */
  readonly translation?: Translation
  /** Gate rules asked before anything else at this component (admission); of an internet gateway, on the way out. */
  readonly gate?: Filter
  /** The same on the way in. */
  readonly gateIn?: Filter
  /** The vendor's code for a port that it does not listen on, where it drops such packets; else they are refused. */
  readonly deafCode?: string
  /** It has no port left to translate to: what is open stays open, nothing new comes through. */
  exhausted?: boolean
  /** Whatever passes it is remembered by every stateful filter on its way, whichever rule admits it. */
  readonly remembers?: true
  /** What a packet gets that is for somebody else, where it does not forward. */
  readonly unowned?: Refusal
  /** The vendor's codes for what ends here and has no rule behind it. */
  readonly codes?: Readonly<Partial<Record<Reason, string>>>
  /** Stands on every host: reached and answering past filters and routes. */
  readonly onEveryHost?: boolean
  /** Of a gateway without a machine. */
  readonly exit?: Exit
  /** What it takes as a route's next hop goes on to one of these. */
  readonly nextHops?: NextHops
  /** Of a front end: the port that it sends on by, a proxy with its first address. Else the one it was reached on. */
  readonly opensFrom?: string
}

/** A peering, a transit or VPN gateway: a packet that comes in by one end goes on by that end's table. */
export interface Relay {
  readonly ends: ReadonlyArray<RelayEnd>
  /** Groups of the sender are known beyond it. */
  readonly keepsIdentity: boolean
}

/** `leadsTo`: a network, or an end of another relay (a site is one too). */
export interface RelayEnd {
  readonly id: string
  readonly origin: Origin
  readonly leadsTo: /** `table`: what comes in goes by it. Else to the network's own segments alone. */
    | { readonly _tag: "Network"; readonly network: string; readonly table?: string }
    /** To one thing of a network and nothing else there. */
    | { readonly _tag: "NextHop"; readonly network: string; readonly component: string }
    | { readonly _tag: "End"; readonly component: string; readonly end: string }
  readonly table: string
  /** Segments of other zones may not send by it. */
  readonly zones?: { readonly names: ReadonlyArray<string>; readonly code: string }
  /** Where a packet comes into its network: in the sender's zone, or else in the first; by that segment's table. */
  readonly landings?: ReadonlyArray<{ readonly zone: string; readonly segment: string }>
}

/** Where a component meets a segment or another component. */
export interface Port {
  readonly _tag: "Port"
  readonly id: string
  readonly component: string
  /** The segment this port is a member of, or the port at the other end of a wire. */
  readonly segment?: string
  readonly peer?: string
  readonly addresses: ReadonlyArray<Address>
  /** The public address translated one to one onto the first of `addresses` by the gateway `publicVia`. */
  readonly publicAddress?: Address
  readonly publicVia?: string
  /** The gateway by which its IPv6 address is reached from the internet, as it is. */
  readonly via6?: string
  /** Where it gets ports of shared addresses from; what lives on a host, from the host. */
  readonly pools?: ReadonlyArray<string>
  /** Groups it belongs to: what a rule's set is resolved by. */
  readonly sets: ReadonlyArray<string>
  readonly inward: ReadonlyArray<Filter>
  readonly outward: ReadonlyArray<Filter>
  /** Filters that hold on every way in or out, between neighbours on one host as well. */
  readonly guardsIn?: ReadonlyArray<Filter>
  readonly guardsOut?: ReadonlyArray<Filter>
  readonly table?: string
  readonly zone?: string
}

/** A subnet: members reach one another on link; what leaves goes by its table through its edge filters. */
export interface Segment {
  readonly _tag: "Segment"
  readonly id: string
  readonly origin: Origin
  readonly zone?: string
  readonly network: string
  readonly prefixes: ReadonlyArray<string>
  readonly table: string
  /** Its table's policies go before everything, neighbours too. */
  readonly steers?: boolean
  /** Neighbours too are reached by its table. */
  readonly routesNeighbours?: boolean
  readonly edgeInward: ReadonlyArray<Filter>
  readonly edgeOutward: ReadonlyArray<Filter>
}

export interface Match {
  readonly protocol?: Protocol | "any"
  readonly source?: ReadonlyArray<string>
  readonly sourceSets?: ReadonlyArray<string>
  readonly destination?: ReadonlyArray<string>
  readonly destinationSets?: ReadonlyArray<string>
  readonly sourcePorts?: ReadonlyArray<PortRange>
  readonly destinationPorts?: ReadonlyArray<PortRange>
}

export interface FilterRule {
  readonly match: Match
  readonly verdict: "accept" | "pass" | "deny"
  readonly origin: Origin
  /** Of a filter of several stages: what is passed goes on with the first rule of a later one. Rules stand in the order of stages. */
  readonly stage?: number
  /** What it accepts is not remembered: replies pass by a rule of their own, and nothing outlives this rule. */
  readonly untracked?: true
}

/** Rules in order; the first match decides, else `otherwise`. A stateful filter accepts what belongs to a known session. */
export interface Filter {
  readonly id: string
  readonly origin: Origin
  readonly stateful: boolean
  readonly rules: ReadonlyArray<FilterRule>
  readonly otherwise: "accept" | "deny"
  readonly refusal: Refusal
  /** What an answer gets that belongs to no session it knows, whatever its rules say. Absent: what they say. */
  readonly unknown?: Refusal
  /** The vendor's code when a rule would have matched had the sender's groups still been known. */
  readonly lostIdentityCode?: string
}

export type RouteTarget =
  | { readonly _tag: "Connected" }
  /** `byZone`: the component that stands in the sender's own zone, or, while that is not up, the first of the others that is. */
  | { readonly _tag: "Via"; readonly component: string; readonly byZone?: Readonly<Record<string, string>> }
  /** Toward whoever has the address in the network. */
  | { readonly _tag: "ViaAddress"; readonly address: Address }
  /** Out of a relay by one of its ends. */
  | { readonly _tag: "End"; readonly end: string }
  | { readonly _tag: "Discard" }

export interface Route {
  readonly prefix: string
  readonly class: "policy" | "connected" | "static" | "learned"
  /** Lower wins among equal prefixes. */
  readonly preference: number
  /** Classes this route beats even when they are more specific. */
  readonly dismisses?: ReadonlyArray<Route["class"]>
  /** Only for senders of one of these sets. */
  readonly senders?: ReadonlyArray<string>
  readonly target: RouteTarget
  /** The target is gone; the route still wins. */
  readonly blackhole?: boolean
  readonly origin: Origin
}

export interface Table {
  readonly _tag: "Table"
  readonly id: string
  readonly origin: Origin
  readonly routes: ReadonlyArray<Route>
  readonly otherwise: Refusal
  /** Equal routes share what they carry; else the first by name carries all. */
  readonly spreads?: boolean
  /** For segments that steer. */
  readonly policies?: ReadonlyArray<PolicyRoute>
}

export type TranslationRule =
  /** One to one between each port's first address and its public address. */
  | { readonly _tag: "Pairs" }
  /** Many to one: ports of `address`, counted per destination, per host, or not at all. */
  | {
      readonly _tag: "Masquerade"
      readonly address: Address
      readonly allocation: "perDestination" | "perHost" | "unbounded"
      readonly portsMax: number
      /** Destinations that see the sender's own address. */
      readonly except?: ReadonlyArray<string>
    }

export interface Translation {
  readonly origin: Origin
  readonly rule: TranslationRule
  /** What an unknown packet that does not open a session gets. */
  readonly unknown: Refusal
}

/** One thing a listener may send to. `weight` ≥ 1. */
export interface Target {
  readonly id: string
  readonly address: Address
  readonly port: number
  readonly zone?: string
  /** The host it lives on. */
  readonly host?: string
  readonly weight: number
}

/** What a listener that reads requests does with those that match. `exact`: this path alone, else all below it. */
export interface ListenerRule {
  readonly origin: Origin
  readonly host?: string
  readonly path: string
  readonly exact: boolean
  /** Where it goes, or the status it is answered at once. */
  readonly action:
    | { readonly _tag: "Forward"; readonly targets: ReadonlyArray<Target>; readonly empty: Refusal }
    | { readonly _tag: "Answer"; readonly status: number }
}

/** What an HTTP request asks for. */
export interface Request {
  readonly host?: string
  readonly path?: string
}

/** A balancer's or kube-proxy's entry for one address, protocol and port. */
export interface Listener {
  readonly origin: Origin
  readonly targets: ReadonlyArray<Target>
  /** Ends the connection and opens its own (a proxy), or rewrites packets. */
  readonly proxy: boolean
  /** Only targets in the front end's own zone. */
  readonly sameZoneOnly: boolean
  readonly source: "kept" | "replaced"
  /** Of a proxy: it passes the client's own address on. */
  readonly keepsClient?: boolean
  /**
   * Of one that rewrites packets: replies do not come back by it. They are turned back where its target's host sends them out, and go by
   * the host's own routes.
   */
  readonly direct?: boolean
  /** Of one that rewrites packets: it leaves them as they are, and hands them to the target, whose host has to know the address. */
  readonly floating?: boolean
  /** Kept to the sender's own host, or to its zone while there is a target in it. */
  readonly locality?: "host" | "zone"
  /** Clients stick to what they first got: the address that holds each seat. See `session-affinity.ts`. */
  readonly seats?: ReadonlyArray<Address>
  readonly empty: Refusal
  /** It reads requests: the first rule that matches decides. `targets` is then of no meaning. */
  readonly rules?: ReadonlyArray<ListenerRule>
}

/**
 * Listeners by key: `address:protocol:port`, or `self:protocol:port` for any address the component itself owns (node ports,
 * a front end's listener).
 */
export interface ListenerTable {
  readonly _tag: "ListenerTable"
  readonly id: string
  readonly listeners: Map<string, Listener>
}

/** A DNS name. `listed`: what the authority answers now; `held`: what clients still use. Order is of no meaning; kept sorted. */
export interface NameEntry {
  readonly _tag: "NameEntry"
  readonly id: string
  readonly origin: Origin
  listed: ReadonlyArray<Address>
  held: ReadonlyArray<Address>
}

export type Part = Component | Port | Segment | Table | ListenerTable | NameEntry | PortPool

export interface Fabric {
  readonly components: Map<string, Component>
  readonly ports: Map<string, Port>
  readonly segments: Map<string, Segment>
  readonly tables: Map<string, Table>
  readonly listenerTables: Map<string, ListenerTable>
  readonly names: Map<string, NameEntry>
  readonly pools: Map<string, PortPool>
  /** What senders hold of each pool. Kept by `fabric-change.ts`. */
  readonly holdings: Map<string, PortHoldings>
  /** Which ports own an address, as their own or their public one; several when networks overlap. Kept by `fabric-change.ts`. */
  readonly owners: Map<Address, ReadonlyArray<string>>
  /** Ports of a component, in order of being put: index kept by `fabric-change.ts`. */
  readonly portsOf: Map<string, Array<string>>
  /** Segments of a network, sorted: index kept by `fabric-change.ts`. */
  readonly segmentsOf: Map<string, Array<string>>
  /** The internet's component id. */
  internet: string
  /** The share of flows between a zone and the others that is lost, where some are. */
  readonly losses: Map<string, Ratio>
  /** Epochs given so far. */
  epochs: number
  /** Keys of parts changed since they were last taken; see `takeMoved`. */
  moved: Array<string>
}

/** A question to a trace. `from`: a component's id. `to`: an address, or a DNS name's id (the branch point before the first hop). */
export interface Question {
  readonly from: string
  /** The first address of `from` otherwise. */
  readonly source?: Address
  /** What a client leaves open otherwise. */
  readonly sourcePorts?: PortRange
  readonly to: { readonly _tag: "Address"; readonly address: Address } | { readonly _tag: "Name"; readonly name: string }
  readonly protocol: Protocol
  readonly port: number
  /** Read by balancers that look into requests. */
  readonly request?: Request
}

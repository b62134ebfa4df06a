/**
 * A way out of a network that no machine stands in: who may leave by it, and with which address. And the shared addresses that many
 * senders hide behind, whose ports are handed out a block a sender.
 * Not modelled: packets of senders that forward for others (they are refused), blocks that lie on two addresses (the first is shown).
 */
import type { Match, Refusal, RouteTarget } from "./fabric.ts"
import type { Address, Protocol } from "./flow.ts"
import type { Origin } from "./origin.ts"

/** Rules in order; the first that fits sender and destination decides, else `otherwise`. */
export interface Exit {
  readonly network: string
  readonly rules: ReadonlyArray<ExitRule>
  readonly otherwise: Refusal
  /** For what comes from outside to a shared address, and belongs to nothing. */
  readonly unknown: Refusal
  /** For a source that is not the sender's own. */
  readonly foreign: Refusal
}

/** What is absent fits everything. `isPublic`: whether the sender has a public address by this way. */
export interface ExitRule {
  readonly source?: ReadonlyArray<string>
  readonly destination?: ReadonlyArray<string>
  readonly isPublic?: boolean
  /** Any of these sets is the sender's, or its host's. */
  readonly senders?: ReadonlyArray<string>
  readonly origin: Origin
  readonly action: /** With the sender's public address, one to one. */
    | { readonly _tag: "OwnAddress" }
    /** With a shared address and a port of the sender's block. `through`: the thing that carries it, and must be up. */
    | { readonly _tag: "Pool"; readonly pool: string; readonly through?: string }
    /** To a relay that stands for ranges of its own, with the private address. */
    | { readonly _tag: "Relay"; readonly relay: string }
    | { readonly _tag: "Refuse"; readonly refusal: Refusal }
}

/**
 * Ports of shared addresses, the same number for every sender that comes, first come, first served. Ports are numbered through over
 * the addresses, so that a block may begin on one and end on the next.
 */
export interface PortPool {
  readonly _tag: "PortPool"
  readonly id: string
  readonly origin: Origin
  readonly addresses: ReadonlyArray<Address>
  readonly portFirst: number
  readonly portsPerAddress: number
  readonly portsPerSender: number
  /** A sender that uses up its ports gets as many again, up to this, while there are free ones. Absent: never. */
  readonly portsPerSenderMax?: number
  /** Ports of each sender by how many there are; all are dealt anew when that number passes from one tier to another. Absent: always as many. */
  readonly tiers?: ReadonlyArray<{ readonly sendersUpTo: number; readonly ports: number }>
  /** Senders hold no blocks: all draw on the same ports, while there are free ones toward a destination. */
  readonly shared?: boolean
  /** What it carries; absent: whatever has ports or an id in their place. */
  readonly protocols?: ReadonlyArray<Protocol>
  /** A port serves one destination at a time only, whoever it is. Else one port serves many destinations at once. */
  readonly oneDestinationPerPort: boolean
  /** The vendor's code when ports have run out, and when a protocol has none. */
  readonly codes: { readonly exhausted: string; readonly protocol: string }
}

/** Ports of a pool, by number from 0, `to` excluded. */
export interface PortBlock {
  readonly from: number
  readonly to: number
}

/** What is handed out of a pool, by sender, in the order of their coming; one that came too late holds nothing. */
export interface PortHoldings {
  readonly blocks: Map<string, ReadonlyArray<PortBlock>>
  /** Connections that are open, by sender and destination (`address:protocol:port`). */
  readonly open: Map<string, Map<string, number>>
}

/** Goes before every route: the best that matches alone is asked. Lower `preference` wins. Target `Table`: by the routes after all. */
export interface PolicyRoute {
  readonly match: Match
  readonly preference: number
  /** Only for senders of one of these sets. */
  readonly senders?: ReadonlyArray<string>
  readonly target: RouteTarget | { readonly _tag: "Table" }
  readonly origin: Origin
}

/** Machines that take what a route sends to their balancer, each with its share; addresses stay as they are. */
export interface NextHops {
  readonly origin: Origin
  readonly components: ReadonlyArray<string>
  readonly empty: Refusal
}

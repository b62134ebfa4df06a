/**
 * The contract of a compiler: a topology in one cloud's words becomes neutral parts, and neutral terms of what can run out.
 * Whatever is attached later (a node, a pod, a balancer's front end) is compiled by the same cloud, one resource at a time.
 * Not decided here: anything over time.
 */
import type { Quotas } from "../capacity/launch-limits.ts"
import type { LaunchWords } from "../capacity/launch-words.ts"
import type { InstanceTerms, SubnetTerms } from "../capacity/terms.ts"
import type { Filter, Part, Port } from "../net/fabric.ts"
import type { Address } from "../net/flow.ts"
import type { Origin } from "../net/origin.ts"
import type { NetworkChange } from "./change.ts"

/** Something that takes a place in a subnet. `place` is the subnet's id in the owner's words. */
export interface Attachment {
  readonly id: string
  readonly kind: "host" | "pod" | "frontEnd"
  readonly place: string
  /** Where the place does not tell it. */
  readonly zone?: string
  readonly address: Address
  readonly publicAddress?: Address
  /** A second address, of IPv6. */
  readonly address6?: Address
  /** Security groups or the like, by the owner's ids. */
  readonly groups: ReadonlyArray<string>
  readonly home?: string
  /** Further groups it belongs to, and filters that hold on every way to and from it: what is not the cloud's own. */
  readonly sets?: ReadonlyArray<string>
  readonly guardsIn?: ReadonlyArray<Filter>
  readonly guardsOut?: ReadonlyArray<Filter>
  readonly origin: Origin
  readonly listening: ReadonlyArray<{ readonly protocol: "tcp" | "udp"; readonly port: number }> | "any"
  /** Pods at home on it leave the network with its address. */
  readonly masquerades?: boolean
  /** Ranges that they keep their own address toward; absent: the network's. */
  readonly ownToward?: ReadonlyArray<string>
  /** Ranges of pods that only the cluster's own nodes and pods know, and it is one of them. */
  readonly overlays?: ReadonlyArray<string>
  /** It passes on what is for others: pods behind it that the network knows by its routes alone. */
  readonly forwards?: boolean
  /** Listener table it balances by. */
  readonly listeners?: string
  /** A front end that hands packets on without waiting for answers, with `address` on the internet. */
  readonly passesThrough?: true
  /** A front end in no zone, before the network: it takes what is for `publicAddress`, and opens connections from the cloud's own ranges. */
  readonly atEdge?: true
  /** Filters remember whatever passes it. */
  readonly remembers?: true
}

/** A name that leads to one of several components, the first in the beginning; another takes over when it falls silent. */
export interface Failover {
  readonly id: string
  readonly name: string
  readonly members: ReadonlyArray<{ readonly component: string; readonly address: Address }>
}

/** A node as its route names it. */
export interface RoutedNode {
  readonly name: string
  readonly subnet: string
  readonly address: Address
}

/** A compiled topology. Pure; the same topology gives the same parts. */
export interface Cloud {
  readonly name: string
  readonly zones: ReadonlyArray<string>
  readonly parts: ReadonlyArray<Part>
  readonly internet: string
  readonly subnets: ReadonlyMap<string, SubnetTerms>
  readonly instanceTypes: ReadonlyMap<string, InstanceTerms>
  /** How it says that it launches nothing. */
  readonly launchWords: LaunchWords
  /** What the account may have at once. */
  readonly quotas?: Quotas
  readonly failovers?: ReadonlyArray<Failover>
  /** Parts of one attachment: a component and its port(s). */
  readonly attach: (attachment: Attachment) => ReadonlyArray<Part>
  /** Where pods may be known by routes: the change that leads a block to its node, the one that ends that, and whose route a change is. */
  readonly podRoute?: (node: RoutedNode, block: string) => NetworkChange | undefined
  readonly podRouteGone?: (node: string) => NetworkChange | undefined
  readonly nodeOfRoute?: (change: NetworkChange) => string | undefined
  /** The port of something attached, with the filters and the gateway it has by this topology. */
  readonly refit: (port: Port) => Port
}

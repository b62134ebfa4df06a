/** The book of addresses, as plain data: subnets, nodes' pools, and which pod has which address. */
import type { Address } from "../net/flow.ts"
import type { CloudCalls } from "./cloud-calls.ts"
import type { LaunchLimits } from "./launch-limits.ts"
import type { NodePool } from "./pool.ts"
import type { PoolRules } from "./settings.ts"
import type { SubnetBook } from "./subnet-book.ts"
import type { HoldingTerms, InstanceTerms } from "./terms.ts"

export interface AddressBook {
  readonly subnets: Map<string, SubnetBook>
  readonly pools: Map<string, NodePool>
  readonly rules: PoolRules
  readonly calls: CloudCalls
  readonly launches: LaunchLimits
  /** The subnet of pods' interfaces by zone, where it is not their node's own. */
  readonly podSubnets: ReadonlyMap<string, string>
  /** Where nodes with a block of their own get it, where that was said. */
  readonly podRange?: PodBlocks
  /** Node groups with a range of their own. */
  readonly podRanges: ReadonlyMap<string, PodBlocks>
  /** Node groups whose nodes take their pods' addresses of a subnet. */
  readonly holdings: ReadonlyMap<string, HoldingTerms>
  /** Terms of the instance types that nodes are, or may come to be, of. */
  readonly types: Map<string, InstanceTerms>
  /** Node by pod with an address of its pool, or with one there that still cools down. */
  readonly assigned: Map<string, string>
  /** Pods' own interfaces, by address, and the pods that have one now. */
  readonly branches: Map<number, { readonly pod: string; readonly node: string; readonly subnet: string }>
  readonly branchOf: Map<string, number>
  /** What others took of a subnet while the run went on, by its id. */
  readonly filled: Map<string, ReadonlyArray<{ readonly first: number; readonly last: number }>>
  /** Blocks of pod addresses that nodes have, by their first address. */
  readonly blocks: Set<number>
}

/** A range of pods: its bounds, a part that is no node's, and how many addresses a node's block has. */
export interface PodBlocks {
  readonly first: number
  readonly last: number
  readonly kept?: { readonly first: number; readonly last: number }
  readonly blockSize: number
}

/** A node as this room needs it. */
export interface PoolSpec {
  readonly name: string
  readonly subnet: string
  readonly nodeGroup?: string
  readonly instanceType: string
  readonly address: Address
  readonly pinned: ReadonlyArray<Address>
  /** Absent: as many as its interfaces carry. */
  readonly maxPods?: number
}

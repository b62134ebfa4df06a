/**
 * What can be handed out, in neutral terms that a cloud's compiler fills in: a subnet's addresses, an instance type's interfaces.
 */
import type { Address } from "../net/flow.ts"

/** A subnet's terms. Addresses in `reserved` are never handed out. */
export interface SubnetTerms {
  readonly id: string
  readonly zone?: string
  readonly cidr: string
  readonly reserved: ReadonlyArray<Address>
  /** The network it belongs to; pods' interfaces may stand in other subnets of the same network and zone. */
  readonly network?: string
  /** Whether interfaces for pods are put here beside a node's own subnet; `false`: not even when it is that. Absent: nothing is said. */
  readonly forPods?: boolean
  /** Ranges that are kept: for prefixes, or for addresses asked for by name. */
  readonly kept?: ReadonlyArray<{ readonly cidr: string; readonly use: "prefixes" | "named" }>
}

/**
 * Addresses that a node takes of a subnet for its pods, its own subnet's when none is named: as many as it may have pods, or whole
 * blocks of sixteen, at its creation; or batches of sixteen, ahead of need.
 */
export interface HoldingTerms {
  readonly by: "addresses" | "blocks" | "batches"
  readonly subnet?: string
}

/** What an instance type offers its pods. `slotsPerInterface` counts secondary addresses, the interface's own excluded. */
export interface InstanceTerms {
  readonly type: string
  readonly interfacesMax: number
  readonly slotsPerInterface: number
  /** Its interfaces take whole prefixes as well as single addresses. */
  readonly takesPrefixes?: boolean
  /** Interfaces for single pods beside its own, all through one trunk; 0 or absent: it carries no trunk. */
  readonly branchesMax?: number
  readonly cpus?: number
  /** Pod addresses come from a block of the node's own, ready when it joins, unless its group takes them of a subnet; no interface is ever attached. */
  readonly ownBlock?: boolean
  /** It is launched for one pod, and the two share its only interface. Its CPU counts against a limit of its own. */
  readonly forOnePod?: boolean
  /** What the kubelet may give away: CPU in thousandths of a core, memory in MiB. */
  readonly allocatableMilliCpu: number
  readonly allocatableMiB: number
}

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
  /** Pod addresses come from a block of the node's own, ready when it joins; no interface is ever attached. */
  readonly ownBlock?: boolean
  /** What the kubelet may give away: CPU in thousandths of a core, memory in MiB. */
  readonly allocatableMilliCpu: number
  readonly allocatableMiB: number
}

/**
 * The fate of a flow: where it ended, why, whose rule it was, how the caller saw it, and which alternatives lost.
 * Reasons name the obstacle by mechanism; the vendor's code stands beside them as evidence.
 */
import type { Ratio } from "../value/ratio.ts"
import type { Address, Flow } from "./flow.ts"
import type { Origin } from "./origin.ts"
import type { Session } from "./session.ts"

/** Every obstacle a flow can meet: a closed union, each with its sentence in `report/reason.ts`. */
export type Reason =
  | "DeniedByFilter"
  | "NoRoute"
  | "RouteBlackholed"
  | "RouteDiscards"
  | "ComponentSilent"
  | "ComponentRefusing"
  | "NoListener"
  | "NoTarget"
  | "AnsweredByRule"
  | "NoPublicAddress"
  | "NotForwarding"
  | "SourceNotOwn"
  | "AddressUnowned"
  | "NeighbourUnreachable"
  | "PortsExhausted"
  | "ProtocolNotCarried"
  | "SessionUnknown"
  | "ReplyStrayed"
  | "LoopFound"
  | "NameWithoutAnswer"
  | "GateClosed"
  | "PacketsLost"

/** How the caller sees a failure. */
export type Fails = "timeout" | "refused" | "reset" | "error"

export type Step =
  | {
      readonly _tag: "Filtered"
      readonly filter: Origin
      readonly rule?: Origin
      readonly verdict: "accept" | "deny"
      readonly session: boolean
    }
  | {
      readonly _tag: "Routed"
      readonly table: Origin
      readonly won: Origin
      readonly prefix: string
      readonly losers: ReadonlyArray<{ readonly route: Origin; readonly prefix: string; readonly why: string }>
    }
  | {
      readonly _tag: "Translated"
      readonly by: Origin
      readonly field: "source" | "destination"
      readonly from: Address
      readonly to: Address
      readonly port?: number
    }
  | { readonly _tag: "Balanced"; readonly by: Origin; readonly target: string; readonly share: Ratio; readonly among: number }
  | { readonly _tag: "Resolved"; readonly name: string; readonly address: Address; readonly share: Ratio }

export interface Hop {
  readonly component: string
  readonly steps: ReadonlyArray<Step>
}

/** How a leg ended. `reason` is present on every end that is not a delivery. */
export interface End {
  readonly fate: "delivered" | "deny" | "drop"
  readonly at: string
  readonly reason?: Reason
  readonly code?: string
  readonly origin?: Origin
  readonly fails?: Fails
}

export interface Leg {
  readonly flow: Flow
  readonly hops: ReadonlyArray<Hop>
  readonly end: End
}

/** One way a flow may take. `ok` iff delivered and answered. `share` of all first attempts. */
export interface Branch {
  readonly share: Ratio
  /** Indistinguishable targets folded into this branch. */
  readonly members: number
  readonly ok: boolean
  readonly forward: Leg
  readonly reply?: Leg
  /** The component that was reached at last, when delivered. */
  readonly reached?: string
  /** What the places on the way remember of it. */
  readonly sessions: ReadonlyArray<Session>
}

export interface Trace {
  readonly branches: ReadonlyArray<Branch>
  /** Sum of the shares of branches that are ok. */
  readonly success: Ratio
  /** Keys of the parts this answer read: walked again only when one of them moved. Sorted, unique. */
  readonly touched: ReadonlyArray<string>
}

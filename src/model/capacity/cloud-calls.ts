/**
 * The cloud's patience with calls for interfaces and addresses: a bucket of tokens for the whole account, refilled steadily. A call
 * that finds none waits for its turn, first asked, first served; what is owed makes the bucket negative.
 * Source: Amazon EC2 developer guide, Request throttling. One growth or release is counted as one call. Not modelled: buckets per
 * kind of call, the back-off of clients.
 */
import type { Instant, Millis } from "../value/instant.ts"
import type { View } from "../value/view.ts"
import type { CapacityEvent } from "./message.ts"
import type { NodePool } from "./pool.ts"
import type { PoolRules } from "./settings.ts"

/** Thousandths of a token, as they stood at an instant. */
export interface CloudCalls {
  milli: number
  at: Instant
}

interface Caller {
  readonly rules: PoolRules
  readonly calls: CloudCalls
}

const oneCall = 1_000

/** A refill of n tokens a second is n thousandths a millisecond. */
const milliAt = ({ rules, calls }: View<Caller>, at: Instant): number =>
  Math.min(rules.cloudCallsBurst * oneCall, calls.milli + Math.max(0, at - calls.at) * rules.cloudCallsPerSecond)

/** How long a call made now waits for its token. */
export const waitOfCall = (caller: View<Caller>, now: Instant): Millis =>
  Math.max(0, Math.ceil((oneCall - milliAt(caller, now)) / caller.rules.cloudCallsPerSecond))

const calling: ReadonlySet<CapacityEvent["_tag"]> = new Set<CapacityEvent["_tag"]>([
  "capacity/InterfaceCreated",
  "capacity/InterfaceReleased",
  "capacity/AddressesAdded",
  "capacity/AddressesReleased",
  "capacity/GrowthRefused",
  "capacity/CallThrottled"
])

/** Takes the token of a call, unless it was taken when the call was made to wait. Settling takes none. */
export const evolveCalls = (caller: Caller, pool: NodePool, { _tag }: CapacityEvent, at: Instant): void => {
  if (at < 0 || !calling.has(_tag)) return
  if (_tag !== "capacity/CallThrottled" && pool.callsAt === at) return
  caller.calls.milli = milliAt(caller, at) - oneCall
  caller.calls.at = at
}

/** Sentences of what can run out: interfaces, addresses, the cloud's calls. */
import { formatDuration } from "../model/value/instant.ts"
import type { EventOf, EventTag } from "../model/world/message.ts"
import { counted } from "./figures.ts"

type CapacityTag = Extract<EventTag, `capacity/${string}`>

interface Holding {
  readonly slots: ReadonlyArray<string>
  readonly prefixes?: ReadonlyArray<string>
}

const addressesPerPrefix = 16

const held = ({ slots, prefixes = [] }: Holding): string =>
  prefixes.length === 0
    ? counted(slots.length, "address", "addresses")
    : `${counted(slots.length + prefixes.length * addressesPerPrefix, "address", "addresses")} (${prefixes.join(", ")})`

const asked = (event: EventOf<"capacity/GrowthRefused">): string =>
  event.code === "InsufficientCidrBlocks"
    ? `${counted(event.asked, "block of sixteen", "blocks of sixteen")} asked for, ${event.free} free`
    : `${counted(event.asked, "address", "addresses")} asked for, ${event.free} free`

const ruleText = (name: string, value: number | boolean): string => `${name} ${String(value)}`

export const capacitySentences: { readonly [Tag in CapacityTag]: (event: EventOf<Tag>) => string } = {
  "capacity/InterfaceCreated": (event) => `interface ${event.index} made in ${event.subnet} as ${event.own}, ${held(event)} taken`,
  "capacity/InterfaceAttached": (event) => `interface ${event.index} attached in ${event.subnet} as ${event.own}, ${held(event)} for pods`,
  "capacity/InterfaceReleased": (event) => `interface ${event.index} given back: no pod uses it`,
  "capacity/AddressesAdded": (event) => `interface ${event.index} holds ${held(event)} more`,
  "capacity/AddressesReleased": (event) => `interface ${event.index} gives ${held(event)} back`,
  "capacity/GrowthRefused": (event) =>
    `no more addresses from ${event.subnet}: ${event.code}, ${asked(event)}${event.pauses ? "; the node pauses" : ""}`,
  "capacity/CallThrottled": (event) => `RequestLimitExceeded: the node's call waits until ${formatDuration(event.untilMs)}`,
  "capacity/PoolRulesTurned": (event) =>
    `nodes keep addresses by other rules: ${Object.entries(event.changes)
      .map(([name, value]) => ruleText(name, value))
      .join(", ")}`,
  "capacity/SubnetFilled": ({ left }) => `others took its addresses: ${counted(left, "is", "are")} left`,
  "capacity/SubnetEmptied": ({ left }) => `others gave its addresses back: ${counted(left, "is", "are")} free`,
  "capacity/LaunchesFrozen": (event) =>
    event.frozen ? "the cloud launches no instance, in no zone" : "the cloud launches instances again",
  "capacity/OfferingLost": (event) => `no capacity for ${event.instanceType ?? "any instance type"} in ${event.zone}`,
  "capacity/OfferingReturned": (event) => `capacity for ${event.instanceType ?? "every instance type"} in ${event.zone} again`,
  "capacity/PodInterfaceReleased": (event) => `${event.address} is free again: the pod's own interface has cooled down`
}

/** The union of all events, actions and timers. */
import { Schema } from "effect"
import { type BalanceTimer, balanceEvents } from "../balance/message.ts"
import { type CapacityTimer, capacityEvents } from "../capacity/message.ts"
import { type CloudTimer, cloudEvents } from "../cloud/message.ts"
import { faultEvents } from "../fault/message.ts"
import { type KubeTimer, kubeEvents } from "../kube/message.ts"
import type { FailoverTimer } from "./failover.ts"
import type { ConnectionTimer } from "./kept.ts"
import { probeEvents } from "./probe.ts"

export const WorldEvent = Schema.Union([...faultEvents, ...capacityEvents, ...cloudEvents, ...kubeEvents, ...balanceEvents, ...probeEvents])
export type WorldEvent = typeof WorldEvent.Type
export type EventTag = WorldEvent["_tag"]
export type EventOf<Tag extends EventTag> = Extract<WorldEvent, { readonly _tag: Tag }>

export type WorldTimer =
  | KubeTimer
  | BalanceTimer
  | CapacityTimer
  | CloudTimer
  | { readonly _tag: "fault/ReclaimDue"; readonly node: string }
  | { readonly _tag: "probe/ProbesDue" }
  | ConnectionTimer
  | FailoverTimer
  | { readonly _tag: "world/SettleDue" }
export type TimerTag = WorldTimer["_tag"]
export type TimerOf<Tag extends TimerTag> = Extract<WorldTimer, { readonly _tag: Tag }>

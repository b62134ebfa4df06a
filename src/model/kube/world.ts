/** The slice of the world that the cluster's controllers see, and their turn. */
import type { AddressBook } from "../capacity/address-book.ts"
import type { Turn } from "../value/turn.ts"
import type { View } from "../value/view.ts"
import type { KubeEvent, KubeEventOf, KubeTimer } from "./message.ts"
import type { KubeSettings } from "./settings.ts"
import type { Cluster } from "./state.ts"

export interface KubeWorld {
  readonly cluster: View<Cluster>
  readonly addresses: View<AddressBook>
  /** Zones where nothing can be launched and nothing answers. */
  readonly zonesDown: View<Set<string>>
  readonly settings: KubeSettings
}

export type KubeTurn = Turn<KubeEvent, KubeTimer>
export type Hears<Tag extends KubeEvent["_tag"]> = (world: KubeWorld, event: KubeEventOf<Tag>, turn: KubeTurn) => void
export type TimerOf<Tag extends KubeTimer["_tag"]> = Extract<KubeTimer, { readonly _tag: Tag }>
export type Keeps<Tag extends KubeTimer["_tag"]> = (world: KubeWorld, timer: TimerOf<Tag>, turn: KubeTurn) => void

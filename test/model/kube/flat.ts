/** Plays a flat plan and reads its events at a glance. */
import type { RecordedEvent } from "../../../src/event/event.ts"
import type { PodTemplate } from "../../../src/model/kube/template.ts"
import type { World } from "../../../src/model/world/world.ts"
import { type FlatWish, flatPlan } from "../../flat-plan.ts"
import { played } from "../../played.ts"

export interface Flat {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly world: World
}

type Tag = RecordedEvent["event"]["_tag"]
type EventOf<One extends Tag> = Extract<RecordedEvent["event"], { readonly _tag: One }>

export const playFlat = (wish: FlatWish): Flat => played(flatPlan(wish))

/** Events of a kind from 0 on, with their second. */
export const told = <One extends Tag>({ events }: Flat, tag: One): ReadonlyArray<EventOf<One> & { readonly second: number }> =>
  events.flatMap(({ at, event }) => (at >= 0 && event._tag === tag ? [{ ...(event as EventOf<One>), second: at / 1_000 }] : []))

/** When events of a kind were told, in seconds from 0 on. */
export const secondsOf = (flat: Flat, tag: Tag): ReadonlyArray<number> => told(flat, tag).map(({ second }) => second)

/** Lives that are told quickly: a start of 2 s and a stop of 1 s, as the recorded nodes had them. */
export const quick: Partial<PodTemplate> = { startMs: 2_000, stopMs: 1_000 }

/** How many pods were not terminating, and how many available, after each event from 0 on. */
export const countsOver = ({
  events
}: Flat): ReadonlyArray<{ readonly second: number; readonly active: number; readonly available: number }> => {
  const active = new Set<string>()
  const ready = new Set<string>()
  return events.flatMap(({ at, event }) => {
    if (event._tag === "kube/PodCreated") active.add(event.pod)
    else if (event._tag === "kube/PodDeleted" || event._tag === "kube/PodEvicted") {
      active.delete(event.pod)
      ready.delete(event.pod)
    } else if (event._tag === "kube/PodReadinessTurned") {
      if (event.ready && active.has(event.pod)) ready.add(event.pod)
      else ready.delete(event.pod)
    } else return []
    return at < 0 ? [] : [{ second: at / 1_000, active: active.size, available: ready.size }]
  })
}

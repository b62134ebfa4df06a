/** Plays a plan to its end, for tests: all events, and the world it ended in. */
import { kernelOf } from "../src/engine/run.ts"
import type { RecordedEvent } from "../src/event/event.ts"
import { compareText } from "../src/model/value/text.ts"
import type { World } from "../src/model/world/world.ts"
import type { Plan } from "../src/scenario/plan.ts"

export const played = (plan: Plan, seed = 42): { readonly events: ReadonlyArray<RecordedEvent>; readonly world: World } => {
  const kernel = kernelOf(plan, seed)
  const events = kernel.advance(plan.untilMs, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return { events, world: kernel.world }
}

/** Events of some kinds from 0 on, as `seconds after the zero kind subject`, for tables that are read at a glance. */
export const rows = (
  events: ReadonlyArray<RecordedEvent>,
  zeroMs: number,
  shown: (recorded: RecordedEvent) => string | undefined
): ReadonlyArray<string> =>
  events
    .filter(({ at }) => at >= 0)
    .flatMap((recorded) => {
      const text = shown(recorded)
      return text === undefined ? [] : [`${(recorded.at - zeroMs) / 1_000} ${text}`]
    })

export const sorted = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...texts].sort(compareText)

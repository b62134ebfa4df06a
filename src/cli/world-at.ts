/**
 * The world of a recording at a moment: folded on from the nearest kept state.
 */
import { foldFrom, foldWorld, upTo } from "../analysis/replay.ts"
import type { World, WorldState } from "../model/world/world.ts"
import type { RunMoment } from "./moment.ts"
import type { OpenedRun } from "./recordings.ts"

/** Everything up to the moment's event, or all of its instant. */
export const worldAtMoment = ({ plan, recording }: OpenedRun, { atMs, seq }: RunMoment): World => {
  const kept = recording.nearestSnapshot(atMs)
  const last = seq ?? recording.lastSeqAt(atMs)
  if (kept === undefined || kept.seq > last) return foldWorld(plan, upTo(recording.events(1, last), atMs))
  return foldFrom(plan, kept.state as WorldState, recording.events(kept.seq + 1, last))
}

/** The full model, nothing recorded, against the bare heap loop; and what snapshots of a recorded run cost. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import BetterSqlite3 from "better-sqlite3"
import { kernelOf } from "../../src/engine/run.ts"
import { stateOf } from "../../src/model/world/world.ts"
import { RecordingWriter } from "../../src/record/writer.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { runBareLoop } from "./bare-loop.ts"
import { atLeast, atMost, type Row, rate, secondsOf, shareOfSpeed } from "./measure.ts"

const forever = Number.MAX_SAFE_INTEGER

/** Plays the shipped drill over and over: `times` runs of it are as many events as the baseline is given. */
export const modelRow = (plan: Plan, times: number): Row => {
  let events = 0
  const play = (): void => {
    events = 0
    for (let run = 0; run < times; run++) events += kernelOf(plan, run).advance(plan.untilMs, forever, forever).length
  }
  play()
  const { share, baseline, subject } = shareOfSpeed(
    3,
    () => secondsOf(() => runBareLoop(events, 10_000)),
    () => secondsOf(play)
  )
  return atLeast(
    "kernel with the full model / bare heap loop",
    0.1,
    share,
    `${rate(events, subject)} against ${rate(events, baseline)}; ${times} runs of ${plan.name}`
  )
}

/** Snapshots at the pace the recorder takes them, over a long run: the drill's timeline repeated. */
export const snapshotRow = (plan: Plan, repeats: number): Row => {
  const span = plan.untilMs
  const long: Plan = {
    ...plan,
    untilMs: span * repeats,
    timeline: Array.from({ length: repeats }, (_, turn) =>
      plan.timeline.map((entry) => ({ ...entry, atMs: entry.atMs + turn * span }))
    ).flat()
  }
  const folder = mkdtempSync(join(tmpdir(), "drill-bench-"))
  const path = join(folder, "long.drill")
  const kernel = kernelOf(long, 42)
  const writer = new RecordingWriter({
    path,
    header: { id: "bench000", engine: "0", seed: 42, plan: long, places: {}, tags: [], startedAt: 0, machine: "" }
  })
  let count = 0
  for (
    let events = kernel.advance(long.untilMs, 2_000, forever);
    events.length > 0;
    events = kernel.advance(long.untilMs, 2_000, forever)
  ) {
    writer.append(events)
    count += events.length
    writer.flush()
    if (writer.wantsSnapshot(count)) writer.snapshot(count, kernel.now, stateOf(kernel.world))
  }
  writer.close({ status: "complete", endMs: long.untilMs, wallMs: 0, outcome: { results: [], probes: [] } })
  const database = new BetterSqlite3(path, { readonly: true })
  const bytes = (sql: string) => Number((database.prepare(sql).get() as { bytes: number | null }).bytes ?? 0)
  const [kept, events] = [
    bytes("SELECT sum(length(state)) AS bytes FROM snapshot"),
    bytes("SELECT sum(16 + coalesce(length(body), 0)) AS bytes FROM event_row")
  ]
  const shots = Number((database.prepare("SELECT count(*) AS n FROM snapshot").get() as { n: number }).n)
  database.close()
  rmSync(folder, { recursive: true })
  return atMost("snapshots, share of the events' bytes", 0.7, kept / events, `${shots} snapshots over ${count} events`)
}

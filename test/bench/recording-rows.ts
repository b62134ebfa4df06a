/** Recording against raw batch inserts of the same rows, replay against reading and parsing them, bytes and the chain's share. */
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import BetterSqlite3 from "better-sqlite3"
import { extendChain, startChain } from "../../src/event/chain.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import { lineOf, newShapes, rowOf } from "../../src/event/row.ts"
import { Recording } from "../../src/record/reader.ts"
import { RecordingWriter } from "../../src/record/writer.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { atLeast, atMost, median, type Row, rate, secondsOf } from "./measure.ts"

const batch = 10_000

interface Rounds {
  readonly raw: Array<number>
  readonly own: Array<number>
  readonly read: Array<number>
  readonly replay: Array<number>
  readonly chain: Array<number>
}

/** Raw: the very rows that the recorder writes, ready made, through the driver's own statement in the same batches. */
const insertRaw = (path: string, rows: ReadonlyArray<ReadonlyArray<number | string | null>>): void => {
  const database = new BetterSqlite3(path)
  database.pragma("journal_mode = WAL")
  database.pragma("synchronous = NORMAL")
  database.exec(
    "CREATE TABLE event_row (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, cause INTEGER NOT NULL, kind INTEGER NOT NULL, subject INTEGER NOT NULL, body TEXT) STRICT"
  )
  const insert = database.prepare("INSERT INTO event_row VALUES (?, ?, ?, ?, ?, ?)")
  for (let from = 0; from < rows.length; from += batch) {
    database.exec("BEGIN")
    for (const row of rows.slice(from, from + batch)) insert.run(...row)
    database.exec("COMMIT")
  }
  database.pragma("wal_checkpoint(TRUNCATE)")
  database.close()
}

const record = (path: string, events: ReadonlyArray<RecordedEvent>, plan: Plan): void => {
  const writer = new RecordingWriter({
    path,
    header: { id: "bench000", engine: "0", seed: 42, plan, places: {}, tags: [], startedAt: 0, machine: "" }
  })
  for (let from = 0; from < events.length; from += batch) writer.append(events.slice(from, from + batch))
  writer.close({ status: "complete", endMs: 0, wallMs: 0, outcome: { results: [], probes: [] } })
}

const readRaw = (path: string): number => {
  const database = new BetterSqlite3(path, { readonly: true })
  let seen = 0
  for (const row of database.prepare("SELECT * FROM event_row ORDER BY seq").iterate() as IterableIterator<{ body: string | null }>) {
    if (row.body !== null) JSON.parse(row.body)
    seen++
  }
  database.close()
  return seen
}

const replay = (path: string): number => {
  const recording = new Recording(path)
  let seen = 0
  for (const event of recording.events()) seen += event.seq > 0 ? 1 : 0
  recording.close()
  return seen
}

const interned = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<ReadonlyArray<number | string | null>> => {
  const ids = new Map<string, number>()
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? ids.size + 1
    ids.set(name, id)
    return id
  }
  const shapes = newShapes()
  return events.map((event) => {
    const row = rowOf(event, shapes)
    return [row.seq, row.at, row.cause, idOf(row.kind), idOf(row.subject), row.body === "{}" ? null : row.body]
  })
}

const chainOnly = (events: ReadonlyArray<RecordedEvent>): number => {
  const lines = events.map((event) => lineOf(rowOf(event, newShapes())))
  const chain = startChain({ format: 1, engine: "0", seed: 42, plan: {} })
  return secondsOf(() => {
    for (const line of lines) extendChain(chain, line)
  })
}

export const recordingRows = (events: ReadonlyArray<RecordedEvent>, plan: Plan, rounds = 3): ReadonlyArray<Row> => {
  const folder = mkdtempSync(join(tmpdir(), "drill-bench-"))
  const rows = interned(events)
  const seconds: Rounds = { raw: [], own: [], read: [], replay: [], chain: [] }
  let bytes = 0
  for (let round = 0; round <= rounds; round++) {
    const [raw, own] = [join(folder, `raw-${round}`), join(folder, `own-${round}`)]
    const measured = {
      raw: secondsOf(() => insertRaw(raw, rows)),
      own: secondsOf(() => record(own, events, plan)),
      read: secondsOf(() => readRaw(own)),
      replay: secondsOf(() => replay(own)),
      chain: chainOnly(events)
    }
    bytes = statSync(own).size
    rmSync(raw)
    rmSync(own)
    if (round > 0) for (const key of ["raw", "own", "read", "replay", "chain"] as const) seconds[key].push(measured[key])
  }
  rmSync(folder, { recursive: true })
  const count = events.length
  const pairs = (base: ReadonlyArray<number>, own: ReadonlyArray<number>) =>
    median(base.map((value, index) => value / (own[index] as number)))
  return [
    atLeast(
      "recorded events / raw batch inserts of the same rows",
      0.8,
      pairs(seconds.raw, seconds.own),
      `${rate(count, median(seconds.own))} against ${rate(count, median(seconds.raw))}`
    ),
    atLeast(
      "replay / reading and JSON.parse of the same rows",
      0.8,
      pairs(seconds.read, seconds.replay),
      `${rate(count, median(seconds.replay))} against ${rate(count, median(seconds.read))}`
    ),
    atMost("bytes an event on disk", 70, bytes / count, `${(bytes / 1_048_576).toFixed(1)} MiB for ${count} events`),
    atMost(
      "hash chain, share of recording time",
      0.15,
      median(seconds.chain) / median(seconds.own),
      `${rate(count, median(seconds.chain))} alone`
    )
  ]
}

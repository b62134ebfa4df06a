/**
 * Reading a recording: its header, its events in order, its digests and snapshots, and whether the chain still holds. A partial one
 * gives its valid prefix. Synchronous; opening and checking throw the states of `failure.ts`.
 */
import { type Chain, type Checkpoint, extendChain, headOf, startChain } from "../event/chain.ts"
import type { RecordedEvent } from "../event/event.ts"
import { type EventRow, eventOfRow, lineOf } from "../event/row.ts"
import type { Places, Plan } from "../scenario/plan.ts"
import { type Database, openDatabase } from "./database.ts"
import { ChainBroken, RecordingFromNewerFormat, RecordingUnreadable, saying } from "./failure.ts"
import { type KeptOutcome, type RecordingStatus, sealOf } from "./header.ts"
import { applicationId, recordingFormat } from "./schema.ts"
import { snapshotState } from "./snapshot.ts"

export interface RecordingHeader {
  readonly id: string
  readonly path: string
  readonly scenario: string
  readonly seed: number
  readonly engine: string
  readonly status: RecordingStatus
  readonly variant: string | undefined
  readonly set: ReadonlyArray<string>
  readonly name: string | undefined
  readonly tags: ReadonlyArray<string>
  readonly startedAt: number
  readonly machine: string
  readonly plan: Plan
  readonly places: Places
  /** Absent from a partial recording, as are the four that follow. */
  readonly digest: string | undefined
  readonly endMs: number | undefined
  readonly wallMs: number | undefined
  readonly outcome: KeptOutcome | undefined
}

/** A moment's state as a snapshot kept it, after event `seq`. */
export interface KeptState {
  readonly seq: number
  readonly at: number
  readonly state: unknown
}

/** Events read at a time. */
const pageRows = 4_096

export class Recording {
  readonly header: RecordingHeader
  readonly #database: Database

  constructor(path: string) {
    this.#database = open(path)
    this.header = reading(path, () => headerOf(path, this.#database))
  }

  /** Events kept. */
  get count(): number {
    return this.#read(() => Number(this.#database.prepare("SELECT max(seq) AS last FROM event_row").get()?.last ?? 0))
  }

  /** Rows `from` to `to`, both included, in order. */
  *rows(from = 1, to = Number.MAX_SAFE_INTEGER): Generator<EventRow> {
    const names = (table: string) =>
      this.#read(
        () =>
          new Map(
            this.#database
              .prepare(`SELECT id, name FROM ${table}`)
              .all()
              .map(({ id, name }) => [Number(id), String(name)])
          )
      )
    const [kinds, subjects] = [names("kind"), names("subject")]
    const page = this.#read(() => this.#database.prepare("SELECT * FROM event_row WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?"))
    for (let next = from; ; ) {
      const rows = this.#read(() => page.all(next, to, pageRows))
      for (const row of rows) yield rowFrom(row, kinds, subjects)
      if (rows.length < pageRows) return
      next = Number(rows.at(-1)?.seq) + 1
    }
  }

  /** Events `from` to `to`, both included, in order. */
  *events(from = 1, to = Number.MAX_SAFE_INTEGER): Generator<RecordedEvent> {
    for (const row of this.rows(from, to)) yield this.#read(() => eventOfRow(row))
  }

  eventAt(seq: number): RecordedEvent | undefined {
    for (const event of this.events(seq, seq)) return event
    return undefined
  }

  /** The last event at or before an instant; 0 when there is none. */
  lastSeqAt(at: number): number {
    return this.#read(() => Number(this.#database.prepare("SELECT max(seq) AS last FROM event_row WHERE at_ms <= ?").get(at)?.last ?? 0))
  }

  checkpoints(): ReadonlyArray<Checkpoint> {
    return this.#read(() =>
      this.#database
        .prepare("SELECT seq, digest FROM checkpoint ORDER BY seq")
        .all()
        .map(({ seq, digest }) => ({ seq: Number(seq), digest: Buffer.from(digest as Uint8Array).toString("hex") }))
    )
  }

  /** The latest snapshot at or before an instant that can be read here. */
  nearestSnapshot(at: number): KeptState | undefined {
    const row = this.#read(() =>
      this.#database.prepare("SELECT seq, at_ms, state FROM snapshot WHERE at_ms <= ? ORDER BY seq DESC LIMIT 1").get(at)
    )
    const state = row === undefined ? undefined : snapshotState(row.state as Uint8Array)
    return row === undefined || state === undefined ? undefined : { seq: Number(row.seq), at: Number(row.at_ms), state }
  }

  /** Works the chain out again. Throws `ChainBroken` with the first block that does not follow. Returns the head's digest. */
  verify(): string {
    const { engine, seed, plan, digest } = this.header
    const kept = new Map(this.checkpoints().map((checkpoint) => [checkpoint.seq, checkpoint.digest]))
    const chain: Chain = startChain({ format: recordingFormat, engine, seed, plan })
    let good = 0
    for (const row of this.rows()) {
      if (row.seq !== chain.seq + 1) throw this.#broken(good + 1, row.seq, "a row without a gap", "a gap")
      const checkpoint = extendChain(chain, lineOf(row))
      if (checkpoint === undefined) continue
      const found = kept.get(checkpoint.seq)
      if (found !== checkpoint.digest) throw this.#broken(good + 1, checkpoint.seq, found ?? "none", checkpoint.digest)
      good = checkpoint.seq
    }
    const head = headOf(chain)
    if (digest !== undefined && head !== digest) throw this.#broken(good + 1, chain.seq, digest, head)
    return head
  }

  /** Runs a query that only reads. */
  query(sql: string): { readonly columns: ReadonlyArray<string>; readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> } {
    const statement = this.#database.prepare(sql)
    if (!statement.isReader) throw new Error("only queries that read are answered")
    return { columns: statement.columns(), rows: statement.all() }
  }

  close(): void {
    this.#database.close()
  }

  #read<A>(work: () => A): A {
    return reading(this.header?.path ?? "", work)
  }

  #broken(from: number, to: number, expected: string, found: string): ChainBroken {
    const { path, scenario, seed } = this.header
    return new ChainBroken({ path, from, to, expected, found, scenario, seed })
  }
}

const reading = <A>(path: string, work: () => A): A => {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof RecordingUnreadable || cause instanceof ChainBroken) throw cause
    throw new RecordingUnreadable({ path, why: saying(cause) })
  }
}

const open = (path: string): Database => {
  const database = reading(path, () => openDatabase(path, "readonly"))
  try {
    const application = reading(path, () => database.pragma("application_id"))
    if (application !== applicationId) throw new RecordingUnreadable({ path, why: "it is a database of something else" })
    const format = Number(database.pragma("user_version"))
    if (format > recordingFormat) throw new RecordingFromNewerFormat({ path, format, known: recordingFormat })
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

const headerOf = (path: string, database: Database): RecordingHeader => {
  const texts = new Map(
    database
      .prepare("SELECT key, value FROM header")
      .all()
      .map(({ key, value }) => [String(key), String(value)])
  )
  const need = (key: string): string => {
    const text = texts.get(key)
    if (text === undefined) throw new RecordingUnreadable({ path, why: `its header has no ${key}` })
    return text
  }
  const status = need("status")
  if (status !== "running" && texts.get("seal") !== sealOf(texts))
    throw new RecordingUnreadable({ path, why: "its header or outcome was altered (the seal does not match)" })
  const number = (key: string): number | undefined => (texts.has(key) ? Number(texts.get(key)) : undefined)
  const outcome = texts.get("outcome")
  return {
    id: need("id"),
    path,
    scenario: need("scenario"),
    seed: Number(need("seed")),
    engine: need("engine"),
    status: status === "complete" || status === "interrupted" ? status : "partial",
    variant: need("variant") || undefined,
    set: JSON.parse(texts.get("set") ?? "[]") as ReadonlyArray<string>,
    name: need("name") || undefined,
    tags: JSON.parse(need("tags")) as ReadonlyArray<string>,
    startedAt: Number(need("started_ms")),
    machine: need("machine"),
    plan: JSON.parse(need("plan")) as Plan,
    places: JSON.parse(need("places")) as Places,
    digest: texts.get("digest"),
    endMs: number("end_ms"),
    wallMs: number("wall_ms"),
    outcome: outcome === undefined ? undefined : (JSON.parse(outcome) as KeptOutcome)
  }
}

const rowFrom = (
  row: Readonly<Record<string, unknown>>,
  kinds: ReadonlyMap<number, string>,
  subjects: ReadonlyMap<number, string>
): EventRow => ({
  seq: Number(row.seq),
  at: Number(row.at_ms),
  cause: Number(row.cause),
  kind: kinds.get(Number(row.kind)) ?? "",
  subject: subjects.get(Number(row.subject)) ?? "",
  body: row.body === null ? "{}" : String(row.body)
})

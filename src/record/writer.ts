/**
 * Writing a recording: rows gathered and written in batches, one transaction each, so that a killed process leaves a valid prefix;
 * the chain goes along. While open the file is called `….partial`; closed, it is one file. Synchronous; throws what SQLite says.
 */
import { renameSync } from "node:fs"
import { type Chain, extendChain, headOf, startChain } from "../event/chain.ts"
import type { RecordedEvent } from "../event/event.ts"
import { lineOf, newShapes, quote, rowOf } from "../event/row.ts"
import { type Database, openDatabase, type Statement, type Value } from "./database.ts"
import { footerTexts, headerTexts, type RunFooter, type RunHeader, sealOf } from "./header.ts"
import { applicationId, recordingFormat, tables, views } from "./schema.ts"
import { snapshotBytes } from "./snapshot.ts"

/** Rows that one statement inserts: several cost the driver hardly more than one. Chosen by measuring 1 to 64. */
const rowsAtOnce = 32
const columns = 6

/** Rows that make a batch, or the time since the last one. Chosen: large enough for speed, short enough for a crash. */
const batchRows = 10_000
const batchMs = 250

/** Events, then the state after them, at a share of the events' bytes: see `wantsSnapshot`. */
const snapshotShare = 0.5
const snapshotEventsMin = 5_000

export interface WriterOptions {
  readonly header: RunHeader
  /** Final path; the file is `<path>.partial` until it is closed. */
  readonly path: string
  /** Largest size in pages, for tests of a full disk. */
  readonly pagesMax?: number
}

/** Names with their number and their JSON, each written once. */
interface Interned {
  readonly known: Map<string, { readonly id: number; readonly quoted: string }>
  readonly insert: Statement
}

export class RecordingWriter {
  readonly path: string
  readonly #database: Database
  readonly #chain: Chain
  readonly #shapes = newShapes()
  readonly #texts: Map<string, string>
  readonly #kinds: Interned
  readonly #subjects: Interned
  readonly #insertRow: Statement
  readonly #insertRows: Statement
  readonly #insertCheckpoint: Statement
  #waiting: Array<RecordedEvent> = []
  #flushedAt = Date.now()
  #eventBytes = 0
  #snapshotBytes = 0
  #snapshotSeq = 0
  #isOpen = true

  constructor(options: WriterOptions) {
    this.path = options.path
    const database = openDatabase(`${options.path}.partial`, "write")
    this.#database = database
    database.pragma(`application_id = ${applicationId}`)
    database.pragma(`user_version = ${recordingFormat}`)
    database.pragma("journal_mode = WAL")
    database.pragma("synchronous = NORMAL")
    if (options.pagesMax !== undefined) database.pragma(`max_page_count = ${options.pagesMax}`)
    database.execute(tables + views)
    this.#texts = new Map(headerTexts(options.header))
    const { engine, seed, plan } = options.header
    this.#chain = startChain({ format: recordingFormat, engine, seed, plan })
    this.#kinds = { known: new Map(), insert: database.prepare("INSERT INTO kind VALUES (?, ?)") }
    this.#subjects = { known: new Map(), insert: database.prepare("INSERT INTO subject VALUES (?, ?)") }
    const places = "(?, ?, ?, ?, ?, ?)"
    this.#insertRow = database.prepare(`INSERT INTO event_row VALUES ${places}`)
    this.#insertRows = database.prepare(`INSERT INTO event_row VALUES ${Array.from({ length: rowsAtOnce }, () => places).join(", ")}`)
    this.#insertCheckpoint = database.prepare("INSERT INTO checkpoint VALUES (?, ?)")
    this.#inTransaction(() => this.#writeTexts())
  }

  /** Digest of all events appended so far. */
  get digest(): string {
    this.flush()
    return headOf(this.#chain)
  }

  append(events: ReadonlyArray<RecordedEvent>): void {
    for (const event of events) this.#waiting.push(event)
    if (this.#waiting.length >= batchRows || Date.now() - this.#flushedAt >= batchMs) this.flush()
  }

  flush(): void {
    this.#flushedAt = Date.now()
    if (this.#waiting.length === 0) return
    const events = this.#waiting
    this.#waiting = []
    this.#inTransaction(() => {
      let values: Array<Value> = []
      for (const event of events) {
        this.#write(event, values)
        if (values.length < rowsAtOnce * columns) continue
        this.#insertRows.runWith(values)
        values = []
      }
      for (let from = 0; from < values.length; from += columns) this.#insertRow.runWith(values.slice(from, from + columns))
    })
  }

  /** Whether a snapshot now would keep all snapshots within their share of the events' bytes. `seq`: events folded so far. */
  wantsSnapshot(seq: number): boolean {
    return seq - this.#snapshotSeq >= snapshotEventsMin && this.#snapshotBytes <= this.#eventBytes * snapshotShare
  }

  /** Keeps the state after event `seq`; state is copied at once. Left out when it would cost more than its share. */
  snapshot(seq: number, at: number, state: unknown): void {
    this.flush()
    const bytes = snapshotBytes(state)
    this.#snapshotSeq = seq
    if (this.#snapshotBytes + bytes.length > this.#eventBytes * snapshotShare) return
    this.#snapshotBytes += bytes.length
    this.#inTransaction(() => this.#database.prepare("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)").run(seq, at, bytes))
  }

  /** Closes in order: outcome, digest, seal; the log folded in; the file at its final name. */
  close(footer: RunFooter): string {
    const digest = this.digest
    for (const [key, text] of footerTexts(footer, digest)) this.#texts.set(key, text)
    this.#texts.set("seal", sealOf(this.#texts))
    this.#inTransaction(() => {
      this.#writeTexts()
      this.#writeOutcome(footer)
    })
    this.#database.pragma("wal_checkpoint(TRUNCATE)")
    this.#database.pragma("journal_mode = DELETE")
    this.abandon()
    renameSync(`${this.path}.partial`, this.path)
    return digest
  }

  /** Lets go of the file as it is: a partial recording stays behind. */
  abandon(): void {
    if (this.#isOpen) this.#database.close()
    this.#isOpen = false
  }

  #inTransaction(work: () => void): void {
    this.#database.execute("BEGIN")
    try {
      work()
      this.#database.execute("COMMIT")
    } catch (cause) {
      try {
        this.#database.execute("ROLLBACK")
      } catch {
        // A full disk rolls back by itself; what it said first is what matters.
      }
      throw cause
    }
  }

  #write(event: RecordedEvent, values: Array<Value>): void {
    const row = rowOf(event, this.#shapes)
    const [kind, subject] = [intern(this.#kinds, row.kind), intern(this.#subjects, row.subject)]
    const checkpoint = extendChain(this.#chain, lineOf(row, kind.quoted, subject.quoted))
    const body = row.body === "{}" ? null : row.body
    this.#eventBytes += 16 + (body?.length ?? 0)
    values.push(row.seq, row.at, row.cause, kind.id, subject.id, body)
    if (checkpoint !== undefined) this.#insertCheckpoint.run(checkpoint.seq, Buffer.from(checkpoint.digest, "hex"))
  }

  #writeTexts(): void {
    const put = this.#database.prepare("INSERT OR REPLACE INTO header VALUES (?, ?)")
    for (const [key, text] of this.#texts) put.run(key, text)
  }

  #writeOutcome(footer: RunFooter): void {
    const result = this.#database.prepare("INSERT INTO result VALUES (?, ?, ?, ?, ?)")
    for (const one of footer.outcome.results) result.run(one.expectation, one.result, one.evidence, one.atMs ?? null, one.event ?? null)
    const window = this.#database.prepare("INSERT INTO probe_window VALUES (?, ?, ?, ?, ?, ?)")
    for (const { probe, windows } of footer.outcome.probes) {
      for (const each of windows) window.run(probe, each.fromMs, each.toMs, each.success, each.timeout, each.refused)
    }
  }
}

const intern = (interned: Interned, name: string): { readonly id: number; readonly quoted: string } => {
  const known = interned.known.get(name)
  if (known !== undefined) return known
  const added = { id: interned.known.size + 1, quoted: quote(name) }
  interned.known.set(name, added)
  interned.insert.run(added.id, name)
  return added
}

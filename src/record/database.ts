/**
 * The driver behind a small interface, so that it can be replaced. Synchronous; every call may throw what SQLite says.
 */
import BetterSqlite3 from "better-sqlite3"

export type Value = string | number | null | Uint8Array

export interface Statement {
  readonly run: (...values: ReadonlyArray<Value>) => void
  /** As `run`, with the values as one list: a long one is not spread. */
  readonly runWith: (values: ReadonlyArray<Value>) => void
  readonly get: (...values: ReadonlyArray<Value>) => Readonly<Record<string, unknown>> | undefined
  readonly all: (...values: ReadonlyArray<Value>) => ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly iterate: (...values: ReadonlyArray<Value>) => IterableIterator<Readonly<Record<string, unknown>>>
  /** Names of the columns it gives. */
  readonly columns: () => ReadonlyArray<string>
  /** It gives rows and changes nothing. */
  readonly isReader: boolean
}

export interface Database {
  readonly execute: (sql: string) => void
  readonly pragma: (text: string) => unknown
  readonly prepare: (sql: string) => Statement
  readonly close: () => void
}

/** Hint for the one thing that goes wrong at installation. */
const bindingsHint =
  "better-sqlite3 has no compiled binding here: install with its script allowed, npm ci (npm 12: npm ci --allow-scripts=better-sqlite3)"

/** Opens a file. `readonly` ones must exist. */
export const openDatabase = (path: string, mode: "readonly" | "write"): Database => {
  const database = connect(path, mode)
  return {
    execute: (sql) => void database.exec(sql),
    pragma: (text) => database.pragma(text, { simple: true }),
    prepare: (sql) => statementOf(database.prepare(sql)),
    close: () => void database.close()
  }
}

const connect = (path: string, mode: "readonly" | "write"): BetterSqlite3.Database => {
  try {
    return new BetterSqlite3(path, mode === "readonly" ? { readonly: true, fileMustExist: true } : {})
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("Could not locate the bindings file")) throw new Error(bindingsHint, { cause })
    throw cause
  }
}

const statementOf = (statement: BetterSqlite3.Statement): Statement => ({
  run: (...values) => void statement.run(values),
  runWith: (values) => void statement.run(values),
  get: (...values) => statement.get(...values) as Readonly<Record<string, unknown>> | undefined,
  all: (...values) => statement.all(...values) as ReadonlyArray<Readonly<Record<string, unknown>>>,
  iterate: (...values) => statement.iterate(...values) as IterableIterator<Readonly<Record<string, unknown>>>,
  columns: () => statement.columns().map(({ name }) => name),
  isReader: statement.reader
})

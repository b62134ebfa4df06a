/** The log as rows, newest first: time, severity, subject, what came to be. */
import { formatClock } from "../model/value/instant.ts"
import { fitCells, piece, type Row } from "./cells.ts"
import { severityPiece } from "./glyphs.ts"
import type { LogEntry, LogView } from "./view-log.ts"

/** Subjects as wide as the room allows. */
export const subjectCells = (columns: number): number => (columns >= 100 ? 24 : columns >= 56 ? 18 : 12)

const clockCells = 10

/** A moment in the clock's column: with milliseconds where they fit, which they do in the first hour. */
export const clockCell = (at: number): string => {
  const exact = formatClock(at)
  return fitCells(exact.length > clockCells ? formatClock(at, { millis: false }) : exact, clockCells, "end")
}

/** One entry: a number of alike ones stands before what the first of them says. */
export const logRow = (entry: LogEntry, columns: number): Row => [
  piece(clockCell(entry.at)),
  piece(" "),
  severityPiece(entry.severity),
  piece(` ${fitCells(entry.subject, subjectCells(columns))} `),
  ...(entry.count > 1 ? [piece(`×${entry.count} `, "strong")] : []),
  piece(entry.sentence, entry.severity === "note" ? "faint" : undefined)
]

/** Newest first. */
export const logRows = (log: LogView, columns: number, rows: number): ReadonlyArray<Row> =>
  log
    .slice(-rows)
    .reverse()
    .map((entry) => logRow(entry, columns))

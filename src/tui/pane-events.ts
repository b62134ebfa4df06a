/** The recorded events around the playhead, oldest first, and beside them what one event is and why it came to be. */

import { timelineIndexOf } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { formatClock } from "../model/value/instant.ts"
import type { WorldEvent } from "../model/world/message.ts"
import { sentenceOf } from "../report/sentence.ts"
import { wrap } from "../report/style.ts"
import { cellsOf, fitCells, type Piece, piece, plain, type Row } from "./cells.ts"
import { severityPiece } from "./glyphs.ts"
import { clockCell, subjectCells } from "./pane-log.ts"
import type { ReplayIndex } from "./replay-recording.ts"
import { isListed, listedFrom, type ReplayState } from "./replay-state.ts"

/** As the log has it: no default namespace, a balancer without its target or zone. */
const shortSubject = (event: WorldEvent): string => {
  const subject = subjectOf(event).replace(/^default\//, "")
  return event._tag.startsWith("balance/") ? (subject.split("/")[0] ?? subject) : subject
}

const eventRow = (index: ReplayIndex, event: number, isHead: boolean, columns: number): Row => {
  const recorded = index.events[event]
  if (recorded === undefined) return []
  const severity = index.severities[event]
  const sign: Piece = severity === undefined ? piece(" ") : severityPiece(severity)
  const subject = shortSubject(recorded.event)
  const row: Row = [
    piece(`${isHead ? "▸" : " "}${clockCell(recorded.at)} `),
    sign,
    piece(` ${fitCells(subject, subjectCells(columns))} `),
    piece(sentenceOf(recorded.event), severity === undefined || severity === "note" ? "faint" : undefined)
  ]
  return isHead ? row.map((part) => ({ text: part.text, inverse: true })) : row
}

/** The event at the playhead a little above the middle, or the nearest listed one before it. */
export const eventRows = (index: ReplayIndex, state: ReplayState, columns: number, rows: number): ReadonlyArray<Row> => {
  const head = isListed(index, state, state.index) ? [state.index] : []
  const before = listedFrom(index, state, state.index, -1, rows)
  const after = listedFrom(index, state, state.index, 1, rows)
  const above = Math.max(Math.floor((rows - 1) / 2), rows - head.length - after.length)
  const shown = [...before.slice(0, above).reverse(), ...head, ...after].slice(0, rows)
  if (shown.length === 0) return [[piece("no event is listed: esc shows all", "faint")]]
  return shown.map((event) => eventRow(index, event, event === state.index, columns))
}

/** Which events the list shows, for the edge of its box. */
export const listTitle = (state: ReplayState): string =>
  [state.filter === "" ? "" : `/${state.filter}`, state.failingOnly ? "failing only" : ""].filter((part) => part !== "").join(" ")

const wrapped = (text: string, columns: number): ReadonlyArray<Row> => wrap(text, Math.max(10, columns)).map(plain)

const treePrefix = /^[\s│├└─]*/u

/** A line of a tree in as many rows as it needs, its branch drawn on beside the later ones. */
const treeRows = (line: string, columns: number): ReadonlyArray<Row> => {
  const prefix = treePrefix.exec(line)?.[0] ?? ""
  const onward = prefix.replaceAll("├", "│").replace(/[└─]/gu, " ")
  return wrap(line.slice(prefix.length), Math.max(10, columns - cellsOf(prefix))).map((text, index) =>
    plain(`${index === 0 ? prefix : onward}${text}`)
  )
}

/** One event in words: kind, number, time, cause. */
export const detailRows = (index: ReplayIndex, state: ReplayState, columns: number): ReadonlyArray<Row> => {
  const recorded = index.events[state.index]
  if (recorded === undefined) return [[piece("before the first event", "faint")]]
  const entry = timelineIndexOf(recorded.cause)
  const cause = entry !== undefined ? `timeline[${entry}]` : recorded.cause === 0 ? "settling" : `#${recorded.cause}`
  return [
    [piece(recorded.event._tag, "strong"), piece(`  #${recorded.seq}  ${formatClock(recorded.at)}`)],
    [piece(subjectOf(recorded.event))],
    ...wrapped(sentenceOf(recorded.event), columns),
    [piece(`because of ${cause}`, "faint")]
  ]
}

/** What the event is, and under it the lines that say why, from `whyTop` on. */
export const inspectRows = (
  index: ReplayIndex,
  state: ReplayState,
  whyOf: (seq: number) => ReadonlyArray<string>,
  columns: number,
  rows: number
): ReadonlyArray<Row> => {
  const recorded = index.events[state.index]
  const lines = !state.showsWhy || recorded === undefined ? [] : whyOf(recorded.seq).flatMap((line) => treeRows(line, columns))
  const all = state.showsWhy && lines.length > 0 ? lines : detailRows(index, state, columns)
  const top = Math.min(state.whyTop, Math.max(0, all.length - rows))
  return all.slice(top, top + rows)
}

/**
 * The footer of a run that is played line by line: at most 8 rows, at most half the terminal, one column narrower than it so that
 * no row ever wraps.
 */
import { formatClock } from "../model/value/instant.ts"
import { grouped } from "../report/figures.ts"
import type { Style } from "../report/style.ts"
import { cellsOf, piece, type Row, rowText, spreadRow } from "./cells.ts"
import { fitRows, gauge, type Size } from "./draw.ts"
import type { Clock } from "./live-screen.ts"
import { paceText } from "./live-screen.ts"
import { standingCounts } from "./pane-expectations.ts"
import { reachRows } from "./pane-reach.ts"
import { zoneStrip } from "./pane-zones.ts"
import { brokenCount, pressureOf, type View } from "./view-model.ts"

/** Chosen with the documentation: enough for a small drill, little enough to leave the log its room. */
export const footerRowsMax = 8

const progressRow = (view: View, clock: Clock, columns: number): Row => {
  const broken = brokenCount(view)
  const bar = Math.max(4, Math.min(30, columns - 60))
  const left: Row = [
    piece(` ${clock.isStopping === true ? "stopping" : paceText(clock.pace)} `, "strong"),
    ...gauge(Math.max(0, clock.atMs), clock.untilMs, bar, "good"),
    piece(` ${formatClock(clock.atMs, { millis: false })}/${formatClock(clock.untilMs, { millis: false })}  ${grouped(view.events)} ev  `),
    piece(broken > 0 ? `✖${broken}` : "", "bad")
  ]
  return spreadRow(left, [piece(" expect "), ...standingCounts(view), piece(" ")], columns)
}

const pressureRow = (view: View, columns: number): Row => {
  const { pending, evictions } = pressureOf(view)
  const last = view.log.at(-1)
  const left: Row = [piece(` pending pods ${grouped(pending)}  evictions ${grouped(evictions)}`, pending > 0 ? "warning" : "faint")]
  return spreadRow(left, last === undefined || columns < 80 ? [] : [piece(`last event ${formatClock(last.at)} `, "faint")], columns)
}

/** Rows the footer may take in a terminal of this height. */
export const footerRoom = (terminalRows: number): number => Math.max(1, Math.min(footerRowsMax, Math.floor(terminalRows / 2)))

/** The footer at this size of the terminal. */
export const inlineScreen = (view: View, clock: Clock, size: Size, style: Style): ReadonlyArray<string> => {
  const columns = Math.max(20, size.columns - 1)
  const room = footerRoom(size.rows)
  const { zones } = view.fleet
  const nameCells = Math.min(20, Math.max(4, ...zones.map(({ name }) => cellsOf(name))))
  const strips = columns < 50 ? [] : zones.map((zone) => zoneStrip(view, zone, nameCells, columns))
  const shownStrips = strips.length <= Math.max(0, room - 3) ? strips : []
  const left = room - 2 - shownStrips.length
  const probes =
    left <= 0 ? [] : reachRows(view, columns - 1, Math.min(left, view.plan.probes.length)).map((row): Row => [piece(" "), ...row])
  const rows = [...shownStrips, ...probes, pressureRow(view, columns), progressRow(view, clock, columns)]
  return fitRows(rows.slice(-room), Math.min(room, rows.length)).map((row) => rowText(style, row, columns))
}

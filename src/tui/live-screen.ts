/** The screen of a run that is being played: a view and a clock in, rows out. Every row has exactly the screen's columns. */
import { formatClock } from "../model/value/instant.ts"
import { grouped } from "../report/figures.ts"
import type { Style } from "../report/style.ts"
import { cellsOf, piece, type Row, rowText, spreadRow } from "./cells.ts"
import { beside, boxOf, fitRows, type Size, share } from "./draw.ts"
import { type Layout, liveLayout, smallest, type Wants } from "./layout.ts"
import { expectationRows, standingCounts } from "./pane-expectations.ts"
import { logRows } from "./pane-log.ts"
import { reachRows } from "./pane-reach.ts"
import { laneCount, timelineRows } from "./pane-timeline.ts"
import { zoneBox, zoneStrip } from "./pane-zones.ts"
import { brokenCount, type View } from "./view-model.ts"

/** What of a run's progress is not in its events. */
export interface Clock {
  /** The run has been played up to here. */
  readonly atMs: number
  readonly untilMs: number
  /** Virtual milliseconds per real one; `undefined`: as fast as it goes. 0: paused. */
  readonly pace: number | undefined
  /** Events per second of the wall, when it is known. */
  readonly eventsPerSecond?: number
  /** Asked to stop: the run is being closed. */
  readonly isStopping?: boolean
}

/** What the header names. */
export interface RunName {
  readonly scenario: string
  readonly seed: number
  readonly runId: string | undefined
}

/** `⏵ ×60`, `⏸`, `⏵ max`. */
export const paceText = (pace: number | undefined): string =>
  pace === undefined ? "⏵ max" : pace === 0 ? "⏸" : `⏵ ×${Number(pace.toFixed(1))}`

const header = (view: View, clock: Clock, name: RunName, columns: number): Row => {
  const broken = brokenCount(view)
  const total = view.plan.expectations.length
  const millis = columns >= 100
  const time = `${formatClock(clock.atMs, { millis })} / ${formatClock(clock.untilMs, { millis: false })}`
  const rate = clock.eventsPerSecond === undefined || !millis ? "" : `  ${grouped(Math.round(clock.eventsPerSecond))}/s`
  const verdict = piece(`✖${broken}/${total}`, broken > 0 ? "bad" : "faint")
  const right: Row = [
    piece(clock.isStopping === true ? " stopping " : ` ${paceText(clock.pace)} `, "strong"),
    piece(` ${time}  ${grouped(view.events)} ev${rate}  `),
    verdict,
    piece(name.runId === undefined || columns < 80 ? " " : `  ${name.runId} `, "faint")
  ]
  return spreadRow([piece(" drill run "), piece(name.scenario, "strong"), piece(millis ? `  seed ${name.seed}` : "")], right, columns)
}

/** What there is to show of a view. */
export const wantsOf = (view: View): Wants => ({
  zones: view.fleet.zones.length,
  nodesMax: Math.max(0, ...view.fleet.zones.map(({ nodes }) => nodes.length)),
  lanes: laneCount(view.timeline),
  middle: Math.max(view.plan.probes.length * 2, view.plan.expectations.length)
})

/** Zones in exactly the layout's rows. */
export const zoneRows = (view: View, layout: Layout, columns: number): ReadonlyArray<Row> => {
  const { zones } = view.fleet
  if (layout.zonesAs === "boxes") {
    const widths = share(columns, zones.length)
    return beside(
      zones.map((zone, index) => ({
        rows: zoneBox(view, zone, { columns: widths[index] ?? 0, rows: layout.zones }),
        columns: widths[index] ?? 0
      }))
    )
  }
  const nameCells = Math.min(20, Math.max(4, ...zones.map(({ name }) => cellsOf(name))))
  const strips = zones.map((zone) => zoneStrip(view, zone, nameCells, columns))
  if (strips.length <= layout.zones) return fitRows(strips, layout.zones)
  return [...strips.slice(0, layout.zones - 1), [piece(` and ${strips.length - layout.zones + 1} zones more`, "faint")]]
}

const middleRows = (view: View, rows: number, columns: number): ReadonlyArray<Row> => {
  const left = Math.floor(columns * 0.45)
  const right = columns - left
  const inside = rows - 2
  return beside([
    { columns: left, rows: boxOf({ left: [piece("reach")] }, reachRows(view, left - 4, inside), { columns: left, rows }) },
    {
      columns: right,
      rows: boxOf({ left: [piece("expect")], right: standingCounts(view) }, expectationRows(view, right - 4, inside), {
        columns: right,
        rows
      })
    }
  ])
}

/** What stands on a screen that is too small for panes; the run goes on. */
export const tooSmallRows = (size: Size, tail: string): ReadonlyArray<Row> =>
  fitRows([[piece(`drill needs ${smallest.columns}×${smallest.rows}, have ${size.columns}×${size.rows}${tail}`)]], size.rows)

/** Rows as painted text, exactly as many and as wide as the screen. */
export const paintRows = (style: Style, rows: ReadonlyArray<Row>, size: Size): ReadonlyArray<string> =>
  fitRows(rows, size.rows).map((row) => rowText(style, row, size.columns))

const keysRow = (columns: number): Row =>
  spreadRow(
    [piece(columns >= 80 ? " space pause   + - speed   0 full speed" : " space pause  + - speed", "faint")],
    [piece("q stop ", "faint")],
    columns
  )

/** The live screen at this size. */
export const liveScreen = (view: View, clock: Clock, name: RunName, size: Size, style: Style): ReadonlyArray<string> => {
  const layout = liveLayout(size, wantsOf(view))
  if (layout.extent === "too small") {
    const tail = ` — run continues, t ${formatClock(clock.atMs, { millis: false })}, ✖${brokenCount(view)}`
    return paintRows(style, tooSmallRows(size, tail), size)
  }
  const { columns } = size
  const isFull = layout.extent === "full"
  const lanes = { timeline: view.timeline, headMs: clock.atMs, knownMs: clock.atMs }
  const laneArea = isFull
    ? boxOf(
        { left: [piece("timeline")], right: [piece("▓ injected  ░ planned", "faint")] },
        timelineRows(lanes, columns - 4, layout.timeline - 2),
        { columns, rows: layout.timeline }
      )
    : fitRows(timelineRows(lanes, columns, layout.timeline), layout.timeline)
  const logArea = isFull
    ? boxOf(
        { left: [piece("events")], right: [piece(`${grouped(view.events)} total`, "faint")] },
        logRows(view.log, columns - 4, layout.log - 2),
        { columns, rows: layout.log }
      )
    : fitRows(logRows(view.log, columns, layout.log), layout.log)
  const rows = [
    header(view, clock, name, columns),
    ...zoneRows(view, layout, columns),
    ...(layout.middle === 0 ? [] : middleRows(view, layout.middle, columns)),
    ...laneArea,
    ...logArea,
    keysRow(columns)
  ]
  return paintRows(style, rows, size)
}

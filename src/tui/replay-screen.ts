/** The screen of a recorded run under its playhead: index and state in, rows out. Every row has exactly the screen's columns. */
import { formatClock } from "../model/value/instant.ts"
import { grouped } from "../report/figures.ts"
import type { Style } from "../report/style.ts"
import { blank, piece, type Row, spreadRow } from "./cells.ts"
import { beside, boxOf, fitRows, type Size } from "./draw.ts"
import { type Layout, replayLayout } from "./layout.ts"
import { paceText, paintRows, tooSmallRows, wantsOf, zoneRows } from "./live-screen.ts"
import { eventRows, inspectRows, listTitle } from "./pane-events.ts"
import { standingCounts } from "./pane-expectations.ts"
import { timelineRows } from "./pane-timeline.ts"
import type { ReplayIndex } from "./replay-recording.ts"
import type { ReplayState } from "./replay-state.ts"
import type { View } from "./view-model.ts"

/** What the header names, and where causes come from. */
export interface ReplayFacts {
  readonly runId: string
  readonly scenario: string
  readonly seed: number | undefined
  /** Lines that say why an event came to be. */
  readonly whyOf: (seq: number) => ReadonlyArray<string>
}

const header = (index: ReplayIndex, view: View, state: ReplayState, facts: ReplayFacts, columns: number): Row => {
  const isWide = columns >= 100
  const total = grouped(index.events.length)
  const mark = state.markMs === undefined || columns < 80 ? "" : `  mark ${formatClock(state.markMs, { millis: isWide })}`
  const pace = state.isPlaying ? paceText(state.pace) : "⏸"
  const name: Row = [
    piece(" drill replay "),
    piece(facts.runId, "strong"),
    piece(isWide ? `  ${facts.scenario}${facts.seed === undefined ? "" : ` seed ${facts.seed}`}` : ""),
    piece(index.end === "complete" ? "" : ` ${index.end}`, "warning")
  ]
  const time = `${formatClock(state.atMs)} / ${formatClock(index.endMs, { millis: false })}`
  const right: Row = [
    piece(`${pace} `, "strong"),
    piece(`${time}  ev ${grouped(state.index + 1)}/${total}${isWide ? `  ×${state.pace}` : ""}  `),
    ...standingCounts(view),
    piece(`${mark} `)
  ]
  return spreadRow(name, right, columns)
}

const keys: ReadonlyArray<readonly [key: string, does: string]> = [
  ["space", "play and pause"],
  ["← →", "one event back, on"],
  ["S-← S-→", "one second"],
  ["C-← C-→", "ten seconds"],
  [", .", "one frame at this speed"],
  ["home end", "to the start, to the end"],
  ["[ ]", "to the fault before, after"],
  ["{ }", "to the failure before, after"],
  ["+ -", "faster, slower"],
  ["j k ↓ ↑", "through the listed events, or the lines of why"],
  ["PgUp PgDn", "ten of them"],
  ["tab ⏎ esc", "to the other panel, into why, back"],
  ["/", "list only events that hold a text"],
  ["f", "list only what is failing"],
  [":", "go to a time 3m39s, an event 212, /text, or a fault's zone"],
  ["m '", "mark this instant, come back to it"],
  ["w", "why, or the event alone"],
  ["y", "copy the command that shows this instant"],
  ["s", "save this screen as text"]
]

const helpRows = (columns: number, rows: number): ReadonlyArray<Row> => {
  const inside = rows - 2
  const twoSided = keys.length > inside && columns >= 100
  const half = Math.ceil(keys.length / 2)
  const line = ([key, does]: readonly [string, string]): Row => [piece(key.padEnd(11), "strong"), piece(does)]
  const content = twoSided
    ? beside([
        { columns: Math.floor((columns - 4) / 2), rows: keys.slice(0, half).map(line) },
        { columns: Math.ceil((columns - 4) / 2), rows: keys.slice(half).map(line) }
      ])
    : keys.map(line)
  return boxOf({ left: [piece("keys")], right: [piece("? closes  q quits", "faint")] }, content, { columns, rows })
}

const keysRow = (columns: number): Row => {
  const text =
    columns >= 110
      ? " space play  ←→ event  S-←→ 1s  [ ] fault  { } failure  + - speed  / filter  : go to  w why  y link"
      : columns >= 80
        ? " space play ←→ event [] fault {} failure +- speed / filter : go"
        : " space ←→ event [] fault {} failure : go"
  return spreadRow([piece(text, "faint")], [piece(" ? help  q quit ", "faint")], columns)
}

const questionRow = (state: ReplayState): Row => {
  const { question } = state
  if (question === undefined) return state.message === "" ? blank : [piece(` ${state.message}`, "warning")]
  const asks =
    question.sign === ":"
      ? "   time · event number · /text · a fault's zone   (esc cancel)"
      : "   text that listed events hold   (esc cancel)"
  return [piece(` ${question.sign}${question.text}`, "strong"), { text: " ", inverse: true }, piece(asks, "faint")]
}

const eventArea = (index: ReplayIndex, state: ReplayState, facts: ReplayFacts, layout: Layout, columns: number): ReadonlyArray<Row> => {
  if (layout.extent === "strips") return fitRows(eventRows(index, state, columns, layout.log), layout.log)
  const left = Math.ceil(columns * (layout.extent === "full" ? 0.55 : 0.6))
  const right = columns - left
  const rows = layout.log
  const titles = [listTitle(state), state.panel === "events" ? "j/k" : ""].filter((text) => text !== "").join("  ")
  const scrolls = state.panel === "why" ? "j/k  esc" : "w"
  return beside([
    {
      columns: left,
      rows: boxOf(
        { left: [piece("events")], right: titles === "" ? [] : [piece(titles, "faint")] },
        eventRows(index, state, left - 4, rows - 2),
        { columns: left, rows }
      )
    },
    {
      columns: right,
      rows: boxOf(
        { left: [piece(state.showsWhy ? "why" : "event")], right: [piece(scrolls, "faint")] },
        inspectRows(index, state, facts.whyOf, right - 4, rows - 2),
        { columns: right, rows }
      )
    }
  ])
}

/** The replay screen at this size. */
export const replayScreen = (
  index: ReplayIndex,
  state: ReplayState,
  facts: ReplayFacts,
  size: Size,
  style: Style
): ReadonlyArray<string> => {
  const atEnd = state.atMs >= index.endMs && state.index === index.events.length - 1
  const view = atEnd ? index.whole : index.viewAt(state.index)
  const layout = replayLayout(size, wantsOf(view))
  const { columns } = size
  if (layout.extent === "too small") return paintRows(style, tooSmallRows(size, ` — at ${formatClock(state.atMs)}, q quits`), size)
  const lanes = { timeline: index.whole.timeline, headMs: state.atMs, knownMs: index.endMs }
  const laneArea =
    layout.extent === "full"
      ? boxOf(
          { left: [piece("timeline")], right: [piece("[ ] fault  { } failure  m mark", "faint")] },
          timelineRows(lanes, columns - 4, layout.timeline - 2),
          { columns, rows: layout.timeline }
        )
      : fitRows(timelineRows(lanes, columns, layout.timeline), layout.timeline)
  const body = state.showsHelp
    ? helpRows(columns, size.rows - 3)
    : [...zoneRows(view, layout, columns), ...eventArea(index, state, facts, layout, columns), ...laneArea]
  return paintRows(style, [header(index, view, state, facts, columns), ...body, questionRow(state), keysRow(columns)], size)
}

/** The same as lines of text without paint, for a file. */
export const replayText = (index: ReplayIndex, state: ReplayState, facts: ReplayFacts, size: Size, style: Style): string =>
  `${replayScreen(index, state, facts, size, { ...style, colour: false })
    .map((row) => row.trimEnd())
    .join("\n")}\n`

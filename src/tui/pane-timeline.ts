/**
 * The run over time, one lane a matter, one cell a stretch of the run; the worst of a stretch shows. `headMs` stands in all lanes.
 * What the plan foresees after what is known is drawn as planned.
 */
import { formatClock } from "../model/value/instant.ts"
import { compareRatio, isZero, one, type Ratio } from "../model/value/ratio.ts"
import { fitCells, type Piece, piece, type Row } from "./cells.ts"
import { level, runsOf } from "./draw.ts"
import type { AnswerFrom, CountAt, TimelineView } from "./view-timeline.ts"

export interface Lanes {
  readonly timeline: TimelineView
  readonly headMs: number
  /** Up to here the run is known: a lane is empty after it. */
  readonly knownMs: number
}

const labelCells = 12

const cellAt = (lanes: Lanes, at: number, cells: number): number =>
  Math.max(0, Math.min(cells - 1, Math.floor((at * cells) / Math.max(1, lanes.timeline.untilMs))))

/** The half-open stretch of a cell. */
const stretchOf = (lanes: Lanes, cell: number, cells: number): readonly [from: number, to: number] => {
  const { untilMs } = lanes.timeline
  return [Math.ceil((cell * untilMs) / cells), Math.max(Math.ceil(((cell + 1) * untilMs) / cells), Math.ceil((cell * untilMs) / cells) + 1)]
}

const laneOf = (lanes: Lanes, label: string, columns: number, signOf: (from: number, to: number) => Piece): Row => {
  const cells = columns - labelCells
  const head = cellAt(lanes, lanes.headMs, cells)
  const signs = Array.from({ length: Math.max(0, cells) }, (_, cell): Piece => {
    if (cell === head) return piece("┃", "strong")
    const [from, to] = stretchOf(lanes, cell, cells)
    return signOf(from, to)
  })
  return [piece(` ${fitCells(label, labelCells - 2)} `), ...runsOf(signs)]
}

/** Round steps, so that labels of 7 cells stand apart. */
const steps = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map((seconds) => seconds * 1_000)

/** Clock times above the lanes. */
export const axisRow = (lanes: Lanes, columns: number): Row => {
  const cells = columns - labelCells
  const { untilMs } = lanes.timeline
  const step = steps.find((span) => (span * cells) / Math.max(1, untilMs) >= 10) ?? untilMs
  let text = ""
  for (let at = 0; at <= untilMs; at += Math.max(1, step)) {
    const cell = cellAt(lanes, at, cells)
    const label = formatClock(at, { millis: false })
    if (cell < text.length || cell + label.length > cells) continue
    text = text.padEnd(cell) + label
  }
  return [piece(" ".repeat(labelCells)), piece(text, "faint")]
}

/** Spans of what was lost with its name; what is only planned is lighter. */
const faultLane = (lanes: Lanes, columns: number): Row => {
  const { timeline, knownMs } = lanes
  const spans = timeline.faults.map(({ of, fromMs, toMs }) => ({ of, fromMs, toMs: toMs ?? plannedEnd(timeline, of, fromMs) }))
  for (const { of, atMs, isCut } of timeline.planned) {
    if (isCut && atMs > knownMs) spans.push({ of, fromMs: atMs, toMs: plannedEnd(timeline, of, atMs) })
  }
  const row = laneOf(lanes, "faults", columns, (from, to) => {
    if (!spans.some((span) => span.fromMs < to && span.toMs > from)) return piece(" ")
    return from > knownMs ? piece("░", "faint") : piece("▓", "bad")
  })
  return spans.reduce(
    (labelled, span) => overwrite(labelled, labelCells + cellAt(lanes, span.fromMs, columns - labelCells) + 2, span.of),
    row
  )
}

const plannedEnd = (timeline: TimelineView, of: string, fromMs: number): number =>
  timeline.planned.find((entry) => !entry.isCut && entry.of === of && entry.atMs > fromMs)?.atMs ?? timeline.untilMs

/** The text with a space at each side over span signs only, never over the head. */
const overwrite = (row: Row, at: number, text: string): Row => {
  const signs = row.flatMap(({ text: run, tone }) => [...run].map((sign) => (tone === undefined ? piece(sign) : piece(sign, tone))))
  const label = [...` ${text} `]
  const over = signs.slice(at, at + label.length)
  if (over.length < label.length || over.some((sign) => sign.text !== "▓" && sign.text !== "░")) return row
  label.forEach((sign, index) => {
    signs[at + index] = piece(sign, "strong")
  })
  return runsOf(signs)
}

const countIn = (counts: ReadonlyArray<CountAt>, from: number, to: number): number =>
  counts.reduce((sum, entry) => (entry.at < to && entry.at + 1_000 > from && entry.at >= from ? sum + entry.count : sum), 0)

const countLane = (lanes: Lanes, label: string, counts: ReadonlyArray<CountAt>, sign: Piece, columns: number): Row =>
  laneOf(lanes, label, columns, (from, to) => (from <= lanes.knownMs && countIn(counts, from, to) > 0 ? sign : piece(" ")))

/** The lowest success that any part of the stretch had. */
const worstIn = (answers: ReadonlyArray<AnswerFrom>, from: number, to: number): Ratio | undefined => {
  let worst: Ratio | undefined
  for (const [index, { at, success }] of answers.entries()) {
    const ends = answers[index + 1]?.at ?? Number.MAX_SAFE_INTEGER
    if (at >= to || ends <= from) continue
    if (worst === undefined || compareRatio(success, worst) < 0) worst = success
  }
  return worst
}

const probeLane = (lanes: Lanes, probe: string, answers: ReadonlyArray<AnswerFrom>, columns: number): Row =>
  laneOf(lanes, probe, columns, (from, to) => {
    const worst = from > lanes.knownMs ? undefined : worstIn(answers, from, to)
    if (worst === undefined) return piece(" ")
    if (isZero(worst)) return piece("✖", "bad")
    return compareRatio(worst, one) < 0 ? piece(level(worst.of, worst.over), "warning") : piece("─", "good")
  })

const expectationLane = (lanes: Lanes, columns: number): Row =>
  laneOf(lanes, "expect", columns, (from, to) => {
    if (from > lanes.knownMs) return piece(" ")
    const { standings } = lanes.timeline
    const here = standings.filter(({ at }, index) => at < to && (standings[index + 1]?.at ?? Number.MAX_SAFE_INTEGER) > from)
    if (here.some(({ standing }) => standing === "broken")) return piece("✖", "bad")
    if (here.some(({ standing }) => standing === "ill")) return piece("▲", "warning")
    return here.length === 0 ? piece(" ") : piece("─", "good")
  })

/** Lanes there are: axis, faults, expectations, two of pods, one a probe. */
export const laneCount = (timeline: TimelineView): number => 5 + timeline.answers.size

/** Probes that ever failed come before the others when there is not room for all. */
const chosenProbes = (timeline: TimelineView, count: number): ReadonlyArray<readonly [string, ReadonlyArray<AnswerFrom>]> => {
  const all = [...timeline.answers]
  if (all.length <= count) return all
  const failed = (answers: ReadonlyArray<AnswerFrom>): boolean => answers.some(({ success }) => compareRatio(success, one) < 0)
  const first = new Set([...all.filter(([, answers]) => failed(answers)), ...all.filter(([, answers]) => !failed(answers))].slice(0, count))
  return all.filter((lane) => first.has(lane))
}

/** As many lanes as fit, in the order of what is missed least last: axis, faults, expectations, probes, evictions, reschedules. */
export const timelineRows = (lanes: Lanes, columns: number, rows: number): ReadonlyArray<Row> => {
  const { timeline } = lanes
  const fixed = rows >= laneCount(timeline) ? 5 : rows >= laneCount(timeline) - 1 ? 4 : 3
  const probes = chosenProbes(timeline, Math.max(0, rows - fixed))
  const drawn = [
    axisRow(lanes, columns),
    faultLane(lanes, columns),
    ...(fixed >= 4 ? [countLane(lanes, "evictions", timeline.evictions, piece("▲", "warning"), columns)] : []),
    ...(fixed >= 5 ? [countLane(lanes, "reschedules", timeline.reschedules, piece("◆"), columns)] : []),
    ...probes.map(([probe, answers]) => probeLane(lanes, probe, answers, columns)),
    expectationLane(lanes, columns)
  ]
  return drawn.slice(0, rows)
}

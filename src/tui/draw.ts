/**
 * The drawing elements of every pane: boxes, gauges, sparks, lists that scroll. Functions from figures to rows; they know cells and
 * tones, and nothing of clouds.
 */
import type { Tone } from "../report/style.ts"
import { blank, cellsOf, fitRow, type Piece, piece, type Row, spreadRow } from "./cells.ts"

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Rows cut or filled up to exactly `count`. */
export const fitRows = (rows: ReadonlyArray<Row>, count: number): ReadonlyArray<Row> => [
  ...rows.slice(0, count),
  ...Array.from({ length: Math.max(0, count - rows.length) }, () => blank)
]

/** What a box says on its upper edge. The right end is dropped when both do not fit. */
export interface BoxTitle {
  readonly left: Row
  readonly right?: Row
  readonly tone?: Tone
}

const edge = (title: BoxTitle, columns: number): Row => {
  const right = title.right === undefined || title.right.length === 0 ? [] : [piece(" "), ...title.right, piece(" ")]
  const rightCells = right.reduce((sum, { text }) => sum + cellsOf(text), 0)
  const leftCells = title.left.reduce((sum, { text }) => sum + cellsOf(text), 0)
  const inner = columns - 2
  const keepsRight = leftCells + 2 + rightCells + 2 <= inner
  const shownRight = keepsRight ? right : []
  const room = inner - 2 - (keepsRight ? rightCells + 1 : 0)
  const left: Row =
    leftCells === 0 || room < 2 ? [] : [piece(" "), ...fitRow(title.left, Math.min(leftCells, Math.max(0, room - 1))), piece(" ")]
  const used = left.reduce((sum, { text }) => sum + cellsOf(text), 0) + (keepsRight ? rightCells : 0)
  const line = Math.max(0, inner - 1 - used - (keepsRight ? 1 : 0))
  return [piece("╭─", title.tone), ...left, piece("─".repeat(line), title.tone), ...shownRight, piece(keepsRight ? "─╮" : "╮", title.tone)]
}

/** Rows in a frame of exactly the size, one cell of air at each side. Sizes below 4×2 cannot hold a frame. */
export const boxOf = (title: BoxTitle, content: ReadonlyArray<Row>, size: Size): ReadonlyArray<Row> => {
  const inside = fitRows(content, Math.max(0, size.rows - 2))
  const side = piece("│", title.tone)
  return [
    edge(title, size.columns),
    ...inside.map((row): Row => [side, piece(" "), ...fitRow(row, size.columns - 4), piece(" "), side]),
    [piece(`╰${"─".repeat(Math.max(0, size.columns - 2))}╯`, title.tone)]
  ]
}

/** Blocks side by side, each in its columns. The shorter ones are filled up with blank rows. */
export const beside = (blocks: ReadonlyArray<{ readonly rows: ReadonlyArray<Row>; readonly columns: number }>): ReadonlyArray<Row> => {
  const height = Math.max(0, ...blocks.map(({ rows }) => rows.length))
  return Array.from({ length: height }, (_, index) => blocks.flatMap(({ rows, columns }) => fitRow(rows[index] ?? blank, columns)))
}

/** `total` cells shared among `count`, the first ones taking what does not divide. */
export const share = (total: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => Math.floor(total / count) + (index < total % count ? 1 : 0))

/** A bar of `cells`: filled by `of` parts in `over`; never full before all are, never empty while one is. */
export const gauge = (of: number, over: number, cells: number, tone: Tone): Row => {
  const exact = over === 0 ? 0 : Math.floor((of * cells) / over)
  const filled = of > 0 && exact === 0 ? 1 : Math.min(cells, exact)
  return [piece("█".repeat(filled), tone), piece("░".repeat(cells - filled), "faint")]
}

const levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

/** One sign for a figure between 0 and `max`: the lowest bar for anything above 0, the highest for `max` alone. */
export const level = (of: number, max: number): string => {
  if (of <= 0 || max <= 0) return " "
  return levels[Math.min(levels.length - 1, Math.floor((of * (levels.length - 1)) / max))] ?? " "
}

/** Neighbouring signs of one tone in one piece. */
export const runsOf = (signs: ReadonlyArray<Piece>): Row => {
  const row: Array<Piece> = []
  for (const sign of signs) {
    const last = row.at(-1)
    if (last !== undefined && last.tone === sign.tone && last.inverse === sign.inverse)
      row[row.length - 1] = { ...last, text: last.text + sign.text }
    else row.push(sign)
  }
  return row
}

/** The first index of a window of `rows` over `count` entries that shows `cursor`, moving as little as it must from `top`. */
export const scrolledTo = (top: number, cursor: number, count: number, rows: number): number => {
  const wanted = cursor < top ? cursor : cursor >= top + rows ? cursor - rows + 1 : top
  return Math.max(0, Math.min(wanted, Math.max(0, count - rows)))
}

/** `left` cut so that `right` stands whole at the end, in exactly `columns`. */
export const lineOf = (left: Row, right: Row, columns: number): Row => spreadRow(left, right, columns)

/** Columns of text, each as wide as it says; the last takes what is left. */
export const tableRow = (cells: ReadonlyArray<readonly [content: Row, columns: number]>): Row =>
  cells.flatMap(([content, columns]) => [...fitRow(content, columns), piece(" ")])

/** Tables of text: columns as wide as their widest cell, the last one cut where the line would grow too long. */
import { clip, padEnd, padStart, paint, type Style, type Tone, widthOf } from "./style.ts"

export interface Column {
  readonly title: string
  readonly align?: "right"
}

/** A cell with a tone is painted whole. */
export type Cell = string | { readonly text: string; readonly tone: Tone }

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text)
const gap = "  "

/** Lines of a table, its titles first. Rows have a cell for every column; nothing is cut but the last column. */
export const table = (style: Style, columns: ReadonlyArray<Column>, rows: ReadonlyArray<ReadonlyArray<Cell>>): ReadonlyArray<string> => {
  const widths = columns.map((column, index) => Math.max(widthOf(column.title), ...rows.map((row) => widthOf(textOf(row[index] ?? "")))))
  const taken = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0)
  const room = Math.max(10, style.columns - taken)
  const line = (cells: ReadonlyArray<Cell>, tone?: Tone): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? ""
        const isLast = index === columns.length - 1
        const text = isLast ? clip(textOf(cell), room) : textOf(cell)
        const laidOut = column.align === "right" ? padStart(text, widths[index] ?? 0) : isLast ? text : padEnd(text, widths[index] ?? 0)
        const cellTone = tone ?? (typeof cell === "string" ? undefined : cell.tone)
        return cellTone === undefined ? laidOut : paint(style, cellTone, laidOut)
      })
      .join(gap)
      .trimEnd()
  const titles = columns.some((column) => column.title !== "")
    ? [
        line(
          columns.map((column) => column.title),
          "faint"
        )
      ]
    : []
  return [...titles, ...rows.map((row) => line(row))]
}

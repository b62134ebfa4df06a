/**
 * Text as a terminal lays it out: cells, and rows made of toned pieces. Rows are laid out first and painted last, so paint never
 * counts as width. Follows East Asian Width for the wide blocks; ambiguous signs count as one cell (`--ascii` avoids them).
 * Not modelled: bidirectional text, and emoji joined from several code points beyond their parts.
 */
import { finish, paint, type Style, type Tone } from "../report/style.ts"

/** `inverse`: shown in reverse video, for what is selected. */
export interface Piece {
  readonly text: string
  readonly tone?: Tone
  readonly inverse?: boolean
}

/** One row of a screen, left to right. Its width is whatever its pieces take until it is fitted. */
export type Row = ReadonlyArray<Piece>

export const piece = (text: string, tone?: Tone): Piece => (tone === undefined ? { text } : { text, tone })
export const plain = (text: string): Row => [{ text }]
export const blank: Row = []

const wideRanges: ReadonlyArray<readonly [from: number, to: number]> = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd]
]
const combining = /^(?:\p{Mn}|\p{Me}|\p{Cf}|\p{Variation_Selector})$/u

/** Cells of one sign: 0 for what combines with the sign before it, 2 for wide ones. */
const cellsOfSign = (sign: string): number => {
  const code = sign.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (combining.test(sign)) return 0
  return code >= 0x1100 && wideRanges.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

const isNarrow = (text: string): boolean => /^[\u0020-\u02ff\u2010-\u2bff]*$/.test(text)

/** Cells that unpainted text takes. */
export const cellsOf = (text: string): number => {
  if (isNarrow(text)) return text.length
  let cells = 0
  for (const sign of text) cells += cellsOfSign(sign)
  return cells
}

const controlPattern = new RegExp(
  `[${String.fromCharCode(0)}-${String.fromCharCode(31)}${String.fromCharCode(127)}-${String.fromCharCode(159)}]`,
  "g"
)

/** Control characters would move the cursor: each becomes `?`. */
const harmless = (text: string): string => text.replace(controlPattern, "?")

/** The longest beginning of the text that takes at most `cells`. */
export const beginningOf = (text: string, cells: number): string => {
  if (cells <= 0) return ""
  if (isNarrow(text)) return text.slice(0, cells)
  let kept = ""
  let left = cells
  for (const sign of text) {
    left -= cellsOfSign(sign)
    if (left < 0) break
    kept += sign
  }
  return kept
}

/** Unpainted text cut to `cells`, ending in `…` where it was cut. */
export const clipCells = (text: string, cells: number): string =>
  cellsOf(text) <= cells ? text : cells <= 0 ? "" : `${beginningOf(text, cells - 1)}…`

/** Unpainted text in exactly `cells`: cut or filled up with spaces. `end`: filled on the left. */
export const fitCells = (text: string, cells: number, side: "start" | "end" = "start"): string => {
  const cut = clipCells(text, cells)
  const fill = " ".repeat(Math.max(0, cells - cellsOf(cut)))
  return side === "end" ? fill + cut : cut + fill
}

export const rowCells = (row: Row): number => row.reduce((sum, { text }) => sum + cellsOf(text), 0)

/** A row in exactly `cells`: cut with `…`, or filled up with spaces. */
export const fitRow = (row: Row, cells: number): Row => {
  const clean = row.map((part) => ({ ...part, text: harmless(part.text) }))
  const width = rowCells(clean)
  if (width <= cells) return width === cells ? clean : [...clean, { text: " ".repeat(cells - width) }]
  const fitted: Array<Piece> = []
  let left = cells - 1
  for (const part of clean) {
    const text = beginningOf(part.text, left)
    fitted.push({ ...part, text })
    left -= cellsOf(text)
    if (text !== part.text) break
  }
  return cells <= 0 ? [] : [...fitted, { text: `…${" ".repeat(left)}` }]
}

/** Left and right at the two ends of `cells`; the right end is kept, the left one is cut. */
export const spreadRow = (left: Row, right: Row, cells: number): Row => {
  const space = Math.max(0, cells - rowCells(right))
  return [...fitRow(left, space), ...right]
}

/** Signs whose ASCII stand-in in `report` is longer than one cell, or which `report` does not know. */
const asciiCells: Readonly<Record<string, string>> = {
  "→": ">",
  "≠": "#",
  "≥": ">",
  "≤": "<",
  "…": "~",
  "⏎": "<",
  "▸": ">",
  "┃": "|",
  "█": "#",
  "▓": "#",
  "▒": "+",
  "░": ":",
  "◆": "*",
  "⏵": ">",
  "⏸": "=",
  "▁": "_",
  "▂": ".",
  "▃": ":",
  "▄": "-",
  "▅": "=",
  "▆": "+",
  "▇": "*"
}
const asciiPattern = new RegExp(`[${Object.keys(asciiCells).join("")}]`, "gu")

/** Our signs in ASCII, one cell for one cell. */
const inAscii = (style: Style, text: string): string =>
  style.ascii
    ? finish(
        style,
        text.replace(asciiPattern, (sign) => asciiCells[sign] ?? sign)
      )
    : text

const inverseOn = `${String.fromCharCode(27)}[7m`
const inverseOff = `${String.fromCharCode(27)}[0m`

/** A row painted, in exactly `cells`. Without colour what is selected shows by its `▸` alone. */
export const rowText = (style: Style, row: Row, cells: number): string =>
  fitRow(row, cells)
    .map(({ text, tone, inverse }) => {
      const shown = inAscii(style, text)
      if (inverse === true && style.colour) return `${inverseOn}${shown}${inverseOff}`
      return tone === undefined ? shown : paint(style, tone, shown)
    })
    .join("")

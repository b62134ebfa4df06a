/**
 * How text may look: with or without colour, in ASCII or not, and how wide. Colour never bears meaning alone: every painted piece
 * also has a glyph or a word. Text is laid out first and painted after, for paint has no width.
 */

export interface Style {
  readonly ascii: boolean
  readonly colour: boolean
  /** Characters a line may have; tables and wrapped text keep to it. */
  readonly columns: number
}

/** No colour, Unicode, 100 columns: for files and tests. */
export const plainStyle: Style = { ascii: false, colour: false, columns: 100 }

/** What a piece of text is, not how it looks. */
export type Tone = "good" | "pending" | "warning" | "bad" | "fault" | "unreachable" | "faint" | "strong"

/** ANSI attributes by tone: no red beside green; blue-cyan against red and yellow. */
const attributes: Readonly<Record<Tone, string>> = {
  good: "36",
  pending: "2",
  warning: "1;33",
  bad: "1;31",
  fault: "7;31",
  unreachable: "4;35",
  faint: "2",
  strong: "1"
}

/** Paints when colour is on; otherwise gives the text back. */
export const paint = (style: Style, tone: Tone, text: string): string =>
  style.colour && text !== "" ? `\u001b[${attributes[tone]}m${text}\u001b[0m` : text

/** Our own signs and what stands for them in ASCII. Names of users are never translated sign by sign beyond these. */
const asciiSigns: Readonly<Record<string, string>> = {
  "▓": "#",
  "✖": "x",
  "▲": "~",
  "·": "-",
  "✔": "+",
  "◌": "o",
  "●": ".",
  "◐": "=",
  "⊘": "/",
  "→": "->",
  "×": "x",
  "≠": "!=",
  "≥": ">=",
  "≤": "<=",
  "–": "-",
  "—": "-",
  "…": "...",
  "├": "|",
  "└": "`",
  "│": "|",
  "─": "-",
  "╭": ",",
  "╰": "`",
  "╮": ".",
  "╯": "'",
  "⏎": "enter"
}
const signPattern = new RegExp(`[${Object.keys(asciiSigns).join("")}]`, "gu")

/** The last step of every text: our signs in ASCII when the style asks for it. */
export const finish = (style: Style, text: string): string =>
  style.ascii ? text.replace(signPattern, (sign) => asciiSigns[sign] ?? sign) : text

const escapePattern = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g")

/** Characters a terminal shows; paint counts nothing. Wide characters are not known: names are taken as narrow. */
export const widthOf = (text: string): number => [...text.replace(escapePattern, "")].length

/** Spaces up to `width`; longer text stays as it is. */
export const padEnd = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)))
export const padStart = (text: string, width: number): string => " ".repeat(Math.max(0, width - widthOf(text))) + text

/** Unpainted text cut to `width`, with `…` where it was cut. */
export const clip = (text: string, width: number): string => {
  const signs = [...text]
  return signs.length <= width ? text : `${signs.slice(0, Math.max(0, width - 1)).join("")}…`
}

/** Unpainted text in lines of `width` at most, broken at spaces; a word longer than that stands alone on its line. */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line === "") line = word
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** Wrapped text, the first line after `first`, the others after as many spaces. */
export const hang = (first: string, text: string, columns: number): string => {
  const indent = " ".repeat(widthOf(first))
  return wrap(text, Math.max(20, columns - widthOf(first)))
    .map((line, index) => (index === 0 ? first : indent) + line)
    .join("\n")
}

/**
 * Diagnostics in a frame: the code, the place, the line as it stands in the file with what is wrong underlined, what is known
 * about it, and one way on. Where the column is not known, the quoted text is looked for on its line.
 */
import type { Diagnostic } from "../scenario/diagnostic.ts"
import type { Place } from "../scenario/plan.ts"
import { placeText } from "./place.ts"
import { finish, hang, padStart, paint, type Style, widthOf } from "./style.ts"

/** A line of a source file, 1-based; `undefined` when the file is shorter. */
const sourceLine = (source: string | undefined, line: number): string | undefined => source?.split(/\r?\n/)[line - 1]

/** 0-based column of what is meant: the text as written, or the column that is known. */
const columnOf = (text: string, place: Place, underlined: string | undefined): number | undefined => {
  const found = underlined === undefined || underlined === "" ? -1 : text.indexOf(underlined, Math.max(0, (place.column ?? 1) - 1))
  const anywhere = found < 0 && underlined !== undefined && underlined !== "" ? text.indexOf(underlined) : found
  if (anywhere >= 0) return anywhere
  return place.column === undefined ? undefined : place.column - 1
}

/**
 * A code frame: place, line, underline with `beside` next to it. Lines without a line break at the end. Without the file's text
 * only the place is given.
 */
export const codeFrame = (
  style: Style,
  place: Place,
  source: string | undefined,
  underlined?: string,
  beside = ""
): ReadonlyArray<string> => {
  const text = sourceLine(source, place.line)
  const width = Math.max(2, String(place.line).length)
  const gutter = " ".repeat(width)
  const column = text === undefined ? undefined : columnOf(text, place, underlined)
  const shownPlace = column === undefined ? place : { ...place, column: column + 1 }
  const head = `${gutter}╭─ ${placeText(shownPlace)}`
  if (text === undefined) return beside === "" ? [head] : [head, `${gutter}│ ${beside}`]
  const line = `${padStart(String(place.line), width)}│ ${text}`
  if (column === undefined) return beside === "" ? [head, line] : [head, line, `${gutter}│ ${beside}`]
  const length = underlined !== undefined && text.startsWith(underlined, column) ? widthOf(underlined) : 1
  const tail = beside === "" ? "" : ` ${beside}`
  return [head, line, `${gutter}│ ${" ".repeat(column)}${paint(style, "bad", "^".repeat(length))}${tail}`]
}

/** More notes than these stand in a list, a line each. */
const notesBesideMax = 2

/** One diagnostic, several lines, without a line break at its end. `source`: the text of the file its place names. */
export const diagnosticText = (style: Style, diagnostic: Diagnostic, source?: string): string => {
  const title = `${paint(style, diagnostic.severity === "error" ? "bad" : "warning", `${diagnostic.severity}[${diagnostic.code}]`)}: ${diagnostic.headline}`
  const isList = diagnostic.notes.length > notesBesideMax
  const [beside = "", ...notes] = isList ? [] : diagnostic.notes
  const foot = [...(diagnostic.help === undefined ? [] : [diagnostic.help]), ...notes, `more: drill explain ${diagnostic.code}`].join("   ")
  const { place } = diagnostic
  const width = place === undefined ? 2 : Math.max(2, String(place.line).length)
  const frame =
    place === undefined
      ? beside === ""
        ? []
        : [`${" ".repeat(width)}│ ${beside}`]
      : codeFrame(style, place, source, diagnostic.underlined, beside)
  const list = isList ? diagnostic.notes.map((note) => hang(`${" ".repeat(width)}│ `, note, style.columns)) : []
  return finish(style, [title, ...frame, ...list, hang(`${" ".repeat(width)}╰ `, foot, style.columns)].join("\n"))
}

/** One line a diagnostic, as GitHub reads it from a job's log. */
export const githubAnnotation = (diagnostic: Diagnostic): string => {
  const escape = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")
  const { place } = diagnostic
  const where =
    place === undefined ? "" : ` file=${place.path},line=${place.line}${place.column === undefined ? "" : `,col=${place.column}`}`
  const message = [diagnostic.headline, ...diagnostic.notes, ...(diagnostic.help === undefined ? [] : [diagnostic.help])].join("; ")
  return `::${diagnostic.severity}${where}${where === "" ? " " : ","}title=${diagnostic.code}::${escape(message)}`
}

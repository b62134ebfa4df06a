/** Entries of a cloud's answers, whichever cloud: read as JSON, held to their shape, in the order of ids. Mistakes have file, line and path. */
import { Schema, SchemaIssue } from "effect"
import { canonicalText } from "../../model/value/canonical.ts"
import { compareText } from "../../model/value/text.ts"
import type { Place } from "../plan.ts"
import { written } from "../read.ts"
import type { Findings } from "./findings.ts"
import type { JsonText } from "./json-text.ts"

export interface Entry {
  readonly value: object
  readonly place: Place
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/"))) || "."

export const keysOf = (value: unknown): string => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return written(value)
  const keys = Object.keys(value)
  return keys.length === 0 ? "an empty object" : keys.slice(0, 5).join(", ")
}

/** Whether a file is no JSON, which is told then. */
export const isNoJson = (path: string, { mistake }: JsonText, help: string, findings: Findings): boolean => {
  if (mistake === undefined) return false
  const { line, column, expected, found } = mistake
  findings.mistake(`${path} is not JSON`, { place: { path, line, column }, notes: [`expected ${expected}, found ${found}`], help })
  return true
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/** `at`: the entry's JSON path in its file. */
export const isShaped = (
  shape: Schema.Top,
  { value, place }: { readonly value: unknown; readonly place: Place },
  { at, json, help }: { readonly at: string; readonly json: JsonText; readonly help: string },
  findings: Findings
): boolean => {
  const { path, line } = place
  const decode = Schema.decodeUnknownResult(shape as unknown as Schema.Codec<unknown>, { errors: "all", reportInput: true })
  const result = decode(value)
  if (result._tag === "Success") return true
  for (const { path: steps = [], message } of formatIssues(result.failure.issue).issues) {
    const keys = steps.map((step) => (typeof step === "object" ? step.key : step)) as ReadonlyArray<string | number>
    const inside = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("")
    const isMissing = message.startsWith("Missing key")
    findings.mistake(`${path}: ${at}${inside} is ${isMissing ? "missing" : "not what was expected"}`, {
      place: { path, line: lineWithin(json, value, keys) ?? line },
      notes: isMissing ? [] : [message.slice(0, 1).toLowerCase() + message.slice(1)],
      help
    })
  }
  return false
}

/** The line of the innermost thing on the way that is there. */
const lineWithin = (json: JsonText, entry: unknown, keys: ReadonlyArray<string | number>): number | undefined => {
  let [holder, line]: [unknown, number | undefined] = [entry, undefined]
  for (const key of keys) {
    if (typeof holder !== "object" || holder === null) return line
    line = json.lineOf(holder, key)
    holder = (holder as Readonly<Record<string | number, unknown>>)[key]
  }
  return line
}

/** By id. What stands twice and is the same is one; what differs was taken at two times. */
export const sortedById = (idOf: (entry: object) => string, entries: ReadonlyArray<Entry>, findings: Findings): ReadonlyArray<object> => {
  const known = new Map<string, Entry>()
  for (const entry of entries) {
    const id = idOf(entry.value)
    const before = known.get(id)
    if (before === undefined) known.set(id, entry)
    else if (canonicalText(before.value) !== canonicalText(entry.value))
      findings.mistake(`${entry.place.path}: ${id} stands twice, and differs`, {
        place: entry.place,
        underlined: id,
        notes: [`first in ${before.place.path}:${before.place.line}`],
        help: "take the older answer out of the folder"
      })
  }
  return [...known].sort(([one], [other]) => compareText(one, other)).map(([, { value }]) => value)
}

/**
 * An event as a row: kind, subject, and the body that is left when both are taken out. And its line, the canonical text (RFC 8785) of
 * `[seq, at, cause, kind, subject, body]`, which the chain runs over.
 */
import { canonicalText } from "../model/value/canonical.ts"
import type { WorldEvent } from "../model/world/message.ts"
import type { RecordedEvent } from "./event.ts"
import { membersOfSubject, subjectMembers, subjectOf } from "./subject.ts"

export interface EventRow {
  readonly seq: number
  readonly at: number
  readonly cause: number
  readonly kind: string
  readonly subject: string
  /** Canonical JSON of the members that are neither tag nor subject; `{}` when none is left. */
  readonly body: string
}

/** Sorted body members by kind, learnt from the first event of the kind that has each shape. */
export type Shapes = Map<string, ReadonlyArray<string>>

export const newShapes = (): Shapes => new Map()

const bodyMembers = (shapes: Shapes, event: Readonly<Record<string, unknown>>, tag: string): ReadonlyArray<string> => {
  const known = shapes.get(tag)
  const members = Object.keys(event)
  if (known !== undefined && members.length === known.length + 1 + subjectMembers(tag).length && known.every((member) => member in event)) return known
  const own = subjectMembers(tag)
  const sorted = members.filter((member) => member !== "_tag" && !own.includes(member)).sort()
  shapes.set(tag, sorted)
  return sorted
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : typeof value === "boolean" ? String(value) : canonicalText(value)

/** `shapes` only saves sorting; any one, also a new one, gives the same row. */
export const rowOf = (recorded: RecordedEvent, shapes: Shapes): EventRow => {
  const { event, seq, at, cause } = recorded
  const record = event as unknown as Readonly<Record<string, unknown>>
  let body = ""
  for (const member of bodyMembers(shapes, record, event._tag)) {
    const value = record[member]
    if (value !== undefined) body += `${body === "" ? "" : ","}${JSON.stringify(member)}:${textOf(value)}`
  }
  return { seq, at, cause, kind: event._tag, subject: subjectOf(event), body: `{${body}}` }
}

/** Canonical text of the row as an array. */
export const lineOf = (row: EventRow): string =>
  `[${row.seq},${row.at},${row.cause},${JSON.stringify(row.kind)},${JSON.stringify(row.subject)},${row.body}]`

/** The event again. Throws on a body that is no JSON: the row was altered. */
export const eventOfRow = (row: EventRow): RecordedEvent => ({
  seq: row.seq, at: row.at, cause: row.cause,
  event: { _tag: row.kind, ...membersOfSubject(row.kind, row.subject), ...(row.body === "{}" ? {} : JSON.parse(row.body)) } as WorldEvent
})

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

/** What is known of a kind's form: its members, those of its subject, and those of the body, sorted, with their names as JSON and a colon. */
interface Shape {
  readonly members: number
  readonly subject: ReadonlyArray<string>
  readonly body: ReadonlyArray<{ readonly member: string; readonly quoted: string }>
}

/** Forms by kind, learnt from the events that come by. */
export type Shapes = Map<string, Shape>

export const newShapes = (): Shapes => new Map()

type Members = Readonly<Record<string, unknown>>

const shapeOf = (shapes: Shapes, event: Members, tag: string): Shape => {
  const known = shapes.get(tag)
  const members = Object.keys(event).length
  if (known !== undefined && known.members === members && known.body.every(({ member }) => event[member] !== undefined)) return known
  const own = subjectMembers(tag)
  const body = Object.keys(event)
    .filter((member) => member !== "_tag" && !own.includes(member) && event[member] !== undefined)
    .sort()
  const shape = { members, subject: own, body: body.map((member) => ({ member, quoted: `${JSON.stringify(member)}:` })) }
  shapes.set(tag, shape)
  return shape
}

const [space, quoteSign, backStroke, firstHalf, lastHalf] = [0x20, 0x22, 0x5c, 0xd800, 0xdfff]

/** Nothing in it that JSON writes otherwise than it stands: quotes, back strokes, control signs, halves of pairs. */
const isPlain = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < space || code === quoteSign || code === backStroke || (code >= firstHalf && code <= lastHalf)) return false
  }
  return true
}

/** The text as JSON. */
export const quote = (text: string): string => (isPlain(text) ? `"${text}"` : JSON.stringify(text))

const textOf = (value: unknown): string =>
  typeof value === "string" ? quote(value) : typeof value === "boolean" ? String(value) : canonicalText(value)

/** `shapes` only saves sorting; any one, also a new one, gives the same row. */
export const rowOf = (recorded: RecordedEvent, shapes: Shapes): EventRow => {
  const { event, seq, at, cause } = recorded
  const record = event as unknown as Members
  const { body, subject } = shapeOf(shapes, record, event._tag)
  let text = "{"
  for (const { member, quoted } of body) text += (text.length > 1 ? "," : "") + quoted + textOf(record[member])
  const named = subject.length === 1 ? (record[subject[0] as string] as string) : subjectOf(event)
  return { seq, at, cause, kind: event._tag, subject: named, body: `${text}}` }
}

/** Canonical text of the row as an array. `kind` and `subject` as JSON, where the caller has them so already. */
export const lineOf = (row: EventRow, kind = quote(row.kind), subject = quote(row.subject)): string =>
  `[${row.seq},${row.at},${row.cause},${kind},${subject},${row.body}]`

/** The event again. Throws on a body that is no JSON: the row was altered. */
export const eventOfRow = (row: EventRow): RecordedEvent => ({
  seq: row.seq,
  at: row.at,
  cause: row.cause,
  event: { _tag: row.kind, ...membersOfSubject(row.kind, row.subject), ...(row.body === "{}" ? {} : JSON.parse(row.body)) } as WorldEvent
})

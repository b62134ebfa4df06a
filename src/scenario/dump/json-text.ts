/**
 * JSON with places: several documents in one text, as a command writes its pages one after the other, and the line of every value, so that
 * a mistake can be shown where it stands. A property that is `null` is taken for one that is absent, as the AWS CLI means it.
 * Source: RFC 8259.
 */

/** What keeps a text from being JSON: where, and what was expected there. */
export interface JsonMistake {
  readonly line: number
  readonly column: number
  readonly expected: string
  readonly found: string
}

export interface JsonText {
  readonly documents: ReadonlyArray<unknown>
  /** The line of an object or list of a document, or of a property or an entry of it. From 1. */
  readonly lineOf: (holder: object, key?: string | number) => number
  readonly mistake: JsonMistake | undefined
}

type Offsets = ReadonlyMap<string | number | undefined, number>

/** Deeper text is no answer of a cloud. Chosen: far above what any command writes. */
const depthMax = 100

const blank = /[ \t\r\n]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// A string's characters: none below U+0020, and escapes whole.
const string = /"(?:[ !#-[\]-\uffff]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const word = /true|false|null/y
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }

/** Thrown inside the parser alone. */
class Unexpected extends Error {
  readonly offset: number
  readonly expected: string
  constructor(offset: number, expected: string) {
    super(expected)
    this.offset = offset
    this.expected = expected
  }
}

/** Reads a text whole; what stands before a mistake is not given. */
export const jsonIn = (given: string): JsonText => {
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given
  const places = new WeakMap<object, Offsets>()
  const lineAt = linesOf(text)
  const lineOf = (holder: object, key?: string | number): number => {
    const offsets = places.get(holder)
    return lineAt(offsets?.get(key) ?? offsets?.get(undefined) ?? 0)
  }
  try {
    return { documents: documentsIn(text, places), lineOf, mistake: undefined }
  } catch (thrown) {
    if (!(thrown instanceof Unexpected)) throw thrown
    const { offset, expected } = thrown
    const start = text.lastIndexOf("\n", offset - 1) + 1
    const found = offset >= text.length ? "the end of the file" : JSON.stringify(text.slice(offset, offset + 1))
    return { documents: [], lineOf, mistake: { line: lineAt(offset), column: offset - start + 1, expected, found } }
  }
}

/** The line of an offset, from 1. */
const linesOf = (text: string): ((offset: number) => number) => {
  const starts: Array<number> = []
  return (offset) => {
    if (starts.length === 0) for (let start = 0; start >= 0; start = text.indexOf("\n", start) + 1 || -1) starts.push(start)
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

/** Where reading stands in a text. */
interface Cursor {
  readonly text: string
  readonly places: WeakMap<object, Offsets>
  at: number
}

const documentsIn = (text: string, places: Cursor["places"]): ReadonlyArray<unknown> => {
  const cursor: Cursor = { text, places, at: 0 }
  const documents: Array<unknown> = []
  for (skip(cursor); cursor.at < text.length; skip(cursor)) documents.push(valueAt(cursor, 0))
  return documents
}

const matched = (cursor: Cursor, shape: RegExp): string | undefined => {
  shape.lastIndex = cursor.at
  const [found] = shape.exec(cursor.text) ?? []
  if (found !== undefined) cursor.at += found.length
  return found
}

const skip = (cursor: Cursor): void => void matched(cursor, blank)

const taken = (cursor: Cursor, sign: string): boolean => {
  skip(cursor)
  if (cursor.text[cursor.at] !== sign) return false
  cursor.at += 1
  return true
}

const valueAt = (cursor: Cursor, depth: number): unknown => {
  skip(cursor)
  if (depth > depthMax) throw new Unexpected(cursor.at, `no more than ${depthMax} levels`)
  if (cursor.text[cursor.at] === "{") return members(cursor, depth)
  if (cursor.text[cursor.at] === "[") return entries(cursor, depth)
  const found = matched(cursor, string) ?? matched(cursor, number)
  if (found !== undefined) return JSON.parse(found) as unknown
  const literal = matched(cursor, word)
  if (literal === undefined) throw new Unexpected(cursor.at, "a value")
  return words[literal]
}

const members = (cursor: Cursor, depth: number): object => {
  const offsets = new Map<string | number | undefined, number>([[undefined, cursor.at]])
  const made: Array<readonly [string, unknown]> = []
  cursor.at += 1
  if (!taken(cursor, "}")) {
    do {
      skip(cursor)
      const offset = cursor.at
      const name = matched(cursor, string)
      if (name === undefined) throw new Unexpected(offset, 'a name in quotes, or "}"')
      if (!taken(cursor, ":")) throw new Unexpected(cursor.at, '":"')
      const key = JSON.parse(name) as string
      offsets.set(key, offset)
      const value = valueAt(cursor, depth + 1)
      if (value !== null) made.push([key, value])
    } while (taken(cursor, ","))
    if (!taken(cursor, "}")) throw new Unexpected(cursor.at, '"," or "}"')
  }
  const object = Object.fromEntries(made)
  cursor.places.set(object, offsets)
  return object
}

const entries = (cursor: Cursor, depth: number): ReadonlyArray<unknown> => {
  const offsets = new Map<string | number | undefined, number>([[undefined, cursor.at]])
  const made: Array<unknown> = []
  cursor.at += 1
  if (!taken(cursor, "]")) {
    do {
      skip(cursor)
      offsets.set(made.length, cursor.at)
      made.push(valueAt(cursor, depth + 1))
    } while (taken(cursor, ","))
    if (!taken(cursor, "]")) throw new Unexpected(cursor.at, '"," or "]"')
  }
  cursor.places.set(made, offsets)
  return made
}

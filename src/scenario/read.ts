/**
 * Reading what a word of a scenario was given: times with their unit, ratios, and option records by their schema. What cannot be
 * read is refused at the word's own place, with the names it may have meant.
 */
import { Schema, SchemaIssue } from "effect"
import { type Millis, parseDuration } from "../model/value/instant.ts"
import { compareRatio, formatRatio, one, parseRatio } from "../model/value/ratio.ts"
import { type Diagnostic, errorOf, WordMisused } from "./diagnostic.ts"
import { meant } from "./near.ts"
import type { Place } from "./plan.ts"

/** A value as a person would write it in the file, short. */
export const written = (value: unknown): string => {
  const text =
    typeof value === "string"
      ? JSON.stringify(value)
      : typeof value === "function"
        ? "a function"
        : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** Throws one diagnostic from where the word stands. */
export const misuse = (diagnostic: Diagnostic): never => {
  throw new WordMisused([diagnostic])
}

/** A span such as `"90s"`. `word` is how the call reads in the file, up to the value: `at(`. */
export const readTime = (value: unknown, word: string, place: Place | undefined): Millis => {
  const millis = typeof value === "string" ? parseDuration(value) : undefined
  if (millis !== undefined) return millis
  const underlined = written(value)
  if (typeof value === "number") {
    return misuse(
      errorOf("D002", `${word}${underlined}, …): ${underlined} of what?`, {
        place,
        underlined,
        notes: ["a bare number has no unit"],
        help: `write "${underlined}s", "${underlined}m" or "1h30m"`
      })
    )
  }
  const bare = typeof value === "string" && /^\d+$/.test(value)
  const help = bare ? `write "${value}s", "${value}m" or "1h30m"` : 'write a whole number and its unit: "250ms", "30s", "5m", "1h30m"'
  return misuse(
    errorOf("D002", `${word}${underlined}, …): ${underlined} is not a time`, {
      place,
      underlined,
      notes: [bare ? "a bare number has no unit" : "a time is one or more numbers, each with its unit"],
      help
    })
  )
}

/** A share of at most 1, such as `"2/3"` or `"99%"`, in its reduced text. */
export const readShare = (value: unknown, word: string, place: Place | undefined): string => {
  const share = typeof value === "string" || value === 0 || value === 1 ? parseRatio(String(value)) : undefined
  if (share !== undefined && compareRatio(share, one) <= 0) return formatRatio(share)
  const underlined = written(value)
  const note = share === undefined ? "a share is exact, so it is written as text" : "more than all cannot be delivered"
  return misuse(
    errorOf("D008", `${word}${underlined}): ${underlined} is not a share`, {
      place,
      underlined,
      notes: [note],
      help: 'write "2/3", "1" or "99%"'
    })
  )
}

/** A whole number from `least` on. */
export const readCount = (value: unknown, least: number, word: string, place: Place | undefined): number => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value
  const underlined = written(value)
  return misuse(
    errorOf("D008", `${word}${underlined}): ${underlined} is not a count`, {
      place,
      underlined,
      notes: [`expected a whole number from ${least}`]
    })
  )
}

/** A name that is not empty. */
export const readName = (value: unknown, word: string, place: Place | undefined): string => {
  if (typeof value === "string" && value.trim() !== "") return value
  const underlined = written(value)
  return misuse(
    errorOf("D008", `${word}${underlined}): a name was expected`, {
      place,
      underlined,
      notes: [`found ${underlined}`],
      help: "write a name in quotes"
    })
  )
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/** Known keys of the record at `path` inside a schema, where its structure tells. */
const keysAt = (schema: Schema.Top, path: ReadonlyArray<PropertyKey>): ReadonlyArray<string> => {
  let current: unknown = schema
  for (const step of path) {
    const holder = current as { readonly fields?: Readonly<Record<string, unknown>>; readonly schema?: unknown; readonly value?: unknown }
    current = typeof step === "number" ? (holder.schema ?? holder.value) : (holder.fields?.[String(step)] ?? holder.value)
    const optional = current as
      | { readonly fields?: unknown; readonly schema?: { readonly fields?: unknown; readonly schema?: unknown } }
      | undefined
    if (optional?.fields === undefined && optional?.schema?.fields !== undefined) current = optional.schema
    if (current === undefined) return []
  }
  return Object.keys((current as { readonly fields?: object }).fields ?? {})
}

const pathText = (path: ReadonlyArray<PropertyKey>): string =>
  path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? String(step) : `.${String(step)}`)).join("")

const diagnosticOf = (
  schema: Schema.Top,
  what: string,
  place: Place | undefined,
  path: ReadonlyArray<PropertyKey>,
  message: string
): Diagnostic => {
  const key = String(path.at(-1) ?? "")
  const known = keysAt(schema, path.slice(0, -1))
  const inside = path.length > 1 ? ` in ${pathText(path.slice(0, -1))}` : ""
  if (message.startsWith("Unexpected key")) {
    return errorOf("D008", `${what}: unknown "${key}"${inside}`, {
      place,
      underlined: key,
      notes: known.length === 0 ? [] : [`it takes ${known.join(", ")}`],
      help: meant(key, known) ?? "take it out"
    })
  }
  if (message.startsWith("Missing key")) {
    return errorOf("D008", `${what}: "${key}" is missing${inside}`, {
      place,
      notes: known.length === 0 ? [] : [`it takes ${known.join(", ")}`],
      help: `add ${key}: …`
    })
  }
  return errorOf("D008", `${what}: ${path.length === 0 ? "" : `"${pathText(path)}" `}is not what was expected`, {
    place,
    underlined: key,
    notes: [message.slice(0, 1).toLowerCase() + message.slice(1)]
  })
}

/**
 * Diagnostics of a value that a schema does not take; unknown properties are mistakes. `[]`: the value is as it should be.
 * What stands beside a mistyped property as "missing" is left out: it is the same mistake.
 */
export const mistakesIn = (schema: Schema.Top, value: unknown, what: string, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const decode = Schema.decodeUnknownResult(schema as Schema.Codec<unknown>, {
    errors: "all",
    onExcessProperty: "error",
    reportInput: true
  })
  const result = decode(value)
  if (result._tag === "Success") return []
  const diagnostics = formatIssues(result.failure.issue).issues.map(({ path = [], message }) =>
    diagnosticOf(
      schema,
      what,
      place,
      path.map((step) => (typeof step === "object" ? step.key : step)),
      message
    )
  )
  const offered = new Set(diagnostics.flatMap(({ help }) => [...(help ?? "").matchAll(/"([^"]+)"/g)].map((match) => match[1])))
  const kept = diagnostics.filter(({ headline }) => !offered.has(/: "([^"]+)" is missing/.exec(headline)?.[1]))
  return kept.length === 0 ? diagnostics : kept
}

/** The options of a word, as they are, once its schema takes them. Throws all mistakes in them at once. */
export const readOptions = <S extends Schema.Top>(schema: S, value: unknown, what: string, place: Place | undefined): S["Type"] => {
  const diagnostics = mistakesIn(schema, value, what, place)
  if (diagnostics.length > 0) throw new WordMisused(diagnostics)
  return value as S["Type"]
}

/**
 * The one text of a value for hashing: RFC 8785 (JSON canonicalisation), and SHA-256 over its UTF-8 bytes.
 * Keys in code-unit order, no white space, no undefined members. Numbers must be safe integers: the model holds no floats.
 */
import { createHash } from "node:crypto"

/** RFC 8785 text of plain data. Throws on floats, functions, maps and other things that are not JSON. */
export const canonicalText = (value: unknown): string => {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value)
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error(`canonical text: ${value} is not a whole number`)
    return String(value === 0 ? 0 : value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`
  if (typeof value === "object" && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)) {
    const record = value as Record<string, unknown>
    const members: Array<string> = []
    for (const key of Object.keys(record).sort()) {
      if (record[key] !== undefined) members.push(`${JSON.stringify(key)}:${canonicalText(record[key])}`)
    }
    return `{${members.join(",")}}`
  }
  throw new Error(`canonical text: ${typeof value} is not plain data`)
}

/** SHA-256 of a text's UTF-8 bytes, 64 lower-case hex digits. */
export const digestText = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex")

/** Digest of a value's canonical text. */
export const digestOf = (value: unknown): string => digestText(canonicalText(value))

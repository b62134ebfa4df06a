/**
 * Names of recordings: `20261122T214702Z_az-outage_k7d2q9mx.drill`, `.partial` after it while it is open; and the ways a user may
 * refer to one, each with an optional moment: `latest@3m39s`.
 */
import { randomBytes } from "node:crypto"
import { type Millis, parseDuration } from "../model/value/instant.ts"

export const suffix = ".drill"
export const openSuffix = ".drill.partial"

/** 32 letters that are hard to mistake for one another. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
const idLength = 8

/** Random first, so that the shortest unique beginning stays short. */
export const newRunId = (): string => [...randomBytes(idLength)].map((byte) => alphabet[byte % alphabet.length]).join("")

/** A file name's stamp: no colons, for Windows. */
const stampOf = (startedAt: number): string => new Date(startedAt).toISOString().replace(/[-:]|\.\d{3}/g, "")

/** A scenario's name as a part of a file name. */
const slugOf = (scenario: string): string =>
  scenario
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "run"

export const recordingFileName = (scenario: string, startedAt: number, id: string): string =>
  `${stampOf(startedAt)}_${slugOf(scenario)}_${id}${suffix}`

export const isRecordingFile = (name: string): boolean => name.endsWith(suffix) || name.endsWith(openSuffix)

/** A moment after `@`: an instant, or an event's number; any other text is left to the reader (`fault:name`, a probe's time). */
export interface Moment {
  readonly text: string
  readonly atMs: Millis | undefined
  readonly seq: number | undefined
}

export interface RunRef {
  readonly run: string
  readonly moment: Moment | undefined
}

export const momentOf = (text: string): Moment => {
  const event = /^(?:event:|#)(\d+)$/.exec(text)?.[1]
  return { text, atMs: parseDuration(text), seq: event === undefined ? undefined : Number(event) }
}

/** `k7d2@3m39.8s` → run and moment. A leading `@` (`@latest`) belongs to the run's name. */
export const parseRunRef = (ref: string): RunRef => {
  const plain = ref.startsWith("@") ? ref.slice(1) : ref
  const cut = plain.lastIndexOf("@")
  return cut <= 0 ? { run: plain, moment: undefined } : { run: plain.slice(0, cut), moment: momentOf(plain.slice(cut + 1)) }
}

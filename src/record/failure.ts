/**
 * What can be wrong with recordings, as states. Every message says where, what, what was expected, and what to do.
 */
import { Data } from "effect"

/** The disk is full, the directory cannot be made, a file stands in its place. */
export class RecordingUnwritable extends Data.TaggedError("RecordingUnwritable")<{ readonly path: string; readonly why: string }> {
  override get message() {
    return `${this.path}: the recording cannot be written: ${this.why}. A directory with room was expected; free some, choose another with -C, or play with --no-record.`
  }
}

export class RecordingUnreadable extends Data.TaggedError("RecordingUnreadable")<{ readonly path: string; readonly why: string }> {
  override get message() {
    return `${this.path}: this is no readable recording: ${this.why}. A file that drill run wrote was expected; play the scenario again.`
  }
}

export class RecordingFromNewerFormat extends Data.TaggedError("RecordingFromNewerFormat")<{
  readonly path: string
  readonly format: number
  readonly known: number
}> {
  override get message() {
    return `${this.path}: written in format ${this.format}, this drill reads up to ${this.known}. Use the drill that wrote it, or a newer one.`
  }
}

/** Events `from`–`to` do not follow the event before them: the file was altered. */
export class ChainBroken extends Data.TaggedError("ChainBroken")<{
  readonly path: string
  readonly from: number
  readonly to: number
  readonly expected: string
  readonly found: string
  readonly scenario: string
  readonly seed: number
}> {
  override get message() {
    const range = this.from === this.to ? `event ${this.from} does` : `events ${this.from}–${this.to} do`
    const short = (digest: string) => `${digest.slice(0, 4)}…`
    return `${this.path}: ${range} not follow event ${this.from - 1} (digest ${short(this.expected)} expected, ${short(this.found)} found). The file was altered; play it again: drill run ${this.scenario} --seed ${this.seed}.`
  }
}

export class RunUnknown extends Data.TaggedError("RunUnknown")<{
  readonly ref: string
  readonly directory: string
  readonly near: ReadonlyArray<string>
}> {
  override get message() {
    const near = this.near.length === 0 ? `${this.directory} holds no recording` : `near: ${this.near.join(", ")}`
    return `no run is called ${JSON.stringify(this.ref)} (${near}). Expected latest, latest~1, an id's beginning, scenario:latest, a name or a path; drill list shows them.`
  }
}

export class RunAmbiguous extends Data.TaggedError("RunAmbiguous")<{ readonly ref: string; readonly candidates: ReadonlyArray<string> }> {
  override get message() {
    return `${JSON.stringify(this.ref)} could be ${this.candidates.join(" or ")}. Expected one run; write more of its id.`
  }
}

/** What SQLite or the file system said, in its own words. */
export const saying = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/**
 * The library: the recordings of a directory, newest first, and which of them a user means: `latest`, `latest~1`, `prev`, the
 * beginning of an id, `az-outage:latest`, a name, or a path.
 */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join, relative } from "node:path"
import { Context, Effect, Layer, type Scope } from "effect"
import { nearMisses } from "../scenario/near.ts"
import { type ChainBroken, RecordingFromNewerFormat, RecordingUnreadable, RunAmbiguous, RunUnknown, saying } from "./failure.ts"
import { isRecordingFile, parseRunRef, type RunRef } from "./naming.ts"
import { Recording, type RecordingHeader } from "./reader.ts"

export interface Listed {
  readonly path: string
  readonly bytes: number
  /** What is wrong when it cannot be read; its header otherwise. */
  readonly header: RecordingHeader | undefined
  readonly trouble: RecordingUnreadable | RecordingFromNewerFormat | undefined
  readonly count: number
}

export class Library extends Context.Service<
  Library,
  {
    /** Everything in the directory that bears a recording's name, newest first. An absent directory holds nothing. */
    readonly list: (directory: string) => Effect.Effect<ReadonlyArray<Listed>>
    /** The file a reference means, and the moment behind its `@`. */
    readonly resolve: (
      directory: string,
      ref: string
    ) => Effect.Effect<{ readonly path: string; readonly ref: RunRef }, RunUnknown | RunAmbiguous>
    /** Opens a file; closed with the scope. */
    readonly open: (path: string) => Effect.Effect<Recording, RecordingUnreadable | RecordingFromNewerFormat, Scope.Scope>
    /** Works the chain out again; returns its head. */
    readonly verify: (recording: Recording) => Effect.Effect<string, ChainBroken | RecordingUnreadable>
  }
>()("drill/Library") {
  static readonly layer = Layer.succeed(
    this,
    Library.of({
      list: (directory) => Effect.sync(() => listed(directory)),
      resolve: Effect.fn("Library.resolve")(function* (directory, ref) {
        const parsed = parseRunRef(ref)
        const found = meant(listed(directory), directory, parsed.run)
        if (found instanceof RunUnknown || found instanceof RunAmbiguous) return yield* found
        return { path: found, ref: parsed }
      }),
      open: (path) =>
        Effect.acquireRelease(Effect.try({ try: () => new Recording(path), catch: troubleOf(path) }), (recording) =>
          Effect.sync(() => recording.close())
        ),
      verify: (recording) =>
        Effect.try({
          try: () => recording.verify(),
          catch: (cause) =>
            isTagged(cause, "ChainBroken")
              ? (cause as ChainBroken)
              : new RecordingUnreadable({ path: recording.header.path, why: saying(cause) })
        })
    })
  )
}

const isTagged = (cause: unknown, tag: string): boolean =>
  typeof cause === "object" && cause !== null && "_tag" in cause && cause._tag === tag

const troubleOf =
  (path: string) =>
  (cause: unknown): RecordingUnreadable | RecordingFromNewerFormat =>
    cause instanceof RecordingFromNewerFormat || cause instanceof RecordingUnreadable
      ? cause
      : new RecordingUnreadable({ path, why: saying(cause) })

const look = (path: string): Listed => {
  const bytes = statSync(path).size
  try {
    const recording = new Recording(path)
    try {
      return { path, bytes, header: recording.header, trouble: undefined, count: recording.count }
    } finally {
      recording.close()
    }
  } catch (cause) {
    return { path, bytes, header: undefined, trouble: troubleOf(path)(cause), count: 0 }
  }
}

const startedOf = (listed: Listed): number => listed.header?.startedAt ?? 0

const listed = (directory: string): ReadonlyArray<Listed> => {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) return []
  return readdirSync(directory)
    .filter(isRecordingFile)
    .map((name) => look(join(directory, name)))
    .sort((left, right) => startedOf(right) - startedOf(left) || (left.path < right.path ? 1 : -1))
}

const position = /^(?:(?<scenario>[^:~]+):)?(?:latest(?:~(?<back>\d+))?|(?<prev>prev))$/

const meant = (all: ReadonlyArray<Listed>, directory: string, ref: string): string | RunUnknown | RunAmbiguous => {
  if (isRecordingFile(ref) && existsSync(ref)) return ref
  const where = position.exec(ref)?.groups
  const readable = all.filter(({ header }) => header !== undefined)
  if (where !== undefined) {
    const among = where.scenario === undefined ? readable : readable.filter(({ header }) => header?.scenario === where.scenario)
    const found = among[where.prev === undefined ? Number(where.back ?? 0) : 1]
    return found?.path ?? new RunUnknown({ ref, directory: relative(process.cwd(), directory) || directory, near: nearTo(ref, readable) })
  }
  const named = readable.filter(({ header }) => header?.name === ref)
  if (named[0] !== undefined) return named[0].path
  const begun = readable.filter(({ header }) => header?.id.startsWith(ref))
  if (begun.length === 1 && begun[0] !== undefined) return begun[0].path
  if (begun.length > 1) return new RunAmbiguous({ ref, candidates: begun.flatMap(({ header }) => header?.id ?? []) })
  if (existsSync(ref) && statSync(ref).isFile()) return ref
  return new RunUnknown({ ref, directory: relative(process.cwd(), directory) || directory, near: nearTo(ref, readable) })
}

/** How many names an error offers. */
const nearMax = 3

const nearTo = (ref: string, all: ReadonlyArray<Listed>): ReadonlyArray<string> => {
  const names = all.flatMap(({ header }) =>
    [header?.id, header?.name, header === undefined ? undefined : `${header.scenario}:latest`].filter((name) => name !== undefined)
  )
  const close = nearMisses(ref, names, nearMax)
  return close.length === 0 ? ["latest", ...all.flatMap(({ header }) => header?.id ?? [])].slice(0, all.length === 0 ? 0 : nearMax) : close
}

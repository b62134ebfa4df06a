/**
 * The recorder: keeps a run's events as they come, before anyone is shown them. Backed by a file, or by nothing but the chain where a
 * run is not to be kept. A recorder that is let go before it was closed leaves a partial file.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { Context, Effect, Layer, type Scope } from "effect"
import { extendChain, headOf, startChain } from "../event/chain.ts"
import type { RecordedEvent } from "../event/event.ts"
import { lineOf, newShapes, rowOf } from "../event/row.ts"
import { RecordingUnwritable, saying } from "./failure.ts"
import type { RunFooter, RunHeader } from "./header.ts"
import { recordingFileName } from "./naming.ts"
import { recordingFormat } from "./schema.ts"
import { RecordingWriter } from "./writer.ts"

/** A recording in the making. */
export interface OpenRecording {
  /** Where it will lie; `undefined` when nothing is kept. */
  readonly path: string | undefined
  readonly append: (events: ReadonlyArray<RecordedEvent>) => Effect.Effect<void, RecordingUnwritable>
  /** Keeps the state after event `seq`, when snapshots are within their share; `state` is asked only then. */
  readonly snapshot: (seq: number, at: number, state: () => unknown) => Effect.Effect<void, RecordingUnwritable>
  /** Closes in order. Returns the run's digest. */
  readonly close: (footer: RunFooter) => Effect.Effect<string, RecordingUnwritable>
}

export class Recorder extends Context.Service<
  Recorder,
  {
    /** Begins a recording in a directory, which is made when it is missing. */
    readonly open: (directory: string, header: RunHeader) => Effect.Effect<OpenRecording, RecordingUnwritable, Scope.Scope>
  }
>()("drill/Recorder") {
  static readonly layerFile = Layer.succeed(
    this,
    Recorder.of({
      open: Effect.fn("Recorder.open")(function* (directory, header) {
        const path = join(directory, recordingFileName(header.plan.name, header.startedAt, header.id))
        const writing = <A>(work: () => A) =>
          Effect.try({ try: work, catch: (cause) => new RecordingUnwritable({ path, why: saying(cause) }) })
        const writer = yield* Effect.acquireRelease(
          writing(() => {
            mkdirSync(directory, { recursive: true })
            return new RecordingWriter({ header, path })
          }),
          (writer) => Effect.sync(() => writer.abandon())
        )
        return {
          path,
          append: (events) => writing(() => writer.append(events)),
          snapshot: (seq, at, state) =>
            writing(() => {
              if (writer.wantsSnapshot(seq)) writer.snapshot(seq, at, state())
            }),
          close: (footer) => writing(() => writer.close(footer))
        }
      })
    })
  )

  static readonly layerMemory = Layer.succeed(
    this,
    Recorder.of({
      open: (_directory, { engine, seed, plan }) =>
        Effect.sync(() => {
          const chain = startChain({ format: recordingFormat, engine, seed, plan })
          const shapes = newShapes()
          return {
            path: undefined,
            append: (events) =>
              Effect.sync(() => {
                for (const event of events) extendChain(chain, lineOf(rowOf(event, shapes)))
              }),
            snapshot: () => Effect.void,
            close: () => Effect.sync(() => headOf(chain))
          }
        })
    })
  )
}

/**
 * Recordings as commands meet them: found by whatever a user calls them, checked to the last event, and served as a known run. A
 * partial one serves its valid prefix and says so.
 */
import { Effect, type Scope } from "effect"
import { endJudge, judgeEvent, startJudge } from "../analysis/judge.ts"
import type { Outcome } from "../analysis/outcome.ts"
import { Library } from "../record/library.ts"
import type { RunRef } from "../record/naming.ts"
import type { Recording, RecordingHeader } from "../record/reader.ts"
import type { RunFacts } from "../report/run-facts.ts"
import { type ExitCode, exitCode } from "./exit-code.ts"
import { eventsInRecording, type KnownRun } from "./known-run.ts"
import { Output } from "./output.ts"
import { Refusal } from "./refusal.ts"

/** In the working directory. */
export const recordingFolder = "recordings"

export interface OpenedRun extends KnownRun {
  readonly recording: Recording
  readonly ref: RunRef
  /** 6 for a partial recording, whatever else the command finds. */
  readonly leastExit: ExitCode
}

export const factsOf = (header: RecordingHeader, events: number, digest: string, endMs: number, bytes?: number): RunFacts => ({
  id: header.id,
  name: header.name,
  path: header.path,
  scenario: header.scenario,
  variant: header.variant,
  seed: header.seed,
  engine: header.engine,
  digest,
  end: header.status,
  endMs,
  events,
  startedAt: new Date(header.startedAt).toISOString(),
  ...(header.wallMs === undefined ? {} : { wallMs: header.wallMs }),
  ...(bytes === undefined ? {} : { bytes })
})

const refusing = (exit: ExitCode) => (trouble: { readonly message: string }) => Effect.fail(new Refusal({ exit, text: trouble.message }))

/** What a recording holds of its outcome; that of a partial one is judged again over what there is. */
const outcomeOf = (recording: Recording, endMs: number): Outcome => {
  const { header } = recording
  // The seal was checked when the file was opened: the text is the outcome that the run's own judge wrote.
  if (header.outcome !== undefined) return header.outcome as Outcome
  const judge = startJudge(header.plan)
  for (const event of recording.events()) judgeEvent(judge, event)
  return endJudge(judge, endMs, "partial")
}

/** Opens the run that `ref` means, its chain worked out again. Closed with the scope. */
export const openRun = (ref: string): Effect.Effect<OpenedRun, Refusal, Library | Output | Scope.Scope> =>
  Effect.gen(function* () {
    const library = yield* Library
    const output = yield* Output
    const found = yield* library.resolve(recordingFolder, ref)
    const recording = yield* library.open(found.path)
    const digest = yield* library.verify(recording)
    const { header } = recording
    const isPartial = header.status === "partial"
    const last = yield* Effect.sync(() => recording.eventAt(recording.count)?.at ?? 0)
    const endMs = header.endMs ?? Math.max(0, last)
    if (isPartial) {
      yield* output.notice(
        `${header.path}: partial: the run was killed; what follows is about its first ${recording.count} events, up to ${endMs} ms.\n`
      )
    }
    return {
      recording,
      ref: found.ref,
      facts: factsOf(header, recording.count, digest, endMs),
      plan: header.plan,
      places: header.places,
      outcome: outcomeOf(recording, endMs),
      source: eventsInRecording(recording),
      leastExit: isPartial ? exitCode.recordingDamaged : exitCode.held
    }
  }).pipe(
    Effect.catchTag("RunUnknown", refusing(exitCode.usage)),
    Effect.catchTag("RunAmbiguous", refusing(exitCode.usage)),
    Effect.catchTag("RecordingUnreadable", refusing(exitCode.recordingDamaged)),
    Effect.catchTag("RecordingFromNewerFormat", refusing(exitCode.recordingDamaged)),
    Effect.catchTag("ChainBroken", refusing(exitCode.recordingDamaged))
  )

/** Whether a run was opened from its recording, or played just now. */
export const isOpened = (run: KnownRun | OpenedRun): run is OpenedRun => "recording" in run

/** `exit`, unless the recording itself asks for more. */
export const exitWith = (run: OpenedRun, exit: ExitCode): ExitCode => (run.leastExit === exitCode.held ? exit : run.leastExit)

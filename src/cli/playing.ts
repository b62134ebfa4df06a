/**
 * Playing a scenario: the stream of batches is recorded first, then judged, then shown; asked to stop, it ends in order and keeps
 * what it has. Returns the run as it is known then.
 */
import { Effect, type Scope, Stream } from "effect"
import { endJudge, type Judge, judgeEvent, passTime, startJudge } from "../analysis/judge.ts"
import { type Milestone, milestoneOf, milestoneOfTurn, startMilestones } from "../analysis/timeline.ts"
import { type Batch, type PlayOptions, play } from "../engine/run.ts"
import type { RecordedEvent } from "../event/event.ts"
import { stateOf } from "../model/world/world.ts"
import type { RecordingUnwritable } from "../record/failure.ts"
import type { RunHeader } from "../record/header.ts"
import { Library } from "../record/library.ts"
import { newRunId } from "../record/naming.ts"
import { type OpenRecording, Recorder } from "../record/recorder.ts"
import type { LoadedScenario } from "../scenario/load.ts"
import { exitCode } from "./exit-code.ts"
import { eventsInRecording, eventsKept, type KnownRun } from "./known-run.ts"
import { recordingFolder } from "./recordings.ts"
import { Refusal } from "./refusal.ts"
import { Stopping } from "./stopping.ts"

export interface PlayingOptions extends PlayOptions {
  readonly scenario: LoadedScenario
  /** The run's id; drawn when absent. */
  readonly id?: string | undefined
  readonly variant?: string | undefined
  readonly set?: ReadonlyArray<string>
  readonly name?: string | undefined
  readonly tags?: ReadonlyArray<string>
  /** Nothing is kept; the events stay in memory. */
  readonly isKept: boolean
}

/** Who watches a run: told of each batch after it has been recorded. */
export interface Audience {
  readonly see: (batch: Batch, milestones: ReadonlyArray<Milestone>, judge: Judge) => Effect.Effect<void>
}

/** Nobody watches. */
export const noAudience: Audience = { see: () => Effect.void }

const headerOf = ({ scenario, id, seed, variant, set, name, tags }: PlayingOptions): RunHeader => ({
  id: id ?? newRunId(),
  engine: DRILL_VERSION,
  seed,
  plan: scenario.plan,
  places: scenario.places,
  tags: tags ?? [],
  startedAt: Date.now(),
  machine: `${process.platform} ${process.arch}, node ${process.version}`,
  ...(variant === undefined ? {} : { variant }),
  ...(set === undefined ? {} : { set }),
  ...(name === undefined ? {} : { name })
})

const unwritable = ({ message }: RecordingUnwritable) => Effect.fail(new Refusal({ exit: exitCode.unwritable, text: message }))

/** Plays to the end, or until the command is asked to stop. The recording can be read while the scope lasts. */
export const playScenario = (
  options: PlayingOptions,
  audience: Audience = noAudience
): Effect.Effect<KnownRun, Refusal, Stopping | Scope.Scope> =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const stopping = yield* Stopping
    yield* stopping.takeOver
    const header = headerOf(options)
    const recording = yield* recorder.open(recordingFolder, header)
    const progress = yield* stoppedBy(stopping.asked, follow(options, recording, audience))
    const { scenario } = options
    const end = progress.end === "complete" ? "complete" : "interrupted"
    const outcome = endJudge(progress.judge, progress.endMs, end)
    const wallMs = Date.now() - header.startedAt
    const digest = yield* recording.close({ status: end, endMs: progress.endMs, wallMs, outcome })
    const facts = {
      id: recording.path === undefined ? undefined : header.id,
      name: options.name,
      path: recording.path,
      scenario: scenario.plan.name,
      variant: options.variant,
      seed: options.seed,
      engine: header.engine,
      digest,
      end,
      endMs: progress.endMs,
      events: progress.events,
      wallMs,
      startedAt: new Date(header.startedAt).toISOString()
    } as const
    const source = recording.path === undefined ? eventsKept(progress.kept) : yield* readBack(recording.path)
    return { facts, plan: scenario.plan, places: scenario.places, outcome, source }
  })
    .pipe(
      Effect.catchTag("RecordingUnwritable", unwritable),
      Effect.catchTag("RecordingUnreadable", ({ message }) => Effect.fail(new Refusal({ exit: exitCode.recordingDamaged, text: message }))),
      Effect.catchTag("RecordingFromNewerFormat", Effect.die)
    )
    .pipe(Effect.provide(options.isKept ? Recorder.layerFile : Recorder.layerMemory), Effect.provide(Library.layer))

interface Progress {
  readonly judge: Judge
  readonly kept: Array<RecordedEvent>
  events: number
  endMs: number
  end: Batch["end"]
}

interface Following {
  readonly progress: Progress
  readonly run: Effect.Effect<void, RecordingUnwritable>
}

const follow = (options: PlayingOptions, recording: OpenRecording, audience: Audience): Following => {
  const { plan } = options.scenario
  const memory = startMilestones()
  const progress: Progress = { judge: startJudge(plan), kept: [], events: 0, endMs: 0, end: undefined }
  const take = Effect.fnUntraced(function* (batch: Batch) {
    yield* recording.append(batch.events)
    const milestones: Array<Milestone> = []
    for (const recorded of batch.events) {
      milestones.push(...judgeEvent(progress.judge, recorded).map(milestoneOfTurn))
      const milestone = milestoneOf(memory, recorded)
      if (milestone !== undefined) milestones.push(milestone)
      if (recording.path === undefined) progress.kept.push(recorded)
    }
    if (batch.end === undefined) milestones.push(...passTime(progress.judge, batch.playedTo).map(milestoneOfTurn))
    const last = batch.events.at(-1)
    if (last !== undefined) yield* recording.snapshot(last.seq, last.at, () => stateOf(batch.world))
    progress.events += batch.events.length
    progress.endMs = Math.max(0, batch.playedTo)
    progress.end = batch.end
    yield* audience.see(batch, milestones, progress.judge)
  })
  return { progress, run: Stream.runForEach(play(plan, options), (batch) => Effect.uninterruptible(take(batch))) }
}

/** What was asked to stop ends between two batches; what is recorded by then is the run. */
const stoppedBy = (asked: Effect.Effect<unknown>, { progress, run }: Following): Effect.Effect<Progress, RecordingUnwritable> =>
  Effect.as(Effect.raceFirst(run, Effect.asVoid(asked)), progress)

/** The run's events, read from the file that was just closed. */
const readBack = Effect.fnUntraced(function* (path: string) {
  const library = yield* Library
  return eventsInRecording(yield* library.open(path))
})

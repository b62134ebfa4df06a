/**
 * `drill replay`: a recording on the screen with a playhead, as lines, or played again and compared event by event.
 */
import { Effect, Stream } from "effect"
import { whyEvent } from "../../analysis/causes.ts"
import { type Divergence, isSameEvent } from "../../analysis/divergence.ts"
import { play } from "../../engine/run.ts"
import type { RecordedEvent } from "../../event/event.ts"
import { Library } from "../../record/library.ts"
import { documentText, eventsDocument, stateDocument, verifyDocument } from "../../report/json.ts"
import { eventText, verifyText } from "../../report/text-events.ts"
import { worldFacts } from "../../report/text-state.ts"
import { whyText } from "../../report/text-why.ts"
import { announceColor } from "../appearance.ts"
import { type ExitCode, exitCode } from "../exit-code.ts"
import { given, type ReplayInput } from "../flags.ts"
import type { Globals } from "../globals.ts"
import { type Manner, mannerOf, uncut } from "../manner.ts"
import { momentIn } from "../moment.ts"
import { Output } from "../output.ts"
import { exitWith, type OpenedRun, openRun } from "../recordings.ts"
import { Refusal } from "../refusal.ts"
import type { Verb } from "../verb.ts"
import { worldAtMoment } from "../world-at.ts"

export const replay: Verb<ReplayInput> = (input, globals) =>
  Effect.gen(function* () {
    const manner = yield* mannerOf(globals)
    const run = yield* openRun(input.run)
    const at = given(input.at) ?? run.ref.moment?.text
    if (input.verify) return yield* verify(run, globals, manner)
    const canDraw = manner.appearance.screen !== "none" && globals.input && process.stdin.isTTY === true
    if (globals.json && at !== undefined && !input.print) return yield* stateAt(run, at)
    if (input.print || globals.json || !canDraw) return yield* print(run, at, globals, manner)
    return yield* onScreen(run, at, input, manner)
  }).pipe(Effect.scoped, Effect.provide(Library.layer))

const stateAt = Effect.fnUntraced(function* (run: OpenedRun, at: string) {
  const output = yield* Output
  const moment = yield* momentIn(run, at)
  const exit = exitWith(run, exitCode.held)
  const facts = worldFacts(worldAtMoment(run, moment), moment.atMs, run.outcome.probes)
  yield* output.write(documentText(stateDocument("replay", exit, run.facts, facts)))
  return exit
})

/** Lines written at a time. */
const linesAtOnce = 512

const print = Effect.fnUntraced(function* (run: OpenedRun, at: string | undefined, globals: Globals, { style }: Manner) {
  const output = yield* Output
  const moment = at === undefined ? undefined : yield* momentIn(run, at)
  const last = moment === undefined ? undefined : (moment.seq ?? run.recording.lastSeqAt(moment.atMs))
  const exit = exitWith(run, exitCode.held)
  if (globals.json) {
    yield* output.write(documentText(eventsDocument(exit, run.facts, [...run.recording.events(1, last)])))
    return exit
  }
  let lines: Array<string> = []
  for (const recorded of run.recording.events(1, last)) {
    lines.push(`${eventText(style, recorded)}\n`)
    if (lines.length < linesAtOnce) continue
    yield* output.write(lines.join(""))
    lines = []
  }
  yield* output.write(lines.join(""))
  return exit
})

const verify = Effect.fnUntraced(function* (run: OpenedRun, globals: Globals, { style }: Manner) {
  const output = yield* Output
  const { facts, plan } = run
  if (facts.engine !== DRILL_VERSION) {
    const text = `${facts.path ?? facts.id}: recorded by engine ${facts.engine}, this is ${DRILL_VERSION}: another engine may play it otherwise. Verify it with drill ${facts.engine}.`
    return yield* new Refusal({ exit: exitCode.determinismBroken, text })
  }
  const isWhole = facts.end === "complete"
  const divergence = yield* firstDifference(
    run,
    { seed: facts.seed, ...(isWhole ? { untilMs: facts.endMs } : { maxEvents: facts.events }) },
    plan
  )
  const exit: ExitCode = divergence === undefined ? exitWith(run, exitCode.held) : exitCode.determinismBroken
  yield* output.write(globals.json ? documentText(verifyDocument(exit, facts, divergence)) : `${verifyText(style, facts, divergence)}\n`)
  return exit
})

/** The first event in which a recording and its plan, played again, differ. Ends at it. */
const firstDifference = (
  run: OpenedRun,
  options: Parameters<typeof play>[1],
  plan: OpenedRun["plan"]
): Effect.Effect<Divergence | undefined> => {
  const recorded = run.recording.events()
  const next = (): RecordedEvent | undefined => {
    const step = recorded.next()
    return step.done ? undefined : step.value
  }
  const played = Stream.flatMap(play(plan, options), ({ events }) => Stream.fromIterable(compare(events, next)))
  return Effect.flatMap(Stream.runCollect(Stream.take(played, 1)), ([first]) =>
    Effect.sync(() => {
      if (first !== undefined) return first
      const left = next()
      return left === undefined ? undefined : { a: left }
    })
  )
}

const compare = (events: ReadonlyArray<RecordedEvent>, next: () => RecordedEvent | undefined): ReadonlyArray<Divergence> => {
  for (const played of events) {
    const recorded = next()
    if (recorded === undefined) return [{ b: played }]
    if (!isSameEvent(recorded, played)) return [{ a: recorded, b: played }]
  }
  return []
}

/** `--speed max` on the screen: the fastest of its paces that still shows something. */
const fastest = 1_000

const onScreen = Effect.fnUntraced(function* (run: OpenedRun, at: string | undefined, input: ReplayInput, { appearance, style }: Manner) {
  announceColor(appearance, process.env)
  const { runReplay } = yield* Effect.promise(() => import("../../tui/replay.ts"))
  const { plan, places, source, facts } = run
  const speed = given(input.speed)
  yield* runReplay({
    plan,
    events: [...source.all()],
    endMs: facts.endMs,
    end: facts.end,
    runId: facts.id ?? "",
    seed: facts.seed,
    whyOf: (seq) => {
      const why = whyEvent(source, seq)
      return why === undefined
        ? []
        : whyText({ ...style, colour: false, columns: uncut }, why, { plan, places, sources: new Map() }).split("\n")
    },
    startAt: at,
    ...(speed === undefined ? {} : { pace: speed === "max" ? fastest : speed }),
    foldsIdle: input.foldIdle,
    style,
    ends: { stdout: process.stdout, stdin: process.stdin, isRemote: process.env["SSH_CONNECTION"] !== undefined },
    now: () => Date.now()
  })
  return exitWith(run, exitCode.held)
})

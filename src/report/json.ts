/**
 * The `--json` documents: one a command, `{ format, command, exit, … }`, in the words of the design as keys, times as whole
 * milliseconds, ratios as exact text. A member that has no value is null, so that every document of a command has the same keys.
 */
import type { EffectTree, Why } from "../analysis/causes.ts"
import type { Comparison } from "../analysis/compare.ts"
import type { Divergence } from "../analysis/divergence.ts"
import type { GoldenDifference } from "../analysis/goldens.ts"
import type { Outcome } from "../analysis/outcome.ts"
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import type { Leg, Trace } from "../model/net/verdict.ts"
import { formatRatio } from "../model/value/ratio.ts"
import type { GroupRoom, SubnetRoom } from "../model/world/room.ts"
import type { Diagnostic } from "../scenario/diagnostic.ts"
import type { Places, Plan } from "../scenario/plan.ts"
import type { Explanation } from "./explain.ts"
import { entryPlace, expectationPlace } from "./place.ts"
import type { RunFacts } from "./run-facts.ts"
import { sentenceOf } from "./sentence.ts"
import type { ListedRun } from "./text-show.ts"
import type { WorldFacts } from "./text-state.ts"

export const documentFormat = 1

/** A document: plain JSON. */
export type Document = Readonly<Record<string, unknown>>

const documentOf = (command: string, exit: number, members: Document): Document => ({ format: documentFormat, command, exit, ...members })

/** The document's text, ending in a line break. */
export const documentText = (document: Document): string => `${JSON.stringify(document, undefined, 2)}\n`

const runMembers = (run: RunFacts): Document => ({
  id: run.id ?? null,
  name: run.name ?? null,
  path: run.path ?? null,
  scenario: run.scenario,
  variant: run.variant ?? null,
  seed: run.seed,
  engine: run.engine,
  digest: run.digest,
  status: run.end,
  endMs: run.endMs,
  events: run.events
})

const outcomeMembers = (outcome: Outcome, places: Places): Document => ({
  results: outcome.results.map((result) => ({
    expectation: result.expectation,
    result: result.result,
    line: expectationPlace(places, result.expectation)?.line ?? null,
    atMs: result.atMs ?? null,
    event: result.event ?? null,
    evidence: result.evidence
  })),
  probes: outcome.probes,
  figures: outcome.figures,
  warnings: outcome.warnings
})

const eventMembers = (recorded: RecordedEvent): Document => ({
  seq: recorded.seq,
  atMs: recorded.at,
  cause: recorded.cause,
  kind: recorded.event._tag,
  subject: subjectOf(recorded.event),
  sentence: sentenceOf(recorded.event),
  body: recorded.event
})

/** The only document of a command, or several under one head. */
export const oneDocument = (command: string, exit: number, documents: ReadonlyArray<Document>): Document =>
  documents.length === 1 && documents[0] !== undefined ? documents[0] : documentOf(command, exit, { runs: documents })

/** `run` and `show`. `golden` null: there is none, or it was not asked for. */
export const runDocument = (
  command: "run" | "show",
  exit: number,
  facts: {
    readonly run: RunFacts
    readonly outcome: Outcome
    readonly places: Places
    readonly golden: ReadonlyArray<GoldenDifference> | undefined
  }
): Document =>
  documentOf(command, exit, {
    run: runMembers(facts.run),
    ...outcomeMembers(facts.outcome, facts.places),
    golden: facts.golden === undefined ? null : { differences: facts.golden }
  })

/** `show --at` and `replay --at --json`: the state at a moment. */
export const stateDocument = (command: "show" | "replay", exit: number, run: RunFacts, state: WorldFacts): Document =>
  documentOf(command, exit, { run: runMembers(run), state })

/** `capacity`: the room as it is. */
export const capacityDocument = (exit: number, atMs: number, room: GroupRoom | SubnetRoom): Document => {
  const { _tag: _shown, ...shown } = room
  const of = room._tag === "SubnetRoom" ? "subnet" : room.isProfile === true ? "Fargate profile" : "node group"
  return documentOf("capacity", exit, { atMs, of, ...shown })
}

/** `reach`: the trace as it is, shares as exact text. */
export const reachDocument = (
  exit: number,
  flow: { readonly from: string; readonly to: string; readonly port: number; readonly protocol: string; readonly atMs: number },
  { success, branches }: Trace
): Document =>
  documentOf("reach", exit, {
    flow,
    success: formatRatio(success),
    branches: branches.map(({ share, ok, reached, forward, reply }) => ({
      share: formatRatio(share),
      ok,
      reached: reached ?? null,
      forward: legMembers(forward),
      reply: reply === undefined ? null : legMembers(reply)
    }))
  })

const legMembers = ({ flow, hops, end }: Leg) => ({
  flow,
  hops: hops.map(({ component, steps }) => ({
    component,
    steps: steps.map((step) => ("share" in step ? { ...step, share: formatRatio(step.share) } : step))
  })),
  end
})

/** `replay --print --json`. */
export const eventsDocument = (exit: number, run: RunFacts, events: ReadonlyArray<RecordedEvent>): Document =>
  documentOf("replay", exit, { run: runMembers(run), events: events.map(eventMembers) })

/** `replay --verify`. */
export const verifyDocument = (exit: number, run: RunFacts, divergence: Divergence | undefined): Document =>
  documentOf("replay", exit, {
    run: runMembers(run),
    equal: divergence === undefined,
    divergence:
      divergence === undefined
        ? null
        : {
            recorded: divergence.a === undefined ? null : eventMembers(divergence.a),
            played: divergence.b === undefined ? null : eventMembers(divergence.b)
          }
  })

/** `diff` of two runs. */
export const diffDocument = (exit: number, a: RunFacts, b: RunFacts, comparison: Comparison): Document => {
  const { onlyA, onlyB, ...events } = comparison.events
  const { divergence } = comparison
  return documentOf("diff", exit, {
    a: runMembers(a),
    b: runMembers(b),
    inputs: comparison.inputs,
    divergence:
      divergence === undefined
        ? null
        : {
            a: divergence.a === undefined ? null : eventMembers(divergence.a),
            b: divergence.b === undefined ? null : eventMembers(divergence.b)
          },
    outcome: comparison.outcome,
    events: { ...events, onlyA: onlyA.map(eventMembers), onlyB: onlyB.map(eventMembers) }
  })
}

/** `diff` of a run against a golden: outcomes only. */
export const goldenDocument = (exit: number, run: RunFacts, golden: string, differences: ReadonlyArray<GoldenDifference>): Document =>
  documentOf("diff", exit, { run: runMembers(run), golden, differences })

const flattened = (tree: EffectTree): ReadonlyArray<Document> => {
  const events: Array<RecordedEvent> = []
  const waiting = [...tree.effects]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    events.push(next.recorded)
    waiting.push(...next.effects)
  }
  return events.sort((left, right) => left.seq - right.seq).map(eventMembers)
}

/** `why`: the chain nearest first; effects flat, each with its cause, in the order of `seq`. */
export const whyDocument = (exit: number, run: RunFacts, why: Why, plan: Plan, places: Places): Document => {
  const root = why.chain?.root
  return documentOf("why", exit, {
    run: runMembers(run),
    subject: why.subject,
    result: why.result ?? null,
    remark: why.remark ?? null,
    answer: why.answer === undefined ? null : { ...eventMembers(why.answer.recorded), failures: why.answer.failures },
    chain: why.chain === undefined ? null : why.chain.events.map(eventMembers),
    root:
      root === undefined
        ? null
        : root._tag === "Timeline"
          ? { entry: root.index, ...(plan.timeline[root.index] ?? {}), place: entryPlace(places, root.index) ?? null }
          : root._tag === "Settling"
            ? { settling: true }
            : { cut: root.cause },
    effects: why.effects === undefined ? null : flattened(why.effects)
  })
}

/** `list`. */
export const listDocument = (exit: number, runs: ReadonlyArray<ListedRun>): Document =>
  documentOf("list", exit, {
    runs: runs.map(({ run, prefix, broken, inconclusive, expectations }) => ({
      ...runMembers(run),
      startedAt: run.startedAt ?? null,
      bytes: run.bytes ?? null,
      prefix: run.id?.slice(0, prefix) ?? null,
      broken,
      inconclusive,
      expectations
    }))
  })

/** `validate`: how many files are well, and what is wrong with the others. */
export const validateDocument = (exit: number, filesWell: number, diagnostics: ReadonlyArray<Diagnostic>): Document =>
  documentOf("validate", exit, { filesWell, diagnostics })

/** `explain` of one term, or of all. */
export const explainDocument = (exit: number, explanations: ReadonlyArray<Explanation>, nearMisses: ReadonlyArray<string>): Document =>
  documentOf("explain", exit, { explanations, nearMisses })

/** Any command that could not do its work: the sentence that stderr has, too. */
export const refusalDocument = (command: string, exit: number, message: string): Document =>
  documentOf(command, exit, { error: { message } })

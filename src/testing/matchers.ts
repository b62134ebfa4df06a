/**
 * The matchers as functions: what a run is asked, whether it is so, and the sentence for when it is not. They know no test runner;
 * `testing.ts` hands them to vitest.
 */

import type { ExpectationResult, Outcome, ProbeWindow } from "../analysis/outcome.ts"
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { formatClock, parseDuration } from "../model/value/instant.ts"
import { compareRatio, parseRatio, type Ratio } from "../model/value/ratio.ts"

/** What a matcher says. `message` reads as an error whichever way the matcher was asked. */
export interface Finding {
  readonly pass: boolean
  readonly message: () => string
}

/** What matchers look at of a run. */
export interface Observed {
  readonly outcome: Outcome
  readonly events: ReadonlyArray<RecordedEvent>
  readonly endMs: number
}

export interface Span {
  /** A time since the run's start, `2m46s`. The run's start when absent. */
  readonly from?: string
  /** The run's end when absent. The window is half-open. */
  readonly until?: string
}

const clock = (at: number): string => formatClock(at, { millis: at % 1_000 !== 0 })

const instantOf = (where: string, text: string): number => {
  const millis = parseDuration(text)
  if (millis === undefined) throw new Error(`${where}: "${text}" is not a time; write it with its unit, such as "2m46s"`)
  return millis
}

const told = (result: ExpectationResult): string => `  ${result.expectation}: ${result.result}. ${result.evidence}`

/** Every expectation held; an inconclusive one did not. */
export const holdsExpectations = ({ outcome }: Observed): Finding => {
  const others = outcome.results.filter(({ result }) => result !== "held")
  const pass = others.length === 0 && outcome.results.length > 0
  return {
    pass,
    message: () =>
      pass
        ? `all ${outcome.results.length} expectations held, and at least one was to be broken`
        : outcome.results.length === 0
          ? "the scenario has no expectations; write one with .expect(…)"
          : [`${others.length} of ${outcome.results.length} expectations did not hold:`, ...others.map(told)].join("\n")
  }
}

/** The expectation of that id broke. Another id is a mistake in the test, and throws. */
export const breaks = ({ outcome }: Observed, id: string): Finding => {
  const result = outcome.results.find(({ expectation }) => expectation === id)
  if (result === undefined)
    throw new Error(`no expectation is called "${id}"; the run has ${quoted(outcome.results.map(({ expectation }) => expectation))}`)
  const pass = result.result === "broken"
  return { pass, message: () => `"${id}" was ${pass ? "not to break" : "to break"}:\n${told(result)}` }
}

const quoted = (names: ReadonlyArray<string>): string => (names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", "))

interface Share {
  readonly text: string
  readonly holds: (found: Ratio) => boolean
}

/** `4/9`: exactly so. `>=99%`, `<=1/2`: a bound. */
const shareOf = (text: string): Share => {
  const [, sign = "", figure = ""] = /^\s*(>=|<=)?\s*(\S+)\s*$/.exec(text) ?? []
  const wanted = parseRatio(figure)
  if (wanted === undefined) throw new Error(`"${text}" is no share of success; write "4/9", "1", "99%", or a bound such as ">=99%"`)
  if (sign === ">=") return { text: `at least ${figure}`, holds: (found) => compareRatio(found, wanted) >= 0 }
  if (sign === "<=") return { text: `at most ${figure}`, holds: (found) => compareRatio(found, wanted) <= 0 }
  return { text: `exactly ${figure}`, holds: (found) => compareRatio(found, wanted) === 0 }
}

const windowText = (window: ProbeWindow): string =>
  `  ${clock(window.fromMs)} to ${clock(window.toMs)}: ${window.success} (timeout ${window.timeout}, refused ${window.refused})`

/** Throughout the span the probe's share of success was as asked. A stretch without an answer is not. */
export const delivers = (run: Observed, probe: string, share: string, span: Span = {}): Finding => {
  const windows = run.outcome.probes.find((known) => known.probe === probe)?.windows
  if (windows === undefined)
    throw new Error(`no probe is called "${probe}"; the run has ${quoted(run.outcome.probes.map((known) => known.probe))}`)
  const wanted = shareOf(share)
  const from = span.from === undefined ? 0 : instantOf("from", span.from)
  const until = span.until === undefined ? run.endMs : instantOf("until", span.until)
  if (until <= from) throw new Error(`the window from ${clock(from)} until ${clock(until)} is empty`)
  const touched = windows.filter((window) => window.fromMs < until && window.toMs > from)
  const off = touched.filter(({ success }) => !wanted.holds(parseRatio(success) ?? { of: 0, over: 1 }))
  const covers = touched.length > 0 && (touched[0]?.fromMs ?? until) <= from && (touched.at(-1)?.toMs ?? from) >= until
  const pass = covers && off.length === 0
  return {
    pass,
    message: () => {
      const head = `probe "${probe}" was ${pass ? "not " : ""}to succeed ${wanted.text} from ${clock(from)} to ${clock(until)}`
      if (pass) return head
      return covers
        ? [`${head}, but:`, ...off.map(windowText)].join("\n")
        : `${head}, but its answers do not cover that time; the run ended at ${clock(run.endMs)}`
    }
  }
}

export interface Since {
  /** A time since the run's start. */
  readonly after?: string
  /** Only events about this subject: a node, a pod, a zone. */
  readonly of?: string
}

/** An event of the kind came to be at or after `after`, and no later than `span` from there. */
export const happensWithin = (run: Observed, kind: string, span: string, since: Since = {}): Finding => {
  const after = since.after === undefined ? 0 : instantOf("after", since.after)
  const deadline = after + instantOf("within", span)
  const of = since.of === undefined ? "" : ` of "${since.of}"`
  const all = run.events.filter(({ event }) => event._tag === kind && (since.of === undefined || subjectOf(event) === since.of))
  const first = all.find(({ at }) => at >= after)
  const pass = first !== undefined && first.at <= deadline
  return {
    pass,
    message: () => {
      const head = `${kind}${of} was ${pass ? "not " : ""}to happen within ${span} after ${clock(after)}`
      if (first !== undefined) return `${head}; it happened at ${clock(first.at)} (event ${first.seq})`
      const before = all.at(-1)
      return `${head}; it never did${before === undefined ? "" : ` after that; the last was at ${clock(before.at)}`}`
    }
  }
}

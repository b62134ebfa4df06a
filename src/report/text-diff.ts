/**
 * The text of `diff`: what went in, where two runs part, which outcomes turned, probe windows, figures, events, and what only
 * moved in time. Goldens hold no events: their text is the table of facts that differ.
 */
import type { Comparison, ExpectationTurn, InputComparison, OutcomeComparison, ProbeChange } from "../analysis/compare.ts"
import { shortClock } from "../analysis/evidence.ts"
import type { GoldenDifference } from "../analysis/goldens.ts"
import type { ProbeWindow } from "../analysis/outcome.ts"
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { formatClock } from "../model/value/instant.ts"
import { counted, figureName, figureText, grouped, settingName, settingText, shortDigest, signedSpan } from "./figures.ts"
import type { RunFacts } from "./run-facts.ts"
import { sentenceOf } from "./sentence.ts"
import { finish, hang, padEnd, paint, type Style } from "./style.ts"
import { table } from "./table.ts"
import { resultSign } from "./text-summary.ts"

export interface DiffFacts {
  readonly a: RunFacts
  readonly b: RunFacts
  readonly comparison: Comparison
  /** Events around the place where the runs part, told line by line. */
  readonly context?: { readonly a: ReadonlyArray<RecordedEvent>; readonly b: ReadonlyArray<RecordedEvent> }
  /** Everything, when absent. */
  readonly parts?: ReadonlySet<DiffPart>
}

/** What a reader may ask for alone. */
export type DiffPart = "outcomes" | "events" | "series"

/** Width of the column of headings. */
const headWidth = 18
const section = (name: string, parts: ReadonlyArray<string>, columns: number): Array<string> =>
  parts.map((part, index) => hang(padEnd(index === 0 ? name : "", headWidth), part, columns))

const inputsText = (inputs: InputComparison): string => {
  const same = (name: string, isSame: boolean) => `${name} ${isSame ? "=" : "≠"}`
  const settings = inputs.settings.map(({ name, a, b }) => `${settingName(name)} ${settingText(name, a)} → ${settingText(name, b)}`)
  const parts = inputs.parts.filter((part) => part !== "name" && part !== "about" && part !== "lesson")
  return [
    same("seed", inputs.seedSame),
    same("engine", inputs.engineSame),
    settings.length === 0 ? "settings =" : `settings ≠ (${settings.join(", ")})`,
    parts.length === 0 ? "scenario =" : `scenario ≠ (${parts.join(", ")})`
  ].join("  ")
}

const sideText = (side: "A" | "B", recorded: RecordedEvent | undefined): string =>
  recorded === undefined
    ? `${side} has ended`
    : `${side} #${grouped(recorded.seq)} ${formatClock(recorded.at)} ${subjectOf(recorded.event)}: ${sentenceOf(recorded.event)}`

const turnText = (style: Style, turn: ExpectationTurn): string => {
  const sign = (side: ExpectationTurn["a"]) => (side === undefined ? "-" : resultSign(style, side.result))
  const evidence = (side: ExpectationTurn["a"]) => side?.evidence ?? "not expected"
  return `${sign(turn.a)}→${sign(turn.b)} ${turn.expectation}: ${evidence(turn.a)} → ${evidence(turn.b)}`
}

const answerText = ({ success, timeout, refused }: ProbeWindow): string =>
  [success, ...(timeout === "0" ? [] : [`${timeout} timeout`]), ...(refused === "0" ? [] : [`${refused} refused`])].join(", ")
const windowsText = (windows: ReadonlyArray<ProbeWindow>): string =>
  windows.map((window) => `${shortClock(window.fromMs)} ${answerText(window)}`).join(" · ")

const probeLines = ({ probe, change, a, b }: ProbeChange): ReadonlyArray<string> => {
  if (change === "changed") return [`${probe} changed`, `  A ${windowsText(a)}`, `  B ${windowsText(b)}`]
  const moves = a.flatMap((window, index) => {
    const other = b[index]
    if (other === undefined || other.fromMs === window.fromMs) return []
    const shift = signedSpan(other.fromMs - window.fromMs)
    return [`${answerText(window)} from ${shortClock(window.fromMs)} → ${shortClock(other.fromMs)} (${shift})`]
  })
  return [`${probe} moved only in time: ${moves.length === 0 ? "another end" : moves.join(" · ")}`]
}

/** Outcomes of two runs: results, probes, figures. */
const outcomeLines = (style: Style, outcome: OutcomeComparison, isAsked: (part: DiffPart) => boolean): Array<string> => {
  const unchanged = (count: number) => (count === 0 ? [] : [`${grouped(count)} unchanged`])
  const figures = outcome.figures.filter(({ name }) => name !== "events")
  const turns = [...outcome.turned, ...outcome.restated].map((turn) => turnText(style, turn))
  const moved = figures.map(({ name, a, b }) => `${figureName(name)} ${figureText(name, a)} → ${figureText(name, b)}`)
  const results = section("outcomes", [...turns, ...unchanged(outcome.resultsUnchanged)], style.columns)
  const series = [
    ...section("probes", [...outcome.probes.flatMap(probeLines), ...unchanged(outcome.probesUnchanged)], style.columns),
    ...section("series", [...moved, ...unchanged(outcome.figuresUnchanged)], style.columns)
  ]
  return [...(isAsked("outcomes") ? results : []), ...(isAsked("series") ? series : [])]
}

/** Kinds named one by one; the rest is summed up. */
const kindsShown = 5
/** Events that only one run has, shown a side. */
const onlyShown = 5

const eventLines = (style: Style, { events }: Comparison): Array<string> => {
  const signed = (count: number) => `${count > 0 ? "+" : ""}${grouped(count)}`
  const shown = events.kinds.slice(0, kindsShown).map(({ kind, a, b }) => `${signed(b - a)} ${kind}`)
  const rest = events.kinds.slice(kindsShown)
  const sum = rest.reduce((total, { a, b }) => total + b - a, 0)
  const more = rest.length === 0 ? [] : [`${signed(sum)} in ${rest.length} more ${rest.length === 1 ? "kind" : "kinds"}`]
  const shifts = events.shifts.slice(0, kindsShown).map(({ shiftMs, count }) => `${signedSpan(shiftMs)} for ${counted(count, "event")}`)
  const moved = [...shifts, `${counted(events.unmoved, "event")} in place`].join(" · ")
  const only = (side: "A" | "B", list: ReadonlyArray<RecordedEvent>) => [
    ...list.slice(0, onlyShown).map((recorded) => sideText(side, recorded)),
    ...(list.length > onlyShown ? [`${side} … ${grouped(list.length - onlyShown)} more`] : [])
  ]
  return [
    ...section("events", [[`${grouped(events.a)} → ${grouped(events.b)}`, ...shown, ...more].join("  ")], style.columns),
    ...section("in time", [moved], style.columns),
    ...section("only in A", only("A", events.onlyA), style.columns),
    ...section("only in B", only("B", events.onlyB), style.columns)
  ]
}

/** Several lines, without a line break at the end. */
export const diffText = (style: Style, facts: DiffFacts): string => {
  const { a, b, comparison } = facts
  const name = (run: RunFacts) => `${paint(style, "strong", run.id ?? run.variant ?? run.scenario)} ${shortDigest(run.digest)}`
  const { divergence } = comparison
  const isAsked = (part: DiffPart): boolean => facts.parts === undefined || facts.parts.has(part)
  const context = (side: "A" | "B", events: ReadonlyArray<RecordedEvent> = []) => events.map((recorded) => sideText(side, recorded))
  const divergenceLines =
    divergence === undefined
      ? section("divergence", ["none: equal to the last event"], style.columns)
      : [
          ...section("first divergence", [sideText("A", divergence.a), sideText("B", divergence.b)], style.columns),
          ...section("around it", [...context("A", facts.context?.a), ...context("B", facts.context?.b)], style.columns)
        ]
  const lines = [
    `A ${name(a)}   B ${name(b)}   ${inputsText(comparison.inputs)}`,
    ...divergenceLines,
    ...outcomeLines(style, comparison.outcome, isAsked),
    ...(isAsked("events") ? eventLines(style, comparison) : [])
  ]
  return finish(style, lines.join("\n"))
}

/** A run against its golden: one line a fact that differs. */
export const goldenTableText = (style: Style, name: string, differences: ReadonlyArray<GoldenDifference>): string => {
  if (differences.length === 0) return finish(style, `${paint(style, "good", "✔")} as its golden ${name}`)
  const rows = differences.map(({ fact, subject, expected, found }) => [
    fact,
    subject === fact ? "" : subject,
    expected ?? "-",
    found ?? "-"
  ])
  const columns = [{ title: "fact" }, { title: "of" }, { title: "golden" }, { title: "this run" }]
  return finish(
    style,
    [`${paint(style, "bad", "✖")} ${counted(differences.length, "fact")} other than in ${name}`, ...table(style, columns, rows)].join("\n")
  )
}

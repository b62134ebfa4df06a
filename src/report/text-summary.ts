/**
 * The summary that a run leaves behind: a line an expectation, why the broken ones broke, what the run was, and what to do next.
 */
import type { Why } from "../analysis/causes.ts"
import { changesOutcome, type GoldenDifference } from "../analysis/goldens.ts"
import type { ExpectationResult, Outcome, Result } from "../analysis/outcome.ts"
import { subjectOf } from "../event/subject.ts"
import { formatClock, formatDuration } from "../model/value/instant.ts"
import type { Places, Plan } from "../scenario/plan.ts"
import { counted, grouped, shortDigest, wallSeconds } from "./figures.ts"
import { entryPlace, entryText, expectationPlace, shortPlace } from "./place.ts"
import { failureSentence } from "./reason.ts"
import type { RunFacts } from "./run-facts.ts"
import { sentenceOf } from "./sentence.ts"
import { finish, hang, padEnd, paint, type Style, type Tone, widthOf } from "./style.ts"
import { spread } from "./text-run.ts"

/** The run's digest beside its golden's. `differences` empty: equal in everything. */
export interface GoldenVerdict {
  readonly digest: string
  readonly differences: ReadonlyArray<GoldenDifference>
}

export interface SummaryFacts {
  readonly run: RunFacts
  readonly plan: Plan
  readonly places: Places
  readonly outcome: Outcome
  /** Why each broken expectation broke, by its id; those without are told without a reason. */
  readonly whys: ReadonlyMap<string, Why>
  readonly golden: GoldenVerdict | undefined
  /** An earlier run of the scenario is there to compare with. */
  readonly hasEarlier: boolean
}

const resultSigns: Readonly<Record<Result, string>> = { held: "✔", broken: "✖", inconclusive: "·" }
const resultTones: Readonly<Record<Result, Tone>> = { held: "good", broken: "bad", inconclusive: "warning" }

/** ✔ held, ✖ broken, · inconclusive. */
export const resultSign = (style: Style, result: Result): string => paint(style, resultTones[result], resultSigns[result])

/** `✖ 1 of 7 expectations broken, 1 inconclusive`. */
export const headline = (style: Style, outcome: Outcome): string => {
  const count = (result: Result) => outcome.results.filter((known) => known.result === result).length
  const [broken, inconclusive, all] = [count("broken"), count("inconclusive"), outcome.results.length]
  if (all === 0) return "no expectations: nothing was judged"
  const rest = inconclusive === 0 ? "" : `, ${inconclusive} inconclusive`
  if (broken > 0) return `${resultSign(style, "broken")} ${broken} of ${counted(all, "expectation")} broken${rest}`
  if (inconclusive > 0)
    return `${resultSign(style, "inconclusive")} ${inconclusive} of ${counted(all, "expectation")} inconclusive, none broken`
  return `${resultSign(style, "held")} ${all === 1 ? "the expectation" : `all ${all} expectations`} held`
}

/** Why it broke, in one sentence: what failed then, and the entry of the timeline it goes back to. `undefined` when nothing is known. */
export const becauseText = (why: Why, plan: Plan, places: Places): string | undefined => {
  const [nearest] = why.chain?.events ?? []
  const failure = why.answer?.failures[0]
  const head =
    failure !== undefined
      ? failureSentence(failure)
      : nearest !== undefined
        ? `${subjectOf(nearest.event)}: ${sentenceOf(nearest.event)}`
        : undefined
  const root = why.chain?.root
  if (head === undefined || root === undefined) return head
  if (root._tag === "Settling") return `${head}; so since the cluster settled`
  if (root._tag === "Cut") return head
  const place = entryPlace(places, root.index)
  return `${head}; from ${entryText(plan, root.index)}${place === undefined ? "" : ` (${shortPlace(place)})`}`
}

const resultLines = (style: Style, facts: SummaryFacts, result: ExpectationResult, width: number): Array<string> => {
  const place = result.result === "held" ? undefined : expectationPlace(facts.places, result.expectation)
  const mark = `  ${resultSign(style, result.result)} ${padEnd(result.expectation, width)}  `
  const isShort = widthOf(mark) + widthOf(result.evidence) + (place === undefined ? 0 : widthOf(shortPlace(place)) + 2) <= style.columns
  const right = place === undefined ? "" : paint(style, "faint", shortPlace(place))
  const lines = isShort
    ? [spread(mark + result.evidence, right, style.columns)]
    : [spread(mark.trimEnd(), right, style.columns), hang("      ", result.evidence, style.columns)]
  const why = result.result === "broken" ? facts.whys.get(result.expectation) : undefined
  const because = why === undefined ? undefined : becauseText(why, facts.plan, facts.places)
  return because === undefined ? lines : [...lines, hang("      because ", because, style.columns)]
}

const goldenText = (style: Style, verdict: GoldenVerdict | undefined): string => {
  if (verdict === undefined) return ""
  if (verdict.differences.length === 0) return " = golden"
  const other = verdict.differences.some(({ fact }) => fact === "digest") ? ` ≠ golden ${shortDigest(verdict.digest)}` : ""
  const changed = verdict.differences.filter(({ fact }) => fact === "result" || fact === "window" || fact === "figure").length
  return paint(
    style,
    changesOutcome(verdict.differences) ? "bad" : "warning",
    `${other}${changed === 0 ? ", same outcome as golden" : `, ${counted(changed, "fact")} differ${changed === 1 ? "s" : ""}`}`
  )
}

const runLine = (style: Style, { run, golden }: SummaryFacts): string => {
  const { wallMs } = run
  const pace = wallMs === undefined || wallMs === 0 ? "" : ` (×${grouped(Math.floor(run.endMs / wallMs))})`
  const wall = wallMs === undefined ? "" : ` in ${wallSeconds(wallMs)}${pace}`
  const end = run.end === "complete" ? "" : `  ${paint(style, "warning", run.end)}`
  const id = run.id === undefined ? "not recorded" : `run ${paint(style, "strong", run.id)}`
  return `${id}  ${formatClock(run.endMs, { millis: false })} virtual${wall}  ${grouped(run.events)} events  digest ${shortDigest(run.digest)}${goldenText(style, golden)}${end}`
}

/** A word for the shell: quoted where it has anything but plain signs. */
export const shellWord = (text: string): string => (/^[A-Za-z0-9_@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const nextHints = ({ run, outcome, hasEarlier }: SummaryFacts): ReadonlyArray<string> => {
  if (run.id === undefined) return []
  const worst = outcome.results.find(({ result }) => result === "broken") ?? outcome.results.find(({ result }) => result === "inconclusive")
  return [
    worst?.atMs === undefined ? "drill replay latest" : `drill replay latest@${formatDuration(worst.atMs)}`,
    ...(worst === undefined ? [] : [`drill why latest ${shellWord(worst.expectation)}`]),
    ...(hasEarlier ? ["drill diff latest~1 latest"] : [])
  ]
}

/** The whole summary, several lines, without a line break at its end. */
export const runSummary = (style: Style, facts: SummaryFacts): string => {
  const { outcome, plan } = facts
  const longest = Math.max(0, ...outcome.results.map((result) => widthOf(result.expectation)))
  const width = Math.min(longest, 40)
  const hasBroken = outcome.results.some(({ result }) => result === "broken")
  const hints = nextHints(facts)
  const lines = [
    headline(style, outcome),
    ...outcome.results.flatMap((result) => resultLines(style, facts, result, width)),
    ...(hasBroken && plan.lesson !== "" ? [hang("  the lesson: ", plan.lesson, style.columns)] : []),
    ...outcome.warnings.map((warning) => hang(`  ${paint(style, "warning", "▲")} `, warning, style.columns)),
    hang("", runLine(style, facts), style.columns),
    ...(hints.length === 0 ? [] : [hang("next: ", hints.join(" · "), style.columns)])
  ]
  return finish(style, lines.join("\n"))
}

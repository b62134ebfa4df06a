/**
 * What differs between two runs: what went in, where they part, outcomes that turned, probe windows that changed or only moved
 * in time, figures, and how many events of each kind. Plain data; `report` makes the text.
 */
import type { RecordedEvent } from "../event/event.ts"
import { canonicalText } from "../model/value/canonical.ts"
import type { SettingValue } from "../model/value/setting.ts"
import { compareText, sortedKeys } from "../model/value/text.ts"
import type { Plan } from "../scenario/plan.ts"
import { type Divergence, firstDivergence, type Pairing, pairEvents } from "./divergence.ts"
import type { ExpectationResult, Outcome, ProbeWindow, ProbeWindows } from "./outcome.ts"

/** One run as a comparison takes it. `events` in the order of `seq`, from settling on. */
export interface ComparedRun {
  readonly plan: Plan
  readonly seed: number
  readonly engine: string
  readonly outcome: Outcome
  readonly events: ReadonlyArray<RecordedEvent>
}

export interface SettingChange {
  readonly name: string
  readonly a: SettingValue | undefined
  readonly b: SettingValue | undefined
}

export interface InputComparison {
  readonly seedSame: boolean
  readonly engineSame: boolean
  readonly settings: ReadonlyArray<SettingChange>
  /** Other parts of the plan that differ, by name: `topology`, `cluster`, `timeline`, … */
  readonly parts: ReadonlyArray<string>
}

export interface ExpectationTurn {
  readonly expectation: string
  readonly a: ExpectationResult | undefined
  readonly b: ExpectationResult | undefined
}

/** `moved`: the same answers in the same order, at other instants. `changed`: other answers. */
export interface ProbeChange {
  readonly probe: string
  readonly change: "moved" | "changed"
  readonly a: ReadonlyArray<ProbeWindow>
  readonly b: ReadonlyArray<ProbeWindow>
}

export interface FigureChange {
  readonly name: string
  readonly a: number | undefined
  readonly b: number | undefined
}

export interface OutcomeComparison {
  /** Another result. */
  readonly turned: ReadonlyArray<ExpectationTurn>
  /** The same result with other figures. */
  readonly restated: ReadonlyArray<ExpectationTurn>
  readonly resultsUnchanged: number
  readonly probes: ReadonlyArray<ProbeChange>
  readonly probesUnchanged: number
  readonly figures: ReadonlyArray<FigureChange>
  readonly figuresUnchanged: number
}

export interface Comparison {
  readonly inputs: InputComparison
  readonly divergence: Divergence | undefined
  readonly outcome: OutcomeComparison
  readonly events: Pairing & { readonly a: number; readonly b: number }
}

const compareInputs = (a: ComparedRun, b: ComparedRun): InputComparison => {
  const [left, right] = [a.plan.settings, b.plan.settings]
  const names = sortedKeys(new Set([...Object.keys(left), ...Object.keys(right)]))
  const [planA, planB] = [a.plan as unknown as Record<string, unknown>, b.plan as unknown as Record<string, unknown>]
  const members = sortedKeys(new Set([...Object.keys(planA), ...Object.keys(planB)])).filter((key) => key !== "settings")
  const textOfMember = (value: unknown): string => (value === undefined ? "" : canonicalText(value))
  return {
    seedSame: a.seed === b.seed,
    engineSame: a.engine === b.engine,
    settings: names.filter((name) => left[name] !== right[name]).map((name) => ({ name, a: left[name], b: right[name] })),
    parts: members.filter((key) => textOfMember(planA[key]) !== textOfMember(planB[key]))
  }
}

const compareResults = (a: Outcome, b: Outcome): Pick<OutcomeComparison, "turned" | "restated" | "resultsUnchanged"> => {
  const byId = (outcome: Outcome) => new Map(outcome.results.map((result) => [result.expectation, result]))
  const [left, right] = [byId(a), byId(b)]
  const ids = [...new Set([...left.keys(), ...right.keys()])]
  const pairs = ids.map((expectation) => ({ expectation, a: left.get(expectation), b: right.get(expectation) }))
  const turned = pairs.filter((pair) => pair.a?.result !== pair.b?.result)
  const restated = pairs.filter((pair) => pair.a?.result === pair.b?.result && pair.a?.evidence !== pair.b?.evidence)
  return { turned, restated, resultsUnchanged: pairs.length - turned.length - restated.length }
}

const answerText = (window: ProbeWindow): string => `${window.success} ${window.timeout} ${window.refused}`
const windowText = (window: ProbeWindow): string => `${window.fromMs} ${window.toMs} ${answerText(window)}`

const compareProbes = (a: Outcome, b: Outcome): Pick<OutcomeComparison, "probes" | "probesUnchanged"> => {
  const byId = (probes: ReadonlyArray<ProbeWindows>) => new Map(probes.map((probe) => [probe.probe, probe.windows]))
  const [left, right] = [byId(a.probes), byId(b.probes)]
  const ids = [...new Set([...left.keys(), ...right.keys()])]
  const changes: Array<ProbeChange> = []
  for (const probe of ids) {
    const [before, after] = [left.get(probe) ?? [], right.get(probe) ?? []]
    if (before.map(windowText).join() === after.map(windowText).join()) continue
    const change = before.map(answerText).join() === after.map(answerText).join() ? "moved" : "changed"
    changes.push({ probe, change, a: before, b: after })
  }
  return { probes: changes, probesUnchanged: ids.length - changes.length }
}

const compareFigures = (a: Outcome, b: Outcome): Pick<OutcomeComparison, "figures" | "figuresUnchanged"> => {
  const names = [...new Set([...Object.keys(a.figures), ...Object.keys(b.figures)])].sort(compareText)
  const figures = names.map((name) => ({ name, a: a.figures[name], b: b.figures[name] })).filter((figure) => figure.a !== figure.b)
  return { figures, figuresUnchanged: names.length - figures.length }
}

/** Outcomes alone, for when one side holds no events. */
export const compareOutcomes = (a: Outcome, b: Outcome): OutcomeComparison => ({
  ...compareResults(a, b),
  ...compareProbes(a, b),
  ...compareFigures(a, b)
})

/**
 * Everything that differs. `divergence`: the pair where the runs part, when the caller knows it already (a recording finds it by
 * halving its chain); otherwise it is looked for.
 */
export const compareRuns = (a: ComparedRun, b: ComparedRun, divergence?: Divergence): Comparison => ({
  inputs: compareInputs(a, b),
  divergence: divergence ?? firstDivergence(a.events, b.events),
  outcome: compareOutcomes(a.outcome, b.outcome),
  events: { ...pairEvents(a.events, b.events), a: a.outcome.figures.events ?? 0, b: b.outcome.figures.events ?? 0 }
})

/** True when nothing a reader would call a difference was found. Names and teaching of a plan do not count, events and outcomes do. */
export const isSameRun = (comparison: Comparison): boolean =>
  comparison.divergence === undefined &&
  comparison.outcome.turned.length === 0 &&
  comparison.outcome.restated.length === 0 &&
  comparison.outcome.probes.length === 0 &&
  comparison.outcome.figures.length === 0

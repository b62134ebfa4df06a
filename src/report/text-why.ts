/**
 * The text of `why`: what happened, the hop that lost the packet, the chain of causes back to the line of the scenario that
 * brought it about, and, when asked for, what followed.
 */
import { type AnswerAt, type CauseChain, type EffectTree, effectCount, type Root, type Why } from "../analysis/causes.ts"
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { formatClock } from "../model/value/instant.ts"
import type { Place, Places, Plan } from "../scenario/plan.ts"
import { counted, grouped } from "./figures.ts"
import { actionText, entryPlace, entryText, expectationPlace, placeText } from "./place.ts"
import { failsText, reasonText, shareText } from "./reason.ts"
import { sentenceOf } from "./sentence.ts"
import { finish, hang, paint, type Style } from "./style.ts"
import { codeFrame } from "./text-diagnostic.ts"
import { spread } from "./text-run.ts"
import { resultSign } from "./text-summary.ts"

export interface WhyFacts {
  readonly plan: Plan
  readonly places: Places
  /** Text of the scenario's files by path, as far as they can still be read. */
  readonly sources: ReadonlyMap<string, string>
}

const eventHead = (style: Style, recorded: RecordedEvent): string =>
  `${paint(style, "faint", `#${grouped(recorded.seq)}`)} ${formatClock(recorded.at)} ${subjectOf(recorded.event)}  `

const frameOf = (style: Style, facts: WhyFacts, place: Place | undefined, underlined?: string): ReadonlyArray<string> => {
  if (place === undefined) return []
  const source = facts.sources.get(place.path)
  return source === undefined ? [placeText(place)] : codeFrame(style, place, source, underlined)
}

const rootLines = (style: Style, facts: WhyFacts, root: Root): ReadonlyArray<string> => {
  if (root._tag === "Settling") return ["settling: the cluster's own beginning"]
  if (root._tag === "Cut") return [`event #${grouped(root.cause)} and what it follows from: not shown (see --depth)`]
  const action = facts.plan.timeline[root.index]?.action
  return [
    entryText(facts.plan, root.index),
    ...frameOf(style, facts, entryPlace(facts.places, root.index), action === undefined ? undefined : actionText(action))
  ]
}

const chainLines = (style: Style, facts: WhyFacts, chain: CauseChain): Array<string> => {
  const lines: Array<string> = []
  chain.events.forEach((recorded, index) => {
    const indent = `${"  ".repeat(index)}└ `
    lines.push(hang(indent + eventHead(style, recorded), sentenceOf(recorded.event), style.columns))
  })
  const indent = "  ".repeat(chain.events.length)
  return [...lines, ...rootLines(style, facts, chain.root).map((line, index) => `${indent}${index === 0 ? "└ " : "  "}${line}`)]
}

const answerLines = (style: Style, { answer, failures }: AnswerAt): Array<string> => [
  `${answer.probe}: success ${answer.success}, ${answer.timeout} timeout, ${answer.refused} refused${answer.other === "0" ? "" : `, ${answer.other} otherwise`}`,
  ...failures.flatMap((failure) => {
    const call = failure.call === undefined ? "" : ` when calling ${failure.call}`
    const code = failure.code === undefined ? "" : ` [${failure.code}]`
    return [
      hang(
        `  ${paint(style, "bad", "✖")} ${shareText(failure.share)} `,
        `${failsText(failure.fails)}${call} at ${failure.at}: ${reasonText(failure.reason)}${code}`,
        style.columns
      ),
      ...(failure.origin === "" || failure.origin === failure.at ? [] : [hang("      by ", failure.origin, style.columns)])
    ]
  })
]

const effectLines = (style: Style, tree: EffectTree, prefix: string, room: { left: number }): Array<string> =>
  tree.effects.flatMap((effect, index) => {
    if (room.left <= 0) return []
    room.left -= 1
    const isLast = index === tree.effects.length - 1
    const line = `${prefix}${isLast ? "└ " : "├ "}${eventHead(style, effect.recorded)}${sentenceOf(effect.recorded.event)}`
    return [line, ...effectLines(style, effect, prefix + (isLast ? "  " : "│ "), room)]
  })

/** Effects shown at most; the rest is counted. */
const effectsShown = 200

const effectsText = (style: Style, tree: EffectTree): Array<string> => {
  const all = effectCount(tree)
  const lines = effectLines(style, tree, "", { left: effectsShown })
  return [`effects: ${counted(all, "event")}`, ...lines, ...(all > lines.length ? [`  … ${grouped(all - lines.length)} more`] : [])]
}

/** Several lines, without a line break at the end. */
export const whyText = (style: Style, why: Why, facts: WhyFacts): string => {
  const { result } = why
  const place = result === undefined ? undefined : expectationPlace(facts.places, result.expectation)
  const head = result === undefined ? why.subject : `${resultSign(style, result.result)} ${result.expectation}: ${result.result}`
  const lines = [
    spread(head, place === undefined ? "" : paint(style, "faint", placeText(place)), style.columns),
    ...(result === undefined ? [] : [hang("  ", result.evidence, style.columns)]),
    ...(why.remark === undefined ? [] : [hang("  ", why.remark, style.columns)]),
    ...(why.answer === undefined ? [] : answerLines(style, why.answer)),
    ...(why.chain === undefined ? [] : ["why, nearest first", ...chainLines(style, facts, why.chain)]),
    ...(why.effects === undefined ? [] : effectsText(style, why.effects))
  ]
  return finish(style, lines.join("\n"))
}

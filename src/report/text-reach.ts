/**
 * One flow's way there and back, hop by hop: the filters with the rule that decided, the route that won and what it beat, translations,
 * balancers; then how it ended, in the owner's words with the vendor's code. Ways that differ in nothing but their target are told once.
 */
import type { Branch, Hop, Leg, Step, Trace } from "../model/net/verdict.ts"
import { compareRatio, formatRatio, plus, type Ratio } from "../model/value/ratio.ts"
import { counted } from "./figures.ts"
import { endSentence, failsText, originText } from "./reason.ts"
import { finish, hang, paint, type Style } from "./style.ts"

export interface ReachFacts {
  /** `client → app:80 tcp at 10:00`. */
  readonly headline: string
  readonly trace: Trace
  /** Ways shown at most. */
  readonly most: number
}

const stepLine = (step: Step): string => {
  switch (step._tag) {
    case "Filtered": {
      const by = step.session ? "a known session" : step.rule === undefined ? "no rule" : (step.rule.part ?? step.rule.resource)
      return `${step.verdict === "accept" ? "admitted" : "denied"} by ${step.filter.resource}: ${by}`
    }
    case "Routed":
      return `routed by ${step.table.resource}: ${step.won.part ?? step.prefix}`
    case "Translated":
      return `${step.field} ${step.from} becomes ${step.to}${step.port === undefined ? "" : `:${step.port}`} (${originText(step.by)})`
    case "Balanced":
      return `sent to ${step.target}, ${formatRatio(step.share)} of ${counted(step.among, "target")} (${originText(step.by)})`
    case "Resolved":
      return `${step.name} is ${step.address}, ${formatRatio(step.share)} of its answers`
  }
}

const losersOf = (step: Step): ReadonlyArray<string> =>
  step._tag === "Routed" ? step.losers.map(({ route, why }) => `not ${route.part ?? route.resource}: ${why}`) : []

const hopLines = (style: Style, hops: ReadonlyArray<Hop>): ReadonlyArray<string> =>
  hops.flatMap(({ component, steps }) => [
    `    ${component}`,
    ...steps.flatMap((step) => [
      hang("      ", stepLine(step), style.columns),
      ...losersOf(step).map((line) => hang("        ", paint(style, "faint", line), style.columns))
    ])
  ])

const legLines = (style: Style, name: string, leg: Leg): ReadonlyArray<string> => [
  `  ${name}`,
  ...hopLines(style, leg.hops),
  hang("    ", endSentence(leg.end), style.columns)
]

interface Told {
  readonly branch: Branch
  readonly share: Ratio
  readonly ways: number
}

/** Two ways are alike when they end alike: at a target of the same kind, or at the same obstacle. */
const kindOf = ({ ok, forward, reply }: Branch): string => {
  const ends = [forward.end, reply?.end].map((end) => (end === undefined || end.fate === "delivered" ? "" : JSON.stringify(end)))
  return JSON.stringify([ok, ...ends])
}

const told = (branches: ReadonlyArray<Branch>): ReadonlyArray<Told> => {
  const kinds = new Map<string, Told>()
  for (const branch of branches) {
    const before = kinds.get(kindOf(branch))
    kinds.set(kindOf(branch), {
      branch: before?.branch ?? branch,
      share: before === undefined ? branch.share : plus(before.share, branch.share),
      ways: (before?.ways ?? 0) + 1
    })
  }
  return [...kinds.values()].sort(
    (left, right) => Number(left.branch.ok) - Number(right.branch.ok) || compareRatio(right.share, left.share)
  )
}

const wayHead = (style: Style, { branch, share, ways }: Told): string => {
  const { ok, forward, reply } = branch
  const fails = forward.end.fate === "delivered" ? reply?.end.fails : forward.end.fails
  const sign = ok ? paint(style, "good", style.ascii ? "+" : "✔") : paint(style, "bad", style.ascii ? "x" : "✖")
  const what = ok ? "gets through" : failsText(fails ?? "timeout")
  return `${sign} ${formatRatio(share)} ${what}${ways === 1 ? "" : ` by ${ways} ways alike; the first of them`}`
}

/** What fails comes first, then what gets through. */
export const reachText = (style: Style, { headline, trace, most }: ReachFacts): string => {
  const kinds = told(trace.branches)
  const shown = kinds.slice(0, most)
  const left = kinds.length - shown.length
  const lines = [
    headline,
    `success ${formatRatio(trace.success)}`,
    ...shown.flatMap((kind) => [
      wayHead(style, kind),
      ...legLines(style, "there", kind.branch.forward),
      ...(kind.branch.reply === undefined ? [] : legLines(style, "back", kind.branch.reply))
    ]),
    ...(left === 0 ? [] : [`${counted(left, "kind of way", "kinds of ways")} more: --all shows them`])
  ]
  return finish(style, lines.join("\n"))
}

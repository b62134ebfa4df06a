/**
 * Goldens: an outcome and its digest kept under version control, as small reviewable text: JSON with one fact a line, always in
 * the same order. Evidence sentences are left out, so that a better wording moves no golden.
 */
import { Schema } from "effect"
import { compareText, sortedKeys } from "../model/value/text.ts"
import type { ExpectationResult, Outcome } from "./outcome.ts"

export const goldenFormat = 1

const Window = Schema.Struct({
  probe: Schema.String,
  fromMs: Schema.Int,
  toMs: Schema.Int,
  success: Schema.String,
  timeout: Schema.String,
  refused: Schema.String
})

const KeptResult = Schema.Struct({
  expectation: Schema.String,
  result: Schema.Literals(["held", "broken", "inconclusive"]),
  atMs: Schema.optionalKey(Schema.Int)
})

export const Golden = Schema.Struct({
  format: Schema.Literal(goldenFormat),
  scenario: Schema.String,
  seed: Schema.Int,
  engine: Schema.String,
  digest: Schema.String,
  /** What the drill teaches; says why a result that is broken here is meant to be. */
  lesson: Schema.String,
  results: Schema.Array(KeptResult),
  probes: Schema.Array(Window),
  figures: Schema.Record(Schema.String, Schema.Int)
})
export type Golden = typeof Golden.Type

/** What a golden says of the run besides its outcome. */
export type GoldenHead = Pick<Golden, "scenario" | "seed" | "engine" | "digest" | "lesson">

const keptResult = ({ expectation, result, atMs }: ExpectationResult): Golden["results"][number] =>
  atMs === undefined ? { expectation, result } : { expectation, result, atMs }

export const goldenOf = (head: GoldenHead, outcome: Outcome): Golden => ({
  format: goldenFormat,
  scenario: head.scenario,
  seed: head.seed,
  engine: head.engine,
  digest: head.digest,
  lesson: head.lesson,
  results: outcome.results.map(keptResult),
  probes: outcome.probes.flatMap(({ probe, windows }) => windows.map((window) => ({ probe, ...window }))),
  figures: outcome.figures
})

/** `recordings/golden/<this>`: `az-outage.seed42.json`. */
export const goldenFileName = (scenario: string, seed: number): string => `${scenario}.seed${seed}.json`

const oneLine = (value: Readonly<Record<string, unknown>>): string => {
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${JSON.stringify(member)}`)
  return `{ ${members.join(", ")} }`
}

const block = (open: string, close: string, lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? `${open}${close}` : `${open}\n${lines.map((line) => `    ${line}`).join(",\n")}\n  ${close}`

/** The golden's text, ending in a line break. Equal goldens give equal text. */
export const goldenText = (golden: Golden): string => {
  const head = (["format", "scenario", "seed", "engine", "digest", "lesson"] as const).map(
    (key) => `  ${JSON.stringify(key)}: ${JSON.stringify(golden[key])}`
  )
  const results = golden.results.map(({ expectation, result, atMs }) =>
    oneLine(atMs === undefined ? { expectation, result } : { expectation, result, atMs })
  )
  const probes = golden.probes.map(({ probe, fromMs, toMs, success, timeout, refused }) =>
    oneLine({ probe, fromMs, toMs, success, timeout, refused })
  )
  const figures = sortedKeys(Object.keys(golden.figures)).map((name) => `${JSON.stringify(name)}: ${golden.figures[name]}`)
  const parts = [
    ...head,
    `  "results": ${block("[", "]", results)}`,
    `  "probes": ${block("[", "]", probes)}`,
    `  "figures": ${block("{", "}", figures)}`
  ]
  return `{\n${parts.join(",\n")}\n}\n`
}

/** A golden that cannot be read, and why; the caller knows the path and adds it. */
export interface GoldenUnreadable {
  readonly _tag: "GoldenUnreadable"
  readonly why: string
}

const decodeGolden = Schema.decodeUnknownSync(Golden)

/** Reads a golden's text. Never throws. */
export const parseGolden = (text: string): Golden | GoldenUnreadable => {
  try {
    return decodeGolden(JSON.parse(text))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { _tag: "GoldenUnreadable", why: `${why}. Write it anew: drill golden accept, or run the tests with the update flag.` }
  }
}

/** One fact that differs. `expected` is the golden's, `found` the run's; absent where that side has none. */
export interface GoldenDifference {
  readonly fact: "scenario" | "seed" | "engine" | "digest" | "result" | "window" | "figure"
  readonly subject: string
  readonly expected?: string
  readonly found?: string
}

const factsOf = (golden: Golden): ReadonlyArray<readonly [GoldenDifference["fact"], string, string]> => {
  const nth = new Map<string, number>()
  const numbered = (probe: string): string => {
    const count = (nth.get(probe) ?? 0) + 1
    nth.set(probe, count)
    return `${probe} #${count}`
  }
  return [
    ["scenario", "scenario", golden.scenario],
    ["seed", "seed", String(golden.seed)],
    ["engine", "engine", golden.engine],
    ["digest", "digest", golden.digest],
    ...golden.results.map(
      (kept) => ["result", kept.expectation, kept.atMs === undefined ? kept.result : `${kept.result} at ${kept.atMs} ms`] as const
    ),
    ...golden.probes.map(
      (kept) =>
        [
          "window",
          numbered(kept.probe),
          `${kept.fromMs}-${kept.toMs} ms: ${kept.success} success, ${kept.timeout} timeout, ${kept.refused} refused`
        ] as const
    ),
    ...sortedKeys(Object.keys(golden.figures)).map((name) => ["figure", name, String(golden.figures[name])] as const)
  ]
}

const factOrder: ReadonlyArray<GoldenDifference["fact"]> = ["scenario", "seed", "engine", "digest", "result", "window", "figure"]

/**
 * Facts that differ between a golden and what a run gave, head first, then by subject. Another engine version always has another
 * digest: such a digest is not a difference of its own.
 */
export const compareGolden = (golden: Golden, found: Golden): ReadonlyArray<GoldenDifference> => {
  const keyOf = (fact: string, subject: string) => `${fact}\u0000${subject}`
  const right = new Map(factsOf(found).map((fact) => [keyOf(fact[0], fact[1]), fact]))
  const differences: Array<GoldenDifference> = []
  for (const [fact, subject, expected] of factsOf(golden)) {
    const twin = right.get(keyOf(fact, subject))
    right.delete(keyOf(fact, subject))
    if (twin?.[2] === expected || (fact === "digest" && golden.engine !== found.engine)) continue
    differences.push(twin === undefined ? { fact, subject, expected } : { fact, subject, expected, found: twin[2] })
  }
  for (const [fact, subject, text] of right.values()) differences.push({ fact, subject, found: text })
  const rank = (difference: GoldenDifference) => factOrder.indexOf(difference.fact)
  return differences.sort((left, other) => rank(left) - rank(other) || compareText(left.subject, other.subject))
}

/** True when the outcome itself differs, not only the digest or the engine's version. */
export const changesOutcome = (differences: ReadonlyArray<GoldenDifference>): boolean =>
  differences.some(({ fact }) => fact === "result" || fact === "window" || fact === "figure")

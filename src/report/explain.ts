/**
 * `explain`: one entry for every error code, event kind, reason, setting and word, found by its name in any case; near misses for
 * the rest.
 */
import type { SettingDefinition } from "../model/value/setting.ts"
import { compareText } from "../model/value/text.ts"
import { diagnosticKinds } from "../scenario/diagnostic.ts"
import { nearMisses } from "../scenario/near.ts"
import { eventMeanings } from "./explain-events.ts"
import { reasonMeanings } from "./explain-reasons.ts"
import { wordMeanings } from "./explain-words.ts"
import { settingText } from "./figures.ts"
import { reasonSentence, reasons } from "./reason.ts"
import { eventKinds } from "./sentence.ts"
import { finish, hang, paint, type Style } from "./style.ts"
import { table } from "./table.ts"

export const explanationKinds = ["code", "event", "reason", "setting", "word"] as const
export type ExplanationKind = (typeof explanationKinds)[number]

export interface Explanation {
  readonly term: string
  readonly kind: ExplanationKind
  /** One short clause. */
  readonly headline: string
  readonly text: string
  /** Facts by name: default, choices, source, example. */
  readonly facts: ReadonlyArray<readonly [name: string, text: string]>
}

/** The first sentence, without its full stop. */
const firstSentence = (text: string): string => /^.*?(?=[.:;] |\.$)/.exec(text)?.[0] ?? text

const settingExplanation = (definition: SettingDefinition): Explanation => {
  const { name, about, choices, atLeast, atMost, source } = definition
  const range =
    atLeast === undefined && atMost === undefined
      ? []
      : [
          [
            "allowed",
            [
              ...(atLeast === undefined ? [] : [`at least ${settingText(name, atLeast)}`]),
              ...(atMost === undefined ? [] : [`at most ${settingText(name, atMost)}`])
            ].join(", ")
          ] as const
        ]
  return {
    term: name,
    kind: "setting",
    headline: firstSentence(about),
    text: about,
    facts: [
      ["default", settingText(name, definition.default)],
      ...(choices === undefined ? [] : [["choices", choices.join(", ")] as const]),
      ...range,
      ["source", source],
      ["change", `drill run <file> --set ${name}=…`]
    ]
  }
}

/** Every entry there is: codes, events, reasons, settings, words; each group in its own order. */
export const allExplanations = (definitions: ReadonlyArray<SettingDefinition>): ReadonlyArray<Explanation> => [
  ...diagnosticKinds.map(
    ({ code, title, about, help }): Explanation => ({ term: code, kind: "code", headline: title, text: about, facts: [["help", help]] })
  ),
  ...eventKinds.map(
    (term): Explanation => ({ term, kind: "event", headline: firstSentence(eventMeanings[term]), text: eventMeanings[term], facts: [] })
  ),
  ...reasons.map((term): Explanation => ({ term, kind: "reason", headline: reasonSentence(term), text: reasonMeanings[term], facts: [] })),
  ...[...definitions].sort((left, right) => compareText(left.name, right.name)).map(settingExplanation),
  ...Object.entries(wordMeanings).map(
    ([term, text]): Explanation => ({ term, kind: "word", headline: firstSentence(text), text, facts: [] })
  )
]

/** Names by which a term is found, lower case: its own, and without its room (`podevicted`) or unit (`grace`). */
const namesOf = ({ term, kind }: Explanation): ReadonlyArray<string> => {
  const name = term.toLowerCase()
  if (kind === "event") return [name, name.slice(name.indexOf("/") + 1)]
  return kind === "setting" && term.endsWith("Ms") ? [name, name.slice(0, -2)] : [name]
}

const groups: Readonly<Record<string, ExplanationKind>> = {
  codes: "code",
  events: "event",
  reasons: "reason",
  settings: "setting",
  words: "word"
}

export type Explained =
  | { readonly _tag: "Found"; readonly explanations: ReadonlyArray<Explanation> }
  | { readonly _tag: "Unknown"; readonly nearMisses: ReadonlyArray<string> }

/** What a term means; `settings`, `events`, `codes`, `reasons` and `words` give the whole group. */
export const explain = (term: string, definitions: ReadonlyArray<SettingDefinition>): Explained => {
  const all = allExplanations(definitions)
  const wanted = term.trim().toLowerCase()
  const group = Object.hasOwn(groups, wanted) ? groups[wanted] : undefined
  const explanations =
    group === undefined ? all.filter((entry) => namesOf(entry).includes(wanted)) : all.filter(({ kind }) => kind === group)
  if (explanations.length > 0) return { _tag: "Found", explanations }
  const termOf = new Map(all.flatMap((entry) => namesOf(entry).map((name) => [name, entry.term] as const)))
  const near = nearMisses(wanted, [...termOf.keys(), ...Object.keys(groups)], 6).map((name) => termOf.get(name) ?? name)
  return { _tag: "Unknown", nearMisses: [...new Set(near)].slice(0, 3) }
}

/** One entry, several lines, without a line break at the end. */
export const explanationText = (style: Style, entry: Explanation): string => {
  const head = `${paint(style, "strong", entry.term)}  ${paint(style, "faint", entry.kind)}  ${entry.headline}`
  const facts = entry.facts.map(([name, text]) => hang(`  ${name}: `, text, style.columns))
  const isRepeated = entry.text.replace(/\.$/, "") === entry.headline
  return finish(style, [head, ...(isRepeated ? [] : [hang("  ", entry.text, style.columns)]), ...facts].join("\n"))
}

/** A line an entry: what `--list` and a group print. */
export const explanationList = (style: Style, entries: ReadonlyArray<Explanation>): string =>
  finish(
    style,
    table(
      style,
      [{ title: "term" }, { title: "kind" }, { title: "meaning" }],
      entries.map(({ term, kind, headline, facts }) => {
        const usual = facts.find(([name]) => name === "default")
        return [{ text: term, tone: "strong" }, kind, usual === undefined ? headline : `${usual[1]}: ${headline}`]
      })
    ).join("\n")
  )

/** The sentence for a term that nobody knows. */
export const unknownTermText = (term: string, near: ReadonlyArray<string>): string =>
  `explain: ${JSON.stringify(term)} is no error code, event kind, reason, setting or word here${near.length === 0 ? "." : `; did you mean ${near.join(", ")}?`} All of them: drill explain --list`

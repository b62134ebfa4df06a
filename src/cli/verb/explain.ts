/**
 * `drill explain`: what a code, an event kind, a verdict reason, a setting or a word means.
 */
import { Effect } from "effect"
import { settingDefinitions } from "../../model/world/settings.ts"
import { allExplanations, explain as explainTerm, explanationList, explanationText, unknownTermText } from "../../report/explain.ts"
import { documentText, explainDocument } from "../../report/json.ts"
import { exitCode } from "../exit-code.ts"
import { type ExplainInput, given } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { Refusal } from "../refusal.ts"
import type { Verb } from "../verb.ts"

export const explain: Verb<ExplainInput> = Effect.fnUntraced(function* (input, globals) {
  const output = yield* Output
  const { style } = yield* mannerOf(globals)
  const term = given(input.term)
  if (input.list || term === undefined) {
    const all = allExplanations(settingDefinitions)
    yield* output.write(globals.json ? documentText(explainDocument(exitCode.held, all, [])) : `${explanationList(style, all)}\n`)
    return exitCode.held
  }
  const explained = explainTerm(term, settingDefinitions)
  if (explained._tag === "Unknown") {
    const { nearMisses } = explained
    const document = explainDocument(exitCode.usage, [], nearMisses)
    return yield* new Refusal({ exit: exitCode.usage, text: unknownTermText(term, nearMisses), document })
  }
  const { explanations } = explained
  const text =
    explanations.length > 4 ? explanationList(style, explanations) : explanations.map((one) => explanationText(style, one)).join("\n\n")
  yield* output.write(globals.json ? documentText(explainDocument(exitCode.held, explanations, [])) : `${text}\n`)
  return exitCode.held
})

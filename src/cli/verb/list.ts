/**
 * `drill list`: the recordings of the working directory, newest first, each with as much of its id as names it alone.
 */
import { Effect } from "effect"
import type { Outcome } from "../../analysis/outcome.ts"
import { Library, type Listed } from "../../record/library.ts"
import { documentText, listDocument } from "../../report/json.ts"
import { type ListedRun, listText, listTsv } from "../../report/text-show.ts"
import { exitCode } from "../exit-code.ts"
import { given, type ListInput } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { factsOf, recordingFolder } from "../recordings.ts"
import type { Verb } from "../verb.ts"

/** Signs of an id that no other begins with; at least this many, so that a new run seldom makes one ambiguous. */
const prefixMin = 4

const prefixOf = (id: string, ids: ReadonlyArray<string>): number => {
  let length = prefixMin
  while (length < id.length && ids.some((other) => other !== id && other.startsWith(id.slice(0, length)))) length++
  return length
}

const runOf = (listed: Listed, ids: ReadonlyArray<string>): ReadonlyArray<ListedRun> => {
  const { header } = listed
  if (header === undefined) return []
  const results = (header.outcome as Outcome | undefined)?.results ?? []
  return [
    {
      run: factsOf(header, listed.count, header.digest ?? "", header.endMs ?? 0, listed.bytes),
      prefix: prefixOf(header.id, ids),
      broken: results.filter(({ result }) => result === "broken").length,
      inconclusive: results.filter(({ result }) => result === "inconclusive").length,
      expectations: header.plan.expectations.length
    }
  ]
}

const hasFailed = ({ run, broken, inconclusive }: ListedRun): boolean => broken > 0 || inconclusive > 0 || run.end !== "complete"

export const list: Verb<ListInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const library = yield* Library
    const { tables } = yield* mannerOf(globals)
    const all = yield* library.list(recordingFolder)
    const ids = all.flatMap(({ header }) => header?.id ?? [])
    const scenario = given(input.scenario)
    const runs = all
      .flatMap((listed) => runOf(listed, ids))
      .filter(({ run }) => scenario === undefined || run.scenario === scenario)
      .filter((run) => !input.failed || hasFailed(run))
      .slice(0, Math.max(0, input.limit))
    for (const { trouble } of all) if (trouble !== undefined) yield* output.notice(`${trouble.message}\n`)
    const format = globals.json ? "json" : (given(input.format) ?? (output.isTerminal ? "table" : "tsv"))
    const text =
      format === "json"
        ? documentText(listDocument(exitCode.held, runs))
        : format === "tsv"
          ? `${listTsv(runs)}\n`
          : `${listText(tables, runs)}\n`
    yield* output.write(text)
    return exitCode.held
  }).pipe(Effect.provide(Library.layer))

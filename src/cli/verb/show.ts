/**
 * `drill show`: what a recording holds: its facts and results, the state at a moment, or rows by SQL.
 */
import { statSync } from "node:fs"
import { Effect } from "effect"
import { exitOf } from "../../analysis/outcome.ts"
import { settingDefinitions } from "../../model/world/settings.ts"
import { saying } from "../../record/failure.ts"
import { Library } from "../../record/library.ts"
import { documentText, runDocument, stateDocument } from "../../report/json.ts"
import { showText } from "../../report/text-show.ts"
import { worldFacts, worldText } from "../../report/text-state.ts"
import { nearMisses } from "../../scenario/near.ts"
import { exitCode } from "../exit-code.ts"
import { given, type ShowInput } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { momentIn } from "../moment.ts"
import { Output } from "../output.ts"
import { exitWith, type OpenedRun, openRun } from "../recordings.ts"
import { Refusal } from "../refusal.ts"
import type { Verb } from "../verb.ts"
import { worldAtMoment } from "../world-at.ts"

export const show: Verb<ShowInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style, tables } = yield* mannerOf(globals)
    const run = yield* openRun(input.run)
    const sql = given(input.sql)
    const at = given(input.at) ?? run.ref.moment?.text
    const node = given(input.node)
    const exit = exitWith(run, exitCode.held)
    if (sql !== undefined) {
      yield* output.write(yield* rowsOf(run, sql, globals.json))
      return exit
    }
    if (at !== undefined || node !== undefined) {
      yield* checkNode(run, node)
      const moment = yield* momentIn(run, at ?? `${run.facts.endMs}ms`)
      const facts = worldFacts(worldAtMoment(run, moment), moment.atMs, run.outcome.probes, node)
      yield* output.write(globals.json ? documentText(stateDocument("show", exit, run.facts, facts)) : `${worldText(tables, facts)}\n`)
      return exit
    }
    const facts = { ...run.facts, bytes: statSync(run.recording.header.path).size }
    const { plan, outcome, places } = run
    const document = runDocument("show", exit, { run: facts, outcome, places, golden: undefined })
    // Showing succeeded whatever the run's own result was; the document says that one, too.
    const shown = { ...document, runExit: exitOf(outcome, run.facts.end) }
    yield* output.write(
      globals.json ? documentText(shown) : `${showText(style, { run: facts, plan, outcome, definitions: settingDefinitions })}\n`
    )
    return exit
  }).pipe(Effect.scoped, Effect.provide(Library.layer))

const checkNode = (run: OpenedRun, node: string | undefined): Effect.Effect<void, Refusal> => {
  const names = run.plan.cluster.nodes.map(({ name }) => name)
  if (node === undefined || names.includes(node)) return Effect.void
  const near = nearMisses(node, names)
  const text = `--node "${node}": this run has no such node. ${near.length === 0 ? "It has" : "Did you mean"} ${(near.length === 0 ? names.slice(0, 6) : near).join(", ")}${near.length === 0 ? "." : "?"}`
  return Effect.fail(new Refusal({ exit: exitCode.usage, text }))
}

const cellText = (value: unknown): string =>
  value === null || value === undefined ? "" : value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value)

const rowsOf = (run: OpenedRun, sql: string, isJson: boolean): Effect.Effect<string, Refusal> =>
  Effect.try({
    try: () => {
      const { columns, rows } = run.recording.query(sql)
      if (isJson) return `${JSON.stringify(rows, (_key, value: unknown) => (typeof value === "bigint" ? Number(value) : value), 2)}\n`
      const line = (cells: ReadonlyArray<string>): string => `${cells.map((cell) => cell.replace(/[\t\n\r]/g, " ")).join("\t")}\n`
      return [line(columns), ...rows.map((row) => line(columns.map((column) => cellText(row[column]))))].join("")
    },
    catch: (cause) =>
      new Refusal({
        exit: exitCode.usage,
        text: `--sql: ${saying(cause)}. Expected one query that reads; the views are event, timeline, probe_window, pod_history and more (docs/recording.md).`
      })
  })

/** The text of `show` and `list`: one run's facts and outcomes; a table of runs with the prefix that is enough to name each. */

import { shortClock } from "../analysis/evidence.ts"
import type { Outcome, ProbeWindows } from "../analysis/outcome.ts"
import { formatClock, formatDuration } from "../model/value/instant.ts"
import type { SettingDefinition } from "../model/value/setting.ts"
import type { Plan } from "../scenario/plan.ts"
import { figureName, figureText, grouped, shortDigest } from "./figures.ts"
import { entryText } from "./place.ts"
import type { RunFacts } from "./run-facts.ts"
import { finish, padEnd, paint, type Style, widthOf } from "./style.ts"
import { type Cell, table } from "./table.ts"
import { changedSettings } from "./text-run.ts"
import { headline, resultSign } from "./text-summary.ts"

/** `4.2 MiB`, `512 KiB`, `100 B`: cut, not rounded. */
export const bytesText = (bytes: number): string => {
  if (bytes < 1_024) return `${bytes} B`
  if (bytes < 1_048_576) return `${Math.floor(bytes / 1_024)} KiB`
  return `${Math.floor(bytes / 1_048_576)}.${Math.floor(((bytes % 1_048_576) * 10) / 1_048_576)} MiB`
}

export interface ShowFacts {
  readonly run: RunFacts
  readonly plan: Plan
  readonly outcome: Outcome
  readonly definitions: ReadonlyArray<SettingDefinition>
}

const factLines = (style: Style, facts: ReadonlyArray<readonly [string, string]>): Array<string> => {
  const width = Math.max(...facts.map(([name]) => widthOf(name)))
  return facts.map(([name, text]) => `${paint(style, "faint", padEnd(name, width))}  ${text}`)
}

/** A table of a probe's windows, `4/9` as recorded. */
const probeLines = (style: Style, probes: ReadonlyArray<ProbeWindows>): ReadonlyArray<string> => {
  const rows = probes.flatMap(({ probe, windows }) =>
    windows.map(
      (window, index): ReadonlyArray<Cell> => [
        index === 0 ? probe : "",
        shortClock(window.fromMs),
        shortClock(window.toMs),
        formatDuration(window.toMs - window.fromMs),
        window.success,
        window.timeout,
        window.refused
      ]
    )
  )
  const right = { align: "right" } as const
  const columns = [
    { title: "probe" },
    { title: "from", ...right },
    { title: "to", ...right },
    { title: "for", ...right },
    { title: "success", ...right },
    { title: "timeout", ...right },
    { title: "refused", ...right }
  ]
  return rows.length === 0 ? [] : ["", ...table(style, columns, rows)]
}

/** Everything that is known of one run. Several lines, without a line break at the end. */
export const showText = (style: Style, facts: ShowFacts): string => {
  const { run, plan, outcome } = facts
  const settings = changedSettings(plan, facts.definitions)
  const head: Array<readonly [string, string]> = [
    ["run", `${run.id ?? "not recorded"}${run.name === undefined ? "" : ` (${run.name})`}`],
    ["scenario", run.variant === undefined ? run.scenario : `${run.scenario}, variant ${run.variant}`],
    ...(run.path === undefined ? [] : [["file", run.path] as const]),
    ...(run.startedAt === undefined ? [] : [["played", run.startedAt] as const]),
    ["ended", `${run.end} at ${formatClock(run.endMs, { millis: false })} of ${formatClock(plan.untilMs, { millis: false })}`],
    ["seed", String(run.seed)],
    ["engine", run.engine],
    ["digest", run.digest],
    [
      "events",
      `${grouped(run.events)}${run.bytes === undefined ? "" : `, ${bytesText(run.bytes)}${run.events === 0 ? "" : `, ${Math.floor(run.bytes / run.events)} bytes an event`}`}`
    ],
    ["settings", settings.length === 0 ? "all at default" : settings.join(" · ")],
    ...plan.timeline.map((_, index) => ["timeline", entryText(plan, index)] as const)
  ]
  const width = Math.min(40, Math.max(0, ...outcome.results.map(({ expectation }) => widthOf(expectation))))
  const results = outcome.results.map(
    (result) => `  ${resultSign(style, result.result)} ${padEnd(result.expectation, width)}  ${result.evidence}`
  )
  const figures = Object.entries(outcome.figures).map(([name, value]) => `  ${figureName(name)} ${figureText(name, value)}`)
  return finish(
    style,
    [
      ...factLines(style, head),
      "",
      headline(style, outcome),
      ...results,
      ...probeLines(style, outcome.probes),
      "",
      "figures",
      ...figures
    ].join("\n")
  )
}

/** One run in the list. `prefix`: as many of the id's characters as name it alone. */
export interface ListedRun {
  readonly run: RunFacts
  readonly prefix: number
  readonly broken: number
  readonly inconclusive: number
  readonly expectations: number
}

const resultCell = ({ run, broken, inconclusive, expectations }: ListedRun): Cell => {
  if (run.end === "partial") return { text: "? partial", tone: "unreachable" }
  if (broken > 0) return { text: `✖ ${broken}/${expectations}`, tone: "bad" }
  if (inconclusive > 0 || run.end === "interrupted")
    return { text: run.end === "interrupted" ? "· interrupted" : `· ${inconclusive}/${expectations}`, tone: "warning" }
  return { text: `✔ ${expectations}/${expectations}`, tone: "good" }
}

/** A table of runs, latest first as given; the part of the id that is enough is bold. */
export const listText = (style: Style, runs: ReadonlyArray<ListedRun>): string => {
  if (runs.length === 0) return "no runs here: drill run <file>"
  const columns = [
    { title: "run" },
    { title: "scenario" },
    { title: "seed", align: "right" as const },
    { title: "result" },
    { title: "events", align: "right" as const },
    { title: "digest" },
    { title: "played" }
  ]
  const rows = runs.map((listed): ReadonlyArray<Cell> => {
    const { run } = listed
    const id = run.id ?? "-"
    const name = `${run.scenario}${run.variant === undefined ? "" : ` (${run.variant})`}${run.name === undefined ? "" : ` "${run.name}"`}`
    return [
      paint(style, "strong", id.slice(0, listed.prefix)) + id.slice(listed.prefix),
      name,
      String(run.seed),
      resultCell(listed),
      grouped(run.events),
      shortDigest(run.digest),
      run.startedAt ?? "-"
    ]
  })
  return finish(style, table(style, columns, rows).join("\n"))
}

/** The same for programs: a row a run, cells parted by tabs, titles first. */
export const listTsv = (runs: ReadonlyArray<ListedRun>): string =>
  [
    ["id", "name", "scenario", "variant", "seed", "end", "broken", "inconclusive", "expectations", "events", "digest", "startedAt", "path"],
    ...runs.map(({ run, broken, inconclusive, expectations }) => [
      run.id ?? "",
      run.name ?? "",
      run.scenario,
      run.variant ?? "",
      run.seed,
      run.end,
      broken,
      inconclusive,
      expectations,
      run.events,
      run.digest,
      run.startedAt ?? "",
      run.path ?? ""
    ])
  ]
    .map((row) => row.map((cell) => String(cell).replace(/[\t\n]/g, " ")).join("\t"))
    .join("\n")

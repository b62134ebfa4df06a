/**
 * The text of a run as it is played: its header, a line a milestone, progress where nobody sees a footer.
 */
import { type Milestone, milestoneAt, type Severity } from "../analysis/timeline.ts"
import { timelineIndexOf } from "../event/event.ts"
import { formatClock } from "../model/value/instant.ts"
import type { SettingDefinition } from "../model/value/setting.ts"
import type { Place, Places, Plan } from "../scenario/plan.ts"
import { counted, settingName, settingText } from "./figures.ts"
import { entryPlace, expectationPlace, shortPlace } from "./place.ts"
import { sentenceOf } from "./sentence.ts"
import { finish, hang, padEnd, padStart, paint, type Style, type Tone, widthOf } from "./style.ts"

export interface HeaderFacts {
  readonly plan: Plan
  readonly variant: string | undefined
  readonly seed: number
  readonly engine: string
  readonly definitions: ReadonlyArray<SettingDefinition>
}

/** `aws` of `AwsTopology`. */
export const cloudName = (plan: Plan): string => plan.topology._tag.replace(/Topology$/, "").toLowerCase()

/** Left and right at the two ends of a line; the right one after two spaces when the line is too short. */
export const spread = (left: string, right: string, columns: number): string =>
  right === "" ? left : left + " ".repeat(Math.max(2, columns - widthOf(left) - widthOf(right))) + right

/** `grace 50s (default 40s)`, for every setting that is not at its default. */
export const changedSettings = (plan: Plan, definitions: ReadonlyArray<SettingDefinition>): ReadonlyArray<string> =>
  definitions
    .filter(({ name, default: usual }) => plan.settings[name] !== undefined && plan.settings[name] !== usual)
    .map(
      ({ name, default: usual }) => `${settingName(name)} ${settingText(name, plan.settings[name])} (default ${settingText(name, usual)})`
    )

/** The run's header: what is played, under which assumptions. The node-lifecycle profile is a choice of ours, not the cluster's version. */
export const runHeader = (style: Style, facts: HeaderFacts): string => {
  const { plan } = facts
  const name = facts.variant === undefined ? plan.name : `${plan.name} (${facts.variant})`
  const sizes = [
    cloudName(plan),
    counted(plan.topology.zones.length, "zone"),
    counted(plan.cluster.nodes.length, "node"),
    counted(plan.expectations.length, "expectation")
  ]
  const first = spread(
    `${paint(style, "strong", name)}  seed ${facts.seed}  ${sizes.join(" · ")}`,
    paint(style, "faint", `engine ${facts.engine}`),
    style.columns
  )
  const profile = plan.settings.nodeLifecycle
  const cluster = `cluster ${plan.cluster.version}${profile === undefined ? "" : ` · node lifecycle as ${profile}${String(profile).endsWith(`-${plan.cluster.version}`) ? "" : ", which is not the cluster's version"}`}`
  const changed = changedSettings(plan, facts.definitions)
  const usual = `${counted(facts.definitions.length - changed.length, "setting")} at default (drill explain settings)`
  const settings = hang("  ", [...changed, usual].join(" · "), style.columns)
  const about = plan.about === "" ? [] : [hang("  ", plan.about, style.columns)]
  return finish(style, [first, ...about, `  ${cluster}`, settings].join("\n"))
}

const signs: Readonly<Record<Severity, string>> = { fault: "▓", bad: "✖", warning: "▲", note: "·" }
const tones: Readonly<Record<Severity, Tone>> = { fault: "fault", bad: "bad", warning: "warning", note: "faint" }

/** The sign of a severity, painted. */
export const severitySign = (style: Style, severity: Severity): string => paint(style, tones[severity], signs[severity])

/** Width of the column of subjects; a longer subject pushes what follows. */
const subjectWidth = 22

/** Who a milestone is about, as short as the column wants it: no default namespace, a balancer without its target or zone. */
export const subjectLabel = (milestone: Milestone): string => {
  if (milestone._tag === "Expectation") return "expect"
  const { event } = milestone.recorded
  if (event._tag.startsWith("fault/")) return "fault"
  if (event._tag.startsWith("balance/")) return milestone.subject.split("/")[0] ?? milestone.subject
  return milestone.subject.replace(/^default\//, "")
}

/** What a milestone says, without time, sign and subject. */
export const milestoneSentence = (milestone: Milestone): string => {
  if (milestone._tag === "Event") return sentenceOf(milestone.recorded.event)
  const { expectation, result, provisional } = milestone.turned
  return `${expectation}: ${result}${provisional ? " so far" : ""}`
}

const placeOf = (milestone: Milestone, places: Places): Place | undefined => {
  if (milestone._tag === "Expectation")
    return milestone.turned.result === "broken" ? expectationPlace(places, milestone.turned.expectation) : undefined
  const index = timelineIndexOf(milestone.recorded.cause)
  return index === undefined ? undefined : entryPlace(places, index)
}

/** One line: time, sign, subject, sentence, and where it stands in the scenario. Nothing is cut: piped output keeps everything. */
export const milestoneText = (style: Style, milestone: Milestone, places: Places): string => {
  const time = padStart(formatClock(milestoneAt(milestone)), 10)
  const place = placeOf(milestone, places)
  const line = `${time} ${severitySign(style, milestone.severity)} ${padEnd(subjectLabel(milestone), subjectWidth)} ${milestoneSentence(milestone)}`
  return finish(style, spread(line, place === undefined ? "" : paint(style, "faint", shortPlace(place)), style.columns))
}

export interface Progress {
  readonly atMs: number
  readonly untilMs: number
  readonly events: number
  readonly broken: number
}

/** `progress t=4:00/10:00 48k ev 1✖`. */
export const progressText = (style: Style, progress: Progress): string => {
  const clock = (at: number) => formatClock(at, { millis: false })
  const events = progress.events < 1_000 ? String(progress.events) : `${Math.floor(progress.events / 1_000)}k`
  return finish(style, `progress t=${clock(progress.atMs)}/${clock(progress.untilMs)} ${events} ev ${progress.broken}✖`)
}

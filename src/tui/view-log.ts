/**
 * The log for the eye: milestones, newest first, those alike within one second of the run told once with their number. Only the
 * newest are kept: the recording has them all.
 */
import { type Milestone, milestoneAt, type Severity } from "../analysis/timeline.ts"
import { milestoneSentence, subjectLabel } from "../report/text-run.ts"

/** Chosen: more than any pane shows; a frame never walks further. */
export const logMax = 200

export interface LogEntry {
  /** Of the first of those told together. */
  readonly at: number
  /** `seq` of the first event; 0 for a turn of an expectation. */
  readonly seq: number
  readonly severity: Severity
  readonly kind: string
  readonly subject: string
  readonly sentence: string
  count: number
}

/** Oldest first. */
export type LogView = Array<LogEntry>

const kindOf = (milestone: Milestone): string => (milestone._tag === "Event" ? milestone.recorded.event._tag : milestone.turned.expectation)

const second = 1_000

/** The entry of the same second that tells the same of possibly another subject. */
const alike = (log: LogView, at: number, kind: string, severity: Severity): LogEntry | undefined => {
  for (let index = log.length - 1; index >= 0; index--) {
    const entry = log[index] as LogEntry
    if (Math.floor(entry.at / second) !== Math.floor(at / second)) return undefined
    if (entry.kind === kind && entry.severity === severity) return entry
  }
  return undefined
}

/** What one milestone says, as an entry of its own. */
export const entryOf = (milestone: Milestone): LogEntry => ({
  at: milestoneAt(milestone),
  seq: milestone._tag === "Event" ? milestone.recorded.seq : (milestone.turned.event ?? 0),
  severity: milestone.severity,
  kind: kindOf(milestone),
  subject: subjectLabel(milestone),
  sentence: milestoneSentence(milestone),
  count: 1
})

/** Adds a milestone; they come in order of time. */
export const addToLog = (log: LogView, milestone: Milestone): void => {
  const same = alike(log, milestoneAt(milestone), kindOf(milestone), milestone.severity)
  if (same !== undefined && same.kind !== "probe/AnswerTurned" && same.kind !== "kube/EndpointsTurned") {
    same.count += 1
    return
  }
  log.push(entryOf(milestone))
  if (log.length > logMax) log.shift()
}

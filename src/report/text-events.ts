/** Recorded events as lines, and what playing a recording again has shown. */
import type { Divergence } from "../analysis/divergence.ts"
import type { RecordedEvent } from "../event/event.ts"
import { subjectOf } from "../event/subject.ts"
import { formatClock } from "../model/value/instant.ts"
import { counted, grouped, shortDigest } from "./figures.ts"
import type { RunFacts } from "./run-facts.ts"
import { sentenceOf } from "./sentence.ts"
import { finish, padEnd, padStart, paint, type Style } from "./style.ts"

const numberWidth = 7
const kindWidth = 32

/** `#140  2:40.000  kube/NodeReadinessTurned  ip-…  node NotReady (Unknown)`. */
export const eventText = (style: Style, recorded: RecordedEvent): string =>
  finish(
    style,
    [
      paint(style, "faint", padStart(`#${recorded.seq}`, numberWidth)),
      padStart(formatClock(recorded.at), 11),
      paint(style, "faint", padEnd(recorded.event._tag, kindWidth)),
      `${subjectOf(recorded.event)}: ${sentenceOf(recorded.event)}`
    ].join("  ")
  )

const sideText = (style: Style, side: string, recorded: RecordedEvent | undefined): string =>
  recorded === undefined ? `  ${side}  has ended` : `  ${side}${eventText(style, recorded)}`

/** Equal, or the first event that differs: as it is recorded, as it was played. */
export const verifyText = (style: Style, run: RunFacts, divergence: Divergence | undefined): string => {
  if (divergence === undefined) {
    return finish(
      style,
      `${paint(style, "good", "✔")} played again: ${counted(run.events, "event")}, all equal, digest ${shortDigest(run.digest)}`
    )
  }
  const seq = divergence.a?.seq ?? divergence.b?.seq ?? 0
  return finish(
    style,
    [
      `${paint(style, "bad", "✖")} played again, event ${grouped(seq)} is the first that differs`,
      sideText(style, "recorded", divergence.a),
      sideText(style, "played  ", divergence.b)
    ].join("\n")
  )
}

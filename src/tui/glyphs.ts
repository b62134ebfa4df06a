/** The signs of the screen with their tones. Every state has a sign of its own: tone alone says nothing. */
import type { Standing } from "../analysis/judge.ts"
import type { Severity } from "../analysis/timeline.ts"
import { compareRatio, isZero, one, type Ratio } from "../model/value/ratio.ts"
import { type Piece, piece } from "./cells.ts"
import type { Condition } from "./view-nodes.ts"

const conditions: Readonly<Record<Condition, Piece>> = {
  ready: piece("●", "good"),
  pending: piece("◌", "pending"),
  draining: piece("◐", "warning"),
  degraded: piece("▲", "warning"),
  down: piece("✖", "bad"),
  unreachable: piece("⊘", "unreachable"),
  unknown: piece("?", "warning")
}
export const conditionSign = (condition: Condition): Piece => conditions[condition]

const severities: Readonly<Record<Severity, Piece>> = {
  fault: piece("▓", "fault"),
  bad: piece("✖", "bad"),
  warning: piece("▲", "warning"),
  note: piece("·", "faint")
}
export const severityPiece = (severity: Severity): Piece => severities[severity]

const standingSigns: Readonly<Record<Standing, Piece>> = {
  held: piece("✔", "good"),
  broken: piece("✖", "bad"),
  inconclusive: piece("?", "warning"),
  ill: piece("▲", "warning"),
  well: piece("◌", "good"),
  waiting: piece("·", "faint")
}
export const standingSign = (standing: Standing): Piece => standingSigns[standing]

const standingWords: Readonly<Record<Standing, string>> = {
  held: "held",
  broken: "broken",
  inconclusive: "inconclusive",
  ill: "fails",
  well: "well",
  waiting: "not begun"
}
export const standingWord = (standing: Standing): string => standingWords[standing]

/** Of a probe's success: all, some or none of it arrives. */
export const successSign = (success: Ratio): Piece =>
  isZero(success) ? piece("✖", "bad") : compareRatio(success, one) < 0 ? piece("▲", "warning") : piece("●", "good")

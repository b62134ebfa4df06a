/** Who reaches whom: every probe with the share that arrives now, and how the rest fails. */
import { parseRatio, zero } from "../model/value/ratio.ts"
import { failureSentence } from "../report/reason.ts"
import { cellsOf, piece, type Row } from "./cells.ts"
import { successSign } from "./glyphs.ts"
import type { ProbeView, View } from "./view-model.ts"

const failing = (answer: ProbeView): string =>
  [
    [answer.timeout, "timeout"],
    [answer.refused, "refused"],
    [answer.other, "other"]
  ]
    .filter(([share]) => share !== "0")
    .map(([share, word]) => `${share} ${word}`)
    .join(", ")

/** Failing ones first when there is not room for all. */
const chosen = (view: View, rows: number): ReadonlyArray<string> => {
  const probes = view.plan.probes.map(({ id }) => id)
  if (probes.length <= rows) return probes
  const fails = (id: string): boolean => (view.probes.get(id)?.success ?? "1") !== "1"
  return [...probes.filter(fails), ...probes.filter((id) => !fails(id))]
}

/** One row a probe, and while rows are left, a second one with the gravest failure in words. */
export const reachRows = (view: View, columns: number, rows: number): ReadonlyArray<Row> => {
  const probes = chosen(view, rows)
  const idCells = Math.min(Math.max(8, Math.floor(columns / 2)), Math.max(4, ...probes.map(cellsOf)))
  let spare = rows - Math.min(rows, probes.length)
  const drawn: Array<Row> = []
  for (const [index, probe] of probes.entries()) {
    if (drawn.length === rows - 1 && index < probes.length - 1) {
      drawn.push([piece(`  and ${probes.length - index} more`, "faint")])
      break
    }
    const answer = view.probes.get(probe)
    const name = piece(probe.length > idCells ? `${probe.slice(0, idCells - 1)}…` : probe.padEnd(idCells))
    if (answer === undefined) {
      drawn.push([piece("· ", "faint"), name, piece(" no answer yet", "faint")])
      continue
    }
    const sign = successSign(parseRatio(answer.success) ?? zero)
    const fails = failing(answer)
    drawn.push([sign, piece(" "), name, piece(` ${answer.success.padEnd(5)}`, sign.tone), piece(fails === "" ? "" : ` ${fails}`)])
    const worst = answer.failures[0]
    if (worst !== undefined && spare > 0) {
      spare -= 1
      drawn.push([piece(`  └ ${failureSentence(worst)}`, "faint")])
    }
  }
  return drawn
}

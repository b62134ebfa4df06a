/** What must hold: every expectation with how it stands, gravest first when there is not room for all. */
import type { Standing } from "../analysis/judge.ts"
import { formatRatio } from "../model/value/ratio.ts"
import { piece, type Row, spreadRow } from "./cells.ts"
import { standingSign, standingWord } from "./glyphs.ts"
import { expectationsOf, type View } from "./view-model.ts"

const byGravity: ReadonlyArray<Standing> = ["broken", "ill", "inconclusive", "well", "waiting", "held"]

/** `1✖ 2◌ 4·`: how many stand how. */
export const standingCounts = (view: View): Row =>
  byGravity
    .flatMap((standing) => {
      const count = expectationsOf(view).filter((known) => known.standing === standing).length
      const sign = standingSign(standing)
      return count === 0 ? [] : [piece(`${count}${sign.text}`, sign.tone), piece(" ")]
    })
    .slice(0, -1)

/** One row an expectation: how it stands, its name, and the figure its claim has now. */
export const expectationRows = (view: View, columns: number, rows: number): ReadonlyArray<Row> => {
  const all = expectationsOf(view)
  const figures = new Map(view.judge.watches.map((watch) => [watch.expectation.id, watch.figure]))
  const ordered = all.length <= rows ? all : byGravity.flatMap((standing) => all.filter((known) => known.standing === standing))
  const shown = ordered.length <= rows ? ordered : ordered.slice(0, Math.max(0, rows - 1))
  const drawn = shown.map(({ expectation, standing }): Row => {
    const sign = standingSign(standing)
    const figure = figures.get(expectation)
    const now = figure === undefined ? "" : ` now ${formatRatio(figure)}`
    const right: Row = columns < 40 ? [piece(now, sign.tone)] : [piece(` ${standingWord(standing)}`, sign.tone), piece(now)]
    return spreadRow([sign, piece(` ${expectation}`)], right, columns)
  })
  return shown.length < ordered.length ? [...drawn, [piece(`  and ${ordered.length - shown.length} more`, "faint")]] : drawn
}

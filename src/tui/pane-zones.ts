/**
 * Zones with their nodes: a box each, or a strip each when there is less room. A node is a row by name while there is room, else a
 * cell; and when there are more nodes than cells, a cell stands for several and shows the gravest. Counts below are exact.
 */
import { grouped } from "../report/figures.ts"
import type { Tone } from "../report/style.ts"
import { cellsOf, type Piece, piece, type Row, spreadRow } from "./cells.ts"
import { boxOf, gauge, runsOf, type Size } from "./draw.ts"
import { conditionSign } from "./glyphs.ts"
import { isListed, targetsAmong } from "./view-balancers.ts"
import type { View } from "./view-model.ts"
import { type Condition, conditionOf, conditionsByGravity, conditionsIn, podsIn, type ZoneView } from "./view-nodes.ts"

/** The sign of `⌈n / cells⌉` neighbouring nodes, gravest of them. In the order of the nodes' names. */
export const nodeCells = (conditions: ReadonlyArray<Condition>, cells: number): ReadonlyArray<Piece> => {
  if (cells <= 0) return []
  const each = Math.max(1, Math.ceil(conditions.length / cells))
  const signs: Array<Piece> = []
  for (let from = 0; from < conditions.length; from += each) {
    const group = conditions.slice(from, from + each)
    signs.push(conditionSign(conditionsByGravity.find((condition) => group.includes(condition)) ?? "unknown"))
  }
  return signs
}

/** `●144 ◌14 ▲9`, gravest first. */
const counts = (conditions: ReadonlyArray<Condition>): Row =>
  conditionsByGravity.flatMap((condition) => {
    const count = conditions.filter((known) => known === condition).length
    const sign = conditionSign(condition)
    return count === 0 ? [] : [piece(`${sign.text}${grouped(count)} `, sign.tone)]
  })

/** What is wrong with the zone as a whole, if anything is. */
const troubleOf = (zone: ZoneView): Piece | undefined => {
  if (zone.isDown) return piece("DOWN", "fault")
  if (zone.disruption === "FullDisruption") return piece("▲ fully disrupted", "warning")
  return zone.disruption === "PartialDisruption" ? piece("▲ partly disrupted", "warning") : undefined
}

const zoneTone = (zone: ZoneView): Tone | undefined => (zone.isDown ? "bad" : undefined)

const podsText = (view: View, zone: ZoneView): string => {
  const { ready, bound } = podsIn(view.fleet, zone)
  return `pods ${grouped(ready)}/${grouped(bound)}`
}

const namedNodes = (view: View, zone: ZoneView, columns: number): ReadonlyArray<Row> =>
  zone.nodes.flatMap((name) => {
    const node = view.fleet.nodes.get(name)
    if (node === undefined) return []
    const right: Row = columns < 18 ? [] : [piece(` ${node.readyPods}/${node.pods}`, "faint")]
    return [spreadRow([conditionSign(conditionOf(view.fleet, node)), piece(` ${name}`)], right, columns)]
  })

const grid = (conditions: ReadonlyArray<Condition>, size: Size): ReadonlyArray<Row> => {
  const signs = nodeCells(conditions, size.columns * size.rows)
  return Array.from({ length: Math.min(size.rows, Math.ceil(signs.length / size.columns)) }, (_, row) =>
    runsOf(signs.slice(row * size.columns, (row + 1) * size.columns))
  )
}

/** Targets in service and DNS of the zone's balancers; nothing when there are none. */
const balancerRows = (view: View, zone: ZoneView, columns: number): ReadonlyArray<Row> => {
  const { healthy, total } = targetsAmong(view.balancers, zone.nodes)
  const listed = isListed(view.balancers, zone.name)
  if (total === 0 && listed === undefined) return []
  const dns: Row = listed === undefined ? [] : listed ? [piece(" ● dns", "good")] : [piece(" ✖ dns", "bad")]
  const figure = `${healthy}/${total}`
  const dnsCells = dns.length === 0 ? 0 : 6
  const bar = columns - "targets ".length - cellsOf(figure) - 1 - dnsCells
  const tone: Tone = healthy === total ? "good" : healthy === 0 ? "bad" : "warning"
  const drawn = bar >= 4 ? [...gauge(healthy, total, Math.min(bar, 16), tone), piece(" ")] : []
  return [spreadRow([piece("targets "), ...drawn, piece(figure, tone)], dns, columns)]
}

/** One zone in a box of exactly the size. */
export const zoneBox = (view: View, zone: ZoneView, size: Size): ReadonlyArray<Row> => {
  const inner = { columns: size.columns - 4, rows: size.rows - 2 }
  const conditions = conditionsIn(view.fleet, zone)
  const below = balancerRows(view, zone, inner.columns).slice(0, Math.max(0, inner.rows - 2))
  const room = Math.max(1, inner.rows - 1 - below.length)
  const nodes = zone.nodes.length <= room ? namedNodes(view, zone, inner.columns) : grid(conditions, { columns: inner.columns, rows: room })
  const head = spreadRow(
    zone.nodes.length === 0 ? [piece("no nodes", "faint")] : counts(conditions),
    [piece(podsText(view, zone))],
    inner.columns
  )
  const filling = Array.from({ length: Math.max(0, room - nodes.length) }, (): Row => [])
  const trouble = troubleOf(zone)
  const tone = zoneTone(zone)
  return boxOf(
    { left: [piece(zone.name === "" ? "no zone" : zone.name, "strong")], ...(trouble && { right: [trouble] }), ...(tone && { tone }) },
    [head, ...nodes, ...(below.length === 0 ? [] : filling), ...below],
    size
  )
}

/** One zone in one row: name, cells, then pods, targets and DNS as far as they fit. */
export const zoneStrip = (view: View, zone: ZoneView, nameCells: number, columns: number): Row => {
  const { healthy, total } = targetsAmong(view.balancers, zone.nodes)
  const listed = isListed(view.balancers, zone.name)
  const trouble = troubleOf(zone)
  const tail: Row = [
    piece(`  ${podsText(view, zone)}`),
    ...(total === 0 ? [] : [piece(`  targets ${healthy}/${total}`, healthy === total ? "good" : "bad")]),
    ...(listed === undefined ? [] : [listed ? piece("  ● dns", "good") : piece("  ✖ dns", "bad")])
  ]
  const tailCells = Math.min(36, Math.floor(columns / 2))
  const room = columns - nameCells - 3 - tailCells
  const name = spreadRow([piece(` ${zone.name}`, zone.isDown ? "bad" : "strong")], [], nameCells + 2)
  const cells = runsOf(nodeCells(conditionsIn(view.fleet, zone), Math.max(1, room)))
  const shown: Row = trouble === undefined || zone.nodes.length + 2 + trouble.text.length > room ? cells : [...cells, piece(" "), trouble]
  return [...name, ...spreadRow(shown, [], room + 1), ...spreadRow(tail, [], tailCells)]
}

/** Screens as text: every row exactly as wide as the screen, never more rows than it has, at every size, in every style. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { plainStyle, type Style, widthOf } from "../../src/report/style.ts"
import { cellsOf, clipCells, fitRow, piece, rowCells, rowText } from "../../src/tui/cells.ts"
import { boxOf, gauge, level, scrolledTo, share } from "../../src/tui/draw.ts"
import { spotOfTime } from "../../src/tui/goto.ts"
import { inlineScreen } from "../../src/tui/inline-screen.ts"
import { extentOf, liveLayout, replayLayout } from "../../src/tui/layout.ts"
import { liveScreen } from "../../src/tui/live-screen.ts"
import { indexOf } from "../../src/tui/replay-recording.ts"
import { replayScreen } from "../../src/tui/replay-screen.ts"
import { startReplay } from "../../src/tui/replay-state.ts"
import { closeView, passView, type View } from "../../src/tui/view-model.ts"
import { type DrillShape, eventsOf, large, planOf, small, viewAt } from "./drills.ts"

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 60, rows: 12 },
  { columns: 200, rows: 60 },
  { columns: 40, rows: 8 }
]
const styles: ReadonlyArray<readonly [string, Style]> = [
  ["plain", plainStyle],
  ["coloured", { ...plainStyle, colour: true }],
  ["ascii", { ...plainStyle, ascii: true }]
]
const run = { scenario: "az-outage", seed: 42, runId: "k7d2q9mx" }
const clock = (atMs: number) => ({ atMs, untilMs: 2_700_000, pace: 60 })
const oddNames: DrillShape = { zones: ["東京-1", "a-zone-with-a-name-that-is-longer-than-its-box"], nodesPerZone: 3 }

const isFilled = (lines: ReadonlyArray<string>, size: { readonly columns: number; readonly rows: number }): void => {
  expect(lines.length).toBeLessThanOrEqual(size.rows)
  const strip = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g")
  for (const line of lines) expect([line, cellsOf(line.replace(strip, ""))]).toEqual([line, size.columns])
}

describe("cells", () => {
  test("wide signs count two, joining ones none", () => {
    expect([cellsOf("abc"), cellsOf("東京"), cellsOf("e\u0301"), cellsOf("●✖▲")]).toEqual([3, 4, 1, 3])
    expect(clipCells("東京タワー", 5)).toBe("東京…")
  })

  test("any text fits in exactly its cells, and never moves the cursor", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 40 }), (text, cells) => {
        const row = fitRow([piece(text), piece("·tail")], cells)
        expect(rowCells(row)).toBe(cells)
        expect([...rowText(plainStyle, row, cells)].some((sign) => sign < " " || sign === "\u007f")).toBe(false)
      })
    )
  })

  test("in ASCII a sign stays one cell", () => {
    const row = [piece("✖▓●◌⊘→≥…╭─╮│")]
    const text = rowText({ ...plainStyle, ascii: true }, row, 20)
    expect([text.length, /^[ -~]*$/.test(text)]).toEqual([20, true])
  })
})

describe("draw", () => {
  test("a box has its size whatever its title and content", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.integer({ min: 4, max: 50 }),
        fc.integer({ min: 2, max: 9 }),
        (left, right, columns, rows) => {
          const box = boxOf(
            { left: [piece(left.replace(/\p{C}/gu, "x"))], right: [piece(right.replace(/\p{C}/gu, "x"))] },
            [[piece("x")]],
            { columns, rows }
          )
          expect(box.length).toBe(rows)
          for (const row of box) expect(rowCells(row)).toBe(columns)
        }
      )
    )
  })

  test("a gauge is full only when all are, and not empty while one is", () => {
    expect(gauge(1, 1_000, 10, "good")[0]?.text).toBe("█")
    expect(gauge(999, 1_000, 10, "good")[0]?.text).toHaveLength(9)
    expect(gauge(0, 0, 10, "good")[0]?.text).toBe("")
    expect([level(0, 5), level(1, 100), level(5, 5)]).toEqual([" ", "▁", "█"])
  })

  test("what is shared adds up, and a list scrolls no further than it must", () => {
    expect(share(10, 3)).toEqual([4, 3, 3])
    expect([scrolledTo(0, 12, 20, 5), scrolledTo(10, 8, 20, 5), scrolledTo(99, 19, 20, 5)]).toEqual([8, 8, 15])
  })
})

describe("layout", () => {
  test("areas fill the screen at any size", () => {
    const wants = fc.record({
      zones: fc.integer({ min: 0, max: 9 }),
      nodesMax: fc.integer({ min: 0, max: 400 }),
      lanes: fc.integer({ min: 1, max: 20 }),
      middle: fc.integer({ min: 0, max: 30 })
    })
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 300 }), fc.integer({ min: 12, max: 100 }), wants, (columns, rows, wanted) => {
        const live = liveLayout({ columns, rows }, wanted)
        expect(live.zones + live.middle + live.timeline + live.log).toBe(rows - 2)
        expect(live.log).toBeGreaterThanOrEqual(0)
        const replayed = replayLayout({ columns, rows }, wanted)
        expect(replayed.zones + replayed.timeline + replayed.log).toBe(rows - 3)
        expect(replayed.log).toBeGreaterThanOrEqual(0)
      })
    )
  })

  test("by size: boxes, strips, or nothing", () => {
    expect(sizes.map(extentOf)).toEqual(["compact", "full", "strips", "full", "too small"])
  })
})

describe.each([
  ["three nodes", small],
  ["five hundred nodes", large],
  ["odd names", oddNames]
])("screens of %s", (_name, shape) => {
  const moments: ReadonlyArray<readonly [string, View]> = [
    ["before", viewAt(shape, 0)],
    ["in the middle", viewAt(shape, 200_000)],
    ["at the end", viewAt(shape, 2_700_000)]
  ]
  const index = indexOf(planOf(shape), eventsOf(shape), 2_700_000, "complete")
  const facts = { runId: "k7d2q9mx", scenario: "az-outage", seed: 42, whyOf: () => ["event 1", "└ #1 2:00.000 zone  down", "  └ timeline"] }

  test.each(sizes)("live at $columns × $rows", (size) => {
    for (const [, view] of moments) for (const [, style] of styles) isFilled(liveScreen(view, clock(200_000), run, size, style), size)
  })

  test.each(sizes)("replay at $columns × $rows", (size) => {
    for (const at of [0, 120_000, 465_000, 2_700_000]) {
      const state = { ...startReplay(spotOfTime(index, at)), showsHelp: at === 465_000 }
      for (const [, style] of styles) isFilled(replayScreen(index, state, facts, size, style), size)
    }
  })

  test("the footer is at most ten rows, and half the terminal", () => {
    for (const [, view] of moments) {
      for (const size of sizes) {
        const rows = inlineScreen(view, clock(200_000), size, plainStyle)
        expect(rows.length).toBeLessThanOrEqual(Math.min(10, Math.floor(size.rows / 2)))
        for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(size.columns)
      }
    }
  })
})

describe("what the live screen says", () => {
  test("the dark zone, the harmed probe and the failing claim, in words as well as in signs", () => {
    const text = liveScreen(viewAt(small, 200_000), clock(200_000), run, { columns: 120, rows: 40 }, plainStyle).join("\n")
    for (const said of ["us-west-2c", "DOWN", "2/3", "timeout", "fails", "k7d2q9mx", "3:20.000 / 45:00"]) expect(text).toContain(said)
  })

  test("a deadline that passes in silence is told when it passes", () => {
    const view = viewAt(small, 161_000)
    expect(passView(view, 239_000)).toEqual([])
    const turned = passView(view, 241_000).map((milestone) => milestone._tag === "Expectation" && milestone.turned)
    expect(turned).toMatchObject([{ expectation: "/host is whole again within 2m", result: "broken", atMs: 240_000 }])
    expect(passView(view, 200_000)).toEqual([])
    closeView(view, 300_000, "complete")
    expect(passView(view, 400_000)).toEqual([])
  })
})

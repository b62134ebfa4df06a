import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { counted, figureName, figureText, grouped, settingName, settingText, signedSpan, wallSeconds } from "../../src/report/figures.ts"
import { clip, finish, hang, paint, plainStyle, type Tone, widthOf, wrap } from "../../src/report/style.ts"
import { table } from "../../src/report/table.ts"

const coloured = { ...plainStyle, colour: true }

describe("style", () => {
  it("paint has no width, and no colour leaves the text as it is", () => {
    for (const tone of ["good", "pending", "warning", "bad", "fault", "unreachable", "faint", "strong"] satisfies Array<Tone>) {
      expect(widthOf(paint(coloured, tone, "✖ down"))).toBe(6)
      expect(paint(plainStyle, tone, "✖ down")).toBe("✖ down")
    }
  })

  it("ASCII leaves none of our signs", () => {
    expect(finish({ ...plainStyle, ascii: true }, "▓ ✖ ▲ · ✔ a → b ×3 ≠ ≥ ≤ ╭─ │ ╰ ├ └ …")).toBe(
      "# x ~ - + a -> b x3 != >= <= ,- | ` | ` ..."
    )
    expect(finish(plainStyle, "▓ ✖")).toBe("▓ ✖")
  })

  it("wrapped lines keep to the width, lose no word, and never part one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 9, max: 40 }),
        (words, width) => {
          const lines = wrap(words.join(" "), width)
          expect(lines.join(" ")).toBe(words.join(" "))
          expect(lines.every((line) => line.length <= width)).toBe(true)
        }
      )
    )
  })

  it("a hanging text stands under its own beginning", () => {
    expect(hang("  because ", "one two three four five six", 32)).toBe("  because one two three four\n          five six")
    expect(clip("abcdef", 4)).toBe("abc…")
    expect(clip("abcd", 4)).toBe("abcd")
  })
})

describe("a table", () => {
  it("has columns as wide as their widest cell and cuts only the last", () => {
    const lines = table(
      { ...plainStyle, columns: 24 },
      [{ title: "run" }, { title: "n", align: "right" }, { title: "what" }],
      [
        ["k7d2", "1,200", "a long explanation of it"],
        ["3f", "7", "b"]
      ]
    )
    expect(lines).toEqual(["run       n  what", "k7d2  1,200  a long exp…", "3f        7  b"])
  })
})

describe("figures", () => {
  it("numbers are read as people write them", () => {
    expect([grouped(0), grouped(999), grouped(96_140), grouped(1_234_567)]).toEqual(["0", "999", "96,140", "1,234,567"])
    expect([counted(1, "event"), counted(2, "event"), counted(2, "address", "addresses")]).toEqual(["1 event", "2 events", "2 addresses"])
    expect([signedSpan(10_000), signedSpan(-90_000), signedSpan(0)]).toEqual(["+10s", "-1m30s", "+0s"])
    expect(wallSeconds(1_940)).toBe("1.9s")
  })

  it("settings and figures bear their unit once", () => {
    expect([settingName("graceMs"), settingText("graceMs", 40_000), settingText("phases", "zero"), settingText("x", undefined)]).toEqual([
      "grace",
      "40s",
      "zero",
      "unset"
    ])
    expect(["readyMin/default/app", "degradedMs/host", "downMs/host", "evictions", "new"].map(figureName)).toEqual([
      "default/app ready at least",
      "host degraded for",
      "host down for",
      "evictions",
      "new"
    ])
    expect([figureText("downMs/host", 2_435_000), figureText("events", 96_140), figureText("x", undefined)]).toEqual([
      "40m35s",
      "96,140",
      "-"
    ])
  })
})

import { describe, expect, it } from "vitest"
import { plainStyle } from "../../src/report/style.ts"
import { diagnosticText, githubAnnotation } from "../../src/report/text-diagnostic.ts"
import type { Diagnostic } from "../../src/scenario/diagnostic.ts"

const unknownZone: Diagnostic = {
  code: "D004",
  severity: "error",
  place: { path: "scenarios/az-outage.ts", line: 14 },
  headline: 'unknown zone "us-east-1d"',
  underlined: '"us-east-1d"',
  notes: ["this topology has us-east-1a, us-east-1b, us-east-1c", "topology: topology.ts:8"],
  help: "did you mean us-east-1b?"
}
const source = `${"\n".repeat(13)}  .at("2m", cutZone("us-east-1d"))\n`

describe("a diagnostic", () => {
  it("frames the line, underlines what is meant, and offers one way on", () => {
    expect(diagnosticText(plainStyle, unknownZone, source)).toBe(
      [
        'error[D004]: unknown zone "us-east-1d"',
        "  ╭─ scenarios/az-outage.ts:14:21",
        '14│   .at("2m", cutZone("us-east-1d"))',
        "  │                     ^^^^^^^^^^^^ this topology has us-east-1a, us-east-1b, us-east-1c",
        "  ╰ did you mean us-east-1b?   topology: topology.ts:8   more: drill explain D004"
      ].join("\n")
    )
  })

  it("in ASCII keeps its shape", () => {
    expect(
      diagnosticText({ ...plainStyle, ascii: true }, unknownZone, source)
        .split("\n")
        .slice(1, 3)
    ).toEqual(["  ,- scenarios/az-outage.ts:14:21", '14|   .at("2m", cutZone("us-east-1d"))'])
  })

  it("points to a column when there is nothing to look for", () => {
    const text = diagnosticText(
      plainStyle,
      { code: "D011", severity: "error", place: { path: "a.ts", line: 2, column: 3 }, headline: 'Expected ")"', notes: [] },
      "one\nfoo(}\n"
    )
    expect(text).toBe(['error[D011]: Expected ")"', "  ╭─ a.ts:2:3", " 2│ foo(}", "  │   ^", "  ╰ more: drill explain D011"].join("\n"))
  })

  it("gives the place alone when the file cannot be read or is shorter now", () => {
    for (const text of [undefined, "one line"]) {
      expect(diagnosticText(plainStyle, unknownZone, text).split("\n").slice(1, 3)).toEqual([
        "  ╭─ scenarios/az-outage.ts:14",
        "  │ this topology has us-east-1a, us-east-1b, us-east-1c"
      ])
    }
  })

  it("shows the line without underline when what is meant is not on it", () => {
    expect(
      diagnosticText(plainStyle, { ...unknownZone, underlined: "nowhere" }, source)
        .split("\n")
        .slice(2, 4)
    ).toEqual(['14│   .at("2m", cutZone("us-east-1d"))', "  │ this topology has us-east-1a, us-east-1b, us-east-1c"])
  })

  it("without a place has no frame", () => {
    const { place: _, ...nowhere } = unknownZone
    expect(diagnosticText(plainStyle, { ...nowhere, severity: "warning", notes: [] }, undefined)).toBe(
      'warning[D004]: unknown zone "us-east-1d"\n  ╰ did you mean us-east-1b?   more: drill explain D004'
    )
  })

  it("lists more notes than two, a line each", () => {
    const { place: _, ...nowhere } = unknownZone
    expect(
      diagnosticText(plainStyle, { ...nowhere, notes: ["one", "two", "three"] }, undefined)
        .split("\n")
        .slice(1)
    ).toEqual(["  │ one", "  │ two", "  │ three", "  ╰ did you mean us-east-1b?   more: drill explain D004"])
  })

  it("for GitHub is one line, with what would break it escaped", () => {
    expect(githubAnnotation({ ...unknownZone, headline: "100%\nwrong" })).toBe(
      "::error file=scenarios/az-outage.ts,line=14,title=D004::100%25%0Awrong; this topology has us-east-1a, us-east-1b, us-east-1c; topology: topology.ts:8; did you mean us-east-1b?"
    )
    const { place: _, ...nowhere } = unknownZone
    expect(githubAnnotation({ ...nowhere, notes: [] })).toBe('::error title=D004::unknown zone "us-east-1d"; did you mean us-east-1b?')
  })
})

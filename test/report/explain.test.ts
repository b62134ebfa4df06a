import { describe, expect, it } from "vitest"
import { settingDefinitions } from "../../src/model/world/settings.ts"
import { allExplanations, explain, explanationList, explanationText, unknownTermText } from "../../src/report/explain.ts"
import { plainStyle } from "../../src/report/style.ts"
import { diagnosticKinds } from "../../src/scenario/diagnostic.ts"

const found = (term: string) => {
  const answer = explain(term, settingDefinitions)
  return answer._tag === "Found" ? answer.explanations.map((entry) => entry.term) : []
}

describe("explain", () => {
  it("finds codes, kinds, reasons, settings and words in any case, kinds without their room and settings without their unit", () => {
    expect([
      found("d004"),
      found("kube/PodEvicted"),
      found("podevicted"),
      found("NoRoute"),
      found("graceMs"),
      found("grace"),
      found("Golden")
    ]).toEqual([["D004"], ["kube/PodEvicted"], ["kube/PodEvicted"], ["NoRoute"], ["graceMs"], ["graceMs"], ["golden"]])
  })

  it("gives a whole group by its name", () => {
    expect(found("codes")).toEqual(diagnosticKinds.map(({ code }) => code))
    expect(found("settings")).toEqual(settingDefinitions.map(({ name }) => name))
  })

  it("knows every code that a scenario can meet, with what to do about it", () => {
    for (const { code, title, help } of diagnosticKinds) {
      const answer = explain(code, settingDefinitions)
      const text =
        answer._tag === "Found" ? answer.explanations.map((entry) => explanationText({ ...plainStyle, columns: 400 }, entry)).join() : ""
      expect(text).toContain(`${code}  code  ${title}`)
      expect(text).toContain(`help: ${help}`)
    }
  })

  it("no two entries answer to the same term", () => {
    const terms = allExplanations(settingDefinitions).map(({ term }) => term.toLowerCase())
    expect(new Set(terms).size).toBe(terms.length)
  })

  it("of a setting tells default, range and source with units", () => {
    const definition = {
      name: "dnsTtlMs",
      about: "Clients use an answer this long.",
      default: 60_000,
      atLeast: 0,
      atMost: 600_000,
      source: "Chosen: x"
    }
    const answer = explain("dnsTtl", [definition])
    expect(answer._tag === "Found" && answer.explanations.map((entry) => explanationText(plainStyle, entry)).join()).toBe(
      [
        "dnsTtlMs  setting  Clients use an answer this long",
        "  default: 1m",
        "  allowed: at least 0s, at most 10m",
        "  source: Chosen: x",
        "  change: drill run <file> --set dnsTtlMs=…"
      ].join("\n")
    )
  })

  it("of a list cuts long meanings at the width, never the terms", () => {
    const lines = explanationList({ ...plainStyle, columns: 80 }, allExplanations(settingDefinitions)).split("\n")
    expect(lines.every((line) => [...line].length <= 80)).toBe(true)
    expect(lines[1]).toContain("D001")
  })

  it("offers near misses for what it does not know", () => {
    expect(explain("PodEvictd", settingDefinitions)).toEqual({ _tag: "Unknown", nearMisses: ["kube/PodEvicted"] })
    expect(explain("D04", settingDefinitions)).toMatchObject({ _tag: "Unknown", nearMisses: expect.arrayContaining(["D004"]) })
    expect(explain("__proto__", settingDefinitions)._tag).toBe("Unknown")
    expect(unknownTermText("gracems2", ["graceMs"])).toBe(
      'explain: "gracems2" is no error code, event kind, reason, setting or word here; did you mean graceMs? All of them: drill explain --list'
    )
    expect(unknownTermText("zzz", [])).toContain("word here. All of them")
  })
})

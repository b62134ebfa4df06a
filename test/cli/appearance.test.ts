import { describe, expect, it } from "vitest"
import { announceColor, appearanceOf, type Environment } from "../../src/cli/appearance.ts"
import type { Globals } from "../../src/cli/globals.ts"

const plain: Globals = {
  json: false,
  quiet: false,
  verbose: false,
  color: "auto",
  ascii: false,
  ui: "auto",
  input: true,
  screenReader: false,
  directory: ""
}
const utf8: Environment = { LANG: "en_US.UTF-8", TERM: "xterm-256color" }

describe("how a command may look", () => {
  it("a terminal gets colour, glyphs and the inline screen", () => {
    expect(appearanceOf(plain, utf8, true)).toEqual({ color: true, ascii: false, screen: "inline" })
  })

  it("a pipe gets plain lines", () => {
    expect(appearanceOf(plain, utf8, false)).toEqual({ color: false, ascii: false, screen: "none" })
  })

  it("NO_COLOR takes the colour on a terminal, unless it is empty", () => {
    expect(appearanceOf(plain, { ...utf8, NO_COLOR: "1" }, true).color).toBe(false)
    expect(appearanceOf(plain, { ...utf8, NO_COLOR: "" }, true).color).toBe(true)
  })

  it("--color always colours a pipe and outdoes NO_COLOR", () => {
    expect(appearanceOf({ ...plain, color: "always" }, { ...utf8, NO_COLOR: "1" }, false).color).toBe(true)
  })

  it.each<[string, Environment]>([
    ["a dumb terminal", { ...utf8, TERM: "dumb" }],
    ["the Linux console", { ...utf8, TERM: "linux" }],
    ["a locale that is not UTF-8", { ...utf8, LC_ALL: "C" }]
  ])("%s is drawn on with ASCII", (_, environment) => {
    expect(appearanceOf(plain, environment, true).ascii).toBe(true)
  })

  it.each<[string, Partial<Globals>, Environment]>([
    ["--json", { json: true }, utf8],
    ["--screen-reader", { screenReader: true }, utf8],
    ["INK_SCREEN_READER", {}, { ...utf8, INK_SCREEN_READER: "true" }],
    ["CI", {}, { ...utf8, CI: "true" }],
    ["a dumb terminal", { ui: "full" }, { ...utf8, TERM: "dumb" }]
  ])("%s draws no screen", (_, flags, environment) => {
    expect(appearanceOf({ ...plain, ...flags }, environment, true).screen).toBe("none")
  })

  it("colour libraries are told what was decided", () => {
    const environment: Record<string, string | undefined> = { NO_COLOR: "1" }
    announceColor({ color: true, ascii: false, screen: "inline" }, environment)
    expect(environment).toEqual({ FORCE_COLOR: "3" })
  })
})

/**
 * How a command may look, decided once from flags, environment and terminal: colour, glyphs, and whether a screen is drawn.
 * Colour libraries ignore NO_COLOR on a terminal, so the choice is handed to them through FORCE_COLOR before they load.
 */
import type { Style } from "../report/style.ts"
import type { Globals } from "./globals.ts"

export interface Appearance {
  readonly color: boolean
  readonly ascii: boolean
  /** `none`: plain lines, nothing redrawn. */
  readonly screen: "none" | "inline" | "full"
}

export type Environment = Readonly<Record<string, string | undefined>>

export const appearanceOf = (globals: Globals, environment: Environment, isTerminal: boolean): Appearance => {
  const isDumb = environment["TERM"] === "dumb"
  const asksColor = isTerminal && !isDumb && !isSet(environment["NO_COLOR"])
  return {
    color: globals.color === "always" || (globals.color === "auto" && asksColor),
    ascii: globals.ascii || isDumb || environment["TERM"] === "linux" || !speaksUnicode(environment),
    screen: screenOf(globals, environment, isTerminal && !isDumb)
  }
}

const screenOf = (globals: Globals, environment: Environment, canDraw: boolean): Appearance["screen"] => {
  if (!canDraw || globals.json || globals.screenReader || environment["INK_SCREEN_READER"] === "true") return "none"
  if (globals.ui === "auto") return isSet(environment["CI"]) ? "none" : "inline"
  return globals.ui
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ""

/** The first of these that is set names the encoding; none set, as in many containers, is taken for UTF-8. */
const speaksUnicode = (environment: Environment): boolean => {
  const locale = ["LC_ALL", "LC_CTYPE", "LANG"].map((name) => environment[name]).find(isSet)
  return locale === undefined || /utf-?8/i.test(locale)
}

/** Tells colour libraries what was decided. Must run before the screen is imported. */
export const announceColor = (appearance: Appearance, environment: Record<string, string | undefined>): void => {
  environment["FORCE_COLOR"] = appearance.color ? "3" : "0"
  delete environment["NO_COLOR"]
}

/** The same as the sentences of `report` want it. */
export const styleOf = (appearance: Appearance, columns: number): Style => ({ ascii: appearance.ascii, colour: appearance.color, columns })

/**
 * What a deterministic room must not touch: the machine's clock, dice, locale and environment, and arithmetic that engines may
 * round differently. Words are looked for in code only, not in comments or text.
 */
import { describe, expect, it } from "vitest"
import { codeOf, sourcesIn } from "./sources.ts"

const bans: ReadonlyArray<readonly [ban: string, shape: RegExp]> = [
  ["the machine's clock", /\bDate\b(?!\s*[:?])|\bperformance\b|\bhrtime\b/],
  ["timers of the machine", /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\b/],
  ["the machine's dice", /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b|\brandomBytes\b/],
  [
    "inexact arithmetic",
    /\bMath\.(?:sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|exp|expm1|log|log2|log10|log1p|pow|sqrt|cbrt|hypot)\b/
  ],
  ["the locale", /\.localeCompare\b|\bIntl\b|\.toLocale\w+/],
  ["the environment", /\bprocess\.\w|\bglobalThis\b/],
  ["effects outside the effectful rooms", /\basync\b|\bawait\b|\bnew Promise\b|\bfetch\(/],
  ["the order of object keys", /\bfor\s*\(\s*(?:const|let|var)\s+\w+\s+in\b/]
]

const isDeterministic = (path: string): boolean =>
  /^src\/(?:model|event|analysis)\//.test(path) || /^src\/scenario\/(?!load)/.test(path) || /^src\/engine\/(?:queue|kernel)\.ts$/.test(path)

const violations = (path: string, code: string): ReadonlyArray<string> =>
  bans.flatMap(([ban, shape]) => {
    const found = shape.exec(code)
    return found === null ? [] : [`${path} touches ${ban}: ${found[0].trim()}`]
  })

describe("the bans of the deterministic rooms", () => {
  it("no deterministic room touches clock, dice, locale, environment or inexact arithmetic", () => {
    expect(
      sourcesIn("src")
        .filter(({ path }) => isDeterministic(path))
        .flatMap(({ path, code }) => violations(path, code))
    ).toEqual([])
  })

  it.each([
    ["const now = Date.now()", "the machine's clock"],
    ["const text = `at ${performance.now()}`", "the machine's clock"],
    ["setTimeout(go, 1)", "timers of the machine"],
    ["const die = Math.random()", "the machine's dice"],
    ["const root = Math.sqrt(2)", "inexact arithmetic"],
    ["names.sort((a, b) => a.localeCompare(b))", "the locale"],
    ["const home = process.env.HOME", "the environment"],
    ["for (const key in record) visit(key)", "the order of object keys"]
  ])("%s is caught", (line, ban) => {
    expect(violations("x.ts", codeOf(line)).join()).toContain(ban)
  })

  it("the same words in a comment or a message are not", () => {
    expect(
      violations("x.ts", codeOf('/** No Date, no Math.random. */\nconst message = "Date.now() makes the run irreproducible"'))
    ).toEqual([])
  })
})

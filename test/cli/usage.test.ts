import { describe, expect, it } from "vitest"
import { speak } from "./spoken.ts"

describe("help", () => {
  it("goes to stdout, examples first, and ends in 0", async () => {
    const { exit, out, err } = await speak("run", "--help")
    expect({ exit, err }).toEqual({ exit: 0, err: "" })
    expect(out.indexOf("Examples")).toBeLessThan(out.indexOf("Usage"))
    expect(out).toContain("drill run az-outage.ts")
    expect(out).toContain("--no-record")
    expect(out).toContain("--max-wall <time>")
  })

  it("names every command when none is given", async () => {
    const { exit, out, err } = await speak()
    expect({ exit, err }).toEqual({ exit: 0, err: "" })
    for (const command of ["run", "replay", "diff", "why", "show", "list, ls", "validate", "explain", "golden"]) {
      expect(out).toMatch(new RegExp(`^  ${command} `, "m"))
    }
  })

  it("prints the version alone, and -v is not it", async () => {
    expect(await speak("--version")).toEqual({ exit: 0, out: "0.1.0\n", err: "" })
    expect((await speak("-v")).out).not.toBe("0.1.0\n")
  })
})

describe("a usage error", () => {
  it("is one line and a usage line on stderr, nothing on stdout, exit 2", async () => {
    const { exit, out, err } = await speak("run")
    expect({ exit, out }).toEqual({ exit: 2, out: "" })
    expect(err).toBe("error: <file> is missing\nusage: drill run [flags] <file...>   (drill run --help)\n")
  })

  it.each([
    [["rnu", "x.ts"], 'unknown command "rnu"; did you mean run?'],
    [["run", "x.ts", "--sed", "7"], 'unknown flag "--sed"; did you mean --seed'],
    [["run", "x.ts", "--until", "30"], '--until "30": expected a time with its unit, such as 30s, 5m or 1h30m'],
    [["run", "x.ts", "--pace", "fast"], '--pace "fast": expected max, or a multiple of real time such as 60x or 1x'],
    [["run", "x.ts", "--pace", "0x"], '--pace "0x": expected max'],
    [["run", "x.ts", "--seed", "-3"], '--seed "-3": expected a whole number from 0'],
    [["run", "x.ts", "--color", "red"], '--color "red": expected'],
    [["list", "--limit"], "--limit needs a value"],
    [["why", "latest"], "<what> is missing"],
    [["golden", "acept", "latest"], 'unknown command "acept"; did you mean accept?']
  ])("%j says what was expected", async (words, sentence) => {
    const { exit, out, err } = await speak(...words)
    expect({ exit, out }).toEqual({ exit: 2, out: "" })
    expect(err).toContain(`error: ${sentence}`)
    expect(err).toContain("usage: drill ")
  })
})

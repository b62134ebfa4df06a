import { afterAll, describe, expect, it } from "vitest"
import { openShell } from "./shell.ts"

const shell = openShell()
afterAll(shell.remove)

describe("a stranger at the prompt", () => {
  it("asks for help and gets examples first, on stdout", async () => {
    const { exit, out, err } = await shell.drill("--help")
    expect({ exit, err }).toEqual({ exit: 0, err: "" })
    expect(out).toContain("drill run az-outage.ts")
  })

  it("mistypes a command and is shown the right one, on stderr alone", async () => {
    expect(await shell.drill("rnu", "az-outage.ts")).toEqual({
      exit: 2,
      signal: null,
      out: "",
      err: 'error: unknown command "rnu"; did you mean run?\nusage: drill <command> [flags]   (drill --help)\n'
    })
  })

  it("works in another folder only if it is there", async () => {
    const { exit, err } = await shell.drill("list", "-C", "nowhere")
    expect(exit).toBe(2)
    expect(err).toContain('"nowhere": there is no such folder')
  })
})

describe("words and their meanings", () => {
  it("a setting is explained with its default, bounds and source", async () => {
    const { exit, out } = await shell.drill("explain", "graceMs")
    expect(exit).toBe(0)
    for (const line of ["default: 40s", "source: kubernetes", "--set graceMs="]) expect(out).toContain(line)
  })

  it("an unknown word gets its near misses, exit 2, and a document that says the same", async () => {
    const { exit, out, err } = await shell.drill("explain", "gracems2", "--json")
    expect(exit).toBe(2)
    expect(err).toContain("did you mean graceMs?")
    expect(JSON.parse(out)).toMatchObject({ format: 1, command: "explain", exit: 2, nearMisses: ["graceMs"] })
  })

  it("a reader that goes away after one line is no error", async () => {
    const how = { onOut: (process: { readonly stdout: { destroy: () => void } | null }) => process.stdout?.destroy() }
    const { exit, err } = await shell.drillWith(how, "explain", "--list", "--json")
    expect({ exit, err }).toEqual({ exit: 0, err: "" })
  })
})

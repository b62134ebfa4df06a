/** Runs that do not reach their end: interrupted, terminated, killed; and places that cannot be written. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import BetterSqlite3 from "better-sqlite3"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openShell, type Shell } from "./shell.ts"

let shell: Shell
beforeEach(() => {
  shell = openShell("az-outage.ts")
})
afterEach(() => shell.remove())

/**
 * Sends a signal once the zone is dark: the run is paced, so that there is a middle to stop it in. The first expectation breaks 40 s
 * later, two thirds of a second at this pace: what comes before it has broken nothing.
 */
const stoppedBy = (signal: NodeJS.Signals) => {
  let sent = false
  return {
    onOut: (process: { readonly kill: (signal: NodeJS.Signals) => boolean }, text: string) => {
      if (sent || !text.includes("zone us-west-2c down")) return
      sent = true
      setTimeout(() => process.kill(signal), 50)
    }
  }
}
const paced = ["run", "az-outage.ts", "--pace", "60x"]
const recordings = () => readdirSync(join(shell.folder, "recordings"))

describe("a run that is stopped", () => {
  it("by ^C closes its recording as interrupted, sums up and ends in 7", async () => {
    const { exit, out } = await shell.drillWith(stoppedBy("SIGINT"), ...paced)
    expect(exit).toBe(7)
    expect(out).toContain("interrupted")
    expect(out).toContain("later windows were not tested")
    expect(recordings()).toEqual([expect.stringMatching(/\.drill$/)])
    const verified = await shell.drill("replay", "latest", "--verify")
    expect(verified).toMatchObject({ exit: 0 })
    expect((await shell.drill("list")).out).toContain("\tinterrupted\t")
  })

  it("by TERM does the same and keeps the signal's code", async () => {
    const { exit, out } = await shell.drillWith(stoppedBy("SIGTERM"), ...paced)
    expect(exit).toBe(143)
    expect(out).toContain("interrupted")
    expect(recordings()).toEqual([expect.stringMatching(/\.drill$/)])
  })

  it("by KILL leaves a valid prefix that is listed as partial, and serves it with exit 6", async () => {
    const { signal } = await shell.drillWith(stoppedBy("SIGKILL"), ...paced)
    expect(signal).toBe("SIGKILL")
    const [file = ""] = recordings().filter((name) => name.endsWith(".partial"))
    const database = new BetterSqlite3(join(shell.folder, "recordings", file), { readonly: true })
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok")
    expect(Number(database.prepare("select count(*) from event").pluck().get())).toBeGreaterThan(100)
    database.close()
    const listed = await shell.drill("list")
    expect(listed).toMatchObject({ exit: 0 })
    expect(listed.out).toContain("\tpartial\t")
    const shown = await shell.drill("show", "latest")
    expect(shown.exit).toBe(6)
    expect(shown.err).toContain("partial: the run was killed")
    expect(shown.out).toContain("ended     partial")
  })

  it("a reader that goes away does not stop it, and it keeps its own exit code", async () => {
    const how = { onOut: (process: { readonly stdout: { destroy: () => void } | null }) => process.stdout?.destroy() }
    expect(await shell.drillWith(how, "run", "az-outage.ts")).toMatchObject({ exit: 1, err: "" })
    expect((await shell.drill("list")).out).toContain("\tcomplete\t")
  })
})

describe("a place that cannot be written", () => {
  it("a file where the folder should be: exit 74, a sentence, no stack", async () => {
    writeFileSync(join(shell.folder, "recordings"), "in the way")
    const { exit, err } = await shell.drill("run", "az-outage.ts", "-q")
    expect(exit).toBe(74)
    expect(err).toContain("the recording cannot be written")
    expect(err).toContain("--no-record")
    expect(err).not.toMatch(/^\s+at /m)
  })

  it("a folder where the golden should be", async () => {
    mkdirSync(join(shell.folder, "recordings", "golden", "az-outage.seed42.json"), { recursive: true })
    const { exit, err } = await shell.drill("golden", "accept", "az-outage.ts")
    expect(exit).toBe(74)
    expect(err).toContain("the golden cannot be written")
    expect(existsSync(join(shell.folder, ".drill", "crash"))).toBe(false)
  })
})

/** Recordings that are not what they should be, and names that mean none. */
import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import BetterSqlite3 from "better-sqlite3"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openShell } from "./shell.ts"

const shell = openShell("az-outage.ts")
const path = (name: string): string => join(shell.folder, name)
beforeAll(async () => {
  await shell.drill("run", "az-outage.ts", "-q")
  const [name = ""] = readdirSync(path("recordings"))
  copyFileSync(join(path("recordings"), name), path("good.drill"))
})
afterAll(() => shell.remove())

const copy = (name: string): string => {
  copyFileSync(path("good.drill"), path(name))
  return path(name)
}

/** Every way to read it ends in 6 with a sentence. */
const refused = async (name: string, sentence: string): Promise<void> => {
  for (const words of [
    ["show", name],
    ["why", name, "database"],
    ["replay", name, "--verify"],
    ["diff", name, "good.drill"]
  ]) {
    const { exit, err } = await shell.drill(...words)
    expect({ words, exit }).toEqual({ words, exit: 6 })
    expect(err).toContain(sentence)
    expect(err).not.toMatch(/^\s+at /m)
  }
}

describe("a recording that", () => {
  it("was truncated", async () => {
    const file = copy("short.drill")
    truncateSync(file, 20_480)
    await refused("short.drill", "this is no readable recording")
  })

  it("had one byte of an event edited", async () => {
    const file = copy("edited.drill")
    const bytes = readFileSync(file)
    const at = bytes.indexOf("NodeStatusUnknown")
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(file, bytes)
    await refused("edited.drill", "The file was altered")
  })

  it("had its results edited", async () => {
    const database = new BetterSqlite3(copy("praised.drill"))
    database.exec(`update header set value = replace(value, '"broken"', '"held"') where key = 'outcome'`)
    database.close()
    await refused("praised.drill", "altered")
  })

  it("comes from a newer format", async () => {
    const database = new BetterSqlite3(copy("newer.drill"))
    database.pragma("user_version = 99")
    database.close()
    await refused("newer.drill", "written in format 99")
  })

  it("is a database of something else, or no database", async () => {
    const database = new BetterSqlite3(path("other.drill"))
    database.exec("create table t (x)")
    database.close()
    await refused("other.drill", "it is a database of something else")
    writeFileSync(path("text.drill"), "not a database, but long enough to look at")
    await refused("text.drill", "this is no readable recording")
  })
})

describe("a run that is not there", () => {
  it("gets near misses and exit 2", async () => {
    const id = /_(\w{8})\.drill$/.exec(readdirSync(path("recordings"))[0] ?? "")?.[1] ?? ""
    const mistyped = `${id.slice(0, 6)}${id[7]}${id[6]}`
    const { exit, err } = await shell.drill("show", id[6] === id[7] ? `${id}x` : mistyped)
    expect(exit).toBe(2)
    expect(err).toContain(id)
    expect((await shell.drill("show", "latest~9")).exit).toBe(2)
    expect((await shell.drill("show", "az-outage:latest")).exit).toBe(0)
  })

  it("two files are needed for a diff", async () => {
    const { exit, err } = await shell.drill("diff", "latest")
    expect(exit).toBe(2)
    expect(err).toContain("name the other run")
  })
})

/** What a user's vitest does with a scenario; the README shows the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { play } from "drill/testing"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"

describe("play", () => {
  test("the web tier survives a zone", async () => {
    const run = await play("scenarios/az-outage.ts", { seed: 42 })
    expect(run).toDeliver("host", ">=4/9")
    expect(run).toDeliver("host", "1", { from: "4m" })
    expect(run).toSee("kube/PodEvicted", "6m", { after: "2m", of: "default/postgres-0" })
    expect(run).toBreak("database")
    expect(run).toEqualGolden()
  })

  test("a sentence says what was found where a matcher fails", async () => {
    const run = await play("az-outage")
    expect(() => expect(run).toHoldExpectations()).toThrow(/2 of 6 expectations did not hold:\n {2}database: broken/)
    expect(() => expect(run).toDeliver("host", "1", { from: "2m", until: "5m" })).toThrow(/2:00 to 2:41: 4\/9/)
    expect(() => expect(run).toSee("kube/PodEvicted", "1m", { after: "2m" })).toThrow(/it happened at 7:45/)
    expect(() => expect(run).not.toBreak("database")).toThrow(/was not to break/)
    expect(() => expect("run").toBreak("database")).toThrow(/a played run was expected/)
  })

  test("an invalid scenario or setting rejects with its diagnostics", async () => {
    await expect(play("az-outage", { set: { garceMs: "50s" } })).rejects.toThrow(/D015: no setting or parameter is called "garceMs"/)
    await expect(play("nowhere")).rejects.toThrow(/D012/)
  })
})

describe("goldens", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "drill-golden-"))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
    vi.unstubAllEnvs()
  })

  test("are written only when asked for, and never in CI", async () => {
    const run = await play("az-outage")
    vi.stubEnv("DRILL_UPDATE_GOLDENS", "")
    vi.stubEnv("CI", "")
    expect(() => expect(run).toEqualGolden({ folder })).toThrow(/there is no golden/)
    vi.stubEnv("DRILL_UPDATE_GOLDENS", "1")
    vi.stubEnv("CI", "true")
    expect(() => expect(run).toEqualGolden({ folder })).toThrow(/there is no golden/)
    vi.stubEnv("CI", "")
    expect(run).toEqualGolden({ folder })
    expect(readFileSync(join(folder, "az-outage.seed42.json"), "utf8")).toBe(
      readFileSync("recordings/golden/az-outage.seed42.json", "utf8")
    )
  })

  test("say fact by fact what differs", async () => {
    const text = readFileSync("recordings/golden/az-outage.seed42.json", "utf8")
    vi.stubEnv("DRILL_UPDATE_GOLDENS", "")
    writeFileSync(join(folder, "az-outage.seed42.json"), text.replace('"success": "4/9"', '"success": "5/9"'))
    const run = await play("az-outage")
    expect(() => expect(run).toEqualGolden({ folder })).toThrow(/1 facts differ[\s\S]*window host #2: .*5\/9 success.* → .*4\/9 success/)
    writeFileSync(join(folder, "az-outage.seed42.json"), "{")
    expect(() => expect(run).toEqualGolden({ folder })).toThrow(/this is no readable golden/)
  })

  test("of a variant need a name of their own", async () => {
    const run = await play("az-outage", { variant: "grace 50" })
    expect(() => expect(run).toEqualGolden({ folder })).toThrow(/needs a golden of its own/)
  })
})

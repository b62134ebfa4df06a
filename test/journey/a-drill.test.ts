/** The main road: a newcomer plays the shipped drill, asks why, replays it, changes one thing, and keeps its outcome. */
import { mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { openShell } from "./shell.ts"

const shell = openShell("az-outage.ts")
afterAll(shell.remove)

const firstRun = await shell.drill("run", "az-outage.ts")
const runIdOf = (out: string): string => /^run (\w{8}) /m.exec(out)?.[1] ?? ""

describe("drill run", () => {
  it("tells the milestones, the results and the lesson, and ends in 1", () => {
    expect(firstRun.exit).toBe(1)
    expect(firstRun.err).toBe("")
    for (const line of [
      "az-outage  seed 42  aws · 3 zones · 3 nodes · 6 expectations",
      "  2:00.000 ▓ fault                  zone us-west-2c down: 2 components stop",
      "az-outage.ts:127",
      "  ✖ database                  0 from 2:40 to 42:34, expected at least 1",
      "the lesson: a zonal volume ties its pod to its zone",
      "next: drill replay latest@2m40s · drill why latest database"
    ]) {
      expect(firstRun.out).toContain(line)
    }
    expect(firstRun.out).not.toContain("\u001b")
  })

  it("keeps one file, named by stamp, scenario and id", () => {
    expect(readdirSync(join(shell.folder, "recordings"))).toEqual([
      expect.stringMatching(new RegExp(`^\\d{8}T\\d{6}Z_az-outage_${runIdOf(firstRun.out)}\\.drill$`))
    ])
  })

  it("finds a bare name in scenarios/, speaks JSON alone on stdout, and gives the same digest", async () => {
    const { exit, out, err } = await shell.drill("run", "az-outage", "--json", "--no-record")
    const document = JSON.parse(out)
    expect({ exit, err }).toEqual({ exit: 1, err: "" })
    expect(document).toMatchObject({ format: 1, command: "run", exit: 1, run: { id: null, scenario: "az-outage", seed: 42 } })
    expect(document.results).toContainEqual(
      expect.objectContaining({ expectation: "database", result: "broken", line: 135, atMs: 160_000, event: 142 })
    )
    expect(document.probes[0].windows[1]).toEqual({ fromMs: 120_000, toMs: 161_000, success: "4/9", timeout: "5/9", refused: "0" })
    expect(firstRun.out).toContain(`digest ${document.run.digest.slice(0, 8)}`)
  })

  it("in ASCII nothing else is printed", async () => {
    const { out } = await shell.drill("run", "az-outage.ts", "--ascii", "--no-record")
    expect(/^[\n\x20-\x7e]*$/.test(out)).toBe(true)
  })

  it("quiet: the summary only", async () => {
    const { out } = await shell.drill("run", "az-outage.ts", "-q", "--no-record")
    expect(out.split("\n")[0]).toBe("✖ 2 of 6 expectations broken")
  })

  it("stopped by a limit it is inconclusive, unless something broke before", async () => {
    const early = await shell.drill("run", "az-outage.ts", "--no-record", "--max-events", "100", "-q")
    expect(early.exit).toBe(7)
    expect(early.out).toContain("later windows were not tested")
    const until = await shell.drill("run", "az-outage.ts", "--no-record", "--until", "2m30s", "-q")
    expect(until.exit).toBe(7)
    const broken = await shell.drill("run", "az-outage.ts", "--no-record", "--until", "3m", "-q")
    expect(broken.exit).toBe(1)
  })
})

describe("asking a recording", () => {
  it("why: the chain of causes back to the scenario's line", async () => {
    const { exit, out } = await shell.drill("why", "latest", "database")
    expect(exit).toBe(0)
    for (const line of ["pod not Ready: its node is unreachable", "node NotReady (Unknown)", 'timeline[0] at 2m: cutZone("us-west-2c")'])
      expect(out).toContain(line)
    expect(out).toContain('127│   .at("2m", cutZone("us-west-2c"))')
  })

  it("why: the hop that lost a probe's packet, with the reason", async () => {
    const { out } = await shell.drill("why", "latest", "data@2m30s")
    expect(out).toContain("times out at eks-demo-web: gives no answer at all")
    expect(out).toContain("when calling default/postgres:5432")
  })

  it("why: an unknown word gets near misses", async () => {
    const { exit, err } = await shell.drill("why", "latest", "databse")
    expect(exit).toBe(2)
    expect(err).toContain('Did you mean "database"?')
  })

  it("show: facts, the state at a moment, and SQL", async () => {
    const facts = await shell.drill("show", runIdOf(firstRun.out).slice(0, 4))
    expect(facts.out).toContain("ended     complete at 45:00 of 45:00")
    const state = await shell.drill("show", "latest@2m46s", "--json")
    expect(JSON.parse(state.out).state.nodes).toContainEqual({
      node: "ip-192-168-91-46",
      zone: "us-west-2c",
      ready: "NotReady (Unknown)",
      pods: 4,
      taints: ["node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"]
    })
    const rows = await shell.drill("show", "latest", "--sql", "select count(*) as evicted from event where kind = 'kube/PodEvicted'")
    expect(rows.out).toBe("evicted\n2\n")
    const harm = await shell.drill("show", "latest", "--sql", "delete from event_row")
    expect(harm.exit).toBe(2)
  })

  it("replay: lines up to a moment, the state there, and the plan played again", async () => {
    const lines = await shell.drill("replay", "latest", "--print", "--at", "fault:us-west-2c")
    expect(lines.out.trimEnd().split("\n").at(-1)).toContain("fault/ZoneLost")
    const piped = await shell.drill("replay", "latest@event:140")
    expect(piped.out.trimEnd().split("\n")).toHaveLength(140)
    const verified = await shell.drill("replay", "latest", "--verify")
    expect(verified).toMatchObject({ exit: 0, err: "" })
    expect(verified.out).toContain("201 events, all equal")
  })

  it("list: tab-separated in a pipe", async () => {
    const { out } = await shell.drill("list")
    const [head, row] = out.split("\n").map((line) => line.split("\t"))
    expect(head?.[0]).toBe("id")
    expect(row?.[0]).toBe(runIdOf(firstRun.out))
  })
})

describe("one thing changed", () => {
  it("diff plays both, says what turned and what only moved in time", async () => {
    const { exit, out } = await shell.drill("diff", "az-outage.ts", "--variant", "grace 50")
    expect(exit).toBe(1)
    expect(out).toContain("settings ≠ (grace 40s → 50s)")
    expect(out).toContain("host moved only in time: 2/3, 1/3 timeout from 2:41 → 2:51 (+10s)")
    const bySetting = await shell.drill("diff", "az-outage.ts", "--set", "grace=50s", "--json", "--exit-zero")
    expect(bySetting.exit).toBe(0)
    expect(JSON.parse(bySetting.out).inputs.settings).toEqual([{ name: "graceMs", a: 40_000, b: 50_000 }])
  })

  it("diff of two recordings: where they part, and equal when they are", async () => {
    await shell.drill("run", "az-outage.ts", "-q", "--variant", "cross-zone on", "--name", "spread")
    const parted = await shell.drill("diff", "prev", "spread", "--outcomes")
    expect(parted.exit).toBe(1)
    expect(parted.out).toContain("✔→✖ host keeps half")
    expect(parted.out).not.toContain("in time")
    const same = await shell.drill("diff", "spread", "latest")
    expect(same).toMatchObject({ exit: 0 })
    expect(same.out).toContain("none: equal to the last event")
  })

  it("an unknown setting or variant gets near misses", async () => {
    const setting = await shell.drill("run", "az-outage.ts", "--set", "graceMS=50s")
    expect(setting.exit).toBe(3)
    expect(setting.err).toContain('error[D015]: no setting or parameter is called "graceMS"')
    expect(setting.err).toContain('did you mean "graceMs"?')
    const value = await shell.drill("run", "az-outage.ts", "--set", "grace=soon")
    expect(value.err).toContain('expected a span with its unit, such as "50s", from 1s')
    const variant = await shell.drill("diff", "az-outage.ts", "--variant", "grace 5")
    expect(variant.exit).toBe(3)
    expect(variant.err).toContain('did you mean "grace 50"?')
  })
})

describe("goldens", () => {
  it("are absent, accepted, checked, and guard the outcome", async () => {
    mkdirSync(join(shell.folder, "elsewhere"))
    const absent = await shell.drill("golden", "check", "az-outage.ts")
    expect(absent.exit).toBe(4)
    expect(absent.err).toContain("drill golden accept")
    expect((await shell.drill("golden", "accept", "az-outage.ts")).out).toContain("recordings/golden/az-outage.seed42.json")
    expect((await shell.drill("golden", "check", "az-outage.ts")).exit).toBe(0)
    const run = await shell.drill("run", "az-outage.ts", "-q", "--no-record")
    expect(run.out).toContain(" = golden")
    const other = await shell.drill("run", "az-outage.ts", "-q", "--no-record", "--set", "grace=50s", "--against", "golden")
    expect(other.exit).toBe(1)
    expect(other.out).toMatch(/result +database +broken at 160000 ms +broken at 170000 ms\n/)
    const variant = await shell.drill("golden", "accept", "spread")
    expect(variant.exit).toBe(2)
  })
})
